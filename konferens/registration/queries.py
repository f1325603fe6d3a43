"""Ticket types, quotas and orders, read from the database."""

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.payments.queries import orders_invoiced_as
from konferens.registration.model import Buyer, Order, OrderStatus, Ticket, TicketAddon
from konferens.tables import addons, orders, ticket_addons, ticket_types, tickets

PAGE_SIZE = 50


def select_orders() -> Select[Any]:
    """Every column that `order_from_row` needs."""
    return select(orders)


def order_from_row(row: Any, order_tickets: Iterable[Ticket]) -> Order:
    """An Order from a row of `orders`."""
    return Order(
        id=row.id,
        edition_id=row.edition_id,
        code=row.code,
        secret=row.secret,
        status=OrderStatus(row.status),
        buyer=Buyer(
            name=row.buyer_name,
            email=row.buyer_email,
            organisation=row.buyer_organisation,
            orgnr=row.buyer_orgnr,
            address=row.buyer_address,
            reference=row.buyer_reference,
            peppol=row.buyer_peppol,
        ),
        message=row.message,
        language=row.language,
        total=row.total,
        currency=row.currency,
        ocr=row.ocr,
        source=row.source,
        placed_at=row.placed_at,
        due_on=row.due_on,
        paid_at=row.paid_at,
        cancelled_at=row.cancelled_at,
        tickets=tuple(order_tickets),
        paid=row.paid,
        payment_method=row.payment_method,
        discount_code_id=row.discount_code_id,
    )


async def orders_where(db: Database, *conditions: ColumnElement[bool], limit: int | None = None) -> list[Order]:
    """Orders that meet all conditions, the latest first, with their tickets; three queries, however many there are."""
    query = select_orders().where(*conditions).order_by(orders.c.placed_at.desc(), orders.c.id.desc()).limit(limit)
    rows = await db.fetch_all(query)
    if not rows:
        return []
    held = await _tickets_of(db, [row.id for row in rows])
    return [order_from_row(row, held[row.id]) for row in rows]


async def _tickets_of(db: Database, order_ids: Collection[int]) -> dict[int, list[Ticket]]:
    query = (
        select(
            tickets.c.order_id,
            tickets.c.id,
            tickets.c.position,
            tickets.c.token,
            tickets.c.calendar_token,
            tickets.c.status,
            tickets.c.attendee_name.label("name"),
            tickets.c.attendee_email.label("email"),
            tickets.c.attendee_organisation.label("organisation"),
            ticket_types.c.code.label("type"),
            ticket_types.c.name.label("type_name"),
            ticket_types.c.colour,
            tickets.c.price,
            tickets.c.vat_rate,
            tickets.c.vat_amount,
            tickets.c.secret,
            tickets.c.discount,
            tickets.c.kept,
            tickets.c.kept_vat,
            tickets.c.details_later,
            ticket_types.c.digital,
        )
        .join(ticket_types, ticket_types.c.id == tickets.c.ticket_type_id)
        .where(tickets.c.order_id.in_(order_ids))
        .order_by(tickets.c.order_id, tickets.c.position)
    )
    rows = await db.fetch_all(query)
    bought = await _addons_of(db, order_ids)
    held: defaultdict[int, list[Ticket]] = defaultdict(list)
    for row in rows:
        values = dict(row._mapping)  # noqa: SLF001
        held[values.pop("order_id")].append(Ticket(**values, addons=tuple(bought[row.id])))
    return held


async def _addons_of(db: Database, order_ids: Collection[int]) -> defaultdict[int, list[TicketAddon]]:
    query = (
        select(
            ticket_addons.c.ticket_id,
            ticket_addons.c.id,
            addons.c.code,
            addons.c.name,
            ticket_addons.c.status,
            ticket_addons.c.price,
            ticket_addons.c.vat_rate,
            ticket_addons.c.vat_amount,
            ticket_addons.c.kept,
            ticket_addons.c.kept_vat,
        )
        .select_from(
            ticket_addons.join(addons, addons.c.id == ticket_addons.c.addon_id).join(
                tickets, tickets.c.id == ticket_addons.c.ticket_id
            )
        )
        .where(tickets.c.order_id.in_(order_ids))
        .order_by(addons.c.position, ticket_addons.c.id)
    )
    bought: defaultdict[int, list[TicketAddon]] = defaultdict(list)
    for row in await db.fetch_all(query):
        values = dict(row._mapping)  # noqa: SLF001
        bought[values.pop("ticket_id")].append(TicketAddon(**values))
    return bought


async def order_by_code(db: Database, code: str) -> Order:
    """The order with `code`, in either case. Raises NotFoundError."""
    found = await orders_where(db, orders.c.code == code.upper())
    if not found:
        raise NotFoundError(f"order {code}")
    return found[0]


async def order_by_secret(db: Database, code: str, secret: str) -> Order:
    """The order with `code`, for someone who knows its secret. Raises NotFoundError, the same for both being wrong."""
    order = await order_by_code(db, code)
    if not secrets.compare_digest(order.secret.encode(), secret.upper().encode()):
        raise NotFoundError(f"order {code} with another secret")
    return order


async def order_by_id(db: Database, order_id: int) -> Order:
    """Raises NotFoundError."""
    found = await orders_where(db, orders.c.id == order_id)
    if not found:
        raise NotFoundError(f"order {order_id}")
    return found[0]


async def order_of_ticket(db: Database, token: str) -> tuple[Order, Ticket]:
    """The ticket with `token` and its order. Raises NotFoundError."""
    order_id = await db.fetch_val(select(tickets.c.order_id).where(tickets.c.token == token.upper()))
    if order_id is None:
        raise NotFoundError("ticket")
    order = await order_by_id(db, order_id)
    return order, next(ticket for ticket in order.tickets if ticket.token == token.upper())


async def order_of_ticket_secret(db: Database, secret: str) -> tuple[Order, Ticket]:
    """The ticket whose own page has `secret` in its address, and its order. Raises NotFoundError."""
    wanted = secret.upper()
    order_id = await db.fetch_val(select(tickets.c.order_id).where(tickets.c.secret == wanted))
    if order_id is None:
        raise NotFoundError("ticket with another secret")
    order = await order_by_id(db, order_id)
    return order, next(ticket for ticket in order.tickets if ticket.secret == wanted)


@dataclass(frozen=True, slots=True)
class OrderPage:
    """A part of a list of orders. `count` is that of the whole list; `next_before` the id to go on from, or None."""

    orders: list[Order]
    count: int
    next_before: int | None


async def orders_of(
    db: Database,
    edition_id: int,
    *,
    words: str = "",
    status: OrderStatus | None = None,
    before: int | None = None,
    limit: int = PAGE_SIZE,
) -> OrderPage:
    """An edition's orders, the latest first, `limit` at a time; `before` is the last page's `next_before`.

    Each of `words` must be in the order's code, the buyer's or an attendee's name, address or organisation, or be the
    number or OCR of an invoice. `status` narrows to one.
    """
    conditions = orders_matching(edition_id, words=words, status=status)
    count = int(await db.fetch_val(select(func.count()).select_from(orders).where(*conditions)))
    if before is not None:
        conditions.append(orders.c.id < before)
    rows = await db.fetch_all(select_orders().where(*conditions).order_by(orders.c.id.desc()).limit(limit + 1))
    shown = rows[:limit]
    held = await _tickets_of(db, [row.id for row in shown]) if shown else {}
    return OrderPage(
        orders=[order_from_row(row, held[row.id]) for row in shown],
        count=count,
        next_before=shown[-1].id if len(rows) > limit else None,
    )


def orders_matching(
    edition_id: int, *, words: str = "", status: OrderStatus | None = None
) -> list[ColumnElement[bool]]:
    """Conditions on `orders` for what `orders_of` finds."""
    conditions: list[ColumnElement[bool]] = [orders.c.edition_id == edition_id]
    conditions += [_mentions(edition_id, word) for word in words.split()[:8]]
    if status is not None:
        conditions.append(orders.c.status == status.value)
    return conditions


_CAPITALS = "ÅÄÖÉÜØÆ"


def _mentions(edition_id: int, word: str) -> ColumnElement[bool]:
    """Whether the order has `word` somewhere, in any case, or an invoice called so."""
    invoiced = orders_invoiced_as(edition_id, word)
    word = word.lower()
    in_order = _contain((orders.c.code, orders.c.buyer_name, orders.c.buyer_email, orders.c.buyer_organisation), word)
    in_tickets = _contain((tickets.c.attendee_name, tickets.c.attendee_email, tickets.c.attendee_organisation), word)
    found = [*in_order, orders.c.id.in_(select(tickets.c.order_id).where(or_(*in_tickets)))]
    return or_(*found) if invoiced is None else or_(*found, invoiced)


def _contain(columns: Iterable[ColumnElement[str]], word: str) -> list[ColumnElement[bool]]:
    return [_lower(column).contains(word, autoescape=True) for column in columns]


def _lower(column: ColumnElement[str]) -> ColumnElement[str]:
    """SQLite's lower(), and PostgreSQL's in the C locale, leave all but A–Z alone: those of Swedish names follow here."""
    lowered: ColumnElement[str] = func.lower(column)
    for capital in _CAPITALS:
        lowered = func.replace(lowered, capital, capital.lower())
    return lowered
