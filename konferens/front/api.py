"""JSON about events: which there are, and what tickets one has; no token is needed."""

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from konferens.clock import now
from konferens.events.model import Edition
from konferens.events.queries import all_editions
from konferens.i18n import lazy_gettext as _l
from konferens.offering.model import Addon, TicketType
from konferens.offering.queries import addons_of, ticket_types_of
from konferens.web.api import (
    ADDRESS,
    DATE,
    MOMENT,
    MONEY,
    PAGING,
    list_json,
    list_of,
    moment_json,
    money_json,
    paging,
)
from konferens.web.openapi import describe
from konferens.web.requests import database, edition_of
from konferens.web.schemas import Component, Schema, array, flag, integer, nullable, record, text

_EVENT: dict[str, Schema] = {
    "series": text("The series' slug."),
    "edition": text("The edition's slug, usually the year."),
    "name": text(),
    "starts_at": MOMENT,
    "ends_at": MOMENT,
    "time_zone": text("As `Europe/Stockholm`."),
    "venue": text(),
    "url": ADDRESS,
}
EVENT = Component("Event", record("A conference, from midnight of its first day to midnight after its last.", _EVENT))


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


@describe("Events", _l("Visa konferenserna"), list_of(EVENT), description="The latest first.", parameters=PAGING)
async def list_events(request: Request) -> Response:
    """Every published edition, the latest first."""
    offset, limit = paging(request)
    editions = await all_editions(database(request), published_only=True)
    base_url = request.app.state.settings.base_url
    items = [event_json(edition, base_url) for edition in editions[offset : offset + limit]]
    return list_json(request, items, offset, limit, more=len(editions) > offset + limit)


_VAT_RATE = nullable(integer("Percent, null for none."))
_AVAILABLE = nullable(integer("How many are left; null without limit."))

TICKET_TYPE = Component(
    "TicketType",
    record(
        "A kind of ticket, at the price of the moment.",
        {
            "code": text(),
            "name": text(),
            "description": text("Markdown."),
            "price": MONEY,
            "price_until": nullable(MOMENT, "When the price rises; null where it stays."),
            "next_price": nullable(MONEY, "The price from then on."),
            "vat_rate": _VAT_RATE,
            "available": _AVAILABLE,
            "on_sale": flag("It can be bought now."),
            "min_per_order": integer(),
            "max_per_order": integer(),
            "valid_on": nullable(DATE, "The one day that it is for; null for all days."),
            "digital": flag("For taking part at a distance."),
        },
    ),
)

ADDON = Component(
    "Addon",
    record(
        "What one can add to a ticket: a dinner, a bus.",
        {
            "code": text(),
            "name": text(),
            "description": text("Markdown."),
            "price": MONEY,
            "vat_rate": _VAT_RATE,
            "available": _AVAILABLE,
            "on_sale": flag("It can be bought now."),
            "ticket_types": array(text(), "Codes of the types that may have it; empty for all."),
            "starts_at": nullable(MOMENT),
            "ends_at": nullable(MOMENT),
            "location": text(),
        },
    ),
)

EVENT_DETAIL = Component(
    "EventDetail",
    record(
        "A conference with what it sells, except what only a code opens.",
        {
            **_EVENT,
            "release": text("The programme's version that is public, as `1.2`; empty where there are no versions."),
            "ticket_types": array(TICKET_TYPE),
            "addons": array(ADDON),
        },
    ),
)


@describe("Events", _l("Visa en konferens och dess biljetter"), EVENT_DETAIL)
async def show_event(request: Request) -> Response:
    """One edition with its ticket types and add-ons, at the prices of the moment; hidden types are left out.

    `available` is null where no quota limits, `on_sale` is true while one can buy. An add-on's `ticket_types` are codes,
    empty where every ticket may have it.
    """
    edition = await edition_of(request)
    db, moment = database(request), now()
    is_open = edition.registration_state(moment) == "open"
    types = [kind for kind in await ticket_types_of(db, edition.id) if not kind.hidden]
    codes = {kind.code for kind in types}
    extras = [
        addon for addon in await addons_of(db, edition.id) if not addon.ticket_types or addon.ticket_types & codes
    ]
    return JSONResponse(
        {
            **event_json(edition, request.app.state.settings.base_url),
            "release": edition.release,
            "ticket_types": [
                _type_json(kind, moment, edition, on_sale=is_open and kind.is_on_sale(moment)) for kind in types
            ],
            "addons": [
                _addon_json(addon, codes, edition, on_sale=is_open and addon.is_on_sale(moment)) for addon in extras
            ],
        },
        headers={"Cache-Control": "no-cache"},
    )


def _type_json(kind: TicketType, moment: datetime, edition: Edition, *, on_sale: bool) -> dict[str, Any]:
    """`next_price` is what it costs from `price_until` on; both are null where the price stays."""
    price = kind.price_at(moment)
    rises = price != kind.price and kind.early_until is not None
    return {
        "code": kind.code,
        "name": kind.name,
        "description": kind.description,
        "price": money_json(price),
        "price_until": moment_json(kind.early_until if rises else None, edition.zone),
        "next_price": money_json(kind.price) if rises else None,
        "vat_rate": kind.vat_rate,
        "available": kind.available,
        "on_sale": on_sale and not kind.is_sold_out,
        "min_per_order": kind.min_per_order,
        "max_per_order": kind.max_per_order,
        "valid_on": kind.valid_on.isoformat() if kind.valid_on else None,
        "digital": kind.digital,
    }


def _addon_json(addon: Addon, public: set[str], edition: Edition, *, on_sale: bool) -> dict[str, Any]:
    return {
        "code": addon.code,
        "name": addon.name,
        "description": addon.description,
        "price": money_json(addon.price),
        "vat_rate": addon.vat_rate,
        "available": addon.quota.left if addon.quota else None,
        "on_sale": on_sale and not addon.is_sold_out,
        "ticket_types": sorted(addon.ticket_types & public),
        "starts_at": moment_json(addon.starts_at, edition.zone),
        "ends_at": moment_json(addon.ends_at, edition.zone),
        "location": addon.location,
    }


api_routes = [
    Route("/api/v1/events", list_events),
    Route("/api/v1/events/{series:slug}/{edition:slug}", show_event),
]
