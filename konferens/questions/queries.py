"""Questions and their answers, read from the database."""

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select

from konferens.database import Database
from konferens.questions.model import Answer, File, Question, QuestionKind, Respondent
from konferens.tables import answers, orders, question_ticket_types, questions, sensitive_answers, ticket_types, tickets

ORDERING_TAKES = timedelta(minutes=1)
"""What is answered later than that after its ticket was made was not answered by whoever booked it, on the form of the order."""


async def questions_of(db: Database, edition_id: int, *, active_only: bool = True) -> list[Question]:
    """The edition's questions in their own order; two queries, one where it has none."""
    query = select(questions).where(questions.c.edition_id == edition_id).order_by(questions.c.position, questions.c.id)
    if active_only:
        query = query.where(questions.c.active)
    rows = await db.fetch_all(query)
    if not rows:
        return []
    limited: defaultdict[int, set[str]] = defaultdict(set)
    types = (
        select(question_ticket_types.c.question_id, ticket_types.c.code)
        .select_from(question_ticket_types.join(ticket_types))
        .where(ticket_types.c.edition_id == edition_id)
    )
    for row in await db.fetch_all(types):
        limited[row.question_id].add(row.code)
    return [_question(row, limited[row.id]) for row in rows]


def _question(row: Any, types: Collection[str]) -> Question:
    values = dict(row._mapping)  # noqa: SLF001
    del values["edition_id"]
    return Question(
        **values
        | {
            "kind": QuestionKind(values["kind"]),
            "choices": tuple(values["choices"]),
            "ticket_types": frozenset(types),
        }
    )


async def answers_of(
    db: Database, ticket_ids: Collection[int], *, sensitive: bool = False
) -> dict[int, dict[int, Answer]]:
    """Ticket id → question id → answer: the ordinary ones, or those that are `sensitive`. One query.

    Tickets without answers are absent. Files come without their contents, see `file_of`. For the tickets of an order or a
    page; a whole edition's come from `answers_in`.
    """
    if not ticket_ids:
        return {}
    table = _table(sensitive=sensitive)
    return await _answers(db, table, table.c.ticket_id.in_(sorted(ticket_ids)))


async def answers_in(db: Database, edition_id: int, *, sensitive: bool = False) -> dict[int, dict[int, Answer]]:
    """As `answers_of`, for all tickets of an edition, the cancelled ones too. One query."""
    table = _table(sensitive=sensitive)
    asked = select(questions.c.id).where(questions.c.edition_id == edition_id)
    return await _answers(db, table, table.c.question_id.in_(asked))


async def _answers(db: Database, table: Table, wanted: ColumnElement[bool]) -> dict[int, dict[int, Answer]]:
    query = select(table.c.ticket_id, table.c.question_id, table.c.value, table.c.file_type).where(wanted)
    found: defaultdict[int, dict[int, Answer]] = defaultdict(dict)
    for row in await db.fetch_all(query):
        found[row.ticket_id][row.question_id] = File(row.value, row.file_type) if row.file_type else row.value
    return dict(found)


async def file_of(db: Database, edition_id: int, ticket_id: int, question: Question) -> File | None:
    """The file that a ticket of this edition answered `question` with, with its contents; None where there is none."""
    table = _table(sensitive=question.sensitive)
    query = (
        select(table.c.value, table.c.file_type, table.c.file)
        .select_from(table.join(tickets))
        .where(
            table.c.ticket_id == ticket_id,
            table.c.question_id == question.id,
            tickets.c.edition_id == edition_id,
            table.c.file_type != "",
        )
    )
    row = await db.fetch_one(query)
    return None if row is None else File(row.value, row.file_type, bytes(row.file))


async def told_later(db: Database, ticket_ids: Collection[int]) -> set[int]:
    """Those of the tickets whose holder has told something sensitive, after the ticket was made. One query."""
    query = (
        select(sensitive_answers.c.ticket_id, sensitive_answers.c.answered_at, tickets.c.created_at)
        .select_from(sensitive_answers.join(tickets))
        .where(sensitive_answers.c.ticket_id.in_(sorted(ticket_ids)))
    )
    return {row.ticket_id for row in await db.fetch_all(query) if row.answered_at - row.created_at > ORDERING_TAKES}


async def respondents_of(db: Database, edition_id: int) -> list[Respondent]:
    """Everybody with a valid ticket, by name; one query."""
    query = (
        select(
            tickets.c.id,
            tickets.c.attendee_name.label("name"),
            tickets.c.attendee_email.label("email"),
            tickets.c.attendee_organisation.label("organisation"),
            ticket_types.c.code.label("type"),
            ticket_types.c.name.label("type_name"),
            orders.c.code.label("order_code"),
        )
        .select_from(tickets.join(ticket_types).join(orders))
        .where(tickets.c.edition_id == edition_id, tickets.c.status == "valid")
        .order_by(tickets.c.attendee_name, tickets.c.id)
    )
    return [Respondent(**row._mapping) for row in await db.fetch_all(query)]  # noqa: SLF001


async def answer_counts(db: Database, edition_id: int) -> dict[int, int]:
    """Question id → how many tickets, cancelled ones too, have answered it; those without answers are absent. Two queries."""
    found: dict[int, int] = {}
    for table in (answers, sensitive_answers):
        asked = select(questions.c.id).where(questions.c.edition_id == edition_id)
        query = (
            select(table.c.question_id, func.count().label("n"))
            .where(table.c.question_id.in_(asked))
            .group_by(table.c.question_id)
        )
        for row in await db.fetch_all(query):
            found[row.question_id] = found.get(row.question_id, 0) + row.n
    return found


def _table(*, sensitive: bool) -> Table:
    return sensitive_answers if sensitive else answers
