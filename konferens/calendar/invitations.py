"""Invitations in mail (iTIP, RFC 5546): a session in the calendar of somebody who signed up, changed later, and taken out again.

UID and SEQUENCE are those of the feeds, so that the same entry is changed. Organisers don't wait for answers: who signed up
has accepted.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from icalendar import Calendar, vCalAddress

from konferens.calendar.ical import PRODID, parameter, session_event, years_of
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


def invitation_ics(
    edition: Edition, session: Session, invited: Invited, method: Method, *, base_url: str, made_at: datetime
) -> bytes:
    """One file for one session, as RFC 5546 §3.2.2 has it. `made_at` (aware UTC) tells later messages from earlier ones.

    CANCEL of a session that takes place uninvites one attendee, and says nothing of its STATUS (§3.2.5); its SEQUENCE stays,
    so that a later REQUEST for who comes back isn't taken for an old one. The edition has a contact address: an invitation
    without ORGANIZER is none. Raises ValueError for a REQUEST to a session without a time, or without that address.
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
    del event["DTSTAMP"]
    event.add("DTSTAMP", made_at)
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
