"""Sessions of an imported programme: which are new, differ, or are gone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, insert, select, update

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.programme.import_people import free_codes
from konferens.programme.model import resolve_wall, wall_of
from konferens.programme.schedule import ImportedSession, InvalidImportError
from konferens.tables import session_speakers, sessions

_OPTIONAL = (
    "subtitle",
    "abstract",
    "description",
    "language",
    "status",
    "capacity",
    "all_rooms",
    "meeting_point",
    "stream_url",
    "recording_url",
)
_COLUMNS = ("title", "type", "room_id", "track_id", "wall_starts", "wall_ends", "starts_at", "ends_at", *_OPTIONAL)
_People = list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Counts:
    created: int
    changed: int
    unchanged: int
    removed: int
    outside: int


async def import_sessions(
    db: Database,
    edition: Edition,
    imported: Sequence[ImportedSession],
    *,
    room_ids: Mapping[str, int],
    track_ids: Mapping[str, int],
    speaker_ids: Mapping[str, int],
) -> Counts:
    """Write what differs. Ids are by case-folded name (rooms, tracks) and by the file's guid (speakers).

    Raises InvalidImportError when a guid belongs to another edition.
    """
    await _refuse_foreign(db, edition.id, imported)
    held = {row.guid: row for row in await db.fetch_all(select(sessions).where(sessions.c.edition_id == edition.id))}
    people = await _people(db, edition.id)
    defaults = {"status": "confirmed", "language": edition.language, "capacity": None, "all_rooms": False}
    created: list[tuple[ImportedSession, dict[str, Any]]] = []
    changed: list[dict[str, Any]] = []
    wanted_people: dict[str, _People] = {}
    outside = 0
    for session in imported:
        told = _told(session, edition.zone, room_ids, track_ids)
        outside += told["wall_starts"].date() not in edition.days
        row = held.get(session.guid)
        roles = dict(people[row.id]) if row is not None else {}
        persons = [
            (speaker_ids[guid], role or roles.get(speaker_ids[guid], "speaker")) for guid, role in session.people
        ]
        if row is None:
            created.append((session, {name: told.get(name, defaults.get(name, "")) for name in _COLUMNS}))
            wanted_people[session.guid] = persons
        elif (
            row.deleted_at is not None
            or persons != people[row.id]
            or any(row[name] != value for name, value in told.items())
        ):
            changed.append({"row_id": row.id} | {f"new_{name}": told.get(name, row[name]) for name in _COLUMNS})
            if persons != people[row.id]:
                wanted_people[session.guid] = persons
    await _insert(db, edition.id, created)
    await _update(db, changed)
    removed = await _remove(db, held, {session.guid for session in imported})
    await _write_people(db, edition.id, wanted_people)
    unchanged = len(imported) - len(created) - len(changed)
    return Counts(len(created), len(changed), unchanged, removed, outside)


async def _refuse_foreign(db: Database, edition_id: int, imported: Sequence[ImportedSession]) -> None:
    query = select(sessions.c.guid).where(
        sessions.c.guid.in_([session.guid for session in imported]), sessions.c.edition_id != edition_id
    )
    foreign = {row.guid for row in await db.fetch_all(query)}
    if foreign:
        raise InvalidImportError(
            f"{session.where}: the guid {session.guid} belongs to a session of another edition"
            for session in imported
            if session.guid in foreign
        )


async def _people(db: Database, edition_id: int) -> defaultdict[int, _People]:
    query = (
        select(session_speakers.c.session_id, session_speakers.c.speaker_id, session_speakers.c.role)
        .join(sessions, sessions.c.id == session_speakers.c.session_id)
        .where(sessions.c.edition_id == edition_id)
        .order_by(session_speakers.c.session_id, session_speakers.c.position)
    )
    found: defaultdict[int, _People] = defaultdict(list)
    for row in await db.fetch_all(query):
        found[row.session_id].append((row.speaker_id, row.role))
    return found


def _told(
    session: ImportedSession, zone: ZoneInfo, room_ids: Mapping[str, int], track_ids: Mapping[str, int]
) -> dict[str, Any]:
    """The columns that the file tells."""
    values: dict[str, Any] = {name: getattr(session, name) for name in _OPTIONAL}
    values = {name: value for name, value in values.items() if value is not None}
    if session.status is not None:
        values["status"] = session.status.value
    wall_starts, starts_at = _moments(session.starts, zone)
    wall_ends, ends_at = _moments(session.ends, zone)
    return values | {
        "title": session.title,
        "type": session.type.value,
        "room_id": room_ids[session.room.casefold()] if session.room else None,
        "track_id": track_ids[session.track.casefold()] if session.track else None,
        "wall_starts": wall_starts,
        "wall_ends": wall_ends,
        "starts_at": starts_at,
        "ends_at": ends_at,
    }


def _moments(moment: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """What the edition's clocks show, and the moment in UTC."""
    if moment.tzinfo is None:
        return moment, resolve_wall(moment, zone)
    wall = wall_of(moment, zone)
    return wall.replace(fold=0), resolve_wall(wall, zone, fold=wall.fold)


async def _insert(db: Database, edition_id: int, created: list[tuple[ImportedSession, dict[str, Any]]]) -> None:
    codes = await free_codes(db, sessions.c.code, [session.code for session, _ in created])
    moment = now()
    await db.execute_many(
        insert(sessions),
        [
            {"edition_id": edition_id, "guid": session.guid, "code": code, "created_at": moment, "updated_at": moment}
            | values
            for code, (session, values) in zip(codes, created, strict=True)
        ],
    )


async def _update(db: Database, changed: list[dict[str, Any]]) -> None:
    query = (
        update(sessions)
        .where(sessions.c.id == bindparam("row_id"))
        .values(
            {name: bindparam(f"new_{name}") for name in _COLUMNS}
            | {"sequence": sessions.c.sequence + 1, "updated_at": now(), "deleted_at": None}
        )
    )
    await db.execute_many(query, changed)


async def _remove(db: Database, held: Mapping[str, Any], guids: set[str]) -> int:
    gone = [
        row.id
        for guid, row in held.items()
        if guid not in guids and row.deleted_at is None and row.starts_at is not None and row.status != "cancelled"
    ]
    if gone:
        moment = now()
        await db.execute(
            update(sessions)
            .where(sessions.c.id.in_(gone))
            .values(deleted_at=moment, updated_at=moment, sequence=sessions.c.sequence + 1)
        )
    return len(gone)


async def _write_people(db: Database, edition_id: int, wanted: Mapping[str, _People]) -> None:
    if not wanted:
        return
    rows = await db.fetch_all(select(sessions.c.id, sessions.c.guid).where(sessions.c.edition_id == edition_id))
    ids = {row.guid: row.id for row in rows}
    await db.execute(delete(session_speakers).where(session_speakers.c.session_id.in_([ids[guid] for guid in wanted])))
    await db.execute_many(
        insert(session_speakers),
        [
            {"session_id": ids[guid], "speaker_id": speaker_id, "role": role, "position": position}
            for guid, persons in wanted.items()
            for position, (speaker_id, role) in enumerate(persons)
        ],
    )
