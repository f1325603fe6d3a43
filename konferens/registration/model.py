"""Ticket types with their quotas, and orders with their tickets. Money is öre, VAT included; rates are whole percent."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum

from konferens.i18n import gettext

MAX_TICKETS = 50
"""Tickets in one order; larger groups are several orders."""

FEW_LEFT = 10
"""From here on public pages say that few seats are left."""


class Level(StrEnum):
    """How full a quota or ticket type is, as public pages tell it."""

    OPEN = "open"
    FEW = "few"
    FULL = "full"


def level_of(left: int | None) -> Level:
    """The level for a number of seats; None is without limit."""
    if left is None or left > FEW_LEFT:
        return Level.OPEN
    return Level.FEW if left > 0 else Level.FULL


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
    """What can be bought. `vat_rate` None is a sale exempt from VAT (momsfri); `quotas` all have to have a seat left."""

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
        """The coming moments at which its sale begins or ends."""
        moments = (self.on_sale_from, self.on_sale_until)
        return [moment for moment in moments if moment is not None and moment > now]


def vat_of(price: int, rate: int | None) -> int:
    """The VAT in `price`, which includes it: price × rate / (100 + rate), half an öre rounded up. None and 0 give 0."""
    if not rate:
        return 0
    return (2 * price * rate + 100 + rate) // (2 * (100 + rate))


class OrderStatus(StrEnum):
    PENDING = "pending"
    PAID = "paid"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """In the current language."""
        return {
            OrderStatus.PENDING: gettext("Väntar på betalning"),
            OrderStatus.PAID: gettext("Betald"),
            OrderStatus.CANCELLED: gettext("Avbokad"),
            OrderStatus.EXPIRED: gettext("Förfallen"),
        }[self]


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who pays and gets the mail. `orgnr` is '556012-5790' or ''."""

    name: str
    email: str
    organisation: str = ""
    orgnr: str = ""
    address: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class TicketRequest:
    """A ticket that is asked for; `type` is a ticket type's code."""

    type: str
    name: str
    email: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What a buyer asks for, checked for form. `source` is 'web', 'api' or 'organiser'.

    `idempotency_key` names this request: placing it again gives the same order. None places a new one each time.
    """

    buyer: Buyer
    tickets: tuple[TicketRequest, ...]
    language: str = "sv"
    message: str = ""
    idempotency_key: str | None = None
    source: str = "web"

    @property
    def digest(self) -> str:
        """SHA-256 over everything that is asked for, to tell a repetition from another request with the same key."""
        asked = asdict(self)
        del asked["idempotency_key"]
        return hashlib.sha256(json.dumps(asked, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Ticket:
    """One attendee's ticket; price and VAT as they were sold. `token` is in the QR code, `calendar_token` in the feed."""

    id: int
    position: int
    token: str
    calendar_token: str
    status: str
    name: str
    email: str
    organisation: str
    type: str
    type_name: str
    colour: str
    price: int
    vat_rate: int | None
    vat_amount: int

    @property
    def is_valid(self) -> bool:
        return self.status == "valid"

    @property
    def path(self) -> str:
        """What the QR code holds, after BASE_URL."""
        return f"/t/{self.token}"


@dataclass(frozen=True, slots=True)
class VatLine:
    """One rate's part of an order: what was sold at it, VAT included, and the VAT."""

    rate: int | None
    amount: int
    vat: int


@dataclass(frozen=True, slots=True)
class Order:
    """What one buyer placed. `due_on` is the last day to pay, in the edition's zone; None when nothing is to be paid.

    `ocr` is the reference of its invoice, '' where it has none.
    """

    id: int
    edition_id: int
    code: str
    secret: str
    status: OrderStatus
    buyer: Buyer
    message: str
    language: str
    total: int
    currency: str
    ocr: str
    source: str
    placed_at: datetime
    due_on: date | None
    paid_at: datetime | None
    cancelled_at: datetime | None
    tickets: tuple[Ticket, ...]

    @property
    def path(self) -> str:
        """The buyer's own page; whoever knows it may change the order."""
        return f"/orders/{self.code}/{self.secret}/"

    @property
    def payment_reference(self) -> str:
        """What a payment for it is marked with: the invoice's OCR, else the order's code."""
        return self.ocr or self.code

    @property
    def is_active(self) -> bool:
        return self.status in (OrderStatus.PENDING, OrderStatus.PAID)

    @property
    def is_free(self) -> bool:
        return self.total == 0

    @property
    def buyer_may_cancel(self) -> bool:
        """Paid orders are cancelled by the organiser, who pays back."""
        return self.status is OrderStatus.PENDING or (self.is_free and self.is_active)

    @property
    def vat_lines(self) -> list[VatLine]:
        """The sums of each rate, the highest rate first and what is exempt last."""
        return vat_summary(self.tickets)

    @property
    def vat(self) -> int:
        return sum(ticket.vat_amount for ticket in self.tickets)


def vat_summary(tickets: Iterable[Ticket]) -> list[VatLine]:
    """Amount and VAT for each rate; VAT is the sum of the lines', which were rounded one by one."""
    sums: dict[int | None, tuple[int, int]] = {}
    for ticket in tickets:
        amount, vat = sums.get(ticket.vat_rate, (0, 0))
        sums[ticket.vat_rate] = (amount + ticket.price, vat + ticket.vat_amount)
    return [
        VatLine(rate, *sums[rate]) for rate in sorted(sums, key=lambda rate: -1 if rate is None else rate, reverse=True)
    ]
