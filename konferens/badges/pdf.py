"""Badges and tickets as PDF, typeset from templates/pdf/.

Everything here blocks, about 1.5 seconds for 1,000 badges: call it in a thread (`asyncio.to_thread`); it is thread-safe.
Names and texts reach the templates as data, never as markup.
"""

from collections.abc import Sequence
from typing import Any

from konferens.badges.layout import in_few_lines, ink, runs_right_to_left, split_name, text_on
from konferens.badges.model import Badge, BadgeLayout, PrintedTicket, TicketOrder
from konferens.formats import NBSP, day, long_date
from konferens.i18n import gettext, ngettext, use_language
from konferens.typesetting import printable, typeset, typeset_apart

_MANY = 40
"""More pages than this are typeset in a process of their own; see `typesetting`."""

_BADGE_LINES = 4
_TICKET_LINES = 7


def badges_pdf(badges: Sequence[Badge], layout: BadgeLayout) -> bytes:
    """Badges in the order given, as a tagged PDF with a bookmark for each name.

    `BadgeLayout.A6` gives a page for each, `A6_ON_A4` a page for every four. Raises ValueError when there are none, for
    a colour that isn't '#rrggbb' and for a QR text that is empty or too long.
    """
    if not badges:
        msg = "there are no badges to print"
        raise ValueError(msg)
    with use_language(badges[0].language):
        data = {
            "title": f"{gettext('Namnskyltar')} – {printable(badges[0].edition_name)}",
            "language": badges[0].language,
            "layout": layout.value,
            "qr_alt": gettext("QR-kod för incheckning"),
            "pages": [_badge_data(badge) for badge in badges],
        }
    return _print("badges.typ", data)


def tickets_pdf(order: TicketOrder) -> bytes:
    """The order's tickets in `order.language`, an A4 page for each, as a tagged PDF.

    Raises ValueError when the order has no tickets, for a colour that isn't '#rrggbb' and for a QR text that is empty
    or too long.
    """
    if not order.tickets:
        msg = "the order has no tickets to print"
        raise ValueError(msg)
    with use_language(order.language):
        name = printable(order.edition_name)
        data = {
            "title": f"{gettext('Biljett')} {order.code} – {name}",
            "language": order.language,
            "edition": name,
            "dates": _capitalised(_days_in_words(order)),
            "venue": printable(order.venue_name),
            "address": printable(", ".join(part for part in (order.venue_address, order.venue_city) if part)),
            "organiser": printable(order.organiser),
            "contact": printable(order.contact_email),
            "code": order.code,
            "ground": order.look.ground,
            "on_ground": text_on(order.look.ground),
            "ink": ink(order.look.ground),
            "mark": order.look.mark,
            "notice": printable(order.notice),
            "pages": [
                _ticket_data(ticket, number, len(order.tickets)) for number, ticket in enumerate(order.tickets, 1)
            ],
            "words": _ticket_words(),
        }
    return _print("tickets.typ", data)


def _badge_data(badge: Badge) -> dict[str, Any]:
    first, last = split_name(printable(badge.name))
    return {
        "name": f"{first} {last}".strip(),
        "first": first,
        "last": last,
        "rtl": runs_right_to_left(first),
        "organisation": printable(badge.organisation),
        "type": printable(badge.ticket_type),
        "edition": printable(badge.edition_name),
        "dates": printable(badge.edition_dates),
        "colour": badge.colour,
        "on_colour": text_on(badge.colour),
        "ink": ink(badge.look.ground),
        "mark": badge.look.mark,
        "qr_text": badge.qr_text,
        "sessions": _lines(badge.sessions, _BADGE_LINES),
    }


def _ticket_data(ticket: PrintedTicket, number: int, count: int) -> dict[str, Any]:
    return {
        "attendee": printable(ticket.attendee),
        "organisation": printable(ticket.organisation),
        "type": printable(ticket.ticket_type),
        "number": gettext("Biljett %(number)s av %(count)s") % {"number": number, "count": count} if count > 1 else "",
        "qr_text": ticket.qr_text,
        "sessions": _lines(ticket.sessions, _TICKET_LINES),
    }


def _lines(sessions: Sequence[str], most: int) -> list[str]:
    kept, left_out = in_few_lines([printable(each) for each in sessions], most)
    if left_out:
        kept.append(ngettext("och %(num)s till", "och %(num)s till", left_out) % {"num": left_out})
    return kept


def _ticket_words() -> dict[str, str]:
    return {
        "ticket": gettext("Biljett"),
        "attendee": gettext("Deltagare"),
        "type": gettext("Biljettyp"),
        "order": gettext("Bokning"),
        "when": gettext("När"),
        "where": gettext("Var"),
        "qr_alt": gettext("QR-kod för incheckning"),
        "sessions": gettext("Anmäld till"),
        "entrance": gettext("När du kommer"),
        "step_show": gettext("Visa QR-koden vid incheckningen, på papper eller i mobilen, så får du din namnskylt."),
        "step_lost": gettext("Har du ingen biljett med dig? Säg ditt namn, så hittar vi dig."),
        "step_personal": gettext("Biljetten är personlig. Lägg inte ut QR-koden på nätet."),
        "questions": gettext("Frågor"),
        "organiser": gettext("Arrangör"),
    }


def _days_in_words(order: TicketOrder) -> str:
    """'tisdag 11 maj – onsdag 12 maj 2027', where a line breaks at the dash only."""
    last = long_date(order.ends_on).replace(" ", NBSP)
    if order.starts_on == order.ends_on:
        return last
    return f"{day(order.starts_on).replace(' ', NBSP)} – {last}"


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _print(template: str, data: dict[str, Any]) -> bytes:
    return typeset_apart(template, data) if len(data["pages"]) > _MANY else typeset(template, data)
