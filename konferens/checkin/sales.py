"""Sales at the door: who comes without a ticket buys one, and who hasn't paid does, and both are let in.

Every step can be sent again: an order has the key of the form that it came from, money counts against what was paid when the
volunteer looked, and the scan's nonce is made of the ticket.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from konferens.audit import record
from konferens.checkin.door_items import door_offer
from konferens.checkin.gate import Gate
from konferens.checkin.model import Answer, CheckinList, Scan, read_token
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError, NotFoundError
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.offering.seats import next_ticket_changes
from konferens.payments.methods import Swish
from konferens.payments.model import Method
from konferens.registration.changes import cancel_order
from konferens.registration.model import Buyer, Order, OrderRequest, Ticket, TicketRequest
from konferens.registration.placing import place_orders
from konferens.registration.queries import order_by_code, order_by_id, order_of_ticket, orders_where
from konferens.registration.settling import receive_payment
from konferens.tables import orders

SOURCE = "door"
"""Of orders that were placed here."""

METHODS = (Method.SWISH, Method.CASH)
"""How one pays at the door."""


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells: `actor` as the log names them, and the device that they stand with (`device_id` for a phone of ours)."""

    actor: str
    device: str
    device_id: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody at the door wants: `type` is a DoorItem's code; `email` may be '', then no mail is sent.

    `key` names the form: sent twice, it is one order.
    """

    name: str
    email: str
    type: str
    method: Method
    key: str


def methods_at(edition: Edition) -> Sequence[Method]:
    """How one can pay at this edition's door; cash always."""
    return [method for method in METHODS if method is not Method.SWISH or Swish().is_offered(edition)]


async def place_sale(
    db: Database, edition: Edition, checkin_list: CheckinList, wish: Wish, *, seller: Seller, base_url: str
) -> Order:
    """Place the order; a seat is taken, and the log names the seller. Nothing is paid, but what is free.

    Raises InvalidError (fields 'type', 'payment'), SoldOutError, ConflictError for a key that was used for another wish.
    """
    if wish.method not in methods_at(edition):
        raise InvalidError({"payment": [gettext("Välj hur det betalas.")]})
    offered = {each.code: each for each in await door_offer(db, edition, checkin_list)}
    type_code, _, addon_code = wish.type.partition("+")
    ticket = TicketRequest(type_code, wish.name, wish.email, addons=(addon_code,) if addon_code else ())
    request = OrderRequest(
        Buyer(wish.name, wish.email),
        (ticket,),
        language=edition.language,
        idempotency_key=wish.key,
        source=SOURCE,
        payment_method=wish.method.value,
    )
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)  # alone with the edition's orders: the log has each sale once
        known = await orders_where(db, orders.c.idempotency_key == f"{SOURCE}:{edition.id}:{wish.key}")
        if not known and wish.type not in offered:
            raise InvalidError({"type": [gettext("Biljettypen säljs inte här. Välj en annan.")]})
        # Who stands here needs no letter about how to pay; the receipt comes with the tickets.
        is_free = wish.type in offered and not offered[wish.type].price
        [order] = await place_orders(db, edition, [request], base_url=base_url, announce=is_free)
        if not known:
            await record(
                db,
                actor=seller.actor,
                action="door.sale",
                subject=f"order:{order.code}",
                edition_id=edition.id,
                after={
                    "list": checkin_list.name,
                    "type": wish.type,
                    "method": wish.method.value,
                    "total": order.total,
                    "device": seller.device,
                },
            )
    return order


async def take_payment(
    db: Database, edition: Edition, order: Order, method: Method, *, seller: Seller, base_url: str
) -> Order:
    """What is left to pay has come, now; the buyer gets the receipt by mail. Nothing happens where nothing is left.

    Raises ConflictError for an order that is cancelled or has expired.
    """
    if not order.is_active:
        raise ConflictError(f"order {order.code} is {order.status}")
    if order.balance <= 0:
        return order
    try:
        return await receive_payment(
            db,
            edition,
            order,
            order.balance,
            method=method.value,
            reference="",
            paid_on=now().astimezone(edition.zone).date(),
            actor=seller.actor,
            base_url=base_url,
            seen_paid=order.paid,
        )
    except ConflictError:  # the same was sent twice, and the other was faster
        current = await order_by_id(db, order.id)
        if current.balance > 0:
            raise
        return current


async def admit(gate: Gate, checkin_list: CheckinList, ticket: Ticket, seller: Seller) -> Answer:
    """Let the holder of a ticket in, who has just paid."""
    nonce = uuid.uuid5(uuid.NAMESPACE_URL, f"door:{checkin_list.id}:{ticket.token}")
    scan = Scan(ticket.token, str(nonce), now(), seller.device)
    return (await gate.scan(checkin_list, [scan], seller.actor, device_id=seller.device_id))[0]


async def give_up_sale(db: Database, edition: Edition, order: Order, *, seller: Seller, base_url: str) -> Order:
    """Who was about to pay changed their mind: the order is cancelled and its seat free again. Once is enough.

    Raises ConflictError for an order of elsewhere, or of which something is paid.
    """
    if order.source != SOURCE or order.paid:
        raise ConflictError(f"order {order.code} is not an unpaid sale at the door")
    if not order.is_active:
        return order
    return await cancel_order(db, edition, order, actor=seller.actor, base_url=base_url, announce=False)


async def order_at(db: Database, edition: Edition, code: str) -> Order:
    """An order of this edition. Raises NotFoundError."""
    order = await order_by_code(db, code)
    if order.edition_id != edition.id:
        raise NotFoundError(f"order {code}")
    return order


def shows_page(order: Order, *, paid_now: bool = False) -> bool:
    """Whether the door's screen may lead to the order's own page: for who has no address to send the receipt to, and bought or
    paid here (`paid_now`). Else a phone that may sell could ask its way from tickets to everybody's orders.
    """
    return not order.buyer.email and (order.source == SOURCE or paid_now)


async def ticket_at(db: Database, edition: Edition, token: str) -> tuple[Order, Ticket]:
    """The valid ticket that was scanned, and its order. Raises NotFoundError."""
    order, ticket = await order_of_ticket(db, read_token(token))
    if order.edition_id != edition.id or not ticket.is_valid:
        raise NotFoundError("ticket")
    return order, ticket
