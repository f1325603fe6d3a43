"""The organisers' page about check-in: lists, whom they admit, how many have come, the latest scans."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.checkin import queries
from konferens.checkin.actions import save_list
from konferens.checkin.forms import ListForm
from konferens.checkin.model import CheckinList
from konferens.checkin.texts import log_words
from konferens.errors import ConflictError, NotFoundError
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database

SECTION = "checkin-lists"


async def show_lists(request: Request) -> Response:
    edition = await organised_edition(request)
    db = database(request)
    lists = await queries.lists_of(db, edition.id)
    types = dict(await queries.ticket_type_names(db, edition.id))
    return render_office(
        request,
        edition,
        SECTION,
        "checkin/organiser/lists.html",
        lists=lists,
        counts=await queries.counts_by_list(db, lists),
        types_of=lambda one: ", ".join(name for type_id, name in types.items() if type_id in one.ticket_types),
    )


async def show_list(request: Request) -> Response:
    edition, checkin_list = await _list(request)
    db = database(request)
    return render_office(
        request,
        edition,
        SECTION,
        "checkin/organiser/list.html",
        checkin_list=checkin_list,
        counts=await queries.counts(db, checkin_list),
        scans=await queries.last_scans(db, edition.id, checkin_list.id),
        log_words=log_words,
    )


async def edit_list(request: Request) -> Response:
    """The form of a new list, or of the one in the address; its POST saves."""
    edition = await organised_edition(request)
    formdata = await read_form(request) if request.method == "POST" else None
    checkin_list = (await _list(request))[1] if "list_id" in request.path_params else None
    form = ListForm(formdata, data=_values(checkin_list))
    form.offer_types(await queries.ticket_type_names(database(request), edition.id))
    if request.method == "POST" and form.validate() and await _saved(request, edition, checkin_list, form):
        return done(edition, SECTION, "saved" if checkin_list else "created")
    return render_office(
        request,
        edition,
        SECTION,
        "checkin/organiser/edit.html",
        status_code=422 if request.method == "POST" else 200,
        form=form,
        checkin_list=checkin_list,
    )


async def _saved(request: Request, edition: Edition, checkin_list: CheckinList | None, form: ListForm) -> bool:
    try:
        await save_list(
            database(request),
            edition.id,
            checkin_list.id if checkin_list else None,
            name=form.name.data,
            ticket_type_ids=form.chosen_types(),
            admit_unpaid=form.admit_unpaid.data,
            actor=(await require_user(request)).email,
        )
    except ConflictError:
        form.name.errors = [gettext("Det finns redan en lista med det namnet. Välj ett annat namn.")]
        return False
    return True


async def _list(request: Request) -> tuple[Edition, CheckinList]:
    """Raises NotFoundError, also for a list of another edition."""
    edition = await organised_edition(request)
    checkin_list = await queries.find_list(database(request), request.path_params["list_id"])
    if checkin_list.edition_id != edition.id:
        raise NotFoundError(f"check-in list {checkin_list.id}")
    return edition, checkin_list


def _values(checkin_list: CheckinList | None) -> dict[str, object] | None:
    if checkin_list is None:
        return None
    return {
        "name": checkin_list.name,
        "admits": "all" if checkin_list.all_ticket_types else "some",
        "types": sorted(checkin_list.ticket_types),
        "admit_unpaid": checkin_list.admit_unpaid,
    }


_OFFICE = "/organiser/{series:slug}/{edition:slug}/checkin-lists"

organiser_routes: list[BaseRoute] = [
    Route(_OFFICE, show_lists, methods=["GET"]),
    Route(f"{_OFFICE}/new", edit_list, methods=["GET", "POST"]),
    Route(_OFFICE + "/{list_id:id}", show_list, methods=["GET"]),
    Route(_OFFICE + "/{list_id:id}/edit", edit_list, methods=["GET", "POST"]),
]
