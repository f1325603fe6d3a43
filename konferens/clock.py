"""The time of day, from one place."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present moment: aware, in UTC, with whole microseconds."""
    return datetime.now(UTC)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When `day` begins by the clocks of `zone`: aware, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)
