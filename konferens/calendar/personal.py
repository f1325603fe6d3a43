"""An attendee's own feed: the conference with what it takes to get there, the chosen sessions, the add-ons.

Its address is a secret, but one that calendars on the web keep and people pass on: nothing in it opens the ticket's page, its QR
code or the order.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import uuid5

from icalendar import Event, vUri

from konferens.calendar.components import (
    NAMESPACE,
    add_organiser,
    add_text,
    add_title,
    calendar_file,
    dated_event,
    times_of,
    years_of,
)
from konferens.calendar.ical import edition_event, session_bytes
from konferens.calendar.model import BookedAddon, Feed, PersonalCalendar, RetiredFeed
from konferens.calendar.texts import getting_there
from konferens.events.model import Edition
from konferens.i18n import gettext, use_language
from konferens.programme.model import Session


def personal_ics(
    edition: Edition, person: PersonalCalendar, sessions: Iterable[Session], *, feed: Feed, base_url: str
) -> bytes:
    """An attendee's feed: the conference's days, the chosen `sessions` and the add-ons; all CANCELLED when the ticket is."""
    with use_language(person.language):
        timed = [session for session in sessions if session.starts_at is not None]
        withdrawn_at = person.updated_at if person.is_cancelled else None
        events = [_visit_event(edition, person, base_url).to_ical()]
        events += [
            session_bytes(edition, session, base_url, withdrawn_at, language=person.language, busy=True)
            for session in timed
        ]
        events += [_addon_event(edition, person, addon, base_url).to_ical() for addon in person.addons]
        return calendar_file(edition, events, years_of(edition, [*timed, *person.addons]), feed=feed, base_url=base_url)


def _visit_event(edition: Edition, person: PersonalCalendar, base_url: str) -> Event:
    """The conference as `edition_event` has it, on the days that the ticket is for, with how to get there and the booking."""
    event = edition_event(edition, base_url, person.updated_at if person.is_cancelled else None)
    changed_at = max(edition.changed_at or edition.created_at, person.updated_at)
    _replace(event, "DTSTAMP", changed_at)
    _replace(event, "LAST-MODIFIED", changed_at)
    if person.is_cancelled:
        return event
    if person.valid_on is not None:
        _replace(event, "DTSTART", person.valid_on)
        _replace(event, "DTEND", person.valid_on + timedelta(days=1))
    if person.is_digital:
        for name in ("LOCATION", "GEO"):
            event.pop(name, None)
    event.pop("DESCRIPTION", None)
    add_text(event, "DESCRIPTION", getting_there(edition, person, base_url + edition.path))
    return event


def _replace(event: Event, name: str, value: Any) -> None:
    event.pop(name, None)
    event.add(name, value)


def _addon_event(edition: Edition, person: PersonalCalendar, addon: BookedAddon, base_url: str) -> Event:
    """Dinner or study visit: the UID is that of this add-on for this ticket.

    Who cancels it and books it again gets a higher SEQUENCE each time, as for `calendar.invitations.invitation_sequence`.
    """
    is_cancelled = person.is_cancelled or addon.is_cancelled
    event = dated_event(
        f"{uuid5(NAMESPACE, f'addon {addon.id} ticket {person.ticket_id}')}@konferens",
        addon.sequence + 2 * (addon.bookings - 1),
        addon.bought_at,
        max(addon.bought_at, addon.changed_at or addon.bought_at),
        person.updated_at if is_cancelled else None,
    )
    for name, value in zip(("DTSTART", "DTEND"), times_of(edition, addon), strict=True):
        if value is not None:
            event.add(name, value)
    add_title(event, addon.name, is_cancelled=is_cancelled)
    event.add("STATUS", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT" if is_cancelled else "OPAQUE")
    add_organiser(event, edition)
    add_text(event, "LOCATION", addon.location)
    address = base_url + edition.path
    add_text(event, "DESCRIPTION", "\n\n".join(part for part in (addon.description, address) if part))
    event.add("URL", vUri(address))
    return event


def retired_ics(edition: Edition, retired: RetiredFeed, *, feed: Feed, base_url: str) -> bytes:
    """What an address tells that is no longer anybody's: that it isn't, and what to do, on the conference's days.

    Earlier entries are gone rather than CANCELLED. Subscribed calendars show what the file holds and drop the rest, so nothing
    lingers; and addresses are renewed to keep those out who know the old one, who then mustn't read on what was chosen. Nor does
    it tell the new address, or who has the ticket now.
    """
    with use_language(retired.language):
        help_page = f"{base_url}{edition.path}calendar"
        event = dated_event(
            f"{uuid5(NAMESPACE, f'retired {retired.ticket_id} {retired.retired_at.isoformat()}')}@konferens",
            edition.sequence,
            retired.retired_at,
            max(retired.retired_at, edition.changed_at or edition.created_at),
            None,
        )
        add_title(event, gettext("Den här kalenderadressen gäller inte längre"), is_cancelled=False)
        event.add("DTSTART", edition.starts_on)
        event.add("DTEND", edition.ends_on + timedelta(days=1))
        event.add("STATUS", "CONFIRMED")
        event.add("TRANSP", "TRANSPARENT")
        text = gettext(
            "Din kalender för %(conference)s har fått en ny adress, eller biljetten en ny innehavare. Därför står inget annat här.\n\n"
            "Är biljetten din: öppna din egen sida med länken i mejlet med biljetten, och prenumerera på nytt där. Ta sedan bort den "
            "här prenumerationen.\n\n"
            "Hela programmet kan alla följa: %(address)s"
        )
        add_text(event, "DESCRIPTION", text % {"conference": edition.name, "address": help_page})
        event.add("URL", vUri(help_page))
        add_organiser(event, edition)
        return calendar_file(edition, [event.to_ical()], None, feed=feed, base_url=base_url)
