"""The buyer's own page, reached by the link in the mail: status, payment, tickets and who has them, files, programme."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.attendee.access import ORDER, base_url, buyer, order_of, ticket_of
from konferens.attendee.addition_views import addons_for
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
from konferens.calendar.links import event_links
from konferens.clock import now
from konferens.errors import ConflictError, NotFoundError
from konferens.events.model import Edition
from konferens.offering.queries import addons_of
from konferens.payments.queries import invoice_of_order, invoices_of_order, payments_of_order
from konferens.qr import qr_svg
from konferens.questions.queries import told_later
from konferens.registration.actions import change_attendees
from konferens.registration.letters import payment_for
from konferens.registration.model import Order, Ticket
from konferens.registration.terms import percent_for_buyer
from konferens.signups.queries import signed_up
from konferens.web.csrf import read_form
from konferens.web.private import private_file, private_page
from konferens.web.requests import database

_NOTICES = ("changed", "cancelled", "added", "transferred", "asked", "sent")


async def show_order(request: Request) -> Response:
    order, edition = await order_of(request)
    done = request.query_params.get("done", "")
    return await _order_page(request, edition, order, attendees_form(order), done=done if done in _NOTICES else "")


async def _order_page(
    request: Request, edition: Edition, order: Order, form: AttendeesForm, *, status_code: int = 200, done: str = ""
) -> Response:
    db, site, moment = database(request), base_url(request), now()
    addons = await addons_of(db, edition.id)
    return private_page(
        request,
        "attendee/order.html",
        status_code=status_code,
        edition=edition,
        order=order,
        payment=payment_for(edition, order),
        papers=await invoices_of_order(db, order.id),
        payments=await payments_of_order(db, order.id),
        may_cancel=percent_for_buyer(edition, order, moment) is not None,
        may_add=edition.registration_state(moment) == "open",
        more={ticket.id: addons_for(ticket, addons) for ticket in order.valid_tickets},
        sessions=await signed_up(db, [ticket.id for ticket in order.tickets]),
        is_over=edition.is_over(moment),
        form=form,
        done=done,
        calendars=event_links(edition, base_url=site),
    )


async def post_attendees(request: Request) -> Response:
    """Write other names on the tickets; 422 with the form and its messages, or 303 back.

    Where a holder has told something sensitive, the address stays: else the buyer could have the link to it sent elsewhere.
    """
    order, edition = await order_of(request)
    form = AttendeesForm(await read_form(request))
    if not form.matches(order):
        raise ConflictError(f"order {order.code} has other tickets")
    db = database(request)
    if not form.validate() or not form.keep_addresses(
        order, await told_later(db, [each.id for each in order.valid_tickets])
    ):
        return await _order_page(request, edition, order, form, status_code=422)
    await change_attendees(db, order, form.values(order), actor=buyer(order), new_pages=True)
    return RedirectResponse(f"{order.path}?done=changed", status_code=303)


async def tickets_pdf(request: Request) -> Response:
    order, edition = await order_of(request)
    if not any(ticket.is_valid for ticket in order.tickets):
        raise NotFoundError(f"order {order.code} has no valid tickets")
    content = await order_tickets_pdf(database(request), edition, order, base_url=base_url(request))
    return private_file(content, "application/pdf", f"{file_stem(edition, order)}.pdf")


async def invoice_document(request: Request) -> Response:
    """The order's invoice or credit note, as it was issued. Raises NotFoundError when there is none."""
    order, edition = await order_of(request)
    kind = INVOICE_KINDS[request.url.path.rpartition("/")[2]]
    invoice = await invoice_of_order(database(request), order.id, kind)
    content = await order_invoice_pdf(edition, invoice)
    return private_file(content, "application/pdf", invoice_filename(edition, invoice))


async def calendar_ics(request: Request) -> Response:
    order, edition = await order_of(request)
    content = event_ics(edition, base_url=base_url(request))
    return private_file(content, "text/calendar; charset=utf-8", f"{file_stem(edition, order)}.ics")


async def swish_svg(request: Request) -> Response:
    """The QR code that the Swish app reads, with amount and reference filled in."""
    order, edition = await order_of(request)
    payment = payment_for(edition, order)
    if payment is None or not payment.swish_text:
        raise NotFoundError(f"order {order.code} is not paid by Swish")
    return private_file(qr_svg(payment.swish_text).encode(), "image/svg+xml")


async def show_programme(request: Request) -> Response:
    """Every session that can be chosen, with what the attendee has chosen."""
    order, edition = await order_of(request)
    ticket = ticket_of(request, order)
    return await programme_page(request, edition, ticket, address=_programme_path(order, ticket), back=order.path)


async def post_programme(request: Request) -> Response:
    order, edition = await order_of(request)
    ticket = ticket_of(request, order)
    address = _programme_path(order, ticket)
    return await save_programme(request, edition, ticket, address=address, back=order.path, actor=buyer(order))


def _programme_path(order: Order, ticket: Ticket) -> str:
    return f"{order.path}tickets/{ticket.position}/programme"


routes: list[BaseRoute] = [
    Route(f"{ORDER}/", show_order, methods=["GET"]),
    Route(f"{ORDER}/attendees", post_attendees, methods=["POST"]),
    Route(f"{ORDER}/tickets.pdf", tickets_pdf),
    *(Route(f"{ORDER}/{name}", invoice_document) for name in INVOICE_KINDS),
    Route(f"{ORDER}/calendar.ics", calendar_ics),
    Route(f"{ORDER}/swish.svg", swish_svg),
    Route(f"{ORDER}/tickets/{{number:id}}/programme", show_programme, methods=["GET"]),
    Route(f"{ORDER}/tickets/{{number:id}}/programme", post_programme, methods=["POST"]),
]
