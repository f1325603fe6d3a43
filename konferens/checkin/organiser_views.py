"""The organisers' pages about check-in lists: whom they admit, how many have come, the log of their scans."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.checkin import queries
from konferens.checkin.actions import save_list
from konferens.checkin.list_form import ListForm, list_values
from konferens.checkin.log import PAGE, every_scan, log_csv
from konferens.checkin.marks import offered_marks
from konferens.checkin.model import CheckinList, Mark
from konferens.checkin.ready_lists import Ready, add_ready_lists, missing_lists
from konferens.checkin.rule_texts import admits_words, mark_name, times_words
from konferens.checkin.texts import log_words
from konferens.errors import ConflictError, NotFoundError
from konferens.events.model import Edition
from konferens.formats import when
from konferens.i18n import gettext
from konferens.offering.queries import addons_of
from konferens.programme.queries import published_sessions
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.private import private_file
from konferens.web.requests import database

SECTION = "checkin-lists"
MAX_PAGE = 1_000_000


async def show_lists(request: Request) -> Response:
    edition = await organised_edition(request)
    db = database(request)
    lists = await queries.lists_of(db, edition.id)
    return render_office(
        request,
        edition,
        SECTION,
        "checkin/organiser/lists.html",
        lists=lists,
        counts=await queries.counts_by_list(db, lists),
        ready=await missing_lists(db, edition),
        **await _words(request, edition),
    )


async def show_list(request: Request) -> Response:
    """The list's numbers and its log, ?page=2 for older scans."""
    edition, checkin_list = await the_list(request)
    db = database(request)
    typed = request.query_params.get("page", "1")
    page = int(typed) if typed.isascii() and typed.isdigit() and 0 < int(typed[:9]) < MAX_PAGE else 1
    total = await queries.scan_count(db, checkin_list.id)
    return render_office(
        request,
        edition,
        SECTION,
        "checkin/organiser/list.html",
        checkin_list=checkin_list,
        counts=await queries.counts(db, checkin_list),
        total=total,
        page=page,
        pages=max(-(-total // PAGE), 1),
        scans=await queries.last_scans(db, edition.id, checkin_list.id, limit=PAGE, skip=(page - 1) * PAGE),
        log_words=log_words,
        **await _words(request, edition),
    )


async def download_log(request: Request) -> Response:
    """Every scan of the list as CSV, the oldest first."""
    edition, checkin_list = await the_list(request)
    scans = await every_scan(database(request), edition.id, checkin_list.id)
    content = await asyncio.to_thread(log_csv, scans, edition.zone)
    name = f"{edition.ref.replace('/', '-')}-checkin-{checkin_list.id}.csv"
    return private_file(content, "text/csv", name, download=True)


async def post_ready(request: Request) -> Response:
    """`ready` days, addons or sessions: the lists of that kind are added. A second click adds none."""
    edition = await organised_edition(request)
    formdata = await read_form(request)
    user = await require_user(request)
    try:
        await add_ready_lists(database(request), edition, Ready(str(formdata.get("ready", ""))), actor=user.email)
    except (ConflictError, ValueError):
        return done(edition, SECTION, "")
    return done(edition, SECTION, "created")


async def edit_list(request: Request) -> Response:
    """The form of a new list, or of the one in the address; its POST saves."""
    edition = await organised_edition(request)
    db = database(request)
    formdata = await read_form(request) if request.method == "POST" else None
    checkin_list = (await the_list(request))[1] if "list_id" in request.path_params else None
    form = ListForm(formdata, data=list_values(checkin_list, edition.zone) if checkin_list else None)
    form.offer(
        await queries.ticket_type_names(db, edition.id),
        [(each.id, each.name) for each in await addons_of(db, edition.id, active_only=False)],
        await _sessions(request, edition, checkin_list),
        _marks(await offered_marks(db, edition.id), checkin_list),
    )
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


async def _sessions(request: Request, edition: Edition, checkin_list: CheckinList | None) -> list[tuple[int, str]]:
    """Sessions to choose among, by time; and the list's own, whatever became of it."""
    chosen = checkin_list.session_id if checkin_list else None
    found = [
        (each.id, f"{each.title}, {when(each.starts_at, each.ends_at, edition.zone)}" if each.starts_at else each.title)
        for each in await published_sessions(database(request), edition.id, texts=False)
        if not each.all_rooms or each.id == chosen
    ]
    if chosen is not None and chosen not in dict(found):
        found.append((chosen, gettext("en borttagen programpunkt")))
    return found


def _marks(offered: list[Mark], checkin_list: CheckinList | None) -> list[Mark]:
    """Those that the edition asks about, and what the list shows already: it must be possible to take away."""
    shown = checkin_list.shows if checkin_list else frozenset()
    return [mark for mark in Mark if mark in offered or mark in shown]


async def _saved(request: Request, edition: Edition, checkin_list: CheckinList | None, form: ListForm) -> bool:
    try:
        await save_list(
            database(request),
            edition.id,
            checkin_list.id if checkin_list else None,
            name=form.name.data,
            ticket_type_ids=form.chosen_types(),
            admit_unpaid=form.admit_unpaid.data,
            rules=form.rules(edition.zone),
            actor=(await require_user(request)).email,
        )
    except ConflictError:
        form.name.errors = [gettext("Det finns redan en lista med det namnet. Välj ett annat namn.")]
        return False
    return True


async def the_list(request: Request) -> tuple[Edition, CheckinList]:
    """The list of the address. Raises NotFoundError, also for a list of another edition."""
    edition = await organised_edition(request)
    checkin_list = await queries.find_list(database(request), request.path_params["list_id"])
    if checkin_list.edition_id != edition.id:
        raise NotFoundError(f"check-in list {checkin_list.id}")
    return edition, checkin_list


async def _words(request: Request, edition: Edition) -> dict[str, Any]:
    """For the pages: `admits(list)`, `times(list)` and `shown(list)` in words."""
    db = database(request)
    types = dict(await queries.ticket_type_names(db, edition.id))
    addons = {each.id: each.name for each in await addons_of(db, edition.id, active_only=False)}
    sessions = {each.id: each.title for each in await published_sessions(db, edition.id, texts=False)}
    return {
        "admits": lambda one: admits_words(one, types, addons, sessions),
        "times": lambda one: times_words(one, edition.zone),
        "shown": lambda one: ", ".join(str(mark_name(mark)) for mark in Mark if mark in one.shows),
    }


_OFFICE = "/organiser/{series:slug}/{edition:slug}/checkin-lists"

organiser_routes: list[BaseRoute] = [
    Route(_OFFICE, show_lists, methods=["GET"]),
    Route(f"{_OFFICE}/new", edit_list, methods=["GET", "POST"]),
    Route(f"{_OFFICE}/ready", post_ready, methods=["POST"]),
    Route(_OFFICE + "/{list_id:id}", show_list, methods=["GET"]),
    Route(_OFFICE + "/{list_id:id}/log.csv", download_log, methods=["GET"]),
    Route(_OFFICE + "/{list_id:id}/edit", edit_list, methods=["GET", "POST"]),
]
