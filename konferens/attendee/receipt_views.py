"""The papers of an order's money, each at an address of its own: receipt, every invoice, every credit note."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.attendee.documents import file_stem, invoice_filename, order_invoice_pdf, order_receipt_pdf
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.payments.queries import invoice_by_number, invoices_of_order, payments_of_order
from konferens.registration.model import Order
from konferens.registration.queries import order_by_secret
from konferens.web.private import private_file
from konferens.web.requests import database


async def _order_of(request: Request) -> tuple[Order, Edition]:
    """The order of the address, for someone who knows its secret, and its edition. Raises NotFoundError."""
    db = database(request)
    order = await order_by_secret(db, request.path_params["code"], request.path_params["secret"])
    return order, await edition_by_id(db, order.edition_id)


async def receipt_document(request: Request) -> Response:
    """What was paid until now. Raises NotFoundError before anything was."""
    order, edition = await _order_of(request)
    db = database(request)
    payments = await payments_of_order(db, order.id)
    if not payments:
        raise NotFoundError(f"nothing was paid for order {order.code}")
    content = await order_receipt_pdf(edition, order, payments, await invoices_of_order(db, order.id))
    name = {"en": "receipt"}.get(order.language, "kvitto")
    return private_file(content, "application/pdf", f"{file_stem(edition, order)}-{name}.pdf")


async def invoice_document(request: Request) -> Response:
    """The invoice or credit note with the address's number, as it was issued. Raises NotFoundError."""
    order, edition = await _order_of(request)
    invoice = await invoice_by_number(database(request), order.id, request.path_params["number"])
    content = await order_invoice_pdf(edition, invoice)
    return private_file(content, "application/pdf", invoice_filename(edition, invoice))


_ORDER = "/orders/{code:code}/{secret}"

routes: list[BaseRoute] = [
    Route(f"{_ORDER}/receipt.pdf", receipt_document),
    Route(f"{_ORDER}/invoices/{{number:id}}.pdf", invoice_document),
]
