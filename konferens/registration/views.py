"""Registration: one page, for one or several people, without JavaScript."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.clock import now
from konferens.errors import ConflictError, InvalidError, NotFoundError, SoldOutError
from konferens.events.model import Edition
from konferens.i18n import current_language, gettext
from konferens.offering.queries import find_discount_code
from konferens.questions.forms import upload_names
from konferens.registration.api import desk_of, wake_sender
from konferens.registration.catalogue import catalogue_of
from konferens.registration.checking import require_payable
from konferens.registration.forms import RegistrationForm, registration_form
from konferens.registration.offer import Offer, offer_for
from konferens.waiting.actions import offer_of
from konferens.waiting.model import OfferOverError, WaitingEntry
from konferens.waiting.queries import waiting_counts
from konferens.web.csrf import ForgedFormError, form_nonce, read_form
from konferens.web.requests import database, edition_of
from konferens.web.templating import render


async def show_registration(request: Request) -> Response:
    """The empty form; ?type=CODE chooses a ticket, ?code= applies a code, ?offer= takes one from the waiting list.

    Before and after registration, a page that says when.
    """
    edition = await edition_of(request)
    query = request.query_params
    form = registration_form(await catalogue_of(database(request), edition.id))
    form.discount_code.data = query.get("code", "")[:40]
    form.offer.data = query.get("offer", "")
    return await _page(request, edition, form, chosen=query.get("type", ""))


async def post_registration(request: Request) -> Response:
    """Place the order and lead to its page; or show the form again with everything that was typed.

    The buttons named `step` add and remove attendees, apply a code and add up. 403 for a form that isn't ours, 409 when seats
    or time ran out, 422 for what is filled in wrongly.
    """
    edition = await edition_of(request)
    catalogue = await desk_of(request).catalogue(edition)
    try:
        data = await read_form(request, upload=upload_names(catalogue.questions))
    except ForgedFormError as error:
        text = gettext("Sidan hade varit öppen för länge. Allt du skrev finns kvar: skicka det en gång till.")
        return await _page(request, edition, registration_form(catalogue, error.form), status_code=403, problem=text)
    form = registration_form(catalogue, data)
    step = str(data.get("step", ""))
    if edition.registration_state(now()) != "open":
        return await _page(request, edition, form, status_code=409)
    if step:
        form.take_step(step, catalogue)
        return await _page(request, edition, form)
    if not form.validate():
        return await _page(request, edition, form, status_code=422)
    return await _place(request, edition, form, data)


async def _place(request: Request, edition: Edition, form: RegistrationForm, data: FormData) -> Response:
    """Sending the same form twice, as by a double click, leads to the same order: its token is the key."""
    asked = form.order_request(language=current_language.get(), idempotency_key=form_nonce(request, data) or "")
    status_code, problem = 409, ""
    desk = desk_of(request)
    typed = asked.discount_code
    code = await find_discount_code(database(request), edition.id, typed) if typed else None
    try:
        require_payable(edition, asked, await desk.catalogue(edition), code, now())
        order = await desk.place(edition, asked)
    except InvalidError as error:
        form.place_errors(error.errors)
        status_code = 422
    except SoldOutError as error:
        form.mark_sold_out(error)
        problem = gettext("Platserna räckte inte. Allt du skrev finns kvar: välj något annat eller färre deltagare.")
    except (OfferOverError, NotFoundError):
        pass  # the page tells about the offer
    except ConflictError:
        problem = gettext("Det här formuläret har redan skickats en gång. Vill du göra en anmälan till, skicka igen.")
    else:
        wake_sender(request)
        return RedirectResponse(order.path, status_code=303)
    return await _page(request, edition, form, status_code=status_code, problem=problem)


async def _offered(request: Request, edition: Edition, form: RegistrationForm) -> tuple[WaitingEntry | None, str]:
    """The waiting-list offer that the form is about, and why there is none any more."""
    if not form.offer.data:
        return None, ""
    try:
        return await offer_of(database(request), edition.id, form.offer.data, now()), ""
    except OfferOverError as error:
        text = error.text
    except NotFoundError:
        text = gettext("Erbjudandet från väntelistan finns inte. Kontrollera länken i mejlet.")
    form.offer.data = ""
    return None, text


async def _page(
    request: Request,
    edition: Edition,
    form: RegistrationForm,
    *,
    status_code: int = 200,
    problem: str = "",
    chosen: str = "",
) -> Response:
    db = database(request)
    entry, over = await _offered(request, edition, form)
    typed = form.discount_code.data or ""
    code = await find_discount_code(db, edition.id, typed) if typed else None
    offer: Offer = offer_for(
        edition,
        await catalogue_of(db, edition.id),
        now(),
        typed=typed,
        code=code,
        entry=entry,
        waiting=await waiting_counts(db, edition.id),
    )
    if offer.code_problem and not form.discount_code.errors:
        form.discount_code.errors = [offer.code_problem]
        status_code = 422 if status_code == 200 else status_code  # noqa: PLR2004
    offer.fill(form, chosen=chosen)
    response = render(
        request,
        "registration/page.html",
        status_code=status_code,
        edition=edition,
        section="register",
        offer=offer,
        state=offer.state if not form.is_filled or offer.state in ("early", "closed") else "open",
        form=form,
        form_address=f"{edition.path}register",
        problem=problem or over,
        quote=offer.quote(form) if form.is_filled or chosen else None,
    )
    if entry is not None:  # the address is a secret, and the page names who waits
        response.headers["X-Robots-Tag"] = "noindex"
    return response


routes: list[BaseRoute] = [
    Route("/{series:slug}/{edition:slug}/register", show_registration, methods=["GET"]),
    Route("/{series:slug}/{edition:slug}/register", post_registration, methods=["POST"]),
]
