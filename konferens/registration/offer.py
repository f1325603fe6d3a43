"""What the registration page offers: to this visitor, at this moment, with the code that was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from konferens.events.model import Edition
from konferens.levels import Level
from konferens.offering.model import Addon, DiscountCode, TicketType
from konferens.payments.methods import PaymentMethod, methods_for
from konferens.registration.catalogue import Catalogue
from konferens.registration.checking import SIMPLIFIED_INVOICE, code_refusal, may_buy
from konferens.registration.forms import RegistrationForm
from konferens.registration.pricing import price_of
from konferens.signups.forms import TimeSlot, time_slots
from konferens.waiting.model import WaitingEntry


@dataclass(frozen=True, slots=True)
class OfferedType:
    """A ticket type as it stands on the page. `price` and `discount` are öre; `full_price` is what it costs later.

    `state` is 'open', 'few', 'early' (not on sale yet), 'full', or 'waiting': full, and one can wait for a seat.
    """

    type: TicketType
    price: int
    discount: int
    full_price: int
    state: str

    @property
    def is_buyable(self) -> bool:
        return self.state in ("open", "few")


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """What one attendee costs, in öre, VAT included."""

    name: str
    text: str
    amount: int


@dataclass(frozen=True, slots=True)
class Quote:
    """What is chosen so far costs; the order itself is priced when it is placed."""

    lines: tuple[QuoteLine, ...]

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def needs_address(self) -> bool:
        """Whether an invoice on it needs to tell whose it is."""
        return self.total > SIMPLIFIED_INVOICE


@dataclass(frozen=True, slots=True)
class Offer:
    """Everything that can be chosen. `state` is 'open', 'early', 'closed', 'full' or 'none' (nothing is on sale)."""

    edition: Edition
    catalogue: Catalogue
    moment: datetime
    types: tuple[OfferedType, ...]
    addons: tuple[Addon, ...]
    methods: tuple[PaymentMethod, ...]
    code: DiscountCode | None
    code_problem: str
    entry: WaitingEntry | None
    state: str

    @property
    def has_prices(self) -> bool:
        return any(each.price or each.full_price for each in self.types) or any(addon.price for addon in self.addons)

    @property
    def address_over(self) -> int:
        """Öre above which whoever chooses invoice must tell an address."""
        return SIMPLIFIED_INVOICE

    @property
    def type_names(self) -> dict[str, str]:
        return {each.type.code: each.type.name for each in self.types}

    @property
    def slots(self) -> list[TimeSlot]:
        """The sessions that one signs up for, by when they begin."""
        return time_slots(list(self.catalogue.sessions.values()), zone=self.edition.zone)

    @property
    def has_details(self) -> bool:
        """Whether attendees are asked for more than who they are, which they can do themselves later."""
        return bool(self.catalogue.questions or self.catalogue.sessions)

    def addon_limits(self, addon: Addon) -> str:
        """The types that may have it, in words; '' for all that are shown."""
        names = [each.type.name for each in self.types if addon.is_for(each.type.code)]
        return "" if len(names) == len(self.types) else ", ".join(names)

    def fill(self, form: RegistrationForm, *, chosen: str = "") -> None:
        """Choose for the visitor what there is no choice about: the offered type, the wanted, or the only one there is.

        What is left when the others are sold out isn't chosen: it may be something else than the visitor came for.
        """
        form.payment_method.choices = [(method.code, method.label) for method in self.methods]
        if not form.payment_method.data and self.methods:
            form.payment_method.data = self.methods[0].code
        codes = [each.type.code for each in self.types if each.is_buyable]
        first = form.tickets[0].form.type
        if not first.data and self.entry is not None:
            first.data = self.entry.type_code
        elif not first.data and (chosen in codes or len(codes) == len(self.types) == 1):
            first.data = chosen if chosen in codes else codes[0]

    def quote(self, form: RegistrationForm) -> Quote:
        """What the attendees of the form cost, those whose ticket is chosen."""
        prices = {each.type.code: each for each in self.types}
        bought = {addon.code: addon for addon in self.addons}
        lines = []
        for entry in form.tickets:
            ticket = entry.form
            offered = prices.get(ticket.type.data or "")
            if offered is None:
                continue
            lines.append(QuoteLine(ticket.name.data or "", offered.type.name, offered.price))
            lines += [
                QuoteLine(ticket.name.data or "", bought[code].name, bought[code].price)
                for code in ticket.addons.data
                if code in bought and bought[code].is_for(offered.type.code)
            ]
        return Quote(tuple(lines))


def offer_for(
    edition: Edition,
    catalogue: Catalogue,
    moment: datetime,
    *,
    typed: str,
    code: DiscountCode | None,
    entry: WaitingEntry | None,
    waiting: Mapping[int, int],
) -> Offer:
    """The offer at `moment`. `code` is what `typed` names, `entry` a waiting-list offer that can be taken, `waiting` how many
    wait for each type (by its id)."""
    refusal = code_refusal(code, moment)
    usable = None if refusal else code
    types = tuple(
        _offered(each, usable, moment, is_offered=entry is not None and entry.type_code == each.code, waiting=waiting)
        for each in catalogue.types.values()
        if each.sale_state(moment) != "closed" and may_buy(each, usable)
    )
    return Offer(
        edition=edition,
        catalogue=catalogue,
        moment=moment,
        types=types,
        addons=tuple(addon for addon in catalogue.addons.values() if addon.is_on_sale(moment)),
        methods=tuple(methods_for(edition)),
        code=usable,
        code_problem=(refusal or "") if typed else "",
        entry=entry,
        state=_state(edition, types, moment),
    )


def office_offer(
    edition: Edition, catalogue: Catalogue, moment: datetime, *, typed: str, code: DiscountCode | None
) -> Offer:
    """What the office can book: every type and add-on, whatever the clock says, as long as there are seats."""
    refusal = code_refusal(code, moment)
    usable = None if refusal else code
    types = []
    for each in catalogue.types.values():
        price, discount = price_of(each, usable, moment)
        types.append(OfferedType(each, price, discount, each.price, "full" if each.is_sold_out else "open"))
    return Offer(
        edition=edition,
        catalogue=catalogue,
        moment=moment,
        types=tuple(types),
        addons=tuple(catalogue.addons.values()),
        methods=tuple(methods_for(edition)),
        code=usable,
        code_problem=(refusal or "") if typed else "",
        entry=None,
        state="open",
    )


def _offered(
    ticket_type: TicketType,
    code: DiscountCode | None,
    moment: datetime,
    *,
    is_offered: bool,
    waiting: Mapping[int, int],
) -> OfferedType:
    price, discount = price_of(ticket_type, code, moment)
    if ticket_type.sale_state(moment) == "early":
        state = "early"
    elif is_offered:
        state = "open"
    elif ticket_type.is_sold_out or ticket_type.id in waiting:
        state = "waiting" if ticket_type.waiting_list else "full"
    else:
        state = "few" if ticket_type.level is Level.FEW else "open"
    return OfferedType(ticket_type, price, discount, ticket_type.price, state)


def _state(edition: Edition, types: Sequence[OfferedType], moment: datetime) -> str:
    state = edition.registration_state(moment)
    if state != "open" or any(each.is_buyable for each in types):
        return state
    return "full" if any(each.state in ("full", "waiting") for each in types) else "none"
