"""Tickets without network: the worker that keeps them, what may be kept, and manifests for phones' home screens."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.attendee.access import OWN, own_ticket
from konferens.clock import now
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.i18n import current_language, gettext
from konferens.registration.model import Order, Ticket
from konferens.registration.queries import order_of_ticket
from konferens.web.private import private_file
from konferens.web.requests import database
from konferens.web.workers import service_worker

KEPT_AFTER = timedelta(days=14)
"""How long after the last day a phone may show its copy of a ticket."""

_NEVER = "Thu, 01 Jan 1970 00:00:00 GMT"


def is_kept(edition: Edition, order: Order, ticket: Ticket) -> bool:
    """Whether a phone may keep the ticket: one that holds, until some time after the conference."""
    return ticket.is_valid and order.is_active and now() < _end(edition)


def _end(edition: Edition) -> datetime:
    return edition.ends_at + KEPT_AFTER


def page_headers(edition: Edition, order: Order, ticket: Ticket) -> dict[str, str]:
    """For the ticket's page: until when a phone may keep it, as an HTTP date; see static/js/ticket-worker.js."""
    if not is_kept(edition, order, ticket):
        return {"Offline-Until": _NEVER}
    return {"Offline-Until": format_datetime(_end(edition).astimezone(UTC), usegmt=True)}


def own_page_headers(edition: Edition, order: Order, ticket: Ticket) -> dict[str, str]:
    """For the attendee's own page: the ticket's page is kept in its stead, without forms, addresses and answers."""
    if not is_kept(edition, order, ticket):
        return {"Offline-Until": _NEVER}
    return {"Offline-Copy": ticket.path}


async def show_worker(request: Request) -> Response:
    """The same worker at two addresses, so that its scope can't be wider than one kind of page."""
    return await service_worker(request, "js/ticket-worker.js")


async def ticket_manifest(request: Request) -> Response:
    """For a ticket that holds. Raises NotFoundError."""
    db = database(request)
    order, ticket = await order_of_ticket(db, request.path_params["token"])
    if not (ticket.is_valid and order.is_active):
        raise NotFoundError(f"ticket {ticket.id} no longer holds")
    return _manifest(request, await edition_by_id(db, order.edition_id), ticket.path)


async def own_manifest(request: Request) -> Response:
    _, ticket, edition = await own_ticket(request)
    return _manifest(request, edition, ticket.own_path)


def _manifest(request: Request, edition: Edition, address: str) -> Response:
    """A web app manifest (https://www.w3.org/TR/appmanifest/): the icon on the home screen opens `address`."""
    asset = request.app.state.templates.globals["asset"]
    icons = [
        {"src": asset(f"img/ticket/{edition.theme}-{side}.png"), "sizes": f"{side}x{side}", "purpose": "any maskable"}
        for side in (192, 512)
    ]
    manifest = {
        "id": address,
        "name": f"{gettext('Biljett')} – {edition.name}",
        "short_name": gettext("Biljett"),
        "lang": current_language.get(),
        "start_url": address,
        "scope": address,
        "display": "standalone",
        "background_color": "#ffffff",
        "icons": [{**icon, "type": "image/png"} for icon in icons],
    }
    return private_file(json.dumps(manifest, ensure_ascii=False).encode(), "application/manifest+json")


routes: list[BaseRoute] = [
    Route("/t/worker.js", show_worker),
    Route("/tickets/worker.js", show_worker),
    Route("/t/{token}/manifest.webmanifest", ticket_manifest),
    Route(f"{OWN}/manifest.webmanifest", own_manifest),
]
