"""Which sessions have been moved of late, by the trail of changes; and when the clock changes what goes on."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select

from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import find_edition
from konferens.live.model import Moved, changes_of, moves
from konferens.programme.model import Session, resolve_wall
from konferens.programme.queries import published_sessions
from konferens.tables import audit, rooms

SEEN_BEFORE = timedelta(hours=24)
"""People have planned by what they saw the day before, so that is how long a move is worth a mark."""


async def moved_sessions(
    db: Database, edition: Edition, sessions: Collection[Session], moment: datetime
) -> dict[str, Moved]:
    """By code, where and when those of `sessions` were that have been moved within SEEN_BEFORE of `moment`. Two queries."""
    codes = {f"session:{session.code}": session.code for session in sessions}
    if not codes:
        return {}
    trail = await db.fetch_all(
        select(audit.c.subject, audit.c.before, audit.c.after)
        .where(
            audit.c.subject.in_(sorted(codes)),
            audit.c.edition_id == edition.id,
            audit.c.action == "session.update",
            audit.c.at > moment - SEEN_BEFORE,
            audit.c.at <= moment,
        )
        .order_by(audit.c.id)
    )
    found = moves((codes[row.subject], row.before or {}, row.after or {}) for row in trail)
    if not found:
        return {}
    named = await db.fetch_all(select(rooms.c.id, rooms.c.name).where(rooms.c.edition_id == edition.id))
    names = {row.id: row.name for row in named}
    return {
        code: Moved(
            room=names.get(before.get("room_id"), ""),
            starts_at=_moment(before.get("wall_starts"), edition),
        )
        for code, before in found.items()
    }


def _moment(wall: object, edition: Edition) -> datetime | None:
    return resolve_wall(datetime.fromisoformat(wall), edition.zone) if isinstance(wall, str) else None


async def clock_changes(db: Database, ref: str) -> list[datetime]:
    """When the clock alone changes what goes on at 'S/E', in order; never for one that isn't published."""
    series, _, slug = ref.partition("/")
    try:
        edition = await find_edition(db, series, slug)
    except NotFoundError:
        return []
    return changes_of(await published_sessions(db, edition.id))
