"""Dates, times and money as people write them, in the current language.

Swedish follows Svenska skrivregler: 'tisdag 12 maj kl. 09.00–10.30', '1 250 kr'. Moments are aware datetimes and are
shown in the zone given; money is öre.
"""

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from functools import lru_cache

from babel.dates import format_date
from babel.lists import format_list

from konferens.i18n import current_language

NBSP = "\u00a0"
_MONTH_DAY = {"sv": "d MMMM", "en": "d MMMM"}


@lru_cache(maxsize=2048)
def _format_date(value: date, pattern: str, locale: str) -> str:
    """Babel reads a pattern anew each time, and few days are named again and again."""
    return format_date(value, pattern, locale=locale)


def _locale() -> str:
    return "en_GB" if current_language.get() == "en" else "sv_SE"


def money(ore: int, currency: str = "SEK") -> str:
    """`125000` → '1 250 kr', `12550` → '125,50 kr', 0 → '0 kr'; with no-break spaces."""
    whole, cents = divmod(abs(ore), 100)
    sign = "−" if ore < 0 else ""
    separator, point = (",", ".") if current_language.get() == "en" else (NBSP, ",")
    number = f"{whole:,}".replace(",", separator) + (f"{point}{cents:02d}" if cents else "")
    if currency != "SEK":
        return f"{sign}{number}{NBSP}{currency}"
    return f"{sign}SEK{NBSP}{number}" if current_language.get() == "en" else f"{sign}{number}{NBSP}kr"


def file_size(size: int) -> str:
    """Bytes as people read them: '12 kB', '1,4 MB', in English '1.4 MB'; kilobytes of 1,024 and at least one of them."""
    kilobytes = max(1, round(size / 1024))
    if kilobytes < 1000:  # noqa: PLR2004
        return f"{kilobytes}{NBSP}kB"
    number = f"{size / 1024 / 1024:.1f}".removesuffix(".0")
    return f"{number if current_language.get() == 'en' else number.replace('.', ',')}{NBSP}MB"


def one_decimal(value: float) -> str:
    """4.26 → '4,3', in English '4.3'."""
    return f"{value:.1f}" if current_language.get() == "en" else f"{value:.1f}".replace(".", ",")


def clock(moment: datetime, zone: tzinfo) -> str:
    """The time of day: '09.00' (Swedish) or '09:00'."""
    return wall_clock(moment.astimezone(zone))


def percent(rate: object) -> str:
    """25 → '25 %' with a no-break space, in English '25%'."""
    return f"{rate}%" if current_language.get() == "en" else f"{rate}{NBSP}%"


def wall_clock(moment: datetime) -> str:
    """As clock, for a moment that is wall-clock time already (naive)."""
    return f"{moment:%H:%M}" if current_language.get() == "en" else f"{moment:%H.%M}"


def clock_range(starts: datetime, ends: datetime, zone: tzinfo) -> str:
    """'09.00–10.30'."""
    return f"{clock(starts, zone)}–{clock(ends, zone)}"


def day(value: date) -> str:
    """'tisdag 11 maj'."""
    return _format_date(value, f"EEEE {_MONTH_DAY[current_language.get()]}", locale=_locale())


def long_date(value: date) -> str:
    """'tisdag 11 maj 2027'."""
    return _format_date(value, f"EEEE {_MONTH_DAY[current_language.get()]} y", locale=_locale())


def short_date(value: date) -> str:
    """'11 maj 2027'."""
    return _format_date(value, "d MMM y", locale=_locale())


def day_and_clock(moment: datetime, zone: tzinfo) -> str:
    """'fre 13.00', in English 'Fri 13:00': where there is little room."""
    local = moment.astimezone(zone)
    return f"{_format_date(local.date(), 'EEE', locale=_locale())} {wall_clock(local)}"


def when(starts: datetime, ends: datetime | None, zone: tzinfo) -> str:
    """'tisdag 11 maj kl. 09.00–10.30', 'Tuesday 11 May, 09:00–10:30'; over midnight both days are named."""
    first = starts.astimezone(zone)
    at = before_clock()
    if ends is None:
        return f"{day(first.date())}{at}{clock(starts, zone)}"
    last = ends.astimezone(zone)
    if last.date() == first.date():
        return f"{day(first.date())}{at}{clock_range(starts, ends, zone)}"
    return f"{day(first.date())}{at}{clock(starts, zone)} – {day(last.date())}{at}{clock(ends, zone)}"


def before_clock() -> str:
    """What stands between a day and a time of day: ' kl. ', or in English ', '."""
    return ", " if current_language.get() == "en" else f" kl.{NBSP}"


def date_range(first: date, last: date) -> str:
    """'11–12 maj 2027', '30 april–2 maj 2027', '15 april 2027', '30 december 2026–1 januari 2027'."""
    if first == last:
        return _format_date(last, "d MMMM y", locale=_locale())
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{_format_date(last, 'd MMMM y', locale=_locale())}"
    pattern = "d MMMM" if first.year == last.year else "d MMMM y"
    return f"{_format_date(first, pattern, locale=_locale())}–{_format_date(last, 'd MMMM y', locale=_locale())}"


def listed(words: Iterable[str]) -> str:
    """'Anna, Bo och Cecilia'."""
    return format_list(list(words), locale=_locale())


def stamp(moment: datetime, zone: tzinfo, *, seconds: bool = False) -> str:
    """A moment for lists of orders and logs: '2027-05-11 09.00', with `seconds` '2027-05-11 09.00.00'."""
    local = moment.astimezone(zone)
    return f"{local:%Y-%m-%d} {clock(moment, zone)}" + (f"{clock(moment, zone)[2]}{local:%S}" if seconds else "")


def iso(moment: datetime, zone: tzinfo) -> str:
    """RFC 3339 with the zone's offset, for <time datetime> and JSON."""
    return moment.astimezone(zone).isoformat(timespec="seconds")
