"""Orders as JSON, for programs."""

from typing import Any
from zoneinfo import ZoneInfo

from konferens.registration.model import Order, Ticket
from konferens.web.api import moment_json, money_json


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
