"""Adding to an order: more people, and add-ons to a ticket."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.attendee.access import ORDER, base_url, buyer, order_of, ticket_of
from konferens.clock import now
from konferens.errors import ConflictError, InvalidError, NotFoundError, SoldOutError
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.offering.model import Addon
from konferens.offering.queries import addons_of
from konferens.questions.forms import upload_names
from konferens.registration.additions import add_addons, add_tickets
from konferens.registration.api import wake_sender
from konferens.registration.catalogue import Catalogue, catalogue_of
from konferens.registration.forms import RegistrationForm, registration_form
from konferens.registration.model import Order, Ticket
from konferens.registration.offer import offer_for
from konferens.waiting.queries import waiting_counts
from konferens.web.csrf import read_form
from konferens.web.private import private_page
from konferens.web.requests import database


async def show_addition(request: Request) -> Response:
    """The form for one more person."""
    order, edition = await _open_order(request)
    catalogue = await catalogue_of(database(request), edition.id)
    return await _addition_page(request, edition, order, catalogue, registration_form(catalogue))


async def post_addition(request: Request) -> Response:
    """303 back to the order, or the form again: 422 with what is wrong, 409 when seats ran out or the order has changed.

    The buttons named `step` add and remove people.
    """
    order, edition = await _open_order(request)
    db = database(request)
    catalogue = await catalogue_of(db, edition.id)
    data = await read_form(request, upload=upload_names(catalogue.questions))
    form = registration_form(catalogue, data)
    step = str(data.get("step", ""))
    if step:
        form.take_step(step, catalogue)
        return await _addition_page(request, edition, order, catalogue, form)
    form.buyer_email.data = order.buyer.email  # somebody can be reached already
    if not form.validate():
        return await _addition_page(request, edition, order, catalogue, form, status_code=422)
    return await _add(request, edition, order, catalogue, form=form, seen=str(data.get("seen", "")))


async def _add(
    request: Request, edition: Edition, order: Order, catalogue: Catalogue, *, form: RegistrationForm, seen: str
) -> Response:
    problem, status_code = "", 409
    try:
        await add_tickets(
            database(request),
            edition,
            order,
            form.ticket_requests(),
            actor=buyer(order),
            base_url=base_url(request),
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 4 else -1,  # noqa: PLR2004
        )
    except InvalidError as error:
        form.place_errors(error.errors)
        status_code = 422
    except SoldOutError as error:
        form.mark_sold_out(error)
        problem = gettext("Platserna räckte inte. Allt du skrev finns kvar: välj något annat eller färre deltagare.")
    except ConflictError:
        problem = gettext("Bokningen har ändrats under tiden. Se efter på bokningens sida innan du lägger till fler.")
    else:
        wake_sender(request)
        return RedirectResponse(f"{order.path}?done=added", status_code=303)
    return await _addition_page(request, edition, order, catalogue, form, status_code=status_code, problem=problem)


async def _addition_page(
    request: Request,
    edition: Edition,
    order: Order,
    catalogue: Catalogue,
    form: RegistrationForm,
    *,
    status_code: int = 200,
    problem: str = "",
) -> Response:
    waiting = await waiting_counts(database(request), edition.id)
    offer = offer_for(edition, catalogue, now(), typed="", code=None, entry=None, waiting=waiting)
    offer.fill(form)
    return private_page(
        request,
        "attendee/add.html",
        status_code=status_code,
        edition=edition,
        order=order,
        offer=offer,
        form=form,
        problem=problem,
        form_address=f"{order.path}add",
        quote=offer.quote(form),
    )


async def show_addons(request: Request) -> Response:
    """What the ticket can still have."""
    order, edition = await _open_order(request)
    return await _addons_page(request, edition, order, ticket_of(request, order))


async def post_addons(request: Request) -> Response:
    """303 back to the order, or the form again: 422 with what is wrong, 409 when one ran out."""
    order, edition = await _open_order(request)
    ticket = ticket_of(request, order)
    chosen = list(dict.fromkeys(str(code) for code in (await read_form(request)).getlist("addons")))
    try:
        await add_addons(
            database(request),
            edition,
            order,
            ticket.position,
            chosen,
            actor=buyer(order),
            base_url=base_url(request),
        )
    except InvalidError as error:
        return await _addons_page(
            request, edition, order, ticket, chosen=chosen, errors=error.errors["addons"], status_code=422
        )
    except SoldOutError as error:
        problem = gettext("%(name)s är slut.") % {"name": error.quota}
        return await _addons_page(request, edition, order, ticket, chosen=chosen, errors=[problem], status_code=409)
    wake_sender(request)
    return RedirectResponse(f"{order.path}?done=added", status_code=303)


async def _addons_page(
    request: Request,
    edition: Edition,
    order: Order,
    ticket: Ticket,
    *,
    chosen: list[str] | None = None,
    errors: list[str] | None = None,
    status_code: int = 200,
) -> Response:
    return private_page(
        request,
        "attendee/addons.html",
        status_code=status_code,
        edition=edition,
        order=order,
        ticket=ticket,
        addons=addons_for(ticket, await addons_of(database(request), edition.id)),
        chosen=chosen or [],
        errors=errors or [],
    )


def addons_for(ticket: Ticket, addons: list[Addon]) -> list[Addon]:
    """Those that the ticket can still have, sold out or not."""
    had = {addon.code for addon in ticket.valid_addons}
    return [each for each in addons if each.is_on_sale(now()) and each.is_for(ticket.type) and each.code not in had]


async def _open_order(request: Request) -> tuple[Order, Edition]:
    """The order, while something can be added to it. Raises NotFoundError."""
    order, edition = await order_of(request)
    if not order.is_active or edition.registration_state(now()) != "open":
        raise NotFoundError(f"nothing can be added to order {order.code}")
    return order, edition


routes: list[BaseRoute] = [
    Route(f"{ORDER}/add", show_addition, methods=["GET"]),
    Route(f"{ORDER}/add", post_addition, methods=["POST"]),
    Route(f"{ORDER}/tickets/{{number:id}}/addons", show_addons, methods=["GET"]),
    Route(f"{ORDER}/tickets/{{number:id}}/addons", post_addons, methods=["POST"]),
]
