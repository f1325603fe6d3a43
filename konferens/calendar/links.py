"""Links that put a conference, or a feed, into people's calendars on the web: nothing is fetched until they are followed."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlencode

from konferens.events.model import Edition


@dataclass(frozen=True, slots=True)
class CalendarLink:
    """`name` is the calendar's own, not translated."""

    name: str
    url: str


def event_links(edition: Edition, *, base_url: str) -> list[CalendarLink]:
    """The conference as an all-day event, filled in for Google Calendar, Outlook.com and Microsoft 365."""
    address = f"{base_url}{edition.path}"
    end = edition.ends_on + timedelta(days=1)  # none of them counts the last day
    google = {
        "action": "TEMPLATE",
        "text": edition.name,
        "dates": f"{edition.starts_on:%Y%m%d}/{end:%Y%m%d}",
        "location": edition.venue,
        "details": address,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": edition.name,
        "startdt": f"{edition.starts_on:%Y-%m-%d}",
        "enddt": f"{end:%Y-%m-%d}",
        "allday": "true",
        "location": edition.venue,
        "body": address,
    }
    # Outlook takes '+' for itself, not for a blank.
    in_outlook = urlencode(outlook, quote_via=quote)
    return [
        CalendarLink("Google Calendar", f"https://calendar.google.com/calendar/render?{urlencode(google)}"),
        CalendarLink("Outlook.com", f"https://outlook.live.com/calendar/0/deeplink/compose?{in_outlook}"),
        CalendarLink("Microsoft 365", f"https://outlook.office.com/calendar/0/deeplink/compose?{in_outlook}"),
    ]


def subscription_links(feed: str, name: str) -> list[CalendarLink]:
    """Subscribe to the feed at this address (https://…): on the device, and in calendars on the web, which then know the address."""
    webcal = f"webcal://{feed.partition('://')[2]}"
    in_outlook = urlencode({"url": feed, "name": name}, quote_via=quote)
    return [
        CalendarLink("Apple, Thunderbird", webcal),
        CalendarLink("Google Calendar", f"https://calendar.google.com/calendar/r?{urlencode({'cid': webcal})}"),
        CalendarLink("Outlook.com", f"https://outlook.live.com/calendar/0/addfromweb?{in_outlook}"),
        CalendarLink("Microsoft 365", f"https://outlook.office.com/calendar/0/addfromweb?{in_outlook}"),
    ]
