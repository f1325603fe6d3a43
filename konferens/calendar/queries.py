"""Whose personal feed it is, read from the database."""

from collections import Counter
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from konferens.calendar.model import BookedAddon, PersonalCalendar, PersonalHead, RetiredFeed
from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.tables import (
    addons,
    editions,
    orders,
    retired_feeds,
    ticket_addons,
    ticket_sessions,
    ticket_types,
    tickets,
)


async def personal_head(db: Database, calendar_token: str) -> PersonalHead:
    """The ticket whose feed has this token in its address, and a mark that differs when the feed does: one query. Raises
    NotFoundError.

    Whoever changes which sessions a ticket has chosen sets its `updated_at`: a session that is no longer chosen leaves
    no other trace.
    """
    mine = ticket_addons.c.ticket_id == tickets.c.id
    stamps = {
        "chosen_at": select(func.max(ticket_sessions.c.created_at)).where(ticket_sessions.c.ticket_id == tickets.c.id),
        "booked_at": select(func.max(ticket_addons.c.created_at)).where(mine),
        "booked": select(func.count()).select_from(ticket_addons).where(mine, ticket_addons.c.status == "valid"),
    }
    row = await db.fetch_one(
        select(
            tickets.c.id,
            tickets.c.edition_id,
            tickets.c.attendee_name,
            tickets.c.status,
            tickets.c.updated_at,
            orders.c.code.label("order_code"),
            orders.c.status.label("order_status"),
            orders.c.cancelled_at,
            orders.c.language,
            ticket_types.c.name.label("ticket_type"),
            ticket_types.c.valid_on,
            ticket_types.c.digital,
            editions.c.version,
            editions.c.published,
            *(query.correlate(tickets).scalar_subquery().label(name) for name, query in stamps.items()),
        )
        .join(orders, orders.c.id == tickets.c.order_id)
        .join(ticket_types, ticket_types.c.id == tickets.c.ticket_type_id)
        .join(editions, editions.c.id == tickets.c.edition_id)
        .where(tickets.c.calendar_token == calendar_token)
    )
    if row is None:
        raise NotFoundError("personal calendar")
    changes = (row["updated_at"], row["cancelled_at"], row["chosen_at"], row["booked_at"])
    person = PersonalCalendar(
        ticket_id=row["id"],
        edition_id=row["edition_id"],
        attendee_name=row["attendee_name"],
        language=row["language"],
        is_cancelled=row["status"] == "cancelled" or row["order_status"] in ("cancelled", "expired"),
        updated_at=max(change for change in changes if change is not None),
        order_code=row["order_code"],
        ticket_type=row["ticket_type"],
        valid_on=row["valid_on"],
        is_digital=bool(row["digital"]),
    )
    return PersonalHead(person, repr(dict(row)))


async def with_addons(db: Database, person: PersonalCalendar) -> PersonalCalendar:
    """The same with what the ticket has booked."""
    booked = await _addons_of(db, person.ticket_id)
    return replace(
        person,
        addons=tuple(BookedAddon(**each) for each in booked if each["starts_at"] is not None),
        others=tuple(each["name"] for each in booked if each["starts_at"] is None and not each["is_cancelled"]),
    )


async def retired_feed(db: Database, calendar_token: str) -> RetiredFeed:
    """What was a ticket's feed until it got another address. Raises NotFoundError."""
    row = await db.fetch_one(
        select(retired_feeds.c.ticket_id, retired_feeds.c.retired_at, tickets.c.edition_id, orders.c.language)
        .join(tickets, tickets.c.id == retired_feeds.c.ticket_id)
        .join(orders, orders.c.id == tickets.c.order_id)
        .where(retired_feeds.c.calendar_token == calendar_token)
    )
    if row is None:
        raise NotFoundError("retired calendar")
    return RetiredFeed(**row)


async def _addons_of(db: Database, ticket_id: int) -> list[dict[str, Any]]:
    """As `BookedAddon` has them, by time; one that was cancelled and booked again is there once, as booked."""
    rows = await db.fetch_all(
        select(
            addons.c.id,
            addons.c.name,
            addons.c.description,
            addons.c.location,
            addons.c.starts_at,
            addons.c.ends_at,
            addons.c.sequence,
            addons.c.changed_at,
            ticket_addons.c.created_at.label("bought_at"),
            ticket_addons.c.status,
        )
        .join(addons, addons.c.id == ticket_addons.c.addon_id)
        .where(ticket_addons.c.ticket_id == ticket_id)
        .order_by(addons.c.starts_at, addons.c.id, ticket_addons.c.id)
    )
    latest = {row.id: dict(row) for row in rows}
    bookings = Counter(row.id for row in rows)
    return [
        {"is_cancelled": each.pop("status") == "cancelled", "bookings": bookings[each["id"]], **each}
        for each in latest.values()
    ]
