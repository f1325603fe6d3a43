"""What an import would change, in words for the page that shows it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from konferens.database import Database
from konferens.events.queries import rooms_of, tracks_of
from konferens.formats import day as format_day
from konferens.formats import wall_clock
from konferens.i18n import gettext
from konferens.programme.import_people import PersonChange
from konferens.programme.import_places import PlaceChange
from konferens.programme.import_sessions import ChangeKind, New, SessionChange
from konferens.programme.imports import ImportPlan
from konferens.programme.labels import field_labels, shown_value
from konferens.speakers.queries import speakers_of

Names = Mapping[str, dict[Any, str]]
_LINE = 80


@dataclass(frozen=True, slots=True)
class Difference:
    """One field before and after, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Item:
    """A session, room, track or person; `note` tells when and where, or what is special."""

    title: str
    note: str = ""
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Items that the same happens to; `kind` is 'new', 'changed' or 'removed'."""

    kind: str
    title: str
    items: tuple[Item, ...]


async def names_in(db: Database, edition_id: int) -> Names:
    """What `preview_of` wants: rooms and tracks by id, speakers by code."""
    return {
        "rooms": {room.id: room.name for room in await rooms_of(db, edition_id)},
        "tracks": {track.id: track.name for track in await tracks_of(db, edition_id)},
        "speakers": {speaker.code: speaker.name for speaker in await speakers_of(db, edition_id)},
    }


def preview_of(plan: ImportPlan, names: Names) -> list[Group]:
    """What the plan does, in groups that have something in them. `names` as for `labels.shown_value`."""
    names = _with_new(plan, names)
    labels = field_labels()
    groups = [
        Group("new", gettext("Nya programpunkter"), _sessions(plan, ChangeKind.NEW, names, labels)),
        Group("changed", gettext("Ändrade programpunkter"), _sessions(plan, ChangeKind.CHANGED, names, labels)),
        Group("new", gettext("Programpunkter som kommer tillbaka"), _sessions(plan, ChangeKind.RETURNS, names, labels)),
        Group("removed", gettext("Programpunkter som tas bort"), _sessions(plan, ChangeKind.REMOVED, names, labels)),
        Group("new", gettext("Nya rum"), _places(plan.rooms.changes, new=True)),
        Group("changed", gettext("Ändrade rum"), _places(plan.rooms.changes, new=False)),
        Group("new", gettext("Nya spår"), _places(plan.tracks.changes, new=True)),
        Group("changed", gettext("Ändrade spår"), _places(plan.tracks.changes, new=False)),
        Group("new", gettext("Nya personer"), _people(plan.people.changes, new=True)),
        Group("changed", gettext("Ändrade personer"), _people(plan.people.changes, new=False)),
    ]
    return [group for group in groups if group.items]


def _with_new(plan: ImportPlan, names: Names) -> Names:
    """Names of what the import adds, too."""
    people = {New(change.guid): change.name for change in plan.people.changes}
    people |= {row["code"]: row["name"] for row in plan.people.found.values()}
    return {
        "rooms": names["rooms"] | {New(change.name): change.name for change in plan.rooms.changes},
        "tracks": names["tracks"] | {New(change.name): change.name for change in plan.tracks.changes},
        "speakers": {**people, **names["speakers"]},
    }


def _sessions(plan: ImportPlan, kind: ChangeKind, names: Names, labels: Mapping[str, str]) -> tuple[Item, ...]:
    return tuple(
        Item(
            change.title,
            _when(change, names),
            () if kind in (ChangeKind.NEW, ChangeKind.REMOVED) else _differences(change, names, labels),
        )
        for change in plan.sessions
        if change.kind is kind and change.is_visible
    )


def _differences(change: SessionChange, names: Names, labels: Mapping[str, str]) -> tuple[Difference, ...]:
    return tuple(
        Difference(
            labels[name],
            shown_value(name, change.before[name], names),
            shown_value(name, change.after[name], names),
        )
        for name in change.fields
    )


def _when(change: SessionChange, names: Names) -> str:
    values = {**change.before, **change.after}
    starts: datetime | None = values.get("wall_starts")
    room = values.get("room_id")
    parts = [f"{format_day(starts.date())} {wall_clock(starts)}" if starts else gettext("Utan tid")]
    if room is not None:
        parts.append(room.key if isinstance(room, New) else names["rooms"].get(room, ""))
    return ", ".join(part for part in parts if part)


def _places(changes: Sequence[PlaceChange], *, new: bool) -> tuple[Item, ...]:
    labels = {
        "name": gettext("Namn"),
        "description": gettext("Beskrivning"),
        "capacity": gettext("Platser"),
        "colour": gettext("Färg"),
        "guid": "guid",
    }
    return _items(changes, labels, lambda change: gettext("Hade tagits bort.") if change.returns else "", new=new)


def _people(changes: Sequence[PersonChange], *, new: bool) -> tuple[Item, ...]:
    labels = {
        "name": gettext("Namn"),
        "title": gettext("Titel"),
        "organisation": gettext("Organisation"),
        "biography": gettext("Presentation"),
    }
    return _items(
        changes, labels, lambda change: gettext("Är med i en annan konferens.") if change.joins else "", new=new
    )


_Change = TypeVar("_Change", PlaceChange, PersonChange)


def _items(
    changes: Sequence[_Change], labels: Mapping[str, str], remark: Callable[[_Change], str], *, new: bool
) -> tuple[Item, ...]:
    """Those of the changes that add something (`new`), or that change what was there."""
    return tuple(
        Item(
            change.name,
            remark(change),
            tuple(
                Difference(labels[name], _plain((change.before or {})[name]), _plain(change.after[name]))
                for name in change.fields
            ),
        )
        for change in changes
        if (change.before is None) is new
    )


def _plain(value: Any) -> str:
    return gettext("(tomt)") if value is None or value == "" else str(value)


def as_text(groups: Sequence[Group]) -> str:
    """The groups as lines, for a terminal; long texts are cut off."""
    lines = []
    for group in groups:
        lines.append(f"{group.title} ({len(group.items)})")
        for item in group.items:
            lines.append(f"  {item.title}" + (f" – {item.note}" if item.note else ""))
            lines += [f"    {each.label}: {_short(each.before)} → {_short(each.after)}" for each in item.differences]
    return "\n".join(lines)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LINE else f"{line[: _LINE - 1]}…"
