"""What changes webhooks, and what puts messages into their outbox."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, insert, select, update

from konferens.audit import record
from konferens.clock import now
from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.events.actions import touch_edition
from konferens.events.model import Edition
from konferens.tables import webhook_deliveries, webhooks
from konferens.webhooks.model import KEPT, Delivery, DeliveryStatus, Webhook, new_secret
from konferens.webhooks.queries import delivery_from_row, find_webhook, listeners


async def save_webhook(
    db: Database, edition_id: int, webhook_id: int | None, *, url: str, events: Sequence[str], active: bool, actor: str
) -> int:
    """Add (`webhook_id` None, with a secret of its own) or change a webhook; gives its id. Raises NotFoundError."""
    values: dict[str, Any] = {"url": url, "events": sorted(events), "active": active}
    async with db.transaction():
        before = None
        if webhook_id is None:
            fresh = insert(webhooks).values(edition_id=edition_id, secret=new_secret(), created_at=now(), **values)
            webhook_id = int(await db.fetch_val(fresh.returning(webhooks.c.id)))
        else:
            held = await find_webhook(db, edition_id, webhook_id)
            before = {"url": held.url, "events": sorted(held.events), "active": held.active}
            await db.execute(update(webhooks).where(webhooks.c.id == webhook_id).values(**values))
        await touch_edition(db, edition_id)  # what registration keeps of the edition tells what to announce
        await record(
            db,
            actor=actor,
            action="webhook.save",
            subject=f"webhook:{webhook_id}",
            edition_id=edition_id,
            before=before,
            after=values,
        )
        return webhook_id


async def remove_webhook(db: Database, edition_id: int, webhook_id: int, *, actor: str) -> None:
    """Tell this address nothing more; what waits in its outbox is dropped. Raises NotFoundError."""
    async with db.transaction():
        held = await find_webhook(db, edition_id, webhook_id)
        await db.execute(delete(webhook_deliveries).where(webhook_deliveries.c.webhook_id == webhook_id))
        await db.execute(
            update(webhooks).where(webhooks.c.id == webhook_id).values(deleted_at=now(), active=False, secret="")
        )
        await touch_edition(db, edition_id)
        await record(
            db,
            actor=actor,
            action="webhook.remove",
            subject=f"webhook:{webhook_id}",
            edition_id=edition_id,
            before={"url": held.url},
        )


async def announce(db: Database, edition: Edition, event: str, data: Sequence[Mapping[str, Any]]) -> None:
    """Queue one message for each of `data` to every webhook of the edition that listens, in the caller's transaction.

    `data` are JSON objects that name what has happened to what: who is told asks the API for the rest, so that personal data
    stays behind its token.
    """
    found = await listeners(db, {edition.id}, event) if data else []
    await queue(db, found, event, [(edition.ref, each) for each in data])


async def queue(
    db: Database, found: Sequence[Webhook], event: str, told: Sequence[tuple[str, Mapping[str, Any]]]
) -> None:
    """Put messages for `found` into the outbox, one for each of `told`: ('S/E', data)."""
    moment = now()
    rows = [
        {
            "webhook_id": webhook.id,
            "message_id": f"msg_{uuid4().hex}",
            "event": event,
            "payload": _payload(event, moment, ref, data),
            "next_attempt_at": moment,
            "created_at": moment,
        }
        for webhook in found
        for ref, data in told
    ]
    await db.execute_many(insert(webhook_deliveries), rows)


def _payload(event: str, moment: datetime, ref: str, data: Mapping[str, Any]) -> str:
    document = {"type": event, "timestamp": moment.isoformat().replace("+00:00", "Z"), "event": ref, "data": data}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


async def send_test(db: Database, edition: Edition, webhook_id: int, *, actor: str) -> None:
    """Queue a message of the type 'webhook.test', whatever the webhook listens to. Raises NotFoundError."""
    async with db.transaction():
        webhook = await find_webhook(db, edition.id, webhook_id)
        await queue(db, [webhook], "webhook.test", [(edition.ref, {"sent_by": actor})])


async def replay(db: Database, edition_id: int, webhook_id: int, delivery_id: int, *, actor: str) -> None:
    """Send a message once more, with its own id, as if it were new. Raises NotFoundError."""
    async with db.transaction():
        webhook = await find_webhook(db, edition_id, webhook_id)
        done = await db.fetch_val(
            update(webhook_deliveries)
            .where(webhook_deliveries.c.id == delivery_id, webhook_deliveries.c.webhook_id == webhook.id)
            .values(status=DeliveryStatus.QUEUED.value, attempts=0, next_attempt_at=now(), last_error="")
            .returning(webhook_deliveries.c.message_id)
        )
        if done is None:
            raise NotFoundError(f"delivery {delivery_id}")
        await record(
            db,
            actor=actor,
            action="webhook.replay",
            subject=f"webhook:{webhook_id}",
            edition_id=edition_id,
            after={"message": done},
        )


async def claim_due(db: Database, *, limit: int, until: datetime) -> list[tuple[Delivery, Webhook]]:
    """Deliveries that are due, the longest waiting first, this process's alone until `until`. None of webhooks that are off."""
    moment = now()
    due = (
        select(webhook_deliveries.c.id)
        .join(webhooks, webhooks.c.id == webhook_deliveries.c.webhook_id)
        .where(
            webhook_deliveries.c.status == DeliveryStatus.QUEUED.value,
            webhook_deliveries.c.next_attempt_at <= moment,
            webhooks.c.active,
        )
        .order_by(webhook_deliveries.c.next_attempt_at, webhook_deliveries.c.id)
        .limit(limit)
    )
    if not await db.fetch_all(due):
        return []  # the usual case: nothing is written
    mine = due.with_for_update(skip_locked=True, of=webhook_deliveries)
    async with db.transaction():
        rows = await db.fetch_all(
            update(webhook_deliveries)
            .where(webhook_deliveries.c.id.in_(mine))
            .values(next_attempt_at=until, attempts=webhook_deliveries.c.attempts + 1)
            .returning(*webhook_deliveries.c)
        )
        owners = await db.fetch_all(select(webhooks).where(webhooks.c.id.in_({row.webhook_id for row in rows})))
    by_id = {
        row.id: Webhook(row.id, row.edition_id, row.url, row.secret, tuple(row.events), row.active, row.created_at)
        for row in owners
    }
    return [(delivery_from_row(row), by_id[row.webhook_id]) for row in sorted(rows, key=lambda row: row.id)]


async def mark_delivered(db: Database, delivery_id: int, answer: int) -> None:
    await db.execute(
        update(webhook_deliveries)
        .where(webhook_deliveries.c.id == delivery_id)
        .values(status=DeliveryStatus.DELIVERED.value, answer=answer, delivered_at=now(), last_error="")
    )


async def mark_failed(
    db: Database, delivery_id: int, error: str, *, answer: int | None, try_again_at: datetime | None
) -> None:
    """Note why a message didn't arrive; it goes back into the queue, or with `try_again_at` None it has failed."""
    values: dict[str, Any] = {"answer": answer, "last_error": error[:1000]}
    values |= {"status": DeliveryStatus.FAILED.value} if try_again_at is None else {"next_attempt_at": try_again_at}
    await db.execute(update(webhook_deliveries).where(webhook_deliveries.c.id == delivery_id).values(**values))


async def turn_off(db: Database, webhook: Webhook) -> None:
    """The address has said that it is gone (410): nothing more is sent there."""
    async with db.transaction():
        await db.execute(update(webhooks).where(webhooks.c.id == webhook.id).values(active=False))
        await record(
            db,
            actor="system",
            action="webhook.gone",
            subject=f"webhook:{webhook.id}",
            edition_id=webhook.edition_id,
        )


async def forget_old(db: Database, moment: datetime) -> None:
    """Clear the log of what is older than `KEPT`."""
    await db.execute(
        delete(webhook_deliveries).where(
            webhook_deliveries.c.created_at < moment - KEPT,
            webhook_deliveries.c.status != DeliveryStatus.QUEUED.value,
        )
    )
