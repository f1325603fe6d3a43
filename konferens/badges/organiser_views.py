"""Badges in the office: choose whose, look, download the PDF, and note that they are printed.

Downloading changes nothing: printers jam. That the badges came out is noted by a button of its own, for exactly those
that the page showed.
"""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.badges.actions import mark_printed
from konferens.badges.design_views import design_routes
from konferens.badges.designs import designed_papers
from konferens.badges.forms import BadgeForm, badge_form
from konferens.badges.making import make_badges
from konferens.badges.papers import Paper
from konferens.badges.queries import Selection, badge_holders, ticket_type_choices
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.forms import clean_line
from konferens.web.middleware import CSP
from konferens.web.office import done, office_path, organised_edition, render_office
from konferens.web.requests import database

SECTION = "badges"
_MAX_ID_DIGITS = 9
_MOST_FOUND = 20
_FRAMED = CSP.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
"""Our own pages show the PDF in a hidden frame, to print it at once."""


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
    return Response(
        await make_badges(request.app.state, db, edition, holders, form.paper),
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}"',
            "Cache-Control": "no-store",
            "Content-Security-Policy": _FRAMED,
            "X-Frame-Options": "SAMEORIGIN",
        },
    )


async def post_printed(request: Request) -> Response:
    """`ids` (separated by commas) are printed now, or with `printed=0` are not; leads back to the same choice, or to the desk
    that it came from (`desk`, what was looked for there).
    """
    edition = await organised_edition(request)
    formdata = await read_form(request)
    db = database(request)
    form = badge_form(await ticket_type_choices(db, edition.id), formdata)
    ids = [each for each in str(formdata.get("ids", "")).split(",") if each.isascii() and each.isdigit()]
    printed = formdata.get("printed") != "0"
    user = await require_user(request)
    await mark_printed(
        db, edition.id, [int(each) for each in ids if len(each) <= _MAX_ID_DIGITS], printed=printed, actor=user.email
    )
    notice = "printed" if printed else "unprinted"
    if "desk" in formdata:
        paper = str(formdata.get("layout", ""))
        query = urlencode(
            {"q": clean_line(str(formdata["desk"])), **({"layout": paper} if paper in set(Paper) else {})}
        )
        return done(edition, f"{SECTION}/desk?{query}", notice)
    query = f"?{form.query}" if form.validate() else ""
    return done(edition, f"{SECTION}{query}", notice)


async def show_desk(request: Request) -> Response:
    """One badge at a time, for who stands at the desk: `?q=` looks for a person, `?layout=` is the paper in the printer."""
    edition = await organised_edition(request)
    db = database(request)
    words = clean_line(request.query_params.get("q", ""))[:200]
    asked = request.query_params.get("layout", "")
    paper = Paper(asked) if asked in set(Paper) else Paper.A6
    found = await badge_holders(db, edition.id, Selection(words=words)) if words else []
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/badges/desk.html",
        words=words,
        paper=paper,
        papers=tuple(Paper),
        found=found[:_MOST_FOUND],
        more=max(0, len(found) - _MOST_FOUND),
    )


async def _page(request: Request, edition: Edition, form: BadgeForm) -> Response:
    valid = form.validate()
    db = database(request)
    everybody = await badge_holders(db, edition.id, Selection())
    wanted = form.selection() if valid else Selection(type_ids=frozenset())
    chosen = everybody if wanted == Selection() else await badge_holders(db, edition.id, wanted)
    paper = form.paper if valid else Paper.A6_ON_A4
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/badges/page.html",
        200 if valid else 422,
        form=form,
        paper=paper,
        has_own_design=paper.badge in await designed_papers(db, edition.id),
        holders=chosen,
        total=len(everybody),
        printed=sum(holder.printed_at is not None for holder in everybody),
        chosen_printed=[holder for holder in chosen if holder.printed_at is not None],
        pages=paper.pages(len(chosen)),
    )


def _of_order(code: str, position: str | None) -> Selection:
    """Raises NotFoundError for a position that is no number."""
    if position is None:
        return Selection(order_code=code)
    if not (position.isascii() and position.isdigit() and len(position) <= _MAX_ID_DIGITS):
        raise NotFoundError(f"ticket {position} of order {code}")
    return Selection(order_code=code, position=int(position))


_OFFICE = "/organiser/{series:slug}/{edition:slug}/"

organiser_routes: list[BaseRoute] = [
    Route(f"{_OFFICE}badges", show_badges),
    Route(f"{_OFFICE}badges.pdf", download_badges),
    Route(f"{_OFFICE}badges/printed", post_printed, methods=["POST"]),
    Route(f"{_OFFICE}badges/desk", show_desk),
    *design_routes,
]
