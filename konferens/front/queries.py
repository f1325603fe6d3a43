"""Addresses of public pages, read from the database: one query for each kind of page, however many editions there are."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, select

from konferens.codes import slugify
from konferens.database import Database
from konferens.front.sitemap import Entry
from konferens.programme.model import SessionType
from konferens.speakers.model import SpeakerStatus
from konferens.tables import edition_speakers, editions, session_speakers, sessions, speakers

_PAUSES = [kind.value for kind in SessionType if kind.is_pause]


async def session_entries(db: Database) -> dict[int, list[Entry]]:
    """The sessions of every published edition by the edition's id, in order of time; paths are below the edition's.

    Pauses and what has no time yet are left out.
    """
    query = (
        select(sessions.c.edition_id, sessions.c.code, sessions.c.title.label("name"), sessions.c.updated_at)
        .join(editions, editions.c.id == sessions.c.edition_id)
        .where(
            editions.c.published,
            sessions.c.deleted_at.is_(None),
            sessions.c.starts_at.is_not(None),
            sessions.c.type.not_in(_PAUSES),
        )
        .order_by(sessions.c.starts_at, sessions.c.id)
    )
    return await _entries(db, query, "sessions")


async def speaker_entries(db: Database) -> dict[int, list[Entry]]:
    """The speakers of every published edition by the edition's id, those who have a session there and haven't declined."""
    with_session = (
        select(sessions.c.id)
        .join(session_speakers, session_speakers.c.session_id == sessions.c.id)
        .where(
            session_speakers.c.speaker_id == edition_speakers.c.speaker_id,
            sessions.c.edition_id == edition_speakers.c.edition_id,
            sessions.c.deleted_at.is_(None),
        )
    )
    query = (
        select(edition_speakers.c.edition_id, speakers.c.code, speakers.c.name, speakers.c.updated_at)
        .join(speakers, speakers.c.id == edition_speakers.c.speaker_id)
        .join(editions, editions.c.id == edition_speakers.c.edition_id)
        .where(editions.c.published, edition_speakers.c.status != SpeakerStatus.DECLINED.value, with_session.exists())
        .order_by(speakers.c.id)
    )
    return await _entries(db, query, "speakers")


async def _entries(db: Database, query: Select[Any], folder: str) -> dict[int, list[Entry]]:
    found: dict[int, list[Entry]] = defaultdict(list)
    rows: Iterable[Any] = await db.fetch_all(query)
    for row in rows:
        words = slugify(row.name)
        path = f"{folder}/{row.code}-{words}" if words else f"{folder}/{row.code}"
        found[row.edition_id].append(Entry(path, row.updated_at))
    return found
