"""The screens in the office: what they announce, and where they are found."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.events.actions import update_edition
from konferens.events.model import Edition
from konferens.live.forms import BoardForm
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database

SECTION = "board"


async def show_screens(request: Request) -> Response:
    edition = await organised_edition(request)
    return _page(request, edition, BoardForm(obj=edition))


async def post_message(request: Request) -> Response:
    """Announce; 303 back. The screens show it within seconds."""
    edition = await organised_edition(request)
    form = BoardForm(await read_form(request))
    if not form.validate():
        return _page(request, edition, form, status_code=422)
    user = await require_user(request)
    values = {"board_message": form.board_message.data}
    await update_edition(database(request), edition.id, values, actor=user.email)
    return done(edition, SECTION, "saved")


def _page(request: Request, edition: Edition, form: BoardForm, *, status_code: int = 200) -> Response:
    base_url = request.app.state.settings.base_url
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/live/board.html",
        status_code=status_code,
        form=form,
        board_url=f"{base_url}{edition.path}board",
        now_url=f"{base_url}{edition.path}now",
    )


_BASE = "/organiser/{series:slug}/{edition:slug}/board"

organiser_routes: list[BaseRoute] = [
    Route(_BASE, show_screens, methods=["GET"]),
    Route(_BASE, post_message, methods=["POST"]),
]
