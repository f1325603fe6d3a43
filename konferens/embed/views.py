"""The programme and the ticket types inside other websites: a script with two elements, and plain pages for an <iframe>.

The pages that are framed change nothing and know nobody: their links lead out of the frame, so that nobody can be made to
click on what they don't see.
"""

import hashlib

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from konferens.clock import now
from konferens.events.queries import rooms_of
from konferens.offering.queries import ticket_types_of
from konferens.programme.grid import days_of
from konferens.programme.queries import published_sessions
from konferens.web.assets import DIST
from konferens.web.cache import public_page
from konferens.web.office import organised_edition, render_office
from konferens.web.requests import database, edition_of

FRAMEABLE = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; frame-ancestors *; form-action 'none'; object-src 'none'; img-src 'self' data:"
    )
}
"""Any website may show these pages. Browsers that know frame-ancestors don't look at X-Frame-Options (CSP3 §6.4.2)."""


async def show_programme(request: Request) -> ASGIApp:
    """Every day as a list, for a narrow column."""
    edition = await edition_of(request)
    db = database(request)
    rooms = await rooms_of(db, edition.id)
    sessions = await published_sessions(db, edition.id)
    return public_page(
        request,
        edition,
        "embed/programme.html",
        headers=FRAMEABLE,
        days=days_of(sessions, [room.slug for room in rooms], edition.zone),
    )


async def show_registration(request: Request) -> ASGIApp:
    """What can be bought, and the way to the registration."""
    edition = await edition_of(request)
    moment = now()
    types = [kind for kind in await ticket_types_of(database(request), edition.id) if not kind.hidden]
    changes = edition.changes_after(moment) + [change for kind in types for change in kind.changes_after(moment)]
    return public_page(
        request,
        edition,
        "embed/registration.html",
        headers=FRAMEABLE,
        expires_at=min(changes, default=None),
        state=edition.registration_state(moment),
        moment=moment,
        ticket_types=[kind for kind in types if kind.sale_state(moment) != "closed"],
    )


async def script(request: Request) -> Response:
    """/embed.js: the address is for ever, what it holds is that of this version of the program."""
    address: str = request.app.state.templates.globals["asset"]("js/embed.js")
    body = (DIST / address.rpartition("/")[2]).read_bytes()
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = {
        "Cache-Control": "public, max-age=3600",
        "ETag": etag,
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="text/javascript; charset=utf-8", headers=headers)


async def show_help(request: Request) -> Response:
    """The lines to copy into another website."""
    edition = await organised_edition(request)
    return render_office(request, edition, "embed", "organiser/embed/page.html")


routes = [Route("/embed.js", script)]
edition_routes = [
    Route("/{series:slug}/{edition:slug}/embed/programme", show_programme),
    Route("/{series:slug}/{edition:slug}/embed/registration", show_registration),
]
organiser_routes = [Route("/organiser/{series:slug}/{edition:slug}/embed", show_help)]
