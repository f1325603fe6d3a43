"""References, check digits and sums."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from konferens.offering.model import vat_of
from konferens.payments.model import (
    InvoiceLine,
    VatTotal,
    invoice_lines,
    is_bankgiro,
    missing_for_invoices,
    ocr_reference,
    reversed_lines,
    vat_totals,
)
from konferens.payments.swish import swish_text, swish_url
from tests.payments.papers import SELLER


def test_an_ocr_reference_is_the_number_and_a_check_digit() -> None:
    assert [ocr_reference(number) for number in (1, 1001, 1002, 7992739871)] == ["18", "10017", "10025", "79927398713"]
    with pytest.raises(ValueError, match="0"):
        ocr_reference(0)


@given(st.integers(min_value=1, max_value=10**12), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_makes_no_ocr_reference(number: int, place: int, more: int) -> None:
    ocr = ocr_reference(number)
    assert luhn.is_valid(ocr)
    place %= len(ocr)
    wrong = ocr[:place] + str((int(ocr[place]) + more) % 10) + ocr[place + 1 :]
    assert not luhn.is_valid(wrong)


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("5050-1055", True),
        ("50501055", True),
        ("123-4566", True),
        ("5050 1055", True),
        ("5050-1056", False),
        ("123-456", False),
        ("5050-10551", False),
        ("٥٠٥٠١٠٥٥", False),
        ("0", False),
        ("", False),
        ("ABC-DEFG", False),
    ],
)
def test_a_bankgiro_number_has_seven_or_eight_digits_and_checks(text: str, valid: bool) -> None:
    assert is_bankgiro(text) is valid


def test_equal_tickets_are_one_line_that_names_everybody() -> None:
    lines = invoice_lines(
        [
            ("Ordinarie", "Anna Ek", 125_000, 25, 25_000),
            ("Student", "Bo Ek", 50_000, None, 0),
            ("Ordinarie", "Cia Ek", 125_000, 25, 25_000),
            ("Ordinarie", "", 99_000, 25, 19_800),
        ]
    )
    assert lines == (
        InvoiceLine("Ordinarie", "Anna Ek, Cia Ek", 2, 100_000, 25, 200_000, 50_000),
        InvoiceLine("Student", "Bo Ek", 1, 50_000, None, 50_000, 0),
        InvoiceLine("Ordinarie", "", 1, 79_200, 25, 79_200, 19_800),
    )
    assert vat_totals(lines) == (VatTotal(25, 279_200, 69_800), VatTotal(None, 50_000, 0))


sales = st.lists(
    st.tuples(
        st.sampled_from(["Ordinarie", "Student", "Middag"]),
        st.sampled_from(["Anna", "Bo", ""]),
        st.integers(1, 5_000_000),
        st.sampled_from([None, 0, 6, 12, 25]),
    ),
    max_size=50,
)


@given(sales)
def test_the_sums_of_parts_are_the_total(sold: list[tuple[str, str, int, int | None]]) -> None:
    lines = invoice_lines((text, name, price, rate, vat_of(price, rate)) for text, name, price, rate in sold)
    total = sum(price for _, _, price, _ in sold)
    assert sum(line.gross for line in lines) == total
    assert sum(part.net + part.vat for part in vat_totals(lines)) == total
    assert sum(part.vat for part in vat_totals(lines)) == sum(vat_of(price, rate) for _, _, price, rate in sold)
    assert sum(line.quantity for line in lines) == len(sold)
    assert all(line.quantity * line.unit_price == line.net for line in lines)
    assert sum(line.gross for line in reversed_lines(lines)) == -total
    assert vat_totals(reversed_lines(lines)) == tuple(
        VatTotal(part.rate, -part.net, -part.vat) for part in vat_totals(lines)
    )


def test_a_seller_needs_a_vat_number_only_where_vat_is_charged() -> None:
    from dataclasses import replace

    unregistered = replace(SELLER, vat_number="")
    assert missing_for_invoices(unregistered, [None, 0]) == []
    assert missing_for_invoices(unregistered, [None, 6]) == ["momsregistreringsnummer"]
    assert missing_for_invoices(SELLER, [25]) == []
    nobody = replace(SELLER, name="", address="", orgnr="", bankgiro="")
    assert missing_for_invoices(nobody, [25]) == [
        "säljarens namn",
        "säljarens adress",
        "organisationsnummer",
        "bankgiro",
    ]


def test_swish_is_filled_in_with_amount_and_reference() -> None:
    assert swish_text("123 118 11 89", 125_000, "10017") == "C1231181189;1250;10017;0"
    assert swish_text("1231181189", 125_050, "10017") == "C1231181189;1250.50;10017;0"
    assert (
        swish_url("1231181189", 125_050, "10017")
        == "https://app.swish.nu/1/p/sw/?sw=1231181189&amt=1250.50&cur=SEK&msg=10017&src=qr"
    )
    assert (swish_text("", 1, "10017"), swish_url("", 1, "10017")) == ("", "")
