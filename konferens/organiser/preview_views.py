"""The public pages as they will be, for organisers only: with the working programme, and of conferences that aren't published.

The pages are the public ones. Their links stay in the preview, since they are made of the edition's address, which is another
one here; what has no preview leads to the public page.
"""

from dataclasses import fields
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.clock import now
from konferens.codes import CODE_LENGTH
from konferens.errors import NotFoundError
from konferens.events.linked_data import breadcrumbs, graph
from konferens.events.model import Edition
from konferens.front.views import edition_context, look_css
from konferens.i18n import gettext
from konferens.programme.drafts import find_working_session, working_sessions
from konferens.programme.linked_data import speaker_page
from konferens.programme.model import Session
from konferens.programme.queries import sessions_over_years
from konferens.programme.views import programme_context, session_context
from konferens.speakers.queries import find_public_speaker, public_speakers
from konferens.web.office import organised_edition
from konferens.web.requests import database
from konferens.web.templating import render


class PreviewedEdition(Edition):
    """An edition whose pages are at the preview's addresses."""

    @property
    def path(self) -> str:
        """'/organiser/lokalekonomidagarna/2027/preview/'."""
        return f"/organiser/{self.series.slug}/{self.slug}/preview/"


async def show_front(request: Request) -> Response:
    edition = await _previewed(request)
    context, _ = await edition_context(request, edition, await _planned(request, edition), now())
    return _page(request, edition, "front/edition.html", **context)


async def show_programme(request: Request) -> Response:
    edition = await _previewed(request)
    context = await programme_context(request, edition, await _planned(request, edition), drafts=True)
    return _page(request, edition, "programme/page.html", **context)


async def show_session(request: Request) -> Response:
    """One session, found by its code; what stands behind that in the address is as it may be."""
    edition = await _previewed(request)
    session = await find_working_session(database(request), edition, request.path_params["code"][:CODE_LENGTH])
    context = await session_context(request, edition, session, await _planned(request, edition), now())
    return _page(request, edition, "programme/session.html", **context)


async def show_speakers(request: Request) -> Response:
    edition = await _previewed(request)
    people = await public_speakers(database(request), edition.id)
    trail = breadcrumbs(edition, _base_url(request), (gettext("Medverkande"), "speakers/"))
    return _page(request, edition, "speakers/page.html", speakers=people, linked_data=graph(trail))


async def show_speaker(request: Request) -> Response:
    edition = await _previewed(request)
    db = database(request)
    speaker = await find_public_speaker(db, edition.id, request.path_params["code"][:CODE_LENGTH])
    planned = await _planned(request, edition)
    return _page(
        request,
        edition,
        "speakers/speaker.html",
        speaker=speaker,
        sessions=[each for each in planned if any(person.code == speaker.code for person in each.speakers)],
        elsewhere=[item for item in await sessions_over_years(db, speaker.id) if item[0].id != edition.id],
        linked_data=speaker_page(edition, speaker, _base_url(request)),
    )


async def show_look(request: Request) -> Response:
    """The tracks' colours."""
    edition = await _previewed(request)
    css = await look_css(database(request), edition)
    return Response(css, media_type="text/css", headers={"Cache-Control": "no-store"})


async def leave_preview(request: Request) -> Response:
    """To the public page. Raises NotFoundError where the conference has none yet."""
    edition = await organised_edition(request)
    if not edition.published:
        raise NotFoundError(f"no preview of {request.path_params['rest']}")
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{edition.path}{request.path_params['rest']}{query}", status_code=303)


async def _previewed(request: Request) -> PreviewedEdition:
    edition = await organised_edition(request)
    return PreviewedEdition(**{field.name: getattr(edition, field.name) for field in fields(edition)})


async def _planned(request: Request, edition: Edition) -> list[Session]:
    """What the public would see of the working programme: whatever has a time."""
    return [session for session in await working_sessions(database(request), edition) if session.starts_at]


def _page(request: Request, edition: PreviewedEdition, template: str, /, **context: Any) -> HTMLResponse:
    return render(request, template, edition=edition, preview_of=edition.path.removesuffix("preview/"), **context)


def _base_url(request: Request) -> str:
    base_url: str = request.app.state.settings.base_url
    return base_url


_PREVIEW = "/organiser/{series:slug}/{edition:slug}/preview"

organiser_routes: list[BaseRoute] = [
    Route(f"{_PREVIEW}/", show_front),
    Route(f"{_PREVIEW}/programme", show_programme),
    Route(f"{_PREVIEW}/sessions/{{code:code}}", show_session),
    Route(f"{_PREVIEW}/speakers/", show_speakers),
    Route(f"{_PREVIEW}/speakers/{{code:code}}", show_speaker),
    Route(f"{_PREVIEW}/look-{{version:id}}.css", show_look),
    Route(f"{_PREVIEW}/{{rest:path}}", leave_preview),
]
