"""Papers for the organisers: the programme, the folder, signs for the doors, a poster of each day."""

import asyncio
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import rooms_of
from konferens.i18n import use_language
from konferens.printing.forms import PrintForm, print_form
from konferens.printing.model import Printed, programme_data, signs_data
from konferens.printing.poster import poster_data
from konferens.printing.press import Press
from konferens.programme.drafts import drafts_of, working_sessions
from konferens.programme.queries import published_sessions
from konferens.web.office import office_path, organised_edition, render_office
from konferens.web.requests import database

SECTION = "prints"
PAPERS = ("programme", "folder", "signs", "poster")
PICTURED = 60
"""So many sessions are enough for the picture of a paper's first page."""

_TEMPLATES = {"signs": "signs.typ", "poster": "poster.typ"}


async def show_prints(request: Request) -> Response:
    """What can be printed, each with its choices."""
    edition = await organised_edition(request)
    form, printed = await _chosen(request, edition)
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/prints/page.html",
        form=form,
        count=len(printed.sessions),
        rooms=printed.rooms,
    )


async def download_print(request: Request) -> Response:
    """The PDF of one of PAPERS, as `?language=`, `?room=`, `?day=` and `?programme=draft` choose. Where there is nothing to
    print, back to the page.
    """
    edition = await organised_edition(request)
    paper = request.url.path.rpartition("/")[2].removesuffix(".pdf")
    form, printed = await _chosen(request, edition)
    with use_language(printed.language):
        data = await asyncio.to_thread(_data, paper, form, printed)
    if not data["pages"]:
        return RedirectResponse(f"{office_path(edition, SECTION)}?empty={paper}", status_code=303)
    template = _TEMPLATES.get(paper, "programme.typ")
    press: Press = request.app.state.press
    name = f"{edition.series.slug}-{edition.slug}-{paper}.pdf"
    return Response(
        await press.print(template, data, booklet=paper == "folder"),
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"},
    )


async def show_picture(request: Request) -> Response:
    """The first page of one of PAPERS as a small PNG: of the first sessions only, to be there at once."""
    edition = await organised_edition(request)
    paper = request.url.path.rpartition("/")[2].removesuffix(".png")
    form, printed = await _chosen(request, edition)
    few = replace(printed, sessions=printed.sessions[:PICTURED])
    with use_language(few.language):
        data = await asyncio.to_thread(_data, paper, form, few)
    if not data["pages"]:
        raise NotFoundError(f"nothing to show of {paper}")
    if paper in _TEMPLATES:
        data["pages"] = data["pages"][:1]
    press: Press = request.app.state.press
    png = await press.picture(_TEMPLATES.get(paper, "programme.typ"), data)
    return Response(png, media_type="image/png", headers={"Cache-Control": "no-store"})


def _data(paper: str, form: PrintForm, printed: Printed) -> dict[str, Any]:
    if paper == "signs":
        return signs_data(printed, room=form.room.data, day=form.chosen_day)
    if paper == "poster":
        return poster_data(printed, day=form.chosen_day)
    return programme_data(printed, "booklet" if paper == "folder" else "a4")


async def _chosen(request: Request, edition: Edition) -> tuple[PrintForm, Printed]:
    db = database(request)
    rooms = await rooms_of(db, edition.id)
    sessions = await published_sessions(db, edition.id)
    drafts = bool(edition.release) and bool(await drafts_of(db, edition.id))
    if drafts and request.query_params.get("programme") == "draft":
        sessions = await working_sessions(db, edition)
    days = sorted({day for session in sessions if (day := session.day(edition.zone))})
    form = print_form(edition, rooms, days, request.query_params, drafts=drafts)
    base_url = request.app.state.settings.base_url
    return form, Printed(edition, rooms, sessions, base_url, str(form.language.data))


_OFFICE = "/organiser/{series:slug}/{edition:slug}/prints"

organiser_routes: list[BaseRoute] = [
    Route(_OFFICE, show_prints),
    *(Route(f"{_OFFICE}/{paper}.pdf", download_print) for paper in PAPERS),
    *(Route(f"{_OFFICE}/{paper}.png", show_picture) for paper in PAPERS),
]
