"""Invoices, credit notes and payments, read from the database."""

from typing import Any

from sqlalchemy import ColumnElement, or_, select

from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.payments.model import Customer, Invoice, InvoiceKind, InvoiceLine, Method, Payment, Seller, VatTotal
from konferens.tables import invoices, orders, payments

_credited = invoices.alias("credited")
_MAX_DIGITS = 18
"""More don't fit in a number of the database."""


def invoice_from_row(row: Any) -> Invoice:
    """An Invoice from a row of `invoices` with `credits_number` and `credits_total`."""
    values = dict(row)
    del values["seller_orgnr"]
    values |= {
        "kind": InvoiceKind(row.kind),
        "seller": Seller(**row.seller),
        "buyer": Customer(**row.buyer),
        "lines": tuple(InvoiceLine(**line) for line in row.lines),
        "vat": tuple(VatTotal(**part) for part in row.vat),
    }
    return Invoice(**values)


async def invoices_of_order(db: Database, order_id: int) -> list[Invoice]:
    """The order's invoices and credit notes in the order of their issue; one query."""
    query = (
        select(invoices, _credited.c.number.label("credits_number"), _credited.c.total.label("credits_total"))
        .select_from(invoices.outerjoin(_credited, _credited.c.id == invoices.c.credits_id))
        .where(invoices.c.order_id == order_id)
        .order_by(invoices.c.id)
    )
    return [invoice_from_row(row) for row in await db.fetch_all(query)]


async def invoice_of_order(db: Database, order_id: int, kind: InvoiceKind) -> Invoice:
    """The order's latest invoice or credit note. Raises NotFoundError when it has none."""
    found = [each for each in await invoices_of_order(db, order_id) if each.kind is kind]
    if not found:
        raise NotFoundError(f"order {order_id} has no {kind}")
    return found[-1]


async def invoice_by_number(db: Database, order_id: int, number: int) -> Invoice:
    """The order's invoice or credit note with this number. Raises NotFoundError."""
    for each in await invoices_of_order(db, order_id):
        if each.number == number:
            return each
    raise NotFoundError(f"order {order_id} has no invoice {number}")


async def payments_of_order(db: Database, order_id: int) -> list[Payment]:
    """The order's payments and refunds as they were recorded; one query."""
    query = select(payments).where(payments.c.order_id == order_id).order_by(payments.c.id)
    return [payment_from_row(row) for row in await db.fetch_all(query)]


def payment_from_row(row: Any) -> Payment:
    """A Payment from a row of `payments`; more columns are passed over."""
    values = {name: row[name] for name in Payment.__dataclass_fields__}
    return Payment(**{**values, "method": Method(row.method)})


def orders_invoiced_as(edition_id: int, word: str) -> ColumnElement[bool] | None:
    """A condition on `orders`: one of the edition's invoices has `word` as its number or OCR. None unless it is digits."""
    if not (word.isascii() and word.isdigit() and len(word) <= _MAX_DIGITS):
        return None
    named = or_(invoices.c.number == int(word), invoices.c.ocr == word)
    return orders.c.id.in_(select(invoices.c.order_id).where(invoices.c.edition_id == edition_id, named))
