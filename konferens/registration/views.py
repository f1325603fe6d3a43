"""Registration: one page, for one or several people, without JavaScript."""

from datetime import datetime

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.clock import now
from konferens.errors import ConflictError, InvalidError, SoldOutError
from konferens.events.model import Edition
from konferens.i18n import current_language, gettext
from konferens.offering.model import TicketType
from konferens.offering.queries import ticket_types_of
from konferens.registration.api import desk_of, wake_sender
from konferens.registration.forms import RegistrationForm
from konferens.web.csrf import ForgedFormError, form_nonce, read_form
from konferens.web.requests import database, edition_of
from konferens.web.templating import render


async def show_registration(request: Request) -> Response:
    """The empty form; ?type=CODE chooses a ticket. Before and after registration, a page that says when."""
    edition = await edition_of(request)
    types = await ticket_types_of(database(request), edition.id)
    return _page(request, edition, types, _empty_form(types, request.query_params.get("type", "")))


async def post_registration(request: Request) -> Response:
    """Place the order and lead to its page; or show the form again with everything that was typed.

    The buttons named `step` add and remove attendees. 403 for a form that isn't ours, 409 when seats or time ran out,
    422 for what is filled in wrongly.
    """
    edition = await edition_of(request)
    types = await ticket_types_of(database(request), edition.id)
    try:
        data = await read_form(request)
    except ForgedFormError as error:
        text = gettext("Sidan hade varit öppen för länge. Allt du skrev finns kvar: skicka det en gång till.")
        return _page(request, edition, types, RegistrationForm(error.form), status_code=403, problem=text)
    form = RegistrationForm(data)
    step = str(data.get("step", ""))
    if edition.registration_state(now()) != "open":
        return _page(request, edition, types, form, status_code=409)
    if step == "add":
        form.add_ticket()
        return _page(request, edition, types, form)
    if step.startswith("remove-"):
        form.remove_ticket(step.removeprefix("remove-"))
        return _page(request, edition, types, form)
    form.offer(types)
    if not form.validate():
        return _page(request, edition, types, form, status_code=422)
    return await _place(request, edition, form, data)


async def _place(request: Request, edition: Edition, form: RegistrationForm, data: FormData) -> Response:
    """Sending the same form twice, as by a double click, leads to the same order: its token is the key."""
    asked = form.order_request(language=current_language.get(), idempotency_key=form_nonce(request, data) or "")
    status_code, problem = 409, ""
    try:
        order = await desk_of(request).place(edition, asked)
    except InvalidError as error:
        form.place_errors(error.errors)
        status_code = 422
    except SoldOutError as error:
        form.mark_sold_out(error.ticket_type)
        problem = gettext(
            "Platserna räckte inte. Allt du skrev finns kvar: välj en annan biljett eller färre deltagare."
        )
    except ConflictError:
        problem = gettext("Det här formuläret har redan skickats en gång. Vill du göra en anmälan till, skicka igen.")
    else:
        wake_sender(request)
        return RedirectResponse(order.path, status_code=303)
    types = await ticket_types_of(database(request), edition.id)
    return _page(request, edition, types, form, status_code=status_code, problem=problem)


def _empty_form(types: list[TicketType], chosen: str) -> RegistrationForm:
    """With the wanted ticket chosen, or the only one that there is."""
    codes = [ticket_type.code for ticket_type in types if ticket_type.is_on_sale(now()) and not ticket_type.is_sold_out]
    form = RegistrationForm()
    if chosen in codes or len(codes) == 1:
        form.tickets[0].form.type.data = chosen if chosen in codes else codes[0]
    return form


def _page(
    request: Request,
    edition: Edition,
    types: list[TicketType],
    form: RegistrationForm,
    *,
    status_code: int = 200,
    problem: str = "",
) -> Response:
    moment = now()
    state = edition.registration_state(moment)
    buyable = [ticket_type for ticket_type in types if ticket_type.is_on_sale(moment) and not ticket_type.is_sold_out]
    shown = [ticket_type for ticket_type in types if ticket_type.sale_state(moment) != "closed"]
    form.offer(shown)
    return render(
        request,
        "registration/page.html",
        status_code=status_code,
        edition=edition,
        section="register",
        state=state if state != "open" or buyable or form.is_filled else _without_tickets(types, moment),
        types={ticket_type.code: ticket_type for ticket_type in shown},
        buyable={ticket_type.code for ticket_type in buyable},
        form=form,
        problem=problem,
        now=moment,
        has_prices=any(ticket_type.price for ticket_type in shown),
    )


def _without_tickets(types: list[TicketType], moment: datetime) -> str:
    """Why nothing can be bought while registration is open: 'full', or 'none' where nothing is on sale at all."""
    return "full" if any(ticket_type.is_on_sale(moment) for ticket_type in types) else "none"


routes: list[BaseRoute] = [
    Route("/{series:slug}/{edition:slug}/register", show_registration, methods=["GET"]),
    Route("/{series:slug}/{edition:slug}/register", post_registration, methods=["POST"]),
]
