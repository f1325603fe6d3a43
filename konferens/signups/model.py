"""Sessions that attendees sign up for: what stands against a choice of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from konferens.errors import InvalidError
from konferens.formats import day as format_day
from konferens.formats import when
from konferens.i18n import gettext
from konferens.programme.model import Session


@dataclass(frozen=True, slots=True)
class Participant:
    """An attendee on a session's list, or waiting for a seat of it since `since`; the earliest first in both."""

    ticket_id: int
    name: str
    email: str
    organisation: str
    order_code: str
    position: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds a ticket, or has held it. `secret` is in the address of the attendee's own page, '' for who has none any more;
    `language` is what the order was placed in.
    """

    ticket_id: int
    name: str
    email: str
    secret: str
    order_id: int
    buyer_name: str
    buyer_email: str
    language: str

    @property
    def reader(self) -> tuple[str, str]:
        """Name and address of who reads the mail about the ticket: the attendee, or where that is unknown who booked."""
        return (self.name, self.email) if self.email else (self.buyer_name, self.buyer_email)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient(Holder):
    """Somebody who waits and can be given a seat. `valid_on` is the only day of a one-day ticket."""

    waiting_id: int
    valid_on: date | None


@dataclass(frozen=True, slots=True)
class SignupList:
    """A session with those who have a seat and those who wait, each in the order that they came."""

    session: Session
    participants: tuple[Participant, ...]
    waiting: tuple[Participant, ...]


def clashes(sessions: Sequence[Session]) -> list[tuple[Session, Session]]:
    """Pairs that nobody can be at both of, the earlier first; cancelled sessions are in nobody's way."""
    held = sorted(
        (each for each in sessions if not each.is_cancelled and each.starts_at is not None),
        key=lambda each: (each.starts_at, each.id),
    )
    return [
        (first, second) for index, first in enumerate(held) for second in held[index + 1 :] if first.overlaps(second)
    ]


def clash_messages(sessions: Sequence[Session], zone: tzinfo) -> list[str]:
    """A sentence for each of `clashes`, naming both sessions with their times in `zone`."""
    text = gettext("%(first)s (%(first_time)s) och %(second)s (%(second_time)s) pågår samtidigt. Välj en av dem.")
    return [
        text
        % {
            "first": first.title,
            "first_time": time_of(first, zone),
            "second": second.title,
            "second_time": time_of(second, zone),
        }
        for first, second in clashes(sessions)
    ]


def problems_by_session(sessions: Sequence[Session], zone: tzinfo) -> dict[int, list[str]]:
    """Session id → a sentence for each other one of `sessions` that goes on at the same time."""
    text = gettext("Pågår samtidigt som %(title)s (%(time)s).")
    found: dict[int, list[str]] = {}
    for first, second in clashes(sessions):
        for one, other in ((first, second), (second, first)):
            found.setdefault(one.id, []).append(text % {"title": other.title, "time": time_of(other, zone)})
    return found


def require_no_clash(sessions: Sequence[Session], zone: tzinfo) -> None:
    """Raises InvalidError (field 'sessions') naming both of each two that go on at the same time, with times in `zone`."""
    if messages := clash_messages(sessions, zone):
        raise InvalidError({"sessions": messages})


def is_on(session: Session, valid_on: date | None, zone: tzinfo) -> bool:
    """Whether a ticket for the day `valid_on` (None: all days) is for the session; one without time is for everybody."""
    return valid_on is None or session.starts_at is None or session.starts_at.astimezone(zone).date() == valid_on


def day_messages(sessions: Iterable[Session], valid_on: date | None, zone: tzinfo) -> list[str]:
    """A sentence for each session on another day than the one that the ticket is for."""
    text = gettext("Biljetten gäller %(day)s, men %(title)s är %(time)s.")
    return [
        text % {"day": format_day(valid_on), "title": session.title, "time": time_of(session, zone)}
        for session in sessions
        if valid_on is not None and not is_on(session, valid_on, zone)
    ]


def time_of(session: Session, zone: tzinfo) -> str:
    """'tisdag 11 maj kl. 09.00–10.30', '' for a session without time."""
    return when(session.starts_at, session.ends_at, zone) if session.starts_at else ""
