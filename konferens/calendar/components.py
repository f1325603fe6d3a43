"""What every calendar file is made of (RFC 5545, RFC 7986): the file around its events, and properties that events share.

Nothing here reads the clock or makes random numbers: every process answers with the same ETag.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from icalendar import Calendar, Component, Event, vCalAddress, vDuration, vGeo, vText, vUri

from konferens.calendar.colours import colour_name
from konferens.calendar.model import BookedAddon, Feed
from konferens.calendar.timezones import vtimezone
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.programme.model import Session

PRODID = "-//Konferens//Konferens//SV"
REFRESH = timedelta(minutes=15)
"""How often subscribers are asked to look again: a moved session is known within a break."""

NAMESPACE = UUID("6f0b8d5e-7c39-4a35-9f0e-0d6c1c6a4c55")
"""In which UIDs are made of what doesn't change."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Characters that TEXT cannot hold (RFC 5545 §3.1, CONTROL)."""


def calendar_file(
    edition: Edition, events: Sequence[bytes], years: tuple[int, int] | None, *, feed: Feed, base_url: str
) -> bytes:
    """The finished file of finished `events`. `years` are those that its zone must be right for, None where no time has a zone.

    Its entries tell when they changed, the file doesn't: a ticket that is sold changes the edition and nothing here, and whoever
    has the file keeps it.
    """
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODID)
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", "PUBLISH")
    for name in ("NAME", "X-WR-CALNAME"):
        add_text(calendar, name, feed.name)
    for name in ("DESCRIPTION", "X-WR-CALDESC"):
        add_text(calendar, name, edition.tagline)
    calendar.add("X-WR-TIMEZONE", edition.time_zone)
    calendar.add("URL", vUri(base_url + edition.path))
    if feed.colour:
        add_colour(calendar, feed.colour)
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


def dated_event(
    uid: str, sequence: int, created_at: datetime, updated_at: datetime, withdrawn_at: datetime | None
) -> Event:
    """`withdrawn_at` is when the event ceased to be the reader's, which raises SEQUENCE once (RFC 5546 §2.1.4)."""
    changed_at = updated_at if withdrawn_at is None else max(updated_at, withdrawn_at)
    event = Event()
    event.add("UID", uid)
    event.add("SEQUENCE", sequence + (withdrawn_at is not None))
    event.add("CREATED", created_at)
    event.add("DTSTAMP", changed_at)
    event.add("LAST-MODIFIED", changed_at)
    return event


def times_of(edition: Edition, session: Session | BookedAddon) -> tuple[datetime | None, datetime | None]:
    """Start and end in the edition's zone; in UTC where a clock that is moved back shows the hour a second time.

    A local time that comes twice means the first in iCalendar (RFC 5545 §3.3.5), so the second has no other name.
    """
    moments = (session.starts_at, session.ends_at)
    local = [moment.astimezone(edition.zone) if moment else None for moment in moments]
    if any(moment is not None and moment.fold for moment in local):
        return session.starts_at, session.ends_at
    return local[0], local[1]


def add_title(event: Event, title: str, *, is_cancelled: bool) -> None:
    """Outlook shows a cancelled event of a feed like any other, so its title says it too."""
    add_text(event, "SUMMARY", gettext("Inställt: %(title)s") % {"title": title} if is_cancelled else title)


def add_place(event: Event, edition: Edition, where: str, *, at_venue: bool) -> None:
    add_text(event, "LOCATION", where)
    if at_venue and edition.latitude is not None and edition.longitude is not None:
        event.add("GEO", vGeo((edition.latitude, edition.longitude)))


def add_colour(component: Component, colour: str) -> None:
    """The name of '#rrggbb' (RFC 7986 §5.9): calendars that know it show the track's colour, or nearly."""
    if name := colour_name(colour):
        component.add("COLOR", name)


def add_organiser(event: Event, edition: Edition) -> None:
    """A published event names its organiser (RFC 5546 §3.2.1)."""
    if edition.contact_email:
        organiser = vCalAddress(f"mailto:{edition.contact_email}")
        organiser.params["CN"] = parameter(edition.series.organisation or edition.name)
        event.add("ORGANIZER", organiser)


def parameter(text: str) -> str:
    """`text` as a parameter's value: it holds neither quotes nor line ends (RFC 5545 §3.2)."""
    return " ".join(clean(text).replace('"', "'").split())


def add_text(component: Component, name: str, text: str) -> None:
    if text:
        component.add(name, vText(clean(text)))


def clean(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
