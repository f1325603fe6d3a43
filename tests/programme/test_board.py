"""Where sessions stand on the schedule editor's board, by the clocks of the conference."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from konferens.database import Database
from konferens.events.model import Edition, Room
from konferens.programme.board import board_of, end_after, opening_minutes, usual_lengths
from konferens.programme.model import Session, SessionType
from konferens.programme.queries import all_sessions
from tests.factories import make_session, wall

ROOMS: list[Room] = []


async def stands(db: Database, edition: Edition, day: date | None = None) -> list[tuple[str, Any, int, int]]:
    """(title, day, start, length) of all that the day's board shows."""
    board = board_of(edition, await all_sessions(db, edition.id), ROOMS, day)
    return sorted((slot.session.title, slot.day, slot.starts, slot.minutes) for slot in board.all_slots)


async def shown_hours(db: Database, edition: Edition) -> tuple[int, int]:
    board = board_of(edition, await all_sessions(db, edition.id), ROOMS, None)
    return board.starts // 60, board.ends // 60


async def test_a_night_belongs_to_the_day_on_which_it_begins(db: Database, edition: Edition) -> None:
    await make_session(db, edition, "Dans", wall_starts=wall(11, 21, 30), wall_ends=wall(12, 1, 30))
    assert await stands(db, edition) == [("Dans", date(2027, 5, 11), 1290, 240)]
    assert await stands(db, edition, date(2027, 5, 12)) == []
    assert await shown_hours(db, edition) == (8, 26)


async def test_what_lasts_for_days_does_not_make_the_board_days_long(db: Database, edition: Edition) -> None:
    await make_session(db, edition, "Utställning", wall_starts=wall(11, 9), wall_ends=wall(13, 17))
    assert await stands(db, edition) == [("Utställning", date(2027, 5, 11), 540, 56 * 60)]
    assert await shown_hours(db, edition) == (8, 30)


async def test_days_outside_the_conference_with_sessions_are_there_too(db: Database, edition: Edition) -> None:
    await make_session(db, edition, "Kvällen före", wall_starts=wall(10, 19))
    board = board_of(edition, await all_sessions(db, edition.id), ROOMS, date(2027, 5, 10))
    assert (board.days, board.day) == ((date(2027, 5, 10), *edition.days), date(2027, 5, 10))


MOVED_CLOCKS = (
    # 31 October 2027: 03.00 becomes 02.00, and the day has 25 hours.
    (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), 450, 150, 390),  # 02.30, the first one, to 09.00
    (datetime(2027, 10, 31, 0, 50, tzinfo=UTC), 20, 170, 20),  # 02.50–02.10: the clock shows no length
    # 28 March 2027: 02.00 becomes 03.00.
    (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), 60, 90, 120),  # 01.30–03.30: an hour that looks like two
)
"""When a session begins and how many minutes it lasts; at which minute of its day it stands, and how long it looks."""


async def test_days_on_which_clocks_are_moved(db: Database, edition: Edition) -> None:
    await make_session(db, edition)
    [session] = await all_sessions(db, edition.id)
    told = []
    for starts, passed, _, _ in MOVED_CLOCKS:
        moved = replace(session, starts_at=starts, ends_at=starts + timedelta(minutes=passed))
        [slot] = board_of(edition, [moved], ROOMS, starts.date()).all_slots
        told.append((starts, passed, slot.starts, slot.minutes))
    assert tuple(told) == MOVED_CLOCKS


async def test_a_session_gets_the_usual_length_of_its_type(db: Database, edition: Edition) -> None:
    for minutes in (30, 45, 45, 30, 60):
        await make_session(db, edition, wall_starts=wall(11, 9), wall_ends=wall(11, 9 + minutes // 60, minutes % 60))
    await make_session(db, edition, "Utan tid")
    await make_session(db, edition, "Panel utan tid", type="panel")
    planned: list[Session] = await all_sessions(db, edition.id)
    assert usual_lengths(planned, edition.zone) == {SessionType.TALK: 30}
    assert await stands(db, edition, date(2027, 5, 12)) == [
        ("Panel utan tid", None, 0, 45),
        ("Utan tid", None, 0, 30),
    ]


def test_a_house_may_close_after_midnight(edition: Edition) -> None:
    assert opening_minutes(edition) == (8 * 60, 18 * 60)
    assert opening_minutes(replace(edition, day_starts=time(9, 30), day_ends=time(2))) == (570, 26 * 60)


@pytest.mark.parametrize(
    ("ends", "whole_days", "expected"),
    [(time(10), 0, wall(11, 10)), (time(9), 0, wall(12, 9)), (time(1), 0, wall(12, 1)), (time(10), 2, wall(13, 10))],
)
def test_an_end_is_when_clocks_next_show_it(ends: time, whole_days: int, expected: datetime) -> None:
    assert end_after(wall(11, 9), ends, whole_days) == expected
