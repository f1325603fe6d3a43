"""Which sessions have been moved of late, and when the clock changes what goes on."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import find_edition
from konferens.live.model import Moved, changes_of, moves
from konferens.programme.model import Session, resolve_wall
from konferens.programme.queries import published_sessions
from konferens.programme.snapshots import changes_from_json
from konferens.tables import audit, releases, rooms

SEEN_BEFORE = timedelta(hours=24)
"""People have planned by what they saw the day before, so that is how long a move is worth a mark."""

Step = tuple[datetime, str, Mapping[str, Any], Mapping[str, Any]]
"""When, which session, and the fields that changed, before and after."""


async def moved_sessions(
    db: Database, edition: Edition, sessions: Collection[Session], moment: datetime
) -> dict[str, Moved]:
    """By code, where and when those of `sessions` were that have been moved within SEEN_BEFORE of `moment`.

    Sessions that were saved at once stand in the trail of changes, all others in the versions that moved them. At most three
    queries.
    """
    codes = {session.code for session in sessions}
    saved = await _saved(db, edition, codes, moment)
    released = await _released(db, edition, codes, moment)
    if not saved and not released:
        return {}
    named = await db.fetch_all(select(rooms.c.id, rooms.c.name).where(rooms.c.edition_id == edition.id))
    names = {row.id: row.name for row in named}
    steps = [
        *released,
        *((at, code, _with_room(before, names), _with_room(after, names)) for at, code, before, after in saved),
    ]
    steps.sort(key=lambda step: step[0])
    found = moves((code, before, after) for _, code, before, after in steps)
    return {
        code: Moved(room=str(before.get("room", "")), starts_at=_moment(before.get("wall_starts"), edition))
        for code, before in found.items()
    }


async def _saved(db: Database, edition: Edition, codes: Collection[str], moment: datetime) -> list[Step]:
    """What was changed of these sessions and public at once; rooms by their ids."""
    if not codes:
        return []
    rows = await db.fetch_all(
        select(audit.c.at, audit.c.subject, audit.c.before, audit.c.after)
        .where(
            audit.c.subject.in_([f"session:{code}" for code in sorted(codes)]),
            audit.c.edition_id == edition.id,
            audit.c.action == "session.update",
            audit.c.at > moment - SEEN_BEFORE,
            audit.c.at <= moment,
        )
        .order_by(audit.c.id)
    )
    return [(row.at, row.subject.partition(":")[2], row.before or {}, row.after or {}) for row in rows]


async def _released(db: Database, edition: Edition, codes: Collection[str], moment: datetime) -> list[Step]:
    """What versions changed of these sessions; rooms by their names."""
    if not codes or not edition.release:
        return []
    rows = await db.fetch_all(
        select(releases.c.released_at, releases.c.changes)
        .where(
            releases.c.edition_id == edition.id,
            releases.c.released_at > moment - SEEN_BEFORE,
            releases.c.released_at <= moment,
        )
        .order_by(releases.c.id)
    )
    found: list[Step] = []
    for row in rows:
        for change in changes_from_json(row.changes):
            if change.code in codes:
                before = {name: was for name, (was, _) in change.fields.items()}
                after = {name: becomes for name, (_, becomes) in change.fields.items()}
                found.append((row.released_at, change.code, _renamed(before), _renamed(after)))
    return found


def _with_room(values: Mapping[str, Any], names: Mapping[int, str]) -> dict[str, Any]:
    told = dict(values)
    return told | {"room": names.get(told.pop("room_id"))} if "room_id" in told else told


def _renamed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"room" if name == "room_id" else name: value for name, value in values.items()}


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
