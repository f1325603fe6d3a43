"""The time of day, from one place."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment: aware, in UTC, with whole microseconds."""
    return datetime.now(UTC)
