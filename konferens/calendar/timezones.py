"""VTIMEZONE components (RFC 5545 §3.6.5) for any IANA zone.

Outlook and other readers that don't know a zone by its name follow these rules, so an onset must be told as the clock
stood before it (02.00 for the Swedish spring); `icalendar`'s own generator tells it as the clock stands after.
"""

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Onset:
    """A moment at which a zone's clocks begin to show something else. `wall` is what they show just before: naive."""

    wall: datetime
    offset_from: timedelta
    offset_to: timedelta
    name: str
    is_daylight: bool


@lru_cache(maxsize=64)
def vtimezone(tzid: str, first_year: int, last_year: int) -> Timezone:
    """The component for `tzid`, right for every moment of these years (inclusive). Treat it as read-only.

    Changes that come on the same weekday of a month each year become one RRULE, others (Morocco's Ramadan) one
    component each. Raises ZoneInfoNotFoundError.
    """
    zone = ZoneInfo(tzid)
    onsets = list(_onsets(zone, first_year - 1, last_year + 1))
    timezone = Timezone()
    timezone.add("TZID", tzid)
    if not onsets or onsets[0].wall.year >= first_year:
        begin = datetime(first_year - 1, 1, 1, tzinfo=zone)
        offset = begin.utcoffset() or timedelta()
        timezone.add_component(
            _observance(Onset(begin.replace(tzinfo=None), offset, offset, begin.tzname() or tzid, is_daylight=False))
        )
    alike: dict[object, list[Onset]] = defaultdict(list)
    for onset in onsets:
        alike[onset.offset_from, onset.offset_to, onset.name, onset.wall.month, onset.wall.time()].append(onset)
    for group in alike.values():
        weekday = _yearly_weekday(group, range(first_year - 1, last_year + 2))
        if weekday is None:
            for onset in group:
                timezone.add_component(_observance(onset))
        else:
            observance = _observance(group[0])
            observance.add("RRULE", {"FREQ": "YEARLY", "BYMONTH": group[0].wall.month, "BYDAY": weekday})
            timezone.add_component(observance)
    return timezone


def _onsets(zone: ZoneInfo, first_year: int, last_year: int) -> Iterator[Onset]:
    days = (datetime(last_year + 1, 1, 1, tzinfo=UTC) - (start := datetime(first_year, 1, 1, tzinfo=UTC))).days
    for before, after in pairwise(start + timedelta(days=day) for day in range(days + 1)):
        if _observed(zone, before) == _observed(zone, after):
            continue
        earlier, later = before, after
        while later - earlier > timedelta(seconds=1):
            middle = (earlier + (later - earlier) // 2).replace(microsecond=0)
            if _observed(zone, middle) == _observed(zone, before):
                earlier = middle
            else:
                later = middle
        offset_from = _observed(zone, earlier)[0]
        offset_to, name, dst = _observed(zone, later)
        is_seasonal = bool(dst or _observed(zone, earlier)[2])
        yield Onset(
            (later + offset_from).replace(tzinfo=None),
            offset_from,
            offset_to,
            name,
            # Not dst alone: Ireland and Morocco call their winter time the daylight one, which readers don't expect.
            is_daylight=is_seasonal and offset_to > offset_from,
        )


def _observed(zone: ZoneInfo, moment: datetime) -> tuple[timedelta, str, timedelta]:
    local = moment.astimezone(zone)
    return local.utcoffset() or timedelta(), local.tzname() or "", local.dst() or timedelta()


def _yearly_weekday(group: list[Onset], years: Iterable[int]) -> str | None:
    """'-1SU' where the onsets come on the last Sunday, '2SU' on the second, once in each of `years`; else None."""
    walls = [onset.wall for onset in group]
    if [wall.year for wall in walls] != list(years) or len({wall.weekday() for wall in walls}) > 1:
        return None
    weekday = _WEEKDAYS[walls[0].weekday()]
    if all(wall.day + _WEEK > calendar.monthrange(wall.year, wall.month)[1] for wall in walls):
        return f"-1{weekday}"
    weeks = {(wall.day - 1) // _WEEK + 1 for wall in walls}
    return f"{weeks.pop()}{weekday}" if len(weeks) == 1 else None


def _observance(onset: Onset) -> TimezoneDaylight | TimezoneStandard:
    component = TimezoneDaylight() if onset.is_daylight else TimezoneStandard()
    component.add("DTSTART", onset.wall)
    component.add("TZOFFSETFROM", onset.offset_from)
    component.add("TZOFFSETTO", onset.offset_to)
    component.add("TZNAME", onset.name)
    return component
