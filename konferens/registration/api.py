"""Orders for programs: scope orders, in the token's edition."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.errors import InvalidError
from konferens.events.queries import edition_by_id
from konferens.registration.actions import Desk, cancel_order, mark_paid
from konferens.registration.documents import order_document
from konferens.registration.model import Order, OrderStatus
from konferens.registration.queries import order_by_code, orders_of
from konferens.registration.reading import order_request
from konferens.web.auth import bearer, require_scope
from konferens.web.requests import database, edition_of, read_json

NO_STORE = {"Cache-Control": "no-store"}
MAX_KEY = 100
MAX_LIMIT = 200


def desk_of(request: Request) -> Desk:
    """The process's desk, where concurrent orders share a commit."""
    desk: Desk = request.app.state.desk
    return desk


def wake_sender(request: Request) -> None:
    """There is new mail in the outbox: it should not wait for the sender's next look."""
    request.app.state.sender.wake()


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
    order = await desk.place(edition, asked)
    wake_sender(request)
    document = order_document(order, request.app.state.settings.base_url, edition.zone)
    return JSONResponse(document, status_code=201, headers={**NO_STORE, "Location": f"/api/v1/orders/{order.code}"})


async def list_orders(request: Request) -> Response:
    """An edition's orders, the latest first; ?status= narrows, ?limit= and ?before= page ('next' leads on)."""
    await bearer(request)
    edition = await edition_of(request, published_only=False)
    await require_scope(request, "orders", edition.id)
    limit = _number(request, "limit", low=1, high=MAX_LIMIT) or MAX_LIMIT // 2
    before = _number(request, "before", low=1, high=10**9)
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


async def get_order(request: Request) -> Response:
    """One order."""
    await bearer(request)
    db = database(request)
    order = await order_by_code(db, request.path_params["code"])
    await require_scope(request, "orders", order.edition_id)
    edition = await edition_by_id(db, order.edition_id)
    return JSONResponse(order_document(order, request.app.state.settings.base_url, edition.zone), headers=NO_STORE)


async def post_cancellation(request: Request) -> Response:
    """Cancel a pending or paid order; 409 from another state."""
    return await _changed(request, cancel_order)


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
