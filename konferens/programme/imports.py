"""A whole programme from a file into an edition: planned, looked at, all or nothing; a second time nothing changes."""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select

from konferens.audit import record
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.events.actions import take_turns, touch_edition
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.programme.drafts import working_sessions
from konferens.programme.import_files import read_schedule
from konferens.programme.import_people import PeoplePlan, known_people, plan_people, write_people
from konferens.programme.import_places import PlacesPlan, held_places, plan_places, write_places
from konferens.programme.import_sessions import (
    ChangeKind,
    Known,
    SessionChange,
    gathered,
    outside,
    plan_sessions,
    recognised,
)
from konferens.programme.import_writing import plan_drafts, resolved, write_sessions
from konferens.programme.queries import sessions_where
from konferens.programme.schedule import ImportedSchedule, ImportedSession, InvalidImportError
from konferens.tables import rooms, sessions, tracks


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did to sessions, and how many rooms, tracks and people it added or changed.

    `outside` are sessions on other days than the edition's: probably a file of another year.
    """

    created: int
    changed: int
    unchanged: int
    removed: int
    places: int
    people: int
    outside: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing was changed."""
        return not (self.created or self.changed or self.removed or self.places or self.people)

    def __str__(self) -> str:
        text = (
            f"sessions: {self.created} new, {self.changed} changed, {self.unchanged} unchanged, {self.removed} removed"
        )
        text += f"; rooms and tracks: {self.places} new or changed; people: {self.people} new or changed"
        if self.outside:
            text += f"\nnote: {self.outside} sessions are on days that the edition doesn't have"
        return text


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What a file would change in an edition. `outside` are its sessions on days that the edition doesn't have."""

    title: str
    rooms: PlacesPlan
    tracks: PlacesPlan
    people: PeoplePlan
    sessions: tuple[SessionChange, ...]
    told: int
    outside: tuple[ImportedSession, ...]

    @property
    def mark(self) -> str:
        """Another one as soon as the import would do anything else: somebody has changed something meanwhile."""
        sessions = [
            (each.kind, each.guid, each.before, each.after, each.moments, each.extras) for each in self.sessions
        ]
        parts = (self.rooms.changes, self.tracks.changes, self.people.changes, sessions)
        return sha256(repr(parts).encode()).hexdigest()[:20]

    @property
    def report(self) -> ImportReport:
        kinds = [change.kind for change in self.sessions]
        removed = kinds.count(ChangeKind.REMOVED)
        created = kinds.count(ChangeKind.NEW)
        changed = len(kinds) - removed - created
        return ImportReport(
            created=created,
            changed=changed,
            unchanged=self.told - created - changed,
            removed=removed,
            places=len(self.rooms.changes) + len(self.tracks.changes),
            people=len(self.people.changes),
            outside=len(self.outside),
        )


def load_schedule_file(source: Path | bytes, name: str = "") -> ImportedSchedule:
    """The programme in a file, of any format that `import_files.read_schedule` knows, from a path or from bytes.

    Raises InvalidImportError, whose problems begin with the place in the file, and FileNotFoundError.
    """
    if isinstance(source, Path):
        return read_schedule([(name or source.name, source.read_bytes())])
    return read_schedule([(name, source)])


async def plan_import(
    db: Database,
    edition: Edition,
    imported: ImportedSchedule,
    *,
    drafts: bool = False,
    remove: bool = True,
    mine: Collection[int] | None = None,
) -> ImportPlan:
    """What the import would change: of what everybody sees, or with `drafts` of what is planned for the next release.

    Sessions are found again by guid; people by guid, by code and name, or by a name that only one of the edition's
    speakers has. With `remove`, sessions with a time that the file doesn't have are removed, except cancelled ones, which
    exports leave out. Rooms, tracks and speakers that it doesn't name stay. `mine` are the ids of the editions whose speakers
    may come along (None: all). Raises InvalidImportError when a guid is another edition's.
    """
    public = await sessions_where(db, sessions.c.edition_id == edition.id, everyone=True)
    shown = await working_sessions(db, edition) if drafts else [each for each in public if each.deleted_at is None]
    imported = gathered(recognised(imported, shown), shown)
    await _refuse_foreign(db, edition.id, imported)
    held_rooms, held_tracks = await held_places(db, edition.id)
    speakers = await known_people(db, edition.id, imported.people.values(), mine=mine)
    room_plan = plan_places(
        "rooms",
        held_rooms,
        [(r.name, {"capacity": r.capacity, "description": r.description, "guid": r.guid}) for r in imported.rooms],
    )
    track_plan = plan_places("tracks", held_tracks, [(t.name, {"colour": t.colour}) for t in imported.tracks])
    people = plan_people(edition.id, speakers, imported.people)
    held = {each.guid: each for each in shown}
    known = Known(
        rooms=room_plan.ids,
        tracks=track_plan.ids,
        people=people.found,
        guids=people.guids,
        unfilmed={row["code"] for row in speakers.values() if row["recording"] is False},
        held=held,
        gone={each.guid: each for each in public if each.guid not in held},
    )
    changes = plan_sessions(edition, known, imported)
    if not remove:
        changes = tuple(change for change in changes if change.kind is not ChangeKind.REMOVED)
    beyond = tuple(outside(edition, imported.sessions))
    return ImportPlan(imported.title, room_plan, track_plan, people, changes, len(imported.sessions), beyond)


async def import_schedule(
    db: Database,
    edition: Edition,
    imported: ImportedSchedule,
    *,
    actor: str,
    drafts: bool = False,
    remove: bool = True,
    seen: str | None = None,
    mine: Collection[int] | None = None,
) -> ImportReport:
    """Do what `plan_import` plans, in one transaction, with its errors. Ids, codes and addresses stay.

    With `drafts` sessions are planned for the next release, while rooms, tracks and people are changed at once. `seen` is the
    `mark` of the plan that somebody looked at: ConflictError when it isn't what would be done any more. Calendars and pages
    are told (SEQUENCE, version) only when something differs. Seats are the caller's to see to.
    """
    async with db.transaction():
        await take_turns(db, edition.id)
        plan = await plan_import(db, edition, imported, drafts=drafts, remove=remove, mine=mine)
        if seen is not None and seen != plan.mark:
            raise ConflictError("the programme has been changed since the import was looked at")
        report = plan.report
        if report.is_empty:
            return report
        room_ids = await write_places(db, rooms, edition.id, plan.rooms)
        track_ids = await write_places(db, tracks, edition.id, plan.tracks)
        people = await write_people(db, edition.id, plan.people)
        changes = [resolved(change, room_ids, track_ids, people) for change in plan.sessions]
        if drafts:
            await plan_drafts(db, edition, changes, actor=actor)
        else:
            await write_sessions(db, edition, changes, {code: number for number, code in people.values()})
        await touch_edition(db, edition.id)
        await record(
            db,
            actor=actor,
            action="schedule.import",
            subject=f"edition:{edition.id}",
            edition_id=edition.id,
            after={"title": imported.title, "report": str(report)},
        )
        return report


async def _refuse_foreign(db: Database, edition_id: int, imported: ImportedSchedule) -> None:
    query = select(sessions.c.guid).where(
        sessions.c.guid.in_([session.guid for session in imported.sessions]), sessions.c.edition_id != edition_id
    )
    foreign = {row.guid for row in await db.fetch_all(query)}
    if foreign:
        what = gettext("guid %(guid)s hör till en programpunkt i en annan konferens")
        raise InvalidImportError(
            f"{session.where}: {what % {'guid': session.guid}}"
            for session in imported.sessions
            if session.guid in foreign
        )
