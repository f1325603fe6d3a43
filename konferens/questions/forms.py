"""The questions as fields inside one attendee's form, and answers as JSON has them."""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from starlette.datastructures import FormData
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta

from konferens.i18n import gettext
from konferens.questions.fields import UploadField, field_for
from konferens.questions.model import NO, YES, Answer, File, Question, QuestionKind, asked_of, is_empty, option_label
from konferens.web.forms import Form, clean_line


class _Meta(Form.Meta, DefaultMeta):  # type: ignore[misc]
    pass


class AnswersForm(BaseForm):  # type: ignore[misc]
    """One attendee's answers: a field 'q-CODE' for each question. Build it with `answers_form`."""

    def __init__(self, questions: Sequence[Question], prefix: str, given: Mapping[int, Answer]) -> None:
        self.questions = questions
        fields = {name_of(question): field_for(question, given.get(question.id)) for question in questions}
        super().__init__(fields, prefix=prefix, meta=_Meta())
        for question in questions:
            self.field(question).flags.required = question.required

    @property
    def prefix(self) -> str:
        """What the fields' names begin with: 'tickets-0-' or ''."""
        return str(self._prefix)

    def field(self, question: Question) -> Any:
        """The question's field."""
        return self[name_of(question)]

    def answer(self, question: Question) -> Answer | None:
        """What its field says, whether or not it is asked; None for nothing."""
        data: Answer | None = self.field(question).data
        if isinstance(data, list):  # in the order of the choices, each once
            data = [choice.value for choice in self.field(question).iter_choices() if choice.value in data]
        return None if is_empty(data) else data

    def asked(self, ticket_type: str) -> list[Question]:
        """The questions that a ticket of the type with this code is asked, after what is answered here."""
        return asked_of(self.questions, ticket_type, {each.id: self._told(each) for each in self.questions})

    def _told(self, question: Question) -> Answer | None:
        """As `answer`, though not for what isn't among the choices: nothing follows from that."""
        answer = self.answer(question)
        return answer if not self.field(question).process_errors else None

    def validate_for(self, ticket_type: str, *, require: bool = True) -> bool:
        """Whether what is asked of this type is answered as it should be; errors stand at the fields.

        What isn't asked is passed over. Without `require`, required questions may be left for the attendee to answer later.
        """
        asked = {question.id for question in self.asked(ticket_type)}
        for question in self.questions:
            field = self.field(question)
            field.errors = []
            if question.id not in asked:
                continue
            if field.process_errors or field.data:
                field.validate(self)
            elif question.required and require and self.answer(question) is None:
                field.errors = [_missing(question)]
        return not any(field.errors for field in self)

    def values(self, ticket_type: str) -> dict[int, Answer | None]:
        """Question id → answer; None for what is empty or isn't asked of this type, to be deleted. Call after validate_for."""
        asked = {question.id for question in self.asked(ticket_type)}
        return {each.id: self.answer(each) if each.id in asked else None for each in self.questions}

    @property
    def parts(self) -> list[tuple[bool, list[Question]]]:
        """(whether they are sensitive, questions): the ordinary ones, then the others, each where there are any."""
        parts = [
            (sensitive, [each for each in self.questions if each.sensitive is sensitive]) for sensitive in (False, True)
        ]
        return [(sensitive, questions) for sensitive, questions in parts if questions]

    def must_answer(self, questions: Sequence[Question]) -> bool:
        """Whether one of these has to be answered, whatever is answered to the others of them."""
        ids = {each.id for each in questions}
        return any(each.required and each.shown_by_id not in ids for each in questions)

    def is_used(self, questions: Sequence[Question]) -> bool:
        """Whether any of these is answered, or has an error: then they aren't folded away."""
        return any(self.field(each).errors or self.answer(each) is not None for each in questions)

    def condition(self, question: Question) -> tuple[Question, str] | None:
        """The question that shows it, and the answer to that in words; None for what isn't shown by another."""
        parent = next((each for each in self.questions if each.id == question.shown_by_id), None)
        return None if parent is None else (parent, option_label(question.shown_if, parent.kind))

    @property
    def is_filled(self) -> bool:
        """Whether anything is answered, and should not get lost."""
        return any(self.answer(question) is not None for question in self.questions)

    @property
    def has_files(self) -> bool:
        """Whether a file is asked for: then the form is sent as multipart/form-data."""
        return any(isinstance(field, UploadField) for field in self)


def answers_form(
    questions: Sequence[Question],
    prefix: str = "",
    formdata: FormData | None = None,
    data: Mapping[int, Answer] | None = None,
) -> AnswersForm:
    """The fields for one attendee; names begin with `prefix` ('tickets-0-'). `data` are the answers that stand, by id.

    With `formdata` the fields show what was sent; those that weren't sent keep what stands, choices with boxes are empty.
    """
    given = data or {}
    form = AnswersForm(questions, prefix, given)
    form.process(formdata, data={name_of(each): given[each.id] for each in questions if each.id in given})
    return form


def name_of(question: Question) -> str:
    """The field's name, without a prefix."""
    return f"q-{question.code}"


def upload_names(questions: Iterable[Question]) -> str:
    """For `read_form(upload=…)`: a regular expression of the fields that are files, after 'tickets-N-' or not; '' for none."""
    codes = [re.escape(question.code) for question in questions if question.kind is QuestionKind.FILE]
    return rf"(?:[a-z]+-[0-9]{{1,4}}-)?q-(?:{'|'.join(codes)})" if codes else ""


def _missing(question: Question) -> str:
    if question.kind in (QuestionKind.CHOICE, QuestionKind.YES_NO):
        return gettext("Välj ett svar.")
    if question.kind is QuestionKind.CHOICES:
        return gettext("Välj minst ett svar.")
    if question.kind is QuestionKind.FILE:
        return gettext("Välj en fil.")
    return gettext("Fyll i det här.")


def answers_from_json(
    questions: Sequence[Question], ticket_type: str, data: Any, *, require: bool = True
) -> tuple[dict[int, Answer | None], dict[str, list[str]]]:
    """Answers by question code, as the API has them → (answers by id as `values` gives them, errors by code).

    A text is a string, choices are a list of strings, yes_no is true or false, a date "2027-05-11", a file {"name", "data"}
    with its contents in base64. Null, or leaving it out, is no answer. `require` as in validate_for. Errors that concern no question stand under ''.
    """
    if not isinstance(data, Mapping):
        return {}, {"": ["Must be an object with the answers by question code."]}
    by_code = {question.code: question for question in questions}
    errors: dict[str, list[str]] = {}
    sent: list[tuple[str, Any]] = []
    for code, value in data.items():
        if code not in by_code:
            errors[code] = ["There is no such question."]
        elif value is not None:
            try:
                sent += [(name_of(by_code[code]), each) for each in _as_sent(by_code[code].kind, value)]
            except ValueError as error:
                errors[code] = [str(error)]
    form = answers_form(questions, formdata=FormData(sent))
    if not form.validate_for(ticket_type, require=require):
        for question in questions:
            if form.field(question).errors:
                errors.setdefault(question.code, [str(error) for error in form.field(question).errors])
    return (form.values(ticket_type) if not errors else {}), errors


def _as_sent(kind: QuestionKind, value: Any) -> list[Any]:
    """A JSON value as a form would send it. Raises ValueError, which says what it must be."""
    if kind is QuestionKind.YES_NO:
        if not isinstance(value, bool):
            raise ValueError("Must be true or false.")
        return [YES if value else NO]
    if kind is QuestionKind.CHOICES:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise ValueError("Must be a list of strings.")
        return value
    if kind is QuestionKind.FILE:
        return [_file_as_sent(value)]
    if not isinstance(value, str):
        raise ValueError("Must be a string.")  # noqa: TRY004 - told to the sender
    return [value]


def _file_as_sent(value: Any) -> File:
    try:
        return File(clean_line(value["name"]), "", base64.b64decode(value["data"], validate=True))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError('Must be {"name": string, "data": base64}.') from error
