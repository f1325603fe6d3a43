"""Proposals as organisers and reviewers read them: the list, one proposal, and judging it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.accounts.model import Role
from konferens.clock import now
from konferens.errors import ForbiddenError
from konferens.events.model import Edition
from konferens.events.queries import all_editions, tracks_of
from konferens.i18n import gettext
from konferens.proposals.deciding import may_be_planned
from konferens.proposals.export import answer_text
from konferens.proposals.listing import (
    NO_TRACK,
    Wanted,
    figures,
    listed,
    mean_text,
    next_unread,
    sort_choices,
    status_choices,
    wanted_from,
)
from konferens.proposals.model import Call, Judged, ProposalStatus, Viewer
from konferens.proposals.office_forms import ReviewForm, review_form
from konferens.proposals.queries import call_of, find_judged, judged_proposals
from konferens.proposals.reviewing import save_review
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import REVIEWS, done, office_path, render_office, reviewed_edition
from konferens.web.requests import database
from konferens.web.templating import render

SECTION = "proposals"


async def show_reviews(request: Request) -> Response:
    """The conferences whose proposals this person may read; the only one at once. Raises ForbiddenError."""
    user = await require_user(request)
    if not user.may_somewhere(Role.REVIEWER):
        raise ForbiddenError(f"{user.email} reviews nothing")
    everything = await all_editions(database(request), published_only=False)
    editions = [edition for edition in everything if user.may(Role.REVIEWER, edition.id)]
    if len(editions) == 1:
        return RedirectResponse(office_path(editions[0], SECTION), status_code=303)
    coming = [edition for edition in editions if not edition.is_over(now())]
    return render(request, "organiser/proposals/editions.html", editions=coming or editions)


async def viewer_of(request: Request, edition: Edition) -> Viewer:
    """Who looks at the edition's proposals. Raises SignInRequiredError."""
    user = await require_user(request)
    return Viewer(user.id, user.email, organises=user.may(Role.ORGANISER, edition.id))


async def show_proposals(request: Request) -> Response:
    edition = await reviewed_edition(request)
    return await list_page(request, edition, wanted_from(request.query_params))


async def list_page(
    request: Request, edition: Edition, wanted: Wanted, *, status_code: int = 200, problem: str = ""
) -> Response:
    """The list as it is `wanted`, for whoever is signed in."""
    db = database(request)
    viewer, call = await viewer_of(request, edition), await call_of(db, edition.id)
    judged = await judged_proposals(db, edition, call, viewer)
    tracks = await tracks_of(db, edition.id)
    untold = [each for each in judged if each.proposal.status.is_decision and each.proposal.told_at is None]
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/proposals/list.html",
        status_code,
        call=call,
        state=call.state(now()),
        viewer=viewer,
        wanted=wanted,
        judged=listed(judged, wanted),
        total=len(judged),
        unread=sum(each.awaits_viewer for each in judged),
        untold=len(untold),
        statuses=status_choices(organises=viewer.organises),
        sorts=sort_choices(),
        tracks=[*((track.slug, track.name) for track in tracks), (NO_TRACK, gettext("Utan spår"))] if tracks else [],
        types=list(dict.fromkeys(each.proposal.type for each in judged)),
        figures=figures(judged, tracks) if viewer.organises else None,
        status=ProposalStatus,
        mean_text=mean_text,
        problem=problem,
    )


async def show_proposal(request: Request) -> Response:
    edition, call, judged = await _judged(request)
    return await _proposal_page(request, edition, call, judged, review_form(judged.own))


async def post_review(request: Request) -> Response:
    """Save a review; with `do` 'next' the answer leads to the next unread one. 422 for what is wrong."""
    await reviewed_edition(request)
    formdata = await read_form(request)
    edition, call, judged = await _judged(request)
    form = review_form(judged.own, formdata)
    if not form.validate():
        return await _proposal_page(request, edition, call, judged, form, status_code=422)
    await save_review(
        database(request),
        edition,
        judged.proposal.code,
        await require_user(request),
        score=form.chosen,
        comment=form.comment.data,
        conflict=form.conflict.data,
    )
    if formdata.get("do") == "next":
        return RedirectResponse(f"{_next_path(edition)}?after={judged.proposal.code}", status_code=303)
    return done(edition, f"{SECTION}/{judged.proposal.code}", "saved")


async def show_next(request: Request) -> Response:
    """303 to the next proposal that this person hasn't judged, after the one in ?after=CODE; to the list when there is none."""
    edition = await reviewed_edition(request)
    db = database(request)
    call, viewer = await call_of(db, edition.id), await viewer_of(request, edition)
    judged = listed(await judged_proposals(db, edition, call, viewer), Wanted())
    found = next_unread(judged, request.query_params.get("after", ""))
    if found is None:
        return done(edition, SECTION, "all-read")
    return RedirectResponse(office_path(edition, f"{SECTION}/{found.proposal.code}"), status_code=303)


async def _judged(request: Request) -> tuple[Edition, Call, Judged]:
    """The proposal of the address as whoever is signed in may see it. Raises as `reviewed_edition`, and NotFoundError."""
    edition = await reviewed_edition(request)
    db = database(request)
    call, viewer = await call_of(db, edition.id), await viewer_of(request, edition)
    return edition, call, await find_judged(db, edition, call, viewer, request.path_params["code"])


async def _proposal_page(
    request: Request, edition: Edition, call: Call, judged: Judged, form: ReviewForm, *, status_code: int = 200
) -> Response:
    context: dict[str, Any] = {"call": call, "judged": judged, "proposal": judged.proposal, "form": form}
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/proposals/show.html",
        status_code,
        **context,
        viewer=await viewer_of(request, edition),
        status=ProposalStatus,
        answer_text=answer_text,
        mean_text=mean_text,
        plannable=may_be_planned(edition, judged.proposal) and not judged.proposal.session_code,
        next_path=_next_path(edition),
    )


def _next_path(edition: Edition) -> str:
    return office_path(edition, f"{SECTION}/next")


PROPOSALS = f"/organiser/{{series:slug}}/{{edition:slug}}/{SECTION}"
PROPOSAL = PROPOSALS + "/{code:code}"

organiser_routes: list[BaseRoute] = [
    Route(REVIEWS, show_reviews),
    Route(PROPOSALS, show_proposals),
    Route(f"{PROPOSALS}/next", show_next),
    Route(PROPOSAL, show_proposal),
    Route(f"{PROPOSAL}/review", post_review, methods=["POST"]),
]
