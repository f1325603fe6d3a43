"""Real conferences' files come in, and go out again as they came: every field, but for the exceptions that stand here."""

import json
import re
import time
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin

import jsonschema
import pytest
from lxml import etree
from starlette.testclient import TestClient

from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id, rooms_of, tracks_of
from konferens.programme.frab import Programme, schedule_json, schedule_xml
from konferens.programme.imports import import_schedule, load_schedule_file
from konferens.programme.queries import all_sessions, published_sessions
from konferens.programme.schedule import clean_text
from konferens.speakers.queries import speakers_of
from tests.factories import ACTOR, make_edition
from tests.programme.frab_files import frab_file

Event = dict[str, Any]

FILES = {
    "fosdem2025.xml": ("Europe/Brussels", date(2025, 2, 1), date(2025, 2, 2), (943, 992, 29)),
    "camp2019.json": ("Europe/Berlin", date(2019, 8, 21), date(2019, 8, 25), (79, 90, 2)),
    "pretalx-democon.json": ("Europe/Berlin", date(2020, 12, 14), date(2020, 12, 16), (36, 27, 2)),
}
"""Zone and days of each conference, and its numbers of events, people and rooms with events. DemoCon says that its zone is
UTC while its times are Berlin's."""

EXCEPTIONS = {
    "url": "our own page tells the newest; where the event is in the other system stands in origin_url",
    "slug": "kept where the public schemas accept it, which they don't with capital letters, nor JSON's with a hyphen at the end",
    "name": "of a person with a number: the schema takes a person's public_name or name, not both",
    "type of a link": "JSON's schema has a list of those that it knows; XML repeats all",
    "room's slug": "XML's schema has none; addresses here are made of the name",
    "room without events": "a room of an edition is one that something happens in",
    "conference": "acronym, title, subtitle, venue, time slots and zone are the edition's own settings",
}


@pytest.mark.parametrize("name", FILES)
async def test_a_real_conference_comes_in_goes_out_as_it_came_and_changes_nothing_again(
    db: Database, name: str
) -> None:
    zone, starts_on, ends_on, numbers = FILES[name]
    edition = await make_edition(db, time_zone=zone, starts_on=starts_on, ends_on=ends_on, language="en")
    data = frab_file(name).read_bytes()
    source = list(events_of(data))

    begun = time.perf_counter()
    first = await import_schedule(db, edition, load_schedule_file(data), actor=ACTOR)
    assert time.perf_counter() - begun < 10

    edition = await edition_by_id(db, edition.id)
    programme = await programme_of(db, edition)
    assert (first.created, first.people, len(programme.rooms)) == numbers
    assert (first.changed, first.removed, first.outside) == (0, 0, 0)
    as_xml, as_json = schedule_xml(programme), schedule_json(programme)
    assert_valid(as_xml, as_json)
    assert list(differences(source, list(events_of(as_xml)), "xml")) == []
    assert list(differences(source, list(events_of(as_json)), "json")) == []
    assert days_of(as_xml) == days_of(as_json) == days_of(data)
    assert rooms_told(data).items() <= rooms_told(as_json).items()
    assert tracks_told(data) <= tracks_told(as_xml)

    before = await all_sessions(db, edition.id)
    for again in (data, as_xml, as_json):
        report = await import_schedule(db, edition, load_schedule_file(again), actor=ACTOR)
        assert (report.is_empty, report.unchanged) == (True, numbers[0])
    assert await all_sessions(db, edition.id) == before
    assert await edition_by_id(db, edition.id) == edition


async def test_the_page_of_a_thousand_sessions_is_light_and_can_be_entered_by_the_hour(
    db: Database, client: TestClient
) -> None:
    zone, starts_on, ends_on, (count, _, _) = FILES["fosdem2025.xml"]
    edition = await make_edition(db, time_zone=zone, starts_on=starts_on, ends_on=ends_on, language="en")
    await import_schedule(db, edition, load_schedule_file(frab_file("fosdem2025.xml")), actor=ACTOR)
    page = client.get(f"{edition.path}programme", headers={"Accept-Encoding": "gzip"})
    assert int(page.headers["content-length"]) < 150 * 1024
    assert page.text.count("<article") == count
    targets = re.findall(r'<a href="#(row-[^"]+)"', page.text)
    assert len(targets) == len(set(targets)) == 19
    assert all(f'id="{target}"' in page.text for target in targets)


async def programme_of(db: Database, edition: Edition) -> Programme:
    return Programme(
        edition=edition,
        rooms=await rooms_of(db, edition.id),
        tracks=await tracks_of(db, edition.id),
        sessions=await published_sessions(db, edition.id),
        speakers=await speakers_of(db, edition.id),
        base_url="https://konferens.example.org",
    )


def assert_valid(as_xml: bytes, as_json: bytes) -> None:
    jsonschema.validate(json.loads(as_json), json.loads(frab_file("schema.json").read_bytes()))
    etree.XMLSchema(etree.parse(frab_file("schedule.xml.xsd"))).assertValid(etree.fromstring(as_xml))


def differences(source: list[Event], exported: list[Event], form: str) -> Iterator[tuple[str, str, Any, Any]]:
    """(guid, field, told, exported) of every field of the source that the export tells otherwise."""
    found = {event["guid"]: event for event in exported}
    assert found.keys() == {event["guid"] for event in source}
    for event in source:
        other = found[event["guid"]]
        for name, told in event.items():
            if name == "url" or (name == "slug" and not is_valid_slug(told, form)):
                continue
            if name == "persons":
                yield from person_differences(event, other)
            elif name in ("links", "attachments") and form == "json":
                if [(link["url"], link["title"]) for link in told] != [(o["url"], o["title"]) for o in other[name]]:
                    yield event["guid"], name, told, other[name]
            elif other.get(name) != told:
                yield event["guid"], name, told, other.get(name)
        assert other["origin_url"] == event["url"]
        assert other["url"].startswith("https://konferens.example.org/")


def person_differences(event: Event, other: Event) -> Iterator[tuple[str, str, Any, Any]]:
    if len(event["persons"]) != len(other["persons"]):
        yield event["guid"], "persons", event["persons"], other["persons"]
    for told, exported in zip(event["persons"], other["persons"], strict=False):
        for name, value in told.items():
            if name in exported and exported[name] != value:
                yield event["guid"], f"persons {name}", value, exported[name]
            if name not in exported and value not in ([], None) and name not in MISSING_IN_XML:
                yield event["guid"], f"persons {name}", value, None


MISSING_IN_XML = {"public_name", "biography", "answers", "code"}


def is_valid_slug(slug: str, form: str) -> bool:
    return slug == slug.lower() and (form == "xml" or not slug.endswith("-"))


def events_of(data: bytes) -> Iterator[Event]:
    """Every event as plain values, read without our own reader."""
    if data.lstrip().startswith(b"{"):
        schedule = json.loads(data)["schedule"]
        for day in schedule["conference"]["days"]:
            for events in day["rooms"].values():
                for event in events:
                    yield from_json(event, schedule["base_url"]) | {"day": day["date"]}
        return
    root = etree.fromstring(data)
    for day in root.iter("day"):
        for event in day.iter("event"):
            yield from_xml(event) | {"day": day.get("date")}


ADDRESSES = ("url", "logo", "feedback_url", "origin_url", "avatar")


def from_json(event: Mapping[str, Any], base_url: str) -> Event:
    found: Event = {}
    for name, value in event.items():
        if name in ("links", "attachments"):
            found[name] = [
                {key: urljoin(base_url, plain(told)) if key == "url" else plain(told) for key, told in link.items()}
                for link in value
            ]
        elif name == "persons":
            found[name] = [{key: plain(told) for key, told in person.items()} for person in value]
        elif name == "date":
            found[name] = datetime.fromisoformat(value)
        else:
            found[name] = urljoin(base_url, value) if name in ADDRESSES and value else plain(value)
    return {name: value for name, value in found.items() if value != "" or name not in ADDRESSES}


def from_xml(event: Any) -> Event:
    found: Event = {"guid": event.get("guid"), "id": int(event.get("id"))}
    for child in event:
        text = plain(child.text)
        if child.tag == "persons":
            found["persons"] = [{"id": int(each.get("id")), "name": plain(each.text)} for each in child]
        elif child.tag in ("links", "attachments"):
            found[child.tag] = [
                {"url": plain(each.get("href")), "title": plain(each.text)}
                | ({"type": each.get("type")} if each.get("type") else {})
                for each in child
            ]
        elif child.tag == "recording":
            found |= {"recording_license": plain(child.findtext("license"))}
            found |= {"do_not_record": child.findtext("optout") == "true"}
        else:
            found[child.tag] = datetime.fromisoformat(text) if child.tag == "date" else text
    return found


def plain(value: Any) -> Any:
    """Texts as every database keeps them; null and nothing are the same."""
    return "" if value is None else clean_text(value) if isinstance(value, str) else value


def days_of(data: bytes) -> list[tuple[int, str, datetime, datetime]]:
    if data.lstrip().startswith(b"{"):
        days = json.loads(data)["schedule"]["conference"]["days"]
        told = [(day["index"], day["date"], day["day_start"], day["day_end"]) for day in days]
    else:
        elements = etree.fromstring(data).iter("day")
        told = [(int(day.get("index")), *(day.get(name) for name in ("date", "start", "end"))) for day in elements]
    return [(index, day, *(datetime.fromisoformat(moment) for moment in span)) for index, day, *span in told]


def rooms_told(data: bytes) -> dict[str, str]:
    """Guids of rooms by name, which only JSON tells."""
    if not data.lstrip().startswith(b"{"):
        return {}
    return {room["name"]: room["guid"] for room in json.loads(data)["schedule"]["conference"].get("rooms", [])}


def tracks_told(data: bytes) -> set[str]:
    if data.lstrip().startswith(b"{"):
        return {track["name"] for track in json.loads(data)["schedule"]["conference"].get("tracks", [])}
    return {track.get("name") or track.text for track in etree.fromstring(data).iter("track") if not len(track)} - {
        None
    }
