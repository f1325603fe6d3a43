"""JSON about sessions, speakers, rooms and tracks of published editions; no token is needed."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from konferens.events.model import Edition
from konferens.events.queries import rooms_of, tracks_of
from konferens.programme.model import Session
from konferens.programme.queries import published_sessions
from konferens.speakers.queries import speakers_of
from konferens.web.api import list_json, moment_json, paging
from konferens.web.requests import database, edition_of


def session_json(session: Session, edition: Edition, base_url: str) -> dict[str, Any]:
    """A session as the API tells it; times with the offset of the edition's zone. `available` are seats left where one signs
    up for it, null without limit.
    """
    return {
        "code": session.code,
        "title": session.title,
        "subtitle": session.subtitle,
        "type": session.type.value,
        "status": session.status.value,
        "language": session.language,
        "starts_at": moment_json(session.starts_at, edition.zone),
        "ends_at": moment_json(session.ends_at, edition.zone),
        "room": session.room.name if session.room else None,
        "track": session.track.name if session.track else None,
        "speakers": [{"code": speaker.code, "name": speaker.name} for speaker in session.speakers],
        "abstract": session.abstract,
        "signup": session.signup,
        "available": session.left,
        "url": f"{base_url}{edition.path}sessions/{session.path_part}",
    }


def _page(request: Request, everything: list[dict[str, Any]]) -> Response:
    offset, limit = paging(request)
    return list_json(request, everything[offset : offset + limit], offset, limit, more=len(everything) > offset + limit)


async def list_sessions(request: Request) -> Response:
    edition = await edition_of(request)
    sessions = await published_sessions(database(request), edition.id)
    base_url = request.app.state.settings.base_url
    return _page(request, [session_json(session, edition, base_url) for session in sessions])


async def list_speakers(request: Request) -> Response:
    edition = await edition_of(request)
    base_url = request.app.state.settings.base_url
    people = await speakers_of(database(request), edition.id, with_sessions_only=True)
    return _page(
        request,
        [
            {
                "code": speaker.code,
                "name": speaker.name,
                "title": speaker.title,
                "organisation": speaker.organisation,
                "biography": speaker.biography,
                "image": f"{base_url}{speaker.image_url}" if speaker.image_url else None,
                "url": f"{base_url}{edition.path}speakers/{speaker.path_part}",
            }
            for speaker in people
        ],
    )


async def list_rooms(request: Request) -> Response:
    edition = await edition_of(request)
    rooms = await rooms_of(database(request), edition.id)
    return _page(request, [{"code": room.slug, "name": room.name, "capacity": room.capacity} for room in rooms])


async def list_tracks(request: Request) -> Response:
    edition = await edition_of(request)
    tracks = await tracks_of(database(request), edition.id)
    return _page(request, [{"code": track.slug, "name": track.name, "colour": track.colour} for track in tracks])


EVENT = "/api/v1/events/{series:slug}/{edition:slug}"

api_routes = [
    Route(f"{EVENT}/sessions", list_sessions),
    Route(f"{EVENT}/speakers", list_speakers),
    Route(f"{EVENT}/rooms", list_rooms),
    Route(f"{EVENT}/tracks", list_tracks),
]
