"""The page on which organisers follow check-in, and the stream of events that keeps it up to date."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from konferens.checkin import queries
from konferens.checkin.devices import devices_of
from konferens.checkin.live import CHANNEL, curve_of, live_version, to_look_at
from konferens.checkin.model import CheckinList
from konferens.checkin.texts import log_words
from konferens.clock import now
from konferens.live.hub import Hub
from konferens.live.stream import EventStream
from konferens.web.office import organised_edition, render_office
from konferens.web.requests import database, typed_id

SECTION = "checkin-lists"
_LAST = 10


async def show_live(request: Request) -> Response:
    """All lists' numbers, one list's curve (?list=ID, else the first), the last scans, and the phones; ?part=1 without the frame."""
    edition = await organised_edition(request)
    db = database(request)
    version = await live_version(db)  # before all else: what changes while it is read is told again
    lists = await queries.lists_of(db, edition.id)
    chosen = _chosen(lists, request.query_params.get("list", ""))
    moment = now()
    return render_office(
        request,
        edition,
        SECTION,
        "checkin/organiser/_live.html" if "part" in request.query_params else "checkin/organiser/live.html",
        version=version,
        lists=lists,
        chosen=chosen,
        counts=await queries.counts_by_list(db, lists),
        curve=await curve_of(db, chosen, edition.zone) if chosen else None,
        scans=await queries.last_scans(db, edition.id, None, limit=_LAST),
        log_words=log_words,
        phones=[each for each in await devices_of(db, edition.id) if each.is_valid(moment)],
        attention=await to_look_at(db, edition.id),
    )


def _chosen(lists: list[CheckinList], typed: str) -> CheckinList | None:
    return next((each for each in lists if str(each.id) == typed), lists[0] if lists else None)


async def listen(request: Request) -> ASGIApp:
    """Server-sent events for who may see the page: 'programme' when there is something new to fetch."""
    await organised_edition(request)
    hub: Hub = request.app.state.live_checkin
    seen = request.headers.get("last-event-id") or request.query_params.get("version", "")
    current = await live_version(database(request))
    return EventStream(hub, CHANNEL, current=current, seen=typed_id(seen))


_OFFICE = "/organiser/{series:slug}/{edition:slug}/checkin-lists/live"

organiser_routes: list[BaseRoute] = [Route(_OFFICE, show_live), Route(f"{_OFFICE}/events", listen)]
