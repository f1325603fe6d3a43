"""What is sold at a door: tickets that are let in there, with the add-on that the list asks for; or that add-on alone."""

from collections.abc import Iterator
from dataclasses import dataclass

from konferens.checkin.model import CheckinList
from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.offering.model import Addon
from konferens.registration.catalogue import Catalogue, catalogue_of
from konferens.registration.model import Ticket
from konferens.registration.offer import OfferedType, offer_for
from konferens.waiting.queries import waiting_counts


@dataclass(frozen=True, slots=True)
class DoorItem:
    """Something for sale: a ticket, a ticket with an add-on, or an add-on for a ticket that is there. Prices are in öre."""

    offered: OfferedType | None
    addon: Addon | None = None

    @property
    def code(self) -> str:
        """'ordinarie', 'ordinarie+middag', '+middag'."""
        return (self.offered.type.code if self.offered else "") + (f"+{self.addon.code}" if self.addon else "")

    @property
    def name(self) -> str:
        names = (self.offered.type.name if self.offered else "", self.addon.name if self.addon else "")
        return " + ".join(name for name in names if name)

    @property
    def price(self) -> int:
        return (self.offered.price if self.offered else 0) + (self.addon.price if self.addon else 0)

    @property
    def is_buyable(self) -> bool:
        return (self.offered is None or self.offered.is_buyable) and not (self.addon and self.addon.is_sold_out)

    @property
    def left(self) -> int | None:
        """How many are left, None for any number."""
        if not self.is_buyable:
            return 0
        ticket = self.offered.type.available if self.offered else None
        addon = self.addon.quota.left if self.addon and self.addon.quota else None
        return min((each for each in (ticket, addon) if each is not None), default=None)


async def door_offer(db: Database, edition: Edition, checkin_list: CheckinList) -> list[DoorItem]:
    """What can be sold for this list: types that are on sale by now, not hidden, sold one by one and let in here; full ones too.
    Where the list asks for an add-on, each with one of those that are on sale.

    Registration on the web may be over. What others wait for is theirs first, and is full here.
    """
    catalogue = await catalogue_of(db, edition.id)
    waiting = await waiting_counts(db, edition.id)
    offer = offer_for(edition, catalogue, now(), typed="", code=None, entry=None, waiting=waiting)
    today = now().astimezone(edition.zone).date()
    types = [
        each
        for each in offer.types
        if each.state != "early"
        and each.type.min_per_order <= 1
        and (each.type.valid_on is None or each.type.valid_on >= today)
        and checkin_list.admits_type(each.type.id)
    ]
    if not checkin_list.addons:
        return [DoorItem(each) for each in types]
    return [
        DoorItem(each, addon)
        for each in types
        if each.type.id not in checkin_list.digital  # who stands here isn't far away
        for addon in _asked(catalogue, checkin_list, each.type.code)
    ]


async def addons_for(db: Database, edition: Edition, checkin_list: CheckinList, ticket: Ticket) -> list[DoorItem]:
    """The add-ons of which the list asks for one, for a ticket that has none of them."""
    catalogue = await catalogue_of(db, edition.id)
    has = {addon.code for addon in ticket.valid_addons}
    asked = list(_asked(catalogue, checkin_list, ticket.type))
    return [] if any(each.code in has for each in asked) else [DoorItem(None, each) for each in asked]


def _asked(catalogue: Catalogue, checkin_list: CheckinList, type_code: str) -> Iterator[Addon]:
    moment = now()
    for addon in catalogue.addons.values():
        if addon.id in checkin_list.addons and addon.is_for(type_code) and addon.is_on_sale(moment):
            yield addon
