"""Saving and removing sessions."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from konferens.audit import latest_changes
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError, NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.organiser.actions import save_settings
from konferens.programme.actions import change_zone, delete_session, save_session
from konferens.programme.editing import values_of, version_of
from konferens.programme.queries import feed_sessions, find_session
from konferens.tables import sessions
from tests.factories import ACTOR, make_edition, make_room, make_session, make_speaker, make_track, wall

NINE, TEN = wall(11, 9), wall(11, 10)


@pytest.fixture
async def edition(db: Database) -> Edition:
    return await make_edition(db)


async def version(db: Database, edition: Edition) -> int:
    return (await edition_by_id(db, edition.id)).version


async def test_everything_is_kept(db: Database, edition: Edition) -> None:
    values = {
        "title": "Så startar du en mack",
        "subtitle": "Steg för steg",
        "type": "workshop",
        "status": "tentative",
        "language": "en",
        "abstract": "Ett stycke.",
        "description": "**Mer**",
        "meeting_point": "Vid dörren",
        "stream_url": "https://example.org/live",
        "recording_url": "https://example.org/film",
        "track_id": await make_track(db, edition),
        "room_id": await make_room(db, edition),
        "wall_starts": NINE,
        "wall_ends": TEN,
        "capacity": 24,
        "signup": True,
        "level": "advanced",
        "recording": False,
        "license": "CC BY 4.0",
        "links": [{"title": "Bilder", "url": "https://example.org/bilder.pdf", "kind": "attachment"}],
        "all_rooms": False,
        "speakers": [
            (await make_speaker(db, edition, "Östen Ek"), "speaker"),
            (await make_speaker(db, edition), "moderator"),
        ],
    }
    code = await save_session(db, edition, None, values, actor=ACTOR)
    session = await find_session(db, edition.id, code)
    assert values_of(session, edition.zone) == values
    assert (session.starts_at, session.ends_at) == (
        datetime(2027, 5, 11, 7, tzinfo=UTC),
        datetime(2027, 5, 11, 8, tzinfo=UTC),
    )


async def test_a_change_is_told_to_calendars_and_pages(db: Database, edition: Edition) -> None:
    code = await make_session(db, edition)
    before, pages = await find_session(db, edition.id, code), await version(db, edition)
    await save_session(db, edition, code, {"title": "Ny titel"}, actor=ACTOR)
    after = await find_session(db, edition.id, code)
    assert (after.title, after.sequence, after.guid) == ("Ny titel", before.sequence + 1, before.guid)
    assert after.updated_at > before.updated_at
    assert await version(db, edition) == pages + 1


async def test_saving_what_is_there_already_changes_nothing(db: Database, edition: Edition) -> None:
    code = await make_session(db, edition, wall_starts=NINE)
    before, pages = await find_session(db, edition.id, code), await version(db, edition)
    await save_session(db, edition, code, values_of(before, edition.zone), actor=ACTOR)
    assert await find_session(db, edition.id, code) == before
    assert await version(db, edition) == pages


async def test_the_trail_tells_who_changed_what(db: Database, edition: Edition) -> None:
    code = await make_session(db, edition, "Gammal", wall_starts=NINE)
    await save_session(db, edition, code, {"title": "Ny", "wall_starts": NINE}, actor="erik@example.org")
    change = (await latest_changes(db, f"session:{code}"))[0]
    assert (change.actor, change.action, change.before, change.after) == (
        "erik@example.org",
        "session.update",
        {"title": "Gammal"},
        {"title": "Ny"},
    )


async def test_whoever_saves_second_is_told(db: Database, edition: Edition) -> None:
    code = await make_session(db, edition)
    seen = version_of(values_of(await find_session(db, edition.id, code), edition.zone))
    await save_session(db, edition, code, {"title": "Annas"}, actor=ACTOR, version=seen)
    with pytest.raises(ConflictError):
        await save_session(db, edition, code, {"title": "Eriks"}, actor="erik@example.org", version=seen)
    assert (await find_session(db, edition.id, code)).title == "Annas"


async def test_a_room_with_a_new_name_does_not_stop_an_editor(db: Database, edition: Edition) -> None:
    from konferens.events.actions import save_place

    room = await make_room(db, edition, "Loftet")
    code = await make_session(db, edition, room_id=room)
    seen = version_of(values_of(await find_session(db, edition.id, code), edition.zone))
    await save_place(db, "rooms", edition.id, room, {"name": "Vinden"}, actor=ACTOR)
    await save_session(db, edition, code, {"title": "Ny titel"}, actor=ACTOR, version=seen)
    assert (await find_session(db, edition.id, code)).title == "Ny titel"


async def test_rooms_tracks_and_speakers_of_other_editions_are_refused(db: Database, edition: Edition) -> None:
    other = await make_edition(db, "drivmedel")
    code = await make_session(db, edition)
    wrong = {
        "room_id": await make_room(db, other),
        "track_id": await make_track(db, other),
        "speakers": [(await make_speaker(db, other), "speaker")],
        "wall_starts": TEN,
        "wall_ends": NINE,
    }
    with pytest.raises(InvalidError) as error:
        await save_session(db, edition, code, wrong, actor=ACTOR)
    assert sorted(error.value.errors) == ["ends", "room", "speakers", "track"]


async def test_a_session_belongs_to_its_edition(db: Database, edition: Edition) -> None:
    other = await make_edition(db, "drivmedel")
    code = await make_session(db, other)
    with pytest.raises(NotFoundError):
        await save_session(db, edition, code, {"title": "Kapad"}, actor=ACTOR)


async def test_a_removed_session_stays_for_calendars(db: Database, edition: Edition) -> None:
    code = await make_session(db, edition, wall_starts=NINE)
    await delete_session(db, edition, code, actor=ACTOR)
    with pytest.raises(NotFoundError):
        await find_session(db, edition.id, code)
    assert [(each.code, each.is_cancelled, each.sequence) for each in await feed_sessions(db, edition.id)] == [
        (code, True, 1)
    ]


async def test_in_another_zone_the_clocks_show_the_same(db: Database, edition: Edition) -> None:
    code = await make_session(db, edition, wall_starts=NINE, wall_ends=TEN)
    await save_settings(db, edition, {"time_zone": "Europe/Helsinki"}, actor=ACTOR)
    session = await find_session(db, edition.id, code)
    assert (session.starts_at, session.sequence) == (datetime(2027, 5, 11, 6, tzinfo=UTC), 1)
    wall = await db.fetch_one(select(sessions.c.wall_starts, sessions.c.wall_ends).where(sessions.c.code == code))
    assert wall is not None
    assert (wall.wall_starts, wall.wall_ends) == (NINE, TEN)


async def test_sessions_without_a_time_have_none_in_another_zone(db: Database, edition: Edition) -> None:
    code = await make_session(db, edition)
    await change_zone(db, edition.id, ZoneInfo("Asia/Kolkata"))
    session = await find_session(db, edition.id, code)
    assert (session.starts_at, session.sequence) == (None, 0)
