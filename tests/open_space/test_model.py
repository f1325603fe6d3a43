"""Slots of an open space: made of a day's hours, and what stands in their way."""

from dataclasses import replace
from datetime import date, datetime, time

from konferens.open_space.model import hindrance_of, new_slots, slot_times
from konferens.programme.model import SessionStatus, SessionType
from tests.programme.test_grid import CAFE, HALL, session

DAY = date(2027, 5, 11)


def clocks(times: list[tuple[datetime, datetime]]) -> list[str]:
    return [f"{starts:%d %H.%M}–{ends:%H.%M}" for starts, ends in times]


def test_as_many_slots_as_fit() -> None:
    assert clocks(slot_times(DAY, time(13), time(15, 45), length=45, pause=15)) == [
        "11 13.00–13.45",
        "11 14.00–14.45",
        "11 15.00–15.45",
    ]
    assert clocks(slot_times(DAY, time(13), time(14, 59), length=60, pause=0)) == ["11 13.00–14.00"]
    assert slot_times(DAY, time(13), time(13, 30), length=45, pause=0) == []
    assert clocks(slot_times(DAY, time(23), time(1), length=60, pause=0)) == ["11 23.00–00.00", "12 00.00–01.00"]


def test_new_slots_lie_upon_no_others_of_their_room() -> None:
    def slot(room: int, starts: int, ends: int) -> tuple[int, datetime, datetime]:
        return room, datetime.combine(DAY, time(starts)), datetime.combine(DAY, time(ends))

    existing = [slot(1, 13, 14)]
    assert new_slots([slot(1, 13, 14), slot(1, 14, 15), slot(2, 13, 14), slot(2, 13, 15)], existing) == [
        slot(1, 14, 15),
        slot(2, 13, 14),
    ]


def test_what_has_the_room_already() -> None:
    talk = session("Mack", "13.00", "14.00")
    frame = replace(session("Open space", "13.00", "16.00"), type=SessionType.OPEN_SPACE)
    lunch = session("Lunch", "13.00", "14.00", all_rooms=True)
    off = replace(talk, status=SessionStatus.CANCELLED)
    starts, ends = talk.starts_at, talk.ends_at
    assert starts is not None
    assert ends is not None
    everything = [lunch, off, frame, session("Kaffe", "13.00", "14.00", CAFE), talk]
    assert hindrance_of(HALL.id, starts, ends, everything, ()) == talk
    assert hindrance_of(HALL.id, ends, frame.ends_at or ends, everything, ()) is None  # the open space's own frame
    assert hindrance_of(HALL.id, ends, frame.ends_at or ends, everything, [frame.id]) == frame  # a topic is no frame
