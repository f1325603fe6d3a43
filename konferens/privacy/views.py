"""What people are told about their data, and what they can do about it: by the edition's pages, the ticket's and the order's."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from konferens.accounts.signing_in import LOGIN_LASTS
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.privacy.actions import request_erasure
from konferens.privacy.export import order_data, ticket_data
from konferens.privacy.forms import ErasureForm
from konferens.privacy.processing import processings
from konferens.privacy.queries import attendee_list, collected, consequences, has_attendee_list, last_request
from konferens.privacy.speakers import speaker_data
from konferens.registration.model import Order, Ticket
from konferens.registration.queries import order_by_secret, order_of_ticket_secret
from konferens.speakers.queries import find_speaker, whose_page
from konferens.web.auth import cookie_name
from konferens.web.cache import public_page
from konferens.web.csrf import read_form
from konferens.web.middleware import LANGUAGE_COOKIE
from konferens.web.private import private_file, private_page
from konferens.web.requests import database, edition_of


async def show_privacy(request: Request) -> ASGIApp:
    """Who is responsible, what is collected and until when, and what one's rights are (GDPR articles 12–14)."""
    edition = await edition_of(request)
    found = await collected(database(request), edition)
    return public_page(
        request,
        edition,
        "privacy/page.html",
        processings=processings(edition, found),
        collected=found,
        language_cookie=LANGUAGE_COOKIE,
        login_cookie=cookie_name(request),
        login_days=LOGIN_LASTS.days,
    )


async def show_accessibility(request: Request) -> ASGIApp:
    """How accessible the pages are and where to tell of shortcomings (lag 2018:1937, lag 2023:254)."""
    return public_page(request, await edition_of(request), "privacy/accessibility.html")


async def _of_ticket(request: Request) -> tuple[Edition, Order, Ticket]:
    """Raises NotFoundError."""
    db = database(request)
    order, ticket = await order_of_ticket_secret(db, request.path_params["secret"])
    return await edition_by_id(db, order.edition_id), order, ticket


async def _of_order(request: Request) -> tuple[Edition, Order]:
    """Raises NotFoundError."""
    db = database(request)
    order = await order_by_secret(db, request.path_params["code"], request.path_params["secret"])
    return await edition_by_id(db, order.edition_id), order


async def download_ticket_data(request: Request) -> Response:
    edition, order, ticket = await _of_ticket(request)
    return _json_file(await ticket_data(database(request), edition, order, ticket), f"{order.code}-{ticket.position}")


async def download_order_data(request: Request) -> Response:
    edition, order = await _of_order(request)
    return _json_file(await order_data(database(request), edition, order), order.code)


def _json_file(data: dict[str, Any], name: str) -> Response:
    content = json.dumps(data, ensure_ascii=False, indent=2).encode()
    return private_file(content, "application/json", f"{name}-data.json", download=True)


async def show_ticket_erasure(request: Request) -> Response:
    edition, order, ticket = await _of_ticket(request)
    return await _erasure_page(request, edition, order, ticket, ErasureForm())


async def post_ticket_erasure(request: Request) -> Response:
    edition, order, ticket = await _of_ticket(request)
    return await _ask(request, edition, order, ticket)


async def show_order_erasure(request: Request) -> Response:
    edition, order = await _of_order(request)
    return await _erasure_page(request, edition, order, None, ErasureForm())


async def post_order_erasure(request: Request) -> Response:
    edition, order = await _of_order(request)
    return await _ask(request, edition, order, None)


async def _ask(request: Request, edition: Edition, order: Order, ticket: Ticket | None) -> Response:
    """303 back to the page, which then tells how it stands; 422 with what was typed."""
    form = ErasureForm(await read_form(request))
    if not form.validate():
        return await _erasure_page(request, edition, order, ticket, form, status_code=422)
    actor = f"ticket:{order.code}-{ticket.position}" if ticket else f"buyer:{order.code}"
    await request_erasure(database(request), order, ticket, message=form.message.data, actor=actor)
    return RedirectResponse(f"{ticket.own_path if ticket else order.path}erase", status_code=303)


async def _erasure_page(
    request: Request,
    edition: Edition,
    order: Order,
    ticket: Ticket | None,
    form: ErasureForm,
    *,
    status_code: int = 200,
) -> Response:
    db = database(request)
    return private_page(
        request,
        "privacy/erase.html",
        status_code=status_code,
        edition=edition,
        order=order,
        ticket=ticket,
        home=ticket.own_path if ticket else order.path,
        form=form,
        asked=await last_request(db, order.id, ticket.id if ticket else None),
        consequences=await consequences(db, edition, order, ticket),
    )


async def download_speaker_data(request: Request) -> Response:
    """Everything about a speaker, for whoever has the address of their own page."""
    db = database(request)
    edition_id, code = await whose_page(db, request.path_params["secret"])
    speaker = await find_speaker(db, edition_id, code)
    told = await speaker_data(db, await edition_by_id(db, edition_id), speaker)
    content = json.dumps(told, ensure_ascii=False, indent=2).encode()
    return private_file(content, "application/json", f"speaker-{speaker.code}.json", download=True)


async def show_attendees(request: Request) -> Response:
    """Who agreed to be listed, for holders of valid tickets. Raises NotFoundError for others, and where it isn't asked."""
    edition, order, ticket = await _of_ticket(request)
    db = database(request)
    if not (ticket.is_valid and order.is_active) or not await has_attendee_list(db, edition.id):
        raise NotFoundError(f"no attendee list for ticket {ticket.id}")
    return private_page(
        request,
        "privacy/attendees.html",
        edition=edition,
        ticket=ticket,
        people=await attendee_list(db, edition.id),
    )


_TICKET = "/tickets/{secret}"
_ORDER = "/orders/{code:code}/{secret}"

routes: list[BaseRoute] = [
    Route("/speaking/{secret}/data.json", download_speaker_data),
    Route(f"{_TICKET}/data.json", download_ticket_data),
    Route(f"{_TICKET}/erase", show_ticket_erasure, methods=["GET"]),
    Route(f"{_TICKET}/erase", post_ticket_erasure, methods=["POST"]),
    Route(f"{_TICKET}/attendees", show_attendees),
    Route(f"{_ORDER}/data.json", download_order_data),
    Route(f"{_ORDER}/erase", show_order_erasure, methods=["GET"]),
    Route(f"{_ORDER}/erase", post_order_erasure, methods=["POST"]),
]
edition_routes: list[BaseRoute] = [
    Route("/{series:slug}/{edition:slug}/privacy", show_privacy),
    Route("/{series:slug}/{edition:slug}/accessibility", show_accessibility),
]
