"""An add-on bought at the door that asks for it, for a ticket that is there: the dinner, by somebody who hadn't booked it."""

from sqlalchemy import select

from konferens.checkin.door_items import addons_for
from konferens.checkin.model import CheckinList
from konferens.checkin.sales import Seller
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.registration.additions import add_addons
from konferens.registration.changes import cancel_addons
from konferens.registration.model import Order, Ticket
from konferens.tables import audit


async def add_at_door(
    db: Database,
    edition: Edition,
    checkin_list: CheckinList,
    bought_for: tuple[Order, Ticket],
    code: str,
    *,
    seller: Seller,
    base_url: str,
) -> Order:
    """Give the ticket an add-on of the list, '+middag' as in DoorItem.code; it is to be paid with what the order owes already.

    A ticket that has it keeps it: sent twice, it is bought once. Raises InvalidError (field 'type'), SoldOutError, and
    ConflictError for an order that isn't active.
    """
    order, ticket = bought_for
    wanted = code.removeprefix("+")
    if any(addon.code == wanted for addon in ticket.valid_addons):
        return order
    if code not in [item.code for item in await addons_for(db, edition, checkin_list, ticket)]:
        raise InvalidError({"type": [gettext("Tillvalet säljs inte här. Välj ett annat.")]})
    return await add_addons(
        db, edition, order, ticket.position, [wanted], actor=seller.actor, base_url=base_url, by_office=True
    )


async def give_up_addition(
    db: Database, edition: Edition, bought_for: tuple[Order, Ticket], code: str, *, seller: Seller, base_url: str
) -> Order:
    """It wasn't paid after all: the add-on goes, and its seat is free. Once is enough.

    Raises ConflictError where something was paid since, or somebody else has sold it.
    """
    order, ticket = bought_for
    addon = next((each for each in ticket.valid_addons if f"+{each.code}" == code), None)
    if addon is None:
        return order
    own = select(audit.c.after).where(
        audit.c.subject == f"order:{order.code}", audit.c.action == "order.add-addons", audit.c.actor == seller.actor
    )
    sold = [row.after.get(str(ticket.position), ()) for row in await db.fetch_all(own)]  # [attendee, add-on, …]
    if order.balance < addon.price or not any(addon.name in names[1:] for names in sold):
        raise ConflictError(f"order {order.code} has no unpaid add-on that was sold here")
    return await cancel_addons(db, edition, order, [addon.id], keep=0, actor=seller.actor, base_url=base_url)
