"""The office cancels an order, or some of its tickets, and says how much of the price is kept."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.clock import now
from konferens.errors import ConflictError
from konferens.events.model import Edition
from konferens.registration.api import wake_sender
from konferens.registration.changes import cancel_tickets
from konferens.registration.model import Order
from konferens.registration.order_forms import CancellationForm, cancellation_form
from konferens.registration.organiser_views import SECTION, office_order
from konferens.registration.terms import percent_kept
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database


async def show_cancellation(request: Request) -> Response:
    """What will be cancelled: all of it, or `ticket` (its position), unless that is changed; and the part that the terms keep."""
    edition = await organised_edition(request)
    order = await office_order(request, edition)
    form = cancellation_form(order, percent_kept(edition, now()) or 0)
    wanted = [each for each in form.tickets.data if str(each) == request.query_params.get("ticket")]
    form.tickets.data = wanted or form.tickets.data
    return _page(request, edition, order, form)


async def post_cancellation(request: Request) -> Response:
    """Cancels the chosen tickets and frees their seats; `announce` tells the buyer. 422 with what is wrong.

    Raises ConflictError (409) when one of them isn't valid any more.
    """
    edition = await organised_edition(request)
    data = await read_form(request)
    order = await office_order(request, edition)
    if not order.is_active:
        raise ConflictError(f"order {order.code} is {order.status}")
    form = cancellation_form(order, 0, data)
    if not form.validate():
        return _page(request, edition, order, form, status_code=422)
    user = await require_user(request)
    await cancel_tickets(
        database(request),
        edition,
        order,
        form.tickets.data,
        keep=form.keep.data,
        actor=user.email,
        base_url=str(request.app.state.settings.base_url),
        announce=form.announce.data,
    )
    wake_sender(request)
    return done(edition, f"{SECTION}/{order.code}", "cancelled")


def _page(
    request: Request, edition: Edition, order: Order, form: CancellationForm, *, status_code: int = 200
) -> Response:
    return render_office(
        request, edition, SECTION, "organiser/orders/cancellation.html", status_code, order=order, form=form
    )


_ADDRESS = "/organiser/{series:slug}/{edition:slug}/orders/{code:code}/cancellation"

organiser_routes: list[BaseRoute] = [
    Route(_ADDRESS, show_cancellation, methods=["GET"]),
    Route(_ADDRESS, post_cancellation, methods=["POST"]),
]
