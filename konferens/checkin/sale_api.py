"""Selling at the door, for the app: JSON."""

import asyncio
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.checkin import guest_queries, queries, sales
from konferens.checkin.additions import add_at_door, give_up_addition
from konferens.checkin.api import NO_STORE
from konferens.checkin.documents import (
    COUNTS,
    SCAN_ANSWER,
    STANDING,
    answer_document,
    counts_document,
    standing_document,
)
from konferens.checkin.door_api import CONTACT, TAG
from konferens.checkin.door_items import addons_for, door_offer
from konferens.checkin.model import Answer
from konferens.checkin.till import Till, method_of, place, sale_form, settle, swish_of, till_of
from konferens.errors import ConflictError, InvalidError
from konferens.i18n import lazy_gettext as _l
from konferens.payments.model import Method
from konferens.qr import qr_svg
from konferens.registration.api import wake_sender
from konferens.registration.model import Order, OrderStatus
from konferens.web.csrf import read_own_object
from konferens.web.openapi import Parameter, describe
from konferens.web.schemas import Component, array, choice, flag, integer, nullable, record, text

MIN_KEY, MAX_KEY = 8, 64

SALE = Component(
    "DoorSale",
    record(
        "An order at the door. While it isn't paid, `swish` and `svg` say how to; then the rest is there.",
        {
            "order": text("The order's code."),
            "status": choice(OrderStatus),
            "owes": integer("What is left to pay, in öre."),
            "swish": text("What the code for the payer's phone holds; empty where Swish isn't taken."),
            "svg": text("A QR code as an SVG element: to pay with, or to read the receipt's address off the screen."),
            "answer": SCAN_ANSWER,
            "counts": COUNTS,
            "mailed": flag("Whether the receipt goes by mail."),
            "receipt": nullable(text("The order's page, for who gets no mail.", format="uri")),
            "ticket": nullable(STANDING, "The ticket as the list has it now, for the phone's own copy."),
            "badge": nullable(text("The token of the ticket whose badge may be printed here.")),
        },
        optional=("swish", "answer", "counts", "ticket", "mailed", "receipt", "badge"),
    ),
)

_METHOD = choice(sales.METHODS)
_DEVICE = text("What a browser calls itself; phones that were set up have their names.")
_TOKEN = text("The ticket's token.")
_ADDON = text("An add-on's code in the offer, such as `+middag`.")


async def _body(request: Request) -> dict[str, str]:
    """A JSON object's texts. Raises as read_own_object."""
    body = await read_own_object(request)
    return {name: value for name, value in body.items() if isinstance(name, str) and isinstance(value, str)}


@describe(
    TAG,
    _l("Visa vad som säljs i dörren"),
    record(
        "",
        {
            "types": array(
                record(
                    "",
                    {
                        "code": text(),
                        "name": text(),
                        "price": integer("In öre."),
                        "left": nullable(integer(), "How many seats are left; null for any number."),
                        "sold_out": flag(),
                    },
                )
            ),
            "payments": array(_METHOD),
        },
    ),
    door=True,
    parameters=[
        Parameter("token", text(), "A ticket's: then the add-ons that the list asks for, where the ticket has none."),
        *CONTACT,
    ],
)
async def get_offer(request: Request) -> Response:
    """What can be sold here now, and how it can be paid; ?token= of a ticket: which add-ons that the list asks for."""
    till = await till_of(request)
    token = request.query_params.get("token", "")
    if token:
        _, ticket = await sales.ticket_at(till.db, till.edition, token)
        items = await addons_for(till.db, till.edition, till.list, ticket)
    else:
        items = await door_offer(till.db, till.edition, till.list)
    return JSONResponse(
        {
            "types": [
                {
                    "code": each.code,
                    "name": each.name,
                    "price": each.price,
                    "left": each.left,
                    "sold_out": not each.is_buyable,
                }
                for each in items
            ],
            "payments": [method.value for method in sales.methods_at(till.edition)],
        },
        headers=NO_STORE,
    )


@describe(
    TAG,
    _l("Sälj en biljett i dörren"),
    SALE,
    status=201,
    description="Who pays cash, or nothing, is let in at once. The same `key` and wish again are the same sale.",
    door=True,
    parameters=CONTACT,
    body=record(
        "",
        {
            "name": text("As on the badge.", maxLength=200),
            "email": text("For the receipt; may be empty.", maxLength=254),
            "type": text("The ticket type's code."),
            "payment": _METHOD,
            "key": text(
                "Names the sale: letters, digits, hyphens and underscores.", minLength=MIN_KEY, maxLength=MAX_KEY
            ),
            "device": _DEVICE,
        },
        optional=("email", "device"),
    ),
    body_example={
        "name": "Åsa Öberg",
        "type": "ordinarie",
        "payment": "cash",
        "key": "0b1f8a52-6f0e-4c3b-9d0e-2f6f3c1e9a77",
    },
    problems=["conflict", "sold-out"],
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
        errors["key"] = [f"{MIN_KEY} to {MAX_KEY} letters, digits, hyphens or underscores."]
    if errors:
        raise InvalidError(errors)
    seller = till.seller(body.get("device", ""))
    order = await place(till, form, key, seller)
    method = Method(form.payment.data)
    if method is Method.CASH or order.balance <= 0:
        return await _paid(till, order, method, seller, status_code=201)
    return JSONResponse(await _document(till, order, None), status_code=201, headers=NO_STORE)


@describe(
    TAG,
    _l("Ta emot betalningen för en försäljning"),
    SALE,
    description="The volunteer has seen the payment. The holder of the ticket is let in.",
    door=True,
    parameters=CONTACT,
    body=record("", {"method": _METHOD, "token": _TOKEN, "device": _DEVICE}, optional=("method", "token", "device")),
    body_example={"method": "swish"},
    problems=["conflict"],
)
async def post_paid(request: Request) -> Response:
    """{"method"?, "token"?, "device"?}: the money has come, as the volunteer saw → the order, and its holder let in.

    `token` names the ticket of an order that has several; without it the order's first.
    """
    till = await till_of(request)
    body = await _body(request)
    order = await sales.order_at(till.db, till.edition, request.path_params["code"])
    return await _paid(till, order, method_of(body), till.seller(body.get("device", "")), token=body.get("token", ""))


@describe(
    TAG,
    _l("Avbryt en försäljning"),
    record("", {"order": text("The order's code.")}),
    description="Nothing was paid after all: the seat is free again. With `token` and `addon` only the ticket's add-on goes.",
    door=True,
    parameters=CONTACT,
    body=record("", {"token": _TOKEN, "addon": _ADDON}, optional=("token", "addon")),
    body_example={},
    problems=["conflict"],
)
async def post_given_up(request: Request) -> Response:
    """{}: nothing was paid after all; the seat is free again. {"token", "addon"}: of an add-on only."""
    till = await till_of(request)
    body = await _body(request)
    if body.get("addon"):
        bought_for = await sales.ticket_at(till.db, till.edition, body.get("token", ""))
        order = await give_up_addition(
            till.db, till.edition, bought_for, body["addon"], seller=till.seller(), base_url=till.base_url
        )
        return JSONResponse({"order": order.code}, headers=NO_STORE)
    order = await sales.order_at(till.db, till.edition, request.path_params["code"])
    await sales.give_up_sale(till.db, till.edition, order, seller=till.seller(), base_url=till.base_url)
    return JSONResponse({"order": order.code}, headers=NO_STORE)


@describe(
    TAG,
    _l("Ta betalt för en biljett som inte är betald"),
    SALE,
    description="Cash counts at once; for Swish the answer has the code to show, and `sales/{code}/paid` follows.",
    door=True,
    parameters=CONTACT,
    body=record("", {"token": _TOKEN, "method": _METHOD, "device": _DEVICE}, optional=("method", "device")),
    body_example={"token": "GEZDGNBVGY3TQOJQ", "method": "cash"},
    problems=["conflict"],
)
async def post_door_payment(request: Request) -> Response:
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


@describe(
    TAG,
    _l("Sälj ett tillval till en biljett i dörren"),
    SALE,
    description="An add-on that the list asks for, for a ticket that has none of them. Who pays cash is let in at once; for "
    "Swish the answer has the code to show, and `sales/{code}/paid` follows. Sent twice, it is bought once.",
    door=True,
    parameters=CONTACT,
    body=record(
        "", {"token": _TOKEN, "type": _ADDON, "payment": _METHOD, "device": _DEVICE}, optional=("payment", "device")
    ),
    body_example={"token": "GEZDGNBVGY3TQOJQ", "type": "+middag", "payment": "cash"},
    problems=["conflict", "sold-out"],
)
async def post_addition(request: Request) -> Response:
    """{"token", "type", "payment", "device"?} → the order, and its holder let in once it is paid."""
    till = await till_of(request)
    body = await _body(request)
    bought_for = await sales.ticket_at(till.db, till.edition, body.get("token", ""))
    method = method_of({"method": body.get("payment", Method.SWISH.value)})
    seller = till.seller(body.get("device", ""))
    order = await add_at_door(
        till.db, till.edition, till.list, bought_for, body.get("type", ""), seller=seller, base_url=till.base_url
    )
    wake_sender(request)
    if method is Method.CASH or order.balance <= 0:
        return await _paid(till, order, method, seller, token=bought_for[1].token)
    return JSONResponse(await _document(till, order, None), headers=NO_STORE)


def _is_key(key: str) -> bool:
    return key.isascii() and MIN_KEY <= len(key) <= MAX_KEY and key.replace("-", "").replace("_", "").isalnum()


async def _paid(
    till: Till, order: Order, method: Method, seller: sales.Seller, *, token: str = "", status_code: int = 200
) -> Response:
    owed = order.balance > 0
    order, answer = await settle(till, order, method, seller, token)
    document = await _document(till, order, answer, paid_now=owed)
    return JSONResponse(document, status_code=status_code, headers=NO_STORE)


async def _document(till: Till, order: Order, answer: Answer | None, *, paid_now: bool = False) -> dict[str, Any]:
    """The order; how it is paid while it isn't, else what the door says and, for who reads it off the screen, where the
    receipt is. `badge` is the ticket whose badge may be printed here.
    """
    document: dict[str, Any] = {"order": order.code, "status": order.status.value, "owes": max(order.balance, 0)}
    if answer is None:
        text = swish_of(till, order)
        return {**document, "swish": text, "svg": await asyncio.to_thread(qr_svg, text) if text else ""}
    address = f"{till.base_url}{order.path}" if sales.shows_page(order, paid_now=paid_now) else ""
    standing = await guest_queries.standing_of(till.db, till.list, answer.guest.token) if answer.guest else None
    return {
        **document,
        "answer": answer_document(answer),
        "counts": counts_document(await queries.counts(till.db, till.list)),
        "ticket": standing_document(standing) if standing else None,
        "mailed": bool(order.buyer.email),
        "receipt": address or None,
        "svg": await asyncio.to_thread(qr_svg, address) if address else "",
        "badge": answer.guest.token if answer.guest and till.access.may_print(till.edition.id) else None,
    }


_API = "/checkin/api/lists/{list_id:id}"

routes: list[BaseRoute] = [
    Route(f"{_API}/offer", get_offer, methods=["GET"]),
    Route(f"{_API}/sales", post_sale, methods=["POST"]),
    Route(f"{_API}/sales/{{code:code}}/paid", post_paid, methods=["POST"]),
    Route(f"{_API}/sales/{{code:code}}/give-up", post_given_up, methods=["POST"]),
    Route(f"{_API}/payments", post_door_payment, methods=["POST"]),
    Route(f"{_API}/additions", post_addition, methods=["POST"]),
]
