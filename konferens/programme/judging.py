"""When attendees may say what they think of a session. Pure."""

from datetime import datetime, timedelta

from konferens.events.model import Edition
from konferens.programme.model import Session

JUDGED_FOR = timedelta(days=30)
"""How long after its end a session can be judged."""


def judging_time(session: Session, edition: Edition) -> tuple[datetime, datetime] | None:
    """From its end until JUDGED_FOR later (that moment excluded).

    None for what nobody judges: pauses, what is cancelled or has no time, and everything where the edition doesn't ask.
    """
    if not edition.feedback or session.type.is_pause or session.is_cancelled or session.ends_at is None:
        return None
    return session.ends_at, session.ends_at + JUDGED_FOR


def is_judged(session: Session, edition: Edition, moment: datetime) -> bool:
    """Whether it can be judged at `moment`."""
    time = judging_time(session, edition)
    return time is not None and time[0] <= moment < time[1]


def judging_changes(session: Session, edition: Edition, moment: datetime) -> datetime | None:
    """When the clock alone changes the answer of `is_judged` next; None: never."""
    return min((each for each in judging_time(session, edition) or () if each > moment), default=None)
