"""A form field for each kind of question. `data` of each is the answer as questions.model has it, or None."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from starlette.datastructures import UploadFile
from wtforms import Field, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.utils import unset_value
from wtforms.validators import ValidationError
from wtforms.widgets import FileInput

from konferens.events.model import YEARS
from konferens.i18n import gettext
from konferens.questions.model import NO, YES, Answer, File, Question, QuestionKind
from konferens.questions.uploads import ACCEPT, MAX_BYTES, read_upload
from konferens.web.forms import ChecksField, LineField, TextField

MAX_RADIOS = 7
"""More choices than this are a menu."""

MAX_TEXT, MAX_LONG_TEXT = 300, 3000


class YesNoField(RadioField):  # type: ignore[misc]
    """Yes or no, neither chosen beforehand: silence is no consent (GDPR recital 32). `data` is True, False or None."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        choices = [SelectChoice(YES, gettext("Ja")), SelectChoice(NO, gettext("Nej"))]
        super().__init__(label, choices=choices, coerce=_yes_no, **kwargs)


def _yes_no(value: Any) -> bool:
    """True or False for what the form says, or the answer that stands. Raises ValueError for anything else."""
    if isinstance(value, bool):
        return value
    if value not in (YES, NO):
        raise ValueError(value)
    return bool(value == YES)


class DayField(LineField):
    """A date; `data` is '2027-05-11' or ''. What was typed stays in the field when it is none."""

    data: str

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, render_kw={"type": "date"}, **kwargs)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        if self.data:
            try:
                day = date.fromisoformat(self.data)
            except ValueError:
                raise ValidationError(gettext("Skriv ett datum, till exempel 2027-05-11.")) from None
            if day.year not in range(YEARS.start - 100, YEARS.stop):
                raise ValidationError(gettext("Skriv ett år mellan 1900 och 2199."))
            self.data = day.isoformat()


class UploadField(Field):  # type: ignore[misc]
    """A file. `data` is the File that was sent, the one that stands, or None once the box beside it ('remove-…') is checked.

    A browser can't be given a file back: where the form is shown again, `lost` is the name of the one to choose once more.
    """

    widget = FileInput()
    data: File | None

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, render_kw={"accept": ACCEPT}, **kwargs)
        self.lost = ""

    @property
    def remove_name(self) -> str:
        """Name of the checkbox that takes the file away."""
        return f"{self.name.removesuffix(self.short_name)}remove-{self.short_name}"

    @property
    def kept(self) -> File | None:
        """The file that stands, which the form was made with."""
        return self.object_data if isinstance(self.object_data, File) else None

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        super().process(formdata, data, extra_filters)
        if formdata is not None and self.remove_name in formdata and not self.lost:
            self.data = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        for upload in valuelist:
            if isinstance(upload, UploadFile) and (upload.filename or upload.size):
                self.lost = upload.filename or ""
                upload.file.seek(0)
                self.data = None
                self.data = read_upload(self.lost, upload.file.read(MAX_BYTES + 1))
            elif isinstance(upload, File):  # from a program
                self.lost = upload.name
                self.data = None
                self.data = read_upload(upload.name, upload.data or b"")


def field_for(question: Question, current: Answer | None) -> Any:
    """The field, not yet bound, for `question`; `current` is the answer that stands, which stays among the choices."""
    made: Callable[..., Any] = _MAKERS[question.kind]
    return made(question, current, label=question.label)


def _text(question: Question, current: Answer | None, label: str) -> LineField:  # noqa: ARG001
    return LineField(label, max_length=MAX_TEXT, render_kw=_AUTOFILL.get(question.code, {"dir": "auto"}))


_AUTOFILL: Mapping[str, Mapping[str, str]] = {
    "phone": {"type": "tel", "inputmode": "tel", "autocomplete": "off"},  # one page is filled in for several people
}


def _long_text(question: Question, current: Answer | None, label: str) -> TextField:  # noqa: ARG001
    return TextField(label, max_length=MAX_LONG_TEXT, render_kw={"rows": 3, "dir": "auto"})


def _choice(question: Question, current: Answer | None, label: str) -> SelectField:
    choices = [SelectChoice(text, text) for text in _with(question.choices, current)]
    if len(choices) > MAX_RADIOS:
        return SelectField(label, choices=[SelectChoice("", gettext("Välj")), *choices])
    if not question.required:
        choices.append(SelectChoice("", gettext("Inget svar")))
    return RadioField(label, choices=choices, default="" if not question.required else None)


def _choices(question: Question, current: Answer | None, label: str) -> ChecksField:
    return ChecksField(
        label,
        choices=[SelectChoice(text, text) for text in _with(question.choices, current)],
    )


def _with(choices: tuple[str, ...], current: Answer | None) -> list[str]:
    """The choices, and what was answered before the organiser took it away."""
    answered = current if isinstance(current, list) else [current] if isinstance(current, str) and current else []
    return [*choices, *(text for text in answered if text not in choices)]


def _yes_or_no(question: Question, current: Answer | None, label: str) -> YesNoField:  # noqa: ARG001
    return YesNoField(label)


def _day(question: Question, current: Answer | None, label: str) -> DayField:  # noqa: ARG001
    return DayField(label)


def _file(question: Question, current: Answer | None, label: str) -> UploadField:  # noqa: ARG001
    return UploadField(label)


_MAKERS: Mapping[QuestionKind, Callable[..., Any]] = {
    QuestionKind.TEXT: _text,
    QuestionKind.LONG_TEXT: _long_text,
    QuestionKind.CHOICE: _choice,
    QuestionKind.CHOICES: _choices,
    QuestionKind.YES_NO: _yes_or_no,
    QuestionKind.DATE: _day,
    QuestionKind.FILE: _file,
}
