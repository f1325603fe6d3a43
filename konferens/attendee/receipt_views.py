"""The papers of an order's money, each at an address of its own: receipt, every invoice, every credit note."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.attendee.access import ORDER, order_of
from konferens.attendee.documents import file_stem, invoice_filename, order_invoice_pdf, order_receipt_pdf
from konferens.errors import NotFoundError
from konferens.payments.peppol import can_be_sent, invoice_ubl
from konferens.payments.queries import invoice_by_number, invoices_of_order, payments_of_order
from konferens.web.private import private_file
from konferens.web.requests import database


async def receipt_document(request: Request) -> Response:
    """What was paid until now. Raises NotFoundError before anything was."""
    order, edition = await order_of(request)
    db = database(request)
    payments = await payments_of_order(db, order.id)
    if not payments:
        raise NotFoundError(f"nothing was paid for order {order.code}")
    content = await order_receipt_pdf(edition, order, payments, await invoices_of_order(db, order.id))
    name = {"en": "receipt"}.get(order.language, "kvitto")
    return private_file(content, "application/pdf", f"{file_stem(edition, order)}-{name}.pdf")


async def invoice_document(request: Request) -> Response:
    """The invoice or credit note with the address's number, as it was issued. Raises NotFoundError."""
    order, edition = await order_of(request)
    invoice = await invoice_by_number(database(request), order.id, request.path_params["number"])
    content = await order_invoice_pdf(edition, invoice)
    return private_file(content, "application/pdf", invoice_filename(edition, invoice))


async def e_invoice_document(request: Request) -> Response:
    """The same as Peppol has it, for the buyer's accounting. Raises NotFoundError where there is no address to send it to."""
    order, edition = await order_of(request)
    invoice = await invoice_by_number(database(request), order.id, request.path_params["number"])
    if not can_be_sent(invoice):
        raise NotFoundError(f"the buyer of invoice {invoice.number} has no electronic address")
    name = invoice_filename(edition, invoice).removesuffix(".pdf")
    return private_file(invoice_ubl(invoice), "application/xml", f"{name}.xml")


routes: list[BaseRoute] = [
    Route(f"{ORDER}/receipt.pdf", receipt_document),
    Route(f"{ORDER}/invoices/{{number:id}}.pdf", invoice_document),
    Route(f"{ORDER}/invoices/{{number:id}}.xml", e_invoice_document),
]
