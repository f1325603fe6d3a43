"""What changes orders. Placing them stands in `placing`, their money in `settling`, taking things out in `changes`; all are
reached from here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from konferens.audit import record
from konferens.clock import now
from konferens.codes import new_token
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.offering.seats import next_ticket_changes, recount_seats
from konferens.registration.changes import cancel_order
from konferens.registration.desk import Desk
from konferens.registration.model import Order, OrderStatus
from konferens.registration.placing import place_order, place_orders
from konferens.registration.queries import order_by_id
from konferens.registration.settling import mark_paid
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


@dataclass(frozen=True, slots=True)
class Attendee:
    """Who a ticket is for."""

    name: str
    email: str
    organisation: str


async def change_attendees(
    db: Database, order: Order, attendees: Sequence[Attendee], *, actor: str, new_pages: bool = False
) -> Order:
    """Write other people on the order's tickets; `attendees` stand as its tickets do, those unchanged too.

    With `new_pages` tickets that get another e-mail address also get another address of their own page, so that whoever knew
    it before doesn't read what the new holder tells there. Gives the order as it is then. Raises ConflictError when the order is cancelled, ValueError for another number of them.
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
                    **({"secret": new_token()} if new_pages and attendee.email != ticket.email else {}),
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
