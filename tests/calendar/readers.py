"""What calendar programs make of our files."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar


def read(data: bytes) -> Calendar:
    """Strictly: anything that `icalendar` had to mend is an error."""
    calendar = Calendar.from_ical(data)
    assert isinstance(calendar, Calendar)
    assert [error for component in calendar.walk() for error in component.errors] == []
    return calendar


def events(data: bytes) -> list[Any]:
    """Its `icalendar.Event`s; Any, since their values are a union of every property's type."""
    return list(read(data).events)


def event(data: bytes) -> Any:
    (only,) = events(data)
    return only


def on_day(data: bytes, day: date, zone: ZoneInfo) -> list[str]:
    """Titles of what `recurring_ical_events` shows on a day in `zone`."""
    begin = datetime.combine(day, time.min, zone)
    found: list[Any] = recurring_ical_events.of(read(data)).between(begin, begin + timedelta(days=1))
    return sorted(str(each["SUMMARY"]) for each in found)


def lines(data: bytes) -> list[str]:
    """The file's logical lines, unfolded (RFC 5545 §3.1)."""
    return data.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
