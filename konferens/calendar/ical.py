"""Public calendar files from model objects: the same objects always give the same bytes.

What calendars show is in the edition's language, since they ask for none.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import uuid5

from icalendar import Event, vText, vUri

from konferens.calendar.components import (
    NAMESPACE,
    add_colour,
    add_organiser,
    add_place,
    add_text,
    add_title,
    calendar_file,
    clean,
    dated_event,
    times_of,
    years_of,
)
from konferens.calendar.model import Feed
from konferens.calendar.texts import description, html_description, place
from konferens.events.model import Edition
from konferens.i18n import gettext, use_language
from konferens.programme.model import Session

_ADDRESS = re.compile(r"https?://\S+")


def session_uid(session: Session) -> str:
    """The session's UID in every feed and file; it never changes."""
    return f"{session.guid}@konferens"


def edition_uid(edition: Edition) -> str:
    """The UID of the event that stands for the whole conference; new names and addresses don't change it."""
    return f"{uuid5(NAMESPACE, f'{edition.id} {edition.created_at.isoformat()}')}@konferens"


def sessions_ics(edition: Edition, sessions: Iterable[Session], *, feed: Feed, base_url: str) -> bytes:
    """A feed of those of `sessions` that have a time. Removed ones are told as CANCELLED, with no texts of theirs."""
    with use_language(edition.language):
        timed = [session for session in sessions if session.starts_at is not None]
        events = [
            session_bytes(edition, session, base_url, None, language=edition.language, busy=feed.busy)
            for session in timed
        ]
        return calendar_file(edition, events, years_of(edition, timed), feed=feed, base_url=base_url)


def event_ics(edition: Edition, *, base_url: str) -> bytes:
    """The conference as one all-day event over its days: for order pages and mails."""
    with use_language(edition.language):
        feed = Feed(name=edition.name, path="", busy=False)
        return calendar_file(edition, [edition_event(edition, base_url).to_ical()], None, feed=feed, base_url=base_url)


def edition_event(edition: Edition, base_url: str, withdrawn_at: datetime | None = None) -> Event:
    """The days of the conference. It doesn't block them: its sessions do, or the attendee."""
    changed_at = edition.changed_at or edition.created_at
    event = dated_event(edition_uid(edition), edition.sequence, edition.created_at, changed_at, withdrawn_at)
    add_title(event, edition.name, is_cancelled=withdrawn_at is not None)
    event.add("DTSTART", edition.starts_on)
    event.add("DTEND", edition.ends_on + timedelta(days=1))  # DATE ends are exclusive (RFC 5545 §3.6.1)
    event.add("STATUS", "CONFIRMED" if withdrawn_at is None else "CANCELLED")
    event.add("TRANSP", "TRANSPARENT")
    add_place(event, edition, edition.venue, at_venue=True)
    address = base_url + edition.path
    add_text(event, "DESCRIPTION", "\n\n".join(part for part in (edition.tagline, address) if part))
    event.add("URL", vUri(address))
    add_organiser(event, edition)
    return event


@lru_cache(maxsize=1024)
def session_bytes(
    edition: Edition, session: Session, base_url: str, withdrawn_at: datetime | None, *, language: str, busy: bool
) -> bytes:
    """A session's event in `language`, written once for all who have it: every attendee's feed is polled for itself."""
    with use_language(language):
        return bytes(session_event(edition, session, base_url, withdrawn_at, busy=busy).to_ical())


def session_event(
    edition: Edition, session: Session, base_url: str, withdrawn_at: datetime | None, *, busy: bool
) -> Event:
    """The session in the current language; CANCELLED from `withdrawn_at` on, for a reader who has it no longer."""
    event = dated_event(session_uid(session), session.sequence, session.created_at, session.updated_at, withdrawn_at)
    is_cancelled = session.is_cancelled or withdrawn_at is not None
    for name, value in zip(("DTSTART", "DTEND"), times_of(edition, session), strict=True):
        if value is not None:
            event.add(name, value)
    add_title(event, session.title, is_cancelled=is_cancelled)
    event.add("STATUS", "CANCELLED" if is_cancelled else session.status.upper())
    event.add("TRANSP", "OPAQUE" if busy and not is_cancelled else "TRANSPARENT")
    add_organiser(event, edition)
    if session.deleted_at is not None:
        return event
    address = f"{base_url}{edition.path}sessions/{session.path_part}"
    add_text(event, "DESCRIPTION", description(session, address))
    event.add("X-ALT-DESC", vText(clean(html_description(session, address))), {"FMTTYPE": "text/html"})
    add_place(event, edition, place(edition, session), at_venue=session.room is not None or not session.meeting_point)
    categories = [session.track.name] if session.track else []
    if session.track is not None:
        add_colour(event, session.track.colour)
    event.add("CATEGORIES", [clean(category) for category in (*categories, session.type.label)])
    event.add("URL", vUri(address))
    if _ADDRESS.fullmatch(session.stream_url):
        event.add("CONFERENCE", _conference(session.stream_url))
    return event


def _conference(address: str) -> vUri:
    """RFC 7986 §5.11. `icalendar.Conference` would quote both features as one."""
    conference = vUri(address)
    conference.params["VALUE"] = "URI"
    conference.params["FEATURE"] = ["AUDIO", "VIDEO"]
    conference.params["LABEL"] = gettext("Följ direktsändningen")
    return conference
