"""What a list may show of people's food and access: their answers to the ready-made questions, for its staff only.

They are sensitive (GDPR article 9): only a list that says so gives them, to who works with it, and each fetch of many is
written down as a look at the office's page of those answers is. A scan's own row tells who saw the answer to one of it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select

from konferens.checkin.copies import Standing
from konferens.checkin.model import Answer, CheckinList, Mark, Status
from konferens.database import Database
from konferens.questions import ready
from konferens.questions.actions import note_look
from konferens.questions.model import Answer as Given
from konferens.questions.model import Question, is_empty
from konferens.questions.queries import answers_of, questions_of
from konferens.tables import questions

CODES: Mapping[Mark, tuple[str, ...]] = {
    Mark.DIET: (ready.DIET, ready.DIET_TEXT),
    Mark.ACCESS: (ready.ACCESSIBILITY,),
}
"""Which of the ready-made questions a mark is made of."""

Marks = tuple[tuple[str, str], ...]
_AT_ONCE = 500
"""Tickets that are asked for in one statement."""


async def offered_marks(db: Database, edition_id: int) -> list[Mark]:
    """Those that the edition asks people about; one query."""
    query = select(questions.c.code).where(questions.c.edition_id == edition_id, questions.c.active)
    asked = {row.code for row in await db.fetch_all(query)}
    return [mark for mark, codes in CODES.items() if asked.intersection(codes)]


async def with_marks(
    db: Database, checkin_list: CheckinList, items: Sequence[Standing], *, actor: str
) -> list[Standing]:
    """The items with what the list shows of them, and a note that `actor` has seen it where there is something to see.

    Nothing is asked for where the list shows nothing. Those who left the list or are cancelled show nothing.
    """
    ids = [item.guest.ticket_id for item in items if item.status in ("valid", "unpaid")]
    found = (await _marks(db, [checkin_list], ids)).get(checkin_list.id, {})
    if not found:
        return list(items)
    await note_look(db, checkin_list.edition_id, action="view", actor=actor)
    return [_marked(item, found.get(item.guest.ticket_id, ())) for item in items]


def _marked(item: Standing, marks: Marks) -> Standing:
    return replace(item, guest=replace(item.guest, marks=marks)) if marks else item


async def mark_answers(db: Database, answered: Sequence[tuple[CheckinList, Sequence[Answer]]]) -> list[list[Answer]]:
    """The answers of each list with what it shows of those it lets in."""
    ids = {answer.guest.ticket_id for _, answers in answered for answer in answers if answer.guest is not None}
    found = await _marks(db, [one for one, _ in answered], ids)
    return [[_shown(answer, found.get(one.id, {})) for answer in answers] for one, answers in answered]


def _shown(answer: Answer, found: Mapping[int, Marks]) -> Answer:
    if answer.guest is None or answer.status is not Status.ADMITTED or answer.guest.ticket_id not in found:
        return answer
    return replace(answer, guest=replace(answer.guest, marks=found[answer.guest.ticket_id]))


async def _marks(
    db: Database, lists: Sequence[CheckinList], ticket_ids: Collection[int]
) -> dict[int, dict[int, Marks]]:
    """List → ticket → its marks, of lists that show any."""
    showing = {one.id: one for one in lists if one.shows}
    if not showing or not ticket_ids:
        return {}
    words: dict[int, dict[Mark, str]] = {}
    asked = [
        question
        for edition_id in sorted({one.edition_id for one in showing.values()})
        for question in await questions_of(db, edition_id)
    ]
    of_marks = [question for question in asked if any(question.code in codes for codes in CODES.values())]
    given = await _answers(db, of_marks, sorted(ticket_ids))
    for ticket_id, answers in given.items():
        words[ticket_id] = {mark: text for mark in Mark if (text := _words(mark, of_marks, answers))}
    return {
        one.id: {
            ticket_id: tuple((mark.value, marks[mark]) for mark in Mark if mark in one.shows and mark in marks)
            for ticket_id, marks in words.items()
            if one.shows & marks.keys()
        }
        for one in showing.values()
    }


async def _answers(db: Database, asked: Sequence[Question], ids: Sequence[int]) -> dict[int, dict[int, Given]]:
    found: dict[int, dict[int, Given]] = {}
    for sensitive in sorted({question.sensitive for question in asked}):
        for start in range(0, len(ids), _AT_ONCE):
            for ticket_id, answers in (
                await answers_of(db, ids[start : start + _AT_ONCE], sensitive=sensitive)
            ).items():
                found.setdefault(ticket_id, {}).update(answers)
    return found


def _words(mark: Mark, asked: Sequence[Question], answers: Mapping[int, Given]) -> str:
    """'Veganskt, nötallergi': the choices and texts of a mark. A choice that opened a question gives way to its answer."""
    mine = [each for each in asked if each.code in CODES[mark] and not is_empty(answers.get(each.id))]
    explained = {each.shown_if for each in mine if each.shown_by_id is not None}
    texts: list[str] = []
    for each in mine:
        answer = answers[each.id]
        parts = answer if isinstance(answer, list) else [answer] if isinstance(answer, str) else []
        texts += [" ".join(part.split()) for part in parts if part not in explained]
    return ", ".join(texts)
