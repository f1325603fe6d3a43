"""Whom an address lets in: buyers by their order's secret, attendees by their ticket's own."""

from starlette.requests import Request

from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.registration.model import Order, Ticket
from konferens.registration.queries import order_by_secret, order_of_ticket_secret
from konferens.web.requests import database

ORDER = "/orders/{code:code}/{secret}"
"""The template of a buyer's addresses; a ticket of the order is 'tickets/{number:id}' after it."""

OWN = "/tickets/{secret}"
"""The template of an attendee's addresses."""


async def order_of(request: Request) -> tuple[Order, Edition]:
    """The order of the address, for someone who knows its secret, and its edition. Raises NotFoundError."""
    db = database(request)
    order = await order_by_secret(db, request.path_params["code"], request.path_params["secret"])
    return order, await edition_by_id(db, order.edition_id)


def ticket_of(request: Request, order: Order) -> Ticket:
    """The valid ticket with the address's number, of an order that holds. Raises NotFoundError."""
    for ticket in order.valid_tickets:
        if ticket.position == request.path_params["number"] and order.is_active:
            return ticket
    raise NotFoundError(f"order {order.code} has no valid ticket {request.path_params['number']}")


async def own_ticket(request: Request, *, valid: bool = True) -> tuple[Order, Ticket, Edition]:
    """The ticket whose holder's page the address is. Raises NotFoundError, also for one that no longer holds if it must."""
    db = database(request)
    order, ticket = await order_of_ticket_secret(db, request.path_params["secret"])
    if valid and not (ticket.is_valid and order.is_active):
        raise NotFoundError(f"ticket {ticket.id} no longer holds")
    return order, ticket, await edition_by_id(db, order.edition_id)


def base_url(request: Request) -> str:
    """The address of this site, without a slash at the end."""
    address: str = request.app.state.settings.base_url
    return address


def buyer(order: Order) -> str:
    """The audit trail's name of whoever has the order's address."""
    return f"buyer:{order.code}"


def holder(order: Order, ticket: Ticket) -> str:
    """The audit trail's name of whoever has the ticket's own address."""
    return f"ticket:{order.code}-{ticket.position}"
