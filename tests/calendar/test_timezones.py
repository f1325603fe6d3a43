"""VTIMEZONE, read by dateutil, against the zone data itself, for every hour of the years it claims to cover."""

from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dateutil.tz import tzical  # type: ignore[import-untyped]

from konferens.calendar.timezones import vtimezone

TELLING = [
    "Europe/Stockholm",
    "Europe/Dublin",
    "Africa/Casablanca",  # changes with Ramadan, no yearly rule
    "Asia/Jerusalem",  # Friday before the last Sunday
    "Australia/Lord_Howe",  # half an hour, southern hemisphere
    "America/St_Johns",
    "Asia/Kolkata",  # never changes
    "America/Nuuk",  # changes late on Saturday by local time
    "UTC",
]


@pytest.mark.parametrize("tzid", TELLING)
def test_an_independent_reader_sees_the_zones_own_offsets(tzid: str) -> None:
    zone = ZoneInfo(tzid)
    reader = tzical(StringIO(vtimezone(tzid, 2026, 2027).to_ical().decode())).get()
    for hour in range(2 * 365 * 24):
        wall = datetime(2026, 1, 1, tzinfo=zone) + timedelta(hours=hour)
        if wall.utcoffset() == wall.replace(fold=1).utcoffset():  # neither skipped nor twice
            assert wall.replace(tzinfo=reader).utcoffset() == wall.utcoffset(), wall


def test_sweden_has_one_yearly_rule_for_each_change_told_by_the_clock_before_it() -> None:
    assert vtimezone("Europe/Stockholm", 2027, 2027).to_ical().decode() == "\r\n".join(  # noqa: FLY002 - a file
        [
            "BEGIN:VTIMEZONE",
            "TZID:Europe/Stockholm",
            "BEGIN:DAYLIGHT",
            "DTSTART:20260329T020000",
            "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
            "TZNAME:CEST",
            "TZOFFSETFROM:+0100",
            "TZOFFSETTO:+0200",
            "END:DAYLIGHT",
            "BEGIN:STANDARD",
            "DTSTART:20261025T030000",
            "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
            "TZNAME:CET",
            "TZOFFSETFROM:+0200",
            "TZOFFSETTO:+0100",
            "END:STANDARD",
            "END:VTIMEZONE",
            "",
        ]
    )


def test_winter_is_standard_time_also_in_ireland_whose_law_says_the_opposite() -> None:
    parts = vtimezone("Europe/Dublin", 2027, 2027).subcomponents
    assert [(part.name, part["TZNAME"]) for part in parts] == [("DAYLIGHT", "IST"), ("STANDARD", "GMT")]


def test_a_zone_without_changes_has_one_observance() -> None:
    assert [part.name for part in vtimezone("Asia/Kolkata", 2027, 2027).subcomponents] == ["STANDARD"]


def test_every_zone_of_the_database_has_a_component() -> None:
    for tzid in sorted(available_timezones()):
        assert vtimezone(tzid, 2027, 2027).subcomponents, tzid
