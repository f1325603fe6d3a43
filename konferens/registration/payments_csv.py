"""The list of payments for the bookkeeper, as CSV that opens rightly in Swedish spreadsheets (see `spreadsheets`)."""

import csv
import io
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from konferens.i18n import gettext
from konferens.registration.sales import PaymentLine
from konferens.spreadsheets import cell


def payments_csv(lines: Sequence[PaymentLine], zone: ZoneInfo) -> bytes:
    """A row for each payment, the first first; amounts in kronor, negative where money went back; moments in `zone`."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [
            gettext("Nummer"),
            gettext("Dag"),
            gettext("Belopp"),
            gettext("Betalsätt"),
            gettext("Bokning"),
            gettext("OCR-nummer"),
            gettext("Bokad av"),
            gettext("Organisation"),
            gettext("Referens"),
            gettext("Registrerad"),
            gettext("Registrerad av"),
        ]
    )
    writer.writerows(_values(line, zone) for line in reversed(lines))
    return file.getvalue().encode("utf-8-sig")


def _values(line: PaymentLine, zone: ZoneInfo) -> list[str]:
    payment = line.payment
    whole, cents = divmod(abs(payment.amount), 100)
    texts = [
        payment.method.label,
        line.order_code,
        line.ocr,
        line.buyer_name,
        line.buyer_organisation,
        payment.reference,
        f"{payment.recorded_at.astimezone(zone):%Y-%m-%d %H:%M}",
        payment.actor,
    ]
    amount = f"{'-' if payment.amount < 0 else ''}{whole},{cents:02d}"
    return [str(payment.id), payment.paid_on.isoformat(), amount, *(cell(text) for text in texts)]
