"""A whole programme from a file into an edition: all or nothing, and a second time nothing changes."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from konferens.audit import record
from konferens.database import Database
from konferens.events.actions import touch_edition
from konferens.events.model import Edition
from konferens.programme.csv_reading import read_csv
from konferens.programme.frab import read_json, read_xml
from konferens.programme.import_people import import_people
from konferens.programme.import_places import import_places
from konferens.programme.import_sessions import import_sessions
from konferens.programme.schedule import ImportedSchedule, InvalidImportError
from konferens.tables import editions, rooms, tracks

MAX_BYTES = 50 * 1024 * 1024


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


def load_schedule_file(source: Path | bytes, name: str = "") -> ImportedSchedule:
    """Read frab or pretalx schedule.xml or schedule.json, or CSV, from a path or from bytes with a file's `name`.

    What it is shows in its first character; CSV is what is neither. Raises InvalidImportError, whose problems begin with
    the place in the file, and FileNotFoundError.
    """
    if isinstance(source, Path):
        if source.stat().st_size > MAX_BYTES:
            raise InvalidImportError([f"{source.name}: larger than {MAX_BYTES >> 20} MB"])
        name = name or source.name
        source = source.read_bytes()
    if len(source) > MAX_BYTES:
        raise InvalidImportError([f"{name}: larger than {MAX_BYTES >> 20} MB"])
    head = source[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"{", b"[")):
        return read_json(source)
    if head.startswith((b"<", b"\xff\xfe<", b"\xfe\xff")):
        return read_xml(source)
    return read_csv(source)


async def import_schedule(db: Database, edition: Edition, imported: ImportedSchedule, *, actor: str) -> ImportReport:
    """Make the edition's programme what the file tells, in one transaction.

    Sessions are found again by guid; people by guid, by code and name, or by a name that only one of the edition's
    speakers has. Ids, codes and addresses stay. Sessions with a time that the file doesn't have are removed, except
    cancelled ones, which exports leave out. Rooms, tracks and speakers that it doesn't name stay. Calendars and pages are
    told (SEQUENCE, version) only when something differs. Raises InvalidImportError when a guid is another edition's.
    """
    async with db.transaction():
        # Two imports of an edition at once take turns.
        await db.fetch_one(select(editions.c.id).where(editions.c.id == edition.id).with_for_update())
        room_ids, new_rooms = await import_places(
            db,
            rooms,
            edition.id,
            [(room.name, {"capacity": room.capacity, "description": room.description}) for room in imported.rooms],
        )
        track_ids, new_tracks = await import_places(
            db, tracks, edition.id, [(track.name, {"colour": track.colour}) for track in imported.tracks]
        )
        speaker_ids, people = await import_people(db, edition.id, imported.people)
        counts = await import_sessions(
            db, edition, imported.sessions, room_ids=room_ids, track_ids=track_ids, speaker_ids=speaker_ids
        )
        report = ImportReport(
            created=counts.created,
            changed=counts.changed,
            unchanged=counts.unchanged,
            removed=counts.removed,
            places=new_rooms + new_tracks,
            people=people,
            outside=counts.outside,
        )
        if not report.is_empty:
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
