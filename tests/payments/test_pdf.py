"""Invoices on paper: everything that the law demands, page breaks, Swish, and tags for screen readers."""

from dataclasses import replace
from typing import Any

import pypdfium2 as pdfium
import pytest
import zxingcpp

from konferens import typesetting
from konferens.payments import pdf
from konferens.payments.model import Customer, InvoiceKind, invoice_lines, reversed_lines
from konferens.payments.pdf import invoice_pdf
from tests.payments.papers import SELLER, make_invoice, pages_of, sold

MIXED = invoice_lines(
    [
        ("Ordinarie", "Anna Ek", 245_000, 25, 49_000),
        ("Ordinarie", "Bo Ek", 245_000, 25, 49_000),
        ("Middag", "Anna Ek", 45_000, 12, 4_821),
        ("Student", "Cia Ek", 50_050, None, 0),
    ]
)


def test_it_tells_all_that_the_law_demands() -> None:
    (text,) = pages_of(invoice_pdf(make_invoice(MIXED)))
    demanded = {
        "the day of issue": "Datum\n2026-11-24",
        "a number of its own": "Nummer\n1001",
        "the seller's VAT number": "SE802016000101",
        "the seller's name and address": "Hela Bygden lever\nByavägen 1\n123 45 Byn",
        "the buyer's name and address": "Östersunds kommun\nÅsa Öberg\nFakturaenheten\n831 82 Östersund",
        "what was sold, how much of it, at which price and rate": "Ordinarie\nAnna Ek, Bo Ek\n2 st 1 960,00 25 % 3 920,00",
        "another": "Middag\nAnna Ek\n1 st 401,79 12 % 401,79",
        "the day of supply": "Leveransdatum: 11–12 maj 2027",
        "taxable amount and VAT at 25 %": "25 % 3 920,00 980,00",
        "taxable amount and VAT at 12 %": "12 % 401,79 48,21",
        "what is exempt": "momsfritt 500,50 0,00",
        "why it is": "Momsfritt: försäljningen är undantagen från moms.",
        "the sums": "Summa exkl. moms 4 822,29\nMoms 1 028,21",
    }
    flat = " ".join(text.split())
    assert [what for what, words in demanded.items() if " ".join(words.split()) not in flat] == []


def test_it_tells_how_to_pay_and_whom_it_is_for() -> None:
    (text,) = pages_of(invoice_pdf(make_invoice()))
    flat = " ".join(text.split())
    for words in (
        "Bankgiro 5050-1055",
        "OCR 10017",
        "Att betala 1 250,00 kr",
        "Förfallodag 2026-12-24",
        "Er referens ZZ4711",
        "Org.nr 212000-2528",
        "Godkänd för F-skatt",
        "Bokning ABC234",
        "Sida 1 av 1",
    ):
        assert words in flat


def test_the_seller_says_why_there_is_no_vat() -> None:
    seller = replace(SELLER, exemption="Momsfritt: allmännyttig ideell förening.", vat_number="", f_tax=False)
    (text,) = pages_of(invoice_pdf(make_invoice(sold(rate=None, vat=0), seller=seller)))
    assert "Momsfritt: allmännyttig ideell förening." in text
    assert "F-skatt" not in text
    assert "Momsregistreringsnummer" not in text


def test_a_private_buyer_without_an_address_is_known_by_mail() -> None:
    buyer = Customer("Bo Ek", "", "", "", "", "bo@example.org")
    (text,) = pages_of(invoice_pdf(make_invoice(buyer=buyer)))
    assert "Bo Ek\nbo@example.org" in text


def test_a_credit_note_refers_to_its_invoice_and_asks_for_no_money() -> None:
    credit = make_invoice(
        reversed_lines(MIXED),
        number=1002,
        kind=InvoiceKind.CREDIT,
        credits_id=1,
        credits_number=1001,
        due_on=None,
        credits_total=585_050,
    )
    (text,) = pages_of(invoice_pdf(credit))
    flat = " ".join(text.split())
    for words in (
        "Kreditfaktura Nummer 1002",
        "Avser faktura 1001",
        "−2 st 1 960,00 25 % −3 920,00",
        "25 % −3 920,00 −980,00",
        "Att kreditera −5 850,50 kr",
        "Krediterar hela faktura 1001.",
    ):
        assert words in flat
    assert "OCR" not in flat
    assert "Förfallodag" not in flat


def test_it_is_written_in_the_buyers_language() -> None:
    (text,) = pages_of(invoice_pdf(make_invoice(language="en")))
    flat = " ".join(text.split())
    for words in (
        "Invoice Number 1001",
        "Due date 2026-12-24",
        "1 pcs 1,000.00 25% 1,000.00",
        "1,250.00 SEK",
        "Page 1 of 1",
    ):
        assert words in flat


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (8, 1), (40, 3)])
def test_long_invoices_repeat_the_heading_and_count_their_pages(count: int, pages: int) -> None:
    found = pages_of(invoice_pdf(make_invoice(sold(count))))
    assert len(found) == pages
    for number, text in enumerate(found, 1):
        assert f"Sida {number} av {pages}" in text
        assert "Benämning" in text
        assert ("Faktura 1001 – Hela Bygden lever" in text) is (number > 1)
    assert sum(text.count("1 st") for text in found) == count


def test_the_swish_code_has_amount_and_reference() -> None:
    document = pdfium.PdfDocument(invoice_pdf(make_invoice()))
    picture = document[0].render(scale=3).to_pil()
    document.close()
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == ["C1231181189;1250;10017;0"]


def test_without_swish_there_is_no_code() -> None:
    (text,) = pages_of(invoice_pdf(make_invoice(seller=replace(SELLER, swish_number=""))))
    assert "Swish" not in text


def test_texts_are_data_and_never_markup() -> None:
    buyer = Customer("#panic() *Bo* \u202e", "<b>", "", "$x$\n@ref", "#1", "bo@example.org")
    (text,) = pages_of(invoice_pdf(make_invoice(buyer=buyer)))
    assert "<b>\n#panic() *Bo*\n$x$\n@ref" in text


def test_the_same_invoice_gives_the_same_bytes() -> None:
    assert invoice_pdf(make_invoice(MIXED)) == invoice_pdf(make_invoice(MIXED))


@pytest.mark.parametrize("count", [1, 40])
def test_screen_readers_are_served(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Typst refuses to declare PDF/UA-1 where tags, title, language or alternative texts are missing."""

    def checked(template: str, data: dict[str, Any]) -> bytes:
        return typesetting.typeset(template, data, standard="ua-1")

    monkeypatch.setattr(pdf, "typeset", checked)
    assert invoice_pdf(make_invoice(sold(count))).startswith(b"%PDF")
