"""What becomes of attendees' choices when sessions begin to need sign-ups, or no longer do."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Table, delete, insert, select, update

from konferens.clock import now
from konferens.database import Database
from konferens.programme.model import Session
from konferens.signups.actions import mark_changed
from konferens.tables import orders, session_waiting, sessions, ticket_sessions, tickets


async def follow_signups(
    db: Database, edition_id: int, before: Collection[Session], after: Collection[Session]
) -> None:
    """Take care of sessions of `after` whose `signup` is another one than in `before`: a fixed number of statements.

    When a session begins to need sign-ups, those who had it in their programme wait for a seat in the order that they chose
    it. When it no longer does, those who signed up or waited have it in their programme. Call it in a transaction that began with
    `offering.seats.next_ticket_changes`, and pass on the free seats afterwards.
    """
    was = {session.id: session.signup for session in before}
    switched = [session for session in after if was.get(session.id, session.signup) != session.signup]
    began = [session.id for session in switched if session.signup]
    ended = [session.id for session in switched if not session.signup]
    waiting = await _take_all(db, ticket_sessions, began)
    await db.execute_many(insert(session_waiting), waiting)
    chosen = await _take_all(db, session_waiting, ended)
    await db.execute_many(insert(ticket_sessions), chosen)
    if ended:
        await db.execute(update(sessions).where(sessions.c.id.in_(ended)).values(taken=0))
    await mark_changed(db, edition_id, {row["ticket_id"] for row in (*waiting, *chosen)})


async def _take_all(db: Database, table: Table, session_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Empty these sessions' rows of `ticket_sessions` or `session_waiting`; gives those of valid tickets as rows for the
    other, the earliest first.
    """
    if not session_ids:
        return []
    columns = table.c.session_id, table.c.ticket_id, table.c.created_at
    gone = await db.fetch_all(delete(table).where(table.c.session_id.in_(session_ids)).returning(*columns))
    if not gone:
        return []
    holders = defaultdict(list)
    for row in gone:
        holders[row.ticket_id].append((row.created_at, row.session_id))
    valid = await db.fetch_all(
        select(tickets.c.id)
        .join(orders, orders.c.id == tickets.c.order_id)
        .where(tickets.c.id.in_(sorted(holders)), tickets.c.status == "valid", orders.c.status.in_(("pending", "paid")))
    )
    ordered = sorted((at, row.id, session_id) for row in valid for at, session_id in holders[row.id])
    moment = now()
    return [
        {"session_id": session_id, "ticket_id": ticket_id, "created_at": moment} for _, ticket_id, session_id in ordered
    ]
