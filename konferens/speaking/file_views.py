"""Slides and papers that a speaker adds to their own sessions, and takes away again."""

import asyncio

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.errors import InvalidError, NotFoundError
from konferens.programme.files import ACCEPT, MAX_BYTES, SessionFile, delete_file, files_of, read_file, store_file
from konferens.speakers.model import SpeakerStatus
from konferens.speaking.access import OWN, Visitor, own_page
from konferens.speaking.spoken import Programme, Spoken
from konferens.web.csrf import read_form
from konferens.web.private import private_page
from konferens.web.requests import database


async def show_files(request: Request) -> Response:
    visitor, spoken = await _own_session(request)
    return await _page(request, visitor, spoken)


async def post_file(request: Request) -> Response:
    """Keep one more file; 303 back, 422 with why it can't be kept."""
    visitor, spoken = await _own_session(request)
    data = await read_form(request, upload="file")
    upload = data.get("file")
    name, content = "", b""
    if isinstance(upload, UploadFile):
        name, content = upload.filename or "", await upload.read(MAX_BYTES + 1)
    try:
        new = await asyncio.to_thread(read_file, name, content)
        await store_file(database(request), visitor.edition, spoken.session.code, new, actor=visitor.actor)
    except InvalidError as error:
        return await _page(request, visitor, spoken, errors=error.errors.get("file", []), status_code=422)
    return RedirectResponse(f"{_address(visitor, spoken)}?done=added", status_code=303)


async def post_removal(request: Request) -> Response:
    """Take a file away that the speaker has added; 303 back. Raises NotFoundError for others' files."""
    visitor, spoken = await _own_session(request)
    await read_form(request)
    number = request.path_params["number"]
    if all(each.id != number or each.actor != visitor.actor for each in await _files(request, spoken)):
        raise NotFoundError(f"file {number} is not {visitor.actor}'s")
    await delete_file(database(request), visitor.edition, spoken.session.code, number, actor=visitor.actor)
    return RedirectResponse(f"{_address(visitor, spoken)}?done=removed", status_code=303)


async def _own_session(request: Request) -> tuple[Visitor, Spoken]:
    """The session of the address, for one who takes part in it. Raises NotFoundError."""
    visitor = await own_page(request)
    code = request.path_params["code"].upper()
    programme = await Programme.read(database(request), visitor.edition)
    for spoken in programme.of(visitor.speaker.code):
        if spoken.session.code == code and visitor.speaker.status is not SpeakerStatus.DECLINED:
            return visitor, spoken
    raise NotFoundError(f"{visitor.actor} isn't in session {code}")


def _address(visitor: Visitor, spoken: Spoken) -> str:
    return f"{visitor.path}sessions/{spoken.session.code}/files"


async def _files(request: Request, spoken: Spoken) -> list[SessionFile]:
    code = spoken.session.code
    return (await files_of(database(request), [code])).get(code, [])


async def _page(
    request: Request, visitor: Visitor, spoken: Spoken, *, errors: list[str] | None = None, status_code: int = 200
) -> Response:
    return private_page(
        request,
        "speaking/files.html",
        status_code=status_code,
        edition=visitor.edition,
        visitor=visitor,
        session=spoken.session,
        address=_address(visitor, spoken),
        files=await _files(request, spoken),
        accept=ACCEPT,
        errors=errors or [],
        done=request.query_params.get("done", "") if request.method == "GET" else "",
    )


_FILES = f"{OWN}/sessions/{{code}}/files"

routes: list[BaseRoute] = [
    Route(_FILES, show_files, methods=["GET"]),
    Route(_FILES, post_file, methods=["POST"]),
    Route(f"{_FILES}/{{number:id}}/delete", post_removal, methods=["POST"]),
]
