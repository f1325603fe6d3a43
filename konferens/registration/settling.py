"""Money for orders: received, paid back, and what that makes of the order.

Money is recorded whatever the order's state: what comes for one that is cancelled or has expired is to be paid back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, case, cast, select, update

from konferens.audit import record_many
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError
from konferens.events.model import Edition
from konferens.formats import money
from konferens.i18n import gettext
from konferens.offering.seats import next_ticket_changes
from konferens.payments.ledger import Incoming, record_payments
from konferens.registration import letters
from konferens.registration.announcing import announce_orders
from konferens.registration.model import Order, OrderStatus
from konferens.registration.queries import order_by_id, orders_where
from konferens.registration.transitions import tell_buyer
from konferens.tables import orders, tickets

BATCH = 500
"""Payments of one statement: a database takes about 32,000 parameters."""

MAX_AMOUNT = 1_000_000_000
"""Öre of one payment, ten million kronor: more is a slip of the pen, and sums have to fit the database's integers."""


async def receive_payment(
    db: Database,
    edition: Edition,
    order: Order,
    amount: int,
    *,
    method: str,
    reference: str,
    paid_on: date,
    actor: str,
    base_url: str,
    announce: bool = True,
    seen_paid: int | None = None,
) -> Order:
    """Record `amount` öre for the order; once nothing is left to pay it is paid, and the buyer is told.

    `method` is one of payments.model.Method, `paid_on` a day in the edition's zone. `seen_paid` is what was paid when whoever
    says so looked. Gives the order as it is then. Raises InvalidError (field 'amount') unless the amount is more than nothing,
    ConflictError when something else than `seen_paid` is paid by now.
    """
    incoming = Incoming(order.id, amount, method, paid_on, reference)
    async with db.transaction():
        await _require_unpaid_since(db, edition, order, seen_paid)
        await receive_payments(db, edition, [incoming], actor=actor, base_url=base_url, announce=announce)
        return await order_by_id(db, order.id)


async def _require_unpaid_since(db: Database, edition: Edition, order: Order, seen_paid: int | None) -> None:
    """A form that is sent twice, or after somebody else's, must not count the same money again."""
    await next_ticket_changes(db, edition.id, 0)
    if seen_paid is not None and seen_paid != await db.fetch_val(select(orders.c.paid).where(orders.c.id == order.id)):
        raise ConflictError(f"another payment for order {order.code} was recorded meanwhile")


async def receive_payments(
    db: Database, edition: Edition, incoming: Sequence[Incoming], *, actor: str, base_url: str, announce: bool = True
) -> list[int]:
    """As receive_payment for many, all or none: for bank reports. Gives the payments' ids, in the same order."""
    for each in incoming:
        _require_amount(each.amount, MAX_AMOUNT)
    payment_ids: list[int] = []
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)  # only to be alone with the edition's orders
        for start in range(0, len(incoming), BATCH):
            part = incoming[start : start + BATCH]
            payment_ids += await record_payments(db, edition.id, part, actor=actor)
            order_ids = sorted({each.order_id for each in part})
            found = {order.id: order for order in await orders_where(db, orders.c.id.in_(order_ids))}
            await _note(db, part, found, action="order.payment", actor=actor, edition_id=edition.id)
            await settle(db, edition, list(found.values()), actor=actor, base_url=base_url, announce=announce)
    return payment_ids


async def settle(
    db: Database, edition: Edition, found: Sequence[Order], *, actor: str, base_url: str, announce: bool = True
) -> list[Order]:
    """Those of the orders that wait for payment and have nothing left to pay become paid; their buyers are told.

    For orders as they are now, read in the caller's transaction, which has called `next_ticket_changes` first. Gives those
    that became paid.
    """
    settled = [order for order in found if order.status is OrderStatus.PENDING and order.balance <= 0]
    if not settled:
        return []
    moment = now()
    await db.execute(
        update(orders)
        .where(orders.c.id.in_([order.id for order in settled]))
        .values(status=OrderStatus.PAID.value, paid_at=moment)
    )
    first_change = await next_ticket_changes(db, edition.id, sum(len(order.tickets) for order in settled))
    await _change_tickets(db, settled, first_change, moment)
    changed = [replace(order, status=OrderStatus.PAID, paid_at=moment) for order in settled]
    await record_many(
        db,
        actor=actor,
        action="order.mark-paid",
        edition_id=edition.id,
        changes=[
            (f"order:{order.code}", {"status": order.status.value}, {"status": OrderStatus.PAID.value})
            for order in settled
        ],
    )
    if announce:
        for order in changed:
            await tell_buyer(db, letters.paid(edition, order, base_url), order, base_url)
    await announce_orders(db, edition, "order.paid", changed)
    return changed


async def _change_tickets(db: Database, settled: Sequence[Order], first_change: int, moment: datetime) -> None:
    """Every ticket of the orders gets a number of its own: in an order they are numbered 1, 2, …"""
    before: dict[int, int] = {}
    for order in settled:
        before[order.id] = first_change - 1
        first_change += len(order.tickets)
    offset = case(
        {order_id: cast(n, Integer) for order_id, n in before.items()}, value=tickets.c.order_id, else_=cast(0, Integer)
    )
    await db.execute(
        update(tickets)
        .where(tickets.c.order_id.in_(list(before)))
        .values(change=tickets.c.position + offset, updated_at=moment)
    )


async def mark_paid(
    db: Database, edition: Edition, order: Order, *, actor: str, base_url: str, announce: bool = True
) -> Order:
    """What is left to pay has come, today; the buyer is told. Gives the order as it is then.

    Raises ConflictError unless it was pending.
    """
    async with db.transaction():
        await next_ticket_changes(db, order.edition_id, 0)
        current = await order_by_id(db, order.id)
        if current.status is not OrderStatus.PENDING:
            raise ConflictError(f"order {order.code} is {current.status}")
        if current.balance <= 0:
            await settle(db, edition, [current], actor=actor, base_url=base_url, announce=announce)
            return await order_by_id(db, order.id)
        return await receive_payment(
            db,
            edition,
            current,
            current.balance,
            method="other",
            reference="",
            paid_on=now().astimezone(edition.zone).date(),
            actor=actor,
            base_url=base_url,
            announce=announce,
        )


async def refund(
    db: Database,
    edition: Edition,
    order: Order,
    amount: int,
    *,
    method: str,
    paid_on: date,
    actor: str,
    seen_paid: int | None = None,
) -> Order:
    """Record that `amount` öre went back to the buyer. Gives the order as it is then. `seen_paid` as in receive_payment.

    Raises InvalidError (field 'amount') unless it is more than nothing and at most what was paid in excess, ConflictError.
    """
    async with db.transaction():
        await _require_unpaid_since(db, edition, order, seen_paid)
        current = await order_by_id(db, order.id)
        _require_amount(amount, max(-current.balance, 0))
        incoming = [Incoming(order.id, -amount, method, paid_on)]
        await record_payments(db, edition.id, incoming, actor=actor)
        await _note(db, incoming, {order.id: current}, action="order.refund", actor=actor, edition_id=edition.id)
        return await order_by_id(db, order.id)


def _require_amount(amount: int, most: int) -> None:
    if amount <= 0:
        raise InvalidError({"amount": [gettext("Beloppet ska vara mer än 0 kr.")]})
    if amount > most:
        message = gettext("Högst %(sum)s.") if most else gettext("Det finns inget att betala tillbaka.")
        raise InvalidError({"amount": [message % {"sum": money(most)}]})


async def _note(
    db: Database, incoming: Sequence[Incoming], found: Mapping[int, Order], *, action: str, actor: str, edition_id: int
) -> None:
    changes: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        (
            f"order:{found[each.order_id].code}",
            {},
            {"amount": each.amount, "method": each.method, "paid_on": each.paid_on},
        )
        for each in incoming
    ]
    await record_many(db, actor=actor, action=action, edition_id=edition_id, changes=changes)
