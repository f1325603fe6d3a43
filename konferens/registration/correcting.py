"""Payments that were recorded for the wrong order, taken back by a row with the opposite sign."""

from collections.abc import Sequence

from sqlalchemy import update

from konferens.audit import record
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError
from konferens.events.model import Edition
from konferens.offering.seats import next_ticket_changes
from konferens.payments.ledger import correction_of, record_payment
from konferens.payments.model import Payment
from konferens.payments.queries import payments_of_order
from konferens.registration.model import Order, OrderStatus
from konferens.registration.queries import order_by_id
from konferens.registration.transitions import change_tickets
from konferens.tables import bank_rows, orders


def can_be_corrected(payments: Sequence[Payment]) -> set[int]:
    """The ids of those of an order's payments that came in and were not taken back yet."""
    corrections = {payment.reference for payment in payments if payment.amount < 0}
    return {payment.id for payment in payments if payment.amount > 0 and correction_of(payment.id) not in corrections}


async def correct_payment(db: Database, edition: Edition, order: Order, payment_id: int, *, actor: str) -> Order:
    """The payment was recorded by mistake. The line of a bank's report that led to it waits for its order again.

    An order that has something left to pay by that waits for payment again; nobody is told. Gives the order as it is then.
    Raises NotFoundError when the order has no such payment, ConflictError when it was taken back already, or paid back.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        payments = await payments_of_order(db, order.id)
        found = next((payment for payment in payments if payment.id == payment_id), None)
        if found is None:
            raise NotFoundError(f"payment {payment_id} of order {order.code}")
        if found.id not in can_be_corrected(payments) or sum(each.amount for each in payments) < found.amount:
            raise ConflictError(f"payment {payment_id} is taken back already")
        await record_payment(
            db,
            edition_id=edition.id,
            order_id=order.id,
            amount=-found.amount,
            method=found.method,
            reference=correction_of(found.id),
            paid_on=found.paid_on,
            actor=actor,
        )
        await db.execute(
            update(bank_rows).where(bank_rows.c.payment_id == found.id).values(status="unmatched", payment_id=None)
        )
        await record(
            db,
            actor=actor,
            action="order.correct-payment",
            subject=f"order:{order.code}",
            edition_id=edition.id,
            after={"amount": -found.amount, "method": found.method.value, "paid_on": found.paid_on},
        )
        changed = await order_by_id(db, order.id)
        if changed.status is OrderStatus.PAID and changed.balance > 0:
            waits = {"status": OrderStatus.PENDING.value, "paid_at": None}
            await db.execute(update(orders).where(orders.c.id == order.id).values(**waits))
            first_change = await next_ticket_changes(db, edition.id, len(changed.tickets))
            await change_tickets(db, changed, first_change, now())
        return await order_by_id(db, order.id)
