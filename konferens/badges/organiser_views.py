"""Badges in the office: choose whose, look, download the PDF, and note that they are printed.

Downloading changes nothing: printers jam. That the badges came out is noted by a button of its own, for exactly those
that the page showed.
"""

import asyncio
from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.badges.actions import mark_printed
from konferens.badges.forms import BadgeForm, badge_form
from konferens.badges.layout import session_lines
from konferens.badges.model import Badge, look_of
from konferens.badges.pdf import badges_pdf
from konferens.badges.queries import BadgeHolder, Selection, badge_holders, ticket_type_choices
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.formats import date_range
from konferens.i18n import use_language
from konferens.programme.model import Session
from konferens.signups.queries import signed_up
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, office_path, organised_edition, render_office
from konferens.web.requests import database

SECTION = "badges"
_MAX_ID_DIGITS = 9


async def show_badges(request: Request) -> Response:
    """`?layout=`, `?type=` (several), `?paid=1` and `?unprinted=1` choose."""
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
    signups = await signed_up(db, [holder.ticket_id for holder in holders])
    badges = _badges(edition, holders, signups, request.app.state.settings.base_url)
    name = f"{edition.series.slug}-{edition.slug}-{order.lower() or 'badges'}.pdf"
    return Response(
        await asyncio.to_thread(badges_pdf, badges, form.paper),
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"},
    )


async def post_printed(request: Request) -> Response:
    """`ids` (separated by commas) are printed now, or with `printed=0` are not; leads back to the same choice."""
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
    query = f"?{form.query}" if form.validate() else ""
    return done(edition, f"{SECTION}{query}", "printed" if printed else "unprinted")


async def _page(request: Request, edition: Edition, form: BadgeForm) -> Response:
    valid = form.validate()
    everybody = await badge_holders(database(request), edition.id, Selection())
    wanted = form.selection() if valid else Selection(type_ids=frozenset())
    chosen = everybody if wanted == Selection() else await badge_holders(database(request), edition.id, wanted)
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/badges/page.html",
        200 if valid else 422,
        form=form,
        holders=chosen,
        total=len(everybody),
        printed=sum(holder.printed_at is not None for holder in everybody),
        chosen_printed=[holder for holder in chosen if holder.printed_at is not None],
        sheets=-(-len(chosen) // 4),
    )


def _of_order(code: str, position: str | None) -> Selection:
    """Raises NotFoundError for a position that is no number."""
    if position is None:
        return Selection(order_code=code)
    if not (position.isascii() and position.isdigit() and len(position) <= _MAX_ID_DIGITS):
        raise NotFoundError(f"ticket {position} of order {code}")
    return Selection(order_code=code, position=int(position))


def _badges(
    edition: Edition, holders: list[BadgeHolder], signups: Mapping[int, Sequence[Session]], base_url: str
) -> list[Badge]:
    """In the edition's language, whichever the organiser reads."""
    with use_language(edition.language):
        dates = date_range(edition.starts_on, edition.ends_on)
        lines = {holder.ticket_id: session_lines(signups[holder.ticket_id], edition.zone) for holder in holders}
    look = look_of(edition.theme)
    return [
        Badge(
            name=holder.name,
            organisation=holder.organisation,
            ticket_type=holder.ticket_type,
            colour=holder.colour,
            qr_text=f"{base_url}/t/{holder.token}",
            edition_name=edition.name,
            edition_dates=dates,
            look=look,
            language=edition.language,
            sessions=lines[holder.ticket_id],
        )
        for holder in holders
    ]


_OFFICE = "/organiser/{series:slug}/{edition:slug}/"

organiser_routes: list[BaseRoute] = [
    Route(f"{_OFFICE}badges", show_badges),
    Route(f"{_OFFICE}badges.pdf", download_badges),
    Route(f"{_OFFICE}badges/printed", post_printed, methods=["POST"]),
]
