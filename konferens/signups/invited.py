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


async def session_for_reader(db: Database, edition_id: int, code: str, email: str) -> tuple[Session, bool] | None:
    """A session to sign up for, a removed one too, and whether a valid ticket has a seat there whose mail goes to `email`: its
    attendee's address, or where there is none the buyer's. None for one that nobody signs up for.
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
    return found[0], await db.fetch_val(held) is not None
