"""Placing orders: everything is prepared before the transaction, which then is six statements, for one order or many.

With invoices it is eight. Their numbers are known inside it only, where a mail that names one is ready but for that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select

from konferens.batches import Batches
from konferens.clock import now
from konferens.codes import new_code, new_token
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.mail.actions import enqueue, outbox_row, rows_of
from konferens.offering.model import MAX_TICKETS, TicketType, vat_of
from konferens.offering.queries import ticket_types_of
from konferens.offering.seats import next_ticket_changes, seats_wanted, take_seats
from konferens.payments.actions import InvoiceDraft, issue_invoices, next_invoice_numbers
from konferens.payments.model import ocr_reference
from konferens.registration.invoicing import invoice_draft
from konferens.registration.letters import confirmation
from konferens.registration.model import Buyer, Order, OrderRequest, OrderStatus, Ticket, TicketRequest
from konferens.registration.queries import orders_where
from konferens.tables import orders, tickets

BATCH = 50
"""Orders of one transaction: a database takes about 32,000 parameters in a statement, and others wait meanwhile."""


@dataclass(slots=True)
class _Placing:
    """One request on its way: `order` is new, or the one that an earlier request with the same key placed.

    Where there is an `invoice`, the order's `ocr` is a random token until `give_number`, and so it is in the mail.
    """

    request: OrderRequest
    key: str | None
    order: Order
    mail: dict[str, Any] | None
    invoice: InvoiceDraft | None = None
    number: int = 0
    is_new: bool = True

    def give_number(self, number: int) -> None:
        """The invoice has its number: write the OCR made of it wherever the token stands for it."""
        token, ocr = self.order.ocr, ocr_reference(number)
        self.number = number
        self.order = replace(self.order, ocr=ocr)
        if self.mail is not None:
            self.mail |= {name: self.mail[name].replace(token, ocr) for name in ("body_text", "body_html")}


async def place_order(db: Database, edition: Edition, request: OrderRequest, *, base_url: str) -> Order:
    """Place one order: seats, tickets and the confirmation's mail, all or nothing. Free orders are paid at once.

    The same idempotency key with the same request gives the order that it placed before. Raises InvalidError (fields
    such as 'tickets.0.type', messages in the current language), SoldOutError, and ConflictError when registration isn't
    open or the key was used for another request.
    """
    return (await place_orders(db, edition, [request], base_url=base_url))[0]


async def place_orders(
    db: Database,
    edition: Edition,
    requests: Sequence[OrderRequest],
    *,
    base_url: str,
    placed_at: Sequence[datetime] | None = None,
    announce: bool = True,
) -> list[Order]:
    """As place_order for many, in one transaction for every `BATCH` of them; the orders stand as their requests do.

    An error of one undoes its whole batch. `placed_at` tells when each was placed (imports; registration need not be open
    then), `announce=False` writes no mail.
    """
    placed: list[Order] = []
    for start in range(0, len(requests), BATCH):
        part = requests[start : start + BATCH]
        moments = placed_at[start : start + BATCH] if placed_at else [now()] * len(part)
        if placed_at is None:
            _require_open(edition, part, moments[0])
        placed += await _place(db, edition, list(zip(part, moments, strict=True)), base_url, announce=announce)
    return placed


class Desk:
    """The way in for orders of one process: concurrent ones of an edition share a durable commit.

    Correct beside other processes too, since every order is placed by a transaction of `place_orders`.
    """

    def __init__(self, db: Database, base_url: str) -> None:
        self._db = db
        self._base_url = base_url
        self._batches: dict[int, Batches[tuple[Edition, OrderRequest], Order]] = {}

    async def place(self, edition: Edition, request: OrderRequest) -> Order:
        """As place_order."""
        # A request that cannot succeed is told so before it could undo the batch of others.
        types = await ticket_types_of(self._db, edition.id)
        check_request(request, types, now())
        batches = self._batches.setdefault(edition.id, Batches(self._place, limit=BATCH))
        return await batches.run((edition, request))

    async def _place(self, items: Sequence[tuple[Edition, OrderRequest]]) -> list[Order]:
        edition = items[-1][0]  # the one read last
        return await place_orders(self._db, edition, [request for _, request in items], base_url=self._base_url)


def _require_open(edition: Edition, requests: Sequence[OrderRequest], moment: datetime) -> None:
    """Organisers may register people at any time."""
    if edition.registration_state(moment) != "open" and any(request.source != "organiser" for request in requests):
        raise ConflictError(f"registration for {edition.ref} is not open")


def check_request(request: OrderRequest, types: Sequence[TicketType], moment: datetime) -> None:
    """Raise InvalidError for ticket types that don't exist, aren't on sale or are asked for too often."""
    by_code = {ticket_type.code: ticket_type for ticket_type in types}
    errors: dict[str, list[str]] = {}
    if not request.tickets:
        errors["tickets"] = [gettext("Välj minst en biljett.")]
    elif len(request.tickets) > MAX_TICKETS:
        errors["tickets"] = [gettext("Högst %(n)s biljetter i en bokning.") % {"n": MAX_TICKETS}]
    counts: dict[str, int] = {}
    for index, ticket in enumerate(request.tickets):
        ticket_type = by_code.get(ticket.type)
        counts[ticket.type] = counts.get(ticket.type, 0) + 1
        if ticket_type is None:
            errors[f"tickets.{index}.type"] = [gettext("Biljettypen finns inte. Välj en annan.")]
        elif request.source != "organiser" and not ticket_type.is_on_sale(moment):
            errors[f"tickets.{index}.type"] = [gettext("Biljettypen säljs inte just nu. Välj en annan.")]
        elif counts[ticket.type] > ticket_type.max_per_order and request.source != "organiser":
            errors[f"tickets.{index}.type"] = [
                gettext("Högst %(n)s biljetter av den här typen i en bokning.") % {"n": ticket_type.max_per_order}
            ]
    if errors:
        raise InvalidError(errors)


async def _place(
    db: Database,
    edition: Edition,
    requests: Sequence[tuple[OrderRequest, datetime]],
    base_url: str,
    *,
    announce: bool,
) -> list[Order]:
    """Codes are random: the rare time that one is taken, all is prepared anew."""
    types = await ticket_types_of(db, edition.id)
    by_code = {ticket_type.code: ticket_type for ticket_type in types}
    for _ in range(5):
        placings: list[_Placing] = []
        for request, moment in requests:
            check_request(request, types, moment)
            placings.append(_prepare(edition, request, moment, by_code, base_url, announce=announce))
        if await _write(db, edition, placings, by_code):
            return [placing.order for placing in placings]
    raise ConflictError("no free order code was found")


def _prepare(
    edition: Edition,
    request: OrderRequest,
    moment: datetime,
    types: Mapping[str, TicketType],
    base_url: str,
    *,
    announce: bool,
) -> _Placing:
    held = tuple(
        _ticket(position, ticket, types[ticket.type]) for position, ticket in enumerate(request.tickets, start=1)
    )
    total = sum(ticket.price for ticket in held)
    order = Order(
        id=0,
        edition_id=edition.id,
        code=new_code(),
        secret=new_token(),
        status=OrderStatus.PENDING if total else OrderStatus.PAID,
        buyer=request.buyer,
        message=request.message,
        language=request.language,
        total=total,
        currency="SEK",
        ocr="",
        source=request.source,
        placed_at=moment,
        due_on=_due_on(edition, moment) if total else None,
        paid_at=None if total else moment,
        cancelled_at=None,
        tickets=held,
    )
    invoice = invoice_draft(edition, order)
    if invoice is not None:
        order = replace(order, ocr=new_token())
    mail = None
    if announce:
        mail = outbox_row(confirmation(edition, order, base_url), base_url=base_url, edition_id=edition.id)
    key = None
    if request.idempotency_key is not None:
        key = f"{request.source}:{edition.id}:{request.idempotency_key}"[:200]
    return _Placing(request, key, order, mail, invoice)


def _ticket(position: int, asked: TicketRequest, ticket_type: TicketType) -> Ticket:
    return Ticket(
        id=0,
        position=position,
        token=new_token(),
        calendar_token=new_token(),
        secret=new_token(),
        status="valid",
        name=asked.name,
        email=asked.email,
        organisation=asked.organisation,
        type=ticket_type.code,
        type_name=ticket_type.name,
        colour=ticket_type.colour,
        price=ticket_type.price,
        vat_rate=ticket_type.vat_rate,
        vat_amount=vat_of(ticket_type.price, ticket_type.vat_rate),
    )


def _due_on(edition: Edition, moment: datetime) -> date:
    """The terms' number of days after the day of the order, but not later than the day before the conference begins.

    Someone who registers on the last day before it, or later, pays at once.
    """
    ordered_on = moment.astimezone(edition.zone).date()
    latest = max(edition.starts_on - timedelta(days=1), ordered_on)
    return min(ordered_on + timedelta(days=edition.payment_terms_days), latest)


async def _write(db: Database, edition: Edition, placings: list[_Placing], types: Mapping[str, TicketType]) -> bool:
    """Write what is new; False when a code is taken. Requests seen before get their order put in its place."""
    async with db.transaction():
        count = sum(len(placing.order.tickets) for placing in placings)
        first_change = await next_ticket_changes(db, edition.id, count)
        if not await _recognise(db, placings):
            return False
        new = [placing for placing in placings if placing.is_new]
        if new:
            sold = [types[ticket.type] for placing in new for ticket in placing.order.tickets]
            await take_seats(db, edition.id, seats_wanted(sold), sold)
            await _number(db, edition, new)
            await _insert(db, new, types, first_change)
    _follow(placings)
    return True


async def _recognise(db: Database, placings: Sequence[_Placing]) -> bool:
    """Find which requests have been placed already, by their keys; False when a new code is taken. Raises ConflictError."""
    keys = {placing.key for placing in placings if placing.key is not None}
    codes = {placing.order.code for placing in placings}
    rows = await db.fetch_all(
        select(orders.c.id, orders.c.code, orders.c.idempotency_key, orders.c.request_digest).where(
            or_(orders.c.code.in_(codes), orders.c.idempotency_key.in_(keys))
        )
    )
    known = {row.idempotency_key: row for row in rows if row.idempotency_key in keys}
    if len(codes) < len(placings) or any(row.code in codes for row in rows):
        return False
    earlier = {
        order.id: order
        for order in (await orders_where(db, orders.c.id.in_([row.id for row in known.values()])) if known else [])
    }
    seen: dict[str, _Placing] = {}
    for placing in placings:
        if placing.key is None:
            continue
        if placing.key in known:
            if known[placing.key].request_digest != placing.request.digest:
                raise ConflictError("this idempotency key was used for another order")
            placing.order, placing.is_new = earlier[known[placing.key].id], False
        elif placing.key in seen:  # the same request twice in one batch
            if seen[placing.key].request != placing.request:
                raise ConflictError("this idempotency key was used for another order")
            placing.is_new = False
        else:
            seen[placing.key] = placing
    return True


def _follow(placings: Sequence[_Placing]) -> None:
    """Give a request that stood twice in the batch the order of its first."""
    first: dict[str, Order] = {}
    for placing in placings:
        if placing.key is not None:
            placing.order = first.setdefault(placing.key, placing.order)


async def _number(db: Database, edition: Edition, new: Sequence[_Placing]) -> None:
    """Last of what may wait for others: invoices of one seller, whatever the edition, are numbered one after the other."""
    invoiced = [placing for placing in new if placing.invoice is not None]
    if invoiced:
        numbers = await next_invoice_numbers(db, edition.seller_orgnr, len(invoiced))
        for placing, number in zip(invoiced, numbers, strict=True):
            placing.give_number(number)


async def _insert(db: Database, new: Sequence[_Placing], types: Mapping[str, TicketType], first_change: int) -> None:
    rows = await db.fetch_all(
        insert(orders).values(rows_of([_order_row(placing) for placing in new])).returning(orders.c.id, orders.c.code)
    )
    ids = {row.code: row.id for row in rows}
    ticket_rows = [
        _ticket_row(placing.order, ids[placing.order.code], ticket, types[ticket.type].id)
        for placing in new
        for ticket in placing.order.tickets
    ]
    for change, row in enumerate(ticket_rows, first_change):
        row["change"] = change
    written = await db.fetch_all(insert(tickets).values(rows_of(ticket_rows)).returning(tickets.c.id, tickets.c.token))
    ticket_ids = {row.token: row.id for row in written}
    for placing in new:
        held = tuple(replace(ticket, id=ticket_ids[ticket.token]) for ticket in placing.order.tickets)
        placing.order = replace(placing.order, id=ids[placing.order.code], tickets=held)
    await issue_invoices(
        db, [(placing.invoice, placing.order.id, placing.number) for placing in new if placing.invoice is not None]
    )
    await enqueue(db, [{**placing.mail, "order_id": placing.order.id} for placing in new if placing.mail is not None])


def _order_row(placing: _Placing) -> dict[str, Any]:
    order = placing.order
    return {
        "edition_id": order.edition_id,
        "code": order.code,
        "secret": order.secret,
        "status": order.status.value,
        **buyer_columns(order.buyer),
        "message": order.message,
        "language": order.language,
        "total": order.total,
        "currency": order.currency,
        "ocr": order.ocr,
        "source": order.source,
        "idempotency_key": placing.key,
        "request_digest": placing.request.digest if placing.key is not None else None,
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
    }


def _ticket_row(order: Order, order_id: int, ticket: Ticket, type_id: int) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "edition_id": order.edition_id,
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
        "vat_rate": ticket.vat_rate,
        "vat_amount": ticket.vat_amount,
        "created_at": order.placed_at,
        "updated_at": order.placed_at,
    }
