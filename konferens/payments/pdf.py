"""Invoices and credit notes as PDF, from templates/pdf/invoice.typ; receipts (`receipt`) share its parts.

It blocks for some hundredths of a second: call it in a thread (`asyncio.to_thread`). Texts reach the template as data.
"""

from collections.abc import Iterable
from datetime import date

from konferens.formats import NBSP, date_range, percent
from konferens.i18n import current_language, gettext, use_language
from konferens.payments.model import Customer, Invoice, InvoiceLine, Seller, VatTotal
from konferens.payments.swish import swish_text
from konferens.typesetting import printable, typeset

_LONG = 3000
"""Characters of names under a line that are printed: those of fifty people."""


def invoice_pdf(invoice: Invoice, *, logo: str = "", colour: str = "#17324d") -> bytes:
    """The document in the invoice's language, A4, tagged; `logo` is the text at the top, the seller's name unless told.

    `colour` ('#rrggbb') is the rule's under it. The same invoice gives the same bytes.
    """
    with use_language(invoice.language):
        title = gettext("Kreditfaktura") if invoice.is_credit else gettext("Faktura")
        data = {
            "language": invoice.language,
            "title": title,
            "document": f"{title} {invoice.number} – {printable(invoice.seller.name)}",
            "logo": printable(logo or invoice.seller.name),
            "colour": colour,
            "facts": _facts(invoice),
            "buyer": buyer_lines(invoice.buyer),
            "about": about_lines(invoice.title, invoice.supplied_from, invoice.supplied_until),
            "lines": [line_cells(line) for line in invoice.lines],
            "vat": [[rate_text(part.rate), amount_text(part.net), amount_text(part.vat)] for part in invoice.vat],
            "net": amount_text(invoice.net),
            "vat_amount": amount_text(invoice.vat_amount),
            "total": f"{amount_text(invoice.total)}{NBSP}{currency_text(invoice.currency)}",
            "total_label": gettext("Att kreditera") if invoice.is_credit else gettext("Att betala"),
            "remarks": _remarks(invoice),
            "payment": _payment(invoice),
            "seller": seller_columns(invoice.seller),
            "words": words(),
            "payments": [],
            "balance": [],
            "pages": _swish(invoice),
        }
    return typeset("invoice.typ", data)


def _facts(invoice: Invoice) -> list[list[str]]:
    """What stands beside the title: number, days, references."""
    facts = [
        [gettext("Nummer"), str(invoice.number)],
        [gettext("Datum"), _day(invoice.issued_on)],
    ]
    if invoice.due_on is not None:
        facts.append([gettext("Förfallodag"), _day(invoice.due_on)])
    if invoice.credits_number is not None:
        facts.append([gettext("Avser faktura"), str(invoice.credits_number)])
    facts.append([gettext("Bokning"), invoice.order_code])
    if invoice.buyer.reference:
        facts.append([gettext("Er referens"), printable(invoice.buyer.reference)])
    return facts


def buyer_lines(buyer: Customer) -> list[str]:
    """The address, the organisation first where there is one."""
    names = [buyer.organisation, buyer.name] if buyer.organisation else [buyer.name]
    lines = [*names, *buyer.address.splitlines()]
    if buyer.orgnr:
        lines.append(gettext("Org.nr %(number)s") % {"number": buyer.orgnr})
    if not buyer.address:
        lines.append(buyer.email)
    return [line for line in map(printable, lines) if line]


def about_lines(title: str, first: date, last: date) -> list[str]:
    """The conference, and its days: those on which what is sold is given."""
    return [printable(title), date_range(first, last)]


def line_cells(line: InvoiceLine) -> list[str]:
    note = line.note if len(line.note) <= _LONG else f"{line.note[:_LONG]}…"
    names = ", ".join(printable(name) for name in note.split(", "))
    unit = gettext("st")
    return [
        printable(line.text),
        names,
        f"{line.quantity}{NBSP}{unit}".replace("-", "−"),
        amount_text(line.unit_price),
        rate_text(line.vat_rate),
        amount_text(line.net),
    ]


def _remarks(invoice: Invoice) -> list[str]:
    """What a credit note is for, and why there is no VAT on what has none."""
    remarks = []
    if invoice.is_credit:
        text = gettext("Krediterar hela faktura %(number)s.")
        if not invoice.credits_all:
            text = gettext("Krediterar en del av faktura %(number)s.")
        back = gettext("Har du betalat mer än det som är kvar betalar vi tillbaka det.")
        remarks.append(f"{text % {'number': invoice.credits_number}} {back}")
    return remarks + exemption_remarks(invoice.seller, invoice.vat)


def exemption_remarks(seller: Seller, vat: Iterable[VatTotal]) -> list[str]:
    """Why there is no VAT on what has none; nothing where all has."""
    if all(part.rate is not None for part in vat):
        return []
    return [printable(seller.exemption) or gettext("Momsfritt: försäljningen är undantagen från moms.")]


def _payment(invoice: Invoice) -> list[list[str]]:
    """What the payer types in."""
    if invoice.is_credit:
        return []
    return [
        [gettext("Bankgiro"), invoice.seller.bankgiro],
        ["OCR", invoice.ocr],
        [gettext("Att betala"), f"{amount_text(invoice.total)}{NBSP}{currency_text(invoice.currency)}"],
        [gettext("Förfallodag"), _day(invoice.due_on) if invoice.due_on else ""],
    ]


def seller_columns(seller: Seller) -> list[list[str]]:
    """Columns of the foot, each with its label first."""
    columns = [
        [gettext("Säljare"), seller.name, *seller.address.splitlines()],
        [gettext("Organisationsnummer"), seller.orgnr],
    ]
    if seller.vat_number:
        columns[-1] += [gettext("Momsregistreringsnummer"), seller.vat_number]
    contact = [gettext("Bankgiro"), seller.bankgiro]
    if seller.email:
        contact += [gettext("E-post"), seller.email]
    columns.append(contact)
    if seller.f_tax:
        columns[1].append(gettext("Godkänd för F-skatt"))
    return [[line for line in map(printable, column) if line] for column in columns]


def _swish(invoice: Invoice) -> list[dict[str, str]]:
    """The prefilled Swish code; `pages` since typesetting makes a QR code for each of them."""
    text = "" if invoice.is_credit else swish_text(invoice.seller.swish_number, invoice.total, invoice.ocr)
    return [{"qr_text": text}] if text else []


def words() -> dict[str, str]:
    return {
        "to": gettext("Köpare"),
        "text": gettext("Benämning"),
        "quantity": gettext("Antal"),
        "unit_price": gettext("À-pris"),
        "vat_rate": gettext("Moms"),
        "amount": gettext("Belopp"),
        "without_vat": gettext("exkl. moms"),
        "base": gettext("Underlag"),
        "vat": gettext("Moms"),
        "sum_net": gettext("Summa exkl. moms"),
        "sum_vat": gettext("Moms"),
        "swish": gettext("Betala med Swish"),
        "swish_alt": gettext("QR-kod för Swish med belopp och märkning ifyllda"),
        "page": gettext("Sida"),
        "of": gettext("av"),
        "supplied": gettext("Leveransdatum"),
        "payments": gettext("Betalningar"),
    }


def currency_text(currency: str) -> str:
    """'kr', in English the code."""
    return "kr" if currency == "SEK" and current_language.get() == "sv" else currency


def rate_text(rate: int | None) -> str:
    return gettext("momsfritt") if rate is None else percent(rate)


def _day(value: date) -> str:
    """'2027-05-11', as invoices have it in every language."""
    return value.isoformat()


def amount_text(ore: int) -> str:
    """'1 250,00' (Swedish) or '1,250.00', always with öre: amounts stand below each other."""
    whole, cents = divmod(abs(ore), 100)
    separator, point = (",", ".") if current_language.get() == "en" else (NBSP, ",")
    return f"{'−' if ore < 0 else ''}{f'{whole:,}'.replace(',', separator)}{point}{cents:02d}"
