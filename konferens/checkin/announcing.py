"""What webhooks are told of scans: which ticket of which order, at which list, with what answer. No names, and no token."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from konferens.checkin.model import CheckinList
from konferens.database import Database
from konferens.tables import editions, orders, series, tickets
from konferens.webhooks.actions import queue
from konferens.webhooks.queries import listeners


async def announce_scans(db: Database, lists: Iterable[CheckinList], rows: Sequence[Mapping[str, Any]]) -> None:
    """Tell 'ticket.scanned' of each of `rows` (of `scans`), made at one of `lists`; in the caller's transaction.

    Costs one query where nobody listens.
    """
    places = {each.id: each for each in lists}
    found = await listeners(db, {each.edition_id for each in places.values()}, "ticket.scanned") if rows else []
    if not found:
        return
    refs = await _refs(db, {webhook.edition_id for webhook in found})
    sold = await _sold(db, {row["ticket_id"] for row in rows if row["ticket_id"] is not None})
    told = defaultdict(list)
    for row in rows:
        place = places[row["list_id"]]
        edition_id, order, position = sold.get(row["ticket_id"], (place.edition_id, None, None))
        is_own = edition_id == place.edition_id
        scan = {
            "list": {"id": place.id, "name": place.name},
            "ticket": {"order": order, "position": position} if order and is_own else None,
            "status": row["status"],
            "reason": row["reason"],
            "direction": row["direction"],
            "scanned_at": row["scanned_at"].isoformat(),
            "device": row["device"],
            "nonce": row["nonce"],
        }
        told[place.edition_id].append({"scan": scan})
    for edition_id, ref in refs.items():
        listening = [webhook for webhook in found if webhook.edition_id == edition_id]
        await queue(db, listening, "ticket.scanned", [(ref, data) for data in told[edition_id]])


async def _refs(db: Database, edition_ids: set[int]) -> dict[int, str]:
    """'S/E' by edition."""
    query = (
        select(editions.c.id, series.c.slug.label("series"), editions.c.slug)
        .join(series, series.c.id == editions.c.series_id)
        .where(editions.c.id.in_(edition_ids))
    )
    return {row.id: f"{row.series}/{row.slug}" for row in await db.fetch_all(query)}


async def _sold(db: Database, ticket_ids: set[int]) -> dict[int, tuple[int, str, int]]:
    """(edition, order's code, position in it) by ticket."""
    query = (
        select(tickets.c.id, tickets.c.edition_id, tickets.c.position, orders.c.code)
        .join(orders, orders.c.id == tickets.c.order_id)
        .where(tickets.c.id.in_(ticket_ids))
    )
    return {row.id: (row.edition_id, row.code, row.position) for row in await db.fetch_all(query)}
