"""A session of the programme, saved together with what that means for those who signed up or wait."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, delete, insert, select, update

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.offering.seats import next_ticket_changes
from konferens.programme.actions import save_session
from konferens.programme.drafts import save_draft
from konferens.programme.model import Session
from konferens.programme.queries import find_session
from konferens.signups.actions import mark_changed, pass_on_session_seats
from konferens.tables import orders, session_waiting, sessions, ticket_sessions, tickets


async def save_session_with_seats(
    db: Database,
    edition: Edition,
    code: str | None,
    values: Mapping[str, Any],
    *,
    actor: str,
    base_url: str,
    version: str | None = None,
) -> str:
    """As programme.actions.save_session, with its errors; new seats go to those who wait.

    When a session begins to need sign-ups, those who had it in their programme wait for a seat in the order that they chose
    it, and get one where there is. When it no longer does, those who waited have it in their programme.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        before = await find_session(db, edition.id, code) if code is not None else None
        saved = await save_session(db, edition, code, values, actor=actor, version=version)
        after = await find_session(db, edition.id, saved)
        if before is not None and before.signup != after.signup:
            await (_begin_signups if after.signup else _end_signups)(db, edition.id, after)
        await pass_on_session_seats(db, edition, base_url=base_url)
    return saved


async def plan_session(
    db: Database,
    edition: Edition,
    code: str | None,
    values: Mapping[str, Any],
    *,
    actor: str,
    base_url: str,
    version: str | None = None,
) -> str:
    """As `save_session_with_seats` while the edition has no release, else as `programme.drafts.save_draft`."""
    if edition.release:
        return await save_draft(db, edition, code, values, actor=actor, version=version)
    return await save_session_with_seats(db, edition, code, values, actor=actor, base_url=base_url, version=version)


async def _begin_signups(db: Database, edition_id: int, session: Session) -> None:
    moved = await _take_all(db, ticket_sessions, session)
    await db.execute_many(insert(session_waiting), moved)
    await mark_changed(db, edition_id, {row["ticket_id"] for row in moved})


async def _end_signups(db: Database, edition_id: int, session: Session) -> None:
    moved = await _take_all(db, session_waiting, session)
    await db.execute_many(insert(ticket_sessions), moved)
    await db.execute(update(sessions).where(sessions.c.id == session.id).values(taken=0))
    await mark_changed(db, edition_id, {row["ticket_id"] for row in moved})


async def _take_all(db: Database, table: Table, session: Session) -> list[dict[str, Any]]:
    """Empty the session's rows of `ticket_sessions` or `session_waiting`; gives those of valid tickets as rows for the other,
    the earliest first.
    """
    gone = {
        row.ticket_id: row.created_at
        for row in await db.fetch_all(
            delete(table).where(table.c.session_id == session.id).returning(table.c.ticket_id, table.c.created_at)
        )
    }
    if not gone:
        return []
    valid = await db.fetch_all(
        select(tickets.c.id)
        .join(orders, orders.c.id == tickets.c.order_id)
        .where(tickets.c.id.in_(sorted(gone)), tickets.c.status == "valid", orders.c.status.in_(("pending", "paid")))
    )
    moment = now()
    ordered = sorted((gone[row.id], row.id) for row in valid)
    return [{"session_id": session.id, "ticket_id": ticket_id, "created_at": moment} for _, ticket_id in ordered]
