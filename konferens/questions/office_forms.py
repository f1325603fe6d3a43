"""The organiser's form for a question."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, ValidationError

from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.offering.model import TicketType
from konferens.questions.model import Question, QuestionKind, option_label, shown_by
from konferens.web.forms import ChecksField, Form, LineField, TextField, clean_line

MAX_CHOICES = 100
MAX_CHOICE_LENGTH = 200
_ALWAYS = ""


class QuestionForm(Form):
    """Build it with `question_form`, which knows the edition's ticket types and other questions."""

    label = LineField(_l("Fråga"), [DataRequired(_l("Skriv frågan."))], max_length=300)
    help = TextField(
        _l("Förklaring"), max_length=1000, description=_l("Står under frågan, om den behövs."), render_kw={"rows": 2}
    )
    kind = SelectField(_l("Svaret är"), choices=[SelectChoice(kind.value) for kind in QuestionKind], default="text")
    choices = TextField(
        _l("Svar att välja bland"),
        max_length=MAX_CHOICES * MAX_CHOICE_LENGTH,
        description=_l("Ett på varje rad. Den som redan har svarat behåller sitt svar om du tar bort det här."),
        render_kw={"rows": 6},
    )
    required = BooleanField(_l("Måste besvaras"))
    sensitive = BooleanField(
        _l("Känslig: kan säga något om hälsa eller tro"),
        description=_l(
            "Svaren hålls för sig, syns bara på sidan ”Mat och tillgänglighet” och raderas efter konferensen."
        ),
    )
    purpose = LineField(
        _l("Varför ni frågar"),
        max_length=300,
        description=_l(
            "Deltagarna har rätt att veta det (GDPR). Till exempel: ”Vi frågar för att boka rätt antal bussar.”"
        ),
    )
    ticket_types = ChecksField(
        _l("För biljettyperna"),
        coerce=int,
        description=_l("Utan kryss får alla frågan."),
    )
    shown_when = SelectField(_l("Visas"), description=_l("En fråga kan bero på vad deltagaren svarade på en annan."))
    active = BooleanField(_l("Frågan ställs"), default=True)

    def validate_choices(self, field: TextField) -> None:
        if self.kind.data not in (QuestionKind.CHOICE, QuestionKind.CHOICES):
            return
        choices = choices_of(field.data)
        if len(choices) < 2:  # noqa: PLR2004
            raise ValidationError(gettext("Skriv minst två svar, ett på varje rad."))
        if len(choices) > MAX_CHOICES:
            raise ValidationError(gettext("Det får vara högst %(n)s svar.") % {"n": MAX_CHOICES})
        if too_long := next((text for text in choices if len(text) > MAX_CHOICE_LENGTH), None):
            text = gettext("Svaret ”%(start)s…” är för långt. Korta det till högst %(n)s tecken.")
            raise ValidationError(text % {"start": too_long[:40], "n": MAX_CHOICE_LENGTH})

    def validate_purpose(self, field: LineField) -> None:
        if self.sensitive.data and not field.data:
            raise ValidationError(gettext("Skriv varför ni frågar. För känsliga uppgifter måste det stå vid frågan."))

    def values(self) -> dict[str, Any]:
        """Columns of `questions` apart from code and position. Call after `validate`."""
        parent, _, option = self.shown_when.data.partition(":")
        kind = QuestionKind(self.kind.data)
        return {name: self[name].data for name in ("label", "help", "required", "sensitive", "purpose", "active")} | {
            "kind": kind,
            "choices": choices_of(self.choices.data) if kind.has_choices else [],
            "shown_by_id": int(parent) if parent else None,
            "shown_if": option,
        }


def choices_of(text: str) -> list[str]:
    """The lines of `text` that aren't empty, each once."""
    return list(dict.fromkeys(line for each in text.splitlines() if (line := clean_line(each))))


def question_form(
    types: Sequence[TicketType],
    others: Sequence[Question],
    *,
    question: Question | None = None,
    formdata: Any = None,
) -> QuestionForm:
    """The form: posted, or with what `question` has now. `others` are all questions of the edition."""
    form = QuestionForm(formdata, data=_shown(types, question))
    form.kind.choices = [SelectChoice(kind.value, kind.label) for kind in QuestionKind]
    form.ticket_types.choices = [SelectChoice(each.id, each.name) for each in types]
    dependent = set() if question is None else shown_by(others, question.id)
    form.shown_when.choices = [SelectChoice(_ALWAYS, gettext("Alltid"))] + [
        SelectChoice(
            f"{parent.id}:{option}",
            gettext("Om svaret är ”%(answer)s”") % {"answer": option_label(option, parent.kind)},
            optgroup=parent.label,
        )
        for parent in others
        if parent.id not in dependent
        for option in parent.options
    ]
    return form


def _shown(types: Sequence[TicketType], question: Question | None) -> dict[str, Any]:
    if question is None:
        return {"shown_when": _ALWAYS}
    names = ("label", "help", "required", "sensitive", "purpose", "active")
    return {name: getattr(question, name) for name in names} | {
        "kind": question.kind.value,
        "choices": "\n".join(question.choices),
        "ticket_types": [each.id for each in types if each.code in question.ticket_types],
        "shown_when": _ALWAYS if question.shown_by_id is None else f"{question.shown_by_id}:{question.shown_if}",
    }
