"""Steps that every change of an order is made of: its state, its tickets' numbers, the audit row, the mail.

All in the caller's transaction, which has called `next_ticket_changes` first.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update

from konferens.audit import record
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.mail.actions import queue_mail
from konferens.mail.model import Draft
from konferens.registration.model import Order, OrderStatus
from konferens.tables import orders, tickets


async def move_order(db: Database, order: Order, from_states: Sequence[OrderStatus], values: dict[str, Any]) -> None:
    """Raises ConflictError when the order, by now, is in none of `from_states`."""
    moved = await db.fetch_one(
        update(orders)
        .where(orders.c.id == order.id, orders.c.status.in_([status.value for status in from_states]))
        .values(**values)
        .returning(orders.c.id)
    )
    if moved is None:
        raise ConflictError(f"order {order.code} is not {' or '.join(from_states)}")


async def change_tickets(db: Database, order: Order, first_change: int, moment: datetime, **values: Any) -> None:
    """Change the order's tickets, each with a number of its own: positions are 1, 2, …"""
    await db.execute(
        update(tickets)
        .where(tickets.c.order_id == order.id)
        .values(change=tickets.c.position + (first_change - 1), updated_at=moment, **values)
    )


async def note_status(db: Database, order: Order, action: str, actor: str, status: OrderStatus) -> None:
    """`order` as it was before."""
    await record(
        db,
        actor=actor,
        action=action,
        subject=f"order:{order.code}",
        edition_id=order.edition_id,
        before={"status": order.status.value},
        after={"status": status.value},
    )


async def tell_buyer(db: Database, draft: Draft, order: Order, base_url: str) -> None:
    await queue_mail(db, draft, base_url=base_url, edition_id=order.edition_id, order_id=order.id)
