"""Check-in for programs: scope checkin, lists of the token's edition."""

from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.accounts.model import ApiToken
from konferens.checkin import guest_queries, queries
from konferens.checkin.copies import Delta
from konferens.checkin.documents import (
    CHECKIN_LIST,
    DELTA,
    SCAN_ANSWER,
    answer_document,
    delta_document,
    list_document,
)
from konferens.checkin.forms import SCAN_EXAMPLE, SCANS, read_scans
from konferens.checkin.gate import Gate
from konferens.checkin.marks import with_marks
from konferens.checkin.model import CheckinList
from konferens.clock import now
from konferens.errors import ForbiddenError, NotFoundError
from konferens.i18n import lazy_gettext as _l
from konferens.web.api import list_of, packed_json
from konferens.web.auth import bearer
from konferens.web.openapi import Parameter, describe
from konferens.web.requests import database, read_json
from konferens.web.schemas import array, text

NO_STORE = {"Cache-Control": "no-store"}


def gate_of(request: Request) -> Gate:
    """The process's gate, through which concurrent scans share a commit."""
    gate: Gate = request.app.state.gate
    return gate


async def _checkin_token(request: Request) -> ApiToken:
    token = await bearer(request)
    if "checkin" not in token.scopes:
        raise ForbiddenError(f"token {token.name} has no scope checkin")
    return token


async def _list_for(request: Request, token: ApiToken) -> CheckinList:
    """Raises NotFoundError, ForbiddenError."""
    checkin_list = await gate_of(request).find_list(request.path_params["list_id"])
    if not token.may("checkin", checkin_list.edition_id):
        raise ForbiddenError(f"token {token.name} is for another event")
    return checkin_list


@describe(
    "Check-in",
    _l("Visa incheckningslistorna"),
    list_of(CHECKIN_LIST),
    description="Those of the token's event, or of all events, the next one first.",
    scope="checkin",
)
async def get_lists(request: Request) -> Response:
    token = await _checkin_token(request)
    db = database(request)
    listed = await queries.lists_with_events(db, None if token.edition_id is None else [token.edition_id])
    numbers = await queries.counts_by_list(db, [one.list for one in listed])
    items = [list_document(one, numbers[one.list.id]) for one in listed]
    return JSONResponse({"items": items, "next": None}, headers=NO_STORE)


@describe(
    "Check-in",
    _l("Hämta en listas biljetter"),
    DELTA,
    description="For devices that work offline: keep the tickets and the cursor, and ask with `since` for what is new.",
    scope="checkin",
    parameters=[Parameter("since", text(), "The cursor of the last answer; left out for everything.")],
)
async def get_tickets(request: Request) -> Response:
    """The list's tickets, or with ?since=CURSOR what has changed since."""
    token = await _checkin_token(request)
    checkin_list = await _list_for(request, token)
    if checkin_list.ended_at is not None:
        raise NotFoundError(f"check-in list {checkin_list.id} has ended")
    delta = await marked_delta(request, checkin_list, f"token:{token.name}")
    return packed_json(request, delta_document(delta), NO_STORE)


@describe(
    "Check-in",
    _l("Skicka avläsningar"),
    {"anyOf": [SCAN_ANSWER, array(SCAN_ANSWER)]},
    description="An object gets an object, an array an array in the same order. They are kept before they are answered; "
    "a nonce that was seen before gives its first answer again and records nothing.",
    scope="checkin",
    body=SCANS,
    body_example=SCAN_EXAMPLE,
)
async def post_scans(request: Request) -> Response:
    """One scan or an array of them: an answer for each, after they are durably kept."""
    token = await _checkin_token(request)
    checkin_list = await _list_for(request, token)
    answers = await take_scans(request, checkin_list, f"token:{token.name}")
    return JSONResponse(answers, headers=NO_STORE)


async def marked_delta(request: Request, checkin_list: CheckinList, actor: str) -> Delta:
    """What has changed since the request's ?since=, with what the list shows of people. Raises InvalidError."""
    db = database(request)
    delta = await guest_queries.delta(db, checkin_list, request.query_params.get("since", ""))
    return replace(delta, items=await with_marks(db, checkin_list, delta.items, actor=actor))


async def take_scans(
    request: Request,
    checkin_list: CheckinList,
    actor: str,
    *,
    device_id: int | None = None,
    clock_ms: int | None = None,
) -> Any:
    """The body's scans answered: an object for an object, an array for an array. Raises InvalidError."""
    body = await read_json(request)
    new_scans = read_scans(body, now(), clock_ms=clock_ms)
    answers = await gate_of(request).scan(checkin_list, new_scans, actor, device_id=device_id)
    documents = [answer_document(answer) for answer in answers]
    return documents if isinstance(body, list) else documents[0]


api_routes: list[BaseRoute] = [
    Route("/api/v1/checkin/lists/{list_id:id}/scans", post_scans, methods=["POST"]),
    Route("/api/v1/checkin/lists", get_lists, methods=["GET"]),
    Route("/api/v1/checkin/lists/{list_id:id}/tickets", get_tickets, methods=["GET"]),
]
