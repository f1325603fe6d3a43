"""People who wait, for tests."""

from typing import Any

from sqlalchemy import insert, select

from konferens.clock import now
from konferens.codes import new_token
from konferens.database import Database
from konferens.events.model import Edition
from konferens.tables import quotas, waiting_entries
from konferens.waiting.model import WaitingEntry
from konferens.waiting.queries import entry_where

BASE_URL = "http://testserver"


async def make_entry(db: Database, edition: Edition, type_id: int, name: str = "Vera Väntar", **values: Any) -> int:
    """Somebody who waits for a ticket of the type; gives the id."""
    columns = {
        "edition_id": edition.id,
        "ticket_type_id": type_id,
        "secret": new_token(),
        "name": name,
        "email": f"{name.split(maxsplit=1)[0].casefold()}@example.org",
        "created_at": now(),
        **values,
    }
    return int(await db.fetch_val(insert(waiting_entries).values(**columns).returning(waiting_entries.c.id)))


async def make_queue(db: Database, edition: Edition, type_id: int, count: int) -> list[int]:
    """`count` people who wait, called Nr1, Nr2, …; gives their ids in the order of the queue."""
    return [await make_entry(db, edition, type_id, f"Nr{number}") for number in range(1, count + 1)]


async def entry(db: Database, entry_id: int) -> WaitingEntry:
    return await entry_where(db, waiting_entries.c.id == entry_id)


async def statuses(db: Database, edition: Edition) -> dict[str, str]:
    """Name → status, for everybody on the edition's lists."""
    query = select(waiting_entries.c.name, waiting_entries.c.status).where(waiting_entries.c.edition_id == edition.id)
    return {row.name: row.status for row in await db.fetch_all(query.order_by(waiting_entries.c.id))}


async def taken(db: Database, quota_id: int) -> int:
    return int(await db.fetch_val(select(quotas.c.taken).where(quotas.c.id == quota_id)))
