"""Keeping track of which badges are printed."""

from collections.abc import Collection

from sqlalchemy import update

from konferens.audit import record
from konferens.clock import now
from konferens.database import Database
from konferens.tables import tickets

_AT_ONCE = 500
"""Ids in one statement: databases take some thousands of parameters."""


async def mark_printed(db: Database, edition_id: int, ticket_ids: Collection[int], *, printed: bool, actor: str) -> int:
    """Note that these tickets' badges are printed now, or (`printed` False) that they are not. Gives how many changed.

    Tickets of other editions, and those that are marked so already, are left alone.
    """
    wanted = sorted(set(ticket_ids))
    changed: list[int] = []
    async with db.transaction():
        for start in range(0, len(wanted), _AT_ONCE):
            rows = await db.fetch_all(
                update(tickets)
                .where(
                    tickets.c.edition_id == edition_id,
                    tickets.c.id.in_(wanted[start : start + _AT_ONCE]),
                    tickets.c.badge_printed_at.is_(None) if printed else tickets.c.badge_printed_at.is_not(None),
                )
                .values(badge_printed_at=now() if printed else None)
                .returning(tickets.c.id)
            )
            changed += [row.id for row in rows]
        if changed:
            await record(
                db,
                actor=actor,
                action="badges.printed" if printed else "badges.not-printed",
                subject=f"badges:{edition_id}",
                edition_id=edition_id,
                after={"tickets": sorted(changed)},
            )
    return len(changed)
