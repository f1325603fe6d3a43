"""The attendee's own calendar, and what feeds are called."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class BookedAddon:
    """An add-on that a ticket has, or had, at a time of its own: dinner, study visit. `bought_at` is when it was booked.

    `sequence` and `changed_at` (None: never) tell of its changes, and `bookings` how often the ticket has booked it.
    """

    id: int
    name: str
    description: str
    location: str
    starts_at: datetime
    ends_at: datetime | None
    bought_at: datetime
    sequence: int
    changed_at: datetime | None
    bookings: int
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class PersonalCalendar:
    """Whose feed it is. `updated_at` (aware UTC) is when the ticket, its add-ons or its choice of sessions last changed.

    `is_cancelled` when the ticket, or the order it belongs to, no longer holds. `valid_on` is the only day of a one-day ticket;
    `is_digital` takes part from afar. `addons` have a time, `others` are the names of what was booked without one.
    """

    ticket_id: int
    edition_id: int
    attendee_name: str
    language: str
    is_cancelled: bool
    updated_at: datetime
    order_code: str = ""
    ticket_type: str = ""
    valid_on: date | None = None
    is_digital: bool = False
    addons: tuple[BookedAddon, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonalHead:
    """Whose feed it is, as far as one look tells: `person` without add-ons, and a `mark` that differs when the feed does."""

    person: PersonalCalendar
    mark: str


@dataclass(frozen=True, slots=True)
class RetiredFeed:
    """An address that was a personal feed's until `retired_at` (aware UTC): it was renewed, or the ticket given away."""

    ticket_id: int
    edition_id: int
    language: str
    retired_at: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """How a feed presents itself. `name` is shown as the calendar's name, `path` is its public address without host.

    `colour` is '#rrggbb' or ''; `busy` tells whether its events block time in the subscriber's calendar.
    """

    name: str
    path: str
    busy: bool
    colour: str = ""
