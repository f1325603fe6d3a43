"""A programme from a file in the office: sent, looked at, done; and the files to start from."""

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from anyio.to_thread import run_sync
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from konferens.accounts.model import Role
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.events.model import Edition
from konferens.events.queries import all_editions, rooms_of, tracks_of
from konferens.i18n import gettext
from konferens.programme.drafts import working_sessions
from konferens.programme.import_files import read_schedule
from konferens.programme.import_preview import names_in, preview_of
from konferens.programme.imports import plan_import
from konferens.programme.schedule import ImportedSchedule, InvalidImportError
from konferens.programme.uploads import drop_upload, find_upload, keep_upload
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, office_path, organised_edition, render_office
from konferens.web.requests import database

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SECTION = "sessions"


class ImportProgramme(Protocol):
    """As signups.importing.import_programme, its errors too."""

    async def __call__(
        self,
        db: Database,
        edition: Edition,
        imported: ImportedSchedule,
        *,
        actor: str,
        base_url: str,
        drafts: bool,
        remove: bool,
        seen: str,
        mine: Collection[int] | None,
    ) -> object: ...


async def show_import(request: Request) -> Response:
    edition = await organised_edition(request)
    return await _page(request, edition)


async def post_import(request: Request) -> Response:
    """Keeps the file and leads to what it would change; 422 with what is wrong in it."""
    edition = await organised_edition(request)
    form = await read_form(request, upload="file")
    user = await require_user(request)
    sent = [each for each in form.getlist("file") if isinstance(each, UploadFile) and each.filename]
    files = [(each.filename or "", await each.read()) for each in sent]
    if not files:
        return await _page(request, edition, 422, problems=[gettext("Välj en fil.")])
    db = database(request)
    try:
        imported = await run_sync(read_schedule, files)
        await plan_import(db, edition, imported, drafts=bool(edition.release), mine=await _organised(request))
    except InvalidImportError as error:
        return await _page(request, edition, 422, problems=error.problems)
    upload_id = await keep_upload(db, edition.id, files, actor=user.email)
    address = office_path(edition, f"import/{upload_id}" + ("" if imported.is_whole else "?keep=1"))
    return RedirectResponse(address, status_code=303)


async def show_preview(request: Request) -> Response:
    edition = await organised_edition(request)
    return await _preview(request, edition, keep="keep" in request.query_params)


async def post_preview(request: Request) -> Response:
    """Does what was looked at; 409 with what it would do now, when somebody has changed the programme meanwhile."""
    edition = await organised_edition(request)
    form = await read_form(request)
    user = await require_user(request)
    db = database(request)
    upload_id = request.path_params["upload"]
    files = await find_upload(db, edition.id, upload_id)
    keep = "keep" in form
    # Not ours directly: an import may give seats to those who wait, and sign-ups are built on the programme.
    import_programme: ImportProgramme = request.app.state.import_programme
    try:
        await import_programme(
            db,
            edition,
            await run_sync(read_schedule, files),
            actor=user.email,
            base_url=request.app.state.settings.base_url,
            drafts=bool(edition.release),
            remove=not keep,
            seen=str(form.get("seen", "")),
            mine=await _organised(request),
        )
    except ConflictError:
        return await _preview(request, edition, keep=keep, status_code=409)
    except InvalidImportError as error:
        return await _page(request, edition, 422, problems=error.problems)
    await drop_upload(db, upload_id)
    request.app.state.sender.wake()
    return done(edition, "sessions", "imported")


async def download_table(request: Request) -> Response:
    """The working programme as an Excel file, which is the form to fill in as well."""
    from konferens.programme.xlsx_writing import programme_xlsx  # and with it openpyxl: 14 MiB, seldom needed

    edition = await organised_edition(request)
    db = database(request)
    sessions = await working_sessions(db, edition)
    rooms, tracks = await rooms_of(db, edition.id), await tracks_of(db, edition.id)
    content = await run_sync(programme_xlsx, edition, sessions, rooms, tracks)
    name = f"{edition.series.slug}-{edition.slug}-program.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=XLSX, headers=headers)


async def _organised(request: Request) -> Collection[int]:
    """Ids of the editions that whoever is signed in may organise: their speakers may come along."""
    user = await require_user(request)
    everything = await all_editions(database(request), published_only=False)
    return [each.id for each in everything if user.may(Role.ORGANISER, each.id)]


async def _page(request: Request, edition: Edition, status_code: int = 200, **context: Any) -> Response:
    defaults: Mapping[str, Any] = {"problems": []}
    return render_office(
        request, edition, _SECTION, "organiser/imports/page.html", status_code, **{**defaults, **context}
    )


async def _preview(request: Request, edition: Edition, *, keep: bool, status_code: int = 200) -> Response:
    db = database(request)
    upload_id = request.path_params["upload"]
    files = await find_upload(db, edition.id, upload_id)
    drafts = bool(edition.release)
    try:
        imported = await run_sync(read_schedule, files)
        plan = await plan_import(db, edition, imported, drafts=drafts, remove=not keep, mine=await _organised(request))
    except InvalidImportError as error:
        return await _page(request, edition, 422, problems=error.problems)
    return render_office(
        request,
        edition,
        _SECTION,
        "organiser/imports/preview.html",
        status_code,
        upload_id=upload_id,
        files=[name for name, _ in files],
        plan=plan,
        preview=preview_of(plan, await names_in(db, edition.id)),
        keep=keep,
        drafts=drafts,
        changed_meanwhile=status_code == 409,  # noqa: PLR2004
    )


_BASE = "/organiser/{series:slug}/{edition:slug}/import"

import_routes = [
    Route(_BASE, show_import),
    Route(_BASE, post_import, methods=["POST"]),
    Route(f"{_BASE}/programme.xlsx", download_table),
    Route(f"{_BASE}/{{upload:id}}", show_preview),
    Route(f"{_BASE}/{{upload:id}}", post_preview, methods=["POST"]),
]
