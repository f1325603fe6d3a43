"""The office's forms: the call with its questions, and a review."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, FormField, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from konferens.codes import slugify
from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.programme.model import SessionType
from konferens.proposals.model import QUESTION_KINDS, Call, Review
from konferens.questions.model import QuestionKind
from konferens.questions.office_forms import MAX_CHOICE_LENGTH, MAX_CHOICES, choices_of
from konferens.web.date_fields import MomentField, on_clocks
from konferens.web.forms import ChecksField, Form, LineField, RowsField, TextField

MOST_QUESTIONS = 30
PROPOSABLE = tuple(each for each in SessionType if not each.is_pause and each is not SessionType.CEREMONY)


class QuestionRow(Form):
    """One question; a row without a label is none."""

    code = HiddenField()
    label = LineField(_l("Fråga"), max_length=300)
    help = LineField(_l("Förklaring"), max_length=500)
    kind = SelectField(_l("Svaret är"), choices=[SelectChoice(kind.value) for kind in QUESTION_KINDS], default="text")
    choices = TextField(
        _l("Svar att välja bland"),
        max_length=MAX_CHOICES * MAX_CHOICE_LENGTH,
        description=_l("Ett på varje rad, för ”Ett val”."),
        render_kw={"rows": 3},
    )
    required = BooleanField(_l("Måste besvaras"))


class CallForm(Form):
    """Build it with `call_form`."""

    active = BooleanField(
        _l("Ta emot förslag"), description=_l("Utan kryss finns sidan inte, och inga länkar leder dit.")
    )
    opens_at = MomentField(_l("Öppnar"), description=_l("Tomt: genast."))
    closes_at = MomentField(_l("Sista dag och tid"), description=_l("Tomt: tills ni stänger."))
    introduction = TextField(
        _l("Inbjudan"),
        description=_l("Vad ni söker, vem som läser och vad den som medverkar får. Markdown fungerar."),
        render_kw={"rows": 8},
    )
    types = ChecksField(_l("Det som kan föreslås"))
    blind = BooleanField(
        _l("Granska utan namn"),
        description=_l("Granskarna ser då inte vilka som föreslår. Arrangörer ser det alltid."),
    )
    questions = RowsField(FormField(QuestionRow), max_entries=MOST_QUESTIONS)

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        opens, closes = self.opens_at.data, self.closes_at.data
        if opens and closes and closes <= opens:
            self.closes_at.errors = [gettext("Den sista tiden kommer före öppningen.")]
            valid = False
        if not self.types.data:
            self.types.errors = [gettext("Välj minst en typ.")]
            valid = False
        for row in self.questions:
            if row.form.label.data and (problem := _choices_problem(row.form)):
                row.form.choices.errors = [problem]
                valid = False
        return valid

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(id of the field, message) for everything that is wrong, in the order of the page."""
        fields = [field for field in self if field.name != "questions"]
        fields += [field for row in self.questions for field in row.form]
        return [(field.id, f"{field.label.text}: {error}") for field in fields for error in field.errors]

    def change_rows(self, what: str, number: int) -> None:
        """'add' a question at the end, or 'remove' the one with this number (from 0 on), or move it one place 'up'."""
        rows = [row.data for row in self.questions]
        if what == "add" and len(rows) < MOST_QUESTIONS:
            rows.append({"kind": QuestionKind.TEXT.value})
        elif what == "remove" and 0 <= number < len(rows):
            del rows[number]
        elif what == "up" and 0 < number < len(rows):
            rows[number - 1], rows[number] = rows[number], rows[number - 1]
        while len(self.questions):
            self.questions.pop_entry()
        self.questions.last_index = -1
        for row in rows:
            self.questions.append_entry(row)
        _name_kinds(self)

    def values(self, zone: ZoneInfo) -> dict[str, Any]:
        """Columns of `calls`. Call after `validate`."""
        return {
            "active": self.active.data,
            "opens_at": self.opens_at.in_utc(zone),
            "closes_at": self.closes_at.in_utc(zone),
            "introduction": self.introduction.data,
            "types": list(self.types.data),
            "blind": self.blind.data,
            "questions": _questions([row.form.data for row in self.questions]),
        }


def _choices_problem(row: QuestionRow) -> str:
    if row.kind.data != QuestionKind.CHOICE:
        return ""
    choices = choices_of(row.choices.data or "")
    if len(choices) < 2:  # noqa: PLR2004
        return gettext("Skriv minst två svar, ett på varje rad.")
    if len(choices) > MAX_CHOICES or any(len(each) > MAX_CHOICE_LENGTH for each in choices):
        return gettext("Det är för många svar, eller för långa. Korta listan.")
    return ""


def _questions(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """As JSON keeps them. A question keeps its code, by which answers are kept; a new one gets one of its own."""
    taken = {row["code"] for row in rows if row["code"]}
    questions: list[dict[str, Any]] = []
    used: set[str] = set()
    for row in rows:
        if not row["label"]:
            continue
        code = slugify(row["code"] or "")[:40]
        if not code or code in used:
            code = _free_code(slugify(row["label"])[:30] or "fraga", taken | used)
        used.add(code)
        kind = QuestionKind(row["kind"])
        choices = choices_of(row["choices"] or "") if kind.has_choices else []
        told = {"label": row["label"], "help": row["help"], "required": row["required"]}
        questions.append({"code": code, "kind": kind.value, "choices": choices, **told})
    return questions


def _free_code(stem: str, taken: set[str]) -> str:
    if stem not in taken:
        return stem
    number = 2
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def call_form(call: Call, zone: ZoneInfo, formdata: Any = None) -> CallForm:
    """The form: posted, or with what the call says now; moments by the clocks of `zone`."""
    data = {
        "active": call.active,
        "opens_at": on_clocks(call.opens_at, zone),
        "closes_at": on_clocks(call.closes_at, zone),
        "introduction": call.introduction,
        "types": [each.value for each in call.types],
        "blind": call.blind,
        "questions": [
            {
                "code": each.code,
                "label": each.label,
                "help": each.help,
                "kind": each.kind.value,
                "choices": "\n".join(each.choices),
                "required": each.required,
            }
            for each in call.questions
        ],
    }
    form = CallForm(formdata, data=data)
    form.types.choices = [SelectChoice(each.value, each.label) for each in PROPOSABLE]
    _name_kinds(form)
    return form


def _name_kinds(form: CallForm) -> None:
    for row in form.questions:
        row.form.kind.choices = [SelectChoice(kind.value, kind.label) for kind in QUESTION_KINDS]


class ReviewForm(Form):
    """Build it with `review_form`."""

    score = RadioField(_l("Betyg"), validate_choice=False)
    comment = TextField(
        _l("Kommentar"),
        max_length=5000,
        description=_l("Läses av arrangörer och andra granskare."),
        render_kw={"rows": 5},
    )
    conflict = BooleanField(
        _l("Jag är jävig"),
        description=_l(
            "Du står nära någon som föreslår eller tjänar på förslaget. Då ser du inte heller andras betyg."
        ),
    )

    @property
    def chosen(self) -> int | None:
        """The score, or None."""
        return int(self.score.data) if self.score.data in _SCORES else None

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if not self.conflict.data and self.chosen is None:
            self.score.errors = [gettext("Välj ett betyg, eller kryssa för att du är jävig.")]
            return False
        return valid


_SCORES = ("1", "2", "3", "4", "5")


def review_form(own: Review | None, formdata: Any = None) -> ReviewForm:
    """The form: posted, or with what the reviewer thought before."""
    data = {"score": str(own.score or ""), "comment": own.comment, "conflict": own.conflict} if own else {}
    form = ReviewForm(formdata, data=data)
    labels = (
        gettext("1 – passar inte"),
        gettext("2 – svagt"),
        gettext("3 – går bra"),
        gettext("4 – starkt"),
        gettext("5 – måste med"),
    )
    form.score.flags.required = True
    form.score.choices = [SelectChoice(value, label) for value, label in zip(_SCORES, labels, strict=True)]
    return form
