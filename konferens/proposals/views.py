"""Proposing a session, and the proposal's own page. Without JavaScript; nothing that was typed is ever lost."""

from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.clock import now
from konferens.errors import ConflictError, NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id, tracks_of
from konferens.i18n import current_language, gettext
from konferens.proposals.actions import (
    begin_proposal,
    named_person,
    save_proposal,
    take_person_away,
    withdraw,
)
from konferens.proposals.export import answer_text, proposal_data
from konferens.proposals.forgetting import erase_own
from konferens.proposals.forms import TRAP, ProposalForm, proposal_form
from konferens.proposals.model import Call, Proposal, ProposalStatus, TooManyProposalsError
from konferens.proposals.queries import call_of, find_by_code, find_by_secret, reviews_of
from konferens.web.csrf import ForgedFormError, read_form
from konferens.web.private import private_page
from konferens.web.requests import database, edition_of
from konferens.web.templating import render


async def show_propose(request: Request) -> Response:
    """The empty form, or when one can propose. Raises NotFoundError where nothing is called for."""
    edition, call = await _called(request)
    return await _propose_page(request, edition, call, await _form(request, edition, call))


async def post_propose(request: Request) -> Response:
    """Begin a proposal (303 to its own page), or show the form with another row. 409 while it isn't open, 422 for what is wrong."""
    edition, call = await _called(request)
    formdata, stale = await _posted(request)
    form = await _form(request, edition, call, formdata=formdata)
    if refusal := _refusal(form, call, stale):
        status_code, text = refusal
        return await _propose_page(request, edition, call, form, status_code=status_code, problem=text)
    if changed := _changed_rows(form, formdata):
        return await _propose_page(request, edition, call, form, rows=changed)
    submit = formdata.get("do") == "submit"
    if not form.may_be_saved(submit=submit):
        return await _propose_page(request, edition, call, form, status_code=422)
    base_url = request.app.state.settings.base_url
    try:
        proposal = await begin_proposal(database(request), edition, form.values(), submit=submit, base_url=base_url)
    except TooManyProposalsError:
        text = gettext("Det har kommit många förslag den senaste timmen. Vänta en stund och skicka sedan en gång till.")
        return await _propose_page(request, edition, call, form, status_code=429, problem=text)
    request.app.state.sender.wake()
    return _to_own_page(proposal, "submitted" if submit else "saved")


def _refusal(form: ProposalForm, call: Call, stale: str) -> tuple[int, str] | None:
    """Status and text where nothing can be done with what was posted."""
    if stale:
        return 403, stale
    if not call.is_open(now()):
        return 409, gettext(
            "Det går inte att lämna förslag just nu. Kopiera det du har skrivit om du vill ha det kvar."
        )
    if form.trapped:
        return 422, gettext("Ett fält som ska vara tomt var ifyllt. Skicka en gång till; allt du skrev finns kvar.")
    return None


async def _called(request: Request) -> tuple[Edition, Call]:
    edition = await edition_of(request)
    call = await call_of(database(request), edition.id)
    if not call.active:
        raise NotFoundError(f"{edition.ref} calls for nothing")
    return edition, call


async def _posted(request: Request) -> tuple[FormData, str]:
    """What was posted, and what to say of a page that was open for too long."""
    try:
        return await read_form(request), ""
    except ForgedFormError as error:
        return error.form, gettext(
            "Sidan hade varit öppen för länge. Allt du skrev finns kvar: skicka det en gång till."
        )


async def _form(
    request: Request,
    edition: Edition,
    call: Call,
    *,
    proposal: Proposal | None = None,
    formdata: FormData | None = None,
) -> ProposalForm:
    tracks = await tracks_of(database(request), edition.id)
    return proposal_form(call, tracks, language=current_language.get(), proposal=proposal, formdata=formdata)


def _changed_rows(form: ProposalForm, formdata: FormData) -> str:
    """'added' or 'removed' where the button only changes how many people there are, else ''."""
    what, _, number = str(formdata.get("do", "")).partition(":")
    if what == "add-person":
        form.add_person()
        return "added"
    if what == "remove-person":
        form.remove_person(int(number) if number.isascii() and number.isdigit() and len(number) < 3 else 0)  # noqa: PLR2004
        return "removed"
    return ""


async def _propose_page(
    request: Request, edition: Edition, call: Call, form: ProposalForm, *, status_code: int = 200, **context: Any
) -> Response:
    return render(
        request,
        "proposals/propose.html",
        status_code=status_code,
        edition=edition,
        call=call,
        state=call.state(now()),
        form=form,
        trap=TRAP,
        **{"problem": "", "rows": "", **context},
    )


async def show_own(request: Request) -> Response:
    """The proposal as it stands: a form while it can be changed, else its text; ?done=saved or submitted says what was done."""
    proposal, edition, call = await _own(request)
    form = await _form(request, edition, call, proposal=proposal)
    return _own_page(request, edition, call, proposal, form, done=request.query_params.get("done", ""))


async def post_own(request: Request) -> Response:
    """Save or hand in. 409 when it can't be changed any more, 422 for what is wrong; what was typed is shown again."""
    proposal, edition, call = await _own(request)
    formdata, stale = await _posted(request)
    form = await _form(request, edition, call, proposal=proposal, formdata=formdata)
    if stale:
        return _own_page(request, edition, call, proposal, form, status_code=403, problem=stale)
    if not proposal.is_editable(call, now()):
        return _own_page(request, edition, call, proposal, form, status_code=409, problem=_too_late())
    if changed := _changed_rows(form, formdata):
        return _own_page(request, edition, call, proposal, form, rows=changed)
    is_draft = proposal.status is ProposalStatus.DRAFT
    submit = formdata.get("do") == "submit" or not is_draft
    if not form.may_be_saved(submit=submit):
        return _own_page(request, edition, call, proposal, form, status_code=422)
    base_url = request.app.state.settings.base_url
    try:
        await save_proposal(
            database(request), edition, proposal.secret, form.values(), submit=submit, base_url=base_url
        )
    except ConflictError:
        proposal, edition, call = await _own(request)
        return _own_page(request, edition, call, proposal, form, status_code=409, problem=_too_late())
    request.app.state.sender.wake()
    return _to_own_page(proposal, "submitted" if submit and is_draft else "saved")


def _too_late() -> str:
    return gettext("Förslaget går inte längre att ändra. Det står kvar som det var.")


def _to_own_page(proposal: Proposal, done: str) -> Response:
    return RedirectResponse(f"{proposal.path}?done={done}", status_code=303)


async def _own(request: Request) -> tuple[Proposal, Edition, Call]:
    """The proposal of the address, for somebody who knows its secret. Raises NotFoundError."""
    db = database(request)
    proposal = await find_by_secret(db, request.path_params["proposal_secret"])
    return proposal, await edition_by_id(db, proposal.edition_id), await call_of(db, proposal.edition_id)


def _own_page(
    request: Request,
    edition: Edition,
    call: Call,
    proposal: Proposal,
    form: ProposalForm,
    *,
    status_code: int = 200,
    **context: Any,
) -> Response:
    return private_page(
        request,
        "proposals/own.html",
        status_code=status_code,
        edition=edition,
        call=call,
        proposal=proposal,
        form=form,
        editable=proposal.is_editable(call, now()),
        statuses=ProposalStatus,
        trap=TRAP,
        answer_text=answer_text,
        **{"problem": "", "rows": "", "done": "", **context},
    )


async def show_leaving(request: Request) -> Response:
    """What happens when it is withdrawn, or erased."""
    proposal, edition, _ = await _own(request)
    return private_page(request, "proposals/leave.html", edition=edition, proposal=proposal)


async def post_withdrawal(request: Request) -> Response:
    """303 to its page, which tells that it is withdrawn; ConflictError (409) where that isn't possible."""
    proposal, edition, _ = await _own(request)
    await read_form(request)
    await withdraw(database(request), edition, proposal.secret, base_url=request.app.state.settings.base_url)
    request.app.state.sender.wake()
    return RedirectResponse(proposal.path, status_code=303)


async def post_erasure(request: Request) -> Response:
    """Delete it. The page that answers has no address of its own, as there is nothing left to show."""
    proposal, edition, _ = await _own(request)
    await read_form(request)
    await erase_own(database(request), proposal.secret)
    return private_page(request, "proposals/erased.html", edition=edition)


async def show_data(request: Request) -> Response:
    """All that is known of the proposal, as JSON (GDPR articles 15 and 20)."""
    proposal, edition, call = await _own(request)
    reviews = await reviews_of(database(request), proposal.id) if proposal.told_at else []
    response = JSONResponse(proposal_data(edition, call, proposal, reviews))
    response.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex"})
    response.headers["Content-Disposition"] = f'attachment; filename="{proposal.code}.json"'
    return response


async def show_named(request: Request) -> Response:
    """What a co-speaker was named in, and the way out of it. Raises NotFoundError for a link that isn't theirs any more."""
    db = database(request)
    proposal = await find_by_code(db, request.path_params["proposal_code"])
    person = named_person(proposal, request.path_params["key"])
    edition = await edition_by_id(db, proposal.edition_id)
    return private_page(request, "proposals/named.html", edition=edition, proposal=proposal, person=person, gone=False)


async def post_named(request: Request) -> Response:
    """Take the co-speaker away."""
    db = database(request)
    proposal = await find_by_code(db, request.path_params["proposal_code"])
    person = named_person(proposal, request.path_params["key"])
    edition = await edition_by_id(db, proposal.edition_id)
    await read_form(request)
    await take_person_away(db, proposal.code, request.path_params["key"])
    return private_page(request, "proposals/named.html", edition=edition, proposal=proposal, person=person, gone=True)


own_routes: list[BaseRoute] = [
    Route("/proposals/named/{proposal_code:code}/{key}/", show_named, methods=["GET"]),
    Route("/proposals/named/{proposal_code:code}/{key}/", post_named, methods=["POST"]),
    Route("/proposals/{proposal_secret}/", show_own, methods=["GET"]),
    Route("/proposals/{proposal_secret}/", post_own, methods=["POST"]),
    Route("/proposals/{proposal_secret}/leave", show_leaving, methods=["GET"]),
    Route("/proposals/{proposal_secret}/withdraw", post_withdrawal, methods=["POST"]),
    Route("/proposals/{proposal_secret}/erase", post_erasure, methods=["POST"]),
    Route("/proposals/{proposal_secret}/proposal.json", show_data, methods=["GET"]),
]

routes: list[BaseRoute] = [
    Route("/{series:slug}/{edition:slug}/propose", show_propose, methods=["GET"]),
    Route("/{series:slug}/{edition:slug}/propose", post_propose, methods=["POST"]),
]
