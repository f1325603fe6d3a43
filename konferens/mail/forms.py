"""The words of a message, as organisers write them."""

from typing import Any

from wtforms.validators import DataRequired

from konferens.i18n import lazy_gettext as _l
from konferens.mail.messages import MAX_SUBJECT
from konferens.mail.model import MailText
from konferens.mail.wording import problems
from konferens.web.forms import Form, LineField, TextField


class MailTextForm(Form):
    """Subject and body of a message of one kind; placeholders that it doesn't know are errors of their field."""

    subject = LineField(_l("Ämne"), [DataRequired(_l("Skriv ett ämne."))], max_length=MAX_SUBJECT)
    body = TextField(
        _l("Text"),
        [DataRequired(_l("Skriv en text."))],
        max_length=20_000,
        description=_l(
            "Markdown fungerar: tom rad mellan stycken, **fetstil**, ## rubrik, - punktlista, [text](https://…)."
        ),
        render_kw={"rows": 22, "spellcheck": "true"},
    )

    def __init__(self, kind: str, formdata: Any = None, *, text: MailText | None = None) -> None:
        super().__init__(formdata, obj=text)
        self._kind = kind

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        found = problems(self._kind, self.subject.data, self.body.data)
        for name, messages in found.items():
            self[name].errors = [*self[name].errors, *messages]
        return is_valid and not found

    @property
    def written(self) -> MailText:
        """What was typed, in whatever state."""
        return MailText(self.subject.data or "", self.body.data or "")
