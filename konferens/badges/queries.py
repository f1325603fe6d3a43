"""Whose badges are to be printed, read from the database."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from konferens.badges.layout import split_name
from konferens.database import Database
from konferens.speakers.model import by_swedish_name
from konferens.tables import orders, ticket_types, tickets


@dataclass(frozen=True, slots=True)
class BadgeHolder:
    """A valid ticket and what its badge says; `colour` is its type's '#rrggbb'."""

    ticket_id: int
    token: str
    name: str
    organisation: str
    ticket_type: str
    colour: str
    printed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which valid tickets: all of the edition that need a badge, narrowed by whatever is set.

    `type_ids` None is every type but the digital ones. `order_code` and `position` pick an order and one ticket of it.
    """

    type_ids: frozenset[int] | None = None
    paid_only: bool = False
    unprinted_only: bool = False
    order_code: str | None = None
    position: int | None = None


async def badge_holders(db: Database, edition_id: int, selection: Selection) -> list[BadgeHolder]:
    """Holders by surname, then first name, in Swedish order; one query."""
    query = (
        select(
            tickets.c.id.label("ticket_id"),
            tickets.c.token,
            tickets.c.attendee_name.label("name"),
            tickets.c.attendee_organisation.label("organisation"),
            ticket_types.c.name.label("ticket_type"),
            ticket_types.c.colour,
            tickets.c.badge_printed_at.label("printed_at"),
        )
        .select_from(
            tickets.join(orders, orders.c.id == tickets.c.order_id).join(
                ticket_types, ticket_types.c.id == tickets.c.ticket_type_id
            )
        )
        .where(tickets.c.edition_id == edition_id, tickets.c.status == "valid")
    )
    if selection.type_ids is None and selection.order_code is None:
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
    holders = [BadgeHolder(**row) for row in await db.fetch_all(query)]
    return sorted(holders, key=lambda holder: (*_by_surname(holder.name), holder.ticket_id))


def _by_surname(name: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    first, last = split_name(name)
    return by_swedish_name(last or first), by_swedish_name(first)


async def ticket_type_choices(db: Database, edition_id: int) -> list[tuple[int, str]]:
    """(id, name) of the edition's ticket types, in their own order."""
    query = (
        select(ticket_types.c.id, ticket_types.c.name)
        .where(ticket_types.c.edition_id == edition_id)
        .order_by(ticket_types.c.position, ticket_types.c.id)
    )
    return [(row.id, row.name) for row in await db.fetch_all(query)]
