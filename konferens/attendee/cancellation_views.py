"""Cancelling as the terms allow: the whole order, one ticket, one add-on. What is kept is told before one confirms."""

from collections.abc import Sequence
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.attendee.access import ORDER, base_url, buyer, order_of, ticket_of
from konferens.clock import now
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.registration.api import wake_sender
from konferens.registration.changes import cancel_addons, cancel_order, cancel_tickets
from konferens.registration.model import Order, Ticket, TicketAddon
from konferens.registration.terms import kept_of, percent_for_buyer, settlement
from konferens.web.csrf import read_form
from konferens.web.private import private_page
from konferens.web.requests import database


async def show_order_cancellation(request: Request) -> Response:
    """What cancelling everything costs; for what the buyer may not cancel, whom to write to."""
    order, edition = await order_of(request)
    return _page(request, edition, order, order.valid_tickets)


async def post_order_cancellation(request: Request) -> Response:
    """303 back to the order; 409 with the page when it can't be cancelled any more, or for less than was told."""
    order, edition = await order_of(request)
    percent = await _agreed_percent(request, edition, order)
    if percent is None:
        return _page(request, edition, order, order.valid_tickets, status_code=409)
    await cancel_order(database(request), edition, order, actor=buyer(order), base_url=base_url(request), by_buyer=True)
    return _done(request, order)


async def show_ticket_cancellation(request: Request) -> Response:
    order, edition = await order_of(request)
    return _page(request, edition, order, [ticket_of(request, order)])


async def post_ticket_cancellation(request: Request) -> Response:
    """As post_order_cancellation, for one ticket; one that is cancelled already leads back too."""
    order, edition = await order_of(request)
    try:
        ticket = ticket_of(request, order)
    except NotFoundError:
        return RedirectResponse(order.path, status_code=303)
    if await _agreed_percent(request, edition, order) is None:
        return _page(request, edition, order, [ticket], status_code=409)
    await cancel_tickets(
        database(request),
        edition,
        order,
        [ticket.position],
        keep=None,
        actor=buyer(order),
        base_url=base_url(request),
    )
    return _done(request, order)


async def show_addon_cancellation(request: Request) -> Response:
    order, edition = await order_of(request)
    ticket, addon = _addon_of(request, order)
    return _page(request, edition, order, [ticket], addon=addon)


async def post_addon_cancellation(request: Request) -> Response:
    """As post_ticket_cancellation, for one add-on of a ticket that stays."""
    order, edition = await order_of(request)
    try:
        ticket, addon = _addon_of(request, order)
    except NotFoundError:
        return RedirectResponse(order.path, status_code=303)
    if await _agreed_percent(request, edition, order) is None:
        return _page(request, edition, order, [ticket], addon=addon, status_code=409)
    await cancel_addons(
        database(request), edition, order, [addon.id], keep=None, actor=buyer(order), base_url=base_url(request)
    )
    return _done(request, order)


async def _agreed_percent(request: Request, edition: Edition, order: Order) -> int | None:
    """What is kept, if the buyer was told so; None when it has become more meanwhile, or the buyer may not cancel."""
    told = (await read_form(request)).get("keep", "")
    percent = percent_for_buyer(edition, order, now())
    return percent if percent is not None and str(percent) == told else None


def _done(request: Request, order: Order) -> Response:
    wake_sender(request)
    return RedirectResponse(f"{order.path}?done=cancelled", status_code=303)


def _addon_of(request: Request, order: Order) -> tuple[Ticket, TicketAddon]:
    """Raises NotFoundError."""
    ticket = ticket_of(request, order)
    for addon in ticket.valid_addons:
        if addon.id == request.path_params["addon"]:
            return ticket, addon
    raise NotFoundError(f"ticket {ticket.id} has no such add-on")


def _page(
    request: Request,
    edition: Edition,
    order: Order,
    tickets: Sequence[Ticket],
    *,
    addon: TicketAddon | None = None,
    status_code: int = 200,
) -> Response:
    """`tickets` with their add-ons, or `addon` alone, with what is kept of each."""
    percent = percent_for_buyer(edition, order, now())
    sold: list[tuple[Ticket, Ticket | TicketAddon]] = []
    for ticket in tickets:
        if addon is None:
            sold.append((ticket, ticket))
        sold += [(ticket, each) for each in ticket.valid_addons if addon in (None, each)]
    parts = settlement([each for _, each in sold], percent or 0)
    return private_page(
        request,
        "attendee/cancel.html",
        status_code=status_code,
        edition=edition,
        order=order,
        percent=percent,
        lines=[
            (ticket.name, each.type_name if isinstance(each, Ticket) else each.name, each.price, kept)
            for ticket, each in sold
            for kept in (kept_of(each, percent or 0)[0],)
        ],
        parts=parts,
        balance=order.balance - parts.credited,
        tickets=tickets,
        addon=addon,
        is_whole=addon is None and len(tickets) == len(order.valid_tickets),
        has_changed=status_code == HTTPStatus.CONFLICT,
    )


routes: list[BaseRoute] = [
    Route(f"{ORDER}/cancel", show_order_cancellation, methods=["GET"]),
    Route(f"{ORDER}/cancel", post_order_cancellation, methods=["POST"]),
    Route(f"{ORDER}/tickets/{{number:id}}/cancel", show_ticket_cancellation, methods=["GET"]),
    Route(f"{ORDER}/tickets/{{number:id}}/cancel", post_ticket_cancellation, methods=["POST"]),
    Route(f"{ORDER}/tickets/{{number:id}}/addons/{{addon:id}}/cancel", show_addon_cancellation, methods=["GET"]),
    Route(f"{ORDER}/tickets/{{number:id}}/addons/{{addon:id}}/cancel", post_addon_cancellation, methods=["POST"]),
]
