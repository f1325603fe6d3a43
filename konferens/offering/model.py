"""What can be bought: ticket types and the quotas that limit them. Money is öre, VAT included; rates are whole percent."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from urllib.parse import urlencode

from konferens.levels import Level, level_of

MAX_TICKETS = 50
"""Tickets in one order; larger groups are several orders."""


@dataclass(frozen=True, slots=True)
class Quota:
    """Seats that one or more ticket types share."""

    id: int
    name: str
    size: int
    taken: int

    @property
    def left(self) -> int:
        """Never negative: an organiser may shrink a quota below what is taken."""
        return max(self.size - self.taken, 0)


@dataclass(frozen=True, slots=True)
class TicketType:
    """What can be bought. `vat_rate` None is a sale exempt from VAT (momsfri); `quotas` all have to have a seat left.

    `early_price` holds until `early_until`. `hidden` ones are offered only with a code that is for them, `digital` ones are for
    taking part from afar. `valid_on` is the one day it is for, None all days. `waiting_list`: may be waited for when sold out.
    """

    id: int
    code: str
    name: str
    description: str
    price: int
    vat_rate: int | None
    colour: str
    position: int
    on_sale_from: datetime | None
    on_sale_until: datetime | None
    max_per_order: int
    active: bool
    quotas: tuple[Quota, ...]
    min_per_order: int = 1
    early_price: int | None = None
    early_until: datetime | None = None
    hidden: bool = False
    digital: bool = False
    valid_on: date | None = None
    waiting_list: bool = True

    def price_at(self, moment: datetime) -> int:
        """The price in öre, VAT included: the early one until its time is over."""
        is_early = self.early_price is not None and (self.early_until is None or moment < self.early_until)
        return self.early_price if is_early and self.early_price is not None else self.price

    def early_last_day(self, zone: tzinfo) -> date | None:
        """The last day of the early price in `zone`: where it ends at midnight, the day before."""
        return last_day(self.early_until, zone)

    @property
    def available(self) -> int | None:
        """Seats left by the tightest quota; None where no quota limits it."""
        return min((quota.left for quota in self.quotas), default=None)

    @property
    def level(self) -> Level:
        return level_of(self.available)

    @property
    def is_sold_out(self) -> bool:
        return self.level is Level.FULL

    def sale_state(self, now: datetime) -> str:
        """'early' before its sale begins, 'closed' after it ends or while it is put aside, else 'open'."""
        if not self.active or (self.on_sale_until is not None and now >= self.on_sale_until):
            return "closed"
        return "early" if self.on_sale_from is not None and now < self.on_sale_from else "open"

    def is_on_sale(self, now: datetime) -> bool:
        """Whether it can be bought by the clock, seats or not."""
        return self.sale_state(now) == "open"

    def changes_after(self, now: datetime) -> list[datetime]:
        """The coming moments at which its sale begins or ends, or its price changes."""
        moments = (self.on_sale_from, self.on_sale_until, self.early_until)
        return [moment for moment in moments if moment is not None and moment > now]


@dataclass(frozen=True, slots=True)
class Addon:
    """Something beside the ticket, one for an attendee: dinner, study visit, bus seat, lodging. Prices as in TicketType.

    `ticket_types` are codes of the types that may have it, empty for all. `starts_at` None has no time of its own.
    """

    id: int
    code: str
    name: str
    description: str
    price: int
    vat_rate: int | None
    position: int
    on_sale_until: datetime | None
    active: bool
    starts_at: datetime | None
    ends_at: datetime | None
    location: str
    quota: Quota | None
    ticket_types: frozenset[str]

    @property
    def level(self) -> Level:
        return level_of(self.quota.left if self.quota else None)

    @property
    def is_sold_out(self) -> bool:
        return self.level is Level.FULL

    def is_on_sale(self, now: datetime) -> bool:
        """Whether it can be bought by the clock, seats or not."""
        return self.active and (self.on_sale_until is None or now < self.on_sale_until)

    def changes_after(self, now: datetime) -> list[datetime]:
        """The coming moment at which its sale ends, where there is one."""
        return [self.on_sale_until] if self.on_sale_until is not None and self.on_sale_until > now else []

    def is_for(self, ticket_type: str) -> bool:
        """Whether tickets of the type with this code may have it."""
        return not self.ticket_types or ticket_type in self.ticket_types


@dataclass(frozen=True, slots=True)
class DiscountCode:
    """A code that takes `percent` or `amount` (öre) off each ticket's price, or neither: it then only opens hidden types.

    `ticket_types` are codes of the types that it is for; empty for all but hidden ones. `max_uses` counts tickets.
    """

    id: int
    code: str
    note: str
    percent: int | None
    amount: int | None
    max_uses: int | None
    used: int
    valid_from: datetime | None
    valid_until: datetime | None
    active: bool
    ticket_types: frozenset[str]

    @property
    def left(self) -> int | None:
        """Tickets that it can still be used for; None without limit."""
        return None if self.max_uses is None else max(self.max_uses - self.used, 0)

    def is_valid(self, now: datetime) -> bool:
        """Whether it can be used by the clock, uses left or not."""
        return (
            self.active
            and (self.valid_from is None or now >= self.valid_from)
            and (self.valid_until is None or now < self.valid_until)
        )

    @property
    def query(self) -> str:
        """What an edition's registration page is asked with for the code to be filled in: 'code=V%C3%85R'."""
        return urlencode({"code": self.code})

    def first_day(self, zone: tzinfo) -> date | None:
        """The day in `zone` from which it can be used."""
        return self.valid_from.astimezone(zone).date() if self.valid_from else None

    def last_day(self, zone: tzinfo) -> date | None:
        """The last day in `zone` on which it can be used."""
        return last_day(self.valid_until, zone)

    def is_for(self, ticket_type: TicketType) -> bool:
        """Whether it is for tickets of this type."""
        return ticket_type.code in self.ticket_types if self.ticket_types else not ticket_type.hidden

    def discount_on(self, price: int) -> int:
        """What it takes off `price`, in öre, half an öre rounded up; never more than the price."""
        if self.percent is not None:
            return (2 * price * self.percent + 100) // 200
        return min(self.amount or 0, price)


def last_day(moment: datetime | None, zone: tzinfo) -> date | None:
    """The last day in `zone` of what ends at `moment`: what ends at midnight has the day before as its last."""
    return (moment - timedelta(microseconds=1)).astimezone(zone).date() if moment else None


def vat_of(price: int, rate: int | None) -> int:
    """The VAT in `price`, which includes it: price × rate / (100 + rate), half an öre rounded up. None and 0 give 0."""
    if not rate:
        return 0
    return (2 * price * rate + 100 + rate) // (2 * (100 + rate))
