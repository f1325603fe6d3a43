"""The working programme: what organisers have changed since the last release lies over what is public.

An edition without a release has no drafts: there, whatever is saved is public at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, insert, select, update

from konferens.audit import record
from konferens.clock import now
from konferens.codes import new_code
from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError
from konferens.events.model import Edition, Room, Track
from konferens.events.queries import rooms_of, tracks_of
from konferens.programme.actions import check_values
from konferens.programme.editing import changed_fields, from_json, to_json, values_of, version_of
from konferens.programme.model import (
    RoomRef,
    Session,
    SessionLevel,
    SessionLink,
    SessionStatus,
    SessionType,
    SpeakerRef,
    TrackRef,
    resolve_wall,
)
from konferens.programme.queries import all_sessions
from konferens.speakers.model import Speaker
from konferens.speakers.queries import speakers_of
from konferens.tables import editions, session_drafts, sessions


@dataclass(frozen=True, slots=True)
class Draft:
    """What the next release does to one session: `values` are all of `editing.FIELDS`, or it is `deleted`."""

    code: str
    guid: str
    values: Mapping[str, Any]
    deleted: bool
    actor: str
    updated_at: datetime


async def drafts_of(db: Database, edition_id: int) -> dict[str, Draft]:
    """The edition's drafts by the session's code."""
    rows = await db.fetch_all(select(session_drafts).where(session_drafts.c.edition_id == edition_id))
    return {
        row.code: Draft(row.code, row.guid, from_json(row.planned), row.deleted, row.actor, row.updated_at)
        for row in rows
    }


async def working_sessions(db: Database, edition: Edition) -> list[Session]:
    """What organisers see: `queries.all_sessions` with the drafts applied, by start and room; those without a time last.

    A session that only the next release brings has the id 0.
    """
    public = await all_sessions(db, edition.id)
    drafts = await drafts_of(db, edition.id) if edition.release else {}
    if not drafts:
        return _sorted(public, {})
    places = _Places(
        {room.id: room for room in await rooms_of(db, edition.id)},
        {track.id: track for track in await tracks_of(db, edition.id)},
        {speaker.code: speaker for speaker in await speakers_of(db, edition.id)},
    )
    working = [session for session in public if session.code not in drafts]
    held = {session.code: session for session in public}
    working += [
        _drafted(draft, held.get(draft.code), edition, places) for draft in drafts.values() if not draft.deleted
    ]
    return _sorted(working, {room.id: room.position for room in places.rooms.values()})


async def find_working_session(db: Database, edition: Edition, code: str) -> Session:
    """One of `working_sessions`. Raises NotFoundError for a code (either case) that isn't among them."""
    for session in await working_sessions(db, edition):
        if session.code == code.upper():
            return session
    raise NotFoundError(f"session {code}")


async def save_draft(
    db: Database,
    edition: Edition,
    code: str | None,
    values: Mapping[str, Any],
    *,
    actor: str,
    version: str | None = None,
) -> str:
    """Plan a new session (`code` None) or a change of one for the next release; gives its code.

    Values, version and errors are as for `programme.actions.save_session`. What is as the public has it needs no draft.
    """
    async with db.transaction():
        await _take_turns(db, edition.id)
        await check_values(db, edition, values)
        held = await find_working_session(db, edition, code) if code is not None else None
        before = values_of(held, edition.zone) if held else {}
        if held and version is not None and version != version_of(before):
            raise ConflictError(f"session {held.code} has been changed by somebody else")
        changed = changed_fields(before, values) if held else list(values)
        if held and not changed:
            return held.code
        after = before | {name: values[name] for name in changed}
        kept_code = held.code if held else await _free_code(db)
        await _write(db, edition, kept_code, held.guid if held else str(uuid4()), after, actor=actor)
        await record(
            db,
            actor=actor,
            action="session.draft",
            subject=f"session:{kept_code}",
            edition_id=edition.id,
            before={name: before[name] for name in changed} if held else None,
            after={name: after[name] for name in changed},
        )
        return kept_code


async def delete_in_draft(db: Database, edition: Edition, code: str, *, actor: str) -> None:
    """Plan that the next release takes a session away; one that is only a draft is gone. Raises NotFoundError."""
    async with db.transaction():
        await _take_turns(db, edition.id)
        held = await find_working_session(db, edition, code)
        values = values_of(held, edition.zone)
        if held.id:
            await _write(db, edition, held.code, held.guid, values, actor=actor, deleted=True)
        else:
            await drop_draft(db, edition.id, held.code)
        await record(
            db,
            actor=actor,
            action="session.draft-delete",
            subject=f"session:{held.code}",
            edition_id=edition.id,
            before=values,
        )


async def drop_draft(db: Database, edition_id: int, code: str) -> None:
    """Forget what was planned for a session, inside the caller's transaction: it is as the public has it."""
    await db.execute(
        delete(session_drafts).where(session_drafts.c.edition_id == edition_id, session_drafts.c.code == code)
    )


@dataclass(frozen=True, slots=True)
class _Places:
    rooms: Mapping[int, Room]
    tracks: Mapping[int, Track]
    speakers: Mapping[str, Speaker]


def _drafted(draft: Draft, public: Session | None, edition: Edition, places: _Places) -> Session:
    """The session as it will be. Rooms, tracks and people that are gone since are left out."""
    values = dict(draft.values)
    room, track = places.rooms.get(values.pop("room_id")), places.tracks.get(values.pop("track_id"))
    people = [(places.speakers[code], role) for code, role in values.pop("speakers") if code in places.speakers]
    starts, ends = values.pop("wall_starts"), values.pop("wall_ends")
    told: dict[str, Any] = values | {
        "type": SessionType(values["type"]),
        "status": SessionStatus(values["status"]),
        "level": SessionLevel(values["level"]),
        "links": tuple(SessionLink(**link) for link in values["links"]),
        "room": RoomRef(room.id, room.slug, room.name) if room else None,
        "track": TrackRef(track.id, track.slug, track.name, track.colour) if track else None,
        "starts_at": resolve_wall(starts, edition.zone) if starts else None,
        "ends_at": resolve_wall(ends, edition.zone) if ends else None,
        "speakers": tuple(SpeakerRef(one.code, one.name, role, one.image_digest) for one, role in people),
        "updated_at": draft.updated_at,
    }
    if public is not None:
        return replace(public, **told)
    new: dict[str, Any] = {
        "id": 0,
        "taken": 0,
        "extras": {},
        "sequence": 0,
        "created_at": draft.updated_at,
        "deleted_at": None,
    }
    return Session(code=draft.code, guid=draft.guid, **told, **new)


def _sorted(found: list[Session], positions: Mapping[int, int]) -> list[Session]:
    """By start and room; `all_sessions` has its rooms in order already, so that sorting by start alone keeps it."""
    return sorted(
        found,
        key=lambda session: (
            session.starts_at is None,
            session.starts_at.timestamp() if session.starts_at else 0,
            positions.get(session.room.id, 0) if session.room else -1,
        ),
    )


async def _write(
    db: Database,
    edition: Edition,
    code: str,
    guid: str,
    values: Mapping[str, Any],
    *,
    actor: str,
    deleted: bool = False,
) -> None:
    """Keep the draft, unless the public has just that."""
    public = {session.code: session for session in await all_sessions(db, edition.id)}.get(code)
    if public is not None and not deleted and not changed_fields(values_of(public, edition.zone), values):
        await drop_draft(db, edition.id, code)
        return
    columns = {"planned": to_json(values), "deleted": deleted, "actor": actor, "updated_at": now()}
    here = session_drafts.c.code == code
    if await db.fetch_val(select(session_drafts.c.id).where(here)) is None:
        await db.execute(insert(session_drafts).values(edition_id=edition.id, code=code, guid=guid, **columns))
    else:
        await db.execute(update(session_drafts).where(here).values(**columns))


async def _take_turns(db: Database, edition_id: int) -> None:
    """Let a second editor wait, so that it compares its version with what the first one has written."""
    await db.fetch_one(select(editions.c.id).where(editions.c.id == edition_id).with_for_update(key_share=True))


async def _free_code(db: Database) -> str:
    """A code that neither a session nor a draft has."""
    while True:
        code = new_code()
        taken = (
            select(sessions.c.id)
            .where(sessions.c.code == code)
            .union_all(select(session_drafts.c.id).where(session_drafts.c.code == code))
        )
        if await db.fetch_val(taken) is None:
            return code
