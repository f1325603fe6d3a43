"""Invoices and credit notes as Peppol BIS Billing 3.0 has them: UBL 2.1, for buyers who must get e-invoices.

Public bodies in Sweden take no other (lag 2018:1277). The file is given to an access point, as accounting programs and
the banks' invoice services have them. Rules: docs.peppol.eu/poacc/billing/3.0, with those for Swedish sellers (SE-R-…).
"""

import re
from datetime import date
from xml.etree import ElementTree as ET

from stdnum import ean

from konferens.i18n import gettext, use_language
from konferens.payments.model import Customer, Invoice, InvoiceLine, Seller, VatTotal

_CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_ROOT = "urn:oasis:names:specification:ubl:schema:xsd:{}-2"

ORGNR_SCHEME = "0007"
GLN_SCHEME = "0088"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 can't hold (§2.2, Char), even escaped."""

_SCHEMES = re.compile(r"([0-9]{4}):(\S{1,50})", re.ASCII)
_INVOICE, _CREDIT_NOTE = "380", "381"  # UNCL1001
_TRANSFER = "30"  # UNCL4461: credit transfer
_PIECE = "C62"  # UN/ECE recommendation 20: one


def peppol_id(text: str) -> str:
    """An electronic address as it is usually written, as 'SCHEME:ID': '0088:7300010000001', a bare GLN of 13 digits, or an
    organisationsnummer with its scheme. Raises ValueError with a message in the current language.
    """
    plain = re.sub(r"\s", "", text)
    if match := _SCHEMES.fullmatch(plain):
        scheme, number = match.groups()
    else:
        scheme, number = GLN_SCHEME, plain
    if scheme == ORGNR_SCHEME:
        number = number.replace("-", "")
    if scheme == GLN_SCHEME and not (len(number) == 13 and ean.is_valid(number)):  # noqa: PLR2004 - a GLN's length
        raise ValueError(
            gettext("Det är inget GLN och inget Peppol-id. Skriv som 7300010000001 eller 0007:5560125790.")
        )
    return f"{scheme}:{number}"


def endpoint_of(buyer: Customer) -> str:
    """Where the buyer takes e-invoices: the address they gave, else their organisationsnummer; '' for neither."""
    if buyer.peppol:
        return buyer.peppol
    return f"{ORGNR_SCHEME}:{_digits(buyer.orgnr)}" if buyer.orgnr else ""


def can_be_sent(invoice: Invoice) -> bool:
    """Whether there is an electronic address to send it to."""
    return bool(endpoint_of(invoice.buyer))


def invoice_ubl(invoice: Invoice) -> bytes:
    """The document as UTF-8 XML, in the invoice's language; the same invoice gives the same bytes.

    Raises ValueError for a buyer without an electronic address.
    """
    if not can_be_sent(invoice):
        raise ValueError(f"the buyer of invoice {invoice.number} has no electronic address")
    kind = "CreditNote" if invoice.is_credit else "Invoice"
    with use_language(invoice.language):
        root = ET.Element(f"{{{_ROOT.format(kind)}}}{kind}")
        _head(root, invoice)
        _seller(root, invoice.seller)
        _buyer(root, invoice.buyer)
        if not invoice.is_credit:
            _payment(root, invoice)
        _tax(root, invoice)
        _totals(root, invoice)
        for number, line in enumerate(invoice.lines, start=1):
            _line(root, invoice, number, line)
    ET.register_namespace("", _ROOT.format(kind))
    ET.register_namespace("cac", _CAC)
    ET.register_namespace("cbc", _CBC)
    ET.indent(root)
    content: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return content


def _head(root: ET.Element, invoice: Invoice) -> None:
    _text(root, "CustomizationID", _CUSTOMIZATION)
    _text(root, "ProfileID", _PROFILE)
    _text(root, "ID", str(invoice.number))
    _text(root, "IssueDate", _day(invoice.issued_on))
    if invoice.due_on is not None:
        _text(root, "DueDate", _day(invoice.due_on))
    _text(root, "CreditNoteTypeCode" if invoice.is_credit else "InvoiceTypeCode", _type(invoice))
    _text(root, "Note", gettext("%(title)s, bokning %(code)s") % {"title": invoice.title, "code": invoice.order_code})
    _text(root, "DocumentCurrencyCode", invoice.currency)
    # Somebody must be named at the buyer's: rule PEPPOL-EN16931-R003. The order's code is what both sides know.
    _text(root, "BuyerReference", invoice.buyer.reference or invoice.order_code)
    period = _group(root, "InvoicePeriod")
    _text(period, "StartDate", _day(invoice.supplied_from))
    _text(period, "EndDate", _day(invoice.supplied_until))
    if invoice.credits_number is not None:
        _text(_group(_group(root, "BillingReference"), "InvoiceDocumentReference"), "ID", str(invoice.credits_number))


def _type(invoice: Invoice) -> str:
    return _CREDIT_NOTE if invoice.is_credit else _INVOICE


def _seller(root: ET.Element, seller: Seller) -> None:
    party = _group(_group(root, "AccountingSupplierParty"), "Party")
    orgnr = _digits(seller.orgnr)
    _text(party, "EndpointID", orgnr, schemeID=ORGNR_SCHEME)
    _text(_group(party, "PartyName"), "Name", seller.name)
    _address(party, seller.address)
    if seller.vat_number:
        _tax_scheme(party, seller.vat_number, "VAT")
    if seller.f_tax:
        _tax_scheme(party, "Godkänd för F-skatt", "TAX")  # the words that rule SE-R-005 asks for
    legal = _group(party, "PartyLegalEntity")
    _text(legal, "RegistrationName", seller.name)
    _text(legal, "CompanyID", orgnr, schemeID=ORGNR_SCHEME)
    if seller.email:
        _text(_group(party, "Contact"), "ElectronicMail", seller.email)


def _buyer(root: ET.Element, buyer: Customer) -> None:
    party = _group(_group(root, "AccountingCustomerParty"), "Party")
    scheme, _, number = endpoint_of(buyer).partition(":")
    _text(party, "EndpointID", number, schemeID=scheme)
    name = buyer.organisation or buyer.name
    _text(_group(party, "PartyName"), "Name", name)
    _address(party, buyer.address)
    legal = _group(party, "PartyLegalEntity")
    _text(legal, "RegistrationName", name)
    if buyer.orgnr:
        _text(legal, "CompanyID", _digits(buyer.orgnr), schemeID=ORGNR_SCHEME)
    if buyer.organisation or buyer.email:
        contact = _group(party, "Contact")
        _text(contact, "Name", buyer.name)
        if buyer.email:
            _text(contact, "ElectronicMail", buyer.email)


def _address(party: ET.Element, text: str) -> None:
    """Street lines, and '656 37 Karlstad' apart where the last line is such."""
    address = _group(party, "PostalAddress")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    town = re.fullmatch(r"(?:SE-?)?([0-9]{3}) ?([0-9]{2})\s+(.+)", lines[-1], re.ASCII) if lines else None
    street = lines[:-1] if town else lines
    for name, line in zip(("StreetName", "AdditionalStreetName"), street, strict=False):
        _text(address, name, line)
    if town:
        _text(address, "CityName", town[3])
        _text(address, "PostalZone", f"{town[1]} {town[2]}")
    if len(street) > 2:  # noqa: PLR2004 - the two that have elements of their own
        _text(_group(address, "AddressLine"), "Line", ", ".join(street[2:]))
    _text(_group(address, "Country"), "IdentificationCode", "SE")


def _tax_scheme(party: ET.Element, number: str, scheme: str) -> None:
    group = _group(party, "PartyTaxScheme")
    _text(group, "CompanyID", number)
    _text(_group(group, "TaxScheme"), "ID", scheme)


def _payment(root: ET.Element, invoice: Invoice) -> None:
    means = _group(root, "PaymentMeans")
    _text(means, "PaymentMeansCode", _TRANSFER)
    _text(means, "PaymentID", invoice.ocr)
    account = _group(means, "PayeeFinancialAccount")
    _text(account, "ID", _digits(invoice.seller.bankgiro))
    _text(account, "Name", invoice.seller.name)
    _text(_group(account, "FinancialInstitutionBranch"), "ID", "SE:BANKGIRO")


def _tax(root: ET.Element, invoice: Invoice) -> None:
    total = _group(root, "TaxTotal")
    _amount(total, "TaxAmount", invoice.vat_amount, invoice)
    for part in invoice.vat:
        subtotal = _group(total, "TaxSubtotal")
        _amount(subtotal, "TaxableAmount", part.net, invoice)
        _amount(subtotal, "TaxAmount", part.vat, invoice)
        category = _category(subtotal, "TaxCategory", part, invoice.seller)
        if part.rate is None:
            reason = invoice.seller.exemption or gettext("Momsfri försäljning")
            category.insert(len(category) - 1, _made("TaxExemptionReason", reason))


def _category(parent: ET.Element, name: str, part: VatTotal | InvoiceLine, seller: Seller) -> ET.Element:
    """UNCL5305: S standard rate (any rate above zero), Z zero, E exempt; O for a seller who isn't liable to VAT at all."""
    rate = part.rate if isinstance(part, VatTotal) else part.vat_rate
    code = ("E" if seller.vat_number else "O") if rate is None else ("S" if rate else "Z")
    category = _group(parent, name)
    _text(category, "ID", code)
    if code != "O":
        _text(category, "Percent", str(rate or 0))
    _text(_group(category, "TaxScheme"), "ID", "VAT")
    return category


def _totals(root: ET.Element, invoice: Invoice) -> None:
    total = _group(root, "LegalMonetaryTotal")
    _amount(total, "LineExtensionAmount", invoice.net, invoice)
    _amount(total, "TaxExclusiveAmount", invoice.net, invoice)
    _amount(total, "TaxInclusiveAmount", invoice.total, invoice)
    _amount(total, "PayableAmount", invoice.total, invoice)


def _line(root: ET.Element, invoice: Invoice, number: int, line: InvoiceLine) -> None:
    kind = "Credit" if invoice.is_credit else "Invoice"
    group = _group(root, "CreditNoteLine" if invoice.is_credit else "InvoiceLine")
    _text(group, "ID", str(number))
    _text(group, f"{kind}{'ed' if invoice.is_credit else 'd'}Quantity", str(abs(line.quantity)), unitCode=_PIECE)
    _amount(group, "LineExtensionAmount", line.net, invoice)
    item = _group(group, "Item")
    if line.note:
        _text(item, "Description", line.note)
    _text(item, "Name", line.text)
    _category(item, "ClassifiedTaxCategory", line, invoice.seller)
    _amount(_group(group, "Price"), "PriceAmount", abs(line.unit_price), invoice, signed=False)


def _amount(parent: ET.Element, name: str, ore: int, invoice: Invoice, *, signed: bool = True) -> None:
    """Kronor with two decimals; a credit note's amounts are negative with us, and positive in UBL."""
    if signed and invoice.is_credit:
        ore = -ore
    sign = "-" if ore < 0 else ""
    _text(parent, name, f"{sign}{abs(ore) // 100}.{abs(ore) % 100:02d}", currencyID=invoice.currency)


def _group(parent: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{_CAC}}}{name}")


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    parent.append(_made(name, text, **attributes))


def _made(name: str, text: str, **attributes: str) -> ET.Element:
    element = ET.Element(f"{{{_CBC}}}{name}", attributes)
    element.text = _NOT_IN_XML.sub("", text)
    return element


def _day(day: date) -> str:
    return day.isoformat()


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())
