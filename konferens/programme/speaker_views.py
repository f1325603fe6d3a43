"""Speakers, as everybody sees them: who they are, and what they do and have done."""

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from konferens.codes import CODE_LENGTH
from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.events.linked_data import breadcrumbs, graph
from konferens.events.model import Edition
from konferens.events.queries import edition_versions
from konferens.i18n import gettext
from konferens.programme.linked_data import speaker_page
from konferens.programme.queries import sessions_over_years
from konferens.speakers.merging import merged_into
from konferens.speakers.model import Speaker
from konferens.speakers.queries import find_public_speaker, public_speakers
from konferens.web.cache import public_page
from konferens.web.requests import database, edition_of


async def show_speakers(request: Request) -> ASGIApp:
    """Everybody who speaks, by name."""
    edition = await edition_of(request)
    people = await public_speakers(database(request), edition.id)
    trail = breadcrumbs(edition, _base_url(request), (gettext("Medverkande"), "speakers/"))
    return public_page(request, edition, "speakers/page.html", speakers=people, linked_data=graph(trail))


async def show_speaker(request: Request) -> ASGIApp:
    """A speaker with their sessions, in this edition and the others.

    CODE alone, or with an old name behind it, leads to the full address; so does a code that was merged into another.
    """
    edition = await edition_of(request)
    db = database(request)
    speaker = await _find(db, edition, request.path_params["code"][:CODE_LENGTH])
    address = f"{edition.path}speakers/{speaker.path_part}"
    if request.url.path != address:
        return RedirectResponse(address, status_code=301)
    years = await sessions_over_years(db, speaker.id)
    here = next((sessions for each, sessions in years if each.id == edition.id), [])
    elsewhere = [(each, sessions) for each, sessions in years if each.id != edition.id]
    return public_page(
        request,
        # A page that tells of other years is made anew when they change.
        await edition_versions(db) if elsewhere else edition,
        "speakers/speaker.html",
        edition=edition,
        speaker=speaker,
        sessions=here,
        elsewhere=elsewhere,
        linked_data=speaker_page(edition, speaker, _base_url(request)),
    )


async def _find(db: Database, edition: Edition, code: str) -> Speaker:
    """Raises NotFoundError."""
    try:
        return await find_public_speaker(db, edition.id, code)
    except NotFoundError:
        other = await merged_into(db, code)
        if other is None:
            raise
        return await find_public_speaker(db, edition.id, other)


def _base_url(request: Request) -> str:
    base_url: str = request.app.state.settings.base_url
    return base_url


routes = [
    Route("/{series:slug}/{edition:slug}/speakers/", show_speakers),
    Route("/{series:slug}/{edition:slug}/speakers/{code:code}", show_speaker),
]
