"""What is printed for an attendee: the badge, and the ticket that comes with the order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class BadgeLayout(StrEnum):
    """How badges lie on the paper. Both are A6 portrait, the common size for hanging pockets here."""

    A6 = "a6"
    """One badge a page, for badge printers and print shops."""
    A6_ON_A4 = "a6-on-a4"
    """Four on an A4 sheet with crop marks, for any office printer and two cuts."""


@dataclass(frozen=True, slots=True)
class Badge:
    """One person's badge. There is no e-mail here on purpose: what isn't here can't be printed.

    `name` is as the attendee wrote it. `ticket_type` is the type's name in words and `colour` its '#rrggbb'. `qr_text`
    is the whole text of the QR code, `BASE_URL/t/TOKEN`. `edition_dates` is ready to print: '11–12 maj 2027'.
    `look_colour` is the conference's own '#rrggbb'; `language` ('sv', 'en') marks the text for screen readers.
    """

    name: str
    organisation: str
    ticket_type: str
    colour: str
    qr_text: str
    edition_name: str
    edition_dates: str = ""
    look_colour: str = "#33413a"
    language: str = "sv"


@dataclass(frozen=True, slots=True)
class PrintedTicket:
    """One attendee's ticket in an order; `qr_text` is `BASE_URL/t/TOKEN`."""

    attendee: str
    organisation: str
    ticket_type: str
    qr_text: str


@dataclass(frozen=True, slots=True)
class TicketOrder:
    """What the tickets of an order say. Days are dates in the edition's zone, both inclusive.

    `colour` is the conference's '#rrggbb', `language` what the texts are written in ('sv', 'en'). `notice` is printed
    large on each ticket when there is one: that the order isn't paid yet, say, in the buyer's language.
    """

    code: str
    edition_name: str
    starts_on: date
    ends_on: date
    venue_name: str
    venue_address: str
    venue_city: str
    organiser: str
    contact_email: str
    tickets: Sequence[PrintedTicket]
    colour: str = "#33413a"
    language: str = "sv"
    notice: str = ""
