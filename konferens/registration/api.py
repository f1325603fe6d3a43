"""Orders for programs: scope orders, in the token's edition."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.errors import InvalidError
from konferens.events.queries import edition_by_id
from konferens.i18n import lazy_gettext as _l
from konferens.registration.actions import Desk, cancel_order, mark_paid
from konferens.registration.documents import ORDER, order_document
from konferens.registration.limits import WRONG_CODES_OF_TOKEN, guessed_code
from konferens.registration.model import Order, OrderStatus
from konferens.registration.queries import order_by_code, orders_of
from konferens.registration.reading import ORDER_EXAMPLE, ORDER_REQUEST, order_request
from konferens.web.api import list_of
from konferens.web.auth import bearer, require_scope
from konferens.web.openapi import Parameter, describe
from konferens.web.requests import database, edition_of, read_json
from konferens.web.schemas import choice, integer, text

NO_STORE = {"Cache-Control": "no-store"}
MAX_KEY = 100
MAX_LIMIT = 200
MAX_BEFORE = 10**9


def desk_of(request: Request) -> Desk:
    """The process's desk, where concurrent orders share a commit."""
    desk: Desk = request.app.state.desk
    return desk


def wake_sender(request: Request) -> None:
    """There is new mail in the outbox: it should not wait for the sender's next look."""
    request.app.state.sender.wake()


@describe(
    "Orders",
    _l("Gör en bokning"),
    ORDER,
    status=201,
    description="The confirmation goes to the buyer by mail. Send an Idempotency-Key, so that the request can be repeated "
    "when its answer got lost: the same key and body give the same order again.",
    scope="orders",
    parameters=[
        Parameter(
            "Idempotency-Key",
            text(minLength=1, maxLength=MAX_KEY),
            "Names this request, as a UUID does. Another body under the same key is a conflict.",
            where="header",
        )
    ],
    body=ORDER_REQUEST,
    body_example=ORDER_EXAMPLE,
    problems=["conflict", "sold-out", "too-many-requests"],
)
async def post_order(request: Request) -> Response:
    """Place an order: 201, and again 201 with the same order for the same Idempotency-Key and body."""
    token = await bearer(request)
    edition = await edition_of(request, published_only=False)
    await require_scope(request, "orders", edition.id)
    key = request.headers.get("idempotency-key")
    if key is not None and not (0 < len(key) <= MAX_KEY and key.isprintable()):
        raise InvalidError({"Idempotency-Key": [f"From 1 to {MAX_KEY} printable characters."]})
    desk = desk_of(request)
    asked = order_request(
        await read_json(request),
        await desk.catalogue(edition),
        default_language=edition.language,
        idempotency_key=None if key is None else f"{token.id}:{key}",
    )
    await guessed_code(
        database(request), edition.id, asked.discount_code, limit=WRONG_CODES_OF_TOKEN, address=f"token:{token.id}"
    )
    order = await desk.place(edition, asked)
    wake_sender(request)
    document = order_document(order, request.app.state.settings.base_url, edition.zone)
    return JSONResponse(document, status_code=201, headers={**NO_STORE, "Location": f"/api/v1/orders/{order.code}"})


@describe(
    "Orders",
    _l("Visa en konferens bokningar"),
    list_of(ORDER, count=integer("How many there are on all pages.")),
    description="The latest first.",
    scope="orders",
    parameters=[
        Parameter("status", choice(OrderStatus), "Only orders with this status."),
        Parameter("limit", integer(minimum=1, maximum=MAX_LIMIT, default=MAX_LIMIT // 2), "How many to give."),
        Parameter("before", integer(minimum=1, maximum=MAX_BEFORE), "As in `next`: where the page begins."),
    ],
)
async def list_orders(request: Request) -> Response:
    """An edition's orders, the latest first; ?status= narrows, ?limit= and ?before= page ('next' leads on)."""
    await bearer(request)
    edition = await edition_of(request, published_only=False)
    await require_scope(request, "orders", edition.id)
    limit = _number(request, "limit", low=1, high=MAX_LIMIT) or MAX_LIMIT // 2
    before = _number(request, "before", low=1, high=MAX_BEFORE)
    page = await orders_of(database(request), edition.id, status=_status(request), before=before, limit=limit)
    base_url = request.app.state.settings.base_url
    following = None
    if page.next_before is not None:
        query = request.url.include_query_params(before=page.next_before, limit=limit).query
        following = f"{base_url}{request.url.path}?{query}"
    items = [order_document(order, base_url, edition.zone) for order in page.orders]
    return JSONResponse({"items": items, "next": following, "count": page.count}, headers=NO_STORE)


def _number(request: Request, name: str, *, low: int, high: int) -> int | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and low <= int(text) <= high):  # noqa: PLR2004
        raise InvalidError({name: [f"Must be a whole number from {low} to {high}."]})
    return int(text)


def _status(request: Request) -> OrderStatus | None:
    text = request.query_params.get("status")
    try:
        return OrderStatus(text) if text else None
    except ValueError as error:
        raise InvalidError({"status": [f"Must be one of {', '.join(OrderStatus)}."]}) from error


@describe("Orders", _l("Visa en bokning"), ORDER, scope="orders")
async def get_order(request: Request) -> Response:
    """One order."""
    await bearer(request)
    db = database(request)
    order = await order_by_code(db, request.path_params["code"])
    await require_scope(request, "orders", order.edition_id)
    edition = await edition_by_id(db, order.edition_id)
    return JSONResponse(order_document(order, request.app.state.settings.base_url, edition.zone), headers=NO_STORE)


@describe(
    "Orders",
    _l("Avboka en bokning"),
    ORDER,
    description="Its tickets stop being valid; an invoice is credited. The buyer gets a mail.",
    scope="orders",
    problems=["conflict"],
)
async def post_cancellation(request: Request) -> Response:
    """Cancel a pending or paid order; 409 from another state."""
    return await _changed(request, cancel_order)


@describe(
    "Orders",
    _l("Markera en bokning som betald"),
    ORDER,
    description="The whole balance is taken as received today. The buyer gets a receipt by mail.",
    scope="orders",
    problems=["conflict"],
)
async def post_payment(request: Request) -> Response:
    """Mark a pending order as paid; 409 from another state."""
    return await _changed(request, mark_paid)


async def _changed(request: Request, change: Callable[..., Awaitable[Order]]) -> Response:
    """The order of the address after `change`, which the token's name stands for in the audit trail."""
    await bearer(request)
    db, base_url = database(request), request.app.state.settings.base_url
    order = await order_by_code(db, request.path_params["code"])
    token = await require_scope(request, "orders", order.edition_id)
    edition = await edition_by_id(db, order.edition_id)
    changed = await change(db, edition, order, actor=f"token:{token.name}", base_url=base_url)
    wake_sender(request)
    return JSONResponse(order_document(changed, base_url, edition.zone), headers=NO_STORE)


api_routes: list[BaseRoute] = [
    Route("/api/v1/events/{series:slug}/{edition:slug}/orders", list_orders, methods=["GET"]),
    Route("/api/v1/events/{series:slug}/{edition:slug}/orders", post_order, methods=["POST"]),
    Route("/api/v1/orders/{code:code}", get_order, methods=["GET"]),
    Route("/api/v1/orders/{code:code}/cancel", post_cancellation, methods=["POST"]),
    Route("/api/v1/orders/{code:code}/mark-paid", post_payment, methods=["POST"]),
]
