"""Orders as JSON, for programs."""

from typing import Any
from zoneinfo import ZoneInfo

from konferens.i18n import LANGUAGES
from konferens.payments.methods import METHODS
from konferens.registration.model import Order, OrderStatus, Ticket
from konferens.web.api import ADDRESS, DATE, MOMENT, MONEY, moment_json, money_json
from konferens.web.schemas import Component, array, choice, integer, nullable, record, text

_TICKET_ADDON = record(
    "",
    {
        "code": text(),
        "name": text(),
        "status": choice(("valid", "cancelled")),
        "price": MONEY,
        "vat_rate": nullable(integer("Percent, null for none.")),
    },
)

TICKET = Component(
    "Ticket",
    record(
        "One attendee's ticket, as it was sold.",
        {
            "token": text("What the QR code holds, behind `/t/` in an address."),
            "type": text("The ticket type's code."),
            "name": text("The attendee, empty while nobody is named."),
            "email": text(),
            "organisation": text(),
            "status": choice(("valid", "cancelled")),
            "price": MONEY,
            "discount": MONEY,
            "vat_rate": nullable(integer("Percent, null for none.")),
            "addons": array(_TICKET_ADDON),
            "url": ADDRESS,
        },
    ),
)

ORDER = Component(
    "Order",
    record(
        "What a buyer has ordered, with its tickets. Texts that are not known are empty.",
        {
            "code": text("Six characters, as `ABC234`."),
            "secret": text("Keep it: with the code it opens the buyer's own page."),
            "status": choice(OrderStatus),
            "total": MONEY,
            "vat": MONEY,
            "paid": MONEY,
            "balance": MONEY,
            "payment_method": choice(method.code for method in METHODS),
            "payment_reference": text("The number to pay with (OCR)."),
            "url": ADDRESS,
            "language": choice(LANGUAGES),
            "message": text("From the buyer to the organiser."),
            "source": text("Where it was placed: `web`, `api`, `organiser` or `door`."),
            "placed_at": MOMENT,
            "due_on": nullable(DATE),
            "paid_at": nullable(MOMENT),
            "cancelled_at": nullable(MOMENT),
            "buyer": record(
                "",
                {
                    "name": text(),
                    "email": text(),
                    "organisation": text(),
                    "orgnr": text("As `556012-5790`."),
                    "address": text(),
                    "reference": text("The buyer's own, for the invoice."),
                    "peppol": text("The address for e-invoices, as `0007:5560125790`."),
                },
            ),
            "tickets": array(TICKET),
        },
    ),
)


def order_document(order: Order, base_url: str, zone: ZoneInfo) -> dict[str, Any]:
    """An order for the API. It holds the secret: whoever may read orders may do all that their buyers can."""
    return {
        "code": order.code,
        "secret": order.secret,
        "status": order.status.value,
        "total": money_json(order.total, order.currency),
        "vat": money_json(order.vat, order.currency),
        "paid": money_json(order.paid, order.currency),
        "balance": money_json(order.balance, order.currency),
        "payment_method": order.payment_method,
        "payment_reference": order.payment_reference,
        "url": f"{base_url}{order.path}",
        "language": order.language,
        "message": order.message,
        "source": order.source,
        "placed_at": moment_json(order.placed_at, zone),
        "due_on": order.due_on.isoformat() if order.due_on else None,
        "paid_at": moment_json(order.paid_at, zone),
        "cancelled_at": moment_json(order.cancelled_at, zone),
        "buyer": {
            "name": order.buyer.name,
            "email": order.buyer.email,
            "organisation": order.buyer.organisation,
            "orgnr": order.buyer.orgnr,
            "address": order.buyer.address,
            "reference": order.buyer.reference,
            "peppol": order.buyer.peppol,
        },
        "tickets": [_ticket(ticket, order.currency, base_url) for ticket in order.tickets],
    }


def _ticket(ticket: Ticket, currency: str, base_url: str) -> dict[str, Any]:
    return {
        "token": ticket.token,
        "type": ticket.type,
        "name": ticket.name,
        "email": ticket.email,
        "organisation": ticket.organisation,
        "status": ticket.status,
        "price": money_json(ticket.price, currency),
        "discount": money_json(ticket.discount, currency),
        "vat_rate": ticket.vat_rate,
        "addons": [
            {
                "code": addon.code,
                "name": addon.name,
                "status": addon.status,
                "price": money_json(addon.price, currency),
                "vat_rate": addon.vat_rate,
            }
            for addon in ticket.addons
        ],
        "url": f"{base_url}{ticket.path}",
    }
