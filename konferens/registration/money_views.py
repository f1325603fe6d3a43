"""An order's money in the office: payments and refunds by hand, and its invoice written anew."""

from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.clock import now
from konferens.errors import InvalidError, NotFoundError
from konferens.events.model import Edition
from konferens.registration.api import wake_sender
from konferens.registration.correcting import correct_payment
from konferens.registration.invoicing import reissue_invoice
from konferens.registration.model import Order
from konferens.registration.money_forms import PaymentForm, RefundForm, payment_form, refund_form
from konferens.registration.queries import order_by_code
from konferens.registration.settling import receive_payment, refund
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database

SECTION = "orders"


async def show_payment(request: Request) -> Response:
    edition = await organised_edition(request)
    order = await _order(request, edition)
    return _payment_page(request, edition, order, payment_form(order, _today(edition)))


async def post_payment(request: Request) -> Response:
    """Money has come; `announce` tells the buyer when all is paid. Raises ConflictError (409) when other money came meanwhile."""
    edition = await organised_edition(request)
    formdata = await read_form(request)
    order = await _order(request, edition)
    form = payment_form(order, _today(edition), formdata)
    if not form.validate():
        return _payment_page(request, edition, order, form, status_code=422)
    user = await require_user(request)
    changed = await receive_payment(
        database(request),
        edition,
        order,
        form.amount.data or 0,
        method=form.method.data,
        reference=form.reference.data,
        paid_on=form.paid_on.data,
        actor=user.email,
        base_url=request.app.state.settings.base_url,
        announce=form.announce.data,
        seen_paid=form.seen_paid,
    )
    wake_sender(request)
    return done(edition, f"{SECTION}/{order.code}", "paid" if changed.balance <= 0 else "payment")


def _payment_page(
    request: Request, edition: Edition, order: Order, form: PaymentForm, *, status_code: int = 200
) -> Response:
    return render_office(
        request, edition, SECTION, "organiser/orders/payment.html", status_code, order=order, form=form
    )


async def show_refund(request: Request) -> Response:
    edition = await organised_edition(request)
    order = await _order(request, edition)
    return _refund_page(request, edition, order, refund_form(order, _today(edition)))


async def post_refund(request: Request) -> Response:
    """Money went back to the buyer. Raises ConflictError (409) when money came or went meanwhile."""
    edition = await organised_edition(request)
    formdata = await read_form(request)
    order = await _order(request, edition)
    form = refund_form(order, _today(edition), formdata)
    if not form.validate():
        return _refund_page(request, edition, order, form, status_code=422)
    user = await require_user(request)
    try:
        await refund(
            database(request),
            edition,
            order,
            form.amount.data or 0,
            method=form.method.data,
            paid_on=form.paid_on.data,
            actor=user.email,
            seen_paid=form.seen_paid,
        )
    except InvalidError as error:
        form.amount.errors = [*form.amount.errors, *error.errors["amount"]]
        return _refund_page(request, edition, order, form, status_code=422)
    return done(edition, f"{SECTION}/{order.code}", "refunded")


def _refund_page(
    request: Request, edition: Edition, order: Order, form: RefundForm, *, status_code: int = 200
) -> Response:
    return render_office(request, edition, SECTION, "organiser/orders/refund.html", status_code, order=order, form=form)


async def post_correction(request: Request) -> Response:
    """The payment was recorded by mistake. Raises ConflictError (409) when it was taken back already."""
    edition = await organised_edition(request)
    await read_form(request)
    order = await _order(request, edition)
    user = await require_user(request)
    await correct_payment(database(request), edition, order, request.path_params["payment"], actor=user.email)
    return done(edition, f"{SECTION}/{order.code}", "corrected")


async def post_invoice(request: Request) -> Response:
    """Credits the invoice and writes it anew with the buyer's details of now. Raises ConflictError (409) where there is none."""
    edition = await organised_edition(request)
    await read_form(request)
    order = await _order(request, edition)
    user = await require_user(request)
    await reissue_invoice(database(request), edition, order, actor=user.email)
    return done(edition, f"{SECTION}/{order.code}", "reissued")


async def _order(request: Request, edition: Edition) -> Order:
    """The order of the address. Raises NotFoundError, also for one of another edition."""
    order = await order_by_code(database(request), request.path_params["code"])
    if order.edition_id != edition.id:
        raise NotFoundError(f"order {order.code} of another edition")
    return order


def _today(edition: Edition) -> date:
    return now().astimezone(edition.zone).date()


_ORDER = "/organiser/{series:slug}/{edition:slug}/orders/{code:code}"

organiser_routes: list[BaseRoute] = [
    Route(f"{_ORDER}/payment", show_payment),
    Route(f"{_ORDER}/payment", post_payment, methods=["POST"]),
    Route(f"{_ORDER}/refund", show_refund),
    Route(f"{_ORDER}/refund", post_refund, methods=["POST"]),
    Route(f"{_ORDER}/payments/{{payment:id}}/correction", post_correction, methods=["POST"]),
    Route(f"{_ORDER}/invoice", post_invoice, methods=["POST"]),
]
