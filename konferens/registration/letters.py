"""What is written to buyers: which message, with what in it, in the language they ordered in."""

from dataclasses import dataclass
from urllib.parse import quote

from konferens.events.model import Edition
from konferens.mail.model import Draft
from konferens.registration.model import Order, OrderStatus


@dataclass(frozen=True, slots=True)
class Payment:
    """How an order is paid. `swish_text` is a prefilled Swish QR code's text, `swish_url` opens the app; '' without Swish.

    `reference` is what tells us which order a payment is for: the order's code.
    """

    amount: int
    reference: str
    bankgiro: str
    swish_number: str
    swish_text: str
    swish_url: str


def payment_for(edition: Edition, order: Order) -> Payment | None:
    """What is left to pay and how; None when there is nothing to pay.

    Swish's QR text is `C<payee>;<amount>;<message>;<mask>` with mask 0: the payer may edit nothing, so that amount and
    reference arrive as they are.
    """
    if order.status is not OrderStatus.PENDING or order.is_free:
        return None
    payee = "".join(character for character in edition.swish_number if character.isdigit())
    amount = f"{order.total // 100}" if order.total % 100 == 0 else f"{order.total // 100}.{order.total % 100:02d}"
    return Payment(
        amount=order.total,
        reference=order.code,
        bankgiro=edition.bankgiro,
        swish_number=edition.swish_number,
        swish_text=f"C{payee};{amount};{order.code};0" if payee else "",
        swish_url=f"https://app.swish.nu/1/p/sw/?sw={payee}&amt={amount}&cur=SEK&msg={quote(order.code)}&src=qr"
        if payee
        else "",
    )


def confirmation(edition: Edition, order: Order, base_url: str) -> Draft:
    """Thanks, how to pay, the link back; with tickets and the event for the calendar."""
    return _draft("order_confirmation", edition, order, base_url, ("tickets.pdf", "calendar.ics"))


def paid(edition: Edition, order: Order, base_url: str) -> Draft:
    """The payment has come, with the tickets once more: now without the remark that they are unpaid."""
    return _draft("order_paid", edition, order, base_url, ("tickets.pdf",))


def cancelled(edition: Edition, order: Order, base_url: str) -> Draft:
    """The order is no more."""
    return _draft("order_cancelled", edition, order, base_url, ())


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
