"""Next year's conference out of this one: what comes along, what is suggested, and how dates move. Pure rules."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.programme.model import SessionType, resolve_wall, wall_of

RECURRING = frozenset({SessionType.BREAK, SessionType.MEAL, SessionType.CEREMONY})
"""What is in the programme every year, whoever speaks: registration with coffee is a break, too."""

_YEAR = re.compile(r"(?<!\d)2[01]\d\d(?!\d)")
_LAST_WEEK = 52


class Part(StrEnum):
    """What may be left out. Settings, rooms, tracks, ticket types, quotas and add-ons always come along."""

    QUESTIONS = "questions"
    CHECKIN_LISTS = "checkin-lists"
    MAIL_TEXTS = "mail-texts"
    PROGRAMME = "programme"

    @property
    def label(self) -> str:
        """In the current language."""
        return {
            Part.QUESTIONS: gettext("Frågor till deltagarna"),
            Part.CHECKIN_LISTS: gettext("Incheckningslistor"),
            Part.MAIL_TEXTS: gettext("Egna mejltexter"),
            Part.PROGRAMME: gettext("Pauser, måltider, inledning och avslutning i programmet"),
        }[self]


@dataclass(frozen=True, slots=True)
class Shift:
    """So many days later by the clocks of `zone`: what was at nine o'clock is at nine again, in summer time or not."""

    days: int
    zone: ZoneInfo

    def day(self, value: date) -> date:
        return value + timedelta(days=self.days)

    def wall(self, value: datetime) -> datetime:
        """For what the clocks show: naive."""
        return value + timedelta(days=self.days)

    def moment(self, value: datetime) -> datetime:
        """For an aware moment; gives UTC. An hour that is skipped or comes twice is read as by `resolve_wall`."""
        return resolve_wall(self.wall(wall_of(value, self.zone)), self.zone)


def year_later(day: date) -> date:
    """The same weekday of the same week (ISO 8601) in the next year: 52 weeks later, or 53 where 52 would drift away.

    Week 53 becomes the next year's last where that has only 52.
    """
    year, week, weekday = day.isocalendar()
    try:
        return date.fromisocalendar(year + 1, week, weekday)
    except ValueError:
        return date.fromisocalendar(year + 1, _LAST_WEEK, weekday)


def next_name(name: str) -> str:
    """'Lokalekonomidagarna 2027' → 'Lokalekonomidagarna 2028'; a name without a year stays."""
    return _YEAR.sub(lambda found: str(int(found[0]) + 1), name)


def next_slug(edition: Edition) -> str:
    """'2027' → '2028'; to a slug without a year the year of the coming first day is added."""
    slug = next_name(edition.slug)
    return slug if slug != edition.slug else f"{slug[:75]}-{year_later(edition.starts_on).year}"
