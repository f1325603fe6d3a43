"""Saving and deleting answers, always inside the caller's transaction. Sensitive ones have a table of their own."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from konferens.audit import record
from konferens.clock import now
from konferens.database import Database
from konferens.offering.seats import mark_changed
from konferens.questions.model import Answer, File, Question, is_empty
from konferens.tables import answers, questions, sensitive_answers


async def save_answers(
    db: Database, given: Mapping[int, Mapping[int, Answer | None]], questions: Sequence[Question], *, new: bool = False
) -> None:
    """Save what tickets answered: ticket id → question id → answer. Inside the caller's transaction.

    An empty answer deletes the one that stands; questions that aren't named keep theirs, and so does a File without `data`.
    Answers to anything but `questions` are passed over. `new` tickets have no answers yet: nothing is looked for to delete.
    At most four statements, whatever the number of tickets.
    """
    moment = now()
    for table in (answers, sensitive_answers):
        kept_here = {question.id for question in questions if question.sensitive is (table is sensitive_answers)}
        changed = [
            (ticket_id, question_id, answer)
            for ticket_id, by_question in given.items()
            for question_id, answer in by_question.items()
            if question_id in kept_here and not (isinstance(answer, File) and answer.data is None)
        ]
        if not new:
            mine = (table.c.ticket_id == bindparam("ticket"), table.c.question_id == bindparam("question"))
            old = [{"ticket": ticket_id, "question": question_id} for ticket_id, question_id, _ in changed]
            await db.execute_many(delete(table).where(*mine), old)
        rows = [
            {"ticket_id": ticket_id, "question_id": question_id, "answered_at": moment, **_columns(answer)}
            for ticket_id, question_id, answer in changed
            if answer is not None and not is_empty(answer)
        ]
        await db.execute_many(insert(table), rows)


def _columns(answer: Answer) -> dict[str, Any]:
    if isinstance(answer, File):
        return {"value": answer.name, "file_type": answer.media_type, "file": answer.data}
    return {"value": answer, "file_type": "", "file": None}


async def delete_answers(db: Database, ticket_ids: Collection[int]) -> None:
    """Delete all that these tickets answered, sensitive or not. Inside the caller's transaction."""
    for table in (answers, sensitive_answers):
        await db.execute_many(
            delete(table).where(table.c.ticket_id == bindparam("ticket")),
            [{"ticket": ticket_id} for ticket_id in ticket_ids],
        )


async def purge_sensitive(db: Database, edition_id: int) -> int:
    """Delete all sensitive answers of an edition; gives how many there were. Inside the caller's transaction.

    Phones at the door that show such answers lose them at their next contact: the tickets count as changed.
    """
    asked = select(questions.c.id).where(questions.c.edition_id == edition_id)
    mine = sensitive_answers.c.question_id.in_(asked)
    await mark_changed(db, edition_id, select(sensitive_answers.c.ticket_id).where(mine))
    return await db.execute(delete(sensitive_answers).where(mine))


async def note_look(db: Database, edition_id: int, *, action: str, actor: str) -> None:
    """Write down that somebody looks at an edition's sensitive answers; `action` is 'view' or 'download'."""
    async with db.transaction():
        await record(
            db,
            actor=actor,
            action=f"sensitive-answers.{action}",
            subject=f"sensitive-answers:{edition_id}",
            edition_id=edition_id,
        )
