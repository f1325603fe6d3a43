"""What tickets and add-ons cost when they are sold. Pure; money is öre, VAT included, rounded for each thing sold.

A rate's VAT is the sum of what was rounded one by one, on pages, invoices and in Peppol's lines alike.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from konferens.codes import new_token
from konferens.offering.model import Addon, DiscountCode, TicketType, vat_of
from konferens.registration.model import Ticket, TicketAddon, TicketRequest


def price_of(ticket_type: TicketType, code: DiscountCode | None, moment: datetime) -> tuple[int, int]:
    """(price, discount) of a ticket sold at `moment`: price is what it costs after `discount` was taken off."""
    full = ticket_type.price_at(moment)
    discount = code.discount_on(full) if code is not None and code.is_for(ticket_type) else 0
    return full - discount, discount


def sold_ticket(
    position: int,
    asked: TicketRequest,
    ticket_type: TicketType,
    *,
    addons: tuple[TicketAddon, ...],
    code: DiscountCode | None,
    moment: datetime,
) -> Ticket:
    """A ticket as it is sold, with new tokens; its id is 0 until it is written."""
    price, discount = price_of(ticket_type, code, moment)
    return Ticket(
        id=0,
        position=position,
        token=new_token(),
        calendar_token=new_token(),
        secret=new_token(),
        status="valid",
        name=asked.name,
        email=asked.email,
        organisation=asked.organisation,
        type=ticket_type.code,
        type_name=ticket_type.name,
        colour=ticket_type.colour,
        price=price,
        discount=discount,
        vat_rate=ticket_type.vat_rate,
        vat_amount=vat_of(price, ticket_type.vat_rate),
        details_later=asked.details_later,
        digital=ticket_type.digital,
        addons=addons,
    )


def sold_addon(addon: Addon) -> TicketAddon:
    """An add-on as it is sold; its id is 0 until it is written."""
    return TicketAddon(
        id=0,
        code=addon.code,
        name=addon.name,
        status="valid",
        price=addon.price,
        vat_rate=addon.vat_rate,
        vat_amount=vat_of(addon.price, addon.vat_rate),
    )


def total_of(
    asked: Iterable[TicketRequest],
    types: Mapping[str, TicketType],
    addons: Mapping[str, Addon],
    code: DiscountCode | None,
    moment: datetime,
) -> int:
    """What all of it costs; what doesn't exist costs nothing."""
    total = 0
    for ticket in asked:
        if ticket.type in types:
            total += price_of(types[ticket.type], code, moment)[0]
        total += sum(addons[each].price for each in ticket.addons if each in addons)
    return total
