"""VAT and sums, availability, and how full things are told to be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konferens.levels import Level, level_of
from konferens.offering.model import Quota, TicketType, vat_of

NOON = datetime(2027, 1, 15, 12, tzinfo=UTC)
TYPE = TicketType(1, "a", "A", "", 10_000, 25, "#000000", 0, None, None, 20, active=True, quotas=())


@pytest.mark.parametrize(
    ("price", "rate", "vat"),
    [
        (125_000, 25, 25_000),
        (39_500, 12, 4_232),  # 4 232.14
        (53, 6, 3),  # exactly 3
        (9, 100, 5),  # 4.5: half an öre is rounded up
        (1, 25, 0),  # 0.2
        (3, 25, 1),  # 0.6
        (0, 25, 0),
        (10_000, 0, 0),
        (10_000, None, 0),
    ],
)
def test_vat_is_the_part_of_the_price_that_is_vat(price: int, rate: int | None, vat: int) -> None:
    assert vat_of(price, rate) == vat


@given(price=st.integers(0, 10**9), rate=st.integers(1, 100))
def test_vat_is_the_nearest_ore_to_the_exact_part(price: int, rate: int) -> None:
    exact = Fraction(price * rate, 100 + rate)
    assert -Fraction(1, 2) < vat_of(price, rate) - exact <= Fraction(1, 2)


@given(price=st.integers(0, 10**9), rate=st.integers(1, 100))
def test_vat_grows_with_the_price_and_never_exceeds_it(price: int, rate: int) -> None:
    assert 0 <= vat_of(price, rate) <= vat_of(price + 1, rate) <= price + 1


def test_the_tightest_quota_says_how_many_are_left() -> None:
    limited = replace(TYPE, quotas=(Quota(1, "Salen", 100, 20), Quota(2, "Bussen", 40, 35)))
    assert (limited.available, limited.level, limited.is_sold_out) == (5, Level.FEW, False)
    assert (TYPE.available, TYPE.level, TYPE.is_sold_out) == (None, Level.OPEN, False)


def test_a_quota_that_was_shrunk_below_what_is_taken_has_none_left() -> None:
    assert Quota(1, "Salen", 10, 12).left == 0


@pytest.mark.parametrize(
    ("left", "level"), [(None, Level.OPEN), (11, Level.OPEN), (10, Level.FEW), (1, Level.FEW), (0, Level.FULL)]
)
def test_levels(left: int | None, level: Level) -> None:
    assert level_of(left) is level


def test_a_type_is_on_sale_from_its_beginning_until_its_end() -> None:
    hour = timedelta(hours=1)
    timed = replace(TYPE, on_sale_from=NOON, on_sale_until=NOON + hour)
    states = [timed.sale_state(NOON + shift) for shift in (-hour, timedelta(0), hour)]
    assert states == ["early", "open", "closed"]
    assert replace(TYPE, active=False).sale_state(NOON) == "closed"
