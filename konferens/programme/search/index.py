"""The search index in the database: who searches brings it up to date, when the edition has a newer version.

So nobody who changes a programme needs to know of it, and what is found is never older than the page that shows it.
"""

import asyncio
from operator import attrgetter
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.programme.queries import published_sessions
from konferens.programme.search.documents import Document, digest_of, documents_of, vocabulary
from konferens.programme.search.words import Vocabulary
from konferens.speakers.queries import public_speakers
from konferens.tables import editions, search_documents, search_indexes

_KEPT = ("kind", "code", "title", "names", "abstract", "rest")


async def up_to_date(db: Database, edition: Edition) -> Vocabulary:
    """The vocabulary of an index that is as new as `edition`, or newer.

    What two processes do at once is done once: the second finds the first one's version, and leaves it.
    """
    row = await db.fetch_one(select(search_indexes).where(search_indexes.c.edition_id == edition.id))
    if row is not None and row.version >= edition.version:
        return _vocabulary(row)
    sessions = await published_sessions(db, edition.id)
    speakers = await public_speakers(db, edition.id)
    # Other requests go on meanwhile: a thousand sessions take a good half second.
    documents, digest = await asyncio.to_thread(_read, edition, sessions, speakers)
    if row is not None and row.digest == digest:
        await db.execute(
            update(search_indexes)
            .where(
                search_indexes.c.edition_id == edition.id,
                search_indexes.c.digest == digest,
                search_indexes.c.version < edition.version,
            )
            .values(version=edition.version)
        )
        return _vocabulary(row)
    words = await asyncio.to_thread(vocabulary, documents)
    await _write(db, edition, documents, digest, words)
    return words


def _vocabulary(row: Any) -> Vocabulary:
    found: Vocabulary = row.vocabulary
    return found


def _read(edition: Edition, sessions: Any, speakers: Any) -> tuple[list[Document], str]:
    documents = documents_of(edition, sessions, speakers)
    return documents, digest_of(documents)


async def _write(db: Database, edition: Edition, documents: list[Document], digest: str, words: Vocabulary) -> None:
    """Put `documents` in the place of those of an older version, unless somebody else has meanwhile."""
    table = (postgresql if db.dialect == "postgresql" else sqlite).insert(search_indexes)
    values = {"version": edition.version, "digest": digest, "vocabulary": words}
    claim = table.values(edition_id=edition.id, **values).on_conflict_do_update(
        index_elements=["edition_id"], set_=values, where=search_indexes.c.version < edition.version
    )
    async with db.transaction():
        if await db.fetch_val(claim.returning(search_indexes.c.edition_id)) is None:
            return
        columns = [search_documents.c[name] for name in _KEPT]
        found = await db.fetch_all(
            select(search_documents.c.id, *columns).where(search_documents.c.edition_id == edition.id)
        )
        had = {tuple(row[name] for name in _KEPT): row.id for row in found}
        wanted = set(map(attrgetter(*_KEPT), documents))
        gone = [had[content] for content in had.keys() - wanted]
        new = sorted(wanted - had.keys())
        await db.execute(delete(search_documents).where(search_documents.c.id.in_(gone)))
        await db.execute_many(
            insert(search_documents),
            [{"edition_id": edition.id, **dict(zip(_KEPT, content, strict=True))} for content in new],
        )


async def refresh_indexes(db: Database) -> None:
    """Bring the indexes that there are up to date, so that what was erased doesn't stay in one that nobody searches."""
    stale = (
        select(editions.c.id)
        .join(search_indexes, search_indexes.c.edition_id == editions.c.id)
        .where(search_indexes.c.version < editions.c.version)
        .order_by(editions.c.id)
    )
    for row in await db.fetch_all(stale):
        await up_to_date(db, await edition_by_id(db, row.id))
