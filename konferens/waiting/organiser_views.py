"""Waiting lists in the office: who waits for what, offers by hand, how long offers hold."""

from collections import Counter

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.clock import now
from konferens.errors import ConflictError, SoldOutError
from konferens.events.actions import update_edition
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.offering.queries import ticket_types_of
from konferens.waiting.forms import OfferHoursForm
from konferens.waiting.lists import leave_list, promote
from konferens.waiting.model import WaitingEntry, WaitingStatus
from konferens.waiting.queries import entries_of
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database, typed_id

SECTION = "waiting"

MOST = 100
"""So many of a ticket type are listed at first: those who wait longest come first, and few look further."""


async def show_waiting(request: Request) -> Response:
    """`?type=` shows all who wait for that ticket type, however many."""
    edition = await organised_edition(request)
    return await _page(request, edition, OfferHoursForm(obj=edition))


async def post_offer_hours(request: Request) -> Response:
    edition = await organised_edition(request)
    form = OfferHoursForm(await read_form(request))
    if not form.validate():
        return await _page(request, edition, form, status_code=422)
    user = await require_user(request)
    hours = form.offer_hours.data
    await update_edition(database(request), edition.id, {"offer_hours": hours}, actor=user.email)
    return done(edition, SECTION, "saved")


async def post_offer(request: Request) -> Response:
    """Offer a seat to the entry of the address. The button `seat=new` also adds the seat, where all are taken.

    409 with the list when the seats ran out, or the entry has moved on meanwhile.
    """
    edition = await organised_edition(request)
    data = await read_form(request)
    user = await require_user(request)
    try:
        await promote(
            database(request),
            edition,
            request.path_params["id"],
            actor=user.email,
            base_url=request.app.state.settings.base_url,
            add_seat=data.get("seat") == "new",
        )
    except SoldOutError:
        return await _page(
            request,
            edition,
            OfferHoursForm(obj=edition),
            status_code=409,
            problem=gettext("Alla platser är tagna. Utöka med en plats, eller vänta tills någon avbokar."),
        )
    except ConflictError:
        text = gettext("Läget har ändrats medan sidan var öppen. Så här är det nu.")
        return await _page(request, edition, OfferHoursForm(obj=edition), status_code=409, problem=text)
    request.app.state.sender.wake()
    return done(edition, SECTION, "offered")


async def post_removal(request: Request) -> Response:
    """Take the entry of the address off the list; a seat that it held goes to the next. 409 where it has become a ticket."""
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    try:
        await leave_list(
            database(request),
            edition,
            request.path_params["id"],
            actor=user.email,
            base_url=request.app.state.settings.base_url,
            organiser=True,
        )
    except ConflictError:
        text = gettext("Läget har ändrats medan sidan var öppen. Så här är det nu.")
        return await _page(request, edition, OfferHoursForm(obj=edition), status_code=409, problem=text)
    request.app.state.sender.wake()
    return done(edition, SECTION, "deleted")


async def _page(
    request: Request, edition: Edition, form: OfferHoursForm, *, status_code: int = 200, problem: str = ""
) -> Response:
    db = database(request)
    entries = await entries_of(db, edition.id)
    types = await ticket_types_of(db, edition.id, active_only=False)
    moment = now()
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/waiting/list.html",
        status_code=status_code,
        form=form,
        problem=problem,
        lists=[
            (each, _in_order([entry for entry in entries if entry.ticket_type_id == each.id]))
            for each in types
            if any(entry.ticket_type_id == each.id for entry in entries)
        ],
        counts=Counter((entry.ticket_type_id, entry.status_at(moment)) for entry in entries),
        statuses=WaitingStatus,
        moment=moment,
        most=MOST,
        whole=typed_id(request.query_params.get("type", "")),
    )


def _in_order(entries: list[WaitingEntry]) -> list[WaitingEntry]:
    """Who waits or has an offer first, in the order of the queue; the others below."""
    return sorted(entries, key=lambda entry: (not entry.is_open, entry.id))


_BASE = "/organiser/{series:slug}/{edition:slug}/waiting"

organiser_routes: list[BaseRoute] = [
    Route(_BASE, show_waiting, methods=["GET"]),
    Route(_BASE, post_offer_hours, methods=["POST"]),
    Route(_BASE + "/{id:id}/offer", post_offer, methods=["POST"]),
    Route(_BASE + "/{id:id}/remove", post_removal, methods=["POST"]),
]
