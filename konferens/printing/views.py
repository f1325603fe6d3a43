"""The programme as PDF, for everybody: A4 pages, and a folder of A5 pages to print on both sides and fold."""

import asyncio

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from konferens.events.queries import rooms_of
from konferens.i18n import LANGUAGES, current_language, use_language
from konferens.printing.model import Printed, programme_data
from konferens.printing.press import Press
from konferens.programme.queries import published_sessions
from konferens.web.cache import public_bytes
from konferens.web.requests import database, edition_of


async def show_programme(request: Request) -> ASGIApp:
    """In the reader's language, or that of `?language=`. Any other query leads to the address without one: what there is no
    end of cannot be kept, and is not made.
    """
    language = request.query_params.get("language", "")
    if request.url.query and not (language in LANGUAGES and request.url.query == f"language={language}"):
        return RedirectResponse(request.url.path, status_code=303)
    edition = await edition_of(request)
    db = database(request)
    booklet = request.url.path.endswith("-folder.pdf")
    printed = Printed(
        edition=edition,
        rooms=await rooms_of(db, edition.id),
        sessions=await published_sessions(db, edition.id),
        base_url=request.app.state.settings.base_url,
        language=language or current_language.get(),
    )
    with use_language(printed.language):
        data = await asyncio.to_thread(programme_data, printed, "booklet" if booklet else "a4")
    press: Press = request.app.state.press
    pdf = await press.print("programme.typ", data, booklet=booklet)
    name = f"{edition.series.slug}-{edition.slug}-{request.url.path.rpartition('/')[2]}"
    return public_bytes(
        request,
        edition,
        pdf,
        "application/pdf",
        last_modified=edition.updated_at,
        keep=True,
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


routes = [
    Route("/{series:slug}/{edition:slug}/programme.pdf", show_programme),
    Route("/{series:slug}/{edition:slug}/programme-folder.pdf", show_programme),
]
