"""The check-in web app: its page, its JSON, and plain forms for browsers without JavaScript."""

import asyncio
import json
import uuid
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.checkin import guest_queries, queries
from konferens.checkin.access import Access, clock_error, door_access, list_access
from konferens.checkin.afterwards import hold_scans, undo
from konferens.checkin.api import NO_STORE, gate_of, marked_delta, take_scans
from konferens.checkin.devices import Device, claim_device
from konferens.checkin.documents import (
    counts_document,
    delta_document,
    device_document,
    list_document,
    standing_document,
)
from konferens.checkin.forms import read_scans
from konferens.checkin.marks import with_marks
from konferens.checkin.model import Answer, CheckinList, Scan, read_token
from konferens.checkin.texts import answer_words, app_texts, came_when
from konferens.clock import now
from konferens.errors import DeviceEndedError, ForbiddenError, InvalidError
from konferens.events.queries import edition_by_id
from konferens.i18n import current_language, gettext
from konferens.web.api import packed_json
from konferens.web.assets import DIST
from konferens.web.auth import current_user
from konferens.web.csrf import is_same_site, read_form
from konferens.web.requests import database, read_json
from konferens.web.templating import render

PHONE_COOKIE = "phone"
"""Tells that this browser is a phone that was set up, so that /checkin/ opens without signing in."""

SHELL = ("css/checkin.css", "js/checkin.js", "zxing/reader.wasm", "img/checkin/icon-192.png")
"""Built files that the app needs to open without a network."""


async def _listed(request: Request, access: Access) -> list[dict[str, Any]]:
    db = database(request)
    listed = await queries.lists_with_events(db, access.edition_ids)
    listed = [one for one in listed if access.may_use(one.list)]
    numbers = await queries.counts_by_list(db, [one.list for one in listed])
    return [
        {**list_document(one, numbers[one.list.id]), "may_sell": access.may_sell(one.list.edition_id)} for one in listed
    ]


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
    return render(
        request,
        "checkin/app.html",
        lists=await _listed(request, access) if access else [],
        signed_in=access is not None,
        ticket=read_token(request.query_params.get("ticket", "")),
        texts=json.dumps(app_texts(), ensure_ascii=False),
    )


async def get_lists(request: Request) -> Response:
    access = await door_access(request)
    device = access.device
    return JSONResponse(
        {
            "items": await _listed(request, access),
            "server_time": now().isoformat(),
            "device": device_document(device) if device else None,
        },
        headers=NO_STORE,
    )


async def post_claim(request: Request) -> Response:
    """{"code"} → {"token", "device", "lists"}: a phone is set up with what it has scanned. Nobody needs to be signed in."""
    if not is_same_site(request):
        raise ForbiddenError("a phone set up by another site")
    body = await read_json(request)
    code = body.get("code") if isinstance(body, dict) else None
    if not isinstance(code, str):
        raise InvalidError({"code": ["The code that was scanned is missing."]})
    address = request.client.host if request.client else ""
    device, token = await claim_device(database(request), code, address=address)
    access = Access(f"device:{device.name}", None, device)
    response = JSONResponse(
        {"token": token, "device": device_document(device), "lists": await _listed(request, access)},
        status_code=201,
        headers=NO_STORE,
    )
    response.set_cookie(
        PHONE_COOKIE,
        "1",
        max_age=max(int((device.expires_at - now()).total_seconds()), 0),
        path="/checkin/",
        secure=request.app.state.settings.secure,
        httponly=True,
        samesite="lax",
    )
    return response


async def get_list(request: Request) -> Response:
    """The list's numbers, for the counter."""
    checkin_list, _ = await list_access(request)
    return JSONResponse(counts_document(await queries.counts(database(request), checkin_list)), headers=NO_STORE)


async def get_tickets(request: Request) -> Response:
    checkin_list, access = await list_access(request)
    delta = await marked_delta(request, checkin_list, access.actor)
    return packed_json(request, delta_document(delta), NO_STORE)


async def get_search(request: Request) -> Response:
    """?q=words → the list's tickets that match, at most 20."""
    checkin_list, access = await list_access(request)
    db = database(request)
    found = await guest_queries.search(db, checkin_list, request.query_params.get("q", "")[:200])
    found = await with_marks(db, checkin_list, found, actor=access.actor)
    return JSONResponse({"items": [standing_document(item) for item in found]}, headers=NO_STORE)


async def post_scans(request: Request) -> Response:
    """As the API's scans, beside the list's numbers: {"answers": […], "counts": {…}}.

    A page of another site can send neither JSON nor our cookie with it, and browsers say where a request comes from.
    What a phone sends that has been ended meanwhile is kept for organisers to look at: 202.
    """
    try:
        checkin_list, access = await list_access(request)
    except DeviceEndedError as ended:
        return await _hold(request, ended)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415)
    if not is_same_site(request):
        raise ForbiddenError("a scan sent by another site")
    answers = await take_scans(
        request, checkin_list, access.actor, device_id=access.device_id, clock_ms=clock_error(request)
    )
    counts = counts_document(await queries.counts(database(request), checkin_list))
    answers = answers if isinstance(answers, list) else [answers]
    return JSONResponse({"answers": answers, "counts": counts}, headers=NO_STORE)


async def _hold(request: Request, ended: DeviceEndedError) -> Response:
    """Raises DeviceEndedError again for a token that no phone has had, and for a list that wasn't the phone's."""
    list_id = request.path_params["list_id"]
    device = ended.device
    if not isinstance(device, Device) or list_id not in device.list_ids:
        raise ended
    db = database(request)
    sent = read_scans(await read_json(request), now(), clock_ms=clock_error(request))
    await hold_scans(db, device, await gate_of(request).find_list(list_id), sent)
    return JSONResponse({"held": len(sent)}, status_code=202, headers=NO_STORE)


async def post_undo(request: Request) -> Response:
    """{"nonce"}: the scan just made was a mistake → {"undone", "counts"}. Sent twice, it counts once."""
    checkin_list, access = await list_access(request)
    if not is_same_site(request):
        raise ForbiddenError("an undo sent by another site")
    body = await read_json(request)
    nonce = body.get("nonce") if isinstance(body, dict) else None
    if not isinstance(nonce, str):
        raise InvalidError({"nonce": ["The nonce of the scan to take back is missing."]})
    db = database(request)
    undone = await undo(db, checkin_list, nonce[:64], actor=access.actor)
    counts = counts_document(await queries.counts(db, checkin_list))
    return JSONResponse({"undone": undone, "counts": counts}, headers=NO_STORE)


async def show_list(request: Request) -> Response:
    """A list without JavaScript: find somebody by name or code, and check them in."""
    checkin_list, access = await list_access(request)
    return await _render_list(request, checkin_list, access)


async def post_check_in(request: Request) -> Response:
    """Check in the ticket of the form; a form sent twice counts once."""
    checkin_list, access = await list_access(request)
    form = await read_form(request)
    received_at = now()
    scan = Scan(
        token=str(form.get("token", ""))[:2000],
        nonce=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{checkin_list.id}/{form.get('csrf_token')}/{form.get('token')}")),
        scanned_at=received_at,
        device=gettext("Webbläsare"),
    )
    answer = (await gate_of(request).scan(checkin_list, [scan], access.actor))[0]
    return await _render_list(request, checkin_list, access, answer)


async def _render_list(
    request: Request, checkin_list: CheckinList, access: Access, answer: Answer | None = None
) -> Response:
    db = database(request)
    edition = await edition_by_id(db, checkin_list.edition_id)
    typed = request.query_params.get("q", request.query_params.get("ticket", ""))[:200]
    return render(
        request,
        "checkin/list.html",
        edition=edition,
        came_when=lambda moment: came_when(moment, edition.zone),
        checkin_list=checkin_list,
        counts=await queries.counts(db, checkin_list),
        may_sell=access.may_sell(edition.id),
        typed=typed,
        found=await guest_queries.search(db, checkin_list, typed),
        answer=answer,
        words=answer_words(answer) if answer else None,
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
    script = await asyncio.to_thread((DIST / asset("js/checkin-worker.js").rpartition("/")[2]).read_text, "utf-8")
    shell = json.dumps([asset(name) for name in SHELL])
    return Response(
        f"self.SHELL={shell};\n{script}",
        media_type="text/javascript",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": "/checkin/"},
    )


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
    Route("/checkin/api/devices/claim", post_claim, methods=["POST"]),
    Route("/checkin/api/lists", get_lists, methods=["GET"]),
    Route("/checkin/api/lists/{list_id:id}", get_list, methods=["GET"]),
    Route("/checkin/api/lists/{list_id:id}/tickets", get_tickets, methods=["GET"]),
    Route("/checkin/api/lists/{list_id:id}/search", get_search, methods=["GET"]),
    Route("/checkin/api/lists/{list_id:id}/scans", post_scans, methods=["POST"]),
    Route("/checkin/api/lists/{list_id:id}/undo", post_undo, methods=["POST"]),
]
