"""The list of codes as a CSV file."""

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from konferens.i18n import gettext
from konferens.offering.fields import kronor
from konferens.offering.model import DiscountCode
from konferens.spreadsheets import csv_file


def codes_csv(codes: Iterable[DiscountCode], type_names: Mapping[str, str], zone: ZoneInfo, page: str) -> bytes:
    """A row for each code; days in `zone`, amounts in kronor.

    `type_names` maps ticket types' codes to their names, `page` is the address of the registration page.
    """
    headings = (
        gettext("Kod"),
        gettext("Procent"),
        gettext("Kronor"),
        gettext("Använd"),
        gettext("Högst antal biljetter"),
        gettext("Gäller från och med"),
        gettext("Gäller till och med"),
        gettext("Biljettyper"),
        gettext("Går att använda"),
        gettext("Anteckning"),
        gettext("Länk"),
    )
    return csv_file(headings, ([*_row(code, type_names, zone), f"{page}?{code.query}"] for code in codes))


def _row(code: DiscountCode, type_names: Mapping[str, str], zone: ZoneInfo) -> tuple[str, ...]:
    starts, ends = code.first_day(zone), code.last_day(zone)
    return (
        code.code,
        "" if code.percent is None else str(code.percent),
        "" if code.amount is None else kronor(code.amount),
        str(code.used),
        "" if code.max_uses is None else str(code.max_uses),
        starts.isoformat() if starts else "",
        ends.isoformat() if ends else "",
        ", ".join(name for type_code, name in type_names.items() if type_code in code.ticket_types),
        gettext("ja") if code.active else gettext("nej"),
        code.note,
    )
