"""The front pages: of the site, of a series, of an edition; and an edition's look."""

from datetime import datetime

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

from konferens.clock import now
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import all_editions, find_series, tracks_of
from konferens.web.cache import public_bytes, public_page
from konferens.web.requests import database, edition_of


async def home(request: Request) -> ASGIApp:
    """Coming conferences, the next first, and earlier ones, the latest first."""
    versions = await request.app.state.pages.versions()
    moment = now()
    editions = await all_editions(database(request), published_only=True)
    return public_page(
        request,
        versions,
        "events/home.html",
        expires_at=_next_ending(editions, moment),
        coming=_coming(editions, moment),
        earlier=[edition for edition in editions if edition.is_over(moment)],
    )


async def show_series(request: Request) -> ASGIApp:
    """A series: its next edition and its archive."""
    versions = await request.app.state.pages.versions()
    moment = now()
    db = database(request)
    series = await find_series(db, request.path_params["series"])
    editions = [edition for edition in await all_editions(db, published_only=True) if edition.series.id == series.id]
    if not editions:
        raise NotFoundError(f"series {series.slug} has nothing published")
    return public_page(
        request,
        versions,
        "events/series.html",
        expires_at=_next_ending(editions, moment),
        series=series,
        coming=_coming(editions, moment),
        earlier=[edition for edition in editions if edition.is_over(moment)],
    )


def _coming(editions: list[Edition], moment: datetime) -> list[Edition]:
    return sorted((e for e in editions if not e.is_over(moment)), key=lambda edition: edition.starts_on)


def _next_ending(editions: list[Edition], moment: datetime) -> datetime | None:
    """When the next edition becomes an earlier one, or its registration opens or closes."""
    return min((change for edition in editions for change in edition.changes_after(moment)), default=None)


async def look(request: Request) -> ASGIApp:
    """The colours that are data – the tracks' – as a stylesheet; the version in its address lets it be kept for good."""
    edition = await edition_of(request)
    tracks = await tracks_of(database(request), edition.id)
    rules = "".join(f".track-{track.slug}{{--track:{track.colour}}}\n" for track in tracks)
    return public_bytes(
        request,
        edition,
        rules.encode(),
        "text/css; charset=utf-8",
        cache_control="public, max-age=31536000, immutable",
        keep=request.path_params["version"] == edition.version,
    )


routes = [Route("/", home)]
edition_routes = [
    Route("/{series:slug}/", show_series),
    Route("/{series:slug}/{edition:slug}/look-{version:id}.css", look),
]
