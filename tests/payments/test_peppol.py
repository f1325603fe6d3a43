"""E-invoices: valid by the official UBL 2.1 schemas, and by an independent reading of Peppol's rules."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from peppol import check_rules, validate_xsd

from konferens.offering.model import vat_of
from konferens.payments.model import Invoice, InvoiceKind, InvoiceLine, invoice_lines, reversed_lines
from konferens.payments.peppol import can_be_sent, endpoint_of, invoice_ubl, peppol_id
from tests.payments.papers import BUYER, SELLER, make_invoice

NS = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
ROUNDING = Decimal(1)
"""Kronor. VAT is rounded for each thing sold; the rules (BR-CO-17) let a rate's VAT differ by less than one."""


def mixed() -> tuple[InvoiceLine, ...]:
    """Conference, dinner and a book at three rates, and something exempt."""
    sold = [("Ordinarie", name, 125_000, 25, vat_of(125_000, 25)) for name in ("Anna", "Bo", "Cilla")]
    sold += [("Middag", "Anna", 39_500, 12, vat_of(39_500, 12)), ("Bok", "", 24_900, 6, vat_of(24_900, 6))]
    return invoice_lines([*sold, ("Medlemsavgift", "Bo", 20_000, None, 0)])


def credit(invoice: Invoice) -> Invoice:
    lines = reversed_lines(invoice.lines)
    return make_invoice(
        lines,
        number=1002,
        kind=InvoiceKind.CREDIT,
        credits_id=invoice.id,
        credits_number=invoice.number,
        due_on=None,
        seller=invoice.seller,
    )


def wrong(invoice: Invoice) -> list[str]:
    """What is wrong with its e-invoice."""
    content = invoice_ubl(invoice)
    _, messages = validate_xsd(content)
    return [*messages, *(str(finding) for finding in check_rules(content, ROUNDING))]


def texts(invoice: Invoice, path: str) -> list[str]:
    return [str(found.text) for found in etree.fromstring(invoice_ubl(invoice)).findall(path, NS)]


def test_an_invoice_at_several_rates_is_valid() -> None:
    invoice = make_invoice(mixed(), seller=replace(SELLER, exemption="Momsfri enligt ML 10 kap. 16 §"))
    assert wrong(invoice) == []
    assert texts(invoice, ".//cac:LegalMonetaryTotal/cbc:PayableAmount") == ["4594.00"]
    assert texts(invoice, ".//cac:TaxSubtotal/cac:TaxCategory/cbc:Percent") == ["25", "12", "6", "0"]
    assert texts(invoice, ".//cac:TaxSubtotal/cbc:TaxAmount") == ["750.00", "42.32", "14.09", "0.00"]
    assert texts(invoice, ".//cbc:TaxExemptionReason") == ["Momsfri enligt ML 10 kap. 16 §"]
    assert texts(invoice, ".//cac:PaymentMeans/cbc:PaymentID") == [invoice.ocr]
    assert texts(invoice, ".//cac:PayeeFinancialAccount/cbc:ID") == ["50501055"]
    assert texts(invoice, "cbc:BuyerReference") == ["ZZ4711"]


def test_a_credit_note_is_valid_positive_and_names_its_invoice() -> None:
    note = credit(make_invoice(mixed()))
    assert wrong(note) == []
    assert texts(note, ".//cac:BillingReference//cbc:ID") == ["1001"]
    assert texts(note, ".//cbc:CreditedQuantity") == ["3", "1", "1", "1"]
    assert texts(note, ".//cac:LegalMonetaryTotal/cbc:PayableAmount") == ["4594.00"]


def test_a_seller_without_vat_is_outside_its_scope() -> None:
    lines = invoice_lines([("Ordinarie", "Anna", 60_000, None, 0)])
    seller = replace(SELLER, vat_number="", exemption="Föreningen är inte momspliktig.")
    invoice = make_invoice(lines, seller=seller)
    assert wrong(invoice) == []
    assert texts(invoice, ".//cac:TaxSubtotal/cac:TaxCategory/cbc:ID") == ["O"]


def test_addresses_and_names_of_any_kind_are_valid() -> None:
    buyer = replace(BUYER, name="<&\"' ☃", address="c/o X\nBox 1\nPlan 3\nHus B\n831 82 Östersund", reference="")
    invoice = make_invoice(buyer=buyer)
    assert wrong(invoice) == []
    assert texts(invoice, ".//cac:AccountingCustomerParty//cbc:CityName") == ["Östersund"]
    assert texts(invoice, ".//cac:AccountingCustomerParty//cac:AddressLine/cbc:Line") == ["Plan 3, Hus B"]
    assert texts(invoice, "cbc:BuyerReference") == ["ABC234"]
    assert wrong(make_invoice(buyer=replace(BUYER, address=""))) == []


@given(
    st.lists(
        st.tuples(st.integers(1, 500_000), st.sampled_from([25, 12, 6, 0, None]), st.integers(1, 12)),
        min_size=1,
        max_size=8,
    )
)
def test_any_mix_of_prices_is_valid_both_ways(sold: list[tuple[int, int | None, int]]) -> None:
    things = [
        (f"Vara {number}", "", price, rate, vat_of(price, rate))
        for number, (price, rate, count) in enumerate(sold)
        for _ in range(count)
    ]
    invoice = make_invoice(invoice_lines(things))
    assert wrong(invoice) == []
    assert wrong(credit(invoice)) == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("7300010000001", "0088:7300010000001"),
        ("0088:7300010000001", "0088:7300010000001"),
        ("0007:556012-5790", "0007:5560125790"),
        ("9955:SE556012579001", "9955:SE556012579001"),
    ],
)
def test_electronic_addresses_are_taken_as_people_write_them(typed: str, found: str) -> None:
    assert peppol_id(typed) == found


@pytest.mark.parametrize("typed", ["7300010000002", "kommunen", "0088:123", ":", "12"])
def test_what_is_no_electronic_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="GLN"):
        peppol_id(typed)


def test_the_buyer_is_reached_at_its_own_address_or_by_its_number() -> None:
    assert endpoint_of(replace(BUYER, peppol="0088:7300010000001")) == "0088:7300010000001"
    assert endpoint_of(BUYER) == "0007:2120002528"
    person = make_invoice(buyer=replace(BUYER, orgnr=""))
    assert not can_be_sent(person)
    with pytest.raises(ValueError, match="no electronic address"):
        invoice_ubl(person)


@pytest.mark.parametrize("odd", ["\x00", "\x0b", "\ufffe", "\uffff", "\ud800", "]]>", "<b>&amp;"])
def test_what_people_write_leaves_it_well_formed(odd: str) -> None:
    buyer = replace(BUYER, name=f"A{odd}b", organisation="", reference=f"r{odd}", address=f"G{odd}\n656 37 K{odd}")
    found = texts(make_invoice(mixed(), buyer=buyer), ".//cac:AccountingCustomerParty//cac:PartyName/cbc:Name")
    assert found == [f"A{odd}b" if odd.isprintable() else "Ab"]
