"""What is changed without those who have chosen it having been told: a page that lists it, tells them, or lets it be."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.programme.release_words import lines_of, when_and_where
from konferens.programme.snapshots import FOR_ATTENDEES
from konferens.signups.informing import forget_untold, tell_changes, untold
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database

SECTION = "untold"


async def show_untold(request: Request) -> Response:
    """By kind of change, with how many have chosen each session. Who gets the mail is worked out when it is sent."""
    edition = await organised_edition(request)
    found = await untold(database(request), edition)
    return render_office(
        request,
        edition,
        "sessions",
        "organiser/sessions/untold.html",
        rows=[
            (each, when_and_where(each.change, edition), lines_of(each.change, edition, {}, only=FOR_ATTENDEES))
            for each in found
        ],
    )


async def post_untold(request: Request) -> Response:
    """Tell those who have chosen the sessions in `code`; with `silent`, let it be. What isn't named is left as it is: it may have
    been changed since the page was read.
    """
    edition = await organised_edition(request)
    form = await read_form(request)
    codes = [str(code).upper() for code in form.getlist("code")]
    if "silent" in form:
        await forget_untold(database(request), edition, codes)
        return done(edition, SECTION, "let-be")
    await tell_changes(database(request), edition, base_url=request.app.state.settings.base_url, codes=codes)
    request.app.state.sender.wake()
    return done(edition, SECTION, "informed")


_BASE = "/organiser/{series:slug}/{edition:slug}/untold"

organiser_routes: list[BaseRoute] = [
    Route(_BASE, show_untold),
    Route(_BASE, post_untold, methods=["POST"]),
]
