"""What is written to buyers: which message, with what in it, in the language they ordered in."""

from dataclasses import dataclass

from konferens.events.model import Edition
from konferens.mail.model import Draft
from konferens.payments.methods import method_named
from konferens.registration.model import Order, OrderStatus


@dataclass(frozen=True, slots=True)
class Payment:
    """How an order is paid. `swish_text` is a prefilled Swish QR code's text, `swish_url` opens the app; '' without Swish.

    `reference` is what tells us which order a payment is for: the invoice's OCR, or without invoice the order's code.
    """

    amount: int
    reference: str
    bankgiro: str
    swish_number: str
    swish_text: str
    swish_url: str


def payment_for(edition: Edition, order: Order) -> Payment | None:
    """What is left to pay and how, by the order's method; None when there is nothing to pay, or the order has expired."""
    if order.balance <= 0 or order.status is OrderStatus.EXPIRED:
        return None
    amount, reference = order.balance, order.payment_reference
    how = method_named(order.payment_method).instructions(edition, amount, reference)
    return Payment(amount, reference, how.bankgiro, how.swish_number, how.swish_text, how.swish_url)


def confirmation(edition: Edition, order: Order, base_url: str) -> Draft:
    """Thanks, how to pay, the link back; with tickets, the event for the calendar, and the invoice where there is one."""
    invoice = ("invoice.pdf",) if order.ocr else ()
    return _draft("order_confirmation", edition, order, base_url, ("tickets.pdf", *invoice, "calendar.ics"))


def paid(edition: Edition, order: Order, base_url: str) -> Draft:
    """The payment has come, with a receipt and the tickets once more: now without the remark that they are unpaid."""
    receipt = ("receipt.pdf",) if order.paid else ()
    return _draft("order_paid", edition, order, base_url, ("tickets.pdf", *receipt))


def cancelled(edition: Edition, order: Order, base_url: str) -> Draft:
    """The order is no more; with the credit note where there was an invoice."""
    return _draft("order_cancelled", edition, order, base_url, ("credit-note.pdf",) if order.ocr else ())


def _draft(kind: str, edition: Edition, order: Order, base_url: str, attachments: tuple[str, ...]) -> Draft:
    return Draft(
        kind=kind,
        to_name=order.buyer.name,
        to_email=order.buyer.email,
        language=order.language,
        context={
            "edition": edition,
            "order": order,
            "payment": payment_for(edition, order),
            "order_url": f"{base_url}{order.path}",
            "edition_url": f"{base_url}{edition.path}",
        },
        attachments=attachments,
    )
