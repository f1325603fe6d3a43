"""What cannot be true in a programme."""

import pytest
from sqlalchemy import update

from konferens.database import Database
from konferens.events.model import Edition
from konferens.programme.conflicts import Problem, conflicts_of, find_conflicts
from konferens.programme.queries import all_sessions
from konferens.tables import sessions
from tests.factories import make_edition, make_room, make_session, make_speaker, wall

NINE, TEN, ELEVEN = (wall(11, hour) for hour in (9, 10, 11))


async def problems(db: Database, edition: Edition) -> list[tuple[Problem, str, str, str]]:
    return [
        (each.problem, each.session.title, each.other.title if each.other else "", each.what)
        for each in find_conflicts(await all_sessions(db, edition.id))
    ]


@pytest.fixture
async def edition(db: Database) -> Edition:
    return await make_edition(db)


async def test_a_session_needs_time_and_room(db: Database, edition: Edition) -> None:
    await make_session(db, edition, "Utan tid")
    await make_session(db, edition, "Utan rum", wall_starts=NINE)
    assert sorted(await problems(db, edition)) == [
        (Problem.NO_ROOM, "Utan rum", "", ""),
        (Problem.NO_TIME, "Utan tid", "", ""),
    ]


async def test_breaks_excursions_and_cancelled_sessions_need_no_room(db: Database, edition: Edition) -> None:
    await make_session(db, edition, "Fika", wall_starts=NINE, all_rooms=True)
    await make_session(db, edition, "Buss till Koppom", wall_starts=NINE, meeting_point="Torget")
    await make_session(db, edition, "Inställt", status="cancelled")
    assert await problems(db, edition) == []


async def test_two_sessions_in_one_room_at_once(db: Database, edition: Edition) -> None:
    room = await make_room(db, edition, "Loftet")
    await make_session(db, edition, "Första", wall_starts=NINE, wall_ends=ELEVEN, room_id=room)
    await make_session(db, edition, "Andra", wall_starts=TEN, room_id=room)
    assert await problems(db, edition) == [(Problem.ROOM_TAKEN, "Första", "Andra", "Loftet")]


async def test_one_after_the_other_is_no_collision(db: Database, edition: Edition) -> None:
    room = await make_room(db, edition)
    await make_session(db, edition, "Första", wall_starts=NINE, wall_ends=TEN, room_id=room)
    await make_session(db, edition, "Andra", wall_starts=TEN, wall_ends=ELEVEN, room_id=room)
    assert await problems(db, edition) == []


async def test_a_long_session_collides_with_each_that_it_covers(db: Database, edition: Edition) -> None:
    room = await make_room(db, edition, "Loftet")
    await make_session(db, edition, "Hela dagen", wall_starts=NINE, wall_ends=wall(11, 16), room_id=room)
    await make_session(db, edition, "Tio", wall_starts=TEN, room_id=room)
    await make_session(db, edition, "Elva", wall_starts=ELEVEN, room_id=room)
    assert [each[1:3] for each in await problems(db, edition)] == [("Hela dagen", "Tio"), ("Hela dagen", "Elva")]


async def test_a_speaker_in_two_places(db: Database, edition: Edition) -> None:
    people = [(await make_speaker(db, edition, "Åsa Öberg"), "speaker")]
    for title in ("Första", "Andra"):
        room = await make_room(db, edition, title)
        await make_session(db, edition, title, wall_starts=NINE, room_id=room, speakers=people)
    assert await problems(db, edition) == [(Problem.SPEAKER_TWICE, "Första", "Andra", "Åsa Öberg")]


async def test_a_collision_is_seen_from_either_session(db: Database, edition: Edition) -> None:
    room = await make_room(db, edition)
    first = await make_session(db, edition, "Första", wall_starts=NINE, room_id=room)
    second = await make_session(db, edition, "Andra", wall_starts=NINE, room_id=room)
    found = find_conflicts(await all_sessions(db, edition.id))
    for code, other in ((first, second), (second, first)):
        assert [(each.session.code, each.other.code) for each in conflicts_of(code, found) if each.other] == [
            (code, other)
        ]


async def test_more_sign_ups_than_seats_are_told(db: Database, edition: Edition) -> None:
    room = await make_room(db, edition)
    await make_session(db, edition, "Trångt", wall_starts=NINE, room_id=room, signup=True, capacity=10)
    await make_session(db, edition, "Öppet", wall_starts=TEN, room_id=room, signup=True)
    await db.execute(update(sessions).values(taken=12))
    assert await problems(db, edition) == [(Problem.OVERFULL, "Trångt", "", "12/10")]
