"""Selling at the door without JavaScript: a form, and the order's page, where it is paid."""

import asyncio

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.checkin import sales
from konferens.checkin.door_items import door_offer
from konferens.checkin.model import Answer
from konferens.checkin.texts import answer_words
from konferens.checkin.till import SaleForm, Till, method_of, place, sale_form, settle, swish_of, till_of
from konferens.errors import ConflictError, InvalidError, SoldOutError
from konferens.i18n import gettext
from konferens.payments.model import Method
from konferens.qr import qr_code
from konferens.registration.model import Order
from konferens.web.csrf import form_nonce, read_form
from konferens.web.templating import render


async def show_sale(request: Request) -> Response:
    till = await till_of(request)
    return await _page(till, await sale_form(till))


async def post_sale_form(request: Request) -> Response:
    """303 to the order's page, where who has yet to pay does; the form again with 422, or 409 when it is sold out."""
    till = await till_of(request)
    formdata = await read_form(request)
    form = await sale_form(till, formdata)
    if not form.validate():
        return await _page(till, form, status_code=422)
    status_code, problem = 409, ""
    seller = till.seller()
    try:
        order = await place(till, form, form_nonce(request, formdata) or "", seller)
        if form.payment.data == Method.CASH.value or order.balance <= 0:
            await settle(till, order, Method.CASH, seller)
    except InvalidError as error:
        status_code, problem = 422, " ".join(text for texts in error.errors.values() for text in texts)
    except SoldOutError:
        problem = gettext("Platserna tog slut. Välj en annan biljett.")
    except ConflictError:
        problem = gettext("Det här formuläret har redan skickats en gång. Öppna ett nytt.")
    else:
        return RedirectResponse(f"/checkin/list/{till.list.id}/sales/{order.code}", status_code=303)
    return await _page(till, form, status_code=status_code, problem=problem)


async def show_payment(request: Request) -> Response:
    """?ticket=TOKEN: 303 to the order of a ticket that isn't paid, where it is; without one back to the list."""
    till = await till_of(request)
    token = request.query_params.get("ticket", "")
    if not token:
        return RedirectResponse(f"/checkin/list/{till.list.id}", status_code=303)
    order, ticket = await sales.ticket_at(till.db, till.edition, token)
    address = f"/checkin/list/{till.list.id}/sales/{order.code}?ticket={ticket.token}"
    return RedirectResponse(address, status_code=303)


async def show_order(request: Request) -> Response:
    """Pay, or that it is paid and whether its holder is in; ?ticket=TOKEN names whom, of an order for several."""
    till = await till_of(request)
    order = await sales.order_at(till.db, till.edition, request.path_params["code"])
    return await _order_page(till, order, token=request.query_params.get("ticket", ""))


async def post_order(request: Request) -> Response:
    """`method`: the money has come, and the holder of `ticket` is let in. `give_up`: it won't."""
    till = await till_of(request)
    formdata = await read_form(request)
    order = await sales.order_at(till.db, till.edition, request.path_params["code"])
    if "give_up" in formdata:
        await sales.give_up_sale(till.db, till.edition, order, seller=till.seller(), base_url=till.base_url)
        return RedirectResponse(f"/checkin/list/{till.list.id}/sell", status_code=303)
    method = method_of({"method": str(formdata.get("method", ""))})
    owed = order.balance > 0
    token = str(formdata.get("ticket", ""))
    order, answer = await settle(till, order, method, till.seller(), token)
    return await _order_page(till, order, answer, token=token, paid_now=owed)


async def _page(till: Till, form: SaleForm, *, status_code: int = 200, problem: str = "") -> Response:
    return render(
        till.request,
        "checkin/sell.html",
        status_code=status_code,
        edition=till.edition,
        checkin_list=till.list,
        form=form,
        offered=await door_offer(till.db, till.edition, till.list),
        problem=problem,
    )


async def _order_page(
    till: Till, order: Order, answer: Answer | None = None, *, token: str = "", paid_now: bool = False
) -> Response:
    swish = swish_of(till, order) if order.is_active and order.balance > 0 else ""
    receipt = f"{till.base_url}{order.path}" if sales.shows_page(order, paid_now=paid_now) else ""
    shown = swish or ("" if order.balance > 0 else receipt)
    return render(
        till.request,
        "checkin/sold.html",
        edition=till.edition,
        checkin_list=till.list,
        order=order,
        answer=answer,
        words=answer_words(answer) if answer else None,
        holder=next((ticket for ticket in order.valid_tickets if ticket.token == token.upper()), None),
        owes=max(order.balance, 0) if order.is_active else 0,
        may_give_up=order.source == sales.SOURCE and not order.paid and order.is_active,
        swish=swish,
        qr=await asyncio.to_thread(qr_code, shown) if shown else None,
        methods=sales.methods_at(till.edition),
        may_print=till.access.may_print(till.edition.id),
    )


_PAGE = "/checkin/list/{list_id:id}"

routes: list[BaseRoute] = [
    Route(f"{_PAGE}/sell", show_sale, methods=["GET"]),
    Route(f"{_PAGE}/sell", post_sale_form, methods=["POST"]),
    Route(f"{_PAGE}/pay", show_payment, methods=["GET"]),
    Route(f"{_PAGE}/sales/{{code:code}}", show_order, methods=["GET"]),
    Route(f"{_PAGE}/sales/{{code:code}}", post_order, methods=["POST"]),
]
