"""JSON about sessions, speakers, rooms and tracks of published editions; no token is needed."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from konferens.events.model import Edition
from konferens.events.queries import rooms_of, tracks_of
from konferens.i18n import lazy_gettext as _l
from konferens.programme.files import SessionFile, files_of_edition
from konferens.programme.model import Session, SessionStatus, SessionType
from konferens.programme.queries import published_sessions
from konferens.programme.search.queries import search
from konferens.speakers.queries import public_speakers
from konferens.web.api import ADDRESS, MOMENT, PAGING, list_json, list_of, moment_json, paging
from konferens.web.openapi import Parameter, describe
from konferens.web.requests import database, edition_of
from konferens.web.schemas import Component, array, choice, flag, integer, nullable, record, text

SESSION_FILE = Component(
    "SessionFile",
    record(
        "Slides or a paper of a session.",
        {
            "name": text("As `Bilder.pdf`."),
            "type": text("The media type, as `application/pdf`."),
            "size": integer("In bytes."),
            "url": ADDRESS,
        },
    ),
)

SESSION = Component(
    "Session",
    record(
        "One item of the programme.",
        {
            "code": text("Six characters."),
            "title": text(),
            "subtitle": text(),
            "type": choice(SessionType),
            "status": choice(SessionStatus),
            "language": text("As `sv`; empty for the conference's own."),
            "starts_at": nullable(MOMENT, "Null while it has no time."),
            "ends_at": nullable(MOMENT),
            "room": nullable(text("The room's name.")),
            "track": nullable(text("The track's name.")),
            "speakers": array(record("", {"code": text(), "name": text()})),
            "abstract": text("Markdown."),
            "files": array(SESSION_FILE, "The first that came first."),
            "signup": flag("Attendees sign up for it."),
            "available": nullable(integer("Seats left; null without limit.")),
            "url": ADDRESS,
        },
    ),
)


def session_json(session: Session, files: Sequence[SessionFile], edition: Edition, base_url: str) -> dict[str, Any]:
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
        "files": [
            {
                "name": file.name,
                "type": file.media_type,
                "size": file.size,
                "url": f"{base_url}{edition.path}{file.path_part}",
            }
            for file in files
        ],
        "signup": session.signup,
        "available": session.left,
        "url": f"{base_url}{edition.path}sessions/{session.path_part}",
    }


def _page(request: Request, everything: list[dict[str, Any]]) -> Response:
    offset, limit = paging(request)
    return list_json(request, everything[offset : offset + limit], offset, limit, more=len(everything) > offset + limit)


WORDS = Parameter(
    "q",
    text(),
    "Words that must all be found in a session – inflected too, or as the beginning of a word; in quotes exactly so. "
    "The best answer comes first.",
)


@describe("Events", _l("Visa programpunkterna"), list_of(SESSION), parameters=(WORDS, *PAGING))
async def list_sessions(request: Request) -> Response:
    edition = await edition_of(request)
    db = database(request)
    sessions = await published_sessions(db, edition.id)
    if words := request.query_params.get("q", "").strip():
        by_code = {session.code: session for session in sessions}
        codes = (await search(db, edition, words)).session_codes
        sessions = [by_code[code] for code in codes if code in by_code]
    base_url = request.app.state.settings.base_url
    files = await files_of_edition(db, edition.id)
    return _page(
        request, [session_json(session, files.get(session.code, ()), edition, base_url) for session in sessions]
    )


SPEAKER = Component(
    "Speaker",
    record(
        "Somebody with a session in the programme.",
        {
            "code": text("Six characters."),
            "name": text(),
            "title": text(),
            "organisation": text(),
            "biography": text("Markdown."),
            "image": nullable(ADDRESS),
            "url": ADDRESS,
        },
    ),
)


@describe("Events", _l("Visa de medverkande"), list_of(SPEAKER), parameters=PAGING)
async def list_speakers(request: Request) -> Response:
    edition = await edition_of(request)
    base_url = request.app.state.settings.base_url
    people = await public_speakers(database(request), edition.id)
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


ROOM = Component("Room", record("", {"code": text(), "name": text(), "capacity": nullable(integer("People."))}))
TRACK = Component("Track", record("", {"code": text(), "name": text(), "colour": text("As `#0b5a75`.")}))


@describe("Events", _l("Visa rummen"), list_of(ROOM), parameters=PAGING)
async def list_rooms(request: Request) -> Response:
    edition = await edition_of(request)
    rooms = await rooms_of(database(request), edition.id)
    return _page(request, [{"code": room.slug, "name": room.name, "capacity": room.capacity} for room in rooms])


@describe("Events", _l("Visa spåren"), list_of(TRACK), parameters=PAGING)
async def list_tracks(request: Request) -> Response:
    edition = await edition_of(request)
    tracks = await tracks_of(database(request), edition.id)
    return _page(request, [{"code": track.slug, "name": track.name, "colour": track.colour} for track in tracks])


_AT = "/api/v1/events/{series:slug}/{edition:slug}"

api_routes = [
    Route(f"{_AT}/sessions", list_sessions),
    Route(f"{_AT}/speakers", list_speakers),
    Route(f"{_AT}/rooms", list_rooms),
    Route(f"{_AT}/tracks", list_tracks),
]
