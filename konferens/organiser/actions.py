"""What spans features: an edition's settings with everything that depends on them, and new editions."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from konferens.database import Database
from konferens.events.actions import create_edition, create_series, update_edition
from konferens.events.model import Edition
from konferens.events.queries import find_edition, find_series
from konferens.programme.actions import change_zone


async def save_settings(db: Database, edition: Edition, values: Mapping[str, Any], *, actor: str) -> None:
    """Change columns of an edition. In another zone, sessions keep their times on the wall. Raises NotFoundError."""
    async with db.transaction():
        await update_edition(db, edition.id, values, actor=actor)
        if values.get("time_zone", edition.time_zone) != edition.time_zone:
            await change_zone(db, edition.id, ZoneInfo(values["time_zone"]))


async def found_edition(
    db: Database,
    *,
    series_slug: str,
    new_series: Mapping[str, Any] | None,
    values: Mapping[str, Any],
    actor: str,
) -> Edition:
    """A new edition of the series `series_slug`, or of a `new_series` that is created with it.

    `values` are columns of `editions`. Raises ConflictError when the series' or the edition's slug is taken.
    """
    async with db.transaction():
        series_id = (
            await create_series(db, new_series) if new_series is not None else (await find_series(db, series_slug)).id
        )
        await create_edition(db, {"series_id": series_id, **values}, actor=actor)
    slug = new_series["slug"] if new_series is not None else series_slug
    return await find_edition(db, slug, values["slug"], published_only=False)
