"""JSON about events: which there are, and what tickets one has; no token is needed."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from konferens.clock import now
from konferens.events.model import Edition
from konferens.events.queries import all_editions
from konferens.offering.queries import ticket_types_of
from konferens.web.api import list_json, moment_json, money_json, paging
from konferens.web.requests import database, edition_of


def event_json(edition: Edition, base_url: str) -> dict[str, Any]:
    """An edition as the API tells it: from midnight when its first day begins to midnight when the last one ends."""
    return {
        "series": edition.series.slug,
        "edition": edition.slug,
        "name": edition.name,
        "starts_at": moment_json(edition.starts_at, edition.zone),
        "ends_at": moment_json(edition.ends_at, edition.zone),
        "time_zone": edition.time_zone,
        "venue": edition.venue,
        "url": f"{base_url}{edition.path}",
    }


async def list_events(request: Request) -> Response:
    """Every published edition, the latest first."""
    offset, limit = paging(request)
    editions = await all_editions(database(request), published_only=True)
    base_url = request.app.state.settings.base_url
    items = [event_json(edition, base_url) for edition in editions[offset : offset + limit]]
    return list_json(request, items, offset, limit, more=len(editions) > offset + limit)


async def show_event(request: Request) -> Response:
    """One edition with its ticket types; `available` is null where no quota limits, `on_sale` is true while one can buy."""
    edition = await edition_of(request)
    moment = now()
    is_open = edition.registration_state(moment) == "open"
    types = await ticket_types_of(database(request), edition.id)
    return JSONResponse(
        {
            **event_json(edition, request.app.state.settings.base_url),
            "ticket_types": [
                {
                    "code": kind.code,
                    "name": kind.name,
                    "description": kind.description,
                    "price": money_json(kind.price),
                    "vat_rate": kind.vat_rate,
                    "available": kind.available,
                    "on_sale": is_open and kind.is_on_sale(moment) and not kind.is_sold_out,
                }
                for kind in types
            ],
        },
        headers={"Cache-Control": "no-cache"},
    )


api_routes = [
    Route("/api/v1/events", list_events),
    Route("/api/v1/events/{series:slug}/{edition:slug}", show_event),
]
