"""What changes orders. Placing them stands in `placing`, the seats' arithmetic in `seats`; both are reached from here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from konferens.audit import record
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.events.model import Edition
from konferens.mail.actions import queue_mail
from konferens.mail.model import Draft
from konferens.offering.seats import free_seats, next_ticket_changes, recount_seats
from konferens.payments.actions import credit_order
from konferens.registration import letters
from konferens.registration.model import Order, OrderStatus
from konferens.registration.placing import Desk, place_order, place_orders
from konferens.registration.queries import order_by_id
from konferens.tables import orders, tickets

__all__ = [
    "Attendee",
    "Desk",
    "cancel_order",
    "change_attendees",
    "mark_paid",
    "next_ticket_changes",
    "place_order",
    "place_orders",
    "recount_seats",
]


async def mark_paid(
    db: Database, edition: Edition, order: Order, *, actor: str, base_url: str, announce: bool = True
) -> Order:
    """The payment has come; the buyer is told. Gives the order as it is then. Raises ConflictError unless it was pending."""
    moment = now()
    changed = replace(order, status=OrderStatus.PAID, paid_at=moment)
    async with db.transaction():
        first_change = await next_ticket_changes(db, order.edition_id, len(order.tickets))
        await _move(db, order, (OrderStatus.PENDING,), {"status": OrderStatus.PAID.value, "paid_at": moment})
        await _change_tickets(db, order, first_change, moment)
        await _note(db, order, "order.mark-paid", actor, changed.status)
        if announce:
            await _tell(db, letters.paid(edition, changed, base_url), changed, base_url)
    return changed


async def cancel_order(
    db: Database,
    edition: Edition,
    order: Order,
    *,
    actor: str,
    base_url: str,
    by_buyer: bool = False,
    announce: bool = True,
) -> Order:
    """Cancel the order and its tickets and free its seats; an invoice is taken back by a credit note; the buyer is told.

    Gives the order as it is then.

    Raises ConflictError unless it was pending or paid; with `by_buyer`, unless it was pending or free.
    """
    moment = now()
    from_states = (OrderStatus.PENDING,) if by_buyer and not order.is_free else (OrderStatus.PENDING, OrderStatus.PAID)
    changed = replace(
        order,
        status=OrderStatus.CANCELLED,
        cancelled_at=moment,
        tickets=tuple(replace(ticket, status="cancelled") for ticket in order.tickets),
    )
    async with db.transaction():
        first_change = await next_ticket_changes(db, order.edition_id, len(order.tickets))
        await _move(db, order, from_states, {"status": OrderStatus.CANCELLED.value, "cancelled_at": moment})
        await free_seats(db, order.edition_id, order.id)
        if order.ocr:
            await credit_order(db, edition, order.id, issued_at=moment)
        await _change_tickets(db, order, first_change, moment, status="cancelled")
        await _note(db, order, "order.cancel", actor, changed.status)
        if announce:
            await _tell(db, letters.cancelled(edition, changed, base_url), changed, base_url)
    return changed


async def _move(db: Database, order: Order, from_states: Sequence[OrderStatus], values: dict[str, Any]) -> None:
    """Raises ConflictError when the order, by now, is in none of `from_states`."""
    moved = await db.fetch_one(
        update(orders)
        .where(orders.c.id == order.id, orders.c.status.in_([status.value for status in from_states]))
        .values(**values)
        .returning(orders.c.id)
    )
    if moved is None:
        raise ConflictError(f"order {order.code} is not {' or '.join(from_states)}")


async def _change_tickets(db: Database, order: Order, first_change: int, moment: datetime, **values: Any) -> None:
    """Change the order's tickets, each with a number of its own: positions are 1, 2, …"""
    await db.execute(
        update(tickets)
        .where(tickets.c.order_id == order.id)
        .values(change=tickets.c.position + (first_change - 1), updated_at=moment, **values)
    )


async def _note(db: Database, order: Order, action: str, actor: str, status: OrderStatus) -> None:
    await record(
        db,
        actor=actor,
        action=action,
        subject=f"order:{order.code}",
        edition_id=order.edition_id,
        before={"status": order.status.value},
        after={"status": status.value},
    )


async def _tell(db: Database, draft: Draft, order: Order, base_url: str) -> None:
    await queue_mail(db, draft, base_url=base_url, edition_id=order.edition_id, order_id=order.id)


@dataclass(frozen=True, slots=True)
class Attendee:
    """Who a ticket is for."""

    name: str
    email: str
    organisation: str


async def change_attendees(db: Database, order: Order, attendees: Sequence[Attendee], *, actor: str) -> Order:
    """Write other people on the order's tickets; `attendees` stand as its tickets do, those unchanged too.

    Gives the order as it is then. Raises ConflictError when the order is cancelled, ValueError for another number of them.
    """
    moment = now()
    changes = [
        (ticket, attendee)
        for ticket, attendee in zip(order.tickets, attendees, strict=True)
        if attendee != Attendee(ticket.name, ticket.email, ticket.organisation)
    ]
    if not changes:
        return order
    async with db.transaction():
        first_change = await next_ticket_changes(db, order.edition_id, len(changes))
        status = await db.fetch_val(select(orders.c.status).where(orders.c.id == order.id))
        if OrderStatus(status) not in (OrderStatus.PENDING, OrderStatus.PAID):
            raise ConflictError(f"order {order.code} is {status}")
        for change, (ticket, attendee) in enumerate(changes, first_change):
            await db.execute(
                update(tickets)
                .where(tickets.c.id == ticket.id)
                .values(
                    attendee_name=attendee.name,
                    attendee_email=attendee.email,
                    attendee_organisation=attendee.organisation,
                    change=change,
                    updated_at=moment,
                )
            )
        await record(
            db,
            actor=actor,
            action="order.change-attendees",
            subject=f"order:{order.code}",
            edition_id=order.edition_id,
            before={str(ticket.position): [ticket.name, ticket.email, ticket.organisation] for ticket, _ in changes},
            after={str(ticket.position): [who.name, who.email, who.organisation] for ticket, who in changes},
        )
        return await order_by_id(db, order.id)
