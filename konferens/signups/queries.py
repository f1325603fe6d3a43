"""Who has signed up for what, and who waits; each function takes a fixed number of queries, however many there are."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, func, select

from konferens.database import Database
from konferens.programme.model import Session
from konferens.programme.queries import sessions_where
from konferens.signups.model import Participant, SignupList
from konferens.tables import orders, session_waiting, sessions, ticket_sessions, tickets


async def signup_sessions(db: Database, edition_id: int) -> list[Session]:
    """The sessions of the edition that attendees sign up for, by start: with a time, neither cancelled nor removed."""
    return await sessions_where(
        db,
        sessions.c.edition_id == edition_id,
        sessions.c.signup,
        sessions.c.deleted_at.is_(None),
        sessions.c.status != "cancelled",
        sessions.c.starts_at.is_not(None),
    )


async def all_signup_sessions(db: Database, edition_id: int) -> list[Session]:
    """As signup_sessions for organisers: cancelled ones and those without a time too."""
    return await sessions_where(
        db, sessions.c.edition_id == edition_id, sessions.c.signup, sessions.c.deleted_at.is_(None)
    )


async def signed_up(db: Database, ticket_ids: Collection[int]) -> dict[int, list[Session]]:
    """Ticket id → the sessions that it has a seat at, by start; cancelled sessions too, removed ones not.

    Every one of `ticket_ids` is a key.
    """
    found: dict[int, list[Session]] = {ticket_id: [] for ticket_id in ticket_ids}
    if not found:
        return found
    query = (
        select(ticket_sessions.c.ticket_id, ticket_sessions.c.session_id)
        .join(sessions, sessions.c.id == ticket_sessions.c.session_id)
        .where(ticket_sessions.c.ticket_id.in_(sorted(found)), sessions.c.signup, sessions.c.deleted_at.is_(None))
    )
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for row in await db.fetch_all(query):
        holders[row.session_id].append(row.ticket_id)
    if not holders:
        return found
    for session in await sessions_where(db, sessions.c.id.in_(sorted(holders))):
        for ticket_id in holders[session.id]:
            found[ticket_id].append(session)
    return found


async def waiting_positions(db: Database, ticket_id: int) -> dict[int, int]:
    """Session id → the ticket's place in its waiting list: 1 is next."""
    own = session_waiting.alias("own")
    query = (
        select(own.c.session_id, func.count().label("place"))
        .join(session_waiting, and_(session_waiting.c.session_id == own.c.session_id, session_waiting.c.id <= own.c.id))
        .where(own.c.ticket_id == ticket_id)
        .group_by(own.c.session_id)
    )
    return {row.session_id: int(row.place) for row in await db.fetch_all(query)}


async def waiting_sizes(db: Database, edition_id: int) -> dict[int, int]:
    """Session id → how many wait for a seat of it; sessions that nobody waits for are absent."""
    query = (
        select(session_waiting.c.session_id, func.count().label("n"))
        .join(sessions, sessions.c.id == session_waiting.c.session_id)
        .where(sessions.c.edition_id == edition_id)
        .group_by(session_waiting.c.session_id)
    )
    return {row.session_id: int(row.n) for row in await db.fetch_all(query)}


async def signup_lists(db: Database, edition_id: int, *, code: str | None = None) -> list[SignupList]:
    """Every session that is signed up for, by start, with names; cancelled ones too, removed ones not. `code` picks one."""
    conditions: list[ColumnElement[bool]] = [
        sessions.c.edition_id == edition_id,
        sessions.c.signup,
        sessions.c.deleted_at.is_(None),
    ]
    if code is not None:
        conditions.append(sessions.c.code == code.upper())
    listed = await sessions_where(db, *conditions)
    if not listed:
        return []
    ids = [session.id for session in listed]
    joined = await _participants(db, _people_in(ticket_sessions, ids))
    waiting = await _participants(db, _people_in(session_waiting, ids))
    return [SignupList(session, tuple(joined[session.id]), tuple(waiting[session.id])) for session in listed]


async def find_attendees(db: Database, edition_id: int, words: str, *, limit: int = 20) -> list[Participant]:
    """Valid tickets whose name, e-mail, organisation or order code together hold every word, by name; `since` they were sold."""
    wanted = words.casefold().split()
    if not wanted:
        return []
    query = (
        select(
            tickets.c.id.label("ticket_id"),
            tickets.c.created_at.label("since"),
            tickets.c.attendee_name.label("name"),
            tickets.c.attendee_email.label("email"),
            tickets.c.attendee_organisation.label("organisation"),
            tickets.c.position,
            orders.c.code.label("order_code"),
        )
        .join(orders, orders.c.id == tickets.c.order_id)
        .where(
            tickets.c.edition_id == edition_id,
            tickets.c.status == "valid",
            orders.c.status.in_(("pending", "paid")),
        )
        .order_by(tickets.c.attendee_name, tickets.c.id)
    )
    found = []
    # In Python, since databases don't know that Å is an å in every collation.
    for row in await db.fetch_all(query):
        text = f"{row.name} {row.email} {row.organisation} {row.order_code}".casefold()
        if all(word in text for word in wanted):
            found.append(Participant(**row))
            if len(found) == limit:
                break
    return found


def _people_in(table: Table, session_ids: Collection[int]) -> Select[Any]:
    """Who stands in `ticket_sessions` or `session_waiting` for these sessions, in the order that they came."""
    return (
        select(
            table.c.session_id,
            table.c.ticket_id,
            table.c.created_at.label("since"),
            tickets.c.attendee_name.label("name"),
            tickets.c.attendee_email.label("email"),
            tickets.c.attendee_organisation.label("organisation"),
            tickets.c.position,
            orders.c.code.label("order_code"),
        )
        .join(tickets, tickets.c.id == table.c.ticket_id)
        .join(orders, orders.c.id == tickets.c.order_id)
        .where(table.c.session_id.in_(session_ids))
        .order_by(table.c.id if "id" in table.c else table.c.created_at, table.c.ticket_id)
    )


async def _participants(db: Database, query: Select[Any]) -> defaultdict[int, list[Participant]]:
    found: defaultdict[int, list[Participant]] = defaultdict(list)
    for row in await db.fetch_all(query):
        values = dict(row)
        found[values.pop("session_id")].append(Participant(**values))
    return found
