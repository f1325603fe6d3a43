"""Sessions of an imported programme: which are new, differ, or are gone. Pure; `session_writing` writes them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.programme.editing import IN_CALENDARS, changed_fields, values_of
from konferens.programme.frab.originals import current_extras, merged_extras
from konferens.programme.model import Session, resolve_wall, wall_of
from konferens.programme.schedule import ImportedSchedule, ImportedSession, Problems, as_room

_TEXTS = ("subtitle", "abstract", "description", "language", "meeting_point", "stream_url", "recording_url", "license")
_OPTIONAL = (*_TEXTS, "status", "level", "capacity", "signup", "all_rooms", "recording")


class New(NamedTuple):
    """Stands for the id or code of a room, track or person that the import adds; `key` is its name, or the file's guid."""

    key: str


class ChangeKind(StrEnum):
    """What an import does to a session."""

    NEW = "new"
    CHANGED = "changed"
    RETURNS = "returns"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class SessionChange:
    """One session that the import changes. `held` is what is there, None for a new one.

    `after` are values as in `editing.FIELDS`, all that the file tells; `fields` are those that differ. `moments` are start
    and end. `extras` are what is to be kept of the file, None where that stays as it is.
    """

    kind: ChangeKind
    guid: str
    title: str
    held: Session | None
    code: str | None = None
    fields: tuple[str, ...] = ()
    before: Mapping[str, Any] = field(default_factory=dict, hash=False)
    after: Mapping[str, Any] = field(default_factory=dict, hash=False)
    moments: tuple[datetime | None, datetime | None] = (None, None)
    extras: Mapping[str, Any] | None = field(default=None, hash=False)

    @property
    def is_visible(self) -> bool:
        """Whether anybody sees it: what is only kept for exports isn't a change of the session."""
        return self.kind is not ChangeKind.CHANGED or bool(self.fields)

    @property
    def is_told(self) -> bool:
        """Whether calendars show it."""
        return self.kind is not ChangeKind.CHANGED or not IN_CALENDARS.isdisjoint(self.fields)


@dataclass(frozen=True, slots=True)
class Known:
    """What sessions refer to: ids by case-folded name, speakers' rows and everybody's own guid by the file's guid, and codes of
    those who aren't filmed. `held` and `gone` are the edition's sessions by guid, `gone` those that were removed."""

    rooms: Mapping[str, int]
    tracks: Mapping[str, int]
    people: Mapping[str, Mapping[str, Any]]
    guids: Mapping[str, str]
    unfilmed: Collection[str]
    held: Mapping[str, Session]
    gone: Mapping[str, Session]


def plan_sessions(edition: Edition, known: Known, schedule: ImportedSchedule) -> tuple[SessionChange, ...]:
    """What the file's sessions change, in the file's order; those that it lacks last.

    These are sessions with a time that aren't cancelled: exports leave the others out. Raises InvalidImportError for fewer
    seats than are taken.
    """
    problems = Problems()
    changes = []
    for session in schedule.sessions:
        held = known.held.get(session.guid) or known.gone.get(session.guid)
        change = _change(edition, known, session, held, keep=schedule.is_ours or schedule.finds_by_code)
        if change is not None:
            _check_seats(change, session.where, problems)
            changes.append(change)
    problems.raise_if_any()
    guids = {session.guid for session in schedule.sessions}
    missing = [
        SessionChange(
            ChangeKind.REMOVED, guid, session.title, session, session.code, before=values_of(session, edition.zone)
        )
        for guid, session in known.held.items()
        if guid not in guids and session.starts_at is not None and not session.is_cancelled
    ]
    return (*changes, *missing)


def recognised(schedule: ImportedSchedule, held: Collection[Session]) -> ImportedSchedule:
    """The schedule with the guids of the sessions that its codes or titles name, where it `finds_by_code`."""
    if not schedule.finds_by_code:
        return schedule
    guids = {session.guid for session in held}
    codes = {session.code: session.guid for session in held}
    titles = Counter(session.title.casefold() for session in held)
    titled = {session.title.casefold(): session.guid for session in held if titles[session.title.casefold()] == 1}
    taken = {codes[each.code] for each in schedule.sessions if each.code in codes}
    found: dict[str, ImportedSession] = {}
    problems = Problems()
    for each in schedule.sessions:
        guid = codes.get(each.code or "") or (each.guid if each.guid in guids else None)
        if guid is None and each.code is None and titled.get(each.title.casefold()) not in taken:
            guid = titled.get(each.title.casefold())
        guid = guid or each.guid
        if guid in found:
            problems.add(each.where, gettext("samma programpunkt som %(where)s") % {"where": found[guid].where})
        taken.add(guid)
        found[guid] = replace(each, guid=guid)
    problems.raise_if_any()
    return replace(schedule, sessions=tuple(found.values()))


def gathered(schedule: ImportedSchedule, held: Collection[Session]) -> ImportedSchedule:
    """The schedule without the rooms that our schedule.xml makes of meeting points, as it has no other place for them."""
    points = {each.guid: as_room(each.meeting_point) for each in held if each.room is None and each.meeting_point}
    found = {each.guid for each in schedule.sessions if each.room and each.room == points.get(each.guid)}
    if not found:
        return schedule
    sessions = tuple(replace(each, room=None) if each.guid in found else each for each in schedule.sessions)
    unused = {points[guid] for guid in found} - {each.room for each in sessions}
    return replace(schedule, sessions=sessions, rooms=tuple(each for each in schedule.rooms if each.name not in unused))


def outside(edition: Edition, sessions: Sequence[ImportedSession]) -> list[ImportedSession]:
    """Those on other days than the edition's: probably it is a file of another year."""
    days = set(edition.days)
    return [each for each in sessions if each.starts and _wall(each.starts, edition.zone).date() not in days]


def _change(
    edition: Edition, known: Known, session: ImportedSession, held: Session | None, *, keep: bool
) -> SessionChange | None:
    before = values_of(held, edition.zone) if held else {}
    told = _told(edition, known, session, before, held)
    moments = _moments(session, edition.zone)
    extras = _extras(known, session)
    if held is None:
        kept = merged_extras({}, extras, keep_originals=False)
        return SessionChange(
            ChangeKind.NEW, session.guid, session.title, None, session.code, tuple(told), {}, told, moments, kept
        )
    returns = held.deleted_at is not None
    fields = changed_fields(before, told)
    if not fields and moments != (held.starts_at, held.ends_at):  # the other of an hour that comes twice
        fields = ["wall_starts", "wall_ends"]
    valid = current_extras(held)
    merged: dict[str, Any] | None = merged_extras(valid, extras, keep_originals=keep)
    if merged == valid:
        merged = None
    if not fields and not returns and merged is None:
        return None
    kind = ChangeKind.RETURNS if returns else ChangeKind.CHANGED
    return SessionChange(
        kind, session.guid, session.title, held, held.code, tuple(fields), before, told, moments, merged
    )


def _told(
    edition: Edition, known: Known, session: ImportedSession, before: Mapping[str, Any], held: Session | None
) -> dict[str, Any]:
    """The fields that the file tells."""
    values: dict[str, Any] = {name: getattr(session, name) for name in _OPTIONAL}
    values = {name: value for name, value in values.items() if value is not None}
    for name in ("status", "level"):
        if name in values:
            values[name] = values[name].value
    if session.links is not None:
        values["links"] = [asdict(link) for link in session.links]
    # What exports tell of recordings is the edition's licence too, and whether all who speak may be filmed.
    if "license" in values and values["license"] == (before.get("license") or edition.recording_license):
        values["license"] = before.get("license", "")
    if held and held.recording and not values.get("recording", True):
        values["recording"] = any(person.code in known.unfilmed for person in held.speakers)
    values["wall_starts"] = _wall(session.starts, edition.zone) if session.starts else None
    values["wall_ends"] = _wall(session.ends, edition.zone) if session.ends else None
    roles = dict(before.get("speakers", []))
    people = [
        (known.people[guid]["code"] if guid in known.people else New(guid), role) for guid, role in session.people
    ]
    values |= {
        "title": session.title,
        "type": session.type.value,
        "room_id": _place(known.rooms, session.room),
        "track_id": _place(known.tracks, session.track),
        "speakers": [(code, role or roles.get(code, "speaker")) for code, role in people],
    }
    return {name: value for name, value in values.items() if name not in session.untold}


def _place(ids: Mapping[str, int], name: str | None) -> int | New | None:
    return ids.get(name.casefold(), New(name)) if name else None


def _extras(known: Known, session: ImportedSession) -> dict[str, Any]:
    """People by their own guids: a file without any names them by what was made of its numbers."""
    persons = {known.guids.get(guid, guid): values for guid, values in session.extras.get("persons", {}).items()}
    return {**session.extras, "persons": persons}


def _moments(session: ImportedSession, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """Start and end in UTC, without seconds' fractions that no clock shows."""
    starts, ends = (_moment(each, zone) for each in (session.starts, session.ends))
    return starts, ends


def _moment(told: datetime | None, zone: ZoneInfo) -> datetime | None:
    if told is None:
        return None
    wall = _wall(told, zone)
    return resolve_wall(wall, zone, fold=wall.fold)


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the edition's clocks show; `fold` tells which of an hour that comes twice."""
    return moment if moment.tzinfo is None else wall_of(moment, zone)


def _check_seats(change: SessionChange, where: str, problems: Problems) -> None:
    held, capacity = change.held, change.after.get("capacity")
    if held and held.signup and change.after.get("signup", True) and capacity is not None and capacity < held.taken:
        text = gettext("%(capacity)s platser, men %(taken)s är anmälda till ”%(title)s”")
        problems.add(where, text % {"capacity": capacity, "taken": held.taken, "title": held.title})
