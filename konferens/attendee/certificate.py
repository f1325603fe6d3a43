"""The participant's certificate (intyg) as PDF: who took part in which conference, when, where, and in which sessions."""

from collections.abc import Sequence
from datetime import date

from konferens.badges.model import look_of
from konferens.events.model import Edition
from konferens.formats import date_range, short_date
from konferens.i18n import gettext, use_language
from konferens.programme.model import Session
from konferens.registration.model import Order, Ticket
from konferens.typesetting import printable, typeset


def certificate_pdf(
    edition: Edition, order: Order, ticket: Ticket, sessions: Sequence[Session], *, valid_on: date | None = None
) -> bytes:
    """For one ticket, in the order's language. `sessions` are those signed up for; `valid_on` is a day ticket's day.

    It blocks for some hundredths of a second: call it in a thread. The same ticket gives the same bytes.
    """
    look = look_of(edition.theme)
    with use_language(order.language):
        title = gettext("Intyg om deltagande")
        first, last = (valid_on, valid_on) if valid_on else (edition.starts_on, edition.ends_on)
        data = {
            "language": order.language,
            "title": title,
            "document": f"{title} – {printable(ticket.name)}",
            "ground": look.ground,
            "mark": look.mark,
            "attendee": printable(ticket.name),
            "organisation": printable(ticket.organisation),
            "event": printable(edition.name),
            "days": date_range(first, last),
            "place": gettext("På distans") if ticket.digital else printable(edition.venue),
            "sessions": [
                [short_date(session.starts_at.astimezone(edition.zone).date()), printable(session.title)]
                for session in sessions
                if session.starts_at is not None and not session.is_cancelled
            ],
            "organiser": printable(edition.seller_name or edition.series.organisation or edition.series.name),
            "issued": gettext("Utfärdat efter konferensens sista dag, %(day)s. Bokning %(code)s.")
            % {"day": edition.ends_on.isoformat(), "code": order.code},
            "words": {
                "certifies": gettext("Härmed intygas att"),
                "took-part": gettext("har deltagit i"),
                "sessions": gettext("Programpunkter med anmälan"),
            },
            "pages": [],
        }
    return typeset("certificate.typ", data)
