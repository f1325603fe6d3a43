"""Whose personal feed it is, read from the database."""

from sqlalchemy import func, select

from konferens.calendar.model import BookedAddon, PersonalCalendar
from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.tables import addons, orders, ticket_addons, ticket_sessions, tickets


async def personal_calendar(db: Database, calendar_token: str) -> PersonalCalendar:
    """The ticket whose feed has this token in its address. Raises NotFoundError.

    Whoever changes which sessions a ticket has chosen sets its `updated_at`: a session that is no longer chosen leaves
    no other trace.
    """
    chosen_at = (
        select(func.max(ticket_sessions.c.created_at))
        .where(ticket_sessions.c.ticket_id == tickets.c.id)
        .scalar_subquery()
    )
    row = await db.fetch_one(
        select(
            tickets.c.id,
            tickets.c.edition_id,
            tickets.c.attendee_name,
            tickets.c.status,
            tickets.c.updated_at,
            orders.c.status.label("order_status"),
            orders.c.cancelled_at,
            orders.c.language,
            chosen_at.label("chosen_at"),
        )
        .join(orders, orders.c.id == tickets.c.order_id)
        .where(tickets.c.calendar_token == calendar_token)
    )
    if row is None:
        raise NotFoundError("personal calendar")
    changes = (row["updated_at"], row["cancelled_at"], row["chosen_at"])
    return PersonalCalendar(
        ticket_id=row["id"],
        edition_id=row["edition_id"],
        attendee_name=row["attendee_name"],
        language=row["language"],
        is_cancelled=row["status"] == "cancelled" or row["order_status"] in ("cancelled", "expired"),
        updated_at=max(change for change in changes if change is not None),
        addons=await _addons_of(db, row["id"]),
    )


async def _addons_of(db: Database, ticket_id: int) -> tuple[BookedAddon, ...]:
    """Those with a time, by it. One that was cancelled and booked again is there once, as booked."""
    rows = await db.fetch_all(
        select(
            addons.c.id,
            addons.c.name,
            addons.c.description,
            addons.c.location,
            addons.c.starts_at,
            addons.c.ends_at,
            ticket_addons.c.created_at.label("bought_at"),
            ticket_addons.c.status,
        )
        .join(addons, addons.c.id == ticket_addons.c.addon_id)
        .where(ticket_addons.c.ticket_id == ticket_id, addons.c.starts_at.is_not(None))
        .order_by(addons.c.starts_at, addons.c.id, ticket_addons.c.id)
    )
    latest = {row.id: dict(row) for row in rows}
    return tuple(
        BookedAddon(
            **{name: value for name, value in each.items() if name != "status"},
            is_cancelled=each["status"] == "cancelled",
        )
        for each in latest.values()
    )
