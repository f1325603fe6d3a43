"""What was answered, as numbers and lists. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from konferens.i18n import gettext
from konferens.questions.model import Answer, File, Question, QuestionKind, Respondent, asked_of, option_label
from konferens.spreadsheets import csv_file

Answers = Mapping[int, Mapping[int, Answer]]
"""Ticket id → question id → answer."""


@dataclass(frozen=True, slots=True)
class OptionCount:
    """How many chose it; `percent` of those who answered, rounded. `is_offered`: it is still among the choices."""

    label: str
    count: int
    percent: int
    is_offered: bool = True


@dataclass(frozen=True, slots=True)
class Summary:
    """One question: how many were asked, how many answered, what they chose, or everything that was written or sent.

    `options` are there where there is something to choose among, `given` (who, answer) for texts, dates and files.
    """

    question: Question
    asked: int
    answered: int
    options: tuple[OptionCount, ...]
    given: tuple[tuple[Respondent, Answer], ...]

    @property
    def percent(self) -> int:
        """Of those who were asked."""
        return _percent(self.answered, self.asked)


def summaries(
    questions: Sequence[Question], people: Sequence[Respondent], answers: Answers, *, sensitive: bool = False
) -> list[Summary]:
    """One for each of `questions` that is `sensitive`, or isn't. Only people who are asked by their type and answers count.

    What is put aside and was never answered is left out.
    """
    asked: Counter[int] = Counter()
    given: dict[int, list[tuple[Respondent, Answer]]] = {question.id: [] for question in questions}
    for person in people:
        own = answers.get(person.id, {})
        for question in asked_of(questions, person.type, own):
            asked[question.id] += 1
            if question.id in own:
                given[question.id].append((person, own[question.id]))
    return [
        _summary(question, asked[question.id], given[question.id])
        for question in questions
        if question.sensitive is sensitive and (question.active or given[question.id])
    ]


def _summary(question: Question, asked: int, given: Sequence[tuple[Respondent, Answer]]) -> Summary:
    if question.kind is QuestionKind.YES_NO or question.kind.has_choices:
        return Summary(question, asked, len(given), _options(question, [answer for _, answer in given]), ())
    return Summary(question, asked, len(given), (), tuple(given))


def _options(question: Question, given: Sequence[Answer]) -> tuple[OptionCount, ...]:
    """The choices in their order, then what was chosen before it was taken away."""
    chosen: Counter[str] = Counter()
    for answer in given:
        if isinstance(answer, bool):
            chosen[question.options[0 if answer else 1]] += 1
        elif isinstance(answer, list):
            chosen.update(answer)
        else:
            chosen[str(answer)] += 1
    gone = sorted(set(chosen) - set(question.options))
    return tuple(
        OptionCount(
            option_label(option, question.kind),
            chosen[option],
            _percent(chosen[option], len(given)),
            is_offered=option in question.options,
        )
        for option in [*question.options, *gone]
    )


def _percent(part: int, whole: int) -> int:
    """Half a percent is rounded up; 0 of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def in_words(answer: Answer | None) -> str:
    """The answer on one line, in the current language; '' for none."""
    if isinstance(answer, bool):
        return gettext("Ja") if answer else gettext("Nej")
    if isinstance(answer, list):
        return ", ".join(answer)
    if isinstance(answer, File):
        return answer.name
    return " ".join((answer or "").split())


def answered_rows(
    questions: Sequence[Question], people: Sequence[Respondent], answers: Answers, *, sensitive: bool = False
) -> list[tuple[Respondent, dict[int, Answer]]]:
    """Each person's answers to the questions that are `sensitive`, or aren't, and are asked of that person; none are {}."""
    rows = []
    for person in people:
        own = answers.get(person.id, {})
        asked = {each.id for each in asked_of(questions, person.type, own) if each.sensitive is sensitive}
        rows.append((person, {key: answer for key, answer in own.items() if key in asked}))
    return rows


def answers_csv(
    questions: Sequence[Question], people: Sequence[Respondent], answers: Answers, *, sensitive: bool = False
) -> bytes:
    """A row for each person, a column for each question; of sensitive answers, only people who gave any."""
    shown = [question for question in questions if question.sensitive is sensitive]
    headings = [
        gettext("Bokning"),
        gettext("Deltagare"),
        gettext("E-post"),
        gettext("Organisation"),
        gettext("Biljett"),
        *(question.label for question in shown),
    ]
    rows = [
        [
            *(person.order_code, person.name, person.email, person.organisation, person.type_name),
            *(in_words(own.get(question.id)) for question in shown),
        ]
        for person, own in answered_rows(questions, people, answers, sensitive=sensitive)
        if own or not sensitive
    ]
    return csv_file(headings, rows)
