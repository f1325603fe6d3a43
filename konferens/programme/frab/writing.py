"""Our programme as frab's schedule.json and schedule.xml (schemas: c3voc.de/schedule/schema.json and schema.xsd).

Pure: the same programme gives the same bytes. Cancelled sessions and those without a time are left out, since the formats
know neither; readers then show that they are gone. What the formats have no place for (seats, meeting points) stands in
JSON under `conference.meta.konferens`, which the schema leaves open, and comes back with an import.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib.metadata import version
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from konferens.events.model import Edition, Room, Track
from konferens.programme.model import Session
from konferens.programme.schedule import ALL_ROOMS, NOWHERE, clean_text
from konferens.speakers.model import Speaker


@dataclass(frozen=True, slots=True)
class Programme:
    """What is exported. `speakers` are the edition's, with their texts; `base_url` is without a slash at its end."""

    edition: Edition
    rooms: Sequence[Room]
    tracks: Sequence[Track]
    sessions: Sequence[Session]
    speakers: Sequence[Speaker]
    base_url: str

    @property
    def url(self) -> str:
        return f"{self.base_url}{self.edition.path}"

    @property
    def acronym(self) -> str:
        """Lower-case letters, digits and underscores, at least four: what both schemas accept."""
        return f"{self.edition.series.slug}_{self.edition.slug}".replace("-", "_").ljust(4, "_")

    def days(self) -> list[tuple[date, dict[str, list[Session]]]]:
        """Every day of the edition, and others that have sessions, with their rooms' sessions."""
        zone = self.edition.zone
        by_day: dict[date, list[Session]] = {day: [] for day in self.edition.days}
        for session in self.sessions:
            day = session.day(zone)
            if day is not None and session.ends_at is not None and not session.is_cancelled:
                by_day.setdefault(day, []).append(session)
        order = {room.name: number for number, room in enumerate(self.rooms)}
        return [(day, _by_room(by_day[day], order)) for day in sorted(by_day)]


def schedule_json(programme: Programme) -> bytes:
    """schedule.json, UTF-8."""
    edition, zone = programme.edition, programme.edition.zone
    people = {speaker.code: speaker for speaker in programme.speakers}
    days = programme.days()
    conference = {
        "acronym": programme.acronym,
        "title": edition.name,
        "description": edition.tagline,
        "start": edition.starts_on.isoformat(),
        "end": edition.ends_on.isoformat(),
        "daysCount": len(days),
        "timeslot_duration": "00:05",
        "time_zone_name": edition.time_zone,
        "url": programme.url,
        "tracks": [{"name": track.name, "slug": track.slug, "color": track.colour} for track in programme.tracks],
        "rooms": [
            {
                "name": room.name,
                "slug": room.slug,
                "guid": _room_guid(edition, room.slug),
                "description": room.description,
                "capacity": room.capacity,
            }
            for room in programme.rooms
        ],
        "meta": {"konferens": {"sessions": _extras(programme)}},
        "days": [
            {
                "index": index,
                "date": day.isoformat(),
                "day_start": _midnight(day, zone),
                "day_end": _midnight(day + timedelta(days=1), zone),
                "rooms": {
                    name: [_event(programme, session, people) for session in sessions]
                    for name, sessions in rooms.items()
                },
            }
            for index, (day, rooms) in enumerate(days, start=1)
        ],
    }
    document = {
        "$schema": "https://c3voc.de/schedule/schema.json",
        "generator": {"name": "Konferens", "version": version("konferens")},
        "schedule": {"version": edition.release or str(edition.version), "base_url": programme.url, "conference": conference},
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def schedule_xml(programme: Programme) -> bytes:
    """schedule.xml, UTF-8 with an XML declaration."""
    edition, zone = programme.edition, programme.edition.zone
    people = {speaker.code: speaker for speaker in programme.speakers}
    days = programme.days()
    root = ET.Element("schedule")
    ET.SubElement(root, "generator", name="Konferens", version=version("konferens"))
    _add(root, "url", f"{programme.url}schedule.xml")
    _add(root, "version", edition.release or str(edition.version))
    conference = ET.SubElement(root, "conference")
    for name, value in (
        ("title", edition.name),
        ("acronym", programme.acronym),
        ("start", edition.starts_on.isoformat()),
        ("end", edition.ends_on.isoformat()),
        ("days", str(len(days))),
        ("timeslot_duration", "00:05"),
        ("base_url", programme.url),
        ("url", programme.url),
        ("time_zone_name", edition.time_zone),
    ):
        _add(conference, name, value)
    for track in programme.tracks:
        slug = {"slug": track.slug} if track.slug[:1].isalpha() and len(track.slug) > 1 else {}
        ET.SubElement(conference, "track", {"name": clean_text(track.name), "color": track.colour, **slug})
    guids = {room.name: _room_guid(edition, room.slug) for room in programme.rooms}
    for index, (day, rooms) in enumerate(days, start=1):
        span = {"start": _midnight(day, zone), "end": _midnight(day + timedelta(days=1), zone)}
        day_element = ET.SubElement(root, "day", {"index": str(index), "date": day.isoformat(), **span})
        for name, sessions in rooms.items():
            known = {"guid": guids[name]} if name in guids else {}
            room_element = ET.SubElement(day_element, "room", {"name": clean_text(name), **known})
            for session in sessions:
                _xml_event(room_element, programme, session, people)
    ET.indent(root, " ")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode").encode() + b"\n"


def _event(programme: Programme, session: Session, people: Mapping[str, Speaker]) -> dict[str, Any]:
    starts, ends = _span(session, programme.edition.zone)
    return {
        "guid": session.guid,
        "code": session.code,
        "id": session.id,
        "date": starts.isoformat(),
        "start": f"{starts:%H:%M}",
        "end": ends.isoformat(),
        "duration": _duration(session),
        "room": _place(session),
        "slug": _slug(programme, session),
        "url": f"{programme.url}sessions/{session.path_part}",
        "title": session.title,
        "subtitle": session.subtitle,
        "track": session.track.name if session.track else None,
        "type": session.type.value,
        "language": session.language,
        "abstract": session.abstract,
        "description": session.description,
        "persons": [_person(programme, people[ref.code], ref.role) for ref in session.speakers if ref.code in people],
        "links": [{"url": url, "title": title} for url, title in _links(session)],
        "attachments": [],
    }


def _person(programme: Programme, speaker: Speaker, role: str) -> dict[str, Any]:
    """pretalx's form of a person: with frab's numeric `id` and `public_name` both, the schema finds it is two things."""
    person: dict[str, Any] = {
        "code": speaker.code,
        "guid": speaker.guid,
        "name": speaker.name,
        "public_name": speaker.name,
        "title": speaker.title,
        "organisation": speaker.organisation,
        "biography": speaker.biography,
        "role": role,
        "url": f"{programme.url}speakers/{speaker.path_part}",
    }
    return person | ({"avatar": f"{programme.base_url}{speaker.image_url}"} if speaker.image_url else {})


def _extras(programme: Programme) -> dict[str, dict[str, Any]]:
    """By guid, what is set of the fields that the format lacks."""
    found = {}
    for session in programme.sessions:
        values = {
            "status": session.status.value if session.status != "confirmed" else None,
            "capacity": session.capacity,
            "all_rooms": session.all_rooms or None,
            "meeting_point": session.meeting_point or None,
            "stream_url": session.stream_url or None,
            "recording_url": session.recording_url or None,
        }
        told = {name: value for name, value in values.items() if value is not None}
        if told and not session.is_cancelled:
            found[session.guid] = told
    return found


def _xml_event(parent: ET.Element, programme: Programme, session: Session, people: Mapping[str, Speaker]) -> None:
    starts, _ = _span(session, programme.edition.zone)
    event = ET.SubElement(parent, "event", guid=session.guid, code=session.code, id=str(session.id))
    for name, value in (
        ("date", starts.isoformat()),
        ("start", f"{starts:%H:%M}"),
        ("duration", _duration(session)),
        ("room", _place(session)),
        ("slug", _slug(programme, session)),
        ("url", f"{programme.url}sessions/{session.path_part}"),
        ("title", session.title),
        ("subtitle", session.subtitle),
        ("track", session.track.name if session.track else ""),
        ("type", session.type.value),
        ("language", session.language),
        ("abstract", session.abstract),
        ("description", session.description),
    ):
        _add(event, name, value)
    persons = ET.SubElement(event, "persons")
    for ref in session.speakers:
        if ref.code in people:
            speaker = people[ref.code]
            _add(persons, "person", speaker.name, id=str(speaker.id), guid=speaker.guid)
    links = ET.SubElement(event, "links")
    for url, title in _links(session):
        _add(links, "link", title, href=url)


def _add(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = clean_text(text)


def _by_room(sessions: Sequence[Session], order: Mapping[str, int]) -> dict[str, list[Session]]:
    rooms: dict[str, list[Session]] = defaultdict(list)
    for session in sorted(sessions, key=lambda each: (str(each.starts_at), each.id)):
        rooms[_place(session)].append(session)
    return dict(sorted(rooms.items(), key=lambda item: (order.get(item[0], len(order)), item[0])))


def _place(session: Session) -> str:
    if session.room is not None:
        return session.room.name
    return ALL_ROOMS if session.all_rooms else session.meeting_point or NOWHERE


def _span(session: Session, zone: ZoneInfo) -> tuple[datetime, datetime]:
    if session.starts_at is None or session.ends_at is None:
        raise ValueError(f"session {session.code} has no time")
    return session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)


def _midnight(day: date, zone: ZoneInfo) -> str:
    return datetime.combine(day, time.min, zone).isoformat()


def _duration(session: Session) -> str:
    """Hours and minutes that pass, of UTC moments: clocks that are moved in between don't count."""
    if session.starts_at is None or session.ends_at is None:
        raise ValueError(f"session {session.code} has no time")
    minutes = int((session.ends_at - session.starts_at).total_seconds()) // 60
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _slug(programme: Programme, session: Session) -> str:
    """The code keeps it unique and long enough for both schemas, whatever the title is."""
    return f"{programme.acronym}-{session.code.lower()}" + (f"-{session.slug}" if session.slug else "")


def _links(session: Session) -> list[tuple[str, str]]:
    links = ((session.stream_url, "Direktsändning"), (session.recording_url, "Inspelning"))
    return [(url, title) for url, title in links if url]


def _room_guid(edition: Edition, slug: str) -> str:
    """The same wherever the site is served: rooms have no guid of their own in the database."""
    return str(uuid5(NAMESPACE_URL, f"konferens:{edition.ref}/rooms/{slug}"))
