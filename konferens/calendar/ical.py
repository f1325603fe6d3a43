"""Calendar files (RFC 5545, RFC 7986) from model objects: the same objects always give the same bytes.

Nothing here reads the clock or makes random numbers: every process answers with the same ETag. What calendars show is in
the edition's language, since they ask for none.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID, uuid5

from icalendar import Calendar, Component, Event, vCalAddress, vDuration, vGeo, vText, vUri

from konferens.calendar.model import BookedAddon, Feed, PersonalCalendar
from konferens.calendar.texts import description, html_description, place
from konferens.calendar.timezones import vtimezone
from konferens.events.model import Edition
from konferens.i18n import gettext, use_language
from konferens.programme.model import Session

PRODID = "-//Konferens//Konferens//SV"
REFRESH = timedelta(minutes=15)
"""How often subscribers are asked to look again: a moved session is known within a break."""

_NAMESPACE = UUID("6f0b8d5e-7c39-4a35-9f0e-0d6c1c6a4c55")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Characters that TEXT cannot hold (RFC 5545 §3.1, CONTROL)."""
_ADDRESS = re.compile(r"https?://\S+")


def session_uid(session: Session) -> str:
    """The session's UID in every feed and file; it never changes."""
    return f"{session.guid}@konferens"


def edition_uid(edition: Edition) -> str:
    """The UID of the event that stands for the whole conference; new names and addresses don't change it."""
    return f"{uuid5(_NAMESPACE, f'{edition.id} {edition.created_at.isoformat()}')}@konferens"


def sessions_ics(edition: Edition, sessions: Iterable[Session], *, feed: Feed, base_url: str) -> bytes:
    """A feed of those of `sessions` that have a time. Removed ones are told as CANCELLED, with no texts of theirs."""
    with use_language(edition.language):
        timed = [session for session in sessions if session.starts_at is not None]
        events = [
            _session_bytes(edition, session, base_url, None, language=edition.language, busy=feed.busy)
            for session in timed
        ]
        return _calendar(edition, events, years_of(edition, timed), feed=feed, base_url=base_url)


def personal_ics(
    edition: Edition, person: PersonalCalendar, sessions: Iterable[Session], *, feed: Feed, base_url: str
) -> bytes:
    """An attendee's feed: the conference's days, the chosen `sessions` and the add-ons; all CANCELLED when the ticket is."""
    with use_language(person.language):
        timed = [session for session in sessions if session.starts_at is not None]
        withdrawn_at = person.updated_at if person.is_cancelled else None
        events = [_edition_event(edition, base_url, withdrawn_at).to_ical()]
        events += [
            _session_bytes(edition, session, base_url, withdrawn_at, language=person.language, busy=True)
            for session in timed
        ]
        events += [_addon_event(edition, person, addon, base_url).to_ical() for addon in person.addons]
        return _calendar(edition, events, years_of(edition, [*timed, *person.addons]), feed=feed, base_url=base_url)


def event_ics(edition: Edition, *, base_url: str) -> bytes:
    """The conference as one all-day event over its days: for order pages and mails."""
    with use_language(edition.language):
        feed = Feed(name=edition.name, path="", busy=False)
        return _calendar(edition, [_edition_event(edition, base_url).to_ical()], None, feed=feed, base_url=base_url)


def _calendar(
    edition: Edition, events: Sequence[bytes], years: tuple[int, int] | None, *, feed: Feed, base_url: str
) -> bytes:
    """The finished file of finished `events`. `years` are those that its zone must be right for, None where no time has a zone."""
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODID)
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", "PUBLISH")
    for name in ("NAME", "X-WR-CALNAME"):
        _add_text(calendar, name, feed.name)
    for name in ("DESCRIPTION", "X-WR-CALDESC"):
        _add_text(calendar, name, edition.tagline)
    calendar.add("X-WR-TIMEZONE", edition.time_zone)
    calendar.add("URL", vUri(base_url + edition.path))
    calendar.add("LAST-MODIFIED", edition.updated_at)
    if feed.colour:
        calendar.add("X-APPLE-CALENDAR-COLOR", feed.colour)
    if feed.path:
        calendar.add("SOURCE", vUri(base_url + feed.path), {"VALUE": "URI"})
        calendar.add("REFRESH-INTERVAL", REFRESH, {"VALUE": "DURATION"})
        calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    if years:
        calendar.add_component(vtimezone(edition.time_zone, *years))
    end = b"END:VCALENDAR\r\n"
    return b"".join((calendar.to_ical().removesuffix(end), *events, end))


def years_of(edition: Edition, sessions: Iterable[Session | BookedAddon]) -> tuple[int, int]:
    """The first and last year in the edition's zone of its days and of `sessions`."""
    years = {edition.starts_on.year, edition.ends_on.year}
    for session in sessions:
        years |= {at.astimezone(edition.zone).year for at in (session.starts_at, session.ends_at) if at is not None}
    return min(years), max(years)


def _edition_event(edition: Edition, base_url: str, withdrawn_at: datetime | None = None) -> Event:
    """The days of the conference. It doesn't block them: its sessions do, or the attendee."""
    event = _event(edition_uid(edition), edition.version, edition.created_at, edition.updated_at, withdrawn_at)
    _add_title(event, edition.name, is_cancelled=withdrawn_at is not None)
    event.add("DTSTART", edition.starts_on)
    event.add("DTEND", edition.ends_on + timedelta(days=1))  # DATE ends are exclusive (RFC 5545 §3.6.1)
    event.add("STATUS", "CONFIRMED" if withdrawn_at is None else "CANCELLED")
    event.add("TRANSP", "TRANSPARENT")
    _add_place(event, edition, edition.venue, at_venue=True)
    address = base_url + edition.path
    _add_text(event, "DESCRIPTION", "\n\n".join(part for part in (edition.tagline, address) if part))
    event.add("URL", vUri(address))
    _add_organiser(event, edition)
    return event


def _addon_event(edition: Edition, person: PersonalCalendar, addon: BookedAddon, base_url: str) -> Event:
    """Dinner or study visit: the UID is that of this add-on for this ticket. The edition's version rises when it is changed."""
    is_cancelled = person.is_cancelled or addon.is_cancelled
    event = _event(
        f"{uuid5(_NAMESPACE, f'addon {addon.id} ticket {person.ticket_id}')}@konferens",
        edition.version,
        addon.bought_at,
        max(addon.bought_at, edition.updated_at),
        person.updated_at if is_cancelled else None,
    )
    for name, value in zip(("DTSTART", "DTEND"), _times(edition, addon), strict=True):
        if value is not None:
            event.add(name, value)
    _add_title(event, addon.name, is_cancelled=is_cancelled)
    event.add("STATUS", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT" if is_cancelled else "OPAQUE")
    _add_organiser(event, edition)
    _add_text(event, "LOCATION", addon.location)
    address = base_url + edition.path
    _add_text(event, "DESCRIPTION", "\n\n".join(part for part in (addon.description, address) if part))
    event.add("URL", vUri(address))
    return event


@lru_cache(maxsize=1024)
def _session_bytes(
    edition: Edition, session: Session, base_url: str, withdrawn_at: datetime | None, *, language: str, busy: bool
) -> bytes:
    """A session's event in `language`, written once for all who have it: every attendee's feed is polled for itself."""
    with use_language(language):
        return bytes(session_event(edition, session, base_url, withdrawn_at, busy=busy).to_ical())


def session_event(
    edition: Edition, session: Session, base_url: str, withdrawn_at: datetime | None, *, busy: bool
) -> Event:
    """The session in the current language; CANCELLED from `withdrawn_at` on, for a reader who has it no longer."""
    event = _event(session_uid(session), session.sequence, session.created_at, session.updated_at, withdrawn_at)
    is_cancelled = session.is_cancelled or withdrawn_at is not None
    for name, value in zip(("DTSTART", "DTEND"), _times(edition, session), strict=True):
        if value is not None:
            event.add(name, value)
    _add_title(event, session.title, is_cancelled=is_cancelled)
    event.add("STATUS", "CANCELLED" if is_cancelled else session.status.upper())
    event.add("TRANSP", "OPAQUE" if busy and not is_cancelled else "TRANSPARENT")
    _add_organiser(event, edition)
    if session.deleted_at is not None:
        return event
    address = f"{base_url}{edition.path}sessions/{session.path_part}"
    _add_text(event, "DESCRIPTION", description(session, address))
    event.add("X-ALT-DESC", vText(_clean(html_description(session, address))), {"FMTTYPE": "text/html"})
    _add_place(event, edition, place(edition, session), at_venue=session.room is not None or not session.meeting_point)
    categories = [session.track.name] if session.track else []
    event.add("CATEGORIES", [_clean(category) for category in (*categories, session.type.label)])
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


def _event(uid: str, sequence: int, created_at: datetime, updated_at: datetime, withdrawn_at: datetime | None) -> Event:
    """`withdrawn_at` is when the event ceased to be the reader's, which raises SEQUENCE once (RFC 5546 §2.1.4)."""
    changed_at = updated_at if withdrawn_at is None else max(updated_at, withdrawn_at)
    event = Event()
    event.add("UID", uid)
    event.add("SEQUENCE", sequence + (withdrawn_at is not None))
    event.add("CREATED", created_at)
    event.add("DTSTAMP", changed_at)
    event.add("LAST-MODIFIED", changed_at)
    return event


def _times(edition: Edition, session: Session | BookedAddon) -> tuple[datetime | None, datetime | None]:
    """Start and end in the edition's zone; in UTC where a clock that is moved back shows the hour a second time.

    A local time that comes twice means the first in iCalendar (RFC 5545 §3.3.5), so the second has no other name.
    """
    moments = (session.starts_at, session.ends_at)
    local = [moment.astimezone(edition.zone) if moment else None for moment in moments]
    if any(moment is not None and moment.fold for moment in local):
        return session.starts_at, session.ends_at
    return local[0], local[1]


def _add_title(event: Event, title: str, *, is_cancelled: bool) -> None:
    """Outlook shows a cancelled event of a feed like any other, so its title says it too."""
    _add_text(event, "SUMMARY", gettext("Inställt: %(title)s") % {"title": title} if is_cancelled else title)


def _add_place(event: Event, edition: Edition, where: str, *, at_venue: bool) -> None:
    _add_text(event, "LOCATION", where)
    if at_venue and edition.latitude is not None and edition.longitude is not None:
        event.add("GEO", vGeo((edition.latitude, edition.longitude)))


def _add_organiser(event: Event, edition: Edition) -> None:
    """A published event names its organiser (RFC 5546 §3.2.1)."""
    if edition.contact_email:
        organiser = vCalAddress(f"mailto:{edition.contact_email}")
        organiser.params["CN"] = parameter(edition.series.organisation or edition.name)
        event.add("ORGANIZER", organiser)


def parameter(text: str) -> str:
    """`text` as a parameter's value: it holds neither quotes nor line ends (RFC 5545 §3.2)."""
    return " ".join(_clean(text).replace('"', "'").split())


def _add_text(component: Component, name: str, text: str) -> None:
    if text:
        component.add(name, vText(_clean(text)))


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
