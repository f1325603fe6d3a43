"""What attendees think, in the office: each session's result, its comments, and which of them its speakers see."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.errors import NotFoundError
from konferens.feedback.actions import ask_for_feedback, erase_comment, hide_comment
from konferens.feedback.model import SHOWN_FROM, rating_label
from konferens.feedback.queries import judged_sessions
from konferens.feedback.spreadsheet import feedback_csv
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.private import private_file
from konferens.web.requests import database

SECTION = "feedback"


async def show_results(request: Request) -> Response:
    """Every session that has answers; `?order=mean` puts the best first, else they come as in the programme."""
    edition = await organised_edition(request)
    judged = await judged_sessions(database(request), edition)
    answered = [each for each in judged if each.result.count]
    by_mean = request.query_params.get("order") == "mean"
    if by_mean:
        answered.sort(key=lambda each: (-(each.result.mean or 0), -each.result.count))
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/feedback/results.html",
        answered=answered,
        unanswered=len(judged) - len(answered),
        answers=sum(each.result.count for each in answered),
        by_mean=by_mean,
        rating_label=rating_label,
        shown_from=SHOWN_FROM,
    )


async def show_csv(request: Request) -> Response:
    """What is shown, as a file: a line for each session."""
    edition = await organised_edition(request)
    content = feedback_csv(await judged_sessions(database(request), edition), edition.zone)
    name = f"{edition.series.slug}-{edition.slug}-feedback.csv"
    return private_file(content, "text/csv; charset=utf-8", name, download=True)


async def post_comment(request: Request) -> Response:
    """Hide a comment from the session's speakers, or show it again; 303 back to it."""
    edition = await organised_edition(request)
    form = await read_form(request)
    user = await require_user(request)
    comment_id = request.path_params["id"]
    await hide_comment(database(request), edition, comment_id, hidden=form.get("hidden") == "1", actor=user.email)
    return done(edition, f"{SECTION}#comment-{comment_id}", "saved")


async def post_erasure(request: Request) -> Response:
    """Take a comment away for good; 303 back."""
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    await erase_comment(database(request), edition, request.path_params["id"], actor=user.email)
    return done(edition, SECTION, "deleted")


async def post_settings(request: Request) -> Response:
    """Ask for feedback, or no longer."""
    edition = await organised_edition(request)
    form = await read_form(request)
    user = await require_user(request)
    asked = form.get("asked", "")
    if asked not in ("0", "1"):
        raise NotFoundError("neither on nor off")
    await ask_for_feedback(database(request), edition, asked=asked == "1", actor=user.email)
    return done(edition, SECTION, "saved")


_BASE = "/organiser/{series:slug}/{edition:slug}/feedback"

organiser_routes: list[BaseRoute] = [
    Route(_BASE, show_results),
    Route(f"{_BASE}.csv", show_csv),
    Route(f"{_BASE}/settings", post_settings, methods=["POST"]),
    Route(f"{_BASE}/comments/{{id:id}}", post_comment, methods=["POST"]),
    Route(f"{_BASE}/comments/{{id:id}}/erase", post_erasure, methods=["POST"]),
]
