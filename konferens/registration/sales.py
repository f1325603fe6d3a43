"""An edition's money as the office and its bookkeeper look at it: sums, VAT by rate, payments, what waits to be followed up."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Subquery, Table, case, func, select, union_all

from konferens.database import Database
from konferens.payments.model import Payment, VatTotal
from konferens.payments.queries import payment_from_row
from konferens.registration.model import Order
from konferens.registration.queries import orders_where
from konferens.tables import orders, payments, ticket_addons, tickets

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Sales:
    """Öre: what is charged by rate and in all, what was paid, what of it is left to pay, and to pay back."""

    vat: tuple[VatTotal, ...]
    paid: int
    outstanding: int
    to_pay_back: int

    @property
    def net(self) -> int:
        return sum(part.net for part in self.vat)

    @property
    def vat_amount(self) -> int:
        return sum(part.vat for part in self.vat)

    @property
    def charged(self) -> int:
        return self.net + self.vat_amount


def _charges(edition_id: int) -> Subquery:
    """A row for every ticket and every add-on: order_id, rate, amount and VAT in it, as `Order.charged` counts them."""
    own = _charge_of(tickets).where(tickets.c.edition_id == edition_id)
    extra = (
        _charge_of(ticket_addons)
        .select_from(ticket_addons.join(tickets, tickets.c.id == ticket_addons.c.ticket_id))
        .where(tickets.c.edition_id == edition_id)
    )
    return union_all(own, extra).subquery("charges")


def _charge_of(table: Table) -> Select[Any]:
    is_valid = table.c.status == "valid"
    return select(
        tickets.c.order_id,
        table.c.vat_rate.label("rate"),
        case((is_valid, table.c.price), else_=table.c.kept).label("amount"),
        case((is_valid, table.c.vat_amount), else_=table.c.kept_vat).label("vat"),
    )


def _balances(edition_id: int) -> Subquery:
    """A row for every order: id, paid, and what is `left` to pay, negative where something is to be paid back."""
    charges = _charges(edition_id)
    charged = select(charges.c.order_id, func.sum(charges.c.amount).label("amount")).group_by(charges.c.order_id)
    of_order = charged.subquery("charged")
    return (
        select(orders.c.id, orders.c.paid, (func.coalesce(of_order.c.amount, 0) - orders.c.paid).label("left"))
        .select_from(orders.outerjoin(of_order, of_order.c.order_id == orders.c.id))
        .where(orders.c.edition_id == edition_id)
        .subquery("balances")
    )


async def sales_of(db: Database, edition_id: int) -> Sales:
    """Two queries, however many orders there are."""
    charges = _charges(edition_id)
    by_rate = select(
        charges.c.rate, func.sum(charges.c.amount).label("amount"), func.sum(charges.c.vat).label("vat")
    ).group_by(charges.c.rate)
    totals = [
        VatTotal(row.rate, int(row.amount) - int(row.vat), int(row.vat))
        for row in await db.fetch_all(by_rate)
        if row.amount
    ]
    balances = _balances(edition_id)
    left = balances.c.left
    (row,) = await db.fetch_all(
        select(
            func.coalesce(func.sum(balances.c.paid), 0).label("paid"),
            func.coalesce(func.sum(case((left > 0, left), else_=0)), 0).label("outstanding"),
            func.coalesce(func.sum(case((left < 0, -left), else_=0)), 0).label("to_pay_back"),
        )
    )
    return Sales(
        vat=tuple(sorted(totals, key=lambda part: -1 if part.rate is None else part.rate, reverse=True)),
        paid=int(row.paid),
        outstanding=int(row.outstanding),
        to_pay_back=int(row.to_pay_back),
    )


async def orders_to_follow_up(db: Database, edition_id: int, *, limit: int = 200) -> list[Order]:
    """Orders that something was paid for, but not what they cost: a part, too much, or for what is cancelled by now."""
    balances = _balances(edition_id)
    odd = select(balances.c.id).where(balances.c.paid != 0, balances.c.left != 0)
    return await orders_where(db, orders.c.id.in_(odd), limit=limit)


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """A payment with whose it is."""

    payment: Payment
    order_code: str
    buyer_name: str
    buyer_organisation: str
    ocr: str


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """A part of a list of payments; `next_before` is the id to go on from, or None."""

    lines: list[PaymentLine]
    next_before: int | None


async def payment_lines(
    db: Database, edition_id: int, *, before: int | None = None, limit: int | None = PAGE_SIZE
) -> PaymentPage:
    """The edition's payments, the latest first, `limit` at a time or (None) all; one query."""
    query = (
        select(payments, orders.c.code, orders.c.buyer_name, orders.c.buyer_organisation, orders.c.ocr)
        .join(orders, orders.c.id == payments.c.order_id)
        .where(payments.c.edition_id == edition_id)
        .order_by(payments.c.id.desc())
    )
    if before is not None:
        query = query.where(payments.c.id < before)
    if limit is not None:
        query = query.limit(limit + 1)
    rows = await db.fetch_all(query)
    lines = [
        PaymentLine(payment_from_row(row), row.code, row.buyer_name, row.buyer_organisation, row.ocr)
        for row in rows[:limit]
    ]
    is_more = limit is not None and len(rows) > limit
    return PaymentPage(lines, lines[-1].payment.id if is_more else None)
