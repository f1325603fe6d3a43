"""Receipts on paper."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from konferens import typesetting
from konferens.payments import receipt as receipts
from konferens.payments.model import InvoiceLine, Method, Payment
from konferens.payments.receipt import Receipt, receipt_pdf
from tests.payments.papers import BUYER, SELLER, pages_of, sold


def make_receipt(lines: tuple[InvoiceLine, ...] | None = None, *amounts: int, language: str = "sv") -> Receipt:
    """For lines (a ticket of 1 250 kr), paid by `amounts` (öre), one a day from 20 November 2026."""
    moment = datetime(2026, 11, 24, 9, tzinfo=UTC)
    payments = [
        Payment(n, 1, 1, amount, Method.SWISH, "", date(2026, 11, 19) + timedelta(days=n), moment, "anna@example.org")
        for n, amount in enumerate(amounts or (125_000,), start=1)
    ]
    return Receipt(
        seller=SELLER,
        buyer=BUYER,
        title="Lokalekonomidagarna 2027",
        first_day=date(2027, 5, 11),
        last_day=date(2027, 5, 12),
        order_code="ABC234",
        invoice_numbers=[],
        lines=sold() if lines is None else lines,
        payments=payments,
        language=language,
    )


def text_of(receipt: Receipt) -> str:
    return " ".join(" ".join(pages_of(receipt_pdf(receipt))).split())


def test_what_was_paid_back_is_told_as_such() -> None:
    text = text_of(make_receipt(None, 130_000, -5_000))
    for words in (
        "Datum 2026-11-21",
        "2026-11-20 Swish 1 300,00 kr",
        "2026-11-21 Återbetalt: Swish −50,00 kr",
        "Betalt 1 250,00 kr",
    ):
        assert words in text
    assert "Att återbetala" not in text
    assert "Kvar att betala" not in text


def test_a_receipt_for_what_was_cancelled_has_no_lines() -> None:
    text = text_of(make_receipt((), 125_000))
    assert "Summa 0,00 kr" in text
    assert "Att återbetala 1 250,00 kr" in text


def test_it_says_why_there_is_no_vat() -> None:
    assert "Momsfritt: försäljningen är undantagen från moms." in text_of(make_receipt(sold(rate=None, vat=0)))


def test_the_same_receipt_gives_the_same_bytes() -> None:
    assert receipt_pdf(make_receipt()) == receipt_pdf(make_receipt())


@pytest.mark.parametrize("count", [0, 1, 40])
def test_screen_readers_are_served(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Typst refuses to declare PDF/UA-1 where tags, title, language or alternative texts are missing."""

    def checked(template: str, data: dict[str, Any]) -> bytes:
        return typesetting.typeset(template, data, standard="ua-1")

    monkeypatch.setattr(receipts, "typeset", checked)
    assert receipt_pdf(make_receipt(sold(count), *[1_000] * max(count, 1))).startswith(b"%PDF")
