"""A frab event, the same in JSON and XML: a mapping of names to values in, an ImportedSession out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from konferens.codes import CODE_ALPHABET, CODE_LENGTH
from konferens.programme.frab.html_text import markdown_from
from konferens.programme.model import PERSON_ROLES, SessionStatus
from konferens.programme.schedule import (
    ALL_ROOMS,
    MAX_SESSIONS,
    NOWHERE,
    ImportedPerson,
    ImportedRoom,
    ImportedSchedule,
    ImportedSession,
    ImportedTrack,
    Problems,
    clean_text,
    session_type,
)

_CODE = re.compile(rf"[{CODE_ALPHABET}]{{{CODE_LENGTH}}}\Z")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")
_ADDRESS = re.compile(r"https?://[^\s/]+\S*\Z", re.IGNORECASE)
_LONGEST = timedelta(days=31)


@dataclass
class Collector:
    """Takes a file's rooms, tracks and events one by one; `finish` gives the schedule.

    `source` names the conference in its own system: guids of what has none are made from it (RFC 9562, version 5).
    """

    title: str
    source: str
    problems: Problems
    extras: Mapping[str, Any] = field(default_factory=dict)
    _rooms: dict[str, ImportedRoom] = field(default_factory=dict)
    _tracks: dict[str, ImportedTrack] = field(default_factory=dict)
    _people: dict[str, ImportedPerson] = field(default_factory=dict)
    _sessions: dict[str, ImportedSession] = field(default_factory=dict)

    def add_room(self, values: Mapping[str, Any], where: str) -> None:
        name = self._text(values, "name", where, 120) or ""
        capacity = self._number(values, "capacity", where)
        if name and name.casefold() != ALL_ROOMS.casefold():
            self._rooms[name.casefold()] = ImportedRoom(name, capacity, self._text(values, "description", where))

    def add_track(self, values: Mapping[str, Any], where: str) -> None:
        name = self._text(values, "name", where, 120) or ""
        colour = values.get("color")
        if name:
            valid = isinstance(colour, str) and _COLOUR.match(colour)
            self._tracks[name.casefold()] = ImportedTrack(name, str(colour).lower() if valid else None)

    def add_event(self, values: Mapping[str, Any], where: str) -> None:
        """An event with a title, a time and something that names it; a problem for each that is missing."""
        guid = self._guid(values, where, "events")
        title = self._text(values, "title", where, 300)
        if not title:
            self.problems.add(where, "the event has no title")
        starts, ends = self._times(values, where)
        if guid is None or not title or starts is None or ends is None:
            return
        if guid in self._sessions:
            self.problems.add(where, f"the guid {guid} was used before, at {self._sessions[guid].where}")
            return
        extra = self.extras.get(guid) or {}
        extra_where = f"{where} (meta)"
        meeting_point = self._text(extra, "meeting_point", extra_where, 300)
        room = self._text(values, "room", where, 120) or None
        in_all = room is not None and room.casefold() == ALL_ROOMS.casefold()
        if room is not None and (in_all or room in (meeting_point, NOWHERE)):
            room = None
        track = self._text(values, "track", where, 120) or None
        if room:
            self._rooms.setdefault(room.casefold(), ImportedRoom(room))
        if track:
            self._tracks.setdefault(track.casefold(), ImportedTrack(track))
        abstract, description = (self._text(values, name, where) for name in ("abstract", "description"))
        self._sessions[guid] = ImportedSession(
            where=where,
            guid=guid,
            code=self._code(values),
            title=title,
            starts=starts,
            ends=ends,
            type=session_type(self._text(values, "type", where) or ""),
            room=room,
            track=track,
            people=self._persons(values, where),
            subtitle=self._text(values, "subtitle", where, 300),
            abstract=None if abstract is None else markdown_from(abstract),
            description=None if description is None else markdown_from(description),
            language=self._language(values, where),
            status=self._status(extra, extra_where),
            capacity=self._number(extra, "capacity", extra_where),
            all_rooms=True if in_all or extra.get("all_rooms") is True else None,
            meeting_point=meeting_point,
            stream_url=self._address(extra, "stream_url", extra_where),
            recording_url=self._address(extra, "recording_url", extra_where),
        )

    def finish(self) -> ImportedSchedule:
        """Raises InvalidImportError when there were problems, or nothing to import."""
        if not self._sessions:
            self.problems.add("the file", "there are no events in it")
        if len(self._sessions) > MAX_SESSIONS:
            self.problems.add("the file", f"{len(self._sessions)} events; {MAX_SESSIONS} are the most that is taken")
        self.problems.raise_if_any()
        rooms, tracks = tuple(self._rooms.values()), tuple(self._tracks.values())
        return ImportedSchedule(self.title, rooms, tracks, self._people, tuple(self._sessions.values()))

    def _persons(self, values: Mapping[str, Any], where: str) -> tuple[tuple[str, str | None], ...]:
        persons = values.get("persons") or []
        if not isinstance(persons, Sequence) or isinstance(persons, str):
            self.problems.add(where, "'persons' is not a list")
            return ()
        found: dict[str, str | None] = {}
        for index, person in enumerate(persons):
            place = f"{where} persons[{index}]"
            if not isinstance(person, Mapping):
                self.problems.add(place, "a person is not an object")
                continue
            name = self._text(person, "name", place, 200) or self._text(person, "public_name", place, 200)
            if not name:
                self.problems.add(place, "the person has no name")
                continue
            guid = self._guid({**person, "id": person.get("id") or name}, place, "persons")
            if guid is None:
                continue
            role = person.get("role")
            found.setdefault(guid, role if isinstance(role, str) and role in PERSON_ROLES else None)
            biography = self._text(person, "biography", place)
            self._people.setdefault(
                guid,
                ImportedPerson(
                    guid=guid,
                    name=name,
                    code=self._code(person),
                    title=self._text(person, "title", place, 200),
                    organisation=self._text(person, "organisation", place, 200),
                    biography=None if biography is None else markdown_from(biography),
                ),
            )
        return tuple(found.items())

    def _guid(self, values: Mapping[str, Any], where: str, kind: str) -> str | None:
        told, number = values.get("guid"), values.get("id")
        if told:
            try:
                return str(UUID(str(told)))
            except ValueError:
                self.problems.add(where, f"the guid {str(told)[:60]!r} is not a UUID")
                return None
        if number in (None, ""):
            self.problems.add(where, "there is neither a guid nor an id")
            return None
        return str(uuid5(NAMESPACE_URL, f"{self.source}/{kind}/{number}"))

    def _times(self, values: Mapping[str, Any], where: str) -> tuple[datetime | None, datetime | None]:
        starts = self._moment(values, "date", where)
        if starts is None:
            return None, None
        if values.get("end"):
            ends = self._moment(values, "end", where)
            if ends is not None and (starts.tzinfo is None) != (ends.tzinfo is None):
                self.problems.add(where, "only one of 'date' and 'end' has a zone offset")
                return None, None
        else:
            length = self._duration(values, where)
            ends = starts + length if length is not None else None
        if ends is not None and not timedelta(0) < ends - starts <= _LONGEST:
            self.problems.add(where, f"it ends at {ends.isoformat()}, which is not within a month after its start")
            return None, None
        return starts, ends

    def _moment(self, values: Mapping[str, Any], name: str, where: str) -> datetime | None:
        text = str(values.get(name) or "")
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = datetime.min  # noqa: DTZ901
        if not 1970 <= moment.year <= 2200:  # noqa: PLR2004
            what = f"{text[:60]!r} is not a time like 2027-05-11T09:00:00+02:00" if text else "it is missing"
            self.problems.add(f"{where} {name}", what)
            return None
        return moment

    def _duration(self, values: Mapping[str, Any], where: str) -> timedelta | None:
        """'01:30' or '01:30:00'; hours may exceed 24."""
        text = str(values.get("duration") or "")
        match = re.fullmatch(r"(\d{1,3}):([0-5]\d)(?::([0-5]?\d))?", text, re.ASCII)
        if match is None:
            self.problems.add(f"{where} duration", f"{text[:60]!r} is not hours and minutes like 01:30")
            return None
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)

    def _text(self, values: Mapping[str, Any], name: str, where: str, limit: int = 100_000) -> str | None:
        """None where the name is absent; null counts as ''."""
        if name not in values:
            return None
        value = values[name]
        if value is None or isinstance(
            value, Mapping
        ):  # a room's description may be translations: which one is a guess
            return ""
        text = clean_text(str(value))
        if len(text) > limit:
            self.problems.add(f"{where} {name}", f"{len(text)} characters, {limit} fit")
            return None
        return text

    def _address(self, values: Mapping[str, Any], name: str, where: str) -> str | None:
        """It becomes a link on public pages: http and https only, as in the form."""
        text = self._text(values, name, where, 500)
        if text and not _ADDRESS.match(text):
            self.problems.add(f"{where} {name}", f"{text[:60]!r} is not an address that begins with https://")
            return None
        return text

    def _number(self, values: Mapping[str, Any], name: str, where: str) -> int | None:
        value = values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1_000_000:  # noqa: PLR2004
            self.problems.add(f"{where} {name}", f"{str(value)[:60]!r} is not a number of seats")
            return None
        return int(value) or None

    def _status(self, values: Mapping[str, Any], where: str) -> SessionStatus | None:
        value = values.get("status")
        if value is None:
            return None
        try:
            return SessionStatus(value)
        except ValueError:
            self.problems.add(f"{where} status", f"{str(value)[:60]!r} is not tentative, confirmed or cancelled")
            return None

    def _language(self, values: Mapping[str, Any], where: str) -> str | None:
        """'de-formal' is German; our column holds the two or three letters of the language alone."""
        return (self._text(values, "language", where) or "").replace("_", "-").partition("-")[0].lower()[:8] or None

    def _code(self, values: Mapping[str, Any]) -> str | None:
        code = values.get("code")
        return code if isinstance(code, str) and _CODE.match(code) else None
