"""Badges in the office: choose whose, look, print them, and note that they are printed; one at a time at a desk.

Printing many notes nothing: printers jam. That the badges came out is noted by a button of its own, for exactly those
that the page showed. At a desk the one badge that is asked for is noted at once, so that another desk doesn't print it, too.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.badges.actions import mark_printed
from konferens.badges.design_views import design_routes
from konferens.badges.designs import designed_papers
from konferens.badges.forms import BadgeForm, badge_form
from konferens.badges.making import make_badges
from konferens.badges.papers import Paper
from konferens.badges.print_views import leads_to, overlapping, pdf_response, print_at_desk, print_routes, wake
from konferens.badges.prints import PrintedMeanwhileError, last_paper, open_prints, start_print
from konferens.badges.queries import BadgeHolder, Selection, badge_holders, ticket_type_choices
from konferens.clock import now
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.forms import clean_line
from konferens.web.office import done, office_path, organised_edition, render_office
from konferens.web.requests import database, typed_id

SECTION = "badges"
_MOST_FOUND = 20


async def show_badges(request: Request) -> Response:
    """`?layout=`, `?type=` (several), `?organisation=`, `?first=`, `?last=`, `?paid=1` and `?unprinted=1` choose."""
    edition = await organised_edition(request)
    form = badge_form(await ticket_type_choices(database(request), edition.id), request.query_params)
    return await _page(request, edition, form)


async def download_badges(request: Request) -> Response:
    """The PDF. Besides the page's choices, `?order=CODE` and `&position=N` pick an order and one ticket of it.

    Raises NotFoundError where the order or its ticket isn't there or is cancelled.
    """
    edition = await organised_edition(request)
    db = database(request)
    form = badge_form(await ticket_type_choices(db, edition.id), request.query_params)
    if not form.validate():
        return await _page(request, edition, form)
    order = request.query_params.get("order", "").upper()
    selection = _of_order(order, request.query_params.get("position")) if order else form.selection()
    holders = await badge_holders(db, edition.id, selection)
    if not holders:
        if order:
            raise NotFoundError(f"badges of order {order}")
        return RedirectResponse(f"{office_path(edition, SECTION)}?{form.query}", status_code=303)
    name = f"{edition.series.slug}-{edition.slug}-{order.lower() or 'badges'}.pdf"
    return pdf_response(await make_badges(request.app.state, db, edition, holders, form.paper), name)


async def post_print(request: Request) -> Response:
    """Print `ids`, on the paper of the choice: 303 to the print's page. 409 with the choice when another desk has begun to print
    some of them since the page was shown (`seen` is the last print that it knew of); sent again from there, it is done.
    """
    edition = await organised_edition(request)
    formdata = await read_form(request)
    db = database(request)
    form = badge_form(await ticket_type_choices(db, edition.id), formdata)
    ids = _ids(formdata)
    if not form.validate() or not ids:
        return await _page(request, edition, form)
    user = await require_user(request)
    seen = typed_id(str(formdata.get("seen", ""))) or 0
    holders = await badge_holders(db, edition.id, Selection(ticket_ids=frozenset(ids)))
    if not holders:
        return await _page(request, edition, form)
    try:
        wanted = [holder.ticket_id for holder in holders]
        print_id = await start_print(db, edition.id, wanted, form.paper, actor=user.email, seen=seen)
    except PrintedMeanwhileError as meanwhile:
        return await _page(request, edition, form, meanwhile=meanwhile)
    wake(request)
    return leads_to(edition, print_id)


async def post_printed(request: Request) -> Response:
    """`ids` (separated by commas) are printed now, or with `printed=0` are not; leads back to the same choice, or to the desk
    that it came from (`desk`, what was looked for there).
    """
    edition = await organised_edition(request)
    formdata = await read_form(request)
    db = database(request)
    form = badge_form(await ticket_type_choices(db, edition.id), formdata)
    printed = formdata.get("printed") != "0"
    user = await require_user(request)
    await mark_printed(db, edition.id, _ids(formdata), printed=printed, actor=user.email)
    notice = "printed" if printed else "unprinted"
    if "desk" in formdata:
        words, paper = clean_line(str(formdata["desk"])), str(formdata.get("layout", ""))
        query = urlencode({"q": words, **({"layout": paper} if paper in set(Paper) else {})})
        return done(edition, f"{SECTION}/desk?{query}", notice)
    query = f"?{form.query}" if form.validate() else ""
    return done(edition, f"{SECTION}{query}", notice)


async def show_desk(request: Request) -> Response:
    """One badge at a time, for who stands at the desk: `?q=` looks for a person, `?layout=` is the paper in the printer."""
    edition = await organised_edition(request)
    return await _desk(request, edition, request.query_params)


async def post_desk(request: Request) -> Response:
    """Print `ticket`'s badge and note that it is printed: 303 to the PDF, for scripts {"url"}; the desk again with 409 when another
    one has printed it since the page was shown, unless `again`.
    """
    edition = await organised_edition(request)
    formdata = await read_form(request)
    user = await require_user(request)
    ticket_id = typed_id(str(formdata.get("ticket", "")))
    if ticket_id is None:
        raise NotFoundError("a ticket without a number")
    paper = _paper(formdata) or Paper.A6
    again = "again" in formdata
    try:
        address = await print_at_desk(database(request), edition.id, ticket_id, paper, actor=user.email, again=again)
    except PrintedMeanwhileError as meanwhile:
        return await _desk(request, edition, formdata, ticket_id, meanwhile)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"url": address}, headers={"Cache-Control": "no-store"})
    return RedirectResponse(address, status_code=303)


async def _desk(
    request: Request,
    edition: Edition,
    asked: Any,
    ticket_id: int | None = None,
    meanwhile: PrintedMeanwhileError | None = None,
) -> Response:
    db = database(request)
    user = await require_user(request)
    words = clean_line(str(asked.get("q", "")))[:200]
    paper = _paper(asked) or await last_paper(db, edition.id, user.email)
    found = await badge_holders(db, edition.id, Selection(words=words)) if words else []
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/badges/desk.html",
        409 if meanwhile else 200,
        words=words,
        paper=paper,
        papers=tuple(Paper),
        found=found[:_MOST_FOUND],
        more=max(0, len(found) - _MOST_FOUND),
        meanwhile=meanwhile,
        twice=next((holder for holder in found if holder.ticket_id == ticket_id), None),
    )


async def _page(
    request: Request, edition: Edition, form: BadgeForm, *, meanwhile: PrintedMeanwhileError | None = None
) -> Response:
    valid = form.validate()
    db = database(request)
    everybody = await badge_holders(db, edition.id, Selection())
    wanted = form.selection() if valid else Selection(type_ids=frozenset())
    chosen = everybody if wanted == Selection() else await badge_holders(db, edition.id, wanted)
    paper = form.paper if valid else Paper.A6_ON_A4
    prints = await open_prints(db, edition.id, now())
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/badges/page.html",
        409 if meanwhile else 200 if valid else 422,
        form=form,
        paper=paper,
        has_own_design=paper.badge in await designed_papers(db, edition.id),
        holders=chosen,
        total=len(everybody),
        printed=sum(holder.printed_at is not None for holder in everybody),
        chosen_printed=[holder for holder in chosen if holder.printed_at is not None],
        pages=paper.pages(len(chosen)),
        prints=overlapping(prints, chosen),
        seen=max((each.id for each in prints), default=0),
        meanwhile=meanwhile,
        last_printed=_last_printed(everybody),
    )


def _last_printed(holders: Sequence[BadgeHolder]) -> datetime | None:
    """When a badge last came out."""
    return max((holder.printed_at for holder in holders if holder.printed_at is not None), default=None)


def _ids(formdata: Any) -> list[int]:
    """The field `ids`, separated by commas; what is no number is left out."""
    found = (typed_id(each) for each in str(formdata.get("ids", "")).split(","))
    return [each for each in found if each is not None]


def _paper(asked: Any) -> Paper | None:
    value = str(asked.get("layout", ""))
    return Paper(value) if value in set(Paper) else None


def _of_order(code: str, position: str | None) -> Selection:
    """Raises NotFoundError for a position that is no number."""
    if position is None:
        return Selection(order_code=code)
    number = typed_id(position)
    if number is None:
        raise NotFoundError(f"ticket {position} of order {code}")
    return Selection(order_code=code, position=number)


_OFFICE = "/organiser/{series:slug}/{edition:slug}/"

organiser_routes: list[BaseRoute] = [
    Route(f"{_OFFICE}badges", show_badges),
    Route(f"{_OFFICE}badges.pdf", download_badges),
    Route(f"{_OFFICE}badges/printed", post_printed, methods=["POST"]),
    Route(f"{_OFFICE}badges/prints", post_print, methods=["POST"]),
    Route(f"{_OFFICE}badges/desk", show_desk),
    Route(f"{_OFFICE}badges/desk/print", post_desk, methods=["POST"]),
    *print_routes,
    *design_routes,
]
