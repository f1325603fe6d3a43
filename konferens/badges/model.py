"""What is printed for an attendee: the badge, and the ticket that comes with the order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Look:
    """A conference's colours on paper, '#rrggbb': a ground that text stands on, and a mark that sets it off."""

    ground: str
    mark: str


LOOKS = {
    "default": Look("#17324d", "#ffd27a"),
    "lokalekonomi": Look("#0f4a4a", "#f4c95d"),
    "drivmedel": Look("#23282c", "#ffce00"),
    "omstallning": Look("#24501f", "#ffc9b8"),
}
"""By the edition's theme: `--hero` and `--hero-mark` of its stylesheet, which a test compares."""


def look_of(theme: str) -> Look:
    """The look of an edition's theme; the default one for a theme that isn't known here."""
    return LOOKS.get(theme, LOOKS["default"])


@dataclass(frozen=True, slots=True)
class Appointment:
    """A line of one's own programme, ready to print: 'fredag 14 maj', '13.00–14.30', the title, where it is."""

    day: str
    time: str
    title: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """One person's badge. There is no e-mail here on purpose: what isn't here can't be printed.

    `name` is as the attendee wrote it. `ticket_type` is the type's name in words and `colour` its '#rrggbb'. `qr_text`
    is the whole text of the QR code, `BASE_URL/t/TOKEN`. `edition_dates` is ready to print: '11–12 maj 2027'.
    `language` ('sv', 'en') marks the text for screen readers. `sessions` are those that the person has signed up for, each
    ready to print: 'fre 13.00 Studiebesök i Sörvik'. `programme` is the person's own, in order: chosen sessions and add-ons.
    """

    name: str
    organisation: str
    ticket_type: str
    colour: str
    qr_text: str
    edition_name: str
    edition_dates: str = ""
    look: Look = LOOKS["default"]
    language: str = "sv"
    sessions: tuple[str, ...] = ()
    programme: tuple[Appointment, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintedTicket:
    """One attendee's ticket in an order; `qr_text` is `BASE_URL/t/TOKEN`, `sessions` as on a Badge."""

    attendee: str
    organisation: str
    ticket_type: str
    qr_text: str
    sessions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketOrder:
    """What the tickets of an order say. Days are dates in the edition's zone, both inclusive.

    `language` is what the texts are written in ('sv', 'en'). `notice` is printed
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
    look: Look = LOOKS["default"]
    language: str = "sv"
    notice: str = ""
