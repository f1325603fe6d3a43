"""What attendees are asked, and which of it applies to whom. Pure rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from konferens.i18n import gettext


class QuestionKind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    DATE = "date"
    FILE = "file"

    @property
    def label(self) -> str:
        """In the current language."""
        return {
            QuestionKind.TEXT: gettext("Kort text"),
            QuestionKind.LONG_TEXT: gettext("Lång text"),
            QuestionKind.CHOICE: gettext("Ett val"),
            QuestionKind.CHOICES: gettext("Flera val"),
            QuestionKind.YES_NO: gettext("Ja eller nej"),
            QuestionKind.DATE: gettext("Datum"),
            QuestionKind.FILE: gettext("Fil"),
        }[self]

    @property
    def has_choices(self) -> bool:
        return self in (QuestionKind.CHOICE, QuestionKind.CHOICES)


@dataclass(frozen=True, slots=True)
class File:
    """An uploaded file. `data` is None where it wasn't fetched: answers are listed without their files' contents."""

    name: str
    media_type: str
    data: bytes | None = None


Answer = str | bool | list[str] | File
"""By kind: a text, one of the choices, a list of them, yes or no, an ISO date ('2027-05-11'), a file."""

YES, NO = "yes", "no"
"""How forms, and `shown_if`, write the answers of yes_no."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of an edition. `purpose` says why it is asked (GDPR article 13); `sensitive` answers are kept apart.

    `shown_by_id` is the question that decides whether it is asked: when that one's answer is, or holds, `shown_if`. `ticket_types`
    are codes of the types that are asked, empty for all. `help` and `label` are in the edition's language.
    """

    id: int
    code: str
    kind: QuestionKind
    label: str
    help: str
    choices: tuple[str, ...]
    required: bool
    sensitive: bool
    purpose: str
    position: int
    active: bool
    shown_by_id: int | None
    shown_if: str
    ticket_types: frozenset[str]

    def is_for(self, ticket_type: str) -> bool:
        """Whether tickets of the type with this code are asked."""
        return not self.ticket_types or ticket_type in self.ticket_types

    @property
    def options(self) -> tuple[str, ...]:
        """Values of `shown_if` that questions shown by this one can have; none where its answers are anything."""
        if self.kind is QuestionKind.YES_NO:
            return (YES, NO)
        return self.choices if self.kind.has_choices else ()


def option_label(option: str, kind: QuestionKind) -> str:
    """An option as people read it: that of a yes_no in the current language, a choice as it is."""
    if kind is QuestionKind.YES_NO:
        return gettext("Ja") if option == YES else gettext("Nej")
    return option


def asked_of(questions: Sequence[Question], ticket_type: str, answers: Mapping[int, Answer | None]) -> list[Question]:
    """Those of `questions`, in their order, that a ticket of the type with this code is asked, given its answers so far.

    A question is asked when it is for the type and, where another one shows it, that one is asked as well and answered with
    `shown_if`. What is shown by a question that isn't among `questions`, or in a circle by itself, is never asked.
    """
    by_id = {question.id: question for question in questions}
    known: dict[int, bool] = {}

    def is_asked(question: Question) -> bool:
        if question.id not in known:
            known[question.id] = False  # a circle comes back here, and ends
            parent = by_id.get(question.shown_by_id) if question.shown_by_id is not None else None
            known[question.id] = question.is_for(ticket_type) and (
                question.shown_by_id is None
                or (parent is not None and _holds(answers.get(parent.id), question.shown_if) and is_asked(parent))
            )
        return known[question.id]

    return [question for question in questions if is_asked(question)]


def _holds(answer: Answer | None, option: str) -> bool:
    if isinstance(answer, bool):
        return option == (YES if answer else NO)
    if isinstance(answer, list):
        return option in answer
    return answer == option


def shown_by(questions: Iterable[Question], question_id: int) -> set[int]:
    """Ids of the questions that depend on this one, directly or through others; itself as well."""
    found = {question_id}
    rest = [question for question in questions if question.shown_by_id is not None]
    while more := {question.id for question in rest if question.shown_by_id in found} - found:
        found |= more
    return found


@dataclass(frozen=True, slots=True)
class Respondent:
    """Somebody with a valid ticket, `id` is the ticket's; `type` is the code of its type."""

    id: int
    name: str
    email: str
    organisation: str
    type: str
    type_name: str
    order_code: str


def is_empty(answer: Answer | None) -> bool:
    """Whether nothing was answered; 'no' is an answer."""
    return answer is None or answer in ("", [])
