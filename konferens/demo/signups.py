"""Who has signed up for the demo's workshops and study visits, and who waits."""

import random
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.programme.model import Session
from konferens.programme.queries import published_sessions
from konferens.signups.actions import take_session_seats
from konferens.signups.model import is_on
from konferens.tables import orders, session_waiting, sessions, ticket_types, tickets


async def sign_people_up(
    db: Database, edition: Edition, wanted: Sequence[Mapping[str, Any]], chance: random.Random, *, scale: int = 1
) -> None:
    """Make sessions need sign-ups and give their seats to random attendees, nobody two at the same time.

    `wanted` are the file's `signups`: a session's title, its capacity, how many seats are taken, and how many wait; each
    number `scale` times. There are fewer where the edition has fewer attendees; nobody waits for a session that isn't full.
    """
    by_title = {session.title: session for session in await published_sessions(db, edition.id)}
    people = await _people(db, edition.id)
    busy: dict[int, list[Session]] = {ticket_id: [] for ticket_id, _ in people}
    seats: dict[int, list[int]] = {}
    queue: list[dict[str, Any]] = []
    moment = now()
    async with db.transaction():
        for each in wanted:
            session, capacity = by_title[each["session"]], each["capacity"] * scale
            await db.execute(update(sessions).where(sessions.c.id == session.id).values(signup=True, capacity=capacity))
            free = [
                ticket_id
                for ticket_id, valid_on in people
                if is_on(session, valid_on, edition.zone)
                and not any(session.overlaps(other) for other in busy[ticket_id])
            ]
            taken = min(each["taken"] * scale, len(free))
            waiting = each.get("waiting", 0) if taken == capacity else 0
            chosen = chance.sample(free, min(taken + waiting, len(free)))
            seats[session.id] = chosen[:taken]
            queue += [
                {"session_id": session.id, "ticket_id": ticket_id, "created_at": moment} for ticket_id in chosen[taken:]
            ]
            for ticket_id in chosen:
                busy[ticket_id].append(session)
        await take_session_seats(db, edition.id, seats)
        await db.execute_many(insert(session_waiting), queue)


async def _people(db: Database, edition_id: int) -> list[tuple[int, date | None]]:
    """(id, the day that it is for) of each valid ticket."""
    query = (
        select(tickets.c.id, ticket_types.c.valid_on)
        .join(orders, orders.c.id == tickets.c.order_id)
        .join(ticket_types, ticket_types.c.id == tickets.c.ticket_type_id)
        .where(
            tickets.c.edition_id == edition_id,
            tickets.c.status == "valid",
            orders.c.status.in_(("pending", "paid")),
            ticket_types.c.digital.is_(False),
        )
        .order_by(tickets.c.id)
    )
    return [(row.id, row.valid_on) for row in await db.fetch_all(query)]
