"""People's rights in the office: requests with their time limits, erasing somebody by hand, and the register of processing."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.clock import now
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.privacy.actions import answer_request, erase, erase_waiting, refuse_request
from konferens.privacy.forms import DoErasureForm, PersonForm, RefusalForm
from konferens.privacy.model import ErasureRequest
from konferens.privacy.processing import last_personal_day, last_sensitive_day, processings
from konferens.privacy.queries import (
    collected,
    consequences,
    find_request,
    handled_requests,
    open_requests,
    people_matching,
    waiting_person,
)
from konferens.privacy.speakers import erase_speaker
from konferens.registration.model import Order, Ticket
from konferens.registration.queries import order_by_code
from konferens.registration.terms import percent_kept
from konferens.speakers.queries import find_speaker
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database

SECTION = "privacy"


async def show_requests(request: Request) -> Response:
    """`?q=` looks somebody up, to be erased by hand."""
    edition = await organised_edition(request)
    db = database(request)
    form = PersonForm(request.query_params)
    words = form.q.data if form.validate() else ""
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/privacy/list.html",
        form=form,
        words=words,
        found=await people_matching(db, edition.id, words),
        waiting=await open_requests(db, edition.id),
        handled=await handled_requests(db, edition.id),
        today=now().astimezone(edition.zone).date(),
        sensitive_until=last_sensitive_day(edition),
        personal_until=last_personal_day(edition),
    )


async def show_register(request: Request) -> Response:
    """The register of processing (GDPR article 30), to be printed."""
    edition = await organised_edition(request)
    found = await collected(database(request), edition)
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/privacy/register.html",
        processings=processings(edition, found),
        today=now().astimezone(edition.zone).date(),
    )


async def show_request(request: Request) -> Response:
    edition = await organised_edition(request)
    asked = await find_request(database(request), edition.id, request.path_params["id"])
    return await _request_page(request, edition, asked, _do_form(edition), RefusalForm())


async def post_request(request: Request) -> Response:
    """`answer` is 'yes' or 'no'. Raises ConflictError (409) where it is answered already."""
    edition = await organised_edition(request)
    formdata = await read_form(request)
    db = database(request)
    asked = await find_request(db, edition.id, request.path_params["id"])
    user = await require_user(request)
    if formdata.get("answer") == "no":
        refusal = RefusalForm(formdata)
        if not refusal.validate():
            return await _request_page(request, edition, asked, _do_form(edition), refusal, status_code=422)
        reason = refusal.reason.data
        await refuse_request(db, edition, asked, reason=reason, actor=user.email, base_url=_base_url(request))
        request.app.state.sender.wake()
        return done(edition, SECTION, "refused")
    form = DoErasureForm(formdata) if "keep" in formdata else _do_form(edition)
    if "keep" in formdata and not form.validate():
        return await _request_page(request, edition, asked, form, RefusalForm(), status_code=422)
    await answer_request(db, edition, asked, keep=form.keep.data, actor=user.email, base_url=_base_url(request))
    request.app.state.sender.wake()
    return done(edition, SECTION, "erased")


async def _request_page(
    request: Request,
    edition: Edition,
    asked: ErasureRequest,
    form: DoErasureForm,
    refusal: RefusalForm,
    *,
    status_code: int = 200,
) -> Response:
    db = database(request)
    order = await order_by_code(db, asked.order_code)
    ticket = _ticket(order, asked.position)
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/privacy/request.html",
        status_code,
        asked=asked,
        order=order,
        ticket=ticket,
        form=form,
        refusal=refusal,
        consequences=await consequences(db, edition, order, ticket),
        today=now().astimezone(edition.zone).date(),
    )


async def show_erasure(request: Request) -> Response:
    edition = await organised_edition(request)
    order, ticket = await _order_and_ticket(request, edition)
    return await _erasure_page(request, edition, order, ticket, _do_form(edition))


async def post_erasure(request: Request) -> Response:
    """Erases the ticket's person, or everybody of the order; tickets for days to come end with that."""
    edition = await organised_edition(request)
    formdata = await read_form(request)
    order, ticket = await _order_and_ticket(request, edition)
    form = DoErasureForm(formdata) if "keep" in formdata else _do_form(edition)
    if "keep" in formdata and not form.validate():
        return await _erasure_page(request, edition, order, ticket, form, status_code=422)
    user = await require_user(request)
    await erase(
        database(request),
        edition,
        order,
        ticket.position if ticket else None,
        cancel=True,
        keep=form.keep.data,
        actor=user.email,
        base_url=_base_url(request),
    )
    request.app.state.sender.wake()
    return done(edition, SECTION, "erased")


async def _erasure_page(
    request: Request,
    edition: Edition,
    order: Order,
    ticket: Ticket | None,
    form: DoErasureForm,
    *,
    status_code: int = 200,
) -> Response:
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/privacy/erase.html",
        status_code,
        order=order,
        ticket=ticket,
        form=form,
        consequences=await consequences(database(request), edition, order, ticket),
    )


async def show_waiting_erasure(request: Request) -> Response:
    edition = await organised_edition(request)
    person = await waiting_person(database(request), edition.id, request.path_params["id"])
    return render_office(request, edition, SECTION, "organiser/privacy/erase_waiting.html", person=person)


async def post_waiting_erasure(request: Request) -> Response:
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    entry_id = request.path_params["id"]
    await erase_waiting(database(request), edition, entry_id, actor=user.email, base_url=_base_url(request))
    request.app.state.sender.wake()
    return done(edition, SECTION, "erased")


async def show_speaker_erasure(request: Request) -> Response:
    edition = await organised_edition(request)
    speaker = await find_speaker(database(request), edition.id, request.path_params["code"])
    return render_office(request, edition, "speakers", "organiser/privacy/erase_speaker.html", speaker=speaker)


async def post_speaker_erasure(request: Request) -> Response:
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    await erase_speaker(database(request), edition, request.path_params["code"], actor=user.email)
    return done(edition, "speakers", "erased")


def _do_form(edition: Edition) -> DoErasureForm:
    """Filled in with what the edition's terms keep today."""
    return DoErasureForm(data={"keep": percent_kept(edition, now()) or 0})


async def _order_and_ticket(request: Request, edition: Edition) -> tuple[Order, Ticket | None]:
    """The order of the address, and its ticket where the address names one. Raises NotFoundError."""
    order = await order_by_code(database(request), request.path_params["code"])
    if order.edition_id != edition.id:
        raise NotFoundError(f"order {order.code} of another edition")
    return order, _ticket(order, request.path_params.get("number"))


def _ticket(order: Order, position: int | None) -> Ticket | None:
    """Raises NotFoundError for a position that no ticket has; None for None."""
    if position is None:
        return None
    for ticket in order.tickets:
        if ticket.position == position:
            return ticket
    raise NotFoundError(f"order {order.code} has no ticket {position}")


def _base_url(request: Request) -> str:
    return str(request.app.state.settings.base_url)


_OFFICE = "/organiser/{series:slug}/{edition:slug}/privacy"
_ORDER = _OFFICE + "/orders/{code:code}"

organiser_routes: list[BaseRoute] = [
    Route(_OFFICE, show_requests),
    Route(f"{_OFFICE}/register", show_register),
    Route(f"{_OFFICE}/requests/{{id:id}}", show_request),
    Route(f"{_OFFICE}/requests/{{id:id}}", post_request, methods=["POST"]),
    Route(f"{_ORDER}/erase", show_erasure),
    Route(f"{_ORDER}/erase", post_erasure, methods=["POST"]),
    Route(f"{_ORDER}/tickets/{{number:id}}/erase", show_erasure),
    Route(f"{_ORDER}/tickets/{{number:id}}/erase", post_erasure, methods=["POST"]),
    Route(f"{_OFFICE}/speakers/{{code}}/erase", show_speaker_erasure),
    Route(f"{_OFFICE}/speakers/{{code}}/erase", post_speaker_erasure, methods=["POST"]),
    Route(f"{_OFFICE}/waiting/{{id:id}}/erase", show_waiting_erasure),
    Route(f"{_OFFICE}/waiting/{{id:id}}/erase", post_waiting_erasure, methods=["POST"]),
]
