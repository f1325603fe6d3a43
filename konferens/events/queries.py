"""Editions, rooms and tracks, read from the database."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, func, select

from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.events.model import Edition, Room, Series, Track
from konferens.tables import editions, rooms, series, sessions, tracks


def _select_editions() -> Select[Any]:
    return select(
        editions, *(column.label(f"series_{column.name}") for column in series.c if column.name != "id")
    ).join(series, editions.c.series_id == series.c.id)


def edition_from_row(row: Mapping[str, Any]) -> Edition:
    """An Edition from a row of editions with its series' columns labelled series_…"""
    values = dict(row)
    owner = Series(
        id=values.pop("series_id"),
        **{name: values.pop(f"series_{name}") for name in ("slug", "name", "description", "organisation", "website")},
    )
    return Edition(series=owner, **values)


async def all_editions(db: Database, *, published_only: bool) -> list[Edition]:
    """Every edition, the latest first."""
    query = _select_editions().order_by(editions.c.starts_on.desc(), editions.c.id)
    if published_only:
        query = query.where(editions.c.published)
    return [edition_from_row(row._mapping) for row in await db.fetch_all(query)]  # noqa: SLF001


async def find_edition(db: Database, series_slug: str, slug: str, *, published_only: bool = True) -> Edition:
    """The edition at /series_slug/slug/. Raises NotFoundError; drafts are found only with `published_only=False`."""
    query = _select_editions().where(series.c.slug == series_slug, editions.c.slug == slug)
    if published_only:
        query = query.where(editions.c.published)
    row = await db.fetch_one(query)
    if row is None:
        raise NotFoundError(f"there is no edition {series_slug}/{slug}")
    return edition_from_row(row._mapping)  # noqa: SLF001


async def edition_by_id(db: Database, edition_id: int) -> Edition:
    """Raises NotFoundError."""
    row = await db.fetch_one(_select_editions().where(editions.c.id == edition_id))
    if row is None:
        raise NotFoundError(f"edition {edition_id}")
    return edition_from_row(row._mapping)  # noqa: SLF001


async def find_series(db: Database, slug: str) -> Series:
    """Raises NotFoundError."""
    row = await db.fetch_one(select(series).where(series.c.slug == slug))
    if row is None:
        raise NotFoundError(f"series {slug}")
    return Series(**row._mapping)  # noqa: SLF001


async def all_series(db: Database) -> list[Series]:
    """Every series by name."""
    return [Series(**row._mapping) for row in await db.fetch_all(select(series).order_by(series.c.name))]  # noqa: SLF001


async def rooms_of(db: Database, edition_id: int) -> list[Room]:
    """The edition's rooms in their own order."""
    query = (
        select(*(rooms.c[name] for name in ("id", "slug", "name", "description", "capacity", "position", "guid")))
        .where(rooms.c.edition_id == edition_id, rooms.c.deleted_at.is_(None))
        .order_by(rooms.c.position, rooms.c.id)
    )
    return [Room(**row._mapping) for row in await db.fetch_all(query)]  # noqa: SLF001


async def tracks_of(db: Database, edition_id: int) -> list[Track]:
    """The edition's tracks in their own order."""
    query = (
        select(tracks.c.id, tracks.c.slug, tracks.c.name, tracks.c.description, tracks.c.colour, tracks.c.position)
        .where(tracks.c.edition_id == edition_id, tracks.c.deleted_at.is_(None))
        .order_by(tracks.c.position, tracks.c.id)
    )
    return [Track(**row._mapping) for row in await db.fetch_all(query)]  # noqa: SLF001


async def edition_versions(db: Database) -> dict[str, tuple[int, bool]]:
    """'S/E' → (version, published) for every edition: what a page cache asks before it answers from memory."""
    query = select(series.c.slug.label("series"), editions.c.slug, editions.c.version, editions.c.published).join(
        series, editions.c.series_id == series.c.id
    )
    return {f"{row.series}/{row.slug}": (row.version, row.published) for row in await db.fetch_all(query)}


async def place_usage(db: Database, table_name: str, edition_id: int) -> dict[int, int]:
    """How many sessions each room or track has, by its id; `table_name` is 'rooms' or 'tracks'. Empty ones are absent."""
    column = {"rooms": sessions.c.room_id, "tracks": sessions.c.track_id}[table_name]
    query = (
        select(column.label("place"), func.count().label("n"))
        .where(sessions.c.edition_id == edition_id, sessions.c.deleted_at.is_(None), column.is_not(None))
        .group_by(column)
    )
    return {row.place: row.n for row in await db.fetch_all(query)}
