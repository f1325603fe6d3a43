"""Copies what an edition is made of into a new one: all that is alike every year, and nothing of the people who came."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Column, ColumnElement, Date, DateTime, Table, bindparam, func, insert, select, update

from konferens.audit import record
from konferens.clock import now
from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.events.actions import create_edition
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.organiser.next_edition import RECURRING, Part, Shift
from konferens.programme.import_people import free_codes
from konferens.programme.model import SessionStatus, resolve_wall
from konferens.tables import (
    UTCDateTime,
    addon_ticket_types,
    addons,
    badge_designs,
    badge_pictures,
    calls,
    checkin_list_addons,
    checkin_list_ticket_types,
    checkin_lists,
    editions,
    mail_texts,
    question_ticket_types,
    questions,
    quotas,
    rooms,
    sessions,
    ticket_type_quotas,
    ticket_types,
    tracks,
)

Ids = Mapping[int, int]
"""Ids of the copies by those of the originals."""

_OWN = {
    "id",
    "slug",
    "name",
    "starts_on",
    "ends_on",
    "published",
    "release",
    "board_message",
    "version",
    "sequence",
    "changed_at",
    "created_at",
    "updated_at",
}
"""Columns of `editions` that a new one has for itself; every other one is a setting, and comes along."""

_RECURRING = (
    sessions.c.type.in_(sorted(RECURRING)),
    sessions.c.deleted_at.is_(None),
    sessions.c.status != SessionStatus.CANCELLED.value,
)

_OF_EVERY_YEAR = (checkin_lists.c.session_id.is_(None),)
"""A session's own check-in list stays where the session is: without it, the list would let everybody in."""


async def parts_of(db: Database, edition_id: int) -> dict[Part, int]:
    """How much there is to copy of each part; parts with nothing are absent."""
    wanted = {
        Part.QUESTIONS: (questions, ()),
        Part.CHECKIN_LISTS: (checkin_lists, _OF_EVERY_YEAR),
        Part.MAIL_TEXTS: (mail_texts, ()),
        Part.PROGRAMME: (sessions, _RECURRING),
    }
    counts = [
        select(func.count())
        .select_from(table)
        .where(table.c.edition_id == edition_id, *conditions)
        .scalar_subquery()
        .label(part.name)
        for part, (table, conditions) in wanted.items()
    ]
    row = await db.fetch_one(select(*counts))
    return {part: row[part.name] for part in wanted if row and row[part.name]}


async def start_next_edition(
    db: Database, source_id: int, *, slug: str, name: str, starts_on: date, parts: Collection[Part], actor: str
) -> Edition:
    """A new draft in the same series: this edition's settings, rooms, tracks, quotas, ticket types and add-ons, badges' designs, the call for proposals (not active), and `parts`.

    It is as long as the original, and every date and time moves by as many days as the first day does, clock times by the
    edition's zone. The original isn't changed. Discount codes, orders, people and their answers stay where they are.
    Raises NotFoundError, ConflictError when the series has an edition at `slug`.
    """
    async with db.transaction():
        # Locked, whoever changes the original raises its version at the end, and waits: all tables are read as of one moment.
        source = await db.fetch_one(select(editions).where(editions.c.id == source_id).with_for_update(key_share=True))
        if source is None:
            raise NotFoundError(f"edition {source_id}")
        shift = Shift((starts_on - source.starts_on).days, ZoneInfo(source.time_zone))
        settings = _moved(editions, source._mapping, shift, without=_OWN)  # noqa: SLF001
        dates = {"starts_on": starts_on, "ends_on": shift.day(source.ends_on)}
        edition_id = await create_edition(db, {**settings, "slug": slug, "name": name, **dates}, actor=actor)
        await _copy_all(_Copy(db, source_id, edition_id, shift), parts)
        await record(
            db,
            actor=actor,
            action="edition.copy",
            subject=f"edition:{edition_id}",
            edition_id=edition_id,
            after={"from": source_id, "days": shift.days, "parts": sorted(parts)},
        )
        return await edition_by_id(db, edition_id)


async def _copy_all(copy: "_Copy", parts: Collection[Part]) -> None:
    room_ids = await copy.rows(rooms, "slug", rooms.c.deleted_at.is_(None), guid="")
    await copy.rows(calls, active=False, updated_at=now())
    await copy.rows(badge_designs, updated_at=now())
    await copy.rows(badge_pictures, created_at=now())
    track_ids = await copy.rows(tracks, "slug", tracks.c.deleted_at.is_(None))
    quota_ids = await copy.rows(quotas, "name", taken=0)
    type_ids = await copy.rows(ticket_types, "code")
    await copy.links(ticket_type_quotas, type_ids, quota_ids)
    addon_ids = await copy.rows(addons, "code", quota_id=quota_ids, sequence=0, changed_at=None)
    await copy.links(addon_ticket_types, addon_ids, type_ids)
    if Part.QUESTIONS in parts:
        await copy.questions(type_ids)
    if Part.CHECKIN_LISTS in parts:
        list_ids = await copy.rows(checkin_lists, "name", *_OF_EVERY_YEAR, ended_at=None)
        await copy.links(checkin_list_ticket_types, list_ids, type_ids)
        await copy.links(checkin_list_addons, list_ids, addon_ids)
    if Part.MAIL_TEXTS in parts:
        await copy.rows(mail_texts, updated_at=now())
    if Part.PROGRAMME in parts:
        await copy.recurring_sessions(room_ids, track_ids)


class _Copy:
    """From one edition to another, inside the caller's transaction; a fixed number of statements for each table."""

    def __init__(self, db: Database, source_id: int, target_id: int, shift: Shift) -> None:
        self._db, self._source, self._target, self._shift = db, source_id, target_id, shift

    async def rows(self, table: Table, key: str = "", *only: ColumnElement[bool], **changes: Any) -> dict[int, int]:
        """Copy the rows of `table` that meet `only`, in the order of their ids.

        `changes` are columns with another value in the copies, or with Ids that turn references to originals into ones to
        copies. Gives the copies' ids by the originals', matched by the column `key`, which is unique in an edition; without
        a key {}.
        """
        originals = await self._originals(table, *only)
        await self._db.execute_many(
            insert(table), [self._moved(table, row) | _changed(row, changes) for row in originals]
        )
        if not key:
            return {}
        query = select(table.c.id, table.c[key]).where(table.c.edition_id == self._target)
        copies = {row[key]: row.id for row in await self._db.fetch_all(query)}
        return {row["id"]: copies[row[key]] for row in originals}

    async def links(self, table: Table, owners: Ids, others: Ids) -> None:
        """Copy what a table of pairs says of `owners`, its first column; `others` are its second."""
        owner, other = table.c
        query = select(table).where(owner.in_(sorted(owners)))
        pairs = await self._db.fetch_all(query) if owners else []
        await self._db.execute_many(
            insert(table),
            [{owner.name: owners[row[owner.name]], other.name: others[row[other.name]]} for row in pairs],
        )

    async def questions(self, type_ids: Ids) -> None:
        """With the ticket types that are asked and, once all have ids, the questions that they are shown by."""
        ids = await self.rows(questions, "code", shown_by_id=None)
        await self.links(question_ticket_types, ids, type_ids)
        shown = select(questions.c.id, questions.c.shown_by_id).where(
            questions.c.edition_id == self._source, questions.c.shown_by_id.is_not(None)
        )
        await self._db.execute_many(
            update(questions).where(questions.c.id == bindparam("copy")).values(shown_by_id=bindparam("parent")),
            [{"copy": ids[row.id], "parent": ids[row.shown_by_id]} for row in await self._db.fetch_all(shown)],
        )

    async def recurring_sessions(self, room_ids: Ids, track_ids: Ids) -> None:
        """As new sessions, with codes and guids of their own: without speakers, stream and recording, nobody signed up."""
        originals = await self._originals(sessions, *_RECURRING)
        codes = await free_codes(self._db, sessions.c.code, [None] * len(originals))
        moment = now()
        fresh = {"taken": 0, "sequence": 0, "stream_url": "", "recording_url": ""}
        fresh |= {"created_at": moment, "updated_at": moment}
        references = {"room_id": room_ids, "track_id": track_ids}
        rows = [
            self._moved(sessions, row)
            | _changed(row, fresh | references)
            | {"code": code, "guid": str(uuid4()), "extras": {}}
            for row, code in zip(originals, codes, strict=True)
        ]
        await self._db.execute_many(insert(sessions), [row | _resolved(row, self._shift.zone) for row in rows])

    async def _originals(self, table: Table, *only: ColumnElement[bool]) -> list[Mapping[str, Any]]:
        query = select(table).where(table.c.edition_id == self._source, *only)
        query = query.order_by(*table.primary_key.columns)
        return [row._mapping for row in await self._db.fetch_all(query)]  # noqa: SLF001

    def _moved(self, table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
        return _moved(table, row, self._shift, without={"id"}) | {"edition_id": self._target}


def _moved(table: Table, row: Mapping[str, Any], shift: Shift, *, without: Collection[str]) -> dict[str, Any]:
    """The row's values, dates and times among them moved; what a column holds is told by its type."""
    return {column.name: _later(column, row[column.name], shift) for column in table.c if column.name not in without}


def _later(column: "Column[Any]", value: Any, shift: Shift) -> Any:
    if value is None:
        return None
    if isinstance(column.type, UTCDateTime):
        return shift.moment(value)
    if isinstance(column.type, DateTime):
        return shift.wall(value)
    return shift.day(value) if isinstance(column.type, Date) else value


def _changed(row: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.get(row[name]) if isinstance(value, Mapping) else value for name, value in changes.items()}


def _resolved(row: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """The moments of a session's wall-clock times. In the night when clocks go forward it may end as it begins."""
    if row["wall_starts"] is None:
        return {}
    starts = resolve_wall(row["wall_starts"], zone)
    return {"starts_at": starts, "ends_at": row["wall_ends"] and max(starts, resolve_wall(row["wall_ends"], zone))}
