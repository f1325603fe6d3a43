"""Speakers, read from the database."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from konferens.database import Database, Row
from konferens.errors import NotFoundError
from konferens.speakers.model import (
    Image,
    Participation,
    Speaker,
    SpeakerLink,
    SpeakerStatus,
    by_swedish_name,
    unavailable_from,
)
from konferens.tables import audit, edition_speakers, image_sizes, images, session_speakers, sessions, speakers

_TOLD = ("title", "organisation", "biography", "website", "links", "status", "consent", "recording")


def _select_speakers(edition_id: int) -> Select[Any]:
    return (
        select(speakers, *(edition_speakers.c[name] for name in _TOLD))
        .join(edition_speakers, edition_speakers.c.speaker_id == speakers.c.id)
        .where(edition_speakers.c.edition_id == edition_id)
    )


def _speaker(row: Row) -> Speaker:
    values = dict(row._mapping)  # noqa: SLF001
    values["links"] = tuple(SpeakerLink(link["title"], link["url"]) for link in values["links"])
    values["status"] = SpeakerStatus(values["status"])
    return Speaker(**values)


def _by_name(found: Iterable[Speaker]) -> list[Speaker]:
    return sorted(found, key=lambda speaker: by_swedish_name(speaker.name))


async def speakers_of(db: Database, edition_id: int) -> list[Speaker]:
    """All the edition's speakers by name, in Swedish order: for its office."""
    return _by_name(_speaker(row) for row in await db.fetch_all(_select_speakers(edition_id)))


async def speakers_with_codes(db: Database, edition_id: int, codes: Collection[str]) -> list[Speaker]:
    """Those of `speakers_of` who have these codes; without codes no query is made."""
    query = _select_speakers(edition_id).where(speakers.c.code.in_(sorted(codes)))
    return _by_name(_speaker(row) for row in await db.fetch_all(query)) if codes else []


async def public_speakers(db: Database, edition_id: int) -> list[Speaker]:
    """Those whom everybody sees, as they may be seen, by name in Swedish order: they have a session that is not removed,
    and haven't declined.
    """
    in_programme = (
        select(session_speakers.c.speaker_id)
        .join(sessions, sessions.c.id == session_speakers.c.session_id)
        .where(sessions.c.edition_id == edition_id, sessions.c.deleted_at.is_(None))
    )
    query = _select_speakers(edition_id).where(
        speakers.c.id.in_(in_programme), edition_speakers.c.status != SpeakerStatus.DECLINED.value
    )
    return _by_name(_speaker(row).as_public for row in await db.fetch_all(query))


async def find_speaker(db: Database, edition_id: int, code: str) -> Speaker:
    """Raises NotFoundError when the edition has no speaker with this code (either case)."""
    row = await db.fetch_one(_select_speakers(edition_id).where(speakers.c.code == code.upper()))
    if row is None:
        raise NotFoundError(f"speaker {code}")
    return _speaker(row)


async def find_public_speaker(db: Database, edition_id: int, code: str) -> Speaker:
    """As everybody may see them, with or without a session yet. Raises NotFoundError, for those who have declined too."""
    speaker = await find_speaker(db, edition_id, code)
    if speaker.status is SpeakerStatus.DECLINED:
        raise NotFoundError(f"speaker {code} has declined")
    return speaker.as_public


async def participations_of(db: Database, edition_id: int) -> dict[int, Participation]:
    """What the edition has agreed with each of its speakers, by the speaker's id."""
    rows = await db.fetch_all(select(edition_speakers).where(edition_speakers.c.edition_id == edition_id))
    return {row.speaker_id: _participation(row) for row in rows}


async def find_participation(db: Database, edition_id: int, speaker_id: int) -> Participation:
    """Raises NotFoundError."""
    row = await db.fetch_one(
        select(edition_speakers).where(
            edition_speakers.c.edition_id == edition_id, edition_speakers.c.speaker_id == speaker_id
        )
    )
    if row is None:
        raise NotFoundError(f"speaker {speaker_id}")
    return _participation(row)


def _participation(row: Row) -> Participation:
    return Participation(
        secret=row.secret,
        invited_at=row.invited_at,
        answered_at=row.answered_at,
        message=row.message,
        needs=row.needs,
        unavailable=unavailable_from(row.unavailable),
        ticket_id=row.ticket_id,
    )


async def whose_page(db: Database, secret: str) -> tuple[int, str]:
    """(edition's id, speaker's code) of the page /speaking/SECRET/. Raises NotFoundError."""
    row = await db.fetch_one(
        select(edition_speakers.c.edition_id, speakers.c.code)
        .join(speakers, speakers.c.id == edition_speakers.c.speaker_id)
        .where(edition_speakers.c.secret == secret)
    )
    if row is None:
        raise NotFoundError("no speaker has this secret")
    return row.edition_id, row.code


async def changed_by_themselves(db: Database, edition_id: int) -> dict[str, datetime]:
    """When each speaker, by code, last changed something on their own page; those who haven't are absent."""
    query = (
        select(audit.c.subject, func.max(audit.c.at).label("at"))
        .where(audit.c.edition_id == edition_id, audit.c.actor.like("speaker:%"), audit.c.actor == audit.c.subject)
        .group_by(audit.c.subject)
    )
    return {row.subject.removeprefix("speaker:"): row.at for row in await db.fetch_all(query)}


async def find_image(db: Database, digest: str) -> Image:
    """Raises NotFoundError."""
    query = select(images.c.digest, images.c.media_type, images.c.width, images.c.height, images.c.data)
    row = await db.fetch_one(query.where(images.c.digest == digest))
    if row is None:
        raise NotFoundError(f"image {digest}")
    return Image(**row._mapping)  # noqa: SLF001


async def find_size(db: Database, digest: str, width: int, media_type: str) -> Image | None:
    """A portrait at that width and of that kind, where it is kept."""
    row = await db.fetch_one(
        select(image_sizes.c.data).where(
            image_sizes.c.digest == digest, image_sizes.c.width == width, image_sizes.c.media_type == media_type
        )
    )
    return Image(digest, media_type, width, width, row.data) if row is not None else None


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
