"""Invoices made for tests, without a database, and what their PDFs say."""

from datetime import UTC, date, datetime
from typing import Any

import pypdfium2 as pdfium

from konferens.payments.model import (
    Customer,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    Seller,
    invoice_lines,
    ocr_reference,
    vat_totals,
)

SELLER = Seller(
    name="Hela Bygden lever",
    address="Byavägen 1\n123 45 Byn",
    orgnr="802016-0001",
    vat_number="SE802016000101",
    f_tax=True,
    bankgiro="5050-1055",
    swish_number="1231181189",
    email="ekonomi@example.org",
    exemption="",
)
BUYER = Customer(
    name="Åsa Öberg",
    organisation="Östersunds kommun",
    orgnr="212000-2528",
    address="Fakturaenheten\n831 82 Östersund",
    reference="ZZ4711",
    email="asa.oberg@example.org",
)


def sold(count: int = 1, *, price: int = 125_000, rate: int | None = 25, vat: int = 25_000) -> tuple[InvoiceLine, ...]:
    """`count` lines of one ticket each."""
    names = [f"Biljett {number}" for number in range(1, count + 1)]
    return invoice_lines((name, f"Deltagare {name}", price, rate, vat) for name in names)


def make_invoice(lines: tuple[InvoiceLine, ...] | None = None, *, number: int = 1001, **values: Any) -> Invoice:
    """Invoice 1001 of Hela Bygden lever to Östersunds kommun for one ticket."""
    lines = sold() if lines is None else lines
    return Invoice(
        **{
            "id": 1,
            "edition_id": 1,
            "order_id": 1,
            "number": number,
            "kind": InvoiceKind.INVOICE,
            "credits_id": None,
            "credits_number": None,
            "issued_at": datetime(2026, 11, 24, 9, tzinfo=UTC),
            "issued_on": date(2026, 11, 24),
            "due_on": date(2026, 12, 24),
            "supplied_from": date(2027, 5, 11),
            "supplied_until": date(2027, 5, 12),
            "language": "sv",
            "title": "Lokalekonomidagarna 2027",
            "order_code": "ABC234",
            "seller": SELLER,
            "buyer": BUYER,
            "lines": lines,
            "vat": vat_totals(lines),
            "ocr": ocr_reference(number),
            "total": sum(line.gross for line in lines),
            "currency": "SEK",
            **values,
        }
    )


def pages_of(content: bytes) -> list[str]:
    """The text of each page, on lines, with plain spaces."""
    document = pdfium.PdfDocument(content)
    texts = []
    for page in document:
        text_page = page.get_textpage()
        texts.append(text_page.get_text_bounded().replace("\r\n", "\n").replace("\u00a0", " "))
        text_page.close()
        page.close()
    document.close()
    return texts
