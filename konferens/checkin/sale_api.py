"""Selling at the door, for the app: JSON."""

import asyncio
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.checkin import queries, sales
from konferens.checkin.api import NO_STORE
from konferens.checkin.documents import answer_document, counts_document
from konferens.checkin.model import Answer
from konferens.checkin.till import Till, method_of, place, sale_form, settle, swish_of, till_of
from konferens.errors import ConflictError, ForbiddenError, InvalidError
from konferens.payments.model import Method
from konferens.qr import qr_svg
from konferens.registration.model import Order
from konferens.web.csrf import is_same_site
from konferens.web.requests import read_json


async def _body(request: Request) -> dict[str, str]:
    """A JSON object's texts. Raises ForbiddenError for another site's, InvalidError for what is none."""
    if not is_same_site(request):
        raise ForbiddenError("a sale sent by another site")
    body = await read_json(request)
    if not isinstance(body, dict):
        raise InvalidError({"body": ["An object is expected."]})
    return {name: value for name, value in body.items() if isinstance(name, str) and isinstance(value, str)}


async def get_offer(request: Request) -> Response:
    """What can be sold here now, and how it can be paid."""
    till = await till_of(request)
    offered = await sales.door_offer(till.db, till.edition, till.list)
    return JSONResponse(
        {
            "types": [
                {
                    "code": each.type.code,
                    "name": each.type.name,
                    "price": each.price,
                    "left": each.type.available if each.is_buyable else 0,
                    "sold_out": not each.is_buyable,
                }
                for each in offered
            ],
            "payments": [method.value for method in sales.methods_at(till.edition)],
        },
        headers=NO_STORE,
    )


async def post_sale(request: Request) -> Response:
    """{"name", "email"?, "type", "payment", "key", "device"?} → 201 with the order; who pays cash is let in at once.

    422 with what is wrong, 409 when it is sold out. The same key again is the same sale.
    """
    till = await till_of(request)
    body = await _body(request)
    form = await sale_form(till, FormData(body))
    form.validate()
    errors = {name: [str(message) for message in messages] for name, messages in form.errors.items()}
    key = body.get("key", "")
    if not _is_key(key):
        errors["key"] = ["8 to 64 letters, digits, hyphens or underscores."]
    if errors:
        raise InvalidError(errors)
    seller = till.seller(body.get("device", ""))
    order = await place(till, form, key, seller)
    method = Method(form.payment.data)
    if method is Method.CASH or order.balance <= 0:
        return await _paid(till, order, method, seller, status_code=201)
    return JSONResponse(await _document(till, order, None), status_code=201, headers=NO_STORE)


async def post_paid(request: Request) -> Response:
    """{"method"?, "token"?, "device"?}: the money has come, as the volunteer saw → the order, and its holder let in.

    `token` names the ticket of an order that has several; without it the order's first.
    """
    till = await till_of(request)
    body = await _body(request)
    order = await sales.order_at(till.db, till.edition, request.path_params["code"])
    return await _paid(till, order, method_of(body), till.seller(body.get("device", "")), token=body.get("token", ""))


async def post_given_up(request: Request) -> Response:
    """{}: nothing was paid after all; the seat is free again."""
    till = await till_of(request)
    await _body(request)
    order = await sales.order_at(till.db, till.edition, request.path_params["code"])
    await sales.give_up_sale(till.db, till.edition, order, seller=till.seller(), base_url=till.base_url)
    return JSONResponse({"order": order.code}, headers=NO_STORE)


async def post_payment(request: Request) -> Response:
    """{"token", "method", "device"?} for a ticket that isn't paid: cash counts at once, for Swish the answer has the code to
    show, and `…/sales/ORDER/paid` follows.
    """
    till = await till_of(request)
    body = await _body(request)
    order, ticket = await sales.ticket_at(till.db, till.edition, body.get("token", ""))
    if not order.is_active:
        raise ConflictError(f"order {order.code} is {order.status}")
    method = method_of(body)
    if method is Method.CASH or order.balance <= 0:
        return await _paid(till, order, method, till.seller(body.get("device", "")), token=ticket.token)
    return JSONResponse(await _document(till, order, None), headers=NO_STORE)


def _is_key(key: str) -> bool:
    return key.isascii() and 8 <= len(key) <= 64 and key.replace("-", "").replace("_", "").isalnum()  # noqa: PLR2004


async def _paid(
    till: Till, order: Order, method: Method, seller: sales.Seller, *, token: str = "", status_code: int = 200
) -> Response:
    order, answer = await settle(till, order, method, seller, token)
    return JSONResponse(await _document(till, order, answer), status_code=status_code, headers=NO_STORE)


async def _document(till: Till, order: Order, answer: Answer | None) -> dict[str, Any]:
    """The order; how it is paid while it isn't, else what the door says and where the receipt is, which one without e-mail
    reads off the screen. The badge's address is for those who may print it.
    """
    document: dict[str, Any] = {"order": order.code, "status": order.status.value, "owes": max(order.balance, 0)}
    if answer is None:
        text = swish_of(till, order)
        return {**document, "swish": text, "svg": await asyncio.to_thread(qr_svg, text) if text else ""}
    address = f"{till.base_url}{order.path}"
    ref = f"/organiser/{till.edition.series.slug}/{till.edition.slug}"
    return {
        **document,
        "answer": answer_document(answer),
        "counts": counts_document(await queries.counts(till.db, till.list)),
        "mailed": bool(order.buyer.email),
        "receipt": address,
        "svg": "" if order.buyer.email else await asyncio.to_thread(qr_svg, address),
        "badge": f"{ref}/badges.pdf?order={order.code}" if till.access.user else None,
    }


_API = "/checkin/api/lists/{list_id:id}"

routes: list[BaseRoute] = [
    Route(f"{_API}/offer", get_offer, methods=["GET"]),
    Route(f"{_API}/sales", post_sale, methods=["POST"]),
    Route(f"{_API}/sales/{{code:code}}/paid", post_paid, methods=["POST"]),
    Route(f"{_API}/sales/{{code:code}}/give-up", post_given_up, methods=["POST"]),
    Route(f"{_API}/payments", post_payment, methods=["POST"]),
]
