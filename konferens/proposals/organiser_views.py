"""What only organisers do: write the call, decide, tell of it, and make sessions of what is accepted."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.clock import now
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.i18n import gettext, use_language
from konferens.mail.messages import Rendered, render_draft
from konferens.mail.queries import own_texts
from konferens.proposals import letters
from konferens.proposals.actions import save_call
from konferens.proposals.deciding import chosen_proposals, decide, may_be_planned, plan_proposal, tell_decisions
from konferens.proposals.export import proposals_csv
from konferens.proposals.forgetting import erase_in_office
from konferens.proposals.listing import listed, wanted_from
from konferens.proposals.model import DECISIONS, HANDED_IN, Call, Proposal, ProposalStatus
from konferens.proposals.office_forms import CallForm, call_form
from konferens.proposals.queries import call_of, find_by_code, judged_proposals, untold_proposals
from konferens.proposals.review_views import PROPOSAL, PROPOSALS, SECTION, list_page, viewer_of
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.private import private_file
from konferens.web.requests import database

MOST_CHOSEN = 1000


async def show_call(request: Request) -> Response:
    edition = await organised_edition(request)
    call = await call_of(database(request), edition.id)
    return _call_page(request, edition, call, call_form(call, edition.zone))


async def post_call(request: Request) -> Response:
    """Save the call; `do` 'add', 'up:N' and 'remove:N' only change the rows of questions. 422 for what is wrong."""
    edition = await organised_edition(request)
    formdata = await read_form(request)
    call = await call_of(database(request), edition.id)
    form = call_form(call, edition.zone, formdata)
    what, _, number = str(formdata.get("do", "")).partition(":")
    if what in ("add", "up", "remove"):
        form.change_rows(what, int(number) if number.isascii() and number.isdigit() and len(number) < 4 else -1)  # noqa: PLR2004
        return _call_page(request, edition, call, form, changed=what)
    if not form.validate():
        return _call_page(request, edition, call, form, status_code=422)
    user = await require_user(request)
    await save_call(database(request), edition, form.values(edition.zone), actor=user.email)
    return done(edition, f"{SECTION}/call", "saved")


def _call_page(
    request: Request, edition: Edition, call: Call, form: CallForm, *, status_code: int = 200, changed: str = ""
) -> Response:
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/proposals/call.html",
        status_code,
        call=call,
        state=call.state(now()),
        form=form,
        changed=changed,
    )


async def post_decisions(request: Request) -> Response:
    """Decide about the chosen `code`s: `do` is a status, or 'plan' for sessions of those that are accepted.

    To change what has been told asks first (`sure`). 422 where nothing is chosen.
    """
    edition = await organised_edition(request)
    formdata = await read_form(request)
    codes = [str(code) for code in formdata.getlist("code")][:MOST_CHOSEN]
    what = str(formdata.get("do", ""))
    chosen = await chosen_proposals(database(request), edition, codes)
    wanted = wanted_from(request.query_params)
    if not chosen or what not in {"plan", *HANDED_IN}:
        text = gettext("Kryssa för de förslag som beslutet gäller.")
        return await list_page(request, edition, wanted, status_code=422, problem=text)
    if what == "plan":
        return await _plan(request, edition, chosen)
    status = ProposalStatus(what)
    settled = [each for each in chosen if each.status is not status and (each.told_at or each.session_code)]
    if settled and formdata.get("sure") != "yes":
        return render_office(
            request,
            edition,
            SECTION,
            "organiser/proposals/confirm.html",
            chosen=chosen,
            settled=settled,
            status=status,
        )
    user = await require_user(request)
    await decide(database(request), edition, codes, status, actor=user.email)
    one = chosen[0].code if formdata.get("from") == "one" else ""
    return done(edition, f"{SECTION}/{one}" if one else SECTION, "decided")


async def _plan(request: Request, edition: Edition, chosen: Sequence[Proposal]) -> Response:
    """Each in a transaction of its own: what is done stays done when a later one fails, and can be done again."""
    accepted = [each for each in chosen if each.status is ProposalStatus.ACCEPTED]
    problem = ""
    if not accepted:
        problem = gettext("Bara förslag som är antagna kan läggas i programmet.")
    elif not all(may_be_planned(edition, each) for each in accepted):
        problem = gettext("Meddela besluten först: de som medverkar i programmet syns för alla.")
    if problem:
        return await list_page(request, edition, wanted_from(request.query_params), status_code=422, problem=problem)
    user, db = await require_user(request), database(request)
    for proposal in accepted:
        await plan_proposal(
            db,
            edition,
            proposal.code,
            save_session=request.app.state.save_session,
            invite=request.app.state.invite_speakers,
            actor=user.email,
        )
    request.app.state.sender.wake()
    one = accepted[0].code if len(accepted) == 1 else ""
    return done(edition, f"{SECTION}/{one}" if one else SECTION, "planned")


async def show_messages(request: Request) -> Response:
    """Whom the decisions will be told, and in which words."""
    edition = await organised_edition(request)
    return await _messages_page(request, edition)


async def _messages_page(request: Request, edition: Edition, *, status_code: int = 200, problem: str = "") -> Response:
    db = database(request)
    call, untold = await call_of(db, edition.id), await untold_proposals(db, edition.id)
    own = await own_texts(db, edition.id)
    base_url = request.app.state.settings.base_url
    groups: list[tuple[ProposalStatus, str, list[Proposal], list[tuple[str, Rendered]]]] = []
    for status in DECISIONS:
        theirs = [each for each in untold if each.status is status]
        firsts = {each.language: each for each in reversed(theirs)}
        samples = [
            (language, render_draft(letters.decision(edition, call, first, base_url=base_url), own))
            for language, first in sorted(firsts.items(), reverse=True)
        ]
        if theirs:
            groups.append((status, letters.DECISION_KINDS[status], theirs, samples))
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/proposals/messages.html",
        status_code,
        groups=groups,
        problem=problem,
    )


async def post_messages(request: Request) -> Response:
    """Tell the decisions of each chosen `status`. 422 where none is chosen."""
    edition = await organised_edition(request)
    formdata = await read_form(request)
    statuses = {status for status in DECISIONS if status.value in formdata.getlist("status")}
    if not statuses:
        text = gettext("Kryssa för vilka beslut som ska meddelas.")
        return await _messages_page(request, edition, status_code=422, problem=text)
    user = await require_user(request)
    await tell_decisions(
        database(request),
        edition,
        statuses,
        invite=request.app.state.invite_speakers,
        actor=user.email,
        base_url=request.app.state.settings.base_url,
    )
    request.app.state.sender.wake()
    return done(edition, SECTION, "told")


async def show_erasure(request: Request) -> Response:
    """What happens when it is erased."""
    edition = await organised_edition(request)
    proposal = await _own_proposal(request, edition)
    return render_office(request, edition, SECTION, "organiser/proposals/erase.html", proposal=proposal)


async def post_erasure(request: Request) -> Response:
    """Delete a proposal that isn't in the programme. Raises NotFoundError, ConflictError."""
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    await erase_in_office(database(request), edition, request.path_params["code"], actor=user.email)
    return done(edition, SECTION, "deleted")


async def _own_proposal(request: Request, edition: Edition) -> Proposal:
    """The edition's proposal that the address names. Raises NotFoundError."""
    proposal = await find_by_code(database(request), request.path_params["code"])
    if proposal.edition_id != edition.id:
        raise NotFoundError(f"proposal {proposal.code}")
    return proposal


async def download_proposals(request: Request) -> Response:
    """The list as a file, in the words of the edition."""
    edition = await organised_edition(request)
    db = database(request)
    call = await call_of(db, edition.id)
    judged = listed(
        await judged_proposals(db, edition, call, await viewer_of(request, edition)), wanted_from(request.query_params)
    )
    with use_language(edition.language):
        content = proposals_csv(edition, call, judged)
    return private_file(content, "text/csv; charset=utf-8", f"proposals-{edition.slug}.csv", download=True)


organiser_routes: list[BaseRoute] = [
    Route(f"{PROPOSALS}/call", show_call),
    Route(f"{PROPOSALS}/call", post_call, methods=["POST"]),
    Route(f"{PROPOSALS}/decisions", post_decisions, methods=["POST"]),
    Route(f"{PROPOSALS}/messages", show_messages),
    Route(f"{PROPOSALS}/messages", post_messages, methods=["POST"]),
    Route(f"{PROPOSALS}.csv", download_proposals),
    Route(f"{PROPOSAL}/erase", show_erasure),
    Route(f"{PROPOSAL}/erase", post_erasure, methods=["POST"]),
]
