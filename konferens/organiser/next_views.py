"""Next year's conference out of this one, in the office."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from konferens.accounts.model import Role
from konferens.errors import ConflictError
from konferens.events.model import Edition
from konferens.organiser.copying import parts_of, start_next_edition
from konferens.organiser.next_forms import NextEditionForm, next_edition_form
from konferens.web.auth import require_role
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database


async def show_next(request: Request) -> Response:
    edition = await organised_edition(request)
    await require_role(request, Role.ADMIN, None)
    return _page(request, edition, next_edition_form(edition, await parts_of(database(request), edition.id)))


async def post_next(request: Request) -> Response:
    edition = await organised_edition(request)
    user = await require_role(request, Role.ADMIN, None)
    db = database(request)
    formdata = await read_form(request)
    form = next_edition_form(edition, await parts_of(db, edition.id), formdata)
    if not form.validate():
        return _page(request, edition, form, status_code=422)
    try:
        created = await start_next_edition(db, edition.id, **form.values(), actor=user.email)
    except ConflictError:
        form.refuse_slug()
        return _page(request, edition, form, status_code=422)
    return done(created, "settings", "copied")


def _page(request: Request, edition: Edition, form: NextEditionForm, *, status_code: int = 200) -> Response:
    return render_office(request, edition, "overview", "organiser/next.html", status_code, form=form)


organiser_routes = [
    Route("/organiser/{series:slug}/{edition:slug}/next", show_next),
    Route("/organiser/{series:slug}/{edition:slug}/next", post_next, methods=["POST"]),
]
