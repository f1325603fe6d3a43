"""Invoices and credit notes as PDF, from templates/pdf/invoice.typ.

It blocks for some hundredths of a second: call it in a thread (`asyncio.to_thread`). Texts reach the template as data.
"""

from datetime import date

from konferens.formats import NBSP, date_range, percent
from konferens.i18n import current_language, gettext, use_language
from konferens.payments.model import Invoice, InvoiceLine
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
            "buyer": _buyer(invoice),
            "about": _about(invoice),
            "lines": [_line(line) for line in invoice.lines],
            "vat": [[_rate(part.rate), _amount(part.net), _amount(part.vat)] for part in invoice.vat],
            "net": _amount(invoice.net),
            "vat_amount": _amount(invoice.vat_amount),
            "total": f"{_amount(invoice.total)}{NBSP}{_currency(invoice)}",
            "total_label": gettext("Att kreditera") if invoice.is_credit else gettext("Att betala"),
            "remarks": _remarks(invoice),
            "payment": _payment(invoice),
            "seller": _seller(invoice),
            "words": _words(),
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


def _buyer(invoice: Invoice) -> list[str]:
    """The address, the organisation first where there is one."""
    buyer = invoice.buyer
    names = [buyer.organisation, buyer.name] if buyer.organisation else [buyer.name]
    lines = [*names, *buyer.address.splitlines()]
    if buyer.orgnr:
        lines.append(gettext("Org.nr %(number)s") % {"number": buyer.orgnr})
    if not buyer.address:
        lines.append(buyer.email)
    return [line for line in map(printable, lines) if line]


def _about(invoice: Invoice) -> list[str]:
    """The conference, and its days: those on which what is sold is given."""
    days = date_range(invoice.supplied_from, invoice.supplied_until)
    return [printable(invoice.title), days]


def _line(line: InvoiceLine) -> list[str]:
    note = line.note if len(line.note) <= _LONG else f"{line.note[:_LONG]}…"
    names = ", ".join(printable(name) for name in note.split(", "))
    unit = gettext("st")
    return [
        printable(line.text),
        names,
        f"{line.quantity}{NBSP}{unit}".replace("-", "−"),
        _amount(line.unit_price),
        _rate(line.vat_rate),
        _amount(line.net),
    ]


def _remarks(invoice: Invoice) -> list[str]:
    """Why there is no VAT on what has none, and what a credit note is for."""
    remarks = []
    if invoice.is_credit:
        text = gettext("Krediterar hela faktura %(number)s. Om den redan är betald hör vi av oss om återbetalningen.")
        remarks.append(text % {"number": invoice.credits_number})
    if any(part.rate is None for part in invoice.vat):
        remarks.append(
            printable(invoice.seller.exemption) or gettext("Momsfritt: försäljningen är undantagen från moms.")
        )
    return remarks


def _payment(invoice: Invoice) -> list[list[str]]:
    """What the payer types in."""
    if invoice.is_credit:
        return []
    return [
        [gettext("Bankgiro"), invoice.seller.bankgiro],
        ["OCR", invoice.ocr],
        [gettext("Att betala"), f"{_amount(invoice.total)}{NBSP}{_currency(invoice)}"],
        [gettext("Förfallodag"), _day(invoice.due_on) if invoice.due_on else ""],
    ]


def _seller(invoice: Invoice) -> list[list[str]]:
    """Columns of the foot, each with its label first."""
    seller = invoice.seller
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


def _words() -> dict[str, str]:
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
    }


def _currency(invoice: Invoice) -> str:
    return "kr" if invoice.currency == "SEK" and invoice.language == "sv" else invoice.currency


def _rate(rate: int | None) -> str:
    return gettext("momsfritt") if rate is None else percent(rate)


def _day(value: date) -> str:
    """'2027-05-11', as invoices have it in every language."""
    return value.isoformat()


def _amount(ore: int) -> str:
    """'1 250,00' (Swedish) or '1,250.00', always with öre: amounts stand below each other."""
    whole, cents = divmod(abs(ore), 100)
    separator, point = (",", ".") if current_language.get() == "en" else (NBSP, ",")
    return f"{'−' if ore < 0 else ''}{f'{whole:,}'.replace(',', separator)}{point}{cents:02d}"
