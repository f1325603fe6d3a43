"""Orders and tickets as rows: what placing and later additions write, always inside the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from konferens.database import Database
from konferens.mail.actions import rows_of
from konferens.questions.actions import save_answers
from konferens.registration.catalogue import Catalogue
from konferens.registration.model import Buyer, Order, Ticket, TicketAddon, TicketRequest
from konferens.signups.actions import take_session_seats
from konferens.tables import orders, ticket_addons, tickets


async def write_orders(db: Database, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Write rows made by `order_row`; gives the ids by the orders' codes."""
    written = await db.fetch_all(insert(orders).values(rows_of(rows)).returning(orders.c.id, orders.c.code))
    return {row.code: row.id for row in written}


def order_row(order: Order, *, key: str | None, digest: str | None) -> dict[str, Any]:
    """The order as columns of `orders`; `key` and `digest` tell repetitions of its request."""
    return {
        "edition_id": order.edition_id,
        "code": order.code,
        "secret": order.secret,
        "status": order.status.value,
        **buyer_columns(order.buyer),
        "message": order.message,
        "language": order.language,
        "total": order.total,
        "paid": order.paid,
        "payment_method": order.payment_method,
        "discount_code_id": order.discount_code_id,
        "currency": order.currency,
        "ocr": order.ocr,
        "source": order.source,
        "idempotency_key": key,
        "request_digest": digest,
        "placed_at": order.placed_at,
        "due_on": order.due_on,
        "paid_at": order.paid_at,
    }


def buyer_columns(buyer: Buyer) -> dict[str, str]:
    """The buyer as columns of `orders`."""
    return {
        "buyer_name": buyer.name,
        "buyer_email": buyer.email,
        "buyer_organisation": buyer.organisation,
        "buyer_orgnr": buyer.orgnr,
        "buyer_address": buyer.address,
        "buyer_reference": buyer.reference,
        "buyer_peppol": buyer.peppol,
    }


@dataclass(frozen=True, slots=True)
class Sold:
    """A ticket on its way into an order, sold at `moment`, with what was asked for."""

    order_id: int
    ticket: Ticket
    asked: TicketRequest
    moment: datetime


async def write_tickets(
    db: Database, edition_id: int, sold: Sequence[Sold], catalogue: Catalogue, *, first_change: int
) -> list[Ticket]:
    """Write tickets with their add-ons, session seats and answers; `first_change` is from `next_ticket_changes`.

    Seats of quotas are taken already; those of sessions are taken here. Gives the tickets with their ids, as they stood. A
    fixed number of statements. Raises SoldOutError for a session that is full.
    """
    rows = [
        _ticket_row(edition_id, each, catalogue.types[each.ticket.type].id, change)
        for change, each in enumerate(sold, first_change)
    ]
    written = await db.fetch_all(insert(tickets).values(rows_of(rows)).returning(tickets.c.id, tickets.c.token))
    ids = {row.token: row.id for row in written}
    bought = await write_addons(
        db,
        [(ids[each.ticket.token], addon, each.moment) for each in sold for addon in each.ticket.addons],
        catalogue,
    )
    wanted: dict[int, list[int]] = {}
    answered = {}
    for each in sold:
        ticket_id = ids[each.ticket.token]
        for code in each.asked.sessions:
            wanted.setdefault(catalogue.sessions[code].id, []).append(ticket_id)
        if each.asked.answers:
            answered[ticket_id] = each.asked.answers
    if wanted:
        await take_session_seats(db, edition_id, wanted)
    if answered:
        await save_answers(db, answered, catalogue.questions, new=True)
    return [
        replace(each.ticket, id=ids[each.ticket.token], addons=tuple(bought.get(ids[each.ticket.token], ())))
        for each in sold
    ]


async def write_addons(
    db: Database, sold: Sequence[tuple[int, TicketAddon, datetime]], catalogue: Catalogue
) -> dict[int, list[TicketAddon]]:
    """Write add-ons, each (ticket's id, add-on, when it was sold); gives them with their ids, by ticket."""
    if not sold:
        return {}
    rows = [
        {
            "ticket_id": ticket_id,
            "addon_id": catalogue.addons[addon.code].id,
            "status": addon.status,
            "price": addon.price,
            "vat_rate": addon.vat_rate,
            "vat_amount": addon.vat_amount,
            "created_at": moment,
        }
        for ticket_id, addon, moment in sold
    ]
    written = await db.fetch_all(
        insert(ticket_addons)
        .values(rows_of(rows))
        .returning(ticket_addons.c.id, ticket_addons.c.ticket_id, ticket_addons.c.addon_id)
    )
    ids = {(row.ticket_id, row.addon_id): row.id for row in written}
    bought: dict[int, list[TicketAddon]] = {}
    for ticket_id, addon, _ in sold:
        bought.setdefault(ticket_id, []).append(replace(addon, id=ids[ticket_id, catalogue.addons[addon.code].id]))
    return bought


def _ticket_row(edition_id: int, sold: Sold, type_id: int, change: int) -> dict[str, Any]:
    ticket = sold.ticket
    return {
        "order_id": sold.order_id,
        "edition_id": edition_id,
        "ticket_type_id": type_id,
        "position": ticket.position,
        "token": ticket.token,
        "calendar_token": ticket.calendar_token,
        "secret": ticket.secret,
        "status": ticket.status,
        "attendee_name": ticket.name,
        "attendee_email": ticket.email,
        "attendee_organisation": ticket.organisation,
        "price": ticket.price,
        "discount": ticket.discount,
        "vat_rate": ticket.vat_rate,
        "vat_amount": ticket.vat_amount,
        "details_later": ticket.details_later,
        "change": change,
        "created_at": sold.moment,
        "updated_at": sold.moment,
    }
