"""A session as an editor sees it: plain values by field, which version they are, and how two such sets differ."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from konferens.programme.model import Session, wall_of

TEXTS = (
    "title",
    "subtitle",
    "type",
    "status",
    "language",
    "abstract",
    "description",
    "meeting_point",
    "stream_url",
    "recording_url",
    "level",
    "license",
)
FIELDS = (
    *TEXTS,
    "track_id",
    "room_id",
    "wall_starts",
    "wall_ends",
    "capacity",
    "signup",
    "all_rooms",
    "recording",
    "links",
    "speakers",
)
"""What `programme.actions.save_session` takes. Wall times are naive, by the clocks of the edition's zone; 'speakers' is a
list of (code, role) in their order, 'links' one of dicts as programme.model.SessionLink."""

IN_CALENDARS = frozenset(FIELDS) - {
    "language",
    "level",
    "license",
    "capacity",
    "signup",
    "all_rooms",
    "recording",
    "links",
}
"""Fields that stand in a session's calendar entry, which is another one when they change (RFC 5545 SEQUENCE)."""


def values_of(session: Session, zone: ZoneInfo) -> dict[str, Any]:
    """`session` as values by field."""
    values: dict[str, Any] = {name: str(getattr(session, name)) for name in TEXTS}
    return values | {
        "track_id": session.track.id if session.track else None,
        "room_id": session.room.id if session.room else None,
        "wall_starts": wall_of(session.starts_at, zone) if session.starts_at else None,
        "wall_ends": wall_of(session.ends_at, zone) if session.ends_at else None,
        "capacity": session.capacity,
        "signup": session.signup,
        "all_rooms": session.all_rooms,
        "recording": session.recording,
        "links": [asdict(link) for link in session.links],
        "speakers": [(person.code, person.role) for person in session.speakers],
    }


def version_of(values: Mapping[str, Any]) -> str:
    """A mark that differs when any value does. A form carries it, so that nobody overwrites what they haven't seen.

    It is made of the values and not of SEQUENCE, which rises also when a room or a speaker gets another name: that is no
    reason to refuse what somebody has written meanwhile.
    """
    return hashlib.sha256(repr([values[name] for name in FIELDS]).encode()).hexdigest()[:20]


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The fields of `after` that differ from `before`, in the order of FIELDS."""
    return [name for name in FIELDS if name in after and after[name] != before.get(name)]


def to_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` as JSON has them: wall times as '2027-05-11T09:30:00', speakers as lists."""
    return {
        name: value.isoformat()
        if isinstance(value, datetime)
        else [list(person) for person in value]
        if name == "speakers"
        else value
        for name, value in values.items()
    }


def from_json(stored: Mapping[str, Any]) -> dict[str, Any]:
    """What `to_json` wrote. Fields that were added to FIELDS since are absent; 'extras' only an import tells."""
    values = {name: stored[name] for name in (*FIELDS, "extras") if name in stored}
    for name in ("wall_starts", "wall_ends"):
        if values.get(name):
            values[name] = datetime.fromisoformat(values[name])
    if "speakers" in values:
        values["speakers"] = [(code, role) for code, role in values["speakers"]]
    return values
