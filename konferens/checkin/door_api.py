"""JSON for the check-in app: phones that were set up, and people who are signed in."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.checkin import guest_queries, queries
from konferens.checkin.access import Access, clock_error, door_access, list_access
from konferens.checkin.afterwards import hold_scans, undo
from konferens.checkin.api import NO_STORE, gate_of, marked_delta, take_scans
from konferens.checkin.devices import Device, claim_device
from konferens.checkin.documents import (
    CHECKIN_LIST,
    COUNTS,
    DEVICE,
    DOOR_DELTA,
    SCAN_ANSWER,
    STANDING,
    counts_document,
    delta_document,
    device_document,
    door_delta_document,
    list_document,
    standing_document,
)
from konferens.checkin.forms import SCAN_EXAMPLE, SCANS, read_scans
from konferens.checkin.marks import with_marks
from konferens.clock import now
from konferens.errors import DeviceEndedError, ForbiddenError, InvalidError
from konferens.i18n import lazy_gettext as _l
from konferens.web.api import MOMENT, packed_json
from konferens.web.csrf import is_same_site
from konferens.web.openapi import Parameter, describe
from konferens.web.requests import client_address, database, read_json
from konferens.web.schemas import Component, array, flag, integer, nullable, record, text

PHONE_COOKIE = "phone"
"""Tells that this browser is a phone that was set up, so that /checkin/ opens without signing in."""

TAG = "Check-in app"

CONTACT = (
    Parameter("Checkin-Clock", MOMENT, "What the phone's clock says: times of scans are put right by it.", "header"),
    Parameter("Checkin-Waiting", integer(minimum=0), "How many scans the phone has yet to send.", "header"),
)
"""Headers in which a phone tells about itself with every request; what can't be read is passed over."""

DOOR_LIST = Component(
    "DoorList",
    {
        **CHECKIN_LIST.schema,
        "properties": {
            **CHECKIN_LIST.schema["properties"],
            "may_sell": flag("Whether who asks may sell tickets here."),
            "may_add": flag("Whether who asks may sell the add-on that the list asks for."),
            "may_print": flag("Whether who asks may print badges here."),
        },
        "required": [*CHECKIN_LIST.schema["required"], "may_sell", "may_add", "may_print"],
    },
)


async def listed_lists(request: Request, access: Access) -> list[dict[str, Any]]:
    """The lists that `access` may use, with their numbers, as `DOOR_LIST` says."""
    db = database(request)
    listed = await queries.lists_with_events(db, access.edition_ids)
    listed = [one for one in listed if access.may_use(one.list)]
    numbers = await queries.counts_by_list(db, [one.list for one in listed])
    return [
        {
            **list_document(one, numbers[one.list.id]),
            "may_sell": access.may_sell(one.list.edition_id),
            "may_add": bool(one.list.addons) and access.may_sell(one.list.edition_id),
            "may_print": access.may_print(one.list.edition_id),
        }
        for one in listed
    ]


@describe(
    TAG,
    _l("Koppla en telefon med koden som arrangören visar"),
    record(
        "",
        {"token": text("The phone's own, told only now."), "device": DEVICE, "lists": array(DOOR_LIST)},
    ),
    status=201,
    description="The code is what stands behind `#` in the address that the organiser's screen shows. It works once, for a "
    "quarter of an hour. Nobody needs to be signed in.",
    body=record("", {"code": text("As scanned.", minLength=1)}),
    body_example={"code": "GEZDGNBVGY3TQOJQ"},
    problems=["forbidden", "not-found", "too-many-requests"],
)
async def post_claim(request: Request) -> Response:
    """{"code"} → {"token", "device", "lists"}: a phone is set up with what it has scanned. Nobody needs to be signed in."""
    if not is_same_site(request):
        raise ForbiddenError("a phone set up by another site")
    body = await read_json(request)
    code = body.get("code") if isinstance(body, dict) else None
    if not isinstance(code, str):
        raise InvalidError({"code": ["The code that was scanned is missing."]})
    device, token = await claim_device(database(request), code, address=client_address(request))
    access = Access(f"device:{device.name}", None, device)
    response = JSONResponse(
        {"token": token, "device": device_document(device), "lists": await listed_lists(request, access)},
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


@describe(
    TAG,
    _l("Visa listorna vid dörren"),
    record(
        "",
        {
            "items": array(DOOR_LIST),
            "server_time": MOMENT,
            "device": nullable(DEVICE, "The phone that asks; null for somebody signed in."),
        },
    ),
    door=True,
    parameters=CONTACT,
)
async def get_door_lists(request: Request) -> Response:
    access = await door_access(request)
    device = access.device
    return JSONResponse(
        {
            "items": await listed_lists(request, access),
            "server_time": now().isoformat(),
            "device": device_document(device) if device else None,
        },
        headers=NO_STORE,
    )


@describe(TAG, _l("Visa hur många som är inne"), COUNTS, door=True, parameters=CONTACT)
async def get_door_list(request: Request) -> Response:
    """The list's numbers, for the counter."""
    checkin_list, _ = await list_access(request)
    return JSONResponse(counts_document(await gate_of(request).counts(checkin_list)), headers=NO_STORE)


@describe(
    TAG,
    _l("Hämta listans biljetter till telefonen"),
    DOOR_DELTA,
    description="As `/api/v1/checkin/lists/{list_id}/tickets`.",
    door=True,
    parameters=[
        Parameter("since", text(), "The cursor of the last answer; left out for everything."),
        Parameter("elsewhere", text(), "`1` to get `elsewhere`; then tickets that left the list aren't among `items`."),
        *CONTACT,
    ],
)
async def get_door_tickets(request: Request) -> Response:
    """Versions of the app that don't ask for `elsewhere` yet are told of those who left the list by their tokens."""
    checkin_list, access = await list_access(request)
    delta = await marked_delta(request, checkin_list, access.actor)
    told = door_delta_document if "elsewhere" in request.query_params else delta_document
    return packed_json(request, told(delta), NO_STORE)


@describe(
    TAG,
    _l("Sök i listans biljetter"),
    record("", {"items": array(STANDING)}),
    description="At most 20.",
    door=True,
    parameters=[Parameter("q", text(), "Words of a name or an organisation, or what a scanner read."), *CONTACT],
)
async def get_search(request: Request) -> Response:
    """?q=words → the list's tickets that match, at most 20."""
    checkin_list, access = await list_access(request)
    db = database(request)
    found = await guest_queries.search(db, checkin_list, request.query_params.get("q", "")[:200])
    found = await with_marks(db, checkin_list, found, actor=access.actor)
    return JSONResponse({"items": [standing_document(item) for item in found]}, headers=NO_STORE)


@describe(
    TAG,
    _l("Skicka avläsningar från telefonen"),
    record("", {"answers": array(SCAN_ANSWER, "In the order of what was sent."), "counts": COUNTS}),
    also={202: record("", {"held": integer("How many were kept, for organisers to look at.")})},
    description="Each nonce is recorded once, however often it is sent. Scans of a phone that has been ended meanwhile are "
    "held (202): its next question is answered by 401.",
    door=True,
    parameters=CONTACT,
    body=SCANS,
    body_example=[SCAN_EXAMPLE],
    problems=["unsupported-media-type"],
)
async def post_door_scans(request: Request) -> Response:
    """As the API's scans, beside the list's numbers: {"answers": […], "counts": {…}}.

    A page of another site can send neither JSON nor our cookie with it, and browsers say where a request comes from.
    What a phone sends that has been ended meanwhile is kept for organisers to look at: 202.
    """
    try:
        checkin_list, access = await list_access(request, even_ended=True)
    except DeviceEndedError as ended:
        return await _hold(request, ended)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415)
    if not is_same_site(request):
        raise ForbiddenError("a scan sent by another site")
    answers = await take_scans(
        request, checkin_list, access.actor, device_id=access.device_id, clock_ms=clock_error(request)
    )
    counts = counts_document(await gate_of(request).counts(checkin_list))
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


@describe(
    TAG,
    _l("Ångra en avläsning"),
    record("", {"undone": flag("False where it had let nobody in, or was taken back before."), "counts": COUNTS}),
    description="For ten seconds after the scan; then 409.",
    door=True,
    parameters=CONTACT,
    body=record("", {"nonce": text("The scan's.")}),
    body_example={"nonce": SCAN_EXAMPLE["nonce"]},
    problems=["conflict"],
)
async def post_undo(request: Request) -> Response:
    """{"nonce"}: the scan just made was a mistake → {"undone", "counts"}. Sent twice, it counts once."""
    checkin_list, access = await list_access(request, even_ended=True)
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


routes: list[BaseRoute] = [
    Route("/checkin/api/devices/claim", post_claim, methods=["POST"]),
    Route("/checkin/api/lists", get_door_lists, methods=["GET"]),
    Route("/checkin/api/lists/{list_id:id}", get_door_list, methods=["GET"]),
    Route("/checkin/api/lists/{list_id:id}/tickets", get_door_tickets, methods=["GET"]),
    Route("/checkin/api/lists/{list_id:id}/search", get_search, methods=["GET"]),
    Route("/checkin/api/lists/{list_id:id}/scans", post_door_scans, methods=["POST"]),
    Route("/checkin/api/lists/{list_id:id}/undo", post_undo, methods=["POST"]),
]
