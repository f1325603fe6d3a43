"""A whole programme at one moment, as JSON; and what differs between two of them. Pure.

A snapshot names rooms and tracks as they were called, but people only by their codes: who they are is looked up when it is
shown, so that nobody's name stays in an old version when it has gone from everywhere else (GDPR article 17).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from konferens.i18n import gettext
from konferens.programme.editing import FIELDS, to_json, values_of
from konferens.programme.model import Session

Snapshot = Mapping[str, Any]
"""{"sessions": [...]}: each of them `editing.FIELDS` as JSON has them, with code, guid, and the names of its 'room'
and 'track' or None."""

_PLACE = ("wall_starts", "wall_ends", "room_id", "meeting_point", "all_rooms")
FOR_ATTENDEES = frozenset({"wall_starts", "wall_ends", "room_id", "meeting_point", "title"})
"""Fields that matter to somebody who has chosen a session."""

_NAMED = {"room_id": "room", "track_id": "track"}


class ChangeKind(StrEnum):
    """What happened to a session, in the order in which changes are told."""

    CANCELLED = "cancelled"
    REMOVED = "removed"
    MOVED = "moved"
    REVIVED = "revived"
    ADDED = "added"
    CHANGED = "changed"

    @property
    def label(self) -> str:
        """The heading over such changes, in the current language."""
        return {
            ChangeKind.CANCELLED: gettext("Inställt"),
            ChangeKind.REMOVED: gettext("Borttaget ur programmet"),
            ChangeKind.MOVED: gettext("Ny tid eller plats"),
            ChangeKind.REVIVED: gettext("Inte längre inställt"),
            ChangeKind.ADDED: gettext("Nytt i programmet"),
            ChangeKind.CHANGED: gettext("Ändrat innehåll"),
        }[self]


_ORDER = {kind: place for place, kind in enumerate(ChangeKind)}


@dataclass(frozen=True, slots=True)
class Change:
    """What differs about one session. `fields` are name → (before, after) as JSON has them, rooms and tracks by name.

    `starts`, `ends` (naive, by the edition's clocks) and `room` tell when and where it is; of a removed one, where it was.
    `people` are the codes of those who take part, before or after.
    """

    kind: ChangeKind
    code: str
    title: str
    starts: datetime | None
    ends: datetime | None
    room: str
    people: tuple[str, ...]
    fields: Mapping[str, tuple[Any, Any]] = field(hash=False)

    @property
    def is_for_attendees(self) -> bool:
        """Whether it matters to somebody who has chosen the session: when, where, whether, or what it is called."""
        if self.kind in (ChangeKind.MOVED, ChangeKind.CHANGED):
            return not FOR_ATTENDEES.isdisjoint(self.fields)
        return True

    @property
    def is_for_speakers(self) -> bool:
        """Whether it matters to who takes part: all but how many seats there are."""
        return self.kind is not ChangeKind.CHANGED or bool(set(self.fields) - {"capacity", "signup"})


def snapshot_of(sessions: Iterable[Session], zone: ZoneInfo) -> dict[str, Any]:
    """These sessions as they are, those without a time too."""
    entries = [
        {
            "code": session.code,
            "guid": session.guid,
            **to_json(values_of(session, zone)),
            "room": session.room.name if session.room else None,
            "track": session.track.name if session.track else None,
        }
        for session in sessions
    ]
    return {"sessions": sorted(entries, key=lambda entry: (entry["wall_starts"] or "9999", entry["code"]))}


def public_part(snapshot: Snapshot) -> dict[str, Any]:
    """What everybody sees of it: the sessions with a time."""
    return {"sessions": [entry for entry in snapshot["sessions"] if entry["wall_starts"]]}


def compare(before: Snapshot, after: Snapshot) -> tuple[Change, ...]:
    """What makes `after` of `before`: by kind, then by time and title. A room or track that got another name is the same.

    Fields that `before` is too old to know are not compared.
    """
    old = {entry["code"]: entry for entry in before["sessions"]}
    new = {entry["code"]: entry for entry in after["sessions"]}
    found = [_change(ChangeKind.REMOVED, entry, entry, {}) for code, entry in old.items() if code not in new]
    found += [_change(ChangeKind.ADDED, entry, entry, {}) for code, entry in new.items() if code not in old]
    for code, entry in new.items():
        if code in old and (fields := _differences(old[code], entry)):
            found.append(_change(_kind(fields), old[code], entry, fields))
    return tuple(sorted(found, key=_place))


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {
        name: (old[_NAMED.get(name, name)], new[_NAMED.get(name, name)])
        for name in FIELDS
        if name in old and name in new and old[name] != new[name]
    }


def _kind(fields: Mapping[str, tuple[Any, Any]]) -> ChangeKind:
    was, becomes = fields.get("status", ("", ""))
    if becomes == "cancelled":
        return ChangeKind.CANCELLED
    if was == "cancelled":
        return ChangeKind.REVIVED
    return ChangeKind.MOVED if any(name in fields for name in _PLACE) else ChangeKind.CHANGED


def _change(
    kind: ChangeKind, old: Mapping[str, Any], new: Mapping[str, Any], fields: Mapping[str, tuple[Any, Any]]
) -> Change:
    people = dict.fromkeys(code for entry in (new, old) for code, _ in entry["speakers"])
    return Change(
        kind=kind,
        code=new["code"],
        title=new["title"],
        starts=_moment(new["wall_starts"]),
        ends=_moment(new["wall_ends"]),
        room=new["meeting_point"] or new["room"] or "",
        people=tuple(people),
        fields=fields,
    )


def _place(change: Change) -> tuple[int, datetime, str, str]:
    return _ORDER[change.kind], change.starts or datetime.max, change.title, change.code  # noqa: DTZ901 - wall times


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def changes_to_json(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """For the database; `changes_from_json` reads it again."""
    return [
        {
            "kind": change.kind.value,
            "code": change.code,
            "title": change.title,
            "starts": change.starts.isoformat() if change.starts else None,
            "ends": change.ends.isoformat() if change.ends else None,
            "room": change.room,
            "people": list(change.people),
            "fields": {name: list(values) for name, values in change.fields.items()},
        }
        for change in changes
    ]


def changes_from_json(stored: Iterable[Mapping[str, Any]]) -> tuple[Change, ...]:
    return tuple(
        Change(
            kind=ChangeKind(entry["kind"]),
            code=entry["code"],
            title=entry["title"],
            starts=_moment(entry["starts"]),
            ends=_moment(entry["ends"]),
            room=entry["room"],
            people=tuple(entry["people"]),
            fields={name: (old, new) for name, (old, new) in entry["fields"].items()},
        )
        for entry in stored
    )


def mark_of(release: str, changes: Iterable[Change]) -> str:
    """A mark of what a release on top of `release` would do: another one when anybody has changed anything meanwhile."""
    told = json.dumps([release, changes_to_json(changes)], sort_keys=True)
    return sha256(told.encode()).hexdigest()[:20]
