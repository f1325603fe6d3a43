"""Drafts become what everybody sees: in a fixed number of statements, however many there are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from konferens.clock import now
from konferens.database import Database
from konferens.events.actions import touch_edition
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.programme.drafts import forget
from konferens.programme.editing import FIELDS, IN_CALENDARS, changed_fields, values_of
from konferens.programme.model import Session, resolve_wall
from konferens.programme.planned import Draft, Places, planned_values
from konferens.programme.queries import sessions_where
from konferens.tables import session_speakers, sessions

_FIELDS = (*(name for name in FIELDS if name != "speakers"), "extras")
_COLUMNS = (*_FIELDS, "starts_at", "ends_at")


@dataclass(frozen=True, slots=True)
class Short:
    """A session that a draft would leave with fewer seats than are taken."""

    session: Session
    capacity: int

    def __str__(self) -> str:
        text = gettext(
            "%(title)s: %(taken)s är anmälda, men utkastet har bara plats för %(capacity)s. Höj antalet, eller ta först bort"
            " någon från anmälningslistan."
        )
        return text % {"title": self.session.title, "taken": self.session.taken, "capacity": self.capacity}


def short_of_seats(public: Sequence[Session], working: Sequence[Session]) -> list[Short]:
    """Sessions that can't be released as planned: nobody who signed up is thrown out. Pure."""
    held = {session.code: session for session in public}
    return [
        Short(held[session.code], session.capacity)
        for session in working
        if session.code in held
        and session.signup
        and held[session.code].signup
        and session.capacity is not None
        and session.capacity != held[session.code].capacity
        and session.capacity < held[session.code].taken
    ]


async def apply_drafts(db: Database, edition: Edition, drafts: Mapping[str, Draft]) -> None:
    """Make these drafts (by code) public and forget them, inside the caller's transaction.

    SEQUENCE and `updated_at` rise only where something differs. New sessions keep the code and guid of their drafts, and
    sessions that had been removed come back. Seats and those who signed up are the caller's to see to, before
    (`short_of_seats`) and after.
    """
    if not drafts:
        return
    held = {
        session.code: session
        for session in await sessions_where(
            db, sessions.c.edition_id == edition.id, sessions.c.code.in_(sorted(drafts)), everyone=True
        )
    }
    places = await Places.read(db, edition.id)
    removed, created = [], []
    told: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    people: dict[str, list[tuple[str, str]]] = {}
    for code, draft in drafts.items():
        shown = held.get(code)
        if draft.deleted:
            if shown is not None and shown.deleted_at is None:
                removed.append(shown.id)
            continue
        values = planned_values(draft, shown, edition, places)
        known = values_of(shown, edition.zone) if shown else {}
        differs = changed_fields(known, values)
        if shown is None:
            created.append({"code": code, "guid": draft.guid, **_columns({"extras": {}, **values}, edition)})
        elif differs or shown.deleted_at is not None:
            is_told = bool(IN_CALENDARS & set(differs)) or shown.deleted_at is not None
            (told if is_told else changed).append(
                {"row_id": shown.id}
                | {
                    f"new_{name}": value
                    for name, value in _columns({"extras": dict(shown.extras), **values}, edition).items()
                }
            )
        if "speakers" in differs:
            people[code] = values["speakers"]
    await _remove(db, removed)
    await _create(db, edition.id, created)
    await _change(db, told, is_told=True)
    await _change(db, changed, is_told=False)
    await _write_people(db, edition.id, people, places)
    await forget(db, edition.id, drafts)
    await touch_edition(db, edition.id)


def _columns(values: Mapping[str, Any], edition: Edition) -> dict[str, Any]:
    """`values` as columns, the moments resolved from the wall-clock times."""
    starts, ends = values["wall_starts"], values["wall_ends"]
    return {name: values[name] for name in _FIELDS} | {
        "starts_at": resolve_wall(starts, edition.zone) if starts else None,
        "ends_at": resolve_wall(ends, edition.zone) if ends else None,
    }


async def _remove(db: Database, ids: Collection[int]) -> None:
    if ids:
        moment = now()
        await db.execute(
            update(sessions)
            .where(sessions.c.id.in_(ids))
            .values(deleted_at=moment, updated_at=moment, sequence=sessions.c.sequence + 1)
        )


async def _create(db: Database, edition_id: int, created: Sequence[Mapping[str, Any]]) -> None:
    moment = now()
    shared = {"edition_id": edition_id, "created_at": moment, "updated_at": moment}
    await db.execute_many(insert(sessions), [{**shared, **row} for row in created])


async def _change(db: Database, changed: Sequence[Mapping[str, Any]], *, is_told: bool) -> None:
    """`is_told` where calendars show what is changed."""
    news = {"sequence": sessions.c.sequence + 1, "updated_at": now(), "deleted_at": None} if is_told else {}
    query = (
        update(sessions)
        .where(sessions.c.id == bindparam("row_id"))
        .values({name: bindparam(f"new_{name}") for name in _COLUMNS} | news)
    )
    await db.execute_many(query, [dict(row) for row in changed])


async def _write_people(
    db: Database, edition_id: int, people: Mapping[str, Sequence[tuple[str, str]]], places: Places
) -> None:
    """Session's code → who takes part, in their order."""
    if not people:
        return
    query = select(sessions.c.id, sessions.c.code).where(
        sessions.c.edition_id == edition_id, sessions.c.code.in_(sorted(people))
    )
    ids = {row.code: row.id for row in await db.fetch_all(query)}
    await db.execute(delete(session_speakers).where(session_speakers.c.session_id.in_(sorted(ids.values()))))
    await db.execute_many(
        insert(session_speakers),
        [
            {
                "session_id": ids[code],
                "speaker_id": places.speakers[person].id,
                "role": role,
                "position": position,
            }
            for code, persons in people.items()
            for position, (person, role) in enumerate(persons)
        ],
    )
