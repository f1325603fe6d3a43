"""Issuing invoices and credit notes, always inside the transaction of what they are for.

Numbers come from the seller's counter in that same transaction: when it is rolled back, so is the number, and the series
has neither gaps nor duplicates (mervärdesskattelag 17 kap. 24 § 2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, update

from konferens.counters import reserve_numbers
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.events.model import Edition
from konferens.payments.crediting import Thing, left_to_credit, lines_of, take, things_on
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
from konferens.tables import invoices, orders


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
    last = FIRST_NUMBER - 1 + await reserve_numbers(db, f"invoices:{seller_orgnr}", n)
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


async def invoice_more(db: Database, draft: InvoiceDraft, order_id: int) -> Invoice:
    """Invoice what was added to the order, or all of it anew; its OCR becomes the order's. In the caller's transaction.

    Raises ConflictError when the draft has no lines, or the edition's settings lack something that invoices must say.
    """
    if not draft.lines or not draft.can_be_issued:
        raise ConflictError(f"nothing of order {draft.order_code} can be invoiced")
    (number,) = await next_invoice_numbers(db, draft.edition.seller_orgnr, 1)
    await issue_invoices(db, [(draft, order_id, number)])
    await db.execute(update(orders).where(orders.c.id == order_id).values(ocr=ocr_reference(number)))
    return (await invoices_of_order(db, order_id))[-1]


async def credit_order(db: Database, edition: Edition, order_id: int, *, issued_at: datetime) -> Invoice | None:
    """Take back what is left of the order's invoices, by a credit note for each.

    In the caller's transaction, which must have locked the order. Gives the last credit note; None when nothing was left.
    """
    papers = await invoices_of_order(db, order_id)
    return await _credit(db, edition, papers, left_to_credit(papers), issued_at)


async def credit_lines(
    db: Database, edition: Edition, order_id: int, lines: Sequence[InvoiceLine], *, issued_at: datetime
) -> Invoice | None:
    """Take back these lines (positive quantities, as sold), by a credit note for each of the order's invoices that has them.

    Never more than what is left of an invoice. In the caller's transaction, which must have locked the order. A credit note
    is in its invoice's language. Gives the last one; None when nothing was left of them.
    """
    papers = await invoices_of_order(db, order_id)
    taken = take(things_on(lines), left_to_credit(papers))
    return await _credit(db, edition, papers, taken, issued_at)


async def _credit(
    db: Database, edition: Edition, papers: Sequence[Invoice], taken: Mapping[int, list[Thing]], issued_at: datetime
) -> Invoice | None:
    """Write a credit note for each invoice of which something is taken back."""
    credited = [(paper, lines_of(taken[paper.id])) for paper in papers if paper.id in taken]
    credited = [(paper, lines) for paper, lines in credited if lines]
    if not credited:
        return None
    rows = []
    for orgnr in sorted({paper.seller.orgnr for paper, _ in credited}):  # more than one where the seller has changed
        of_seller = [(paper, lines) for paper, lines in credited if paper.seller.orgnr == orgnr]
        numbers = await next_invoice_numbers(db, orgnr, len(of_seller))
        rows += [
            _credit_row(edition, paper, lines, number, issued_at)
            for (paper, lines), number in zip(of_seller, numbers, strict=True)
        ]
    await db.execute_many(insert(invoices), rows)
    return (await invoices_of_order(db, credited[0][0].order_id))[-1]


def _credit_row(
    edition: Edition, invoice: Invoice, lines: Sequence[InvoiceLine], number: int, issued_at: datetime
) -> dict[str, Any]:
    """Says the same as the invoice that it takes these lines of back, with opposite signs."""
    return {
        "edition_id": invoice.edition_id,
        "order_id": invoice.order_id,
        "number": number,
        "kind": InvoiceKind.CREDIT.value,
        "credits_id": invoice.id,
        "issued_at": issued_at,
        "issued_on": issued_at.astimezone(edition.zone).date(),
        "due_on": None,
        "supplied_from": invoice.supplied_from,
        "supplied_until": invoice.supplied_until,
        "language": invoice.language,
        "title": invoice.title,
        "order_code": invoice.order_code,
        "ocr": ocr_reference(number),
        "currency": invoice.currency,
        **_content(invoice.seller, invoice.buyer, reversed_lines(lines)),
    }
