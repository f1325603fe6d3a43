"""Orders in the office: the list with its search, one order with all that belongs to it, and what can be done with it."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.audit import latest_changes
from konferens.clock import now
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.mail.kinds import kind_label
from konferens.mail.queries import mails_of_order
from konferens.payments.queries import invoices_of_order, payments_of_order
from konferens.registration.api import wake_sender
from konferens.registration.correcting import can_be_corrected
from konferens.registration.corrections import correct_order, resend_confirmation
from konferens.registration.door_notes import MAX_NOTE, notes_of, save_note
from konferens.registration.history import history_of
from konferens.registration.invoicing import is_addressed_wrongly
from konferens.registration.ledger import ledger, order_sums, ticket_traces
from konferens.registration.model import Order
from konferens.registration.order_forms import OrderForm, order_filter
from konferens.registration.queries import order_by_code, orders_of
from konferens.registration.spreadsheet import orders_csv
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.forms import clean_line
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database, typed_id

SECTION = "orders"


async def show_orders(request: Request) -> Response:
    """`?q=` searches, `?status=` narrows, `?before=` leads on."""
    edition = await organised_edition(request)
    db = database(request)
    form = order_filter(request.query_params)
    before = request.query_params.get("before", "")
    page = await orders_of(
        db,
        edition.id,
        words=form.q.data,
        status=form.chosen_status,
        before=typed_id(before),
    )
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/orders/list.html",
        form=form,
        page=page,
        sums=await order_sums(db, edition.id, words=form.q.data),
        query={"q": form.q.data, "status": form.status.data},
        first=not before,
        today=now().astimezone(edition.zone).date(),
    )


async def download_orders(request: Request) -> Response:
    """The same search as CSV, without pages."""
    edition = await organised_edition(request)
    form = order_filter(request.query_params)
    lines = await ledger(database(request), edition.id, words=form.q.data, status=form.chosen_status)
    return Response(
        await asyncio.to_thread(orders_csv, lines, edition.zone),
        media_type="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="{edition.series.slug}-{edition.slug}-orders.csv"',
            "Cache-Control": "no-store",
        },
    )


async def show_order(request: Request) -> Response:
    edition = await organised_edition(request)
    order = await office_order(request, edition)
    db = database(request)
    invoices = await invoices_of_order(db, order.id)
    payments = await payments_of_order(db, order.id)
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/orders/order.html",
        order=order,
        traces=await ticket_traces(db, order.id),
        notes=await notes_of(db, order.id),
        max_note=MAX_NOTE,
        invoices=invoices,
        invoice_is_old=order.charged > 0 and is_addressed_wrongly(order, invoices),
        payments=payments,
        correctable=can_be_corrected(payments),
        history=history_of(await latest_changes(db, f"order:{order.code}", limit=50)),
        mails=await mails_of_order(db, order.id),
        kind_label=kind_label,
        overdue=order.due_on is not None and order.due_on < now().astimezone(edition.zone).date(),
    )


async def show_order_change(request: Request) -> Response:
    edition = await organised_edition(request)
    order = await office_order(request, edition)
    return _change_page(request, edition, order, OrderForm(order))


async def post_order_change(request: Request) -> Response:
    edition = await organised_edition(request)
    formdata = await read_form(request)
    order = await office_order(request, edition)
    form = OrderForm(order, formdata)
    if not form.validate():
        return _change_page(request, edition, order, form, status_code=422)
    user = await require_user(request)
    await correct_order(database(request), order, form.chosen_buyer(), form.chosen_attendees(), actor=user.email)
    return done(edition, f"{SECTION}/{order.code}", "saved")


def _change_page(
    request: Request, edition: Edition, order: Order, form: OrderForm, *, status_code: int = 200
) -> Response:
    return render_office(request, edition, SECTION, "organiser/orders/edit.html", status_code, order=order, form=form)


async def post_note(request: Request) -> Response:
    """`note`: what the door is to know of the ticket with that number; as much of it as there is room for."""
    edition = await organised_edition(request)
    formdata = await read_form(request)
    order = await office_order(request, edition)
    user = await require_user(request)
    note = clean_line(str(formdata.get("note", "")))[:MAX_NOTE]
    await save_note(database(request), order, request.path_params["number"], note, actor=user.email)
    return done(edition, f"{SECTION}/{order.code}", "saved")


async def post_confirmation(request: Request) -> Response:
    """Sends the confirmation once more. Raises ConflictError (409) for an order that is cancelled."""
    edition = await organised_edition(request)
    await read_form(request)
    order = await office_order(request, edition)
    user = await require_user(request)
    await resend_confirmation(database(request), edition, order, actor=user.email, base_url=_base_url(request))
    wake_sender(request)
    return done(edition, f"{SECTION}/{order.code}", "resent")


async def office_order(request: Request, edition: Edition) -> Order:
    """The order of the address. Raises NotFoundError, also for one of another edition."""
    order = await order_by_code(database(request), request.path_params["code"])
    if order.edition_id != edition.id:
        raise NotFoundError(f"order {order.code} of another edition")
    return order


def _base_url(request: Request) -> str:
    return str(request.app.state.settings.base_url)


_OFFICE = "/organiser/{series:slug}/{edition:slug}/"
_ORDER = _OFFICE + "orders/{code:code}"

organiser_routes: list[BaseRoute] = [
    Route(f"{_OFFICE}orders", show_orders),
    Route(f"{_OFFICE}orders.csv", download_orders),
    Route(_ORDER, show_order),
    Route(f"{_ORDER}/edit", show_order_change),
    Route(f"{_ORDER}/edit", post_order_change, methods=["POST"]),
    Route(f"{_ORDER}/confirmation", post_confirmation, methods=["POST"]),
    Route(f"{_ORDER}/tickets/{{number:id}}/note", post_note, methods=["POST"]),
]
