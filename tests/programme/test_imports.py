"""A programme from a file: what comes in, what stays, and that a second time changes nothing."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from konferens.database import Database
from konferens.events.queries import edition_by_id, rooms_of, tracks_of
from konferens.programme.actions import save_session
from konferens.programme.frab import Programme, schedule_json
from konferens.programme.imports import ImportReport, import_schedule, load_schedule_file
from konferens.programme.model import SessionStatus, SessionType
from konferens.programme.queries import all_sessions, feed_sessions
from konferens.programme.schedule import InvalidImportError
from konferens.speakers.queries import speakers_of
from konferens.tables import session_speakers, sessions, speakers
from tests.factories import ACTOR, make_edition

GUIDS = [f"00000000-0000-4000-8000-00000000000{n}" for n in range(10)]


def event(n: int, **values: Any) -> dict[str, Any]:
    return {
        "guid": GUIDS[n],
        "title": f"Session {n}",
        "date": "2027-05-11T09:00:00+02:00",
        "duration": "01:00",
        "persons": [],
        **values,
    }


def schedule(*events: dict[str, Any], room: str = "Stora salen", **conference: Any) -> bytes:
    days = [{"rooms": {room: list(events)}}]
    return json.dumps(
        {"schedule": {"base_url": "https://a.example.org/", "conference": {"title": "A", "days": days, **conference}}}
    ).encode()


async def load(db: Database, edition_id: int, data: bytes) -> ImportReport:
    edition = await edition_by_id(db, edition_id)
    return await import_schedule(db, edition, load_schedule_file(data), actor="anna@example.org")


async def test_html_is_kept_as_markdown_and_told_again_until_somebody_changes_it(db: Database) -> None:
    edition = await make_edition(db)
    told = event(1, abstract="<p>Nya <em>mackar</em>.</p>", type="devroom", language="sv-formal", id=17)
    await load(db, edition.id, schedule(told))
    (session,) = await all_sessions(db, edition.id)
    assert (session.abstract, session.type, session.language) == ("Nya *mackar*.", SessionType.TALK, "sv")
    assert {name: (await exported(db, edition.id))[name] for name in ("abstract", "type", "language", "id")} == {
        "abstract": "<p>Nya <em>mackar</em>.</p>",
        "type": "devroom",
        "language": "sv-formal",
        "id": 17,
    }

    await save_session(db, edition, session.code, {"abstract": "Gamla mackar.", "type": "panel"}, actor=ACTOR)

    assert {name: (await exported(db, edition.id))[name] for name in ("abstract", "type", "language", "id")} == {
        "abstract": "Gamla mackar.",
        "type": "panel",
        "language": "sv-formal",
        "id": 17,
    }


async def exported(db: Database, edition_id: int) -> dict[str, Any]:
    """The one event of our own schedule.json."""
    programme = Programme(
        await edition_by_id(db, edition_id), [], [], await all_sessions(db, edition_id), [], "https://k.example.org"
    )
    days = json.loads(schedule_json(programme))["schedule"]["conference"]["days"]
    (found,) = [each for day in days for events in day["rooms"].values() for each in events]
    return dict(found)


async def test_a_changed_session_keeps_its_code_and_tells_calendars(db: Database) -> None:
    edition = await make_edition(db)
    await load(db, edition.id, schedule(event(1), event(2)))
    before = {session.guid: session for session in await all_sessions(db, edition.id)}

    report = await load(db, edition.id, schedule(event(1, title="Another"), event(2), event(3)))

    after = {session.guid: session for session in await all_sessions(db, edition.id)}
    assert (report.created, report.changed, report.unchanged, report.removed) == (1, 1, 1, 0)
    changed = after[GUIDS[1]]
    assert (changed.title, changed.code, changed.id) == ("Another", before[GUIDS[1]].code, before[GUIDS[1]].id)
    assert changed.sequence == before[GUIDS[1]].sequence + 1
    assert after[GUIDS[2]] == before[GUIDS[2]]


async def test_what_is_missing_is_removed_but_not_what_was_cancelled_or_has_no_time(db: Database) -> None:
    edition = await make_edition(db)
    await load(db, edition.id, schedule(event(1), event(2), event(3)))
    held = {session.guid: session for session in await all_sessions(db, edition.id)}
    await save_session(db, edition, held[GUIDS[2]].code, {"status": "cancelled"}, actor="anna@example.org")
    draft = await save_session(db, edition, None, {"title": "Draft"}, actor="anna@example.org")

    report = await load(db, edition.id, schedule(event(1)))

    assert report.removed == 1
    left = {session.code: session.status for session in await all_sessions(db, edition.id)}
    assert left == {
        held[GUIDS[1]].code: SessionStatus.CONFIRMED,
        held[GUIDS[2]].code: SessionStatus.CANCELLED,
        draft: SessionStatus.CONFIRMED,
    }
    gone = next(session for session in await feed_sessions(db, edition.id) if session.guid == GUIDS[3])
    assert (gone.deleted_at is not None, gone.sequence) == (True, 1)


async def test_a_removed_session_comes_back_as_itself(db: Database) -> None:
    edition = await make_edition(db)
    await load(db, edition.id, schedule(event(1), event(2)))
    code = {session.guid: session.code for session in await all_sessions(db, edition.id)}[GUIDS[2]]
    await load(db, edition.id, schedule(event(1)))
    report = await load(db, edition.id, schedule(event(1), event(2)))
    assert report.changed == 1
    assert {session.guid: session.code for session in await all_sessions(db, edition.id)}[GUIDS[2]] == code


async def test_what_the_file_does_not_tell_stays(db: Database) -> None:
    edition = await make_edition(db)
    guid = "00000000-0000-4000-8000-0000000000aa"
    data = schedule(event(1, persons=[{"guid": guid, "name": "Åsa", "biography": "A"}]))
    await load(db, edition.id, data)
    session = (await all_sessions(db, edition.id))[0]
    people = [(session.speakers[0].code, "moderator")]
    await save_session(db, edition, session.code, {"capacity": 30, "speakers": people}, actor="anna@example.org")

    report = await load(db, edition.id, data)

    assert report.is_empty
    kept = (await all_sessions(db, edition.id))[0]
    assert (kept.capacity, kept.speakers[0].role) == (30, "moderator")


async def test_people_are_found_by_guid_then_code_then_a_name_that_only_one_has(db: Database) -> None:
    edition = await make_edition(db)
    guid = "00000000-0000-4000-8000-0000000000aa"
    people = [{"guid": guid, "name": "Åsa"}, {"id": 7, "code": "ABC234", "name": "Bo"}, {"id": 8, "name": "Cia"}]
    await load(db, edition.id, schedule(event(1, persons=people)))
    before = {speaker.name: speaker.id for speaker in await speakers_of(db, edition.id)}

    renamed = [
        {"guid": guid, "name": "Åsa Öberg"},
        {"id": 70, "code": "ABC234", "name": "Bo"},
        {"id": 80, "name": "Cia"},
    ]
    report = await load(db, edition.id, schedule(event(1, persons=renamed)))

    after = {speaker.name: speaker.id for speaker in await speakers_of(db, edition.id)}
    assert report.people == 1
    assert after == {"Åsa Öberg": before["Åsa"], "Bo": before["Bo"], "Cia": before["Cia"]}


async def test_a_code_that_somebody_has_is_not_taken_over(db: Database) -> None:
    edition, other = await make_edition(db), await make_edition(db, slug="2028")
    await load(db, edition.id, schedule(event(1, code="ABC234", persons=[{"id": 1, "code": "ABC234", "name": "Bo"}])))
    await load(db, other.id, schedule(event(2, code="ABC234", persons=[{"id": 2, "code": "ABC234", "name": "Eva"}])))
    codes = [row.code for row in await db.fetch_all(select(speakers.c.code).order_by(speakers.c.id))]
    assert (len(codes), codes[0], codes[1] != "ABC234") == (2, "ABC234", True)
    assert [session.code for session in await all_sessions(db, edition.id)] == ["ABC234"]
    assert [session.code for session in await all_sessions(db, other.id)] != ["ABC234"]


async def test_a_file_with_one_mistake_leaves_everything_as_it_was(db: Database) -> None:
    edition, other = await make_edition(db), await make_edition(db, slug="2028")
    await load(db, edition.id, schedule(event(1)))
    with pytest.raises(InvalidImportError) as caught:
        await load(db, other.id, schedule(event(2, persons=[{"id": 1, "name": "Bo"}]), event(1)))
    assert caught.value.problems == [
        f'schedule.conference.days[0].rooms["Stora salen"][1]: guid {GUIDS[1]} hör till en programpunkt i en annan konferens'
    ]
    assert await all_sessions(db, other.id) == []
    assert await rooms_of(db, other.id) == []
    assert await db.fetch_val(select(func.count()).select_from(speakers)) == 0


async def test_an_import_asks_as_many_questions_for_ten_sessions_as_for_one(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    fetch_all, execute, execute_many = Database.fetch_all, Database.execute, Database.execute_many

    async def count(original: Any, self: Database, *arguments: Any) -> Any:
        asked.append(str(arguments[0])[:20])
        return await original(self, *arguments)

    monkeypatch.setattr(Database, "fetch_all", lambda self, *a: count(fetch_all, self, *a))
    monkeypatch.setattr(Database, "execute", lambda self, *a: count(execute, self, *a))
    monkeypatch.setattr(Database, "execute_many", lambda self, *a: count(execute_many, self, *a))
    numbers = []
    for slug, events in (("2027", [event(0)]), ("2028", [event(n) for n in range(1, 10)])):
        edition = await make_edition(db, slug=slug)
        loaded = load_schedule_file(
            schedule(*[e | {"persons": [{"id": e["title"], "name": e["title"]}]} for e in events])
        )
        asked.clear()
        await import_schedule(db, edition, loaded, actor="anna@example.org")
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]


async def test_clocks_of_the_edition_decide_for_times_without_offset(db: Database) -> None:
    edition = await make_edition(db)
    await load(
        db, edition.id, schedule(event(1, date="2027-05-11T09:00:00"), event(2, date="2027-05-11T08:00:00+01:00"))
    )
    rows = await db.fetch_all(select(sessions.c.wall_starts, sessions.c.starts_at))
    assert {(row.wall_starts, row.starts_at) for row in rows} == {
        (datetime(2027, 5, 11, 9), datetime(2027, 5, 11, 7, tzinfo=UTC))  # noqa: DTZ001
    }


async def test_rooms_and_tracks_are_found_by_name(db: Database) -> None:
    edition = await make_edition(db)
    data = schedule(event(1, track="Mat"), tracks=[{"name": "Mat", "color": "#AA0000"}])
    await load(db, edition.id, data)
    report = await load(
        db,
        edition.id,
        schedule(event(1, track="mat"), room="STORA SALEN", tracks=[{"name": "Mat", "color": "#00aa00"}]),
    )
    assert [(room.slug, room.name) for room in await rooms_of(db, edition.id)] == [("stora-salen", "STORA SALEN")]
    assert [(track.name, track.colour) for track in await tracks_of(db, edition.id)] == [("Mat", "#00aa00")]
    assert (report.places, report.changed) == (2, 0)


async def test_csv_as_excel_writes_it(db: Database) -> None:
    edition = await make_edition(db)
    rows = [
        "Titel;Datum;Börjar;Slutar;Rum;Spår;Slag;Talare;Sammanfattning",
        'Låna av grannen;2027-05-11;11.15;12.15;Hårkan;Kapital;Workshop;Åsa Öberg; Bo Ek;"Rad ett\nRad två"',
        "Dans;2027-05-11;20:00;01:00;;;Mingel;;",
    ]
    text = "\r\n".join(rows).replace("Åsa Öberg; Bo Ek", '"Åsa Öberg; Bo Ek"')
    first = await load(db, edition.id, text.encode("cp1252"))
    second = await load(db, edition.id, text.encode("utf-8-sig"))
    talk, dance = await all_sessions(db, edition.id)
    assert (first.created, second.is_empty) == (2, True)
    assert (talk.title, talk.type, talk.abstract) == ("Låna av grannen", SessionType.WORKSHOP, "Rad ett\nRad två")
    assert [person.name for person in talk.speakers] == ["Åsa Öberg", "Bo Ek"]
    assert (dance.type, dance.room, dance.ends_at) == (
        SessionType.SOCIAL,
        None,
        datetime(2027, 5, 11, 23, 0, tzinfo=UTC),
    )


async def test_people_who_left_a_session_are_not_in_it_any_more(db: Database) -> None:
    edition = await make_edition(db)
    await load(db, edition.id, schedule(event(1, persons=[{"id": 1, "name": "Bo"}, {"id": 2, "name": "Cia"}])))
    await load(db, edition.id, schedule(event(1, persons=[{"id": 2, "name": "Cia"}])))
    assert await db.fetch_val(select(func.count()).select_from(session_speakers)) == 1
    assert [person.name for person in (await all_sessions(db, edition.id))[0].speakers] == ["Cia"]


def test_a_path_and_a_missing_one(tmp_path: Path) -> None:
    file = tmp_path / "schedule.json"
    file.write_bytes(schedule(event(1)))
    assert [session.title for session in load_schedule_file(file).sessions] == ["Session 1"]
    with pytest.raises(FileNotFoundError):
        load_schedule_file(tmp_path / "none.json")


async def test_a_speaker_of_another_edition_is_the_same_person(db: Database) -> None:
    edition, other = await make_edition(db), await make_edition(db, slug="2028")
    person = {"guid": "00000000-0000-4000-8000-0000000000aa", "name": "Åsa", "biography": "Old"}
    await load(db, edition.id, schedule(event(1, persons=[person])))
    await load(db, other.id, schedule(event(2, persons=[person | {"biography": "New"}])))
    there, here = (await speakers_of(db, edition.id))[0], (await speakers_of(db, other.id))[0]
    assert (there.id == here.id, there.biography, here.biography) == (True, "Old", "New")


async def test_a_code_of_nobodys_is_made_for_each(db: Database) -> None:
    edition = await make_edition(db)
    await db.execute(
        insert(speakers).values(
            code="ABC234", guid=GUIDS[9], name="Ida", created_at=datetime.now(UTC), updated_at=datetime.now(UTC)
        )
    )
    people = [{"id": n, "code": "ABC234", "name": f"P{n}"} for n in (1, 2)]
    await load(db, edition.id, schedule(event(1, persons=people)))
    codes = {row.code for row in await db.fetch_all(select(speakers.c.code))}
    assert len(codes) == 3
