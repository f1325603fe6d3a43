"""What every HTML form shares: clean text, messages in the visitor's language."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from wtforms import FieldList, SelectMultipleField, StringField, TextAreaField
from wtforms import Form as _Form
from wtforms.validators import Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from konferens.i18n import lazy_gettext as _l
from konferens.web.form_messages import FormMessages

# Control characters have no place in names and texts (and PostgreSQL refuses NUL). Bidirectional overrides could turn
# around the text beside them; the isolates and marks that right-to-left writing needs stay.
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\ufeff]")


def clean_text(value: str | None) -> str:
    """`value` without control characters and outer blanks; None as ''. Line ends become \\n."""
    return _UNWANTED.sub("", (value or "").replace("\r\n", "\n")).strip()


def clean_line(value: str | None) -> str:
    """As clean_text, on one line."""
    return re.sub(r"\s+", " ", clean_text(value))


class Form(_Form):  # type: ignore[misc]
    """Base of our forms: `form = SomeForm(formdata)`, `form.validate()`, `form.errors`."""

    class Meta:
        def get_translations(self, form: "Form") -> Any:  # noqa: ARG002
            return FormMessages()


class LineField(StringField):  # type: ignore[misc]
    """One line of text, cleaned; at most `max_length` characters (200)."""

    def __init__(self, label: str = "", validators: Any = (), *, max_length: int = 200, **kwargs: Any) -> None:
        kwargs.setdefault("filters", [clean_line])
        super().__init__(label, [*validators, Length(max=max_length)], **kwargs)


class TextField(TextAreaField):  # type: ignore[misc]
    """Several lines of text, cleaned; at most `max_length` characters (10,000)."""

    def __init__(self, label: str = "", validators: Any = (), *, max_length: int = 10_000, **kwargs: Any) -> None:
        kwargs.setdefault("filters", [clean_text])
        super().__init__(label, [*validators, Length(max=max_length)], **kwargs)


class ChecksField(SelectMultipleField):  # type: ignore[misc]
    """Choices of which any number may be ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class RowsField(FieldList):  # type: ignore[misc]
    """A FieldList whose numbers are ones that we gave: WTForms takes '²' for a digit, and then fails to read it."""

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> Iterator[int]:
        number = re.compile(rf"{re.escape(prefix)}-([0-9]{{1,4}})-", re.ASCII)
        return (int(match[1]) for name in formdata if (match := number.match(name)))


class WebAddressField(LineField):
    """An address on the web, or nothing. Only http and https: it becomes a link on public pages."""

    def __init__(self, label: str = "", validators: Any = (), *, max_length: int = 300, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"type": "url", "inputmode": "url", "placeholder": "https://"})
        valid = Regexp(r"(?i)https?://[^\s/]+\S*\Z", message=_l("Skriv hela adressen, med https:// först."))
        super().__init__(label, [*validators, Optional(), valid], max_length=max_length, **kwargs)
