"""Many badges at once: asked for by a form, counted while they are made, then printed or downloaded, and noted as printed.

The page works without scripts (it is loaded anew until all are made); with them it counts by itself and opens the print dialog.
"""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.badges.actions import mark_printed
from konferens.badges.making import make_badges
from konferens.badges.papers import Paper
from konferens.badges.prints import (
    PDF_KEPT,
    Print,
    find_print,
    note_printed,
    pdf_of,
    print_by_secret,
    print_one,
)
from konferens.badges.queries import BadgeHolder, Selection, badge_holders
from konferens.clock import now
from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.middleware import CSP
from konferens.web.office import done, office_path, organised_edition, render_office
from konferens.web.requests import call_housekeeper, database

MAKES_PRINTS = "badge-prints"
"""The housekeeper's duty."""

_FRAMED = CSP.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
"""Our own pages show the PDF in a hidden frame, to print it at once."""


def pdf_response(pdf: bytes, name: str) -> Response:
    """A PDF that our own pages may print; nobody keeps it."""
    headers = {
        "Content-Disposition": f'inline; filename="{name}"',
        "Cache-Control": "no-store",
        "Content-Security-Policy": _FRAMED,
        "X-Frame-Options": "SAMEORIGIN",
    }
    return Response(pdf, media_type="application/pdf", headers=headers)


async def show_print(request: Request) -> Response:
    """How far it has come, then the PDF; with `?ready` scripts open the print dialog at once."""
    edition, printing = await _print_of(request)
    ready = printing.has_pdf
    old = not ready and now() - printing.created_at > PDF_KEPT
    return render_office(
        request,
        edition,
        "badges",
        "organiser/badges/print.html",
        printing=printing,
        ready=ready,
        old=old,
        waiting=not (ready or old or printing.failed),
        at_once="ready" in request.query_params,
        name=_file_name(edition),
    )


async def get_progress(request: Request) -> Response:
    """{"made", "total", "ready", "failed"}"""
    _, printing = await _print_of(request)
    told = {"made": printing.made, "total": printing.total, "ready": printing.has_pdf, "failed": printing.failed}
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


async def download_print(request: Request) -> Response:
    """Raises NotFoundError while it isn't made, and when it isn't kept any more."""
    edition, printing = await _print_of(request)
    pdf = await pdf_of(database(request), printing.id)
    if pdf is None:
        raise NotFoundError(f"PDF of print {printing.id}")
    return pdf_response(pdf, _file_name(edition))


async def post_print_done(request: Request) -> Response:
    """They came out of the printer: note them, and lead back to the badges. With `discard` they never will: only that is noted."""
    await organised_edition(request)
    discarded = "discard" in await read_form(request)
    edition, printing = await _print_of(request)
    user = await require_user(request)
    db = database(request)
    async with db.transaction():
        if not discarded:
            await mark_printed(db, edition.id, printing.ticket_ids, printed=True, actor=user.email)
        await note_printed(db, edition.id, printing.id)
    return done(edition, f"badges?layout={printing.paper.value}&unprinted=1", "deleted" if discarded else "printed")


async def show_single(request: Request) -> Response:
    """The badge that somebody at a desk just asked for; who has its address may see it for a while."""
    db = database(request)
    printing = await print_by_secret(db, request.path_params["secret"], now())
    edition = await edition_by_id(db, printing.edition_id)
    holders = await badge_holders(db, edition.id, Selection(ticket_ids=frozenset(printing.ticket_ids)))
    if not holders:
        raise NotFoundError("the ticket is cancelled")
    return pdf_response(await make_badges(request.app.state, db, edition, holders, printing.paper), "badge.pdf")


async def print_at_desk(db: Database, edition_id: int, ticket_id: int, paper: Paper, *, actor: str, again: bool) -> str:
    """Note that this ticket's badge is printed: the address of its PDF. Raises as `print_one`."""
    printing = await print_one(db, edition_id, ticket_id, paper, actor=actor, again=again)
    return f"/badges/{printing.secret}.pdf"


def wake(request: Request) -> None:
    """This process begins to make the PDF at once."""
    call_housekeeper(request, MAKES_PRINTS)


def leads_to(edition: Edition, print_id: int) -> Response:
    """To the print's own page."""
    return RedirectResponse(office_path(edition, f"badges/prints/{print_id}"), status_code=303)


def overlapping(prints: Sequence[Print], holders: Sequence[BadgeHolder]) -> list[tuple[Print, int]]:
    """Those prints that have some of these people's badges, each with how many."""
    ids = {holder.ticket_id for holder in holders}
    found = [(each, each.common(ids)) for each in prints]
    return [(each, common) for each, common in found if common]


async def _print_of(request: Request) -> tuple[Edition, Print]:
    edition = await organised_edition(request)
    return edition, await find_print(database(request), edition.id, request.path_params["print_id"])


def _file_name(edition: Edition) -> str:
    return f"{edition.series.slug}-{edition.slug}-badges.pdf"


_PRINTS = "/organiser/{series:slug}/{edition:slug}/badges/prints/{print_id:id}"

print_routes: list[BaseRoute] = [
    Route(_PRINTS, show_print),
    Route(f"{_PRINTS}/progress", get_progress),
    Route(f"{_PRINTS}/badges.pdf", download_print),
    Route(f"{_PRINTS}/printed", post_print_done, methods=["POST"]),
    Route("/badges/{secret}.pdf", show_single),
]
