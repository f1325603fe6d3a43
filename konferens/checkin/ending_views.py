"""The office's page that asks before a check-in list ends, or is deleted."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.checkin.ending import delete_list, end_list, may_be_deleted, reopen_list
from konferens.checkin.model import CheckinList
from konferens.checkin.organiser_views import SECTION, the_list
from konferens.errors import ConflictError
from konferens.events.model import Edition
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database


async def show_end(request: Request) -> Response:
    return await _page(request, *await the_list(request))


async def post_end(request: Request) -> Response:
    """`deed`: 'delete' (409 with the page again where the list has been used meanwhile), 'reopen', else it ends."""
    await organised_edition(request)
    deed = (await read_form(request)).get("deed", "")
    edition, checkin_list = await the_list(request)
    actor = (await require_user(request)).email
    db = database(request)
    if deed == "delete":
        try:
            await delete_list(db, checkin_list, actor=actor)
        except ConflictError:
            return await _page(request, edition, checkin_list, status_code=409)
        return done(edition, SECTION, "deleted")
    if deed == "reopen":
        await reopen_list(db, checkin_list, actor=actor)
    else:
        await end_list(db, checkin_list, actor=actor)
    return done(edition, SECTION, "saved")


async def _page(request: Request, edition: Edition, checkin_list: CheckinList, *, status_code: int = 200) -> Response:
    return render_office(
        request,
        edition,
        SECTION,
        "checkin/organiser/end.html",
        status_code=status_code,
        checkin_list=checkin_list,
        deletable=await may_be_deleted(database(request), checkin_list),
    )


_PAGE = "/organiser/{series:slug}/{edition:slug}/checkin-lists/{list_id:id}/end"

organiser_routes: list[BaseRoute] = [
    Route(_PAGE, show_end, methods=["GET"]),
    Route(_PAGE, post_end, methods=["POST"]),
]
