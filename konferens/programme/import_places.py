"""Rooms and tracks of an imported programme."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update

from konferens.clock import now
from konferens.codes import slugify
from konferens.database import Database
from konferens.tables import rooms, sessions


async def import_places(
    db: Database, table: Table, edition_id: int, wanted: Sequence[tuple[str, Mapping[str, Any]]]
) -> tuple[dict[str, int], int]:
    """Rooms or tracks (`table`) by name; gives their ids by case-folded name, and how many were added or changed.

    Values that are None are not told, and stay. What was taken away comes back under its old address.
    """
    rows = await db.fetch_all(select(table).where(table.c.edition_id == edition_id).order_by(table.c.id))
    held: dict[str, Any] = {}
    for row in sorted(rows, key=lambda row: row.deleted_at is not None):  # those in use before those taken away
        held.setdefault(row.name.casefold(), row)
    slugs = {row.slug for row in rows}
    position = max((row.position for row in rows), default=0)
    added: list[dict[str, Any]] = []
    updates: list[dict[str, Any]] = []
    names: dict[str, str] = {}
    for name, told in wanted:
        values = {key: value for key, value in told.items() if value is not None}
        known = held.get(name.casefold())
        if known is None:
            slug = _free_slug(slugify(name)[:70] or table.name.removesuffix("s"), slugs)
            slugs.add(slug)
            position += 1
            added.append({"edition_id": edition_id, "slug": slug, "name": name, "position": position, **values})
            continue
        wants = {"name": name, **values, "deleted_at": None}
        if any(known[key] != value for key, value in wants.items()):
            # one statement for all: each brings every column
            updates.append({"row_id": known.id} | {f"new_{key}": wants.get(key, known[key]) for key in ("name", *told)})
            if known.name != name:
                names[name.casefold()] = known.id
    await _insert(db, table, added, [key for _, told in wanted[:1] for key in told])
    if updates:
        columns = [key.removeprefix("new_") for key in updates[0] if key != "row_id"]
        changed: dict[str, Any] = {key: bindparam(f"new_{key}") for key in columns}
        query = update(table).where(table.c.id == bindparam("row_id")).values(deleted_at=None, **changed)
        await db.execute_many(query, updates)
        await _tell_calendars(db, table, names.values())
    rows = await db.fetch_all(
        select(table.c.id, table.c.name).where(table.c.edition_id == edition_id, table.c.deleted_at.is_(None))
    )
    return {row.name.casefold(): row.id for row in rows}, len(added) + len(updates)


async def _insert(db: Database, table: Table, added: Sequence[Mapping[str, Any]], optional: Iterable[str]) -> None:
    """Columns that aren't told get the column's own default."""
    defaults = {"description": "", "colour": "#4a6741", "capacity": None}
    filled: dict[str, Any] = {key: defaults[key] for key in optional}
    await db.execute_many(insert(table), [filled | dict(values) for values in added])


async def _tell_calendars(db: Database, table: Table, renamed: Iterable[Any]) -> None:
    """A place's name stands in its sessions' calendar entries (RFC 5545 SEQUENCE)."""
    ids = list(renamed)
    if not ids:
        return
    column = sessions.c.room_id if table is rooms else sessions.c.track_id
    await db.execute(update(sessions).where(column.in_(ids)).values(sequence=sessions.c.sequence + 1, updated_at=now()))


def _free_slug(wanted: str, taken: set[str]) -> str:
    slug, n = wanted, 2
    while slug in taken:
        slug, n = f"{wanted}-{n}", n + 1
    return slug
