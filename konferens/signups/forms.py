"""Sessions to sign up for, as forms show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from konferens.programme.model import Session
from konferens.signups.model import is_on


@dataclass(frozen=True, slots=True)
class TimeSlot:
    """Sessions that begin at the same time: at most one of them can be chosen."""

    starts_at: datetime
    sessions: tuple[Session, ...]


def time_slots(sessions: Sequence[Session], *, zone: tzinfo, valid_on: date | None = None) -> list[TimeSlot]:
    """`sessions` that have a time, by when they begin; with `valid_on` only those of that day."""
    slots: dict[datetime, list[Session]] = {}
    for session in sessions:
        if session.starts_at is not None and is_on(session, valid_on, zone):
            slots.setdefault(session.starts_at, []).append(session)
    return [TimeSlot(starts_at, tuple(slots[starts_at])) for starts_at in sorted(slots)]
