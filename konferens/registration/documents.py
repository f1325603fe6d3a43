"""Orders as JSON: what is read, and what is answered."""

from typing import Any
from zoneinfo import ZoneInfo

from konferens.errors import InvalidError
from konferens.i18n import LANGUAGES
from konferens.offering.model import MAX_TICKETS
from konferens.registration.forms import valid_email, valid_orgnr
from konferens.registration.model import Buyer, Order, OrderRequest, TicketRequest
from konferens.web.api import moment_json, money_json
from konferens.web.forms import clean_line, clean_text


class _Reader:
    """Takes fields out of a JSON object, gathering what is wrong under their full names ('tickets.0.email')."""

    def __init__(self) -> None:
        self.errors: dict[str, list[str]] = {}

    def fail(self, name: str, message: str) -> None:
        self.errors.setdefault(name, []).append(message)

    def mapping(self, source: Any, name: str) -> dict[str, Any]:
        if isinstance(source, dict):
            return source
        self.fail(name, "Must be an object.")
        return {}

    def text(self, source: dict[str, Any], key: str, prefix: str, limit: int, *, required: bool = False) -> str:
        value = source.get(key)
        if value is None:
            value = ""
        if not isinstance(value, str):
            self.fail(f"{prefix}{key}", "Must be a string.")
            return ""
        value = clean_text(value) if key in ("address", "message") else clean_line(value)
        if required and not value:
            self.fail(f"{prefix}{key}", "Is required.")
        elif len(value) > limit:
            self.fail(f"{prefix}{key}", f"At most {limit} characters.")
        return value

    def email(self, source: dict[str, Any], prefix: str, *, required: bool = False) -> str:
        value = self.text(source, "email", prefix, 254, required=required)
        if value and f"{prefix}email" not in self.errors:
            try:
                return valid_email(value)
            except ValueError:
                self.fail(f"{prefix}email", "Is not an e-mail address.")
        return value


def order_request(body: Any, *, default_language: str, idempotency_key: str | None) -> OrderRequest:
    """The order that a JSON body asks for; fields that we don't know are passed over. Raises InvalidError."""
    reader = _Reader()
    order = reader.mapping(body, "body")
    if reader.errors:
        raise InvalidError(reader.errors)
    buyer = _buyer(reader, reader.mapping(order.get("buyer", {}), "buyer"))
    language = order.get("language") or default_language
    if not isinstance(language, str) or language not in LANGUAGES:
        reader.fail("language", f"Must be one of {', '.join(LANGUAGES)}.")
    message = reader.text(order, "message", "", 2000)
    asked = _tickets(reader, order.get("tickets"))
    if reader.errors:
        raise InvalidError(reader.errors)
    return OrderRequest(
        buyer=buyer,
        tickets=asked,
        language=language,
        message=message,
        idempotency_key=idempotency_key,
        source="api",
    )


def _buyer(reader: _Reader, buyer: dict[str, Any]) -> Buyer:
    number = reader.text(buyer, "orgnr", "buyer.", 20)
    if number:
        try:
            number = valid_orgnr(number)
        except ValueError:
            reader.fail("buyer.orgnr", "Is not a Swedish organisation number.")
    return Buyer(
        name=reader.text(buyer, "name", "buyer.", 200, required=True),
        email=reader.email(buyer, "buyer.", required=True),
        organisation=reader.text(buyer, "organisation", "buyer.", 200),
        orgnr=number,
        address=reader.text(buyer, "address", "buyer.", 500),
        reference=reader.text(buyer, "reference", "buyer.", 200),
    )


def _tickets(reader: _Reader, asked: Any) -> tuple[TicketRequest, ...]:
    if not isinstance(asked, list) or not asked:
        reader.fail("tickets", "Must be an array with at least one ticket.")
        return ()
    if len(asked) > MAX_TICKETS:
        reader.fail("tickets", f"At most {MAX_TICKETS} tickets in an order.")
        return ()
    found = []
    for index, item in enumerate(asked):
        prefix = f"tickets.{index}."
        ticket = reader.mapping(item, f"tickets.{index}")
        if not isinstance(item, dict):
            continue
        found.append(
            TicketRequest(
                type=reader.text(ticket, "type", prefix, 40, required=True),
                name=reader.text(ticket, "name", prefix, 200, required=True),
                email=reader.email(ticket, prefix),
                organisation=reader.text(ticket, "organisation", prefix, 200),
            )
        )
    return tuple(found)


def order_document(order: Order, base_url: str, zone: ZoneInfo) -> dict[str, Any]:
    """An order for the API. It holds the secret: whoever may read orders may do all that their buyers can."""
    return {
        "code": order.code,
        "secret": order.secret,
        "status": order.status.value,
        "total": money_json(order.total, order.currency),
        "vat": money_json(order.vat, order.currency),
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
        },
        "tickets": [
            {
                "token": ticket.token,
                "type": ticket.type,
                "name": ticket.name,
                "email": ticket.email,
                "organisation": ticket.organisation,
                "status": ticket.status,
                "price": money_json(ticket.price, order.currency),
                "vat_rate": ticket.vat_rate,
                "url": f"{base_url}{ticket.path}",
            }
            for ticket in order.tickets
        ],
    }
