"""Orders with their tickets. Money is öre, VAT included; rates are whole percent."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from konferens.i18n import gettext


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
    peppol: str = ""


@dataclass(frozen=True, slots=True)
class TicketRequest:
    """A ticket that is asked for; `type` is a ticket type's code, `addons` are add-ons' and `sessions` sessions' codes.

    `answers` maps a question's id to its answer as `questions.model` has it. `details_later`: the attendee fills in the rest.
    """

    type: str
    name: str
    email: str = ""
    organisation: str = ""
    addons: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    answers: Mapping[int, Any] = field(default_factory=dict)
    details_later: bool = False


def _digest_of_bytes(value: bytes) -> str:
    """An uploaded file's content, in the digest of the request that it came with."""
    return hashlib.sha256(value).hexdigest()


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What a buyer asks for, checked for form. `source` is 'web', 'api', 'organiser' or 'door'.

    `idempotency_key` names this request: placing it again gives the same order. None places a new one each time.
    `payment_method` is one of payments.methods, `discount_code` what was typed, `offer` the secret of a waiting-list offer.
    """

    buyer: Buyer
    tickets: tuple[TicketRequest, ...]
    language: str = "sv"
    message: str = ""
    idempotency_key: str | None = None
    source: str = "web"
    payment_method: str = "invoice"
    discount_code: str = ""
    offer: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 over everything that is asked for, to tell a repetition from another request with the same key."""
        asked = asdict(self)
        del asked["idempotency_key"]
        text = json.dumps(asked, sort_keys=True, ensure_ascii=False, default=_digest_of_bytes)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class TicketAddon:
    """An add-on of a ticket; price and VAT as they were sold, `kept` as in Ticket."""

    id: int
    code: str
    name: str
    status: str
    price: int
    vat_rate: int | None
    vat_amount: int
    kept: int = 0
    kept_vat: int = 0

    @property
    def is_valid(self) -> bool:
        return self.status == "valid"

    @property
    def charge(self) -> tuple[int, int]:
        """What it costs now, and the VAT in that."""
        return (self.price, self.vat_amount) if self.is_valid else (self.kept, self.kept_vat)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One attendee's ticket; price and VAT as they were sold, after `discount`. A cancelled one still costs `kept`.

    `token` is in the QR code, `calendar_token` in the feed's address, `secret` in that of the attendee's own page.
    """

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
    secret: str = ""
    discount: int = 0
    kept: int = 0
    kept_vat: int = 0
    details_later: bool = False
    digital: bool = False
    addons: tuple[TicketAddon, ...] = ()

    @property
    def is_valid(self) -> bool:
        return self.status == "valid"

    @property
    def path(self) -> str:
        """What the QR code holds, after BASE_URL."""
        return f"/t/{self.token}"

    def is_read_by(self, address: str) -> bool:
        """Whether mail about it goes to the buyer's `address`, since the attendee has it too or none is known."""
        return self.email.casefold() in ("", address.casefold())

    @property
    def own_path(self) -> str:
        """The attendee's own page; whoever knows it may change what the attendee answered and chose."""
        return f"/tickets/{self.secret}/"

    @property
    def valid_addons(self) -> tuple[TicketAddon, ...]:
        return tuple(addon for addon in self.addons if addon.is_valid)

    @property
    def charges(self) -> list[tuple[int | None, int, int]]:
        """(rate, what it costs now, the VAT in that) of the ticket and of each of its add-ons."""
        own = (self.price, self.vat_amount) if self.is_valid else (self.kept, self.kept_vat)
        return [(self.vat_rate, *own), *((addon.vat_rate, *addon.charge) for addon in self.addons)]


@dataclass(frozen=True, slots=True)
class VatLine:
    """One rate's part of an order: what was sold at it, VAT included, and the VAT."""

    rate: int | None
    amount: int
    vat: int


@dataclass(frozen=True, slots=True)
class Order:
    """What one buyer placed. `due_on` is the last day to pay, in the edition's zone; None when nothing is to be paid.

    `total` is what it costs, that of a cancelled order what it cost; `paid` the sum of its payments, in öre. `ocr` is the reference of its invoice, '' where it has none.
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
    paid: int = 0
    payment_method: str = "invoice"
    discount_code_id: int | None = None

    @property
    def charged(self) -> int:
        """What it costs now, in öre: what is valid, and what is kept of the rest."""
        return sum(amount for ticket in self.tickets for _, amount, _ in ticket.charges)

    @property
    def balance(self) -> int:
        """What is left to pay, in öre; negative where something is to be paid back."""
        return self.charged - self.paid

    @property
    def valid_tickets(self) -> tuple[Ticket, ...]:
        return tuple(ticket for ticket in self.tickets if ticket.is_valid)

    @property
    def path(self) -> str:
        """The buyer's own page; whoever knows it may change the order."""
        return f"/orders/{self.code}/{self.secret}/"

    def leads_to(self, ticket: Ticket) -> bool:
        """Whether the buyer is led to the ticket's own page: the buyer's own, or one whose holder nobody could write to.

        What others tell on theirs, of their health for one, is not the buyer's to read.
        """
        return ticket.email.casefold() in ("", self.buyer.email.casefold())

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
    def vat_lines(self) -> list[VatLine]:
        """The sums of each rate, the highest rate first and what is exempt last."""
        return vat_summary(self.tickets)

    @property
    def vat(self) -> int:
        """The VAT in what it costs now."""
        return sum(vat for ticket in self.tickets for _, _, vat in ticket.charges)


def vat_summary(tickets: Iterable[Ticket]) -> list[VatLine]:
    """Amount and VAT for each rate; VAT is the sum of the lines', which were rounded one by one."""
    sums: dict[int | None, tuple[int, int]] = {}
    for ticket in tickets:
        for rate, charged, vat_in_it in ticket.charges:
            amount, vat = sums.get(rate, (0, 0))
            sums[rate] = (amount + charged, vat + vat_in_it)
    return [
        VatLine(rate, *sums[rate]) for rate in sorted(sums, key=lambda rate: -1 if rate is None else rate, reverse=True)
    ]
