"""Who has a ticket: given to another person, the holder asked for details, the confirmation sent again."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.attendee.access import ORDER, OWN, base_url, buyer, holder, order_of, own_ticket, ticket_of
from konferens.attendee.forms import TransferForm
from konferens.errors import ConflictError
from konferens.events.model import Edition
from konferens.registration.api import wake_sender
from konferens.registration.corrections import resend_confirmation
from konferens.registration.details import send_details_link
from konferens.registration.model import Order, Ticket
from konferens.registration.transfers import is_used, transfer
from konferens.web.csrf import read_form
from konferens.web.private import private_page
from konferens.web.requests import database


async def show_transfer(request: Request) -> Response:
    """Asks the buyer who is to have the ticket."""
    order, edition = await order_of(request)
    ticket = ticket_of(request, order)
    return await _page(request, edition, ticket, TransferForm(data={"token": ticket.token}), back=order.path)


async def post_transfer(request: Request) -> Response:
    """303 back to the order, also for a form that was sent before; 422 with the form, 409 for a ticket that was used."""
    order, edition = await order_of(request)
    ticket = ticket_of(request, order)
    form = TransferForm(await read_form(request))
    if form.token.data != ticket.token:
        return RedirectResponse(order.path, status_code=303)
    if not form.validate():
        return await _page(request, edition, ticket, form, back=order.path, status_code=422)
    if not await _transferred(request, edition, order, ticket, form, actor=buyer(order)):
        return await _page(request, edition, ticket, form, back=order.path, status_code=409)
    return RedirectResponse(f"{order.path}?done=transferred", status_code=303)


async def show_own_transfer(request: Request) -> Response:
    """Asks the holder."""
    _, ticket, edition = await own_ticket(request)
    return await _page(request, edition, ticket, TransferForm(), back=ticket.own_path)


async def post_own_transfer(request: Request) -> Response:
    """A page that says who has it now, since the holder's own page is no more; 422 and 409 as post_transfer."""
    order, ticket, edition = await own_ticket(request)
    form = TransferForm(await read_form(request))
    if not form.validate():
        return await _page(request, edition, ticket, form, back=ticket.own_path, status_code=422)
    if not await _transferred(request, edition, order, ticket, form, actor=holder(order, ticket)):
        return await _page(request, edition, ticket, form, back=ticket.own_path, status_code=409)
    return private_page(request, "attendee/given.html", edition=edition, attendee=form.values())


async def _transferred(
    request: Request, edition: Edition, order: Order, ticket: Ticket, form: TransferForm, *, actor: str
) -> bool:
    """Whether it could be given away."""
    try:
        await transfer(
            database(request),
            edition,
            order,
            ticket.position,
            form.values(),
            actor=actor,
            base_url=base_url(request),
        )
    except ConflictError:
        return False
    wake_sender(request)
    return True


async def _page(
    request: Request, edition: Edition, ticket: Ticket, form: TransferForm, *, back: str, status_code: int = 200
) -> Response:
    return private_page(
        request,
        "attendee/transfer.html",
        status_code=status_code,
        edition=edition,
        ticket=ticket,
        form=form,
        back=back,
        address=request.url.path,
        is_refused=status_code == HTTPStatus.CONFLICT,
        is_used=await is_used(database(request), ticket),
    )


async def post_details_link(request: Request) -> Response:
    """Mail the attendee the link to fill in the rest; 303 back to the order. Raises ConflictError without an address."""
    order, edition = await order_of(request)
    ticket = ticket_of(request, order)
    await read_form(request)
    await send_details_link(database(request), edition, order, ticket.position, base_url=base_url(request))
    wake_sender(request)
    return RedirectResponse(f"{order.path}?done=asked", status_code=303)


async def post_confirmation(request: Request) -> Response:
    """Mail the confirmation with the tickets once more, once a minute at most; 303 back to the order."""
    order, edition = await order_of(request)
    await read_form(request)
    await resend_confirmation(database(request), edition, order, actor=buyer(order), base_url=base_url(request))
    wake_sender(request)
    return RedirectResponse(f"{order.path}?done=sent", status_code=303)


routes: list[BaseRoute] = [
    Route(f"{ORDER}/tickets/{{number:id}}/transfer", show_transfer, methods=["GET"]),
    Route(f"{ORDER}/tickets/{{number:id}}/transfer", post_transfer, methods=["POST"]),
    Route(f"{ORDER}/tickets/{{number:id}}/details", post_details_link, methods=["POST"]),
    Route(f"{ORDER}/confirmation", post_confirmation, methods=["POST"]),
    Route(f"{OWN}/transfer", show_own_transfer, methods=["GET"]),
    Route(f"{OWN}/transfer", post_own_transfer, methods=["POST"]),
]
