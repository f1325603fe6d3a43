"""Steps that every change of an order is made of: its state, its tickets' numbers, the audit row, the mail.

All in the caller's transaction, which has called `next_ticket_changes` first.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import update

from konferens.database import Database
from konferens.mail.actions import queue_mail
from konferens.mail.model import Draft
from konferens.registration.model import Order
from konferens.tables import tickets


async def change_tickets(db: Database, order: Order, first_change: int, moment: datetime, **values: Any) -> None:
    """Change the order's tickets, each with a number of its own: positions are 1, 2, …"""
    await db.execute(
        update(tickets)
        .where(tickets.c.order_id == order.id)
        .values(change=tickets.c.position + (first_change - 1), updated_at=moment, **values)
    )


async def tell_buyer(db: Database, draft: Draft, order: Order, base_url: str) -> None:
    await queue_mail(db, draft, base_url=base_url, edition_id=order.edition_id, order_id=order.id)
