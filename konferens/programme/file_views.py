"""Sessions' files: handed out to everybody, and sent and taken away in the office."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from konferens.codes import CODE_LENGTH
from konferens.database import Database
from konferens.errors import InvalidError
from konferens.events.model import Edition
from konferens.programme.drafts import find_working_session
from konferens.programme.files import (
    ACCEPT,
    MEGABYTE,
    SessionFile,
    delete_file,
    files_of,
    find_file,
    piece_of,
    read_file,
    store_file,
)
from konferens.programme.model import Session
from konferens.programme.queries import find_session
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, office_path, organised_edition, render_office
from konferens.web.requests import database, edition_of

MAX_AGE = 24 * 3600
"""Seconds for which a file is good without asking: it never changes, but may be taken away."""

PIECE = 2 * MEGABYTE
"""What is in memory of a file while it is sent, however slowly it is fetched."""

CSP = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""Whatever a file says, it is no page of this site: no scripts, no forms, nothing fetched."""


async def download_file(request: Request) -> Response:
    """A file of a public session; an older name in the address leads to the present one. Raises NotFoundError."""
    edition = await edition_of(request)
    db = database(request)
    session = await find_session(db, edition.id, request.path_params["code"][:CODE_LENGTH])
    file = await find_file(db, edition.id, session.code, request.path_params["file"])
    return _response(request, db, file, f"{edition.path}{file.path_part}", f"public, max-age={MAX_AGE}")


async def download_file_in_office(request: Request) -> Response:
    """The same for organisers, of sessions that aren't public yet too."""
    edition = await organised_edition(request)
    db = database(request)
    session = await find_working_session(db, edition, request.path_params["code"])
    file = await find_file(db, edition.id, session.code, request.path_params["file"])
    return _response(request, db, file, office_path(edition, file.path_part), "no-store")


def _response(request: Request, db: Database, file: SessionFile, address: str, cache_control: str) -> Response:
    if quote(request.path_params["name"]) != quote(file.name):
        return RedirectResponse(address, status_code=301)
    headers = {"ETag": file.etag, "Cache-Control": cache_control, "Content-Security-Policy": CSP}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if file.etag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    manner = "inline" if file.is_shown_by_browsers else "attachment"
    # RFC 6266, 4.3; the name is percent-encoded throughout (RFC 8187), since it may hold any letter.
    headers["Content-Disposition"] = f"{manner}; filename*=UTF-8''{quote(file.name, safe='')}"
    headers["Content-Length"] = str(file.size)
    return StreamingResponse(_pieces(db, file), media_type=file.content_type, headers=headers)


async def _pieces(db: Database, file: SessionFile) -> AsyncIterator[bytes]:
    for start in range(0, file.size, PIECE):
        yield await piece_of(db, file.id, start, PIECE)


async def show_files(request: Request) -> Response:
    """A session's files, with a form to send another."""
    edition = await organised_edition(request)
    session = await find_working_session(database(request), edition, request.path_params["code"])
    return await _page(request, edition, session)


async def post_file(request: Request) -> Response:
    """Stores the posted `file`; 422 with the reason where it can't be kept."""
    edition = await organised_edition(request)
    formdata = await read_form(request, upload="file")
    db = database(request)
    session = await find_working_session(db, edition, request.path_params["code"])
    user = await require_user(request)
    upload = formdata.get("file")
    name, data = (upload.filename or "", await upload.read()) if isinstance(upload, UploadFile) else ("", b"")
    try:
        file = await asyncio.to_thread(read_file, name, data)
        await store_file(db, edition, session.code, file, actor=user.email)
    except InvalidError as error:
        return await _page(request, edition, session, error.errors["file"], 422)
    return done(edition, f"sessions/{session.code}/files", "file-added")


async def post_file_removal(request: Request) -> Response:
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    code = request.path_params["code"].upper()
    await delete_file(database(request), edition, code, request.path_params["file"], actor=user.email)
    return done(edition, f"sessions/{code}/files", "deleted")


async def _page(
    request: Request, edition: Edition, session: Session, errors: list[str] | None = None, status_code: int = 200
) -> Response:
    files = (await files_of(database(request), [session.code])).get(session.code, [])
    return render_office(
        request,
        edition,
        "sessions",
        "organiser/sessions/files.html",
        status_code,
        session=session,
        files=files,
        errors=errors or [],
        accept=ACCEPT,
        total=sum(file.size for file in files),
    )


_OFFICE = "/organiser/{series:slug}/{edition:slug}/sessions/{code}/files"

routes = [Route("/{series:slug}/{edition:slug}/sessions/{code:code}/files/{file:id}/{name}", download_file)]

organiser_routes = [
    Route(_OFFICE, show_files),
    Route(_OFFICE, post_file, methods=["POST"]),
    Route(f"{_OFFICE}/{{file:id}}/delete", post_file_removal, methods=["POST"]),
    Route(f"{_OFFICE}/{{file:id}}/{{name}}", download_file_in_office),
]
