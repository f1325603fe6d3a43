"""The office books for somebody: who calls, a speaker, a volunteer, also before and after the sale, of types that are hidden."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.clock import now
from konferens.errors import ConflictError, InvalidError, SoldOutError
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.offering.queries import find_discount_code
from konferens.questions.forms import upload_names
from konferens.registration.api import desk_of, wake_sender
from konferens.registration.catalogue import Catalogue, catalogue_of
from konferens.registration.forms import RegistrationForm, registration_form
from konferens.registration.offer import office_offer
from konferens.registration.organiser_views import SECTION
from konferens.web.csrf import form_nonce, read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database


async def show_booking(request: Request) -> Response:
    edition = await organised_edition(request)
    catalogue = await catalogue_of(database(request), edition.id)
    return await _page(request, edition, catalogue, registration_form(catalogue))


async def post_booking(request: Request) -> Response:
    """303 to the order, or the form again: 422 with what is wrong, 409 when seats ran out. `step` as on the public page."""
    edition = await organised_edition(request)
    catalogue = await catalogue_of(database(request), edition.id)
    data = await read_form(request, upload=upload_names(catalogue.questions))
    form = registration_form(catalogue, data)
    step = str(data.get("step", ""))
    if step:
        form.take_step(step, catalogue)
        return await _page(request, edition, catalogue, form)
    if not form.validate():
        return await _page(request, edition, catalogue, form, status_code=422)
    return await _book(request, edition, catalogue, form, data)


async def _book(
    request: Request, edition: Edition, catalogue: Catalogue, form: RegistrationForm, data: FormData
) -> Response:
    asked = form.order_request(
        language=edition.language, idempotency_key=form_nonce(request, data) or "", source="organiser"
    )
    status_code, problem = 409, ""
    try:
        order = await desk_of(request).place(edition, asked)
    except InvalidError as error:
        form.place_errors(error.errors)
        status_code = 422
    except SoldOutError as error:
        form.mark_sold_out(error)
        problem = gettext("Platserna räckte inte. Gör kvoten större, eller välj något annat.")
    except ConflictError:
        problem = gettext("Det här formuläret har redan skickats en gång. Vill du göra en anmälan till, skicka igen.")
    else:
        wake_sender(request)
        return done(edition, f"{SECTION}/{order.code}", "created")
    return await _page(request, edition, catalogue, form, status_code=status_code, problem=problem)


async def _page(
    request: Request,
    edition: Edition,
    catalogue: Catalogue,
    form: RegistrationForm,
    *,
    status_code: int = 200,
    problem: str = "",
) -> Response:
    typed = form.discount_code.data or ""
    code = await find_discount_code(database(request), edition.id, typed) if typed else None
    offer = office_offer(edition, catalogue, now(), typed=typed, code=code)
    offer.fill(form)
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/orders/new.html",
        status_code,
        offer=offer,
        form=form,
        problem=problem,
        form_address=request.url.path,
        quote=offer.quote(form) if form.is_filled else None,
    )


_ADDRESS = "/organiser/{series:slug}/{edition:slug}/orders/new"

organiser_routes: list[BaseRoute] = [
    Route(_ADDRESS, show_booking, methods=["GET"]),
    Route(_ADDRESS, post_booking, methods=["POST"]),
]
