"""Invoices and credit notes, and their rules. Money is öre, VAT rates whole percent or None (exempt, momsfri).

What an invoice must tell stands in mervärdesskattelag (2023:200) 17 kap. 24 §; that a credit note refers to its invoice,
in 22 §. Both are frozen when they are issued: what they say never changes afterwards.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from stdnum import luhn

from konferens.events.model import Edition
from konferens.i18n import gettext

FIRST_NUMBER = 1001
"""Where a seller's numbers begin."""

_BANKGIRO_LENGTHS = (7, 8)


class InvoiceKind(StrEnum):
    INVOICE = "invoice"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells, as the invoice names it. `orgnr` is '556012-5790', `vat_number` 'SE556012579001' or ''.

    `exemption` tells why what is sold without VAT has none, or is ''.
    """

    name: str
    address: str
    orgnr: str
    vat_number: str
    f_tax: bool
    bankgiro: str
    swish_number: str
    email: str
    exemption: str


@dataclass(frozen=True, slots=True)
class Customer:
    """Who pays. Everything but `name` may be ''. `peppol` is an electronic address, as `payments.peppol.peppol_id` has it."""

    name: str
    organisation: str
    orgnr: str
    address: str
    reference: str
    email: str
    peppol: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """Equal things sold. `unit_price`, `net` and `vat` are without VAT, without VAT and the VAT: net + vat is what is paid.

    `quantity` is negative on credit notes, and `net` and `vat` with it. `note` says more: whom the tickets are for.
    """

    text: str
    note: str
    quantity: int
    unit_price: int
    vat_rate: int | None
    net: int
    vat: int

    @property
    def gross(self) -> int:
        return self.net + self.vat


@dataclass(frozen=True, slots=True)
class VatTotal:
    """One rate's part: the taxable amount (beskattningsunderlag) and the VAT."""

    rate: int | None
    net: int
    vat: int


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice, or the credit note that takes one back. `issued_on` and the other days are in the conference's zone.

    `supplied_from` and `supplied_until` are the days on which what was sold is given: the conference's. `due_on` is None
    on credit notes. `credits_id` and `credits_number` name the invoice that a credit note is for, `credits_total` is that
    invoice's total.
    """

    id: int
    edition_id: int
    order_id: int
    number: int
    kind: InvoiceKind
    credits_id: int | None
    credits_number: int | None
    issued_at: datetime
    issued_on: date
    due_on: date | None
    supplied_from: date
    supplied_until: date
    language: str
    title: str
    order_code: str
    seller: Seller
    buyer: Customer
    lines: tuple[InvoiceLine, ...]
    vat: tuple[VatTotal, ...]
    ocr: str
    total: int
    currency: str
    credits_total: int | None = None

    @property
    def is_credit(self) -> bool:
        return self.kind is InvoiceKind.CREDIT

    @property
    def credits_all(self) -> bool:
        """Whether it takes an invoice back whole, by itself."""
        return self.credits_total is not None and self.credits_total == -self.total

    @property
    def filename(self) -> str:
        """Its document's name, after the order's address."""
        return f"invoices/{self.number}.pdf"

    @property
    def net(self) -> int:
        return sum(part.net for part in self.vat)

    @property
    def vat_amount(self) -> int:
        return sum(part.vat for part in self.vat)


class Method(StrEnum):
    """How money came or went back."""

    BANKGIRO = "bankgiro"
    SWISH = "swish"
    CASH = "cash"
    OTHER = "other"

    @property
    def label(self) -> str:
        """In the current language."""
        return {
            Method.BANKGIRO: gettext("Bankgiro eller bankkonto"),
            Method.SWISH: "Swish",
            Method.CASH: gettext("Kontant"),
            Method.OTHER: gettext("Annat sätt"),
        }[self]


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came for an order, or went back (negative), in öre. `paid_on` is the day by bank or hand."""

    id: int
    edition_id: int
    order_id: int
    amount: int
    method: Method
    reference: str
    paid_on: date
    recorded_at: datetime
    actor: str


def ocr_reference(number: int) -> str:
    """The OCR reference of an invoice: its number and a check digit (Luhn, modulus 10). Raises ValueError below 1."""
    if number < 1:
        raise ValueError(f"no invoice has the number {number}")
    return f"{number}{luhn.calc_check_digit(str(number))}"


def is_bankgiro(text: str) -> bool:
    """Whether `text` is a bankgiro number: seven or eight digits, hyphen or not, the last a check digit (Luhn)."""
    digits = text.replace("-", "").replace(" ", "")
    return digits.isascii() and digits.isdigit() and len(digits) in _BANKGIRO_LENGTHS and bool(luhn.is_valid(digits))


def invoice_lines(sold: Iterable[tuple[str, str, int, int | None, int]]) -> tuple[InvoiceLine, ...]:
    """Lines for things sold one by one, each (text, whom for, price with VAT, rate, VAT in it): equal ones are one line.

    VAT was rounded for each thing, so that a line's amounts are whole multiples of the unit's and sums need no rounding.
    """
    groups: dict[tuple[str, int, int | None, int], list[str]] = {}
    for text, name, price, rate, vat in sold:
        groups.setdefault((text, price, rate, vat), []).append(name)
    return tuple(
        InvoiceLine(
            text=text,
            note=", ".join(name for name in names if name),
            quantity=len(names),
            unit_price=price - vat,
            vat_rate=rate,
            net=len(names) * (price - vat),
            vat=len(names) * vat,
        )
        for (text, price, rate, vat), names in groups.items()
    )


def vat_totals(lines: Iterable[InvoiceLine]) -> tuple[VatTotal, ...]:
    """Taxable amount and VAT of each rate, the highest first and what is exempt last."""
    sums: dict[int | None, tuple[int, int]] = {}
    for line in lines:
        net, vat = sums.get(line.vat_rate, (0, 0))
        sums[line.vat_rate] = (net + line.net, vat + line.vat)
    rates = sorted(sums, key=lambda rate: -1 if rate is None else rate, reverse=True)
    return tuple(VatTotal(rate, *sums[rate]) for rate in rates)


def reversed_lines(lines: Iterable[InvoiceLine]) -> tuple[InvoiceLine, ...]:
    """The lines of a credit note that takes all of these back."""
    return tuple(replace(line, quantity=-line.quantity, net=-line.net, vat=-line.vat) for line in lines)


def seller_of(edition: Edition) -> Seller:
    """Who sells the edition's tickets, as its settings say now."""
    return Seller(
        name=edition.seller_name,
        address=edition.seller_address,
        orgnr=edition.seller_orgnr,
        vat_number=edition.seller_vat_number,
        f_tax=edition.f_tax,
        bankgiro=edition.bankgiro,
        swish_number=edition.swish_number,
        email=edition.contact_email,
        exemption=edition.exemption_text,
    )


def missing_for_invoices(seller: Seller, rates: Iterable[int | None]) -> list[str]:
    """What `seller` lacks to invoice sales at these rates, in the current language; nothing is wrong when it is empty.

    A VAT number is needed where VAT is charged.
    """
    charges_vat = any(rates)
    wanted = (
        (seller.name, gettext("säljarens namn")),
        (seller.address, gettext("säljarens adress")),
        (seller.orgnr, gettext("organisationsnummer")),
        (seller.vat_number or not charges_vat, gettext("momsregistreringsnummer")),
        (seller.bankgiro, gettext("bankgiro")),
    )
    return [label for value, label in wanted if not value]
