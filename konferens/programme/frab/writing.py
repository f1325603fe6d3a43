"""Our programme as frab's schedule.json and schedule.xml (schemas: c3voc.de/schedule/schema.json and schema.xsd).

Pure: the same programme gives the same bytes. Cancelled sessions and those without a time are left out, since the formats
know neither; readers then show that they are gone. What the formats have no place for (seats, meeting points) stands in
JSON under `conference.meta.konferens`, which the schema leaves open, and comes back with an import.
"""

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any
from xml.etree import ElementTree as ET

from konferens.programme.frab.entries import GENERATOR
from konferens.programme.frab.events import EventWriter, Programme, room_guid
from konferens.programme.schedule import clean_text

_XML_ONLY = ("recording", "own_slug")
_REFERENCE_TYPES = ("slides", "paper", "web", "blog", "article", "media", "related", "activitypub")
"""What schema.json accepts as the type of a link."""

_XML_TEXTS = (
    *("date", "start", "duration", "room", "slug", "url", "title", "subtitle", "track", "type", "language"),
    *("abstract", "description"),
)
_XML_ADDRESSES = ("logo", "feedback_url", "origin_url")


def schedule_json(programme: Programme) -> bytes:
    """schedule.json, UTF-8."""
    edition = programme.edition
    writer = EventWriter(programme)
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
                "guid": room_guid(edition, room),
                "description": room.description,
                "capacity": room.capacity,
            }
            for room in programme.rooms
        ],
        "meta": {"konferens": {"sessions": _meta(programme)}},
        "days": [
            {
                "index": index,
                "date": day.date.isoformat(),
                "day_start": day.starts.isoformat(),
                "day_end": day.ends.isoformat(),
                "rooms": {
                    name: [_json_event(writer.event(session)) for session in sessions]
                    for name, sessions in rooms.items()
                },
            }
            for index, (day, rooms) in enumerate(days, start=1)
        ],
    }
    document = {
        "$schema": "https://c3voc.de/schedule/schema.json",
        "generator": {"name": GENERATOR, "version": version("konferens")},
        "schedule": {"version": programme.version, "base_url": programme.url, "conference": conference},
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def schedule_xml(programme: Programme) -> bytes:
    """schedule.xml, UTF-8 with an XML declaration."""
    edition = programme.edition
    writer = EventWriter(programme)
    days = programme.days()
    root = ET.Element("schedule")
    ET.SubElement(root, "generator", name=GENERATOR, version=version("konferens"))
    _add(root, "url", f"{programme.url}schedule.xml")
    _add(root, "version", programme.version)
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
    guids = {room.name: room_guid(edition, room) for room in programme.rooms}
    for index, (day, rooms) in enumerate(days, start=1):
        span = {"start": day.starts.isoformat(), "end": day.ends.isoformat()}
        day_element = ET.SubElement(root, "day", {"index": str(index), "date": day.date.isoformat(), **span})
        for name, sessions in rooms.items():
            known = {"guid": guids[name]} if name in guids else {}
            room_element = ET.SubElement(day_element, "room", {"name": clean_text(name), **known})
            for session in sessions:
                _xml_event(room_element, writer.event(session))
    ET.indent(root, " ")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode").encode() + b"\n"


def _json_event(event: Mapping[str, Any]) -> dict[str, Any]:
    """The schema takes no other names, no null for what isn't told, and only some types of links."""
    kept = {name: value for name, value in event.items() if name not in _XML_ONLY}
    for name in ("do_not_stream", "logo", "feedback_url", "origin_url"):
        if kept[name] is None:
            del kept[name]
    if kept["slug"].endswith(("-", "_")):
        kept["slug"] = event["own_slug"]
    kept["persons"] = [{key: value for key, value in one.items() if key != "number"} for one in kept["persons"]]
    for name in ("links", "attachments"):
        kept[name] = [_json_reference(each) for each in kept[name]]
    return kept


def _json_reference(reference: Mapping[str, str]) -> dict[str, str]:
    kept = {name: reference[name] for name in ("url", "title")}
    return kept | ({"type": reference["type"]} if reference.get("type") in _REFERENCE_TYPES else {})


def _meta(programme: Programme) -> dict[str, dict[str, Any]]:
    """By guid, what is set of the fields that the format lacks."""
    found = {}
    for session in programme.shown():
        values = {
            "status": session.status.value if session.status != "confirmed" else None,
            "level": session.level.value or None,
            "capacity": session.capacity,
            "signup": session.signup or None,
            "all_rooms": session.all_rooms or None,
            "meeting_point": session.meeting_point or None,
            "stream_url": session.stream_url or None,
            "recording_url": session.recording_url or None,
            "answers": session.extras.get("answers"),
        }
        told = {name: value for name, value in values.items() if value is not None}
        if told:
            found[session.guid] = told
    return found


def _xml_event(parent: ET.Element, event: Mapping[str, Any]) -> None:
    element = ET.SubElement(parent, "event", guid=event["guid"], code=event["code"], id=str(event["id"]))
    for name in _XML_TEXTS:
        _add(element, name, event[name] or "")
    for name in _XML_ADDRESSES:
        if event[name]:
            _add(element, name, event[name])
    recording = ET.SubElement(element, "recording")
    _add(recording, "license", event["recording_license"])
    _add(recording, "optout", "true" if event["do_not_record"] else "false")
    for name, url in event["recording"].items():
        _add(element if name == "video_download_url" else recording, name, url)
    persons = ET.SubElement(element, "persons")
    for person in event["persons"]:
        name = person.get("name") or person["public_name"]
        _add(persons, "person", name, id=str(person["number"]), guid=person["guid"])
    for plural in ("links", "attachments"):
        _xml_references(ET.SubElement(element, plural), plural.removesuffix("s"), event[plural])


def _xml_references(parent: ET.Element, name: str, references: Sequence[Mapping[str, str]]) -> None:
    for each in references:
        attributes = {key: clean_text(each[key]) for key in ("type", "service") if key in each}
        if name == "attachment":
            attributes.pop("service", None)
        _add(parent, name, each["title"], href=clean_text(each["url"]), **attributes)


def _add(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = clean_text(text)
