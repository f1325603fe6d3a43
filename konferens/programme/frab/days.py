"""The days of a frab file: each from a morning to the next, so that a party after midnight belongs to its evening."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from konferens.events.model import Edition
from konferens.programme.model import Session


@dataclass(frozen=True, slots=True)
class ScheduleDay:
    """One day of an export: it holds what begins from `starts` until `ends`, which are aware."""

    date: date
    starts: datetime
    ends: datetime


def day_span(day: object, starts: object, ends: object) -> tuple[str, str, str] | tuple[()]:
    """A file's day as it is kept in `Session.extras`: nothing where it isn't a date and two aware times."""
    try:
        span = (date.fromisoformat(str(day)), datetime.fromisoformat(str(starts)), datetime.fromisoformat(str(ends)))
    except ValueError:
        return ()
    whole = span[1].tzinfo is not None and span[2].tzinfo is not None and span[1] < span[2]
    return (str(day), str(starts), str(ends)) if whole else ()


def schedule_days(edition: Edition, sessions: Sequence[Session]) -> list[tuple[ScheduleDay, list[Session]]]:
    """Every day of the edition, and others that have sessions, each with those that begin in it.

    A session that a file told within a day, and that is still within it, stays in that day, which keeps its hours. The
    others go by the wall clock: from midnight, or where the house closes after midnight, from closing time.
    """
    told: dict[date, ScheduleDay] = {}
    for session in sessions:
        span = _told_day(session.extras)
        if span is not None and session.starts_at is not None and span.starts <= session.starts_at < span.ends:
            told.setdefault(span.date, span)
    days = {day: told.get(day) or _own_day(edition, day) for day in {*edition.days, *told}}
    held: dict[date, list[Session]] = {day: [] for day in days}
    for session in sessions:
        if session.starts_at is None or session.ends_at is None:
            continue
        day = _day_of(session.starts_at, edition, told)
        if day not in days:
            days[day], held[day] = _own_day(edition, day), []
        held[day].append(session)
    return [(days[day], held[day]) for day in sorted(days)]


def _told_day(extras: Mapping[str, Any]) -> ScheduleDay | None:
    if not extras.get("day"):
        return None
    day, starts, ends = extras["day"]
    return ScheduleDay(date.fromisoformat(day), datetime.fromisoformat(starts), datetime.fromisoformat(ends))


def _day_of(moment: datetime, edition: Edition, told: Mapping[date, ScheduleDay]) -> date:
    for day in told.values():
        if day.starts <= moment < day.ends:
            return day.date
    wall = moment.astimezone(edition.zone)
    return wall.date() - timedelta(days=1) if wall.time() < _change(edition) else wall.date()


def _own_day(edition: Edition, day: date) -> ScheduleDay:
    change = _change(edition)
    starts, ends = (datetime.combine(each, change, edition.zone) for each in (day, day + timedelta(days=1)))
    return ScheduleDay(day, starts, ends)


def _change(edition: Edition) -> time:
    """The time at which one day becomes the next."""
    opens, closes = edition.day_starts, edition.day_ends
    return closes if opens is not None and closes is not None and closes < opens else time.min
