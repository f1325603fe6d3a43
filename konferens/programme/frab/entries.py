"""A frab event, the same in JSON and XML: a mapping of names to values in, an ImportedSession out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from konferens.i18n import gettext
from konferens.programme.frab.field_values import FieldReader, is_address, language_code, session_code
from konferens.programme.frab.html_text import markdown_from
from konferens.programme.frab.originals import (
    as_references,
    foreign_values,
    keep_original,
    links_of,
    own_values,
    person_values,
    references,
)
from konferens.programme.model import PERSON_ROLES, SessionLink
from konferens.programme.schedule import (
    ALL_ROOMS,
    MAX_ROOM_NAME,
    MAX_SESSIONS,
    NOWHERE,
    ImportedPerson,
    ImportedRoom,
    ImportedSchedule,
    ImportedSession,
    ImportedTrack,
    Problems,
    as_room,
    session_type,
)

GENERATOR = "Konferens"
"""How our own exports name who made them."""

MAX_LICENSE = 60
_HASH_COLOUR = 7
_OWN_FILE = re.compile(r"/sessions/[A-Z0-9]{6}/files/[0-9]+/")


class _Named(NamedTuple):
    """What an event cannot be without."""

    guid: str
    title: str
    starts: datetime | None
    ends: datetime | None


@dataclass
class Collector:
    """Takes a file's rooms, tracks and events one by one; `finish` gives the schedule.

    `source` names the conference in its own system, `base_url` is what addresses are relative to. Where the file `is_ours`,
    ids and addresses are our own naming and are passed over. `meta` is what our export tells beside the format, by guid.
    """

    title: str
    source: str
    problems: Problems
    base_url: str = ""
    is_ours: bool = False
    meta: Mapping[str, Any] = field(default_factory=dict)
    is_whole: bool = True
    _rooms: dict[str, ImportedRoom] = field(default_factory=dict)
    _tracks: dict[str, ImportedTrack] = field(default_factory=dict)
    _people: dict[str, ImportedPerson] = field(default_factory=dict)
    _sessions: dict[str, ImportedSession] = field(default_factory=dict)
    _read: FieldReader = field(init=False)

    def __post_init__(self) -> None:
        self._read = FieldReader(self.source, self.problems)

    def add_room(self, values: Mapping[str, Any], where: str) -> None:
        name = self._read.text(values, "name", where, 120) or ""
        capacity = self._read.number(values, "capacity", where)
        description = self._read.text(values, "description", where)
        guid = self._read.guid(values, where, "rooms") if values.get("guid") and not self.is_ours else None
        if name and name.casefold() != ALL_ROOMS.casefold():
            self._rooms[name.casefold()] = ImportedRoom(name, capacity, description, guid)

    def add_track(self, values: Mapping[str, Any], where: str) -> None:
        name = self._read.text(values, "name", where, 120) or ""
        colour = str(values.get("color") or "").lower()
        if name:
            valid = len(colour) == _HASH_COLOUR and colour[0] == "#" and set(colour[1:]) <= set("0123456789abcdef")
            self._tracks[name.casefold()] = ImportedTrack(name, colour if valid else None)

    def add_event(
        self, values: Mapping[str, Any], where: str, *, day: Sequence[str] = (), parked: bool = False
    ) -> None:
        """An event with a title, a time unless it is `parked`, and something that names it; a problem for each that lacks.

        `day` are date, start and end of the file's day that it is in.
        """
        guid = self._read.guid(values, where, "events")
        title = self._read.text(values, "title", where, 300)
        if not title:
            self.problems.add(where, gettext("titeln saknas"))
        times = None if parked else self._read.times(values, where)
        if guid is None or not title or (times is None and not parked):
            return
        if guid in self._sessions:
            text = gettext("guid %(guid)s finns redan, på %(where)s")
            self.problems.add(where, text % {"guid": guid, "where": self._sessions[guid].where})
            return
        named = _Named(guid, title, *(times or (None, None)))
        self._sessions[guid] = self._session(values, where, named, day)

    def guid_of_person(self, number: str) -> str:
        """The guid of somebody whom the other system knows by this number."""
        return str(uuid5(NAMESPACE_URL, f"{self.source}/persons/{number}"))

    def finish(self) -> ImportedSchedule:
        """Raises InvalidImportError when there were problems, or nothing to import."""
        if not self._sessions:
            self.problems.add(gettext("filen"), gettext("det finns inga programpunkter i den"))
        if len(self._sessions) > MAX_SESSIONS:
            text = gettext("%(n)s programpunkter; högst %(most)s tas emot")
            self.problems.add(gettext("filen"), text % {"n": len(self._sessions), "most": MAX_SESSIONS})
        self.problems.raise_if_any()
        rooms, tracks = tuple(self._rooms.values()), tuple(self._tracks.values())
        sessions = tuple(self._sessions.values())
        return ImportedSchedule(self.title, rooms, tracks, self._people, sessions, self.is_whole, self.is_ours)

    def _session(self, values: Mapping[str, Any], where: str, named: "_Named", day: Sequence[str]) -> ImportedSession:
        read, meta, at = self._read, self.meta.get(named.guid) or {}, f"{where} (meta)"
        originals: dict[str, Any] = {}
        room, in_all, meeting_point = self._place(values, where, read.text(meta, "meeting_point", at, 300))
        track = read.text(values, "track", where, 120) or None
        if track:
            self._tracks.setdefault(track.casefold(), ImportedTrack(track))
        told_type = read.text(values, "type", where) or ""
        kind = session_type(told_type)
        keep_original(originals, "type", told_type or None, kind.value)
        told_language = read.text(values, "language", where)
        language = language_code(told_language or "")
        if language:
            keep_original(originals, "language", told_language, language)
        stream_url, recording_url = read.address(meta, "stream_url", at), read.address(meta, "recording_url", at)
        links, recording_url, stream_url = self._links(values, originals, recording_url, stream_url)
        people, persons = self._persons(values, where)
        license_text = read.text(values, "recording_license", where)
        if license_text is not None:
            keep_original(originals, "license", license_text, license_text[:MAX_LICENSE])
        recording = values.get("do_not_record")
        extras: dict[str, Any] = own_values({**meta, **values}, self.base_url)
        if not self.is_ours:
            extras |= foreign_values(values, self.base_url) | {"day": list(day) or None}
        return ImportedSession(
            where=where,
            code=session_code(values),
            **named._asdict(),
            type=kind,
            room=room,
            track=track,
            people=people,
            subtitle=read.text(values, "subtitle", where, 300),
            abstract=self._markdown(values, "abstract", where, originals),
            description=self._markdown(values, "description", where, originals),
            language=language,
            status=read.status(meta, at),
            level=read.level(meta, at),
            capacity=read.number(meta, "capacity", at),
            signup=meta["signup"] if isinstance(meta.get("signup"), bool) else None,
            all_rooms=True if in_all or meta.get("all_rooms") is True else None,
            meeting_point=meeting_point,
            stream_url=stream_url,
            recording_url=recording_url,
            recording=not recording if isinstance(recording, bool) else None,
            license=license_text if license_text is None else license_text[:MAX_LICENSE],
            links=links,
            extras=extras | {"originals": originals, "persons": persons},
        )

    def _place(
        self, values: Mapping[str, Any], where: str, meeting_point: str | None
    ) -> tuple[str | None, bool, str | None]:
        """The room's name, whether it is all of them, and the meeting point."""
        room = self._read.text(values, "room", where, MAX_ROOM_NAME) or None
        in_all = room is not None and room.casefold() == ALL_ROOMS.casefold()
        if room is not None and (in_all or room in (as_room(meeting_point or ""), NOWHERE)):
            room = None
        if room:
            self._rooms.setdefault(room.casefold(), ImportedRoom(room))
        return room, in_all, meeting_point

    def _markdown(self, values: Mapping[str, Any], name: str, where: str, originals: dict[str, Any]) -> str | None:
        told = self._read.text(values, name, where)
        if told is None:
            return None
        made = markdown_from(told)
        keep_original(originals, name, told, made)
        return made

    def _links(
        self, values: Mapping[str, Any], originals: dict[str, Any], recording_url: str | None, stream_url: str | None
    ) -> tuple[tuple[SessionLink, ...] | None, str | None, str | None]:
        """Links, recording and stream; our own exports tell the last two among the links as well."""
        told = references(values, self.base_url)
        told_urls = {**(values.get("recording") or {}), "video_download_url": values.get("video_download_url")}
        for name, url in told_urls.items():
            if recording_url is None and is_address(url):
                recording_url = url
                keep_original(originals, "recording_as", name, url)
        if told is None:
            return None, recording_url, stream_url
        if self.is_ours:
            stream_url = stream_url or next((each["url"] for each in told if each.get("service") == "stream"), None)
            # Files that are kept with the sessions are told as attachments, and stay what they are.
            told = [
                each
                for each in told
                if each["url"] not in (stream_url, recording_url) and not _OWN_FILE.search(each["url"])
            ]
        links = links_of(told)
        keep_original(originals, "references", told, as_references(links))
        return links, recording_url, stream_url

    def _persons(
        self, values: Mapping[str, Any], where: str
    ) -> tuple[tuple[tuple[str, str | None], ...], dict[str, Any]]:
        """(guid, role) of each, and by guid what else the file tells of them."""
        persons = values.get("persons") or []
        if not isinstance(persons, Sequence) or isinstance(persons, str):
            self.problems.add(where, gettext("”persons” är ingen lista"))
            return (), {}
        roles: dict[str, str | None] = {}
        extras: dict[str, Any] = {}
        for index, person in enumerate(persons):
            place = f"{where} persons[{index}]"
            if not isinstance(person, Mapping):
                self.problems.add(place, gettext("en person är inte ett objekt"))
                continue
            name = self._read.text(person, "name", place, 200) or self._read.text(person, "public_name", place, 200)
            if not name:
                self.problems.add(place, gettext("personens namn saknas"))
                continue
            guid = self._read.guid({**person, "id": person.get("id") or name}, place, "persons")
            if guid is None:
                continue
            role = person.get("role")
            roles.setdefault(guid, role if isinstance(role, str) and role in PERSON_ROLES else None)
            originals: dict[str, Any] = {}
            imported = ImportedPerson(
                guid=guid,
                name=name,
                code=session_code(person),
                title=self._read.text(person, "title", place, 200),
                organisation=self._read.text(person, "organisation", place, 200),
                biography=self._markdown(person, "biography", place, originals),
            )
            self._people.setdefault(guid, imported)
            extra = {} if self.is_ours else person_values(person, self.base_url)
            if originals:
                extra["originals"] = originals
            if extra:
                extras[guid] = extra
        return tuple(roles.items()), extras
