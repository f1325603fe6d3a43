"""Rooms and tracks of an imported programme: what differs, and the writing of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update

from konferens.clock import now
from konferens.codes import slugify
from konferens.database import Database, Row
from konferens.tables import rooms, sessions, tracks

_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "rooms": {"description": "", "capacity": None, "guid": ""},
    "tracks": {"colour": "#4a6741"},
}


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """A room or track that is new (`before` None) or that the file tells otherwise. `id` is None for a new one.

    Both are its name and the optional columns that a file may tell; `returns` where it had been taken away.
    """

    id: int | None
    slug: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]
    returns: bool = False

    @property
    def name(self) -> str:
        return str(self.after["name"])

    @property
    def fields(self) -> list[str]:
        """What differs, of one that was there."""
        before = self.before or {}
        return [name for name in self.after if name in before and self.after[name] != before[name]]


@dataclass(frozen=True, slots=True)
class PlacesPlan:
    """`ids` are by case-folded name, of those that are there already; `first_position` is for the first new one."""

    changes: tuple[PlaceChange, ...]
    ids: Mapping[str, int]
    first_position: int


def plan_places(table_name: str, rows: Sequence[Row], wanted: Sequence[tuple[str, Mapping[str, Any]]]) -> PlacesPlan:
    """What the file's rooms or tracks change. `rows` are all that the edition has, those taken away too.

    Values that are None are not told, and stay. What was taken away comes back under its old address.
    """
    held: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (row.deleted_at is not None, row.id)):  # those in use first
        held.setdefault(row.name.casefold(), row)
    slugs = {row.slug for row in rows}
    changes = []
    for name, told in wanted:
        values = {key: value for key, value in told.items() if value is not None}
        known = held.get(name.casefold())
        if known is None:
            slug = _free_slug(slugify(name)[:70] or table_name.removesuffix("s"), slugs)
            slugs.add(slug)
            changes.append(PlaceChange(None, slug, None, {"name": name, **_DEFAULTS[table_name], **values}))
            continue
        before = {"name": known.name, **{key: known[key] for key in _DEFAULTS[table_name]}}
        after = {**before, "name": name, **values}
        if after != before or known.deleted_at is not None:
            changes.append(PlaceChange(known.id, known.slug, before, after, returns=known.deleted_at is not None))
    position = max((row.position for row in rows), default=0) + 1
    return PlacesPlan(tuple(changes), {key: row.id for key, row in held.items()}, position)


async def write_places(db: Database, table: Table, edition_id: int, plan: PlacesPlan) -> dict[str, int]:
    """Write it; gives the ids of all that are in use, by case-folded name."""
    new = [change for change in plan.changes if change.id is None]
    await db.execute_many(
        insert(table),
        [
            {"edition_id": edition_id, "slug": change.slug, "position": position, **change.after}
            for position, change in enumerate(new, start=plan.first_position)
        ],
    )
    held = [change for change in plan.changes if change.id is not None]
    if held:
        changed: dict[str, Any] = {key: bindparam(f"new_{key}") for key in held[0].after}
        query = update(table).where(table.c.id == bindparam("row_id")).values(deleted_at=None, **changed)
        await db.execute_many(
            query,
            [{"row_id": each.id} | {f"new_{key}": value for key, value in each.after.items()} for each in held],
        )
        await _tell_calendars(db, table, [each.id for each in held if not {"name", "colour"}.isdisjoint(each.fields)])
    rows = await db.fetch_all(
        select(table.c.id, table.c.name).where(table.c.edition_id == edition_id, table.c.deleted_at.is_(None))
    )
    return {row.name.casefold(): row.id for row in rows}


async def _tell_calendars(db: Database, table: Table, renamed: Sequence[int | None]) -> None:
    """A place's name and colour stand in its sessions' calendar entries (RFC 5545 SEQUENCE)."""
    if not renamed:
        return
    column = {"rooms": sessions.c.room_id, "tracks": sessions.c.track_id}[table.name]
    changed = {"sequence": sessions.c.sequence + 1, "updated_at": now()}
    await db.execute(update(sessions).where(column.in_(renamed)).values(**changed))


async def held_places(db: Database, edition_id: int) -> tuple[list[Row], list[Row]]:
    """Rooms and tracks of the edition, those taken away too."""
    found = [
        await db.fetch_all(select(table).where(table.c.edition_id == edition_id).order_by(table.c.id))
        for table in (rooms, tracks)
    ]
    return found[0], found[1]


def _free_slug(wanted: str, taken: set[str]) -> str:
    slug, n = wanted, 2
    while slug in taken:
        slug, n = f"{wanted}-{n}", n + 1
    return slug
