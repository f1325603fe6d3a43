"""The writing of imported sessions: at once, or as drafts of the next release."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.programme.drafts import Plan, plan_many
from konferens.programme.editing import FIELDS, values_of
from konferens.programme.import_people import free_codes
from konferens.programme.import_sessions import ChangeKind, New, SessionChange
from konferens.programme.planned import new_values
from konferens.tables import session_speakers, sessions

_FIELDS = tuple(name for name in FIELDS if name != "speakers")
_COLUMNS = (*_FIELDS, "starts_at", "ends_at", "extras")
People = Mapping[str, tuple[int, str]]
"""(id, code) by the file's guid."""


def resolved(
    change: SessionChange, rooms: Mapping[str, int], tracks: Mapping[str, int], people: People
) -> SessionChange:
    """The change with ids and codes in the place of what was new. Ids are by case-folded name."""
    after = dict(change.after)
    for name, ids in (("room_id", rooms), ("track_id", tracks)):
        if isinstance(after.get(name), New):
            after[name] = ids[after[name].key.casefold()]
    if "speakers" in after:
        after["speakers"] = [
            (people[code.key][1] if isinstance(code, New) else code, role) for code, role in after["speakers"]
        ]
    return replace(change, after=after)


async def write_sessions(
    db: Database, edition: Edition, changes: Sequence[SessionChange], speaker_ids: Mapping[str, int]
) -> None:
    """Make everything public, inside the caller's transaction; `speaker_ids` are by code.

    Ids, codes and addresses stay; calendars are told of what differs (SEQUENCE).
    """
    created = [change for change in changes if change.kind is ChangeKind.NEW]
    codes = await free_codes(db, sessions.c.code, [change.code for change in created])
    moment = now()
    shared = {"edition_id": edition.id, "created_at": moment, "updated_at": moment}
    await db.execute_many(
        insert(sessions),
        [
            {**shared, "guid": change.guid, "code": code, **_columns(change, edition)}
            for code, change in zip(codes, created, strict=True)
        ],
    )
    await _update(db, edition, [change for change in changes if change.held and change.kind is not ChangeKind.REMOVED])
    await _remove(db, [change.held.id for change in changes if change.held and change.kind is ChangeKind.REMOVED])
    wanted = {
        change.guid: change.after["speakers"]
        for change in changes
        if "speakers" in change.fields and change.kind is not ChangeKind.REMOVED
    }
    await _write_people(db, edition.id, wanted, speaker_ids)


async def plan_drafts(db: Database, edition: Edition, changes: Sequence[SessionChange], *, actor: str) -> None:
    """Plan everything for the next release, inside the caller's transaction. What is only for exports is kept at once."""
    created = [change for change in changes if change.kind is ChangeKind.NEW]
    codes = iter(await free_codes(db, sessions.c.code, [change.code for change in created]))
    plans = []
    for change in changes:
        if not change.is_visible:
            continue
        code = next(codes) if change.kind is ChangeKind.NEW else change.code
        extras = {} if change.extras is None else {"extras": dict(change.extras)}
        gone = change.kind is ChangeKind.REMOVED
        plans.append(Plan(code, change.guid, {} if gone else {**change.after, **extras}, deleted=gone))
    await plan_many(db, edition, plans, actor=actor)
    kept = [change for change in changes if not change.is_visible and change.held and change.held.id]
    query = update(sessions).where(sessions.c.id == bindparam("row_id")).values(extras=bindparam("new_extras"))
    await db.execute_many(query, [{"row_id": each.held.id, "new_extras": each.extras} for each in kept if each.held])


def _columns(change: SessionChange, edition: Edition) -> dict[str, Any]:
    """All columns as they will be."""
    held = change.held
    before = values_of(held, edition.zone) if held else new_values(edition.language)
    values = {name: change.after.get(name, before[name]) for name in _FIELDS}
    for name in ("wall_starts", "wall_ends"):
        if values[name] is not None:
            values[name] = values[name].replace(fold=0)
    timed = "wall_starts" in change.after
    starts, ends = change.moments if timed or held is None else (held.starts_at, held.ends_at)
    extras = change.extras if change.extras is not None else held.extras if held else {}
    return values | {"starts_at": starts, "ends_at": ends, "extras": dict(extras)}


async def _update(db: Database, edition: Edition, changed: Sequence[SessionChange]) -> None:
    """What only pages and exports tell is no news for calendars."""
    moment = now()
    for told in (True, False):
        news = {"sequence": sessions.c.sequence + 1, "updated_at": moment, "deleted_at": None} if told else {}
        query = (
            update(sessions)
            .where(sessions.c.id == bindparam("row_id"))
            .values({name: bindparam(f"new_{name}") for name in _COLUMNS} | news)
        )
        rows = [
            {"row_id": change.held.id} | {f"new_{name}": value for name, value in _columns(change, edition).items()}
            for change in changed
            if change.held and change.is_told is told
        ]
        await db.execute_many(query, rows)


async def _remove(db: Database, ids: Sequence[int]) -> None:
    if ids:
        moment = now()
        await db.execute(
            update(sessions)
            .where(sessions.c.id.in_(ids))
            .values(deleted_at=moment, updated_at=moment, sequence=sessions.c.sequence + 1)
        )


async def _write_people(
    db: Database,
    edition_id: int,
    wanted: Mapping[str, Sequence[tuple[str, str]]],
    speaker_ids: Mapping[str, int],
) -> None:
    if not wanted:
        return
    rows = await db.fetch_all(select(sessions.c.id, sessions.c.guid).where(sessions.c.edition_id == edition_id))
    ids = {row.guid: row.id for row in rows}
    await db.execute(delete(session_speakers).where(session_speakers.c.session_id.in_([ids[guid] for guid in wanted])))
    await db.execute_many(
        insert(session_speakers),
        [
            {"session_id": ids[guid], "speaker_id": speaker_ids[code], "role": role, "position": position}
            for guid, persons in wanted.items()
            for position, (code, role) in enumerate(persons)
        ],
    )
