"""Programme, sessions and speakers, as everybody sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from konferens.clock import now
from konferens.codes import CODE_LENGTH
from konferens.events.linked_data import breadcrumbs, graph
from konferens.events.model import Edition, Room, Track
from konferens.events.queries import rooms_of, tracks_of
from konferens.i18n import gettext
from konferens.programme.files import files_of
from konferens.programme.grid import days_of, overlap
from konferens.programme.judging import is_judged, judging_changes
from konferens.programme.linked_data import session_page
from konferens.programme.model import Session
from konferens.programme.queries import find_session, published_sessions
from konferens.programme.search.queries import search, search_among
from konferens.programme.streams import stream_changes, stream_state
from konferens.web.cache import public_page
from konferens.web.requests import database, edition_of


@dataclass(frozen=True, slots=True)
class Filters:
    """What a visitor has narrowed the programme to; '' and None narrow nothing."""

    day: date | None
    track: str
    room: str
    words: str

    @property
    def is_empty(self) -> bool:
        return self == Filters(None, "", "", "")

    def match(self, session: Session, edition: Edition) -> bool:
        """Whether the session is in what was asked for, but for the words. Breaks are in no track and often in no room."""
        if self.day is not None and session.day(edition.zone) != self.day:
            return False
        if self.track and (session.track is None or session.track.slug != self.track):
            return False
        return not self.room or (session.room is not None and session.room.slug == self.room)


def _filters(query: QueryParams, edition: Edition, tracks: list[Track], rooms: list[Room]) -> Filters:
    """The filters of an address; what the edition doesn't have narrows nothing."""
    days = {day.isoformat(): day for day in edition.days}
    track, room = query.get("track", ""), query.get("room", "")
    return Filters(
        day=days.get(query.get("day", "")),
        track=track if any(track == known.slug for known in tracks) else "",
        room=room if any(room == known.slug for known in rooms) else "",
        words=" ".join(query.get("q", "")[:200].split()),
    )


async def programme(request: Request) -> ASGIApp:
    """Every day as a table over rooms, narrowed by ?day=&track=&room=&q=."""
    edition = await edition_of(request)
    context = await programme_context(
        request, edition, await published_sessions(database(request), edition.id, texts=False)
    )
    keep = _is_bounded(request.query_params, context["filters"])
    moment = now()
    call = await request.app.state.call_for_proposals(edition.id)
    return public_page(
        request,
        edition,
        "programme/page.html",
        keep=keep,
        expires_at=min(call.changes_after(moment), default=None),
        proposable=call.is_open(moment),
        **context,
    )


async def programme_context(
    request: Request, edition: Edition, sessions: Sequence[Session], *, drafts: bool = False
) -> dict[str, Any]:
    """What programme/page.html shows of `sessions`, narrowed as the address says; with `drafts` they aren't the public ones."""
    db = database(request)
    rooms = await rooms_of(db, edition.id)
    tracks = await tracks_of(db, edition.id)
    filters = _filters(request.query_params, edition, tracks, rooms)
    shown = [session for session in sessions if filters.match(session, edition)]
    if filters.words:
        found = (
            search_among(edition, sessions, filters.words)
            if drafts
            else set((await search(db, edition, filters.words)).session_codes)
        )
        shown = [session for session in shown if session.code in found]
    return {
        "filters": filters,
        "rooms": rooms,
        "tracks": tracks,
        "days": days_of(shown, [room.slug for room in rooms], edition.zone),
        "all_days": sorted({day for session in sessions if (day := session.day(edition.zone))}),
        "count": len(shown),
        "linked_data": graph(breadcrumbs(edition, _base_url(request), (gettext("Program"), "programme"))),
    }


def _is_bounded(query: QueryParams, filters: Filters) -> bool:
    """Whether the address is one of those that the page itself leads to, of which there are only so many."""
    names = [name for name, _ in query.multi_items()]
    understood = {
        "day": filters.day.isoformat() if filters.day else "",
        "q": "",
        "track": filters.track,
        "room": filters.room,
    }
    in_order = [name for name in understood if name in names]
    return names == in_order and all(query[name] == understood[name] for name in names)


async def show_session(request: Request) -> ASGIApp:
    """One session. CODE alone, or with an old title behind it, leads to the full address."""
    edition = await edition_of(request)
    db = database(request)
    session = await find_session(db, edition.id, request.path_params["code"][:CODE_LENGTH])
    address = f"{edition.path}sessions/{session.path_part}"
    if request.url.path != address:
        return RedirectResponse(address, status_code=301)
    moment = now()
    context = await session_context(
        request, edition, session, await published_sessions(db, edition.id, texts=False), moment
    )
    changes = [stream_changes(session, moment), judging_changes(session, edition, moment)]
    expires_at = min((each for each in changes if each is not None), default=None)
    return public_page(request, edition, "programme/session.html", expires_at=expires_at, **context)


async def session_context(
    request: Request, edition: Edition, session: Session, sessions: Sequence[Session], moment: datetime
) -> dict[str, Any]:
    """What programme/session.html shows of `session` at `moment`; `sessions` are the whole programme."""
    before, after = neighbours(session, sessions, edition)
    return {
        "session": session,
        "files": (await files_of(database(request), [session.code])).get(session.code, []),
        "stream": stream_state(session, moment),
        "is_judged": is_judged(session, edition, moment),
        "before": before,
        "after": after,
        "meanwhile": [other for other in sessions if is_parallel(session, other)],
        "linked_data": session_page(edition, session, sessions, _base_url(request)),
    }


def is_parallel(session: Session, other: Session) -> bool:
    """Whether a visitor has to choose between the two: both go on at some time. Pauses are no choice."""
    if session.code == other.code or session.type.is_pause or other.type.is_pause or other.is_cancelled:
        return False
    return overlap(session, other)


def neighbours(
    session: Session, sessions: Sequence[Session], edition: Edition
) -> tuple[Session | None, Session | None]:
    """What comes before and after in the same room on the same day; pauses and what is cancelled are passed over."""
    if session.room is None or session.starts_at is None:
        return None, None
    day = session.day(edition.zone)
    there = [
        other
        for other in sessions
        if other.room == session.room and other.day(edition.zone) == day and not other.type.is_pause
    ]
    codes = [other.code for other in there]
    if session.code not in codes:
        return None, None
    place = codes.index(session.code)
    before = [other for other in there[:place] if not other.is_cancelled]
    after = [other for other in there[place + 1 :] if not other.is_cancelled]
    return (before[-1] if before else None, after[0] if after else None)


def _base_url(request: Request) -> str:
    base_url: str = request.app.state.settings.base_url
    return base_url


routes = [
    Route("/{series:slug}/{edition:slug}/programme", programme),
    Route("/{series:slug}/{edition:slug}/sessions/{code:code}", show_session),
]
