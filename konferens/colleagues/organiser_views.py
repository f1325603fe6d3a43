"""Who organises a conference and who checks in: list, invite, remove."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from konferens.accounts.model import Colleague, Role
from konferens.accounts.queries import colleagues_of
from konferens.colleagues.actions import add_colleague, invite_again, remove_colleague
from konferens.colleagues.forms import ColleagueForm
from konferens.errors import InvalidError, NotFoundError
from konferens.events.model import Edition
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database


async def show_colleagues(request: Request) -> Response:
    edition = await organised_edition(request)
    return await _list(request, edition, ColleagueForm())


async def post_colleague(request: Request) -> Response:
    """Add somebody. Who has no password yet gets a link by mail, to choose one."""
    edition = await organised_edition(request)
    user = await require_user(request)
    form = ColleagueForm(await read_form(request))
    if not form.validate():
        return await _list(request, edition, form, status_code=422)
    email = form.email.data.lower()
    try:
        is_invited = await add_colleague(
            database(request),
            edition,
            email=email,
            name=form.name.data,
            role=Role(form.role.data),
            inviter=user,
            base_url=request.app.state.settings.base_url,
        )
    except InvalidError as error:
        form.email.errors = error.errors["email"]
        return await _list(request, edition, form, status_code=422)
    request.app.state.sender.wake()
    return await _list(request, edition, ColleagueForm(), added=email, is_invited=is_invited)


async def post_invitation(request: Request) -> Response:
    """Another link, for who hasn't chosen a password yet. Raises ConflictError (409) for who has."""
    edition = await organised_edition(request)
    user = await require_user(request)
    await read_form(request)
    colleague = await _colleague(request, edition)
    await invite_again(
        database(request),
        edition,
        colleague.user_id,
        role=colleague.role,
        inviter=user,
        base_url=request.app.state.settings.base_url,
    )
    request.app.state.sender.wake()
    return done(edition, "colleagues", "invited")


async def show_removal(request: Request) -> Response:
    edition = await organised_edition(request)
    colleague = await _colleague(request, edition)
    return render_office(request, edition, "colleagues", "organiser/colleagues/delete.html", colleague=colleague)


async def post_removal(request: Request) -> Response:
    edition = await organised_edition(request)
    user = await require_user(request)
    await read_form(request)
    colleague = await _colleague(request, edition)
    await remove_colleague(database(request), edition.id, colleague.user_id, role=colleague.role, actor=user.email)
    return done(edition, "colleagues", "deleted")


async def _colleague(request: Request, edition: Edition) -> Colleague:
    """The one of the address, who can be removed here: not oneself, nor who has the role in every edition."""
    user = await require_user(request)
    for one in await colleagues_of(database(request), edition.id):
        is_asked = (one.user_id, one.role.value) == (request.path_params["id"], request.path_params["role"])
        if is_asked and not one.everywhere and one.user_id != user.id:
            return one
    raise NotFoundError(f"no colleague {request.path_params['id']} to remove from {edition.path}")


async def _list(
    request: Request,
    edition: Edition,
    form: ColleagueForm,
    *,
    status_code: int = 200,
    added: str = "",
    is_invited: bool = False,
) -> Response:
    return render_office(
        request,
        edition,
        "colleagues",
        "organiser/colleagues/list.html",
        status_code=status_code,
        colleagues=await colleagues_of(database(request), edition.id),
        user_id=(await require_user(request)).id,
        form=form,
        added=added,
        is_invited=is_invited,
    )


_BASE = "/organiser/{series:slug}/{edition:slug}/colleagues"

organiser_routes = [
    Route(_BASE, show_colleagues),
    Route(_BASE, post_colleague, methods=["POST"]),
    Route(_BASE + "/{id:id}/{role}/invitation", post_invitation, methods=["POST"]),
    Route(_BASE + "/{id:id}/{role}/delete", show_removal),
    Route(_BASE + "/{id:id}/{role}/delete", post_removal, methods=["POST"]),
]
