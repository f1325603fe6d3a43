"""Taking a session out of the programme in the office, with who has chosen it in mind."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from konferens.programme.drafts import delete_in_draft, find_working_session
from konferens.programme.model import Session
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database


async def show_session_removal(request: Request) -> Response:
    edition = await organised_edition(request)
    session = await find_working_session(database(request), edition, request.path_params["code"])
    choosers = await choosers_of(request, session)
    return render_office(
        request, edition, "sessions", "organiser/sessions/delete.html", session=session, choosers=choosers
    )


async def post_session_removal(request: Request) -> Response:
    """Take it away, or where there are versions plan that the next one does. `tell`: who has chosen it is told at once."""
    edition = await organised_edition(request)
    formdata = await read_form(request)
    user = await require_user(request)
    db, code = database(request), request.path_params["code"]
    if edition.release:
        await delete_in_draft(db, edition, code, actor=user.email)
        return done(edition, "sessions", "leaving")
    # Not ours directly: sign-ups are built on the programme.
    await request.app.state.remove_session(db, edition, code, actor=user.email, tell="tell" in formdata)
    request.app.state.sender.wake()
    return done(edition, "sessions", "deleted")


async def choosers_of(request: Request, session: Session | None) -> int:
    """How many have the session in their programmes, or wait for a seat; one that is only a draft nobody has."""
    if session is None or not session.id:
        return 0
    found: Mapping[int, int] = await request.app.state.choosers([session.id])
    return found.get(session.id, 0)


_ADDRESS = "/organiser/{series:slug}/{edition:slug}/sessions/{code}/delete"

removal_routes = [Route(_ADDRESS, show_session_removal), Route(_ADDRESS, post_session_removal, methods=["POST"])]
