"""Badges and tickets as PDF, typeset from templates/pdf/.

Everything here blocks, 0.2 seconds for 100 badges: call it in a thread (`asyncio.to_thread`); it is thread-safe.
Names and texts reach the templates as data, never as markup.
"""

from collections.abc import Sequence
from typing import Any

from konferens.badges.elements import Elements
from konferens.badges.faces import face
from konferens.badges.layout import in_few_lines, ink, text_on
from konferens.badges.model import Badge, PrintedTicket, TicketOrder
from konferens.badges.papers import Measures, Paper
from konferens.badges.pictures import NO_PICTURES, Pictures, as_svg, in_black
from konferens.badges.standard import standard_design
from konferens.formats import NBSP, day, long_date
from konferens.i18n import gettext, ngettext, use_language
from konferens.typesetting import joined, picture, printable, typeset

_TICKET_LINES = 7
_MOST_APPOINTMENTS = 60
"""Lines of one's own programme that have room in small print on two pages of A6."""

_PICTURE_WIDTH = 800  # pixels

_FILLED = 2
"""mm; less than this beside the badges is no margin."""


def badges_pdf(
    badges: Sequence[Badge],
    paper: Paper,
    elements: Elements = (),
    *,
    pictures: Pictures = NO_PICTURES,
    tags: bool = True,
) -> bytes:
    """Badges in the order given, with a bookmark for each name; `elements` are the design, () the standard one, and `pictures`
    what it shows.

    A tagged PDF, unless told otherwise: for a printer alone that is a third of the work. There are `paper.pages(len(badges))` pages. Raises ValueError when there are none, for a colour that isn't '#rrggbb' and
    for a QR text that is empty or too long.
    """
    if not badges:
        msg = "there are no badges to print"
        raise ValueError(msg)
    return typeset("badges.typ", _badges_data(badges, paper, elements, pictures), tags=tags)


def joined_badges(parts: list[bytes], badge: Badge) -> bytes:
    """One PDF of several, in their order; `badge` is any of them. For the printer: it has no tags."""
    with use_language(badge.language):
        return joined(parts, title=_title(badge), language=badge.language)


def badge_picture(badge: Badge, paper: Paper, elements: Elements, pictures: Pictures = NO_PICTURES) -> bytes:
    """One badge as a PNG, about 800 pixels wide, for the office to look at. Raises ValueError as `badges_pdf`."""
    data = _badges_data([badge], paper.badge, elements, pictures)
    return picture("badges.typ", data, dots_per_inch=_PICTURE_WIDTH * 25.4 / paper.badge.measures.width)


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
    return typeset("tickets.typ", data)


def _badges_data(badges: Sequence[Badge], paper: Paper, elements: Elements, pictures: Pictures) -> dict[str, Any]:
    measures = paper.measures
    shown = {key: in_black(png) for key, png in pictures.items()} if paper.badge.is_label else pictures
    design = elements or standard_design(paper)
    with use_language(badges[0].language):
        return {
            "title": _title(badges[0]),
            "language": badges[0].language,
            "qr_alt": gettext("QR-kod för incheckning"),
            "width": measures.width,
            "folded": measures.folded,
            "sheet": _sheet(measures) if paper.per_sheet > 1 else None,
            "ink": ink(badges[0].look.ground),
            "pictures": {key: as_svg(png) for key, png in shown.items()},
            "words": {
                "programme": gettext("Mitt program"),
                "nothing": gettext(
                    "Du har inte valt någon programpunkt än. Hela programmet finns på konferensens webbplats."
                ),
            },
            "pages": [
                {
                    "qr_text": badge.qr_text,
                    "programme": _appointments(badge) if measures.folded else [],
                    **face(badge, paper, design, pictures),
                }
                for badge in badges
            ],
        }


def _title(badge: Badge) -> str:
    return f"{gettext('Namnskyltar')} – {printable(badge.edition_name)}"


def _sheet(measures: Measures) -> dict[str, float]:
    """The A4 that so many badges lie in the middle of, upright where they have room so. Where they fill it, the middle cuts part it evenly."""
    width, height = (210, 297) if measures.width * measures.columns <= 210 else (297, 210)  # noqa: PLR2004 - A4
    spare = height - measures.height * measures.rows
    row = height / measures.rows if spare < _FILLED else measures.height
    return {
        "width": width,
        "height": height,
        "columns": measures.columns,
        "rows": measures.rows,
        "row": row,
        "left": (width - measures.width * measures.columns) / 2,
        "top": (height - row * measures.rows) / 2,
    }


def _appointments(badge: Badge) -> list[dict[str, str]]:
    return [
        {
            "day": printable(each.day),
            "time": printable(each.time),
            "title": printable(each.title),
            "place": printable(each.place),
        }
        for each in badge.programme[:_MOST_APPOINTMENTS]
    ]


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
