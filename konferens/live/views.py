"""What goes on now: a page for phones, a board for the hall, and the stream of events that keeps open pages up to date."""

from datetime import timedelta

from starlette.requests import Request
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from konferens.clock import now
from konferens.events.queries import rooms_of
from konferens.live.hub import Hub
from konferens.live.model import Phase, minutes_left, minutes_until, picture_of
from konferens.live.queries import moved_sessions
from konferens.live.stream import EventStream
from konferens.programme.queries import published_sessions
from konferens.qr import qr_code
from konferens.web.cache import public_page
from konferens.web.requests import database, edition_of


async def show_now(request: Request) -> ASGIApp:
    """Now and next, for phones. ?part=1 is what changes of it, for pages that are open."""
    return await _page(request, "now")


async def show_board(request: Request) -> ASGIApp:
    """Now and next over a whole screen, to be read from afar. ?part=1 is what changes of it."""
    return await _page(request, "board")


async def _page(request: Request, name: str) -> ASGIApp:
    """Kept until the minute is over: the page tells how many are left."""
    edition = await edition_of(request)
    db = database(request)
    moment = now()
    sessions = await published_sessions(db, edition.id)
    picture = picture_of(sessions, [room.slug for room in await rooms_of(db, edition.id)], moment)
    is_part = str(request.query_params) == "part=1"
    minute = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
    programme_url = f"{request.app.state.settings.base_url}{edition.path}programme"
    return public_page(
        request,
        edition,
        f"live/_{name}.html" if is_part else f"live/{name}.html",
        keep=is_part or not request.url.query,
        expires_at=min(filter(None, (minute, picture.changes_at))),
        shown=picture,
        phases=Phase,
        moved=await moved_sessions(db, edition, picture.sessions, moment),
        minutes_left=minutes_left,
        minutes_until=minutes_until,
        programme_url=programme_url,
        qr=qr_code(programme_url),
    )


async def listen(request: Request) -> ASGIApp:
    """Server-sent events about the edition, from the version that the browser saw (Last-Event-ID, else ?version=)."""
    edition = await edition_of(request)
    hub: Hub = request.app.state.live
    seen = request.headers.get("last-event-id") or request.query_params.get("version", "")
    return EventStream(hub, edition.ref, current=edition.version, seen=_number(seen))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None  # noqa: PLR2004


routes: list[BaseRoute] = [
    Route("/{series:slug}/{edition:slug}/now", show_now),
    Route("/{series:slug}/{edition:slug}/board", show_board),
    Route("/{series:slug}/{edition:slug}/live", listen),
]
