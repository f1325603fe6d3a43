"""Placing orders: everything is prepared before the transaction, which then is seven statements, for one order or many.

With invoices it is nine, and one or two more where there are add-ons, codes, sessions or answers. Numbers of invoices are
known inside it only, where a mail that names one is ready but for that.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from konferens.clock import now
from konferens.codes import new_code, new_token
from konferens.database import Database
from konferens.errors import ConflictError, SoldOutError
from konferens.events.model import Edition
from konferens.mail.actions import enqueue, outbox_row
from konferens.offering.code_uses import take_uses
from konferens.offering.model import TicketType
from konferens.offering.seats import next_ticket_changes, seats_wanted, take_seats
from konferens.payments.actions import InvoiceDraft, issue_invoices, next_invoice_numbers
from konferens.payments.model import ocr_reference
from konferens.registration.announcing import announce_orders
from konferens.registration.arriving import letters_to_attendees
from konferens.registration.asking import Asked, look_up, require_open
from konferens.registration.catalogue import Catalogue, catalogue_of
from konferens.registration.checking import uses_of
from konferens.registration.invoicing import due_on, invoice_draft
from konferens.registration.letters import confirmation
from konferens.registration.model import Order, OrderRequest, OrderStatus
from konferens.registration.pricing import sold_addon, sold_ticket
from konferens.registration.queries import orders_where
from konferens.registration.writing import Sold, order_row, write_orders, write_tickets
from konferens.tables import orders
from konferens.waiting.actions import accept_offer
from konferens.waiting.queries import waiting_counts

BATCH = 50
"""Orders of one transaction: a database takes about 32,000 parameters in a statement, and others wait meanwhile."""


@dataclass(slots=True)
class _Placing:
    """One request on its way: `order` is new, or the one that an earlier request with the same key placed.

    Where there is an `invoice`, the order's `ocr` is a random token until `give_number`, and so it is in the mail.
    """

    asked: Asked
    order: Order
    mail: dict[str, Any] | None = None
    invoice: InvoiceDraft | None = None
    number: int = 0
    is_new: bool = True

    @property
    def request(self) -> OrderRequest:
        return self.asked.request

    @property
    def key(self) -> str | None:
        return self.asked.key

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
    catalogue: Catalogue | None = None,
) -> list[Order]:
    """As place_order for many, in one transaction for every `BATCH` of them; the orders stand as their requests do.

    An error of one undoes its whole batch. `placed_at` tells when each was placed (imports; registration need not be open
    then), `announce=False` writes no mail. `catalogue` is the edition's of this version, where the caller has it.
    """
    catalogue = catalogue or await catalogue_of(db, edition.id)
    placed: list[Order] = []
    for start in range(0, len(requests), BATCH):
        part = requests[start : start + BATCH]
        moments = placed_at[start : start + BATCH] if placed_at else [now()] * len(part)
        if placed_at is None:
            require_open(edition, part, moments[0])
        asked = [
            await look_up(db, edition, request, catalogue, moment)
            for request, moment in zip(part, moments, strict=True)
        ]
        placed += await _place(db, edition, asked, catalogue, base_url, announce=announce)
    return placed


async def _place(
    db: Database, edition: Edition, asked: Sequence[Asked], catalogue: Catalogue, base_url: str, *, announce: bool
) -> list[Order]:
    """Codes are random: the rare time that one is taken, all is prepared anew."""
    for _ in range(5):
        placings = [_prepare(edition, each, catalogue, base_url, announce=announce) for each in asked]
        if await _write(db, edition, placings, catalogue, base_url):
            return [placing.order for placing in placings]
    raise ConflictError("no free order code was found")


def _prepare(edition: Edition, asked: Asked, catalogue: Catalogue, base_url: str, *, announce: bool) -> _Placing:
    """The order as it will be."""
    if asked.earlier is not None:
        return _Placing(asked, asked.earlier, is_new=False)
    request, moment = asked.request, asked.moment
    held = tuple(
        sold_ticket(
            position,
            ticket,
            catalogue.types[ticket.type],
            addons=tuple(sold_addon(catalogue.addons[code]) for code in ticket.addons),
            code=asked.code,
            moment=moment,
        )
        for position, ticket in enumerate(request.tickets, start=1)
    )
    total = sum(amount for ticket in held for _, amount, _ in ticket.charges)
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
        due_on=due_on(edition, moment) if total else None,
        paid_at=None if total else moment,
        cancelled_at=None,
        tickets=held,
        payment_method=request.payment_method if total else "free",
        discount_code_id=asked.code.id if asked.code is not None else None,
    )
    invoice = invoice_draft(edition, order)
    if invoice is not None:
        order = replace(order, ocr=new_token())
    mail = None
    if announce:
        own = [
            code
            for ticket, wanted in zip(held, request.tickets, strict=True)
            if ticket.is_read_by(order.buyer.email)
            for code in wanted.sessions
        ]
        draft = confirmation(edition, order, base_url, sessions=own)
        mail = outbox_row(draft, base_url=base_url, edition_id=edition.id, own_texts=catalogue.texts)
    return _Placing(asked, order, mail, invoice)


async def _write(db: Database, edition: Edition, placings: list[_Placing], catalogue: Catalogue, base_url: str) -> bool:
    """Write what is new; False when a code is taken. Requests seen before get their order put in its place."""
    async with db.transaction():
        count = sum(len(placing.order.tickets) for placing in placings)
        first_change = await next_ticket_changes(db, edition.id, count)
        if not await _recognise(db, placings):
            return False
        new = [placing for placing in placings if placing.is_new]
        if new:
            await _take(db, edition, new, catalogue)
            await _number(db, edition, new)
            await _insert(db, edition, new, catalogue, base_url, first_change=first_change)
    _follow(placings)
    return True


async def _take(db: Database, edition: Edition, new: Sequence[_Placing], catalogue: Catalogue) -> None:
    """Take the seats of quotas and the uses of codes; a waiting-list offer holds one of the seats already.

    Raises SoldOutError, also for a type that others wait for: what gets free of it is theirs first.
    """
    held = [ticket for placing in new for ticket in placing.order.tickets]
    types = [catalogue.types[ticket.type] for ticket in held]
    addons = [catalogue.addons[addon.code] for ticket in held for addon in ticket.addons]
    offered = [placing.asked.offer.type_code for placing in new if placing.asked.offer is not None]
    await _require_nobody_waits(db, edition, new, catalogue)
    wanted = Counter(seats_wanted(types, addons))
    wanted.subtract(seats_wanted(catalogue.types[code] for code in offered))
    await take_seats(db, edition.id, {quota: n for quota, n in wanted.items() if n > 0}, types, addons)
    uses: Counter[int] = Counter()
    for placing in new:
        if placing.asked.code is not None:
            uses[placing.asked.code.id] += uses_of(placing.request, catalogue, placing.asked.code)
    await take_uses(db, uses)


async def _require_nobody_waits(db: Database, edition: Edition, new: Sequence[_Placing], catalogue: Catalogue) -> None:
    asked: Counter[str] = Counter()
    for placing in new:
        if placing.request.source != "organiser":
            asked.update(ticket.type for ticket in placing.order.tickets)
        if placing.asked.offer is not None:
            asked[placing.asked.offer.type_code] -= 1
    await require_nobody_waits(db, edition, [catalogue.types[code] for code, n in asked.items() if n > 0])


async def require_nobody_waits(db: Database, edition: Edition, types: Sequence[TicketType]) -> None:
    """Raises SoldOutError for a type that others wait for: what gets free of it is theirs first."""
    waited_for = [each for each in types if each.waiting_list]
    if not any(each.quotas for each in waited_for):
        return
    waiting = await waiting_counts(db, edition.id)
    for each in waited_for:
        if each.id in waiting:
            raise SoldOutError(each.name, each.code)


async def _recognise(db: Database, placings: Sequence[_Placing]) -> bool:
    """Find which requests have been placed already, by their keys; False when a new code is taken. Raises ConflictError."""
    keys = {placing.key for placing in placings if placing.key is not None}
    fresh = [placing for placing in placings if placing.is_new]
    codes = {placing.order.code for placing in fresh}
    rows = await db.fetch_all(
        select(orders.c.id, orders.c.code, orders.c.idempotency_key, orders.c.request_digest).where(
            or_(orders.c.code.in_(codes), orders.c.idempotency_key.in_(keys))
        )
    )
    known = {row.idempotency_key: row for row in rows if row.idempotency_key in keys}
    if len(codes) < len(fresh) or any(row.code in codes for row in rows):
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


async def _insert(
    db: Database,
    edition: Edition,
    new: Sequence[_Placing],
    catalogue: Catalogue,
    base_url: str,
    *,
    first_change: int,
) -> None:
    ids = await write_orders(
        db,
        [
            order_row(
                placing.order,
                key=placing.key,
                digest=placing.request.digest if placing.key is not None else None,
            )
            for placing in new
        ],
    )
    sold = [
        Sold(ids[placing.order.code], ticket, asked, placing.order.placed_at)
        for placing in new
        for ticket, asked in zip(placing.order.tickets, placing.request.tickets, strict=True)
    ]
    written = iter(await write_tickets(db, edition.id, sold, catalogue, first_change=first_change))
    for placing in new:
        held = tuple(next(written) for _ in placing.order.tickets)
        placing.order = replace(placing.order, id=ids[placing.order.code], tickets=held)
        if placing.asked.offer is not None:
            await accept_offer(db, placing.request.offer, placing.order.id, placing.asked.moment)
    await issue_invoices(
        db, [(placing.invoice, placing.order.id, placing.number) for placing in new if placing.invoice is not None]
    )
    mails = [{**placing.mail, "order_id": placing.order.id} for placing in new if placing.mail is not None]
    mails += [
        row
        for placing in new
        if placing.mail is not None
        for row in letters_to_attendees(edition, placing.order, placing.request, catalogue, base_url)
    ]
    await enqueue(db, mails)
    fresh = [placing.order for placing in new]
    if "order.placed" in catalogue.told:
        await announce_orders(db, edition, "order.placed", fresh)
    if "order.paid" in catalogue.told:
        await announce_orders(db, edition, "order.paid", [order for order in fresh if order.status is OrderStatus.PAID])
