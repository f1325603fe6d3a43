"""The page that tells how to follow the programme in a calendar, client by client, with a code for the phone."""

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

from konferens.calendar.links import event_links, subscription_links
from konferens.events.queries import rooms_of, tracks_of
from konferens.qr import qr_code
from konferens.web.cache import public_page
from konferens.web.requests import database, edition_of


async def show_calendars(request: Request) -> ASGIApp:
    """Subscribe to everything, a room or a track; or put the conference's days into a calendar once."""
    edition = await edition_of(request)
    db = database(request)
    base_url: str = request.app.state.settings.base_url
    feed = f"{base_url}{edition.path}calendar.ics"
    return public_page(
        request,
        edition,
        "calendar/help.html",
        feed=feed,
        qr=qr_code(f"webcal://{feed.partition('://')[2]}"),
        subscriptions=subscription_links(feed, edition.name),
        events=event_links(edition, base_url=base_url),
        rooms=await rooms_of(db, edition.id),
        tracks=await tracks_of(db, edition.id),
    )


routes = [Route("/{series:slug}/{edition:slug}/calendar", show_calendars)]
