"""What goes on at a moment and what comes next: pure, sessions and a moment in, a picture out.

Everything is compared as moments in UTC, so that midnight and the hours when clocks are moved need no care.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from konferens.programme.model import RoomRef, Session, SessionType

AHEAD = timedelta(hours=12)
"""How far ahead one looks for what comes next: from the evening not to the next morning, but past midnight."""


class Phase(StrEnum):
    """Where in the conference a moment is. BETWEEN is a night, or another long time when nothing goes on."""

    EMPTY = "empty"
    BEFORE = "before"
    DURING = "during"
    BETWEEN = "between"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Moved:
    """What a session was before it got another room or time, where people may have seen it: '' and None where it is as it was."""

    room: str = ""
    starts_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One room (None: sessions without one): what goes on there, and what comes next.

    `following` are the next session that takes place and the cancelled ones before it.
    """

    room: RoomRef | None
    now: tuple[Session, ...]
    following: tuple[Session, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A moment of a conference.

    `common` are breaks and meals for everybody that go on, `next_common` the coming one (with it those that begin at the same
    time). `starts_at` is when the programme begins, or goes on after a night. `changes_at` is when the clock alone makes another
    picture.
    """

    moment: datetime
    phase: Phase
    lines: tuple[Line, ...]
    common: tuple[Session, ...]
    next_common: tuple[Session, ...]
    starts_at: datetime | None
    changes_at: datetime | None

    @property
    def now(self) -> tuple[Session, ...]:
        """All that goes on, by room; what everybody does comes first."""
        return (*self.common, *(session for line in self.lines for session in line.now))

    @property
    def following(self) -> tuple[Session, ...]:
        """All that comes next, by time."""
        coming = [*self.next_common, *(session for line in self.lines for session in line.following)]
        return tuple(sorted(coming, key=lambda session: _times(session)[0]))

    @property
    def sessions(self) -> tuple[Session, ...]:
        """All that is shown."""
        return (*self.now, *self.following)


def picture_of(sessions: Iterable[Session], room_order: Sequence[str], moment: datetime) -> Picture:
    """What goes on at `moment` (aware) and what comes next. `room_order` are the rooms' slugs in the edition's order.

    Sessions without a time, or that are removed, are passed over; cancelled ones stay in their place, and don't end a
    conference later or begin it earlier than what takes place, unless all is cancelled.
    """
    timed = [one for one in sessions if one.starts_at is not None and one.ends_at is not None and not one.deleted_at]
    timed.sort(key=lambda session: (*_times(session), session.id))
    held = [one for one in timed if not one.is_cancelled] or timed
    coming = _without_frames([one for one in timed if moment < _times(one)[0] <= moment + AHEAD])
    going = _without_frames([one for one in timed if _times(one)[0] <= moment < _times(one)[1]])
    next_held = min((_times(one)[0] for one in held if _times(one)[0] > moment), default=None)
    return Picture(
        moment=moment,
        phase=_phase(held, going, coming, next_held, moment),
        lines=_lines(going, coming, room_order),
        common=tuple(one for one in going if one.all_rooms),
        next_common=_first_together([one for one in coming if one.all_rooms and not one.is_cancelled]),
        starts_at=next_held,
        changes_at=min((change for change in _changes(timed) if change > moment), default=None),
    )


def changes_of(sessions: Iterable[Session]) -> list[datetime]:
    """The moments at which the clock alone makes another picture, in order."""
    timed = [one for one in sessions if one.starts_at is not None and one.ends_at is not None and not one.deleted_at]
    return sorted(set(_changes(timed)))


def minutes_left(session: Session, moment: datetime) -> int:
    """Until it ends: whole minutes, the last one to its end."""
    return max(ceil((_times(session)[1] - moment).total_seconds() / 60), 0)


def minutes_until(session: Session, moment: datetime) -> int:
    """Until it begins: whole minutes, the last one to its beginning."""
    return max(ceil((_times(session)[0] - moment).total_seconds() / 60), 0)


def moves(changes: Iterable[tuple[str, Mapping[str, object], Mapping[str, object]]]) -> dict[str, Mapping[str, object]]:
    """Session code → what its room and start were before the first of `changes` ((code, before, after), oldest first).

    A session that came back to where it was is absent; so is what only got a place for the first time.
    """
    first: dict[str, dict[str, object]] = {}
    last: dict[str, dict[str, object]] = {}
    for code, before, after in changes:
        for name in ("room", "wall_starts"):
            if name in before:
                first.setdefault(code, {}).setdefault(name, before[name])
                last.setdefault(code, {})[name] = after.get(name)
    found = {
        code: {name: value for name, value in values.items() if value is not None and value != last[code][name]}
        for code, values in first.items()
    }
    return {code: values for code, values in found.items() if values}


def _times(session: Session) -> tuple[datetime, datetime]:
    if session.starts_at is None or session.ends_at is None:
        raise ValueError(f"session {session.code} has no time")
    return session.starts_at, session.ends_at


def _changes(timed: Iterable[Session]) -> Iterable[datetime]:
    for session in timed:
        starts_at, ends_at = _times(session)
        yield from (starts_at - AHEAD, starts_at, ends_at)


def _phase(
    held: Sequence[Session],
    going: Sequence[Session],
    coming: Sequence[Session],
    next_held: datetime | None,
    moment: datetime,
) -> Phase:
    if not held:
        return Phase.EMPTY
    if moment < _times(held[0])[0]:
        return Phase.BEFORE
    if any(not one.is_cancelled for one in (*going, *coming)):
        return Phase.DURING
    return Phase.BETWEEN if next_held is not None else Phase.AFTER


def _lines(going: Sequence[Session], coming: Sequence[Session], room_order: Sequence[str]) -> tuple[Line, ...]:
    order = {slug: number for number, slug in enumerate(room_order)}
    rooms = {one.room for one in (*going, *coming) if not one.all_rooms}

    def place(room: RoomRef | None) -> tuple[int, int]:
        return (len(order) + 1, 0) if room is None else (order.get(room.slug, len(order)), room.id)

    return tuple(
        Line(
            room,
            tuple(one for one in going if one.room == room and not one.all_rooms),
            _until_held([one for one in coming if one.room == room and not one.all_rooms]),
        )
        for room in sorted(rooms, key=place)
    )


def _without_frames(sessions: Sequence[Session]) -> list[Session]:
    """Leave out each open space, which nobody hosts, while there is a topic inside it: that is what people look for."""
    topics = [one for one in sessions if one.type is SessionType.OPEN_SPACE and one.speakers and not one.is_cancelled]

    def is_frame(one: Session) -> bool:
        is_open = one.type is SessionType.OPEN_SPACE and not one.speakers
        return is_open and any(one.room == topic.room and one.overlaps(topic) for topic in topics)

    return [one for one in sessions if not is_frame(one)]


def _until_held(coming: Sequence[Session]) -> tuple[Session, ...]:
    """Up to the first that takes place; people must learn that what they wait for is cancelled."""
    for number, session in enumerate(coming, start=1):
        if not session.is_cancelled:
            return tuple(coming[:number])
    return tuple(coming)


def _first_together(coming: Sequence[Session]) -> tuple[Session, ...]:
    return tuple(one for one in coming if one.starts_at == coming[0].starts_at) if coming else ()
