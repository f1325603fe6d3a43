"""When a session's live stream is led to: from a while before it begins until it ends. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from konferens.programme.model import Session

AHEAD = timedelta(minutes=15)
"""How long before the start the link is there."""


class StreamState(StrEnum):
    """NONE where there is no stream, or none any more: cancelled, or over."""

    NONE = ""
    LATER = "later"
    SOON = "soon"
    LIVE = "live"


def stream_state(session: Session, moment: datetime) -> StreamState:
    """What the session's page says of its stream at `moment`. A session without a time leads to it always."""
    if not session.stream_url or session.is_cancelled:
        return StreamState.NONE
    if session.starts_at is None or session.ends_at is None:
        return StreamState.LIVE
    if moment >= session.ends_at:
        return StreamState.NONE
    if moment >= session.starts_at:
        return StreamState.LIVE
    return StreamState.SOON if moment >= session.starts_at - AHEAD else StreamState.LATER


def stream_changes(session: Session, moment: datetime) -> datetime | None:
    """When `stream_state` changes next by the clock alone; None for never."""
    if not session.stream_url or session.starts_at is None or session.ends_at is None:
        return None
    moments = (session.starts_at - AHEAD, session.starts_at, session.ends_at)
    return min((each for each in moments if each > moment), default=None)
