"""Rows for tests of sign-ups."""

from typing import Any

from sqlalchemy import func, insert, select

from konferens.clock import now
from konferens.codes import new_code, new_token
from konferens.database import Database
from konferens.events.model import Edition
from konferens.programme.model import Session
from konferens.programme.queries import find_session
from konferens.tables import orders, session_waiting, sessions, ticket_sessions, tickets
from tests.factories import make_session, wall

BASE_URL = "http://testserver"


async def make_signup(db: Database, edition: Edition, title: str = "Studiebesök", **values: Any) -> Session:
    """A session to sign up for, on 11 May at 13–14 unless `values` (of `save_session`) say something else."""
    code = await make_session(db, edition, title, **{"wall_starts": wall(11, 13), "signup": True, **values})
    return await find_session(db, edition.id, code)


async def make_tickets(db: Database, edition: Edition, n: int, *, type_id: int) -> list[int]:
    """Ids of the tickets of a paid order for `n` people, deltagare1@example.org and so on."""
    moment = now()
    order = {
        "edition_id": edition.id,
        "code": new_code(),
        "secret": new_token(),
        "status": "paid",
        "buyer_name": "Anna Öberg",
        "buyer_email": "anna.oberg@example.org",
        "total": 0,
        "placed_at": moment,
    }
    order_id = await db.fetch_val(insert(orders).values(**order).returning(orders.c.id))
    found = []
    for position in range(1, n + 1):
        ticket = {
            "order_id": order_id,
            "edition_id": edition.id,
            "ticket_type_id": type_id,
            "position": position,
            "token": new_token(),
            "calendar_token": new_token(),
            "secret": new_token(),
            "attendee_name": f"Deltagare {position}",
            "attendee_email": f"deltagare{position}@example.org",
            "price": 0,
            "created_at": moment,
            "updated_at": moment,
        }
        found.append(int(await db.fetch_val(insert(tickets).values(**ticket).returning(tickets.c.id))))
    return found


async def wait_for(db: Database, session: Session, *ticket_ids: int) -> None:
    """Put tickets on the session's waiting list, in this order."""
    for ticket_id in ticket_ids:
        row = {"session_id": session.id, "ticket_id": ticket_id, "created_at": now()}
        await db.execute(insert(session_waiting).values(**row))


async def signed_tickets(db: Database, session: Session) -> list[int]:
    """Ids of the tickets that have a seat, or the session in their programme; in order of id."""
    query = select(ticket_sessions.c.ticket_id).where(ticket_sessions.c.session_id == session.id)
    return [row.ticket_id for row in await db.fetch_all(query.order_by(ticket_sessions.c.ticket_id))]


async def waiting_tickets(db: Database, session: Session) -> list[int]:
    """Ids of the tickets that wait, the longest waiting first."""
    query = select(session_waiting.c.ticket_id).where(session_waiting.c.session_id == session.id)
    return [row.ticket_id for row in await db.fetch_all(query.order_by(session_waiting.c.id))]


async def taken_and_rows(db: Database, session: Session) -> tuple[int, int]:
    """What the session counts as taken, and how many have a seat: the same, always."""
    taken = await db.fetch_val(select(sessions.c.taken).where(sessions.c.id == session.id))
    rows = select(func.count()).select_from(ticket_sessions).where(ticket_sessions.c.session_id == session.id)
    return int(taken), int(await db.fetch_val(rows))
