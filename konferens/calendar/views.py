"""Calendar feeds, to everybody; and each attendee's own, to those who know its address."""

from collections.abc import Iterable
from datetime import datetime

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

from konferens.calendar.ical import sessions_ics
from konferens.calendar.model import Feed
from konferens.calendar.personal import personal_ics, retired_ics
from konferens.calendar.queries import personal_head, retired_feed, with_addons
from konferens.codes import CODE_LENGTH
from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id, rooms_of, tracks_of
from konferens.programme.model import Session
from konferens.programme.queries import chosen_sessions, feed_sessions
from konferens.speakers.queries import find_public_speaker
from konferens.web.cache import Page, PageCache, public_bytes
from konferens.web.requests import database, edition_of

MEDIA_TYPE = "text/calendar; charset=utf-8"
MAX_AGE = 300
"""Seconds for which a shared cache may answer without asking: many poll, and few changes are that urgent."""


async def edition_feed(request: Request) -> ASGIApp:
    """The whole programme."""
    edition = await edition_of(request)
    sessions = await feed_sessions(database(request), edition.id)
    return _answer(request, edition, sessions, Feed(edition.name, f"{edition.path}calendar.ics", busy=False))


async def room_feed(request: Request) -> ASGIApp:
    """What happens in one room."""
    edition = await edition_of(request)
    db = database(request)
    slug = request.path_params["slug"]
    room = next((room for room in await rooms_of(db, edition.id) if room.slug == slug), None)
    if room is None:
        raise NotFoundError(f"room {slug}")
    sessions = [
        session for session in await feed_sessions(db, edition.id) if session.room and session.room.slug == slug
    ]
    feed = Feed(f"{edition.name} – {room.name}", f"{edition.path}rooms/{slug}.ics", busy=False)
    return _answer(request, edition, sessions, feed)


async def track_feed(request: Request) -> ASGIApp:
    """The sessions of one track, in its colour."""
    edition = await edition_of(request)
    db = database(request)
    slug = request.path_params["slug"]
    track = next((track for track in await tracks_of(db, edition.id) if track.slug == slug), None)
    if track is None:
        raise NotFoundError(f"track {slug}")
    sessions = [
        session for session in await feed_sessions(db, edition.id) if session.track and session.track.slug == slug
    ]
    feed = Feed(f"{edition.name} – {track.name}", f"{edition.path}tracks/{slug}.ics", busy=False, colour=track.colour)
    return _answer(request, edition, sessions, feed)


async def speaker_feed(request: Request) -> ASGIApp:
    """One speaker's sessions, which block the time: it is most of all the speaker who follows it."""
    edition = await edition_of(request)
    db = database(request)
    speaker = await find_public_speaker(db, edition.id, request.path_params["code"][:CODE_LENGTH])
    sessions = [
        session
        for session in await feed_sessions(db, edition.id)
        if any(person.code == speaker.code for person in session.speakers)
    ]
    feed = Feed(f"{edition.name} – {speaker.name}", f"{edition.path}speakers/{speaker.code}.ics", busy=True)
    return _answer(request, edition, sessions, feed)


async def session_feed(request: Request) -> ASGIApp:
    """One session. One that has been removed is still told, as cancelled, to those who have it in their calendar."""
    edition = await edition_of(request)
    code = request.path_params["code"][:CODE_LENGTH].upper()
    sessions = [session for session in await feed_sessions(database(request), edition.id) if session.code == code]
    if not sessions:
        raise NotFoundError(f"session {code}")
    feed = Feed(sessions[0].title, f"{edition.path}sessions/{code}.ics", busy=True)
    return _answer(request, edition, sessions, feed)


def _answer(request: Request, edition: Edition, sessions: Iterable[Session], feed: Feed) -> Page:
    return public_bytes(
        request,
        edition,
        sessions_ics(edition, sessions, feed=feed, base_url=request.app.state.settings.base_url),
        MEDIA_TYPE,
        cache_control=f"public, max-age={MAX_AGE}",
        last_modified=edition.updated_at,
        # A code may have any words behind it, and stand in either case: only the one address that we give is worth keeping.
        keep=request.scope["path"] == feed.path and not request.scope["query_string"],
        headers=_file_name(feed.path.strip("/").removesuffix(".ics").replace("/", "-")),
    )


async def personal_feed(request: Request) -> ASGIApp:
    """An attendee's conference and chosen sessions, following every change; the address is the secret.

    One that was renewed says so, to whoever still has it in a calendar. One query tells whether the bytes that were made for an
    earlier reader are still right: calendars ask every few minutes, and little changes.
    """
    db = database(request)
    pages: PageCache = request.app.state.pages
    try:
        head = await personal_head(db, request.path_params["token"])
    except NotFoundError:
        return await _retired(request)
    key = (request.scope["path"], head.mark, "personal")  # not as pages are kept that anybody may see
    if kept := pages.get(key):
        return kept
    edition = await _published(db, head.person.edition_id)
    person = await with_addons(db, head.person)
    sessions = await chosen_sessions(db, person.ticket_id)
    feed = Feed(f"{edition.name} – {person.attendee_name}", request.url.path, busy=True)
    body = personal_ics(edition, person, sessions, feed=feed, base_url=request.app.state.settings.base_url)
    page = _private(edition, body, person.updated_at)
    pages.put(key, page)
    return page


async def _retired(request: Request) -> Page:
    """Named by the conference alone: who has the ticket may be another one than then."""
    db = database(request)
    retired = await retired_feed(db, request.path_params["token"])
    edition = await _published(db, retired.edition_id)
    feed = Feed(edition.name, request.url.path, busy=False)
    body = retired_ics(edition, retired, feed=feed, base_url=request.app.state.settings.base_url)
    return _private(edition, body, retired.retired_at)


async def _published(db: Database, edition_id: int) -> Edition:
    """Raises NotFoundError for a draft."""
    edition = await edition_by_id(db, edition_id)
    if not edition.published:
        raise NotFoundError(f"edition {edition.ref} is a draft")
    return edition


def _private(edition: Edition, body: bytes, changed_at: datetime) -> Page:
    return Page(
        body=body,
        media_type=MEDIA_TYPE,
        valid_for=(edition.ref, edition.version),
        cache_control=f"private, max-age={MAX_AGE}",
        last_modified=max(edition.updated_at, changed_at),
        expires_at=None,
        headers=tuple({**_file_name(f"{edition.series.slug}-{edition.slug}"), "X-Robots-Tag": "noindex"}.items()),
    )


def _file_name(stem: str) -> dict[str, str]:
    """Shown by browsers that save it; inline, so that phones open their calendar instead."""
    return {"Content-Disposition": f'inline; filename="{stem}.ics"'}


routes = [
    Route("/{series:slug}/{edition:slug}/calendar.ics", edition_feed),
    Route("/{series:slug}/{edition:slug}/rooms/{slug:slug}.ics", room_feed),
    Route("/{series:slug}/{edition:slug}/tracks/{slug:slug}.ics", track_feed),
    Route("/{series:slug}/{edition:slug}/speakers/{code:code}.ics", speaker_feed),
    Route("/{series:slug}/{edition:slug}/sessions/{code:code}.ics", session_feed),
    Route("/my/{token}/calendar.ics", personal_feed),
]
