"""Issuing invoices and credit notes, always inside the transaction of what they are for.

Numbers come from the seller's counter in that same transaction: when it is rolled back, so is the number, and the series
has neither gaps nor duplicates (mervärdesskattelag 17 kap. 24 § 2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, text

from konferens.database import Database
from konferens.events.model import Edition
from konferens.payments.model import (
    FIRST_NUMBER,
    Customer,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    Seller,
    VatTotal,
    missing_for_invoices,
    ocr_reference,
    reversed_lines,
    seller_of,
    vat_totals,
)
from konferens.payments.queries import invoices_of_order
from konferens.tables import invoices

# The same statement on SQLite and PostgreSQL; makes the counter where there is none.
_RESERVE = text(
    "INSERT INTO counters (name, value) VALUES (:name, :n) "
    "ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value RETURNING value"
)


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """What is to be invoiced; everything but the order's id and the number is known before the transaction."""

    edition: Edition
    order_code: str
    language: str
    issued_at: datetime
    due_on: date
    buyer: Customer
    lines: tuple[InvoiceLine, ...]

    @property
    def can_be_issued(self) -> bool:
        """Whether the edition tells everything about the seller that its invoices must say."""
        return not missing_for_invoices(seller_of(self.edition), [line.vat_rate for line in self.lines])


async def next_invoice_numbers(db: Database, seller_orgnr: str, n: int) -> list[int]:
    """Take the seller's next `n` numbers, in the caller's transaction. Others who invoice for the seller wait for its end."""
    name = f"invoices:{seller_orgnr}"
    last = FIRST_NUMBER - 1 + int(await db.fetch_val(_RESERVE.bindparams(name=name, n=n)))
    return list(range(last - n + 1, last + 1))


async def issue_invoices(db: Database, issued: Sequence[tuple[InvoiceDraft, int, int]]) -> None:
    """Write invoices, each (draft, order's id, number from `next_invoice_numbers`); one call, however many."""
    rows = [_invoice_row(draft, order_id, number) for draft, order_id, number in issued]
    if rows:
        await db.execute_many(insert(invoices), rows)


def _invoice_row(draft: InvoiceDraft, order_id: int, number: int) -> dict[str, Any]:
    edition = draft.edition
    seller = seller_of(edition)
    return {
        "edition_id": edition.id,
        "order_id": order_id,
        "number": number,
        "kind": InvoiceKind.INVOICE.value,
        "credits_id": None,
        "issued_at": draft.issued_at,
        "issued_on": draft.issued_at.astimezone(edition.zone).date(),
        "due_on": draft.due_on,
        "supplied_from": edition.starts_on,
        "supplied_until": edition.ends_on,
        "language": draft.language,
        "title": edition.name,
        "order_code": draft.order_code,
        "ocr": ocr_reference(number),
        "currency": "SEK",
        **_content(seller, draft.buyer, draft.lines),
    }


def _content(seller: Seller, buyer: Customer, lines: Sequence[InvoiceLine]) -> dict[str, Any]:
    """Who, whom and what, as columns."""
    return {
        "seller_orgnr": seller.orgnr,
        "seller": _plain(seller),
        "buyer": _plain(buyer),
        "lines": [_plain(line) for line in lines],
        "vat": [_plain(part) for part in vat_totals(lines)],
        "total": sum(line.gross for line in lines),
    }


def _plain(part: Seller | Customer | InvoiceLine | VatTotal) -> dict[str, Any]:
    """Its fields for JSON. `dataclasses.asdict` copies every value, which takes five times as long."""
    return {name: getattr(part, name) for name in part.__slots__}


async def credit_order(db: Database, edition: Edition, order_id: int, *, issued_at: datetime) -> Invoice | None:
    """Take back the order's invoice whole, by a credit note that refers to it and says the same with opposite signs.

    In the caller's transaction, which must have locked the order. Gives the credit note; None when there is no invoice,
    or it has been taken back already.
    """
    found = await invoices_of_order(db, order_id)
    taken_back = {each.credits_id for each in found}
    open_ones = [each for each in found if not each.is_credit and each.id not in taken_back]
    if not open_ones:
        return None
    original = open_ones[-1]
    (number,) = await next_invoice_numbers(db, original.seller.orgnr, 1)
    await db.execute(
        insert(invoices).values(
            edition_id=original.edition_id,
            order_id=order_id,
            number=number,
            kind=InvoiceKind.CREDIT.value,
            credits_id=original.id,
            issued_at=issued_at,
            issued_on=issued_at.astimezone(edition.zone).date(),
            due_on=None,
            supplied_from=original.supplied_from,
            supplied_until=original.supplied_until,
            language=original.language,
            title=original.title,
            order_code=original.order_code,
            ocr=ocr_reference(number),
            currency=original.currency,
            **_content(original.seller, original.buyer, reversed_lines(original.lines)),
        )
    )
    return (await invoices_of_order(db, order_id))[-1]
