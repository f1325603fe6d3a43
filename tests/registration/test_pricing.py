"""Prices, discounts and VAT: the parts always make the whole."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from konferens.offering.model import Addon, DiscountCode, TicketType, vat_of
from konferens.payments.model import vat_totals
from konferens.registration.invoicing import charged_lines
from konferens.registration.model import Ticket, TicketRequest, vat_summary
from konferens.registration.pricing import price_of, sold_addon, sold_ticket, total_of

MOMENT = datetime(2027, 3, 1, tzinfo=UTC)
RATES = st.sampled_from([None, 0, 6, 12, 25])
PRICES = st.integers(0, 10_000_000)


@st.composite
def types(draw: st.DrawFn, code: str = "a") -> TicketType:
    return TicketType(
        id=1,
        code=code,
        name=code,
        description="",
        price=draw(PRICES),
        vat_rate=draw(RATES),
        colour="#000000",
        position=0,
        on_sale_from=None,
        on_sale_until=None,
        max_per_order=50,
        active=True,
        quotas=(),
        early_price=draw(st.none() | PRICES),
        early_until=draw(st.sampled_from([None, datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)])),
    )


@st.composite
def addons(draw: st.DrawFn, code: str = "x") -> Addon:
    return Addon(
        id=1,
        code=code,
        name=code,
        description="",
        price=draw(PRICES),
        vat_rate=draw(RATES),
        position=0,
        on_sale_until=None,
        active=True,
        starts_at=None,
        ends_at=None,
        location="",
        quota=None,
        ticket_types=frozenset(),
    )


@st.composite
def codes(draw: st.DrawFn) -> DiscountCode:
    percent = draw(st.none() | st.integers(1, 100))
    return DiscountCode(
        id=1,
        code="KOD",
        note="",
        percent=percent,
        amount=draw(st.none() | PRICES) if percent is None else None,
        max_uses=None,
        used=0,
        valid_from=None,
        valid_until=None,
        active=True,
        ticket_types=draw(st.sampled_from([frozenset(), frozenset({"a"})])),
    )


@st.composite
def sales(draw: st.DrawFn) -> tuple[list[Ticket], int]:
    """Tickets as they are sold, and what `total_of` says that they cost."""
    offered = {code: draw(types(code)) for code in "abc"}
    extra = {code: draw(addons(code)) for code in "xyz"}
    code = draw(st.none() | codes())
    asked = [
        TicketRequest(
            type=draw(st.sampled_from("abc")),
            name=f"Deltagare {number}",
            addons=tuple(draw(st.sets(st.sampled_from("xyz")))),
        )
        for number in range(draw(st.integers(1, 12)))
    ]
    tickets = [
        sold_ticket(
            position,
            each,
            offered[each.type],
            addons=tuple(sold_addon(extra[name]) for name in each.addons),
            code=code,
            moment=MOMENT,
        )
        for position, each in enumerate(asked, 1)
    ]
    return tickets, total_of(asked, offered, extra, code, MOMENT)


@given(sales())
def test_the_sum_of_the_parts_is_the_total(sold: tuple[list[Ticket], int]) -> None:
    tickets, total = sold
    assert sum(amount for ticket in tickets for _, amount, _ in ticket.charges) == total
    lines = vat_summary(tickets)
    assert sum(line.amount for line in lines) == total
    assert sum(line.vat for line in lines) == sum(vat for ticket in tickets for _, _, vat in ticket.charges)


@given(sales())
def test_the_invoice_says_the_same_as_the_order(sold: tuple[list[Ticket], int]) -> None:
    tickets, total = sold
    lines = charged_lines(tickets)
    assert sum(line.gross for line in lines) == total
    by_rate = {line.rate: line.vat for line in vat_summary(tickets) if line.amount}
    assert {part.rate: part.vat for part in vat_totals(lines)} == by_rate
    assert all(line.net == line.quantity * line.unit_price for line in lines)


@given(types(), codes())
def test_a_discount_is_between_nothing_and_the_price(ticket_type: TicketType, code: DiscountCode) -> None:
    price, discount = price_of(ticket_type, code, MOMENT)
    assert price >= 0
    assert discount >= 0
    assert price + discount == ticket_type.price_at(MOMENT)


@given(PRICES, RATES)
def test_vat_is_rounded_half_up_to_whole_ore(price: int, rate: int | None) -> None:
    vat = vat_of(price, rate)
    assert abs(vat * (100 + (rate or 0)) - price * (rate or 0)) * 2 <= 100 + (rate or 0)
    assert 0 <= vat <= price
