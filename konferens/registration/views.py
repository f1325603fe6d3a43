"""Registration: one page, for one or several people, without JavaScript."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.attempts import TooManyAttemptsError
from konferens.clock import now
from konferens.errors import ConflictError, DomainError, InvalidError, NotFoundError, SoldOutError
from konferens.events.model import Edition
from konferens.i18n import current_language, gettext, ngettext
from konferens.offering.model import DiscountCode
from konferens.questions.forms import upload_names
from konferens.registration.api import desk_of, wake_sender
from konferens.registration.catalogue import catalogue_of
from konferens.registration.checking import require_payable
from konferens.registration.forms import RegistrationForm, registration_form
from konferens.registration.limits import REGISTRATIONS, WRONG_CODES, guessed_code
from konferens.registration.model import Order, OrderRequest
from konferens.registration.offer import Offer, offer_for
from konferens.waiting.actions import offer_of
from konferens.waiting.model import OfferOverError, WaitingEntry
from konferens.waiting.queries import waiting_counts
from konferens.web.csrf import ForgedFormError, form_nonce, read_form
from konferens.web.limits import take, to_wait
from konferens.web.requests import client_address, database, edition_of
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
    or time ran out, 422 for what is filled in wrongly, 429 for too many forms or wrong codes from one address.
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
    waiting: TooManyAttemptsError | None = None
    try:
        code = await _code(request, edition, asked.discount_code)
        require_payable(edition, asked, await desk.catalogue(edition), code, now())
        order = await _counted(request, edition, asked)
    except TooManyAttemptsError as error:
        waiting = error
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
    return await _page(request, edition, form, status_code=status_code, problem=problem, waiting=waiting)


async def _counted(request: Request, edition: Edition, asked: OrderRequest) -> Order:
    """The order placed, and counted for the address that it comes from. Raises as Desk.place, and TooManyAttemptsError."""
    attempt = await take(request, REGISTRATIONS, name=asked.buyer.email)
    try:
        return await desk_of(request).place(edition, asked)
    except DomainError:
        if attempt is not None:
            await REGISTRATIONS.forget(database(request), attempt)
        raise


async def _code(request: Request, edition: Edition, typed: str) -> DiscountCode | None:
    """Raises TooManyAttemptsError."""
    address = client_address(request)
    return await guessed_code(database(request), edition.id, typed, limit=WRONG_CODES, address=address)


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
    waiting: TooManyAttemptsError | None = None,
) -> Response:
    """`waiting` says that the form came too soon; with too many wrong codes, the field says so by itself."""
    db = database(request)
    entry, over = await _offered(request, edition, form)
    typed, code = form.discount_code.data or "", None
    try:
        code = await _code(request, edition, typed)
    except TooManyAttemptsError as error:
        waiting, typed = error, ""
        form.discount_code.errors = [_too_many_codes(error.minutes)]
    else:
        problem = _too_many_forms(waiting.minutes) if waiting else problem
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
    return to_wait(response, waiting) if waiting else response


def _too_many_codes(minutes: int) -> str:
    return ngettext(
        "Många koder som inte finns har provats härifrån. Vänta en minut, eller ta bort koden och gå vidare.",
        "Många koder som inte finns har provats härifrån. Vänta %(num)s minuter, eller ta bort koden och gå vidare.",
        minutes,
    ) % {"num": minutes}


def _too_many_forms(minutes: int) -> str:
    return ngettext(
        "Ovanligt många anmälningar har kommit härifrån på kort tid. Allt du skrev finns kvar: skicka det igen om en minut.",
        "Ovanligt många anmälningar har kommit härifrån på kort tid. Allt du skrev finns kvar: skicka det igen om %(num)s minuter.",
        minutes,
    ) % {"num": minutes}


routes: list[BaseRoute] = [
    Route("/{series:slug}/{edition:slug}/register", show_registration, methods=["GET"]),
    Route("/{series:slug}/{edition:slug}/register", post_registration, methods=["POST"]),
]
