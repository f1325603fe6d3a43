"""Mails that carry invitations to sessions: which of them, as names of attachments, and who reads them.

'seat-CODE.ics' is the session as it stands when the mail is sent, for who has a seat; 'left-CODE.ics' takes it out of the
calendar of who has none. What has changed meanwhile is told as it is then.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from konferens.database import Database
from konferens.programme.model import Session
from konferens.programme.queries import sessions_where
from konferens.tables import orders, sessions, ticket_sessions, tickets

MOST = 10
"""Invitations in one mail: each is a question of the reader's mail program."""

_NAME = re.compile(r"(?P<kind>seat|left)-(?P<code>[\w-]+)\.ics")


@dataclass(frozen=True, slots=True)
class InvitationFile:
    """What a name asks for: the session's `code`, and whether its reader is said to have `left` it."""

    code: str
    left: bool


@dataclass(frozen=True, slots=True)
class InvitedTo:
    """A session to sign up for, a removed one too. `has_seat`: whether the reader of the mail has one there; `departures` is how
    often somebody, this reader or another, gave a seat back.
    """

    session: Session
    has_seat: bool
    departures: int


def seat_files(codes: Iterable[str]) -> tuple[str, ...]:
    """Names of the invitations to these sessions."""
    return tuple(f"seat-{code}.ics" for code in codes)[:MOST]


def left_files(codes: Iterable[str]) -> tuple[str, ...]:
    """Names of what takes these sessions out of a calendar."""
    return tuple(f"left-{code}.ics" for code in codes)[:MOST]


def read_name(name: str) -> InvitationFile | None:
    """None for another attachment's."""
    found = _NAME.fullmatch(name)
    return InvitationFile(found["code"], found["kind"] == "left") if found else None


async def session_for_reader(db: Database, edition_id: int, code: str, email: str) -> InvitedTo | None:
    """The session for who reads mail at `email`: they have a seat if a valid ticket has whose mail goes there, to its attendee's
    address, or where there is none to the buyer's. None for one that nobody signs up for.
    """
    found = await sessions_where(db, sessions.c.edition_id == edition_id, sessions.c.code == code, sessions.c.signup)
    if not found:
        return None
    reader = func.lower(func.coalesce(func.nullif(tickets.c.attendee_email, ""), orders.c.buyer_email))
    held = (
        select(tickets.c.id)
        .join(orders, orders.c.id == tickets.c.order_id)
        .join(ticket_sessions, ticket_sessions.c.ticket_id == tickets.c.id)
        .where(
            ticket_sessions.c.session_id == found[0].id,
            tickets.c.status == "valid",
            orders.c.status.in_(("pending", "paid")),
            reader == email.lower(),
        )
        .limit(1)
    )
    departures = select(sessions.c.departures).where(sessions.c.id == found[0].id)
    return InvitedTo(found[0], await db.fetch_val(held) is not None, int(await db.fetch_val(departures)))
