"""Whose badges are to be printed, read from the database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from konferens.badges.layout import split_name
from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.programme.model import Session
from konferens.programme.queries import sessions_where
from konferens.speakers.model import by_swedish_name
from konferens.tables import addons, orders, sessions, ticket_addons, ticket_sessions, ticket_types, tickets

_AT_ONCE = 500
"""Ids in one statement: databases take some thousands of parameters."""


@dataclass(frozen=True, slots=True)
class BadgeHolder:
    """A valid ticket and what its badge says; `colour` is its type's '#rrggbb'. `order_code` and `position` name it in the office."""

    ticket_id: int
    token: str
    name: str
    organisation: str
    ticket_type: str
    colour: str
    printed_at: datetime | None
    order_code: str
    position: int


@dataclass(frozen=True, slots=True)
class Selection:
    """Which valid tickets: all of the edition that need a badge, narrowed by whatever is set.

    `type_ids` None is every type but the digital ones. `organisation` is a part of its name, however it is spelt with
    capitals. Surnames go from `first` to everything that begins with `last`, in Swedish order. `words` are looked for in name
    and organisation, all of them. `order_code` and `position` pick an order and one ticket of it, `ticket_ids` just those.
    """

    ticket_ids: frozenset[int] | None = None
    type_ids: frozenset[int] | None = None
    paid_only: bool = False
    unprinted_only: bool = False
    organisation: str = ""
    first: str = ""
    last: str = ""
    words: str = ""
    order_code: str | None = None
    position: int | None = None

    def takes(self, holder: BadgeHolder) -> bool:
        """What databases don't agree on: capitals and order of letters beyond ASCII."""
        if self.organisation.casefold() not in holder.organisation.casefold():
            return False
        surname, *_ = _by_surname(holder.name)
        if self.first and surname < by_swedish_name(self.first):
            return False
        last = by_swedish_name(self.last)
        if self.last and surname > last and surname[: len(last)] != last:
            return False
        searched = f"{holder.name} {holder.organisation} {holder.order_code}".casefold()
        return all(word in searched for word in self.words.casefold().split())


async def badge_holders(db: Database, edition_id: int, selection: Selection) -> list[BadgeHolder]:
    """Holders by surname, then first name, in Swedish order; one query."""
    query = _holders().where(tickets.c.edition_id == edition_id, tickets.c.status == "valid")
    if selection.type_ids is None and selection.order_code is None and selection.ticket_ids is None:
        query = query.where(ticket_types.c.digital.is_(False))
    if selection.type_ids is not None:
        query = query.where(tickets.c.ticket_type_id.in_(sorted(selection.type_ids)))
    if selection.paid_only:
        query = query.where(orders.c.status == "paid")
    if selection.unprinted_only:
        query = query.where(tickets.c.badge_printed_at.is_(None))
    if selection.order_code is not None:
        query = query.where(orders.c.code == selection.order_code)
    if selection.position is not None:
        query = query.where(tickets.c.position == selection.position)
    if selection.ticket_ids is None:
        rows = await db.fetch_all(query)
    else:
        rows = [
            row
            for some in _batches(selection.ticket_ids)
            for row in await db.fetch_all(query.where(tickets.c.id.in_(some)))
        ]
    chosen = [holder for row in rows if selection.takes(holder := BadgeHolder(**row))]
    return sorted(chosen, key=lambda holder: (*_by_surname(holder.name), holder.ticket_id))


def _holders() -> Select[Any]:
    return select(
        tickets.c.id.label("ticket_id"),
        tickets.c.token,
        tickets.c.attendee_name.label("name"),
        tickets.c.attendee_organisation.label("organisation"),
        ticket_types.c.name.label("ticket_type"),
        ticket_types.c.colour,
        tickets.c.badge_printed_at.label("printed_at"),
        orders.c.code.label("order_code"),
        tickets.c.position,
    ).select_from(
        tickets.join(orders, orders.c.id == tickets.c.order_id).join(
            ticket_types, ticket_types.c.id == tickets.c.ticket_type_id
        )
    )


def _by_surname(name: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    first, last = split_name(name)
    return by_swedish_name(last or first), by_swedish_name(first)


async def ticket_with_token(db: Database, edition_id: int, token: str) -> tuple[int, str]:
    """(id, the holder's name) of the edition's valid ticket with this token. Raises NotFoundError."""
    query = select(tickets.c.id, tickets.c.attendee_name).where(
        tickets.c.token == token, tickets.c.edition_id == edition_id, tickets.c.status == "valid"
    )
    row = await db.fetch_one(query)
    if row is None:
        raise NotFoundError(f"a valid ticket of edition {edition_id} with the token {token[:4]}…")
    return row.id, row.attendee_name


async def ticket_type_choices(db: Database, edition_id: int) -> list[tuple[int, str]]:
    """(id, name) of the edition's ticket types, in their own order."""
    query = (
        select(ticket_types.c.id, ticket_types.c.name)
        .where(ticket_types.c.edition_id == edition_id)
        .order_by(ticket_types.c.position, ticket_types.c.id)
    )
    return [(row.id, row.name) for row in await db.fetch_all(query)]


@dataclass(frozen=True, slots=True)
class BoughtAddon:
    """An add-on of a ticket, with the times that it has (UTC)."""

    name: str
    location: str
    starts_at: datetime | None
    ends_at: datetime | None


async def chosen_by(db: Database, ticket_ids: Collection[int]) -> dict[int, list[Session]]:
    """Ticket id → all sessions in its own programme, signed up for or only chosen, by start; every one of `ticket_ids` is a key."""
    found: dict[int, list[Session]] = {ticket_id: [] for ticket_id in ticket_ids}
    pairs = []
    for some in _batches(ticket_ids):
        query = select(ticket_sessions.c.ticket_id, ticket_sessions.c.session_id).where(
            ticket_sessions.c.ticket_id.in_(some)
        )
        pairs += await db.fetch_all(query)
    wanted = {pair.session_id for pair in pairs}
    there = (
        await sessions_where(db, sessions.c.id.in_(sorted(wanted)), sessions.c.deleted_at.is_(None)) if wanted else []
    )
    order = {session.id: number for number, session in enumerate(there)}
    for pair in sorted(pairs, key=lambda pair: order.get(pair.session_id, 0)):
        if pair.session_id in order:
            found[pair.ticket_id].append(there[order[pair.session_id]])
    return found


async def addons_of(db: Database, ticket_ids: Collection[int]) -> dict[int, list[BoughtAddon]]:
    """Ticket id → its add-ons, in the order that they are sold; every one of `ticket_ids` is a key."""
    found: dict[int, list[BoughtAddon]] = {ticket_id: [] for ticket_id in ticket_ids}
    for some in _batches(ticket_ids):
        query = (
            select(ticket_addons.c.ticket_id, addons.c.name, addons.c.location, addons.c.starts_at, addons.c.ends_at)
            .join(addons, addons.c.id == ticket_addons.c.addon_id)
            .where(ticket_addons.c.ticket_id.in_(some), ticket_addons.c.status == "valid")
            .order_by(addons.c.position, addons.c.id)
        )
        for row in await db.fetch_all(query):
            found[row.ticket_id].append(BoughtAddon(row.name, row.location, row.starts_at, row.ends_at))
    return found


def _batches(ids: Collection[int]) -> list[list[int]]:
    wanted = sorted(ids)
    return [wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE)]
