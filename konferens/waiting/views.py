"""Waiting lists for the public: joining one, and the page of somebody who waits. Without JavaScript."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.attempts import TooManyAttemptsError
from konferens.clock import now
from konferens.errors import ConflictError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.i18n import current_language, gettext, ngettext
from konferens.waiting.forms import JoinForm
from konferens.waiting.lists import JOINS, join_list, leave_list
from konferens.waiting.model import WaitingEntry, WaitingStatus
from konferens.waiting.queries import find_entry, place_in_queue, types_to_wait_for
from konferens.web.csrf import ForgedFormError, read_form
from konferens.web.limits import take, to_wait
from konferens.web.private import private_page
from konferens.web.requests import database, edition_of
from konferens.web.templating import render


async def show_join(request: Request) -> Response:
    """The form, with the type of ?type=CODE chosen; after it was sent, that a mail is on its way (?joined=1)."""
    edition = await edition_of(request)
    form = JoinForm(type=request.query_params.get("type"))
    return await _join_page(request, edition, form, joined=request.query_params.get("joined") == "1")


async def post_join(request: Request) -> Response:
    """Join, and answer alike whoever waits already. 409 where there are seats or nothing is sold, 422 for what is wrong,
    429 for too many from one address.
    """
    edition = await edition_of(request)
    try:
        form = JoinForm(await read_form(request))
    except ForgedFormError as error:
        text = gettext("Sidan hade varit öppen för länge. Allt du skrev finns kvar: skicka det en gång till.")
        return await _join_page(request, edition, JoinForm(error.form), status_code=403, problem=text)
    types = await types_to_wait_for(database(request), edition, now())
    form.offer(types)
    if types and not form.validate():
        return await _join_page(request, edition, form, status_code=422)
    try:
        await take(request, JOINS, name=form.email.data)
        await join_list(
            database(request),
            edition,
            form.type.data,
            name=form.name.data,
            email=form.email.data,
            language=current_language.get(),
            base_url=request.app.state.settings.base_url,
        )
    except TooManyAttemptsError as error:
        text = ngettext(
            "Ovanligt många har ställt sig i kö härifrån på kort tid. Allt du skrev finns kvar: skicka det igen om en minut.",
            "Ovanligt många har ställt sig i kö härifrån på kort tid. Allt du skrev finns kvar: skicka det igen om %(num)s minuter.",
            error.minutes,
        ) % {"num": error.minutes}
        return to_wait(await _join_page(request, edition, form, problem=text), error)
    except ConflictError:
        text = gettext("Den biljetten går inte att vänta på just nu.")
        return await _join_page(request, edition, form, status_code=409, problem=text)
    request.app.state.sender.wake()
    return RedirectResponse(f"{edition.path}waiting?type={form.type.data}&joined=1", status_code=303)


async def _join_page(
    request: Request,
    edition: Edition,
    form: JoinForm,
    *,
    status_code: int = 200,
    problem: str = "",
    joined: bool = False,
) -> Response:
    moment = now()
    types = await types_to_wait_for(database(request), edition, moment)
    form.offer(types)
    return render(
        request,
        "waiting/join.html",
        status_code=status_code,
        edition=edition,
        section="register",
        form=form,
        types={each.code: each for each in types},
        problem=problem,
        joined=joined,
        moment=moment,
    )


async def show_entry(request: Request) -> Response:
    """How far somebody has come, and the way to take the offer or to leave."""
    entry, edition = await _entry_of(request)
    return await _entry_page(request, edition, entry)


async def post_leaving(request: Request) -> Response:
    """303 back to the page, which then tells that the list is left; 409 where the offer has become a ticket."""
    entry, edition = await _entry_of(request)
    await read_form(request)
    base_url = request.app.state.settings.base_url
    try:
        await leave_list(database(request), edition, entry.id, actor=f"waiting:{entry.id}", base_url=base_url)
    except ConflictError:
        return await _entry_page(request, edition, await find_entry(database(request), entry.secret), status_code=409)
    request.app.state.sender.wake()
    return RedirectResponse(entry.path, status_code=303)


async def _entry_of(request: Request) -> tuple[WaitingEntry, Edition]:
    """The entry of the address, for somebody who knows its secret, and its edition. Raises NotFoundError."""
    db = database(request)
    entry = await find_entry(db, request.path_params["entry_secret"])
    return entry, await edition_by_id(db, entry.edition_id)


async def _entry_page(request: Request, edition: Edition, entry: WaitingEntry, *, status_code: int = 200) -> Response:
    moment = now()
    return private_page(
        request,
        "waiting/entry.html",
        status_code=status_code,
        edition=edition,
        entry=entry,
        status=entry.status_at(moment),
        statuses=WaitingStatus,
        place=await place_in_queue(database(request), entry),
    )


entry_routes: list[BaseRoute] = [
    Route("/waiting/{entry_secret}/", show_entry, methods=["GET"]),
    Route("/waiting/{entry_secret}/leave", post_leaving, methods=["POST"]),
]

routes: list[BaseRoute] = [
    Route("/{series:slug}/{edition:slug}/waiting", show_join, methods=["GET"]),
    Route("/{series:slug}/{edition:slug}/waiting", post_join, methods=["POST"]),
]
