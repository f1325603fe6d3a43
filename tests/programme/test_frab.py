"""frab's formats: what is written is valid and comes back whole; what cannot be read is told with its place."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lxml import etree

from konferens.database import Database
from konferens.events.queries import edition_by_id, rooms_of, tracks_of
from konferens.programme.actions import save_session
from konferens.programme.frab import Programme, schedule_json, schedule_xml
from konferens.programme.frab.html_text import markdown_from
from konferens.programme.frab.originals import person_values
from konferens.programme.imports import import_schedule, load_schedule_file
from konferens.programme.model import SessionType
from konferens.programme.queries import all_sessions, published_sessions
from konferens.programme.schedule import ImportedSchedule, InvalidImportError, session_type
from konferens.speakers.queries import speakers_of
from tests.factories import make_edition, wall
from tests.programme.frab_files import frab_file

LACKS_TITLE = "rad 1: kolumnen ”title” saknas. Det som lästes som tabell är varken XML eller JSON."
DEMO = Path(__file__).parents[2] / "konferens" / "demo" / "data" / "lokalekonomidagarna" / "2027" / "schedule.json"


async def programme_of(db: Database, edition_id: int) -> Programme:
    return Programme(
        edition=await edition_by_id(db, edition_id),
        rooms=await rooms_of(db, edition_id),
        tracks=await tracks_of(db, edition_id),
        sessions=await published_sessions(db, edition_id),
        speakers=await speakers_of(db, edition_id),
        base_url="https://konferens.example.org",
    )


async def imported(db: Database) -> Programme:
    edition = await make_edition(db)
    await import_schedule(db, edition, load_schedule_file(DEMO), actor="anna@example.org")
    return await programme_of(db, edition.id)


async def test_the_json_is_valid_by_the_public_schema(db: Database) -> None:
    schema = json.loads(frab_file("schema.json").read_bytes())
    jsonschema.validate(json.loads(schedule_json(await imported(db))), schema)


async def test_the_xml_is_valid_by_the_public_schema(db: Database) -> None:
    schema = etree.XMLSchema(etree.parse(frab_file("schedule.xml.xsd")))
    schema.assertValid(etree.fromstring(schedule_xml(await imported(db))))


async def test_the_same_programme_gives_the_same_bytes(db: Database) -> None:
    programme = await imported(db)
    again = await programme_of(db, programme.edition.id)
    assert schedule_json(again) == schedule_json(programme)
    assert schedule_xml(again) == schedule_xml(programme)


async def test_our_own_json_changes_nothing_when_it_comes_back(db: Database) -> None:
    programme = await imported(db)
    data = schedule_json(programme)
    report = await import_schedule(db, programme.edition, load_schedule_file(data), actor="anna@example.org")
    assert report.is_empty
    assert schedule_json(await programme_of(db, programme.edition.id)) == data


async def test_our_own_xml_changes_nothing_when_it_comes_back_with_meeting_points_for_rooms(db: Database) -> None:
    programme = await imported(db)
    values = {"title": "Bussen", "wall_starts": wall(11, 9), "wall_ends": wall(11, 10), "meeting_point": "Buss " * 40}
    await save_session(db, programme.edition, None, values, actor="anna@example.org")
    told = load_schedule_file(schedule_xml(await programme_of(db, programme.edition.id)))
    assert sum(bool(room.name.startswith("Buss")) for room in told.rooms) == 5
    assert (await import_schedule(db, programme.edition, told, actor="anna@example.org")).is_empty


def test_addresses_that_other_systems_leave_empty_are_none_rather_than_where_their_files_were() -> None:
    assert person_values({"id": 7, "avatar": ""}, "https://other.example.org/") == {"id": 7}


async def test_our_own_json_makes_the_same_programme_elsewhere(db: Database) -> None:
    programme = await imported(db)
    told = load_schedule_file(schedule_json(programme))
    first = load_schedule_file(DEMO)
    by_guid = {session.guid: session for session in first.sessions}
    for session in told.sessions:
        original = by_guid[session.guid]
        assert (session.title, session.starts, session.ends, session.people, session.capacity, session.all_rooms) == (
            original.title,
            original.starts,
            original.ends,
            original.people,
            original.capacity,
            original.all_rooms,
        )
    assert told.people == first.people


async def test_xml_tells_times_places_people_and_leaves_out_what_is_cancelled(db: Database) -> None:
    edition = await make_edition(db)
    values = {
        "title": "Så \x0bstartar du <en> mack & mer",
        "type": "talk",
        "wall_starts": wall(11, 9),
        "wall_ends": wall(12, 10, 30),
        "meeting_point": "Buss 1",
    }
    code = await save_session(db, edition, None, values, actor="anna@example.org")
    await save_session(db, edition, None, {**values, "status": "cancelled"}, actor="anna@example.org")
    root = etree.fromstring(schedule_xml(await programme_of(db, edition.id)))
    (event,) = root.iter("event")
    assert {
        child.tag: child.text for child in event if child.tag in ("title", "date", "start", "duration", "room", "slug")
    } == {
        "title": "Så startar du <en> mack & mer",
        "date": "2027-05-11T09:00:00+02:00",
        "start": "09:00",
        "duration": "25:30",
        "room": "Buss 1",
        "slug": f"lokalekonomidagarna_2027-{code.lower()}-sa-startar-du-en-mack-mer",
    }
    assert [day.get("date") for day in root.iter("day")] == ["2027-05-11", "2027-05-12"]


async def test_what_the_xml_tells_is_what_the_json_tells(db: Database) -> None:
    programme = await imported(db)
    from_xml, from_json = (load_schedule_file(data) for data in (schedule_xml(programme), schedule_json(programme)))

    def common(schedule: ImportedSchedule) -> list[Any]:
        names = {guid: person.name for guid, person in schedule.people.items()}
        return sorted(
            (
                s.guid,
                s.code,
                s.title,
                s.starts,
                s.ends,
                s.type,
                s.track,
                s.abstract,
                [names[guid] for guid, _ in s.people],
            )
            for s in schedule.sessions
        )

    assert common(from_xml) == common(from_json)


def problems(data: bytes) -> list[str]:
    with pytest.raises(InvalidImportError) as caught:
        load_schedule_file(data)
    return caught.value.problems


def one_day(*events: Any) -> bytes:
    return json.dumps({"schedule": {"conference": {"days": [{"rooms": {"A": list(events)}}]}}}).encode()


def test_a_json_file_is_told_what_is_wrong_and_where() -> None:
    good = {"guid": "00000000-0000-4000-8000-000000000001", "title": "T", "date": "2027-05-11T09:00:00+02:00"}
    data = one_day(
        {**good, "duration": "01:00"},
        {**good, "duration": "01:00"},
        {"id": 2, "title": "", "date": "tisdag", "duration": "en timme", "persons": [{}]},
        {"id": 3, "title": "T" * 301, "date": good["date"], "duration": "1h"},
        "not an event",
        {"id": 4, "title": "T", "date": good["date"], "end": "2027-05-11T08:00:00+02:00"},
        {"title": "T", "date": good["date"], "duration": "00:30"},
    )
    at = 'schedule.conference.days[0].rooms["A"]'
    assert problems(data) == [
        f"{at}[1]: guid 00000000-0000-4000-8000-000000000001 finns redan, på {at}[0]",
        f"{at}[2]: titeln saknas",
        f"{at}[2] date: 'tisdag' är ingen tid som 2027-05-11T09:00:00+02:00",
        f"{at}[3] title: 301 tecken, 300 får plats",
        f"{at}[3]: titeln saknas",
        f"{at}[3] duration: '1h' är inte timmar och minuter som 01:30",
        f"{at}[4]: en programpunkt är inte ett objekt",
        f"{at}[5]: slutar 2027-05-11T08:00:00+02:00, vilket inte är inom en månad efter början",
        f"{at}[6]: både guid och id saknas",
    ]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", LACKS_TITLE),
        (b"\x89PNG\r\n\x1a\n\x00\x00", LACKS_TITLE),
        (b'{"schedule": ', "rad 1, tecken 14: det är inte giltig JSON (Expecting value)"),
        (b'{"schedule": {}}', "schedule: objektet ”conference” saknas"),
        (b"[1]", "filen: objektet ”schedule” saknas"),
        (b"[" * 100_000, "filen: för många nivåer i varandra"),
        (b"[" + b"1" * 5000 + b"]", "filen: ett tal har tusentals siffror"),
        (b'{"a": "\xff"}', "byte 7: filen är inte i UTF-8"),
        (b"<schedule>\n<conference></schedule>", "rad 2, tecken 15: det är inte giltig XML (mismatched tag)"),
        (b"<html/>", "rad 1: dokumentet är <html>, inte <schedule>"),
        (b"<schedule/>", "rad 1: <conference> saknas i <schedule>"),
        (b"<schedule><conference/></schedule>", "filen: det finns inga programpunkter i den"),
        (b"<a>" * 200, "rad 1: för många nivåer i varandra"),
        (
            b'<?xml version="1.0" encoding="klingon"?><schedule/>',
            "rad 1: teckenkodningen går inte att läsa (unknown encoding: klingon)",
        ),
    ],
)
def test_what_is_no_schedule_is_told_so(data: bytes, problem: str) -> None:
    assert problems(data)[0] == problem


def test_entities_are_refused_before_they_grow() -> None:
    bomb = b'<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>\n<schedule>&b;</schedule>'
    file = b'<!DOCTYPE s SYSTEM "file:///etc/passwd"><schedule/>'
    assert problems(bomb) == ["rad 1: en dokumenttyp (DTD) tas inte emot"]
    assert problems(file) == ["rad 1: en dokumenttyp (DTD) tas inte emot"]


def test_an_xml_event_is_told_with_its_line() -> None:
    data = (
        b'<schedule><conference/>\n<day><room name="A">\n<event id="1"><title>T</title>'
        b"<date>2027-05-11T09:00:00Z</date></event></room></day></schedule>"
    )
    assert problems(data) == [
        "rad 3 duration: '' är inte timmar och minuter som 01:30",
        "filen: det finns inga programpunkter i den",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Workshop", SessionType.WORKSHOP),
        ("lecture", SessionType.TALK),
        ("Studiebesök", SessionType.VISIT),
        ("open-space", SessionType.OPEN_SPACE),
        ("devroom", SessionType.TALK),
        ("", SessionType.TALK),
    ],
)
def test_types_of_other_systems_become_ours(text: str, expected: SessionType) -> None:
    assert session_type(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Två < tre och **fet**", "Två < tre och **fet**"),
        ("<p>Ett</p>\n<p>Två &amp; tre</p>", "Ett\n\nTvå & tre"),
        ('<p><a href="https://a.example.org/">här</a><script>x</script></p>', "[här](https://a.example.org/)"),
        ("<ul><li>ett</li><li><b>två</b></li></ul>", "- ett\n- **två**"),
    ],
)
def test_html_becomes_markdown(text: str, expected: str) -> None:
    assert markdown_from(text) == expected


async def test_every_session_of_the_demo_comes_in(db: Database) -> None:
    programme = await imported(db)
    assert len(await all_sessions(db, programme.edition.id)) == 41
