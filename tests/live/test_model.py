"""What goes on at a moment, and what comes next."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from konferens.live.model import Phase, Picture, changes_of, minutes_left, minutes_until, moves, picture_of
from konferens.programme.conflicts import Problem, find_conflicts
from konferens.programme.model import RoomRef, Session, SessionStatus, SessionType, SpeakerRef
from tests.programme.test_grid import CAFE, HALL, ORDER, ZONE
from tests.programme.test_grid import session as timed


def session(
    title: str, starts: str, ends: str, room: RoomRef | None = HALL, *, day: int = 11, all_rooms: bool = False
) -> Session:
    return replace(timed(title, starts, ends, room, day=day, all_rooms=all_rooms), code=title)


def cancelled(one: Session) -> Session:
    return replace(one, status=SessionStatus.CANCELLED)


def at(clock: str, *, day: int = 11, month: int = 5, fold: int = 0) -> datetime:
    """That time on the wall in Sweden."""
    wall = datetime.combine(date(2027, month, day), time.fromisoformat(clock.replace(".", ":")), ZONE)
    return wall.replace(fold=fold).astimezone(UTC)


def told(picture: Picture) -> dict[str, tuple[list[str], list[str]]]:
    """Room → titles of what goes on and of what comes next; '*' is everybody's."""
    lines = {
        line.room.slug if line.room else "": ([one.title for one in line.now], [one.title for one in line.following])
        for line in picture.lines
    }
    common = ([one.title for one in picture.common], [one.title for one in picture.next_common])
    return lines | ({"*": common} if any(common) else {})


DAY = [
    session("Mack", "09.00", "10.00"),
    session("Kvarn", "10.15", "11.00"),
    session("Café", "09.30", "10.30", CAFE),
    session("Lunch", "12.00", "13.00", None, all_rooms=True),
    session("Stämma", "13.00", "14.00"),
]


def test_each_room_has_its_own_now_and_next() -> None:
    assert told(picture_of(DAY, ORDER, at("09.45"))) == {
        "hall": (["Mack"], ["Kvarn"]),
        "cafe": (["Café"], []),
        "*": ([], ["Lunch"]),
    }
    # One that ends when the next begins is over; so are rooms where nothing comes any more.
    assert told(picture_of(DAY, ORDER, at("12.00"))) == {"hall": ([], ["Stämma"]), "*": (["Lunch"], [])}
    assert told(picture_of(DAY, ORDER, at("13.30"))) == {"hall": (["Stämma"], [])}


def test_phases_of_a_conference() -> None:
    days = [*DAY, session("Avslut", "09.00", "12.00", day=12)]
    phases = {
        at("20.59", day=10): Phase.BEFORE,
        at("08.59"): Phase.BEFORE,
        at("09.00"): Phase.DURING,
        at("11.30"): Phase.DURING,  # nothing goes on, but soon
        at("14.00"): Phase.BETWEEN,
        at("21.00"): Phase.DURING,  # the next day begins within twelve hours
        at("11.59", day=12): Phase.DURING,
        at("12.00", day=12): Phase.AFTER,
    }
    assert {moment: picture_of(days, ORDER, moment).phase for moment in phases} == phases
    assert picture_of(days, ORDER, at("20.59", day=10)).starts_at == at("09.00")
    assert picture_of(days, ORDER, at("14.00")).starts_at == at("09.00", day=12)
    assert picture_of([], ORDER, at("09.00")).phase is Phase.EMPTY


def test_a_night_session_goes_on_over_midnight() -> None:
    night = [session("Dans", "22.00", "02.00"), session("Nattmat", "00.30", "01.00", CAFE, day=12)]
    assert told(picture_of(night, ORDER, at("23.50"))) == {"hall": (["Dans"], []), "cafe": ([], ["Nattmat"])}
    assert told(picture_of(night, ORDER, at("00.45", day=12))) == {"hall": (["Dans"], []), "cafe": (["Nattmat"], [])}
    assert minutes_left(night[0], at("23.50")) == 130


def test_the_hour_that_comes_twice_is_two_hours() -> None:
    """On 31 October 2027 clocks go from 03.00 back to 02.00."""
    vigil = replace(
        session("Vaka", "01.00", "04.00"),
        starts_at=at("01.00", day=31, month=10),
        ends_at=at("04.00", day=31, month=10),
    )
    first, second = (at("02.30", day=31, month=10, fold=fold) for fold in (0, 1))
    assert [minutes_left(vigil, moment) for moment in (first, second)] == [150, 90]
    assert [told(picture_of([vigil], ORDER, moment)) for moment in (first, second)] == [{"hall": (["Vaka"], [])}] * 2
    # And in spring an hour is none: at 01.30 on 28 March it is half an hour until 03.00.
    early = replace(vigil, starts_at=at("03.00", day=28, month=3), ends_at=at("04.00", day=28, month=3))
    assert minutes_until(early, at("01.30", day=28, month=3)) == 30


def test_cancelled_sessions_are_shown_with_what_comes_after_them() -> None:
    day = [cancelled(DAY[0]), cancelled(DAY[1]), *DAY[2:]]
    assert told(picture_of(day, ORDER, at("08.00"))) == {
        "hall": ([], ["Mack", "Kvarn", "Stämma"]),
        "cafe": ([], ["Café"]),
        "*": ([], ["Lunch"]),
    }
    assert picture_of(day, ORDER, at("08.00")).starts_at == at("09.30")  # when something takes place
    assert told(picture_of([cancelled(DAY[3])], ORDER, at("11.00"))) == {}
    assert told(picture_of([replace(DAY[0], deleted_at=at("08.00"))], ORDER, at("09.30"))) == {}


def test_of_an_open_space_the_topics_inside_are_shown() -> None:
    frame = replace(session("Open space", "13.00", "16.00"), type=SessionType.OPEN_SPACE)
    topic = replace(
        session("Elnät", "13.00", "13.45"), type=SessionType.OPEN_SPACE, speakers=(SpeakerRef("ASA234", "Åsa"),)
    )
    assert told(picture_of([frame, topic], ORDER, at("12.00"))) == {"hall": ([], ["Elnät"])}
    assert told(picture_of([frame, topic], ORDER, at("13.30"))) == {"hall": (["Elnät"], [])}
    assert told(picture_of([frame, topic], ORDER, at("14.00"))) == {"hall": (["Open space"], [])}
    assert told(picture_of([frame, cancelled(topic)], ORDER, at("13.30"))) == {"hall": (["Elnät", "Open space"], [])}
    assert find_conflicts([frame, topic]) == []
    assert next(each.problem for each in find_conflicts([topic, replace(topic, code="MACK")])) is Problem.ROOM_TAKEN


def test_when_the_clock_changes_the_picture() -> None:
    assert picture_of(DAY, ORDER, at("09.45")).changes_at == at("10.00")
    assert picture_of(DAY, ORDER, at("10.00")).changes_at == at("10.15")
    assert picture_of(DAY, ORDER, at("14.00")).changes_at is None
    # Between two of these moments nothing changes, from the first one on, and the last one ends it all.
    changes = changes_of(DAY)
    second = timedelta(seconds=1)
    assert all(
        told(picture_of(DAY, ORDER, one)) == told(picture_of(DAY, ORDER, other - second))
        for one, other in pairwise(changes)
    )
    assert told(picture_of(DAY, ORDER, changes[0] - second)) == {}
    assert told(picture_of(DAY, ORDER, changes[0])) == {"hall": ([], ["Mack"])}  # twelve hours ahead
    assert told(picture_of(DAY, ORDER, changes[-1])) == {}


def test_minutes_are_whole_and_the_last_one_lasts_to_the_end() -> None:
    moments = [at("09.00"), at("09.58"), at("09.59"), at("10.00")]
    assert [minutes_left(DAY[0], moment) for moment in moments] == [60, 2, 1, 0]
    assert minutes_left(DAY[0], at("09.58").replace(second=30)) == 2
    assert minutes_until(DAY[1], at("10.00")) == 15


def test_moves_compare_with_where_it_was_first() -> None:
    changes: list[tuple[str, dict[str, object], dict[str, object]]] = [
        ("A", {"room": "Aulan"}, {"room": "Caféet"}),
        (
            "A",
            {"room": "Caféet", "wall_starts": "2027-05-11T09:00:00"},
            {"room": "Logen", "wall_starts": "2027-05-11T10:00:00"},
        ),
        ("B", {"room": "Aulan"}, {"room": "Caféet"}),
        ("B", {"room": "Caféet"}, {"room": "Aulan"}),  # and back
        ("C", {"room": None}, {"room": "Caféet"}),  # its first room
        ("D", {"title": "x"}, {"title": "y"}),
    ]
    assert moves(changes) == {"A": {"room": "Aulan", "wall_starts": "2027-05-11T09:00:00"}}
