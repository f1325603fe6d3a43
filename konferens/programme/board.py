"""A day of the working programme as the office's schedule editor shows it: rooms beside each other, time downwards. Pure.

Everything is counted by the edition's clocks, as organisers plan: a session at 09.00 stands at 9 × 60 minutes also on the
day when clocks are moved.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from konferens.events.model import Edition, Room
from konferens.programme.editing import values_of, version_of
from konferens.programme.model import Session, SessionType, wall_of

USUAL_MINUTES = 45
"""How long a session becomes that gets its first slot, where no other of its type tells."""

DEFAULT_HOURS = (time(8), time(18))
A_DAY = 24 * 60
LATEST = 30 * 60
"""Until when a day is shown, in minutes: nights go on to the morning, and what lasts for days ends below the page."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A session's place. `starts` are minutes from midnight of `day`, `minutes` its length; parked it has no day, and
    the length that it would get."""

    session: Session
    version: str
    day: date | None
    starts: int
    minutes: int

    @property
    def place(self) -> str:
        """Which column it stands in: 'parked', 'all' for all rooms, a room's id, or 'none'."""
        if self.day is None:
            return "parked"
        if self.session.all_rooms:
            return "all"
        return str(self.session.room.id) if self.session.room else "none"

    @property
    def begins(self) -> time:
        return _clock(self.starts)

    @property
    def finishes(self) -> time:
        """By the clock, maybe of a later day."""
        return _clock(self.starts + self.minutes)


@dataclass(frozen=True, slots=True)
class Board:
    """One day. `slots` by `Slot.place`, in order of time; `starts` and `ends` are the minutes that the page shows at least,
    whole hours."""

    day: date
    days: tuple[date, ...]
    rooms: tuple[Room, ...]
    slots: Mapping[str, Sequence[Slot]]
    starts: int
    ends: int

    def in_place(self, place: str | int) -> Sequence[Slot]:
        return self.slots.get(str(place), ())

    @property
    def all_slots(self) -> list[Slot]:
        """Those of the day, and the parked."""
        return [slot for slots in self.slots.values() for slot in slots]


def board_of(
    edition: Edition,
    sessions: Sequence[Session],
    rooms: Sequence[Room],
    day: date | None,
    wished: Mapping[str, int] | None = None,
) -> Board:
    """The board of `day`, or where it is none of the programme's, of the first one. `wished` as for `slot_of`."""
    zone = edition.zone
    begins = {session.code: session.day(zone) for session in sessions if is_placed(session)}
    days = sorted({*edition.days, *(each for each in begins.values() if each is not None)})
    shown = day if day in days else edition.starts_on
    usual = usual_lengths(sessions, zone)
    slots: dict[str, list[Slot]] = defaultdict(list)
    for session in sessions:
        if begins.get(session.code) in (shown, None):
            slot = slot_of(session, zone, usual, wished)
            slots[slot.place].append(slot)
    placed = [slot for place, there in slots.items() if place != "parked" for slot in there]
    starts, ends = opening_minutes(edition)
    return Board(
        day=shown,
        days=tuple(days),
        rooms=tuple(rooms),
        slots=slots,
        starts=min([starts, *(slot.starts for slot in placed)]) // 60 * 60,
        ends=-(-max([ends, *(min(slot.starts + slot.minutes, LATEST) for slot in placed)]) // 60) * 60,
    )


def is_placed(session: Session) -> bool:
    return session.starts_at is not None and session.ends_at is not None


def slot_of(
    session: Session, zone: ZoneInfo, usual: Mapping[SessionType, int], wished: Mapping[str, int] | None = None
) -> Slot:
    """The session's slot; `usual` are `usual_lengths`, and `wished` those in minutes that were asked for, by code."""
    version = version_of(values_of(session, zone))
    if session.starts_at is None or session.ends_at is None:
        minutes = (wished or {}).get(session.code) or usual.get(session.type, USUAL_MINUTES)
        return Slot(session, version, None, 0, minutes)
    starts = wall_of(session.starts_at, zone)
    return Slot(session, version, starts.date(), starts.hour * 60 + starts.minute, wall_minutes(session, zone))


def wall_minutes(session: Session, zone: ZoneInfo) -> int:
    """A placed session's length as clocks show it.

    In the night when an hour comes twice they may show an end that is not after the start: then the time that really passes.
    """
    if session.starts_at is None or session.ends_at is None:
        raise ValueError(f"session {session.code} has no time")
    shown = wall_of(session.ends_at, zone) - wall_of(session.starts_at, zone)
    passed = session.ends_at - session.starts_at
    return int((shown if shown > timedelta() else passed).total_seconds()) // 60


def usual_lengths(sessions: Sequence[Session], zone: ZoneInfo) -> dict[SessionType, int]:
    """The most common length of each type in minutes, of several the shortest."""
    lengths: dict[SessionType, Counter[int]] = defaultdict(Counter)
    for session in sessions:
        if is_placed(session):
            lengths[session.type][wall_minutes(session, zone)] += 1
    return {kind: min(found, key=lambda each: (-found[each], each)) for kind, found in lengths.items()}


def opening_minutes(edition: Edition) -> tuple[int, int]:
    """When the house opens and closes, in minutes from midnight; a house that closes after it does so beyond 24 × 60."""
    opens, closes = edition.day_starts or DEFAULT_HOURS[0], edition.day_ends or DEFAULT_HOURS[1]
    return _minutes(opens), _minutes(closes) + (A_DAY if closes <= opens else 0)


def _clock(minutes: int) -> time:
    return time(*divmod(minutes % A_DAY, 60))


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def end_after(starts: datetime, ends: time, whole_days: int = 0) -> datetime:
    """The wall time at which a session ends that begins at `starts`: when clocks next show `ends`, and so many days later."""
    same_day = datetime.combine(starts.date(), ends)
    return same_day + timedelta(days=whole_days + int(ends <= starts.time()))
