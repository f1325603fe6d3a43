"""Webhooks and their deliveries, read from the database."""

from typing import Any

from sqlalchemy import bindparam, func, select

from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.tables import webhook_deliveries, webhooks
from konferens.webhooks.model import Delivery, DeliveryStatus, Webhook

PAGE_SIZE = 50

_COLUMNS = [column for column in webhooks.c if column.name != "deleted_at"]


def delivery_from_row(row: Any) -> Delivery:
    return Delivery(**{**row._mapping, "status": DeliveryStatus(row.status)})  # noqa: SLF001


def _webhook(row: Any) -> Webhook:
    return Webhook(**{**row._mapping, "events": tuple(row.events)})  # noqa: SLF001


async def webhooks_of(db: Database, edition_id: int) -> list[Webhook]:
    """The edition's webhooks, those that are turned off too, in the order that they were added."""
    query = select(*_COLUMNS).where(webhooks.c.edition_id == edition_id, webhooks.c.deleted_at.is_(None))
    return [_webhook(row) for row in await db.fetch_all(query.order_by(webhooks.c.id))]


async def find_webhook(db: Database, edition_id: int, webhook_id: int) -> Webhook:
    """Raises NotFoundError, also for another edition's."""
    for webhook in await webhooks_of(db, edition_id):
        if webhook.id == webhook_id:
            return webhook
    raise NotFoundError(f"webhook {webhook_id}")


_ACTIVE = select(*_COLUMNS).where(
    webhooks.c.edition_id.in_(bindparam("editions", expanding=True)), webhooks.c.active, webhooks.c.deleted_at.is_(None)
)


async def listeners(db: Database, edition_ids: set[int], event: str) -> list[Webhook]:
    """The active webhooks of these editions that want to be told of `event`."""
    rows = await db.fetch_all(_ACTIVE, {"editions": list(edition_ids)})
    return [webhook for webhook in map(_webhook, rows) if event in webhook.events]


async def deliveries_of(
    db: Database, webhook_id: int, *, before: int | None = None, limit: int = PAGE_SIZE
) -> tuple[list[Delivery], int | None]:
    """A webhook's log, the latest first, `limit` at a time; the id to go on from, or None."""
    query = select(webhook_deliveries).where(webhook_deliveries.c.webhook_id == webhook_id)
    if before is not None:
        query = query.where(webhook_deliveries.c.id < before)
    rows = await db.fetch_all(query.order_by(webhook_deliveries.c.id.desc()).limit(limit + 1))
    found = [delivery_from_row(row) for row in rows]
    return found[:limit], found[limit - 1].id if len(found) > limit else None


async def delivery_counts(db: Database, edition_id: int) -> dict[tuple[int, DeliveryStatus], int]:
    """How many deliveries stand where, by (webhook's id, status)."""
    query = (
        select(webhook_deliveries.c.webhook_id, webhook_deliveries.c.status, func.count().label("n"))
        .join(webhooks, webhooks.c.id == webhook_deliveries.c.webhook_id)
        .where(webhooks.c.edition_id == edition_id)
        .group_by(webhook_deliveries.c.webhook_id, webhook_deliveries.c.status)
    )
    return {(row.webhook_id, DeliveryStatus(row.status)): int(row.n) for row in await db.fetch_all(query)}
