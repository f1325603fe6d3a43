"""Sessions for paper, without a database."""

from datetime import UTC, datetime
from typing import Any

from konferens.programme.model import Session, SessionLevel, SessionStatus, SessionType


def planned(**values: Any) -> Session:
    """A talk at no time."""
    moment = datetime(2026, 10, 1, tzinfo=UTC)
    texts = dict.fromkeys(
        ("subtitle", "abstract", "description", "meeting_point", "stream_url", "recording_url", "license"), ""
    )
    defaults: dict[str, Any] = {
        **texts,
        "id": 1,
        "code": "ABC234",
        "guid": "1",
        "title": "Så startar du en mack",
        "type": SessionType.TALK,
        "status": SessionStatus.CONFIRMED,
        "level": SessionLevel.ANY,
        "language": "sv",
        "room": None,
        "track": None,
        "starts_at": None,
        "ends_at": None,
        "capacity": None,
        "signup": False,
        "taken": 0,
        "recording": True,
        "links": (),
        "extras": {},
        "all_rooms": False,
        "sequence": 0,
        "speakers": (),
        "created_at": moment,
        "updated_at": moment,
        "deleted_at": None,
    }
    return Session(**{**defaults, **values})
