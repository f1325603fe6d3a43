"""Waiting lists, read from the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.offering.model import TicketType
from konferens.offering.queries import ticket_types_of
from konferens.tables import ticket_types, waiting_entries
from konferens.waiting.model import WaitingEntry, WaitingStatus


def select_entries() -> Select[Any]:
    """Every column that `entry_from_row` needs, the first in the queue first."""
    return (
        select(waiting_entries, ticket_types.c.code.label("type_code"), ticket_types.c.name.label("type_name"))
        .join(ticket_types, ticket_types.c.id == waiting_entries.c.ticket_type_id)
        .order_by(waiting_entries.c.id)
    )


def entry_from_row(row: Any) -> WaitingEntry:
    """A WaitingEntry from a row of `select_entries`."""
    values = dict(row._mapping)  # noqa: SLF001
    return WaitingEntry(**{**values, "status": WaitingStatus(row.status)})


async def waiting_counts(db: Database, edition_id: int) -> dict[int, int]:
    """Ticket type id → how many wait for an offer; types that nobody waits for are absent. One query."""
    query = (
        select(waiting_entries.c.ticket_type_id, func.count().label("n"))
        .where(waiting_entries.c.edition_id == edition_id, waiting_entries.c.status == WaitingStatus.WAITING.value)
        .group_by(waiting_entries.c.ticket_type_id)
    )
    return {row.ticket_type_id: int(row.n) for row in await db.fetch_all(query)}


async def types_to_wait_for(db: Database, edition: Edition, moment: datetime) -> list[TicketType]:
    """The types that one can wait for at `moment`: on sale, with a waiting list, and sold out or waited for already.

    Not those that are offered only with a code. At most two queries.
    """
    if edition.registration_state(moment) != "open":
        return []
    types = [
        each
        for each in await ticket_types_of(db, edition.id)
        if each.waiting_list and not each.hidden and each.is_on_sale(moment)
    ]
    waiting = await waiting_counts(db, edition.id) if types else {}
    return [each for each in types if each.is_sold_out or each.id in waiting]


async def entries_of(db: Database, edition_id: int) -> list[WaitingEntry]:
    """Everybody who ever stood on one of the edition's waiting lists, in the order of joining; one query."""
    query = select_entries().where(waiting_entries.c.edition_id == edition_id)
    return [entry_from_row(row) for row in await db.fetch_all(query)]


async def find_entry(db: Database, secret: str) -> WaitingEntry:
    """The entry whose own page has this secret. Raises NotFoundError."""
    return await entry_where(db, waiting_entries.c.secret == secret)


async def entry_where(db: Database, *conditions: ColumnElement[bool]) -> WaitingEntry:
    """The entry that meets all conditions. Raises NotFoundError."""
    row = await db.fetch_one(select_entries().where(*conditions))
    if row is None:
        raise NotFoundError("waiting entry")
    return entry_from_row(row)


async def place_in_queue(db: Database, entry: WaitingEntry) -> int:
    """1 for who gets the next seat of the type; 0 for somebody who doesn't wait."""
    if entry.status is not WaitingStatus.WAITING:
        return 0
    query = select(func.count()).where(
        waiting_entries.c.ticket_type_id == entry.ticket_type_id,
        waiting_entries.c.status == WaitingStatus.WAITING.value,
        waiting_entries.c.id <= entry.id,
    )
    return int(await db.fetch_val(query))
