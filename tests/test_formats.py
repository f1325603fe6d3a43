"""Dates, times and money, in Swedish and English."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from konferens import formats
from konferens.i18n import use_language

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("ore", "swedish", "english"),
    [
        (0, f"0{NBSP}kr", f"SEK{NBSP}0"),
        (125000, f"1{NBSP}250{NBSP}kr", f"SEK{NBSP}1,250"),
        (12550, f"125,50{NBSP}kr", f"SEK{NBSP}125.50"),
        (123456789, f"1{NBSP}234{NBSP}567,89{NBSP}kr", f"SEK{NBSP}1,234,567.89"),
        (-5005, f"−50,05{NBSP}kr", f"−SEK{NBSP}50.05"),
    ],
)
def test_money(ore: int, swedish: str, english: str) -> None:
    assert formats.money(ore) == swedish
    with use_language("en"):
        assert formats.money(ore) == english


def test_percent() -> None:
    assert formats.percent(25) == f"25{NBSP}%"
    with use_language("en"):
        assert formats.percent(25) == "25%"


def test_when_a_session_is() -> None:
    starts, ends = datetime(2027, 5, 11, 7, 0, tzinfo=UTC), datetime(2027, 5, 11, 8, 30, tzinfo=UTC)
    assert formats.when(starts, ends, STOCKHOLM) == f"tisdag 11 maj kl.{NBSP}09.00–10.30"
    with use_language("en"):
        assert formats.when(starts, ends, STOCKHOLM) == "Tuesday 11 May, 09:00–10:30"


def test_over_midnight_both_days_are_named() -> None:
    starts, ends = datetime(2027, 5, 11, 20, 0, tzinfo=UTC), datetime(2027, 5, 11, 23, 0, tzinfo=UTC)
    assert formats.when(starts, ends, STOCKHOLM) == f"tisdag 11 maj kl.{NBSP}22.00 – onsdag 12 maj kl.{NBSP}01.00"


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2027, 4, 15), date(2027, 4, 15), "15 april 2027"),
        (date(2027, 5, 11), date(2027, 5, 12), "11–12 maj 2027"),
        (date(2027, 4, 30), date(2027, 5, 2), "30 april–2 maj 2027"),
        (date(2026, 12, 30), date(2027, 1, 1), "30 december 2026–1 januari 2027"),
    ],
)
def test_date_range(first: date, last: date, text: str) -> None:
    assert formats.date_range(first, last) == text


def test_iso_has_the_zone_s_offset_of_that_day() -> None:
    assert formats.iso(datetime(2027, 5, 11, 7, 0, tzinfo=UTC), STOCKHOLM) == "2027-05-11T09:00:00+02:00"
    assert formats.iso(datetime(2027, 1, 11, 8, 0, tzinfo=UTC), STOCKHOLM) == "2027-01-11T09:00:00+01:00"
    assert formats.iso(datetime(2027, 1, 11, 8, 0, tzinfo=UTC), ZoneInfo("UTC")) == "2027-01-11T08:00:00+00:00"
