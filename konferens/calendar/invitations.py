"""Invitations in mail (iTIP, RFC 5546): a session in the calendar of somebody who signed up, changed later, and taken out again.

The UID is that of the feeds, so that the same entry is changed. Organisers don't wait for answers: who signed up has accepted.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from icalendar import Calendar, vCalAddress

from konferens.calendar.components import PRODID, parameter, years_of
from konferens.calendar.ical import session_event
from konferens.calendar.timezones import vtimezone
from konferens.events.model import Edition
from konferens.i18n import use_language
from konferens.programme.model import Session


class Method(StrEnum):
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Invited:
    """Whose calendar it is, in which language. The address is the one that the mail goes to: calendars look for it."""

    name: str
    email: str
    language: str


def invitation_sequence(session: Session, departures: int, *, has_seat: bool) -> int:
    """SEQUENCE of what is mailed about the session to somebody, who has a seat there or has one no longer.

    CANCEL has a higher one than the REQUEST before it (RFC 5546 §2.1.4), and who comes back must get one that is higher still:
    calendars pass over what is not newer (§2.1.5). So each of `departures`, whoever it was that left, is worth two: the first
    for the CANCEL, the second for a REQUEST after it. Until somebody leaves it is the SEQUENCE of the feeds, which doesn't rise
    by what only one attendee can see.
    """
    return session.sequence + (2 * departures if has_seat else max(2 * departures - 1, 0))


def invitation_ics(
    edition: Edition,
    session: Session,
    invited: Invited,
    method: Method,
    *,
    base_url: str,
    made_at: datetime,
    sequence: int,
) -> bytes:
    """One file for one session, as RFC 5546 §3.2.2 has it. `sequence` (`invitation_sequence`) and `made_at`
    (aware UTC) tell later messages from earlier ones.

    CANCEL of a session that takes place uninvites one attendee, and says nothing of its STATUS (§3.2.5). The edition has a
    contact address: an invitation without ORGANIZER is none. Raises ValueError for a REQUEST to a session without a time, or without that address.
    """
    if not edition.contact_email or (method is Method.REQUEST and session.starts_at is None):
        raise ValueError(f"nobody can be invited to session {session.code}")
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODID)
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", method.value)
    if session.starts_at is not None:
        calendar.add_component(vtimezone(edition.time_zone, *years_of(edition, [session])))
    with use_language(invited.language):
        event = session_event(edition, session, base_url, None, busy=True)
    for name, value in (("DTSTAMP", made_at), ("SEQUENCE", sequence)):
        del event[name]
        event.add(name, value)
    if method is Method.CANCEL and not session.is_cancelled:
        del event["STATUS"]
    event.add("ATTENDEE", _attendee(invited))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _attendee(invited: Invited) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{invited.email}")
    values = {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
    for name, value in values.items():
        attendee.params[name] = value
    if invited.name:
        attendee.params["CN"] = parameter(invited.name)
    return attendee
