"""A day's sessions as a table of rooms and times: pure, sessions in, rows of cells out.

The table needs no styles in the page: rowspan and colspan place everything. On phones the same table is shown as a list,
since its cells come in order of time.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from konferens.programme.model import RoomRef, Session

Column = RoomRef | None
"""None is the column of sessions that have no room."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One table cell; without sessions it is a gap in its room. Sessions that overlap in one room share a cell."""

    sessions: tuple[Session, ...]
    rowspan: int
    colspan: int


@dataclass(frozen=True, slots=True)
class Row:
    """A stretch of time from `starts_at`; cells that began in an earlier row are not repeated."""

    starts_at: datetime
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """One day's table: its columns from left to right, its rows from morning to night."""

    date: date
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def hours(self) -> dict[int, datetime]:
        """When the first row of each hour begins, by the row's number: where a long day can be entered."""
        found: dict[int, datetime] = {}
        last = None
        for number, row in enumerate(self.rows):
            hour = row.starts_at.replace(minute=0, second=0, microsecond=0)
            if hour != last:
                found[number], last = row.starts_at, hour
        return found


@dataclass(frozen=True, slots=True)
class _Block:
    """Sessions that share one cell, and when the first begins and the last ends."""

    starts_at: datetime
    ends_at: datetime
    sessions: tuple[Session, ...]


def days_of(sessions: Iterable[Session], room_order: Sequence[str], zone: ZoneInfo) -> list[Day]:
    """The days on which sessions begin (by the wall clock in `zone`), each as a table.

    `room_order` are the rooms' slugs in the edition's order. Sessions without a time are left out.
    """
    by_day: dict[date, list[Session]] = defaultdict(list)
    for session in sessions:
        day = session.day(zone)
        if day is not None and session.ends_at is not None:
            by_day[day].append(session)
    return [_table(day, by_day[day], room_order) for day in sorted(by_day)]


def _table(day: date, sessions: Sequence[Session], room_order: Sequence[str]) -> Day:
    wide = _across_rooms(sessions)
    narrow = _without(sessions, wide)
    columns = _columns(narrow or sessions, room_order)
    in_room: dict[int | None, list[Session]] = defaultdict(list)
    for session in narrow:
        in_room[session.room.id if session.room else None].append(session)
    blocks = {column: _blocks(in_room[column.id if column else None]) for column in columns}
    wide_blocks = _blocks(wide)
    starts = _row_starts([*wide_blocks, *(block for column in blocks.values() for block in column)])
    row_of = {moment: number for number, moment in enumerate(starts)}
    cells: dict[int, dict[int, Cell]] = defaultdict(dict)
    covered = [bytearray(len(starts)) for _ in columns]

    def place(column: int, block: _Block, colspan: int) -> None:
        first = row_of[block.starts_at]
        last = max(first, bisect_left(starts, block.ends_at) - 1)
        cells[first][column] = Cell(block.sessions, last - first + 1, colspan)
        for taken in covered[column : column + colspan]:
            taken[first : last + 1] = b"\1" * (last + 1 - first)

    for block in wide_blocks:
        place(0, block, len(columns))
    for number, column in enumerate(columns):
        for block in blocks[column]:
            place(number, block, 1)
    _fill_gaps(cells, covered)
    rows = tuple(
        Row(moment, tuple(cell for _, cell in sorted(cells[number].items()))) for number, moment in enumerate(starts)
    )
    return Day(day, columns, rows)


def _across_rooms(sessions: Sequence[Session]) -> list[Session]:
    """Breaks that go over all rooms, since nothing else goes on meanwhile, not even a break that something hinders."""
    wide = [session for session in sessions if session.all_rooms]
    while hindered := [
        session for session in wide if any(overlap(session, other) for other in _without(sessions, wide))
    ]:
        wide = _without(wide, hindered)
    return wide


def _without(sessions: Sequence[Session], others: Sequence[Session]) -> list[Session]:
    ids = {other.id for other in others}
    return [session for session in sessions if session.id not in ids]


def overlap(one: Session, other: Session) -> bool:
    """Whether there is a moment at which both go on; one that begins when the other ends doesn't count."""
    if one.starts_at is None or one.ends_at is None or other.starts_at is None or other.ends_at is None:
        return False
    return one.starts_at < _end(other.starts_at, other.ends_at) and other.starts_at < _end(one.starts_at, one.ends_at)


def _end(starts_at: datetime, ends_at: datetime) -> datetime:
    """A session of no length, as an import may bring, takes up its moment too."""
    return max(ends_at, starts_at + timedelta(seconds=1))


def _columns(sessions: Sequence[Session], room_order: Sequence[str]) -> tuple[Column, ...]:
    rooms = {session.room for session in sessions if session.room is not None}
    order = {slug: number for number, slug in enumerate(room_order)}
    columns = sorted(rooms, key=lambda room: (order.get(room.slug, len(order)), room.id))
    return (*columns, None) if not columns or any(session.room is None for session in sessions) else tuple(columns)


def _blocks(sessions: Iterable[Session]) -> list[_Block]:
    """Sessions of one column in order of time, those that overlap put together."""
    timed = [
        (s.starts_at, _end(s.starts_at, s.ends_at), s)
        for s in sessions
        if s.starts_at is not None and s.ends_at is not None
    ]
    blocks: list[_Block] = []
    for starts_at, ends_at, session in sorted(timed, key=lambda item: (item[0], item[1], item[2].id)):
        if blocks and starts_at < blocks[-1].ends_at:
            last = blocks.pop()
            blocks.append(_Block(last.starts_at, max(last.ends_at, ends_at), (*last.sessions, session)))
        else:
            blocks.append(_Block(starts_at, ends_at, (session,)))
    return blocks


def _row_starts(blocks: Sequence[_Block]) -> list[datetime]:
    """Where rows begin: at each block's start. Ends make no rows, which would only be empty."""
    return sorted({block.starts_at for block in blocks})


def _fill_gaps(cells: dict[int, dict[int, Cell]], covered: Sequence[bytearray]) -> None:
    """Empty cells, as tall as the gap, so that every row has all its columns; `covered` are the columns' rows."""
    for column, taken in enumerate(covered):
        row = taken.find(0)
        while row >= 0:
            end = taken.find(1, row)
            end = len(taken) if end < 0 else end
            cells[row][column] = Cell((), end - row, 1)
            row = taken.find(0, end)
