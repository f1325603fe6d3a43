"""Receipts as PDF: what was bought, its VAT, and every payment for it.

It blocks for some hundredths of a second: call it in a thread (`asyncio.to_thread`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from konferens.formats import NBSP
from konferens.i18n import gettext, use_language
from konferens.payments.model import Customer, InvoiceLine, Payment, Seller, vat_totals
from konferens.payments.pdf import (
    about_lines,
    amount_text,
    buyer_lines,
    currency_text,
    exemption_remarks,
    line_cells,
    rate_text,
    seller_columns,
    words,
)
from konferens.typesetting import printable, typeset


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was bought and paid, at least one payment. `lines` are all that is charged now, `invoice_numbers` those it was
    invoiced by; `first_day` and `last_day` are the conference's.
    """

    seller: Seller
    buyer: Customer
    title: str
    first_day: date
    last_day: date
    order_code: str
    invoice_numbers: Sequence[int]
    lines: Sequence[InvoiceLine]
    payments: Sequence[Payment]
    language: str
    currency: str = "SEK"


def receipt_pdf(receipt: Receipt, *, logo: str = "", colour: str = "#17324d") -> bytes:
    """The document in the receipt's language, A4, tagged; `logo` and `colour` as in `invoice_pdf`.

    The same receipt gives the same bytes.
    """
    with use_language(receipt.language):
        charged = sum(line.gross for line in receipt.lines)
        totals = vat_totals(receipt.lines)
        title = gettext("Kvitto")
        data = {
            "language": receipt.language,
            "title": title,
            "document": f"{title} {receipt.order_code} – {printable(receipt.seller.name)}",
            "logo": printable(logo or receipt.seller.name),
            "colour": colour,
            "facts": _facts(receipt),
            "buyer": buyer_lines(receipt.buyer),
            "about": about_lines(receipt.title, receipt.first_day, receipt.last_day),
            "lines": [line_cells(line) for line in receipt.lines],
            "vat": [[rate_text(part.rate), amount_text(part.net), amount_text(part.vat)] for part in totals],
            "net": amount_text(sum(part.net for part in totals)),
            "vat_amount": amount_text(sum(part.vat for part in totals)),
            "total": _money(charged, receipt),
            "total_label": gettext("Summa"),
            "remarks": exemption_remarks(receipt.seller, totals),
            "payment": [],
            "payments": [
                [each.paid_on.isoformat(), _how(each), _money(each.amount, receipt)] for each in receipt.payments
            ],
            "balance": _balance(receipt, charged),
            "seller": seller_columns(receipt.seller),
            "words": words(),
            "pages": [],
        }
    return typeset("invoice.typ", data)


def _facts(receipt: Receipt) -> list[list[str]]:
    facts = [[gettext("Datum"), max(each.paid_on for each in receipt.payments).isoformat()]]
    facts.append([gettext("Bokning"), receipt.order_code])
    if receipt.invoice_numbers:
        facts.append([gettext("Faktura"), ", ".join(str(number) for number in receipt.invoice_numbers)])
    if receipt.buyer.reference:
        facts.append([gettext("Er referens"), printable(receipt.buyer.reference)])
    return facts


def _how(payment: Payment) -> str:
    if payment.amount < 0:
        return gettext("Återbetalt: %(method)s") % {"method": payment.method.label}
    return payment.method.label


def _balance(receipt: Receipt, charged: int) -> list[list[str]]:
    """What was paid in all, and what is left where something is."""
    paid = sum(each.amount for each in receipt.payments)
    sums = [[gettext("Betalt"), _money(paid, receipt)]]
    if paid < charged:
        sums.append([gettext("Kvar att betala"), _money(charged - paid, receipt)])
    elif paid > charged:
        sums.append([gettext("Att återbetala"), _money(paid - charged, receipt)])
    return sums


def _money(ore: int, receipt: Receipt) -> str:
    return f"{amount_text(ore)}{NBSP}{currency_text(receipt.currency)}"
