"""What changes editions, rooms and tracks."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update

from konferens.audit import record
from konferens.clock import now
from konferens.codes import slugify
from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError
from konferens.tables import editions, rooms, series, sessions, tracks

_IN_SESSIONS = {
    "slug",
    "language",
    "venue_name",
    "venue_address",
    "venue_city",
    "latitude",
    "longitude",
    "contact_email",
}
"""Stands in each session's calendar entry, which is then another one (RFC 5545 SEQUENCE)."""

_IN_CALENDARS = _IN_SESSIONS | {"name", "tagline", "starts_on", "ends_on", "practical", "day_starts", "day_ends"}
"""Stands in the entry of the whole conference, in somebody's calendar or everybody's."""


async def touch_edition(db: Database, edition_id: int) -> None:
    """Raise the edition's version: what the public sees of it has changed. Call inside the change's transaction."""
    await db.execute(
        update(editions).where(editions.c.id == edition_id).values(version=editions.c.version + 1, updated_at=now())
    )


async def take_turns(db: Database, edition_id: int) -> None:
    """Of two who change the same of an edition at once, let the second one wait until the first one's transaction has ended: it
    sees, and compares with, what the first one has written.
    """
    await db.fetch_one(select(editions.c.id).where(editions.c.id == edition_id).with_for_update(key_share=True))


async def create_series(db: Database, values: Mapping[str, Any]) -> int:
    """A new series; `values` are columns of `series`. Gives its id. Raises ConflictError when the slug is taken."""
    async with db.transaction():
        if await db.fetch_val(select(series.c.id).where(series.c.slug == values["slug"])):
            raise ConflictError(f"series {values['slug']} exists")
        return int(await db.fetch_val(insert(series).values(**values).returning(series.c.id)))


async def create_edition(db: Database, values: Mapping[str, Any], *, actor: str) -> int:
    """A new edition; `values` are columns of `editions`. Gives its id. Raises ConflictError when the slug is taken."""
    async with db.transaction():
        lock = select(series.c.id).where(series.c.id == values["series_id"]).with_for_update(key_share=True)
        await db.fetch_one(lock)  # of two who ask for the same slug at once, the second one sees the first's
        taken = select(editions.c.id).where(
            editions.c.series_id == values["series_id"], editions.c.slug == values["slug"]
        )
        if await db.fetch_val(taken):
            raise ConflictError(f"edition {values['slug']} exists")
        moment = now()
        edition_id = int(
            await db.fetch_val(
                insert(editions).values(created_at=moment, updated_at=moment, **values).returning(editions.c.id)
            )
        )
        await record(db, actor=actor, action="edition.create", subject=f"edition:{edition_id}", edition_id=edition_id)
        return edition_id


async def update_edition(db: Database, edition_id: int, values: Mapping[str, Any], *, actor: str) -> None:
    """Change columns of an edition. Sessions keep their wall-clock times when the zone changes. Raises NotFoundError."""
    async with db.transaction():
        before = await db.fetch_one(select(editions).where(editions.c.id == edition_id))
        if before is None:
            raise NotFoundError(f"edition {edition_id}")
        changed = {name: value for name, value in values.items() if before[name] != value}
        if not changed:
            return
        told = {"sequence": editions.c.sequence + 1, "changed_at": now()} if _IN_CALENDARS & changed.keys() else {}
        await db.execute(update(editions).where(editions.c.id == edition_id).values(**changed, **told))
        if _IN_SESSIONS & changed.keys():
            entries = update(sessions).where(sessions.c.edition_id == edition_id)
            await db.execute(entries.values(sequence=sessions.c.sequence + 1, updated_at=now()))
        await touch_edition(db, edition_id)
        await record(
            db,
            actor=actor,
            action="edition.update",
            subject=f"edition:{edition_id}",
            edition_id=edition_id,
            before={name: before[name] for name in changed},
            after=changed,
        )


async def save_place(
    db: Database, table_name: str, edition_id: int, place_id: int | None, values: Mapping[str, Any], *, actor: str
) -> int:
    """Create (`place_id` None) or change a room or track; `table_name` is 'rooms' or 'tracks'. Gives its id.

    A new one's slug is made from its name and stays when the name changes, since feeds have it in their address. Nothing
    is written when nothing differs.
    Raises NotFoundError when `place_id` is not of this edition.
    """
    table = {"rooms": rooms, "tracks": tracks}[table_name]
    async with db.transaction():
        if place_id is None:
            slug = await _free_slug(
                db, table_name, edition_id, slugify(values["name"])[:70].strip("-") or table_name[:-1]
            )
            saved = await db.fetch_val(
                insert(table).values(edition_id=edition_id, slug=slug, **values).returning(table.c.id)
            )
            before = None
        else:
            found = await db.fetch_one(
                select(table).where(
                    table.c.id == place_id, table.c.edition_id == edition_id, table.c.deleted_at.is_(None)
                )
            )
            if found is None:
                raise NotFoundError(f"{table_name} {place_id}")
            before = {name: found[name] for name in values}
            saved = place_id
            if before == dict(values):
                return place_id
            await db.execute(update(table).where(table.c.id == place_id).values(**values))
            if any(before.get(name) != values.get(name) for name in ("name", "colour")):
                await _touch_sessions(db, table_name, place_id)
        await touch_edition(db, edition_id)
        await record(
            db,
            actor=actor,
            action=f"{table_name}.save",
            subject=f"{table_name}:{saved}",
            edition_id=edition_id,
            before=before,
            after=dict(values),
        )
        return int(saved)


async def delete_place(db: Database, table_name: str, edition_id: int, place_id: int, *, actor: str) -> None:
    """Take a room or track away; its sessions stay, without it. Raises NotFoundError."""
    table = {"rooms": rooms, "tracks": tracks}[table_name]
    async with db.transaction():
        gone = await db.fetch_one(
            update(table)
            .where(table.c.id == place_id, table.c.edition_id == edition_id, table.c.deleted_at.is_(None))
            .values(deleted_at=now())
            .returning(table.c.name)
        )
        if gone is None:
            raise NotFoundError(f"{table_name} {place_id}")
        await _touch_sessions(db, table_name, place_id)
        column = sessions.c.room_id if table_name == "rooms" else sessions.c.track_id
        await db.execute(update(sessions).where(column == place_id).values({column: None}))
        await touch_edition(db, edition_id)
        await record(
            db,
            actor=actor,
            action=f"{table_name}.delete",
            subject=f"{table_name}:{place_id}",
            edition_id=edition_id,
            before={"name": gone["name"]},
        )


async def _touch_sessions(db: Database, table_name: str, place_id: int) -> None:
    """A room's or track's name stands in its sessions' calendar entries: they change with it (RFC 5545 SEQUENCE)."""
    column = sessions.c.room_id if table_name == "rooms" else sessions.c.track_id
    await db.execute(
        update(sessions).where(column == place_id).values(sequence=sessions.c.sequence + 1, updated_at=now())
    )


async def _free_slug(db: Database, table_name: str, edition_id: int, wanted: str) -> str:
    table = {"rooms": rooms, "tracks": tracks}[table_name]
    rows = await db.fetch_all(select(table.c.slug).where(table.c.edition_id == edition_id))
    taken = {row["slug"] for row in rows}
    slug, n = wanted, 2
    while slug in taken:
        slug, n = f"{wanted}-{n}", n + 1
    return slug
