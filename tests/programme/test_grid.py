"""A day's programme as a table: what stands where, drawn as text."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from konferens.programme.grid import Day, days_of, overlap
from konferens.programme.model import RoomRef, Session, SessionLevel, SessionStatus, SessionType

ZONE = ZoneInfo("Europe/Stockholm")
HALL, CAFE, LIBRARY = RoomRef(1, "hall", "Hall"), RoomRef(2, "cafe", "Café"), RoomRef(3, "library", "Library")
ORDER = ["hall", "cafe", "library"]


def session(
    title: str, starts: str, ends: str, room: RoomRef | None = HALL, *, day: int = 11, all_rooms: bool = False
) -> Session:
    """A session on 11 May 2027; times are '09.30' on the wall in Sweden, an end before the start is on the next day."""
    starts_at, ends_at = (
        datetime.combine(date(2027, 5, day), time.fromisoformat(text.replace(".", ":")), ZONE).astimezone(UTC)
        for text in (starts, ends)
    )
    if ends_at < starts_at:
        ends_at += timedelta(days=1)
    return Session(
        id=sum(map(ord, title)),
        code="ABC234",
        guid=title,
        title=title,
        subtitle="",
        abstract="",
        description="",
        type=SessionType.TALK,
        status=SessionStatus.CONFIRMED,
        language="sv",
        room=room,
        track=None,
        starts_at=starts_at,
        ends_at=ends_at,
        capacity=None,
        signup=False,
        taken=0,
        meeting_point="",
        stream_url="",
        recording_url="",
        level=SessionLevel.ANY,
        recording=True,
        license="",
        links=(),
        extras={},
        all_rooms=all_rooms,
        sequence=0,
        speakers=(),
        created_at=starts_at,
        updated_at=starts_at,
        deleted_at=None,
    )


def drawn(day: Day) -> list[str]:
    """The table as lines: names of rooms, then '09.00 A B↓2 ·' with ↓ rows and → columns where there is more than one."""
    lines = [" ".join(["     ", *(room.slug if room else "-" for room in day.columns)])]
    for row in day.rows:
        cells = [
            ("+".join(s.title for s in cell.sessions) or "·")
            + (f"↓{cell.rowspan}" if cell.rowspan > 1 else "")
            + (f"→{cell.colspan}" if cell.colspan > 1 else "")
            for cell in row.cells
        ]
        lines.append(" ".join([f"{row.starts_at.astimezone(ZONE):%H.%M}", *cells]))
    return lines


def table(*sessions: Session) -> list[str]:
    (day,) = days_of(sessions, ORDER, ZONE)
    return drawn(day)


def test_nothing_gives_no_days() -> None:
    assert days_of([], ORDER, ZONE) == []


def test_sessions_without_a_time_are_left_out() -> None:
    untimed = replace(session("A", "09.00", "10.00"), starts_at=None, ends_at=None)
    endless = replace(session("B", "09.00", "10.00"), ends_at=None)
    assert days_of([untimed, endless], ORDER, ZONE) == []


def test_one_session() -> None:
    assert table(session("A", "09.00", "10.00")) == ["      hall", "09.00 A"]


def test_rooms_in_the_editions_order_and_only_those_used() -> None:
    rows = table(session("A", "09.00", "10.00", LIBRARY), session("B", "09.00", "10.00", HALL))
    assert rows == ["      hall library", "09.00 B A"]


def test_a_room_that_the_order_does_not_know_comes_after() -> None:
    cellar = RoomRef(0, "cellar", "Cellar")
    rows = table(session("A", "09.00", "10.00", cellar), session("B", "09.00", "10.00", LIBRARY))
    assert rows == ["      library cellar", "09.00 B A"]


def test_sessions_without_a_room_have_the_last_column() -> None:
    rows = table(session("A", "09.00", "10.00", None), session("B", "09.00", "10.00"))
    assert rows == ["      hall -", "09.00 B A"]


def test_a_long_session_spans_the_starts_of_others() -> None:
    rows = table(
        session("Long", "09.00", "11.00"), session("B", "09.00", "09.45", CAFE), session("C", "10.00", "11.00", CAFE)
    )
    assert rows == ["      hall cafe", "09.00 Long↓2 B", "10.00 C"]


def test_a_gap_is_one_cell_as_tall_as_it_is_long() -> None:
    rows = table(
        session("A", "09.00", "10.00"),
        session("B", "10.00", "11.00"),
        session("C", "11.00", "12.00"),
        session("D", "09.00", "10.00", CAFE),
    )
    assert rows == ["      hall cafe", "09.00 A D", "10.00 B ·↓2", "11.00 C"]


def test_a_session_that_ends_as_the_next_begins_does_not_reach_into_its_row() -> None:
    assert table(session("A", "09.00", "10.00"), session("B", "10.00", "11.00")) == ["      hall", "09.00 A", "10.00 B"]


def test_overlap_in_one_room_shares_a_cell_that_covers_both() -> None:
    rows = table(session("A", "09.00", "10.00"), session("B", "09.30", "11.00"), session("C", "10.00", "11.00", CAFE))
    assert rows == ["      hall cafe", "09.00 A+B↓2 ·", "10.00 C"]


def test_overlapping_chain_is_one_cell() -> None:
    rows = table(session("A", "09.00", "10.00"), session("B", "09.30", "10.30"), session("C", "10.15", "11.00"))
    assert rows == ["      hall", "09.00 A+B+C"]


def test_a_break_for_all_rooms_spans_the_table() -> None:
    rows = table(
        session("A", "09.00", "10.00"),
        session("B", "09.00", "10.00", CAFE),
        session("Fika", "10.00", "10.30", None, all_rooms=True),
        session("C", "10.30", "11.00"),
        session("D", "10.30", "11.00", CAFE),
    )
    assert rows == ["      hall cafe", "09.00 A B", "10.00 Fika→2", "10.30 C D"]


def test_a_break_while_something_goes_on_stands_in_its_own_column() -> None:
    rows = table(
        session("A", "09.00", "11.00"),
        session("B", "09.00", "10.00", CAFE),
        session("Fika", "10.00", "10.30", None, all_rooms=True),
    )
    assert rows == ["      hall cafe -", "09.00 A↓2 B ·", "10.00 · Fika"]


def test_two_breaks_at_once_share_the_whole_width() -> None:
    rows = table(
        session("A", "09.00", "10.00"),
        session("B", "09.00", "10.00", CAFE),
        session("Lunch", "12.00", "13.00", None, all_rooms=True),
        session("Walk", "12.30", "13.00", None, all_rooms=True),
    )
    assert rows == ["      hall cafe", "09.00 A B", "12.00 Lunch+Walk→2"]


def test_a_day_of_breaks_only() -> None:
    assert table(session("Fika", "10.00", "10.30", None, all_rooms=True)) == ["      -", "10.00 Fika"]


def test_past_midnight_belongs_to_the_evening_it_began() -> None:
    days = days_of([session("Dance", "22.00", "01.00"), session("Talk", "09.00", "10.00", day=12)], ORDER, ZONE)
    assert [day.date for day in days] == [date(2027, 5, 11), date(2027, 5, 12)]
    assert drawn(days[0]) == ["      hall", "22.00 Dance"]


def test_the_day_is_that_of_the_wall_clock() -> None:
    late = session("Late", "00.30", "01.00", day=12)
    assert [day.date for day in days_of([late], ORDER, ZONE)] == [date(2027, 5, 12)]
    assert [day.date for day in days_of([late], ORDER, ZoneInfo("UTC"))] == [date(2027, 5, 11)]


def test_a_session_of_no_length_still_has_a_row() -> None:
    assert table(session("Bell", "09.00", "09.00"), session("A", "09.00", "10.00", CAFE)) == [
        "      hall cafe",
        "09.00 Bell A",
    ]


def test_overlap() -> None:
    nine = session("A", "09.00", "10.00")
    assert overlap(nine, session("B", "09.59", "11.00"))
    assert not overlap(nine, session("B", "10.00", "11.00"))
    assert not overlap(nine, replace(nine, starts_at=None))


TIMES = st.integers(0, 40)


@st.composite
def programmes(draw: st.DrawFn) -> list[Session]:
    sessions = []
    for number in range(draw(st.integers(1, 8))):
        starts = datetime(2027, 5, 11, 6, tzinfo=UTC) + timedelta(minutes=15 * draw(TIMES))
        length = timedelta(minutes=15 * draw(st.integers(0, 12)))
        room = draw(st.sampled_from([HALL, CAFE, LIBRARY, None]))
        base = session(f"S{number}", "09.00", "10.00", room, all_rooms=draw(st.booleans()))
        sessions.append(replace(base, id=number, starts_at=starts, ends_at=starts + length))
    return sessions


@given(programmes())
def test_every_table_is_whole(sessions: list[Session]) -> None:
    """Each place is covered by exactly one cell, and each session stands once, in its room's column, at or before its start."""
    seen: list[int] = []
    for day in days_of(sessions, ORDER, ZONE):
        covered: set[tuple[int, int]] = set()
        for number, row in enumerate(day.rows):
            column = 0
            for cell in row.cells:
                while (number, column) in covered:
                    column += 1
                places = {(number + r, column + c) for r in range(cell.rowspan) for c in range(cell.colspan)}
                assert not places & covered
                covered |= places
                for item in cell.sessions:
                    seen.append(item.id)
                    assert item.starts_at is not None
                    assert item.starts_at >= row.starts_at
                    if cell.colspan == 1 and len(day.columns) > 1:
                        assert item.all_rooms or day.columns[column] == item.room
        assert covered == {(r, c) for r in range(len(day.rows)) for c in range(len(day.columns))}
    assert sorted(seen) == [item.id for item in sessions]
