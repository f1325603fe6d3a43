"""What cannot be true in a programme."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from konferens.database import Database
from konferens.events.model import Edition
from konferens.programme.actions import save_session
from konferens.programme.circumstances import conflicts_in
from konferens.programme.conflicts import Circumstances, Problem, conflicts_of, find_conflicts
from konferens.programme.drafts import save_draft, working_sessions
from konferens.programme.queries import all_sessions
from konferens.tables import edition_speakers, sessions, ticket_sessions, tickets
from tests.factories import (
    MOMENT,
    make_edition,
    make_order,
    make_room,
    make_session,
    make_speaker,
    make_ticket_type,
    wall,
)

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


async def found(db: Database, edition: Edition) -> list[tuple[Problem, str, str, str]]:
    """As `problems`, with all that the edition, its speakers and attendees demand."""
    conflicts = await conflicts_in(db, edition, await all_sessions(db, edition.id))
    return [(each.problem, each.session.title, each.other.title if each.other else "", each.what) for each in conflicts]


async def about_speakers(db: Database, **values: Any) -> None:
    await db.execute(update(edition_speakers).values(**values))


async def test_a_speaker_who_is_away_or_has_declined(db: Database, edition: Edition) -> None:
    people = [(await make_speaker(db, edition, "Åsa Öberg"), "speaker")]
    for title, hour in (("Nio", 9), ("Elva", 11)):
        await make_session(db, edition, title, wall_starts=wall(11, hour), meeting_point="Torget", speakers=people)
    await about_speakers(db, unavailable=[["2027-05-11T08:00:00", "2027-05-11T11:00:00"]])
    assert await found(db, edition) == [(Problem.SPEAKER_AWAY, "Nio", "", "Åsa Öberg")]
    [conflict] = await conflicts_in(db, edition, await all_sessions(db, edition.id))
    assert conflict.span == (wall(11, 8), ELEVEN)
    await about_speakers(db, status="declined")
    assert [each[:2] for each in await found(db, edition)] == [
        (Problem.SPEAKER_DECLINED, "Nio"),
        (Problem.SPEAKER_DECLINED, "Elva"),
    ]


async def test_more_sign_ups_than_the_room_holds(db: Database, edition: Edition) -> None:
    room = await make_room(db, edition, capacity=20)
    await make_session(db, edition, "Trångt", wall_starts=NINE, room_id=room, signup=True)
    await make_session(db, edition, "Utan anmälan", wall_starts=TEN, room_id=room)
    await db.execute(update(sessions).values(taken=21))
    assert await found(db, edition) == [(Problem.SMALL_ROOM, "Trångt", "", "21/20")]


HOURS = (
    (None, None, wall(11, 3), wall(11, 4), None),
    (None, None, wall(10, 9), wall(10, 10), Problem.OUTSIDE_DAYS),
    (None, None, wall(12, 23), wall(13, 1), None),
    (None, None, wall(13, 0), wall(13, 1), Problem.OUTSIDE_DAYS),
    (8, 17, wall(11, 8), wall(11, 17), None),
    (8, 17, wall(11, 7, 55), wall(11, 9), Problem.CLOSED),
    (8, 17, wall(11, 16), wall(11, 17, 5), Problem.CLOSED),
    (8, None, wall(11, 7), wall(11, 9), Problem.CLOSED),
    (None, 17, wall(11, 3), wall(11, 17), None),
    (8, 2, wall(11, 22), wall(12, 2), None),
    (8, 2, wall(12, 0, 30), wall(12, 2), None),
    (8, 2, wall(12, 1), wall(12, 3), Problem.CLOSED),
    (8, 2, wall(13, 1), wall(13, 2), None),
    (8, 2, wall(13, 9), wall(13, 10), Problem.OUTSIDE_DAYS),
)
"""When the house opens and closes, when a session begins and ends, and what is wrong with that."""


async def test_the_house_has_days_and_hours(db: Database, edition: Edition) -> None:
    """Two days, 11 and 12 May; a house that closes after midnight is open in the night after its last day, too."""
    code = await make_session(db, edition, wall_starts=NINE, meeting_point="Torget")
    planned = await all_sessions(db, edition.id)
    told = []
    for opens, closes, starts, ends, _ in HOURS:
        house = Circumstances(
            walls={code: (starts, ends)},
            days=(edition.starts_on, edition.ends_on),
            opens=time(opens) if opens else None,
            closes=time(closes) if closes else None,
        )
        told.append(
            (opens, closes, starts, ends, next((each.problem for each in find_conflicts(planned, house)), None))
        )
    assert tuple(told) == HOURS


async def test_sessions_at_once_that_the_same_people_have_chosen(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    codes = [
        await make_session(db, edition, title, wall_starts=starts, meeting_point="Torget")
        for title, starts in (("Första", NINE), ("Andra", wall(11, 9, 30)), ("Efter", wall(11, 11)))
    ]
    await make_order(db, edition, *["ordinarie"] * 3)
    ids = {row.code: row.id for row in await db.fetch_all(select(sessions.c.code, sessions.c.id))}
    people = [row.id for row in await db.fetch_all(select(tickets.c.id).order_by(tickets.c.id))]
    choices = [
        {"ticket_id": person, "session_id": ids[code], "created_at": MOMENT} for person in people for code in codes
    ]
    await db.execute_many(insert(ticket_sessions), choices)
    await db.execute(update(tickets).where(tickets.c.id == people[0]).values(status="cancelled"))
    assert await found(db, edition) == [(Problem.CHOSEN_TWICE, "Första", "Andra", "2")]
    await save_session(db, edition, codes[1], {"wall_starts": TEN, "wall_ends": ELEVEN}, actor="anna@example.org")
    assert await found(db, edition) == []


async def test_a_draft_that_moves_a_session_onto_another_is_seen(db: Database, edition: Edition) -> None:
    """What attendees would have to choose between after the next release."""
    await make_ticket_type(db, edition)
    first = await make_session(db, edition, "Första", wall_starts=NINE, meeting_point="Torget")
    second = await make_session(db, edition, "Andra", wall_starts=ELEVEN, meeting_point="Torget")
    await make_order(db, edition, "ordinarie")
    person = await db.fetch_val(select(tickets.c.id))
    ids = [row.id for row in await db.fetch_all(select(sessions.c.id))]
    await db.execute_many(
        insert(ticket_sessions), [{"ticket_id": person, "session_id": each, "created_at": MOMENT} for each in ids]
    )
    edition = replace(edition, release="1.0")
    await save_draft(db, edition, second, {"wall_starts": NINE, "wall_ends": TEN}, actor="anna@example.org")
    conflicts = await conflicts_in(db, edition, await working_sessions(db, edition))
    assert [(each.problem, each.session.code, each.what) for each in conflicts] == [(Problem.CHOSEN_TWICE, first, "1")]
