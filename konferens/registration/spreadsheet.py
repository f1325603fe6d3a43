"""The list of orders as a CSV file, amounts with decimal commas."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from konferens.i18n import gettext
from konferens.registration.ledger import LedgerLine
from konferens.spreadsheets import csv_file


def orders_csv(lines: Sequence[LedgerLine], zone: ZoneInfo) -> bytes:
    """A row for each ticket; moments in `zone`, amounts in kronor. Headings and states are in the current language."""
    return csv_file(_headings(), (_values(line, zone) for line in lines))


def _headings() -> list[str]:
    return [
        gettext("Bokning"),
        gettext("Status"),
        gettext("Bokad"),
        gettext("Betald"),
        gettext("Avbokad"),
        gettext("Biljett"),
        gettext("Deltagare"),
        gettext("Deltagarens e-post"),
        gettext("Deltagarens organisation"),
        gettext("Pris"),
        gettext("Momssats"),
        gettext("Moms"),
        gettext("Giltig"),
        gettext("Bokad av"),
        gettext("E-post till den som bokade"),
        gettext("Organisation som bokade"),
        gettext("Organisationsnummer"),
        gettext("Fakturaadress"),
        gettext("Referens"),
        gettext("Meddelande"),
    ]


def _values(line: LedgerLine, zone: ZoneInfo) -> list[str]:
    return [
        line.code,
        line.status.label,
        _moment(line.placed_at, zone),
        _moment(line.paid_at, zone),
        _moment(line.cancelled_at, zone),
        line.type_name,
        line.attendee_name,
        line.attendee_email,
        line.attendee_organisation,
        _amount(line.price),
        gettext("momsfri") if line.vat_rate is None else f"{line.vat_rate} %",
        _amount(line.vat_amount),
        gettext("ja") if line.is_valid else gettext("nej"),
        line.buyer_name,
        line.buyer_email,
        line.buyer_organisation,
        line.buyer_orgnr,
        ", ".join(line.buyer_address.splitlines()),
        line.buyer_reference,
        " ".join(line.message.split()),
    ]


def _moment(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""


def _amount(ore: int) -> str:
    whole, cents = divmod(ore, 100)
    return f"{whole},{cents:02d}"
