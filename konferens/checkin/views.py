"""The check-in web app: its page, and plain forms for browsers without JavaScript."""

import hashlib
import json
import uuid

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.checkin import guest_queries, queries
from konferens.checkin.access import Access, door_access, list_access
from konferens.checkin.afterwards import undo
from konferens.checkin.api import gate_of
from konferens.checkin.door_api import PHONE_COOKIE, listed_lists
from konferens.checkin.model import Answer, CheckinList, Direction, Repeat, Scan, read_token
from konferens.checkin.texts import answer_words, app_texts, came_when
from konferens.clock import now
from konferens.errors import ConflictError
from konferens.events.queries import edition_by_id
from konferens.i18n import current_language, gettext
from konferens.web.auth import current_user
from konferens.web.csrf import read_form
from konferens.web.requests import database
from konferens.web.templating import render
from konferens.web.workers import service_worker

SHELL = (
    "css/checkin.css",
    "js/checkin.js",
    "js/checkin-reader.js",
    "zxing/reader.wasm",
    "img/checkin/icon-192.png",
)
"""Built files that the app needs to work without a network; the last three only now and then."""


def _build(request: Request) -> str:
    """Names the version of the app: another one as soon as one of its built files is another."""
    asset = request.app.state.templates.globals["asset"]
    names = " ".join(asset(name) for name in (*SHELL, "js/checkin-worker.js"))
    return hashlib.sha256(names.encode()).hexdigest()[:12]


async def show_app(request: Request) -> Response:
    """The app itself; without JavaScript a choice of lists. ?ticket=TOKEN comes from a ticket's own address.

    A phone of ours opens it without anybody signed in: a cookie says that it is one, and nothing else; its token is the
    script's. What is on the page is nobody's secret then.
    """
    is_phone = PHONE_COOKIE in request.cookies and await current_user(request) is None
    access = None if is_phone else await door_access(request)
    return await _app(request, access)


async def show_setup(request: Request) -> Response:
    """Where the code leads that an organiser shows (/checkin/setup#CODE): the app, which claims the phone's token with it."""
    return await _app(request, None)


async def _app(request: Request, access: Access | None) -> Response:
    build = _build(request)
    response = render(
        request,
        "checkin/app.html",
        build=build,
        lists=await listed_lists(request, access) if access else [],
        signed_in=access is not None,
        ticket=read_token(request.query_params.get("ticket", "")),
        texts=json.dumps(app_texts(), ensure_ascii=False),
        papers=request.app.state.badge_papers(),
    )
    response.headers["Checkin-Build"] = build  # the worker keeps its own version's page only
    return response


async def show_list(request: Request) -> Response:
    """A list without JavaScript: find somebody by name or code, and check them in."""
    checkin_list, access = await list_access(request)
    return await _render_list(request, checkin_list, access)


async def post_check_in(request: Request) -> Response:
    """Check in the ticket of the form, or with `undo`, a scan's nonce, take that back; a form sent twice counts once."""
    checkin_list, access = await list_access(request)
    form = await read_form(request)
    is_out = checkin_list.repeat is Repeat.IN_OUT and form.get("direction") == Direction.OUT.value
    way = Direction.OUT if is_out else Direction.IN
    if "undo" in form:
        return await _take_back(request, checkin_list, access, str(form["undo"])[:64], way)
    received_at = now()
    scan = Scan(
        token=str(form.get("token", ""))[:2000],
        nonce=str(
            uuid.uuid5(uuid.NAMESPACE_URL, f"{checkin_list.id}/{form.get('csrf_token')}/{form.get('token')}/{way}")
        ),
        scanned_at=received_at,
        device=gettext("Webbläsare"),
        direction=way,
    )
    answer = (await gate_of(request).scan(checkin_list, [scan], access.actor))[0]
    return await _render_list(request, checkin_list, access, answer, way)


async def _take_back(
    request: Request, checkin_list: CheckinList, access: Access, nonce: str, way: Direction
) -> Response:
    """409 when it is too long ago."""
    try:
        await undo(database(request), checkin_list, nonce, actor=access.actor)
    except ConflictError:
        note = gettext("Det är för sent att ångra. Be en arrangör om hjälp.")
        return await _render_list(request, checkin_list, access, note=note, status_code=409)
    return await _render_list(
        request, checkin_list, access, note=app_texts()["undone-out" if way is Direction.OUT else "undone"]
    )


async def _render_list(
    request: Request,
    checkin_list: CheckinList,
    access: Access,
    answer: Answer | None = None,
    way: Direction = Direction.IN,
    *,
    note: str = "",
    status_code: int = 200,
) -> Response:
    db = database(request)
    edition = await edition_by_id(db, checkin_list.edition_id)
    goes_out = checkin_list.repeat is Repeat.IN_OUT
    typed = request.query_params.get("q", request.query_params.get("ticket", ""))[:200]
    return render(
        request,
        "checkin/list.html",
        status_code=status_code,
        note=note,
        edition=edition,
        came_when=lambda moment: came_when(moment, edition.zone),
        checkin_list=checkin_list,
        counts=await queries.counts(db, checkin_list),
        may_sell=access.may_sell(edition.id),
        may_print=access.may_print(edition.id),
        typed=typed,
        found=await guest_queries.search(db, checkin_list, typed),
        has_come=lambda moment: moment is not None and not checkin_list.counts_anew(moment, now()),
        answer=answer,
        goes_out=goes_out,
        is_out=way is Direction.OUT,
        words=answer_words(answer, way if goes_out else None) if answer else None,
    )


async def show_manifest(request: Request) -> Response:
    """The web app manifest (https://www.w3.org/TR/appmanifest/)."""
    asset = request.app.state.templates.globals["asset"]
    icons = [(size, "any") for size in (192, 512)] + [(512, "maskable")]
    return JSONResponse(
        {
            "id": "/checkin/",
            "name": gettext("Incheckning"),
            "short_name": gettext("Incheckning"),
            "description": gettext("Checka in deltagare genom att skanna deras namnskyltar."),
            "lang": current_language.get(),
            "start_url": "/checkin/",
            "scope": "/checkin/",
            "display": "standalone",
            "orientation": "portrait",
            "background_color": "#101820",
            "theme_color": "#101820",
            "icons": [
                {
                    "src": asset(f"img/checkin/{'maskable' if purpose == 'maskable' else 'icon'}-{size}.png"),
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                    "purpose": purpose,
                }
                for size, purpose in icons
            ],
        },
        media_type="application/manifest+json",
        headers={"Cache-Control": "no-cache"},
    )


async def show_worker(request: Request) -> Response:
    """The service worker, from a fixed address under /checkin/, told which built files make up the app."""
    asset = request.app.state.templates.globals["asset"]
    shell = json.dumps([asset(name) for name in SHELL])
    response = await service_worker(
        request, "js/checkin-worker.js", ahead=f'self.SHELL={shell};self.BUILD="{_build(request)}";\n'
    )
    response.headers["Service-Worker-Allowed"] = "/checkin/"
    return response


async def add_slash(request: Request) -> Response:  # noqa: ARG001
    return RedirectResponse("/checkin/", status_code=308)


routes: list[BaseRoute] = [
    Route("/checkin", add_slash, methods=["GET"]),
    Route("/checkin/", show_app, methods=["GET"]),
    Route("/checkin/setup", show_setup, methods=["GET"]),
    Route("/checkin/manifest.webmanifest", show_manifest, methods=["GET"]),
    Route("/checkin/worker.js", show_worker, methods=["GET"]),
    Route("/checkin/list/{list_id:id}", show_list, methods=["GET"]),
    Route("/checkin/list/{list_id:id}", post_check_in, methods=["POST"]),
]
