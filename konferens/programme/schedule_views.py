"""The programme for other software: schedule.json and schedule.xml."""

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

from konferens.events.queries import rooms_of, tracks_of
from konferens.programme.files import files_of_edition
from konferens.programme.frab import Programme, schedule_json, schedule_xml
from konferens.programme.queries import published_sessions
from konferens.speakers.queries import public_speakers
from konferens.web.cache import public_bytes
from konferens.web.requests import database, edition_of

MAX_AGE = 300
"""Seconds for which a shared cache may answer without asking, as for the calendar feeds."""

_FORMATS = {
    "json": (schedule_json, "application/json"),
    "xml": (schedule_xml, "application/xml; charset=utf-8"),
}


async def show_schedule(request: Request) -> ASGIApp:
    """The whole programme in frab's format; pages of other sites may read it too."""
    edition = await edition_of(request)
    db = database(request)
    programme = Programme(
        edition=edition,
        rooms=await rooms_of(db, edition.id),
        tracks=await tracks_of(db, edition.id),
        sessions=await published_sessions(db, edition.id),
        speakers=await public_speakers(db, edition.id),
        base_url=request.app.state.settings.base_url,
        files=await files_of_edition(db, edition.id),
    )
    write, media_type = _FORMATS[request.url.path.rpartition(".")[2]]
    return public_bytes(
        request,
        edition,
        write(programme),
        media_type,
        cache_control=f"public, max-age={MAX_AGE}",
        last_modified=edition.updated_at,
        headers={"Access-Control-Allow-Origin": "*"},
    )


routes = [
    Route("/{series:slug}/{edition:slug}/schedule.json", show_schedule),
    Route("/{series:slug}/{edition:slug}/schedule.xml", show_schedule),
]
