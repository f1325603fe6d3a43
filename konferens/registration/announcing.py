"""What webhooks are told of orders. Whoever is told asks the API for the rest: personal data stays behind its token."""

from collections.abc import Sequence
from typing import Any

from konferens.database import Database
from konferens.events.model import Edition
from konferens.registration.model import Order
from konferens.webhooks.actions import announce


async def announce_orders(db: Database, edition: Edition, event: str, orders: Sequence[Order]) -> None:
    """Tell `event` ('order.placed', 'order.paid' or 'order.cancelled') of each order, in the caller's transaction."""
    await announce(db, edition, event, [{"order": _facts(order)} for order in orders])


def _facts(order: Order) -> dict[str, Any]:
    """As the API names them; times in UTC."""
    return {
        "code": order.code,
        "status": order.status.value,
        "total": {"amount": order.total, "currency": order.currency},
        "paid": {"amount": order.paid, "currency": order.currency},
        "tickets": len(order.valid_tickets),
        "source": order.source,
        "placed_at": order.placed_at.isoformat(),
        "paid_at": order.paid_at.isoformat() if order.paid_at else None,
        "cancelled_at": order.cancelled_at.isoformat() if order.cancelled_at else None,
    }
