"""The buyer's own page, reached by the link in the mail: status, payment, changes, cancellation, tickets, programme."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.attendee.documents import (
    INVOICE_KINDS,
    file_stem,
    invoice_filename,
    order_invoice_pdf,
    order_tickets_pdf,
)
from konferens.attendee.forms import AttendeesForm, attendees_form
from konferens.attendee.programme_views import programme_page, save_programme
from konferens.calendar.ical import event_ics
from konferens.errors import ConflictError, NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.payments.queries import invoice_of_order, invoices_of_order
from konferens.qr import qr_svg
from konferens.registration.actions import cancel_order, change_attendees
from konferens.registration.api import wake_sender
from konferens.registration.letters import payment_for
from konferens.registration.model import Order, Ticket
from konferens.registration.queries import order_by_secret
from konferens.web.csrf import read_form
from konferens.web.private import private_file, private_page
from konferens.web.requests import database

_NOTICES = ("changed", "cancelled")


async def _order_of(request: Request) -> tuple[Order, Edition]:
    """The order of the address, for someone who knows its secret, and its edition. Raises NotFoundError."""
    db = database(request)
    order = await order_by_secret(db, request.path_params["code"], request.path_params["secret"])
    return order, await edition_by_id(db, order.edition_id)


async def show_order(request: Request) -> Response:
    order, edition = await _order_of(request)
    done = request.query_params.get("done", "")
    return await _order_page(request, edition, order, attendees_form(order), done=done if done in _NOTICES else "")


async def _order_page(
    request: Request, edition: Edition, order: Order, form: AttendeesForm, *, status_code: int = 200, done: str = ""
) -> Response:
    return private_page(
        request,
        "attendee/order.html",
        status_code=status_code,
        edition=edition,
        order=order,
        payment=payment_for(edition, order),
        invoices=await invoices_of_order(database(request), order.id) if order.ocr else [],
        form=form,
        done=done,
        webcal_base=_webcal(request),
    )


def _webcal(request: Request) -> str:
    """BASE_URL with the scheme that opens the calendar program."""
    address: str = request.app.state.settings.base_url
    return f"webcal://{address.partition('://')[2]}"


async def post_attendees(request: Request) -> Response:
    """Write other names on the tickets; 422 with the form and its messages, or 303 back."""
    order, edition = await _order_of(request)
    form = AttendeesForm(await read_form(request))
    if not form.matches(order):
        raise ConflictError(f"order {order.code} has other tickets")
    if not form.validate():
        return await _order_page(request, edition, order, form, status_code=422)
    await change_attendees(database(request), order, form.values(), actor=f"buyer:{order.code}")
    return RedirectResponse(f"{order.path}?done=changed", status_code=303)


async def show_cancellation(request: Request) -> Response:
    """Asks once more; for a paid order, tells whom to write to."""
    order, edition = await _order_of(request)
    return private_page(request, "attendee/cancel.html", edition=edition, order=order)


async def post_cancellation(request: Request) -> Response:
    """303 back to the order; 409 when it cannot be cancelled any more."""
    order, edition = await _order_of(request)
    await read_form(request)
    if not order.buyer_may_cancel:
        return private_page(request, "attendee/cancel.html", status_code=409, edition=edition, order=order)
    await cancel_order(
        database(request),
        edition,
        order,
        actor=f"buyer:{order.code}",
        base_url=request.app.state.settings.base_url,
        by_buyer=True,
    )
    wake_sender(request)
    return RedirectResponse(f"{order.path}?done=cancelled", status_code=303)


async def tickets_pdf(request: Request) -> Response:
    order, edition = await _order_of(request)
    if not any(ticket.is_valid for ticket in order.tickets):
        raise NotFoundError(f"order {order.code} has no valid tickets")
    content = await order_tickets_pdf(database(request), edition, order, base_url=request.app.state.settings.base_url)
    return private_file(content, "application/pdf", f"{file_stem(edition, order)}.pdf")


async def invoice_document(request: Request) -> Response:
    """The order's invoice or credit note, as it was issued. Raises NotFoundError when there is none."""
    order, edition = await _order_of(request)
    kind = INVOICE_KINDS[request.url.path.rpartition("/")[2]]
    invoice = await invoice_of_order(database(request), order.id, kind)
    content = await order_invoice_pdf(edition, invoice)
    return private_file(content, "application/pdf", invoice_filename(edition, invoice))


async def calendar_ics(request: Request) -> Response:
    order, edition = await _order_of(request)
    content = event_ics(edition, base_url=request.app.state.settings.base_url)
    return private_file(content, "text/calendar; charset=utf-8", f"{file_stem(edition, order)}.ics")


async def swish_svg(request: Request) -> Response:
    """The QR code that the Swish app reads, with amount and reference filled in."""
    order, edition = await _order_of(request)
    payment = payment_for(edition, order)
    if payment is None or not payment.swish_text:
        raise NotFoundError(f"order {order.code} is not paid by Swish")
    return private_file(qr_svg(payment.swish_text).encode(), "image/svg+xml")


def _ticket_of(request: Request, order: Order) -> Ticket:
    """The ticket with the address's number. Raises NotFoundError."""
    for ticket in order.tickets:
        if ticket.position == request.path_params["number"] and ticket.is_valid and order.is_active:
            return ticket
    raise NotFoundError(f"order {order.code} has no valid ticket {request.path_params['number']}")


async def show_programme(request: Request) -> Response:
    """Every session that can be chosen, with what the attendee has chosen."""
    order, edition = await _order_of(request)
    ticket = _ticket_of(request, order)
    return await programme_page(request, edition, ticket, address=_programme_path(order, ticket), back=order.path)


async def post_programme(request: Request) -> Response:
    order, edition = await _order_of(request)
    ticket = _ticket_of(request, order)
    address = _programme_path(order, ticket)
    return await save_programme(request, edition, ticket, address=address, back=order.path, actor=f"buyer:{order.code}")


def _programme_path(order: Order, ticket: Ticket) -> str:
    return f"{order.path}tickets/{ticket.position}/programme"


_ORDER = "/orders/{code:code}/{secret}"

routes: list[BaseRoute] = [
    Route(f"{_ORDER}/", show_order, methods=["GET"]),
    Route(f"{_ORDER}/attendees", post_attendees, methods=["POST"]),
    Route(f"{_ORDER}/cancel", show_cancellation, methods=["GET"]),
    Route(f"{_ORDER}/cancel", post_cancellation, methods=["POST"]),
    Route(f"{_ORDER}/tickets.pdf", tickets_pdf),
    *(Route(f"{_ORDER}/{name}", invoice_document) for name in INVOICE_KINDS),
    Route(f"{_ORDER}/calendar.ics", calendar_ics),
    Route(f"{_ORDER}/swish.svg", swish_svg),
    Route(f"{_ORDER}/tickets/{{number:id}}/programme", show_programme, methods=["GET"]),
    Route(f"{_ORDER}/tickets/{{number:id}}/programme", post_programme, methods=["POST"]),
]
