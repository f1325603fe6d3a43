"""The front pages: of the site, of a series, of an edition; an edition's look; what search engines ask for."""

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

from konferens.clock import now
from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import all_editions, find_series, tracks_of
from konferens.front.linked_data import edition_page
from konferens.front.queries import session_entries, speaker_entries
from konferens.front.sitemap import robots_txt, sitemap_xml
from konferens.offering.queries import addons_of, ticket_types_of
from konferens.programme.model import Session, SessionType
from konferens.programme.queries import published_sessions
from konferens.proposals.queries import call_of
from konferens.speakers.queries import public_speakers
from konferens.web.cache import REVALIDATE, Page, public_bytes, public_page
from konferens.web.requests import database, edition_of

HIGHLIGHTS = 6
SPEAKERS_SHOWN = 8
ROBOTS_MAX_AGE = 3600
"""Seconds for which robots.txt, which hardly ever changes, is good without asking."""


async def home(request: Request) -> ASGIApp:
    """Coming conferences, the next first, and earlier ones, the latest first."""
    versions = await request.app.state.pages.versions()
    moment = now()
    editions = await all_editions(database(request), published_only=True)
    return public_page(
        request,
        versions,
        "front/home.html",
        expires_at=_next_ending(editions, moment),
        moment=moment,
        coming=_coming(editions, moment),
        earlier=[edition for edition in editions if edition.is_over(moment)],
        organisers=sorted({edition.series.organisation for edition in editions} - {""}),
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
        "front/series.html",
        expires_at=_next_ending(editions, moment),
        moment=moment,
        series=series,
        coming=_coming(editions, moment),
        earlier=[edition for edition in editions if edition.is_over(moment)],
    )


def _coming(editions: list[Edition], moment: datetime) -> list[Edition]:
    return sorted((e for e in editions if not e.is_over(moment)), key=lambda edition: edition.starts_on)


def _next_ending(editions: list[Edition], moment: datetime) -> datetime | None:
    """When the next edition becomes an earlier one, or its registration opens or closes."""
    return min((change for edition in editions for change in edition.changes_after(moment)), default=None)


async def show_edition(request: Request) -> ASGIApp:
    """An edition's own front page: what, when, where, what it costs now and later, and who speaks."""
    edition = await edition_of(request)
    sessions = await published_sessions(database(request), edition.id)
    context, changes = await edition_context(request, edition, sessions, now())
    return public_page(request, edition, "front/edition.html", expires_at=min(changes, default=None), **context)


async def edition_context(
    request: Request, edition: Edition, sessions: list[Session], moment: datetime
) -> tuple[dict[str, Any], list[datetime]]:
    """What front/edition.html shows at `moment` with these sessions, and when it changes by the clock alone."""
    db = database(request)
    types = [kind for kind in await ticket_types_of(db, edition.id) if not kind.hidden]
    addons = await addons_of(db, edition.id)
    people = await public_speakers(db, edition.id)
    call = await call_of(db, edition.id)
    changes = edition.changes_after(moment) + call.changes_after(moment)
    changes += [change for kind in types for change in kind.changes_after(moment)]
    changes += [change for addon in addons for change in addon.changes_after(moment)]
    context = {
        "state": edition.registration_state(moment),
        "call": call,
        "moment": moment,
        "ticket_types": [kind for kind in types if kind.sale_state(moment) != "closed"],
        "addons": [addon for addon in addons if addon.is_on_sale(moment)],
        "highlights": highlights(sessions),
        "speakers": [speaker for speaker in people if speaker.image_digest][:SPEAKERS_SHOWN],
        "speaker_count": len(people),
        "linked_data": edition_page(edition, types, sessions, moment, request.app.state.settings.base_url),
    }
    return context, changes


def highlights(sessions: list[Session]) -> list[Session]:
    """A taste of the programme: keynotes first, then other sessions with speakers, each track at most once."""
    chosen: list[Session] = []
    tracks: set[int] = set()
    keynotes = [session for session in sessions if session.type is SessionType.KEYNOTE]
    for session in keynotes + [s for s in sessions if s.speakers and s.type is not SessionType.KEYNOTE]:
        track = session.track.id if session.track else 0
        if session.is_cancelled or (track in tracks and session.type is not SessionType.KEYNOTE):
            continue
        tracks.add(track)
        chosen.append(session)
    return chosen[:HIGHLIGHTS]


async def look(request: Request) -> ASGIApp:
    """The colours that are data – the tracks' – as a stylesheet; the version in its address lets it be kept for good."""
    edition = await edition_of(request)
    rules = await look_css(database(request), edition)
    is_current = request.path_params["version"] == edition.version and not request.url.query
    return public_bytes(
        request,
        edition,
        rules.encode(),
        "text/css; charset=utf-8",
        # What a coming version will look like isn't known: nobody may keep that.
        cache_control="public, max-age=31536000, immutable" if is_current else REVALIDATE,
        keep=is_current,
    )


async def look_css(db: Database, edition: Edition) -> str:
    """The stylesheet of the edition's own colours."""
    tracks = await tracks_of(db, edition.id)
    return "".join(f".track-{track.slug}{{--track:{track.colour}}}\n" for track in tracks)


async def robots(request: Request) -> ASGIApp:
    """Which addresses nobody should crawl, and where the sitemap is; no query is made."""
    return Page(
        body=robots_txt(request.app.state.settings.base_url),
        media_type="text/plain; charset=utf-8",
        valid_for={},
        cache_control=f"public, max-age={ROBOTS_MAX_AGE}",
        last_modified=None,
        expires_at=None,
    )


async def sitemap(request: Request) -> ASGIApp:
    """Every public page of the published editions; an empty list where there are none.

    It has an ETag alone: a conference that is withdrawn takes pages away without being newer than the others.
    """
    versions = await request.app.state.pages.versions()
    db = database(request)
    body = sitemap_xml(
        await all_editions(db, published_only=True),
        await session_entries(db),
        await speaker_entries(db),
        request.app.state.settings.base_url,
    )
    return public_bytes(request, versions, body, "application/xml; charset=utf-8")


routes = [Route("/", home), Route("/robots.txt", robots), Route("/sitemap.xml", sitemap)]
edition_routes = [
    Route("/{series:slug}/", show_series),
    Route("/{series:slug}/{edition:slug}/", show_edition),
    Route("/{series:slug}/{edition:slug}/look-{version:id}.css", look),
]
