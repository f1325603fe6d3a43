"""Speakers, read from the database."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, select

from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.speakers.model import Image, Speaker, by_swedish_name
from konferens.tables import edition_speakers, editions, images, series, session_speakers, sessions, speakers


def _select_speakers(edition_id: int) -> Select[Any]:
    return (
        select(
            speakers,
            edition_speakers.c.title,
            edition_speakers.c.organisation,
            edition_speakers.c.biography,
            edition_speakers.c.website,
        )
        .join(edition_speakers, edition_speakers.c.speaker_id == speakers.c.id)
        .where(edition_speakers.c.edition_id == edition_id)
    )


async def speakers_of(db: Database, edition_id: int, *, with_sessions_only: bool = False) -> list[Speaker]:
    """The edition's speakers by name, in Swedish order.

    The public sees only those who have a session that is not removed: `with_sessions_only`.
    """
    query = _select_speakers(edition_id)
    if with_sessions_only:
        query = query.where(
            speakers.c.id.in_(
                select(session_speakers.c.speaker_id)
                .join(sessions, sessions.c.id == session_speakers.c.session_id)
                .where(sessions.c.edition_id == edition_id, sessions.c.deleted_at.is_(None))
            )
        )
    found = [Speaker(**row._mapping) for row in await db.fetch_all(query)]  # noqa: SLF001
    return sorted(found, key=lambda speaker: by_swedish_name(speaker.name))


async def find_speaker(db: Database, edition_id: int, code: str) -> Speaker:
    """Raises NotFoundError when the edition has no speaker with this code (either case)."""
    row = await db.fetch_one(_select_speakers(edition_id).where(speakers.c.code == code.upper()))
    if row is None:
        raise NotFoundError(f"speaker {code}")
    return Speaker(**row._mapping)  # noqa: SLF001


async def editions_of_speaker(db: Database, speaker_id: int) -> list[tuple[str, str, str]]:
    """(path, name, code of the speaker) of each published edition where they speak, the latest first."""
    query = (
        select(series.c.slug.label("series"), editions.c.slug, editions.c.name, speakers.c.code)
        .select_from(edition_speakers.join(editions).join(series, editions.c.series_id == series.c.id).join(speakers))
        .where(edition_speakers.c.speaker_id == speaker_id, editions.c.published)
        .order_by(editions.c.starts_on.desc())
    )
    return [(f"/{row.series}/{row.slug}/", row.name, row.code) for row in await db.fetch_all(query)]


async def find_image(db: Database, digest: str) -> Image:
    """Raises NotFoundError."""
    query = select(images.c.digest, images.c.media_type, images.c.width, images.c.height, images.c.data)
    row = await db.fetch_one(query.where(images.c.digest == digest))
    if row is None:
        raise NotFoundError(f"image {digest}")
    return Image(**row._mapping)  # noqa: SLF001


async def session_counts(db: Database, edition_id: int) -> dict[int, int]:
    """How many sessions each speaker of the edition has, by the speaker's id; those without any are absent."""
    query = (
        select(session_speakers.c.speaker_id, func.count().label("n"))
        .join(sessions, sessions.c.id == session_speakers.c.session_id)
        .where(sessions.c.edition_id == edition_id, sessions.c.deleted_at.is_(None))
        .group_by(session_speakers.c.speaker_id)
    )
    return {row.speaker_id: row.n for row in await db.fetch_all(query)}


async def people_elsewhere(db: Database, edition_id: int, edition_ids: Collection[int]) -> list[tuple[str, str]]:
    """(code, name) of those who speak in one of `edition_ids` but not in `edition_id`, in Swedish order."""
    here = select(edition_speakers.c.speaker_id).where(edition_speakers.c.edition_id == edition_id)
    there = select(edition_speakers.c.speaker_id).where(edition_speakers.c.edition_id.in_(edition_ids))
    query = select(speakers.c.code, speakers.c.name).where(speakers.c.id.in_(there), speakers.c.id.not_in(here))
    found = [(row.code, row.name) for row in await db.fetch_all(query)]
    return sorted(found, key=lambda person: by_swedish_name(person[1]))
