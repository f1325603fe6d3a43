"""What is kept of what is cancelled: by which terms, and to the öre."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konferens.database import Database
from konferens.events.model import Edition
from konferens.offering.model import vat_of
from konferens.registration.model import Order, OrderStatus, TicketAddon
from konferens.registration.terms import Settlement, kept_of, percent_for_buyer, percent_kept, settlement
from tests.factories import make_edition, make_order, make_ticket_type

STOCKHOLM = ZoneInfo("Europe/Stockholm")
LAST_FREE = datetime(2027, 4, 10, 23, 59, 59, tzinfo=STOCKHOLM)
FIRST_DEAR = datetime(2027, 4, 11, 0, 0, tzinfo=STOCKHOLM)
EARLY = datetime(2027, 1, 1, tzinfo=UTC)


def addon(price: int, rate: int | None) -> TicketAddon:
    return TicketAddon(1, "middag", "Middag", "valid", price, rate, vat_of(price, rate))


@pytest.fixture
async def order(db: Database) -> Order:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    return await make_order(db, edition)


@pytest.fixture
async def edition(db: Database) -> Edition:
    return await make_edition(db, slug="2029", cancel_free_until=date(2027, 4, 10), cancel_keep_percent=50)


async def test_nothing_is_kept_until_the_free_day_has_ended_where_the_conference_is(edition: Edition) -> None:
    assert percent_kept(edition, LAST_FREE) == 0
    assert percent_kept(edition, FIRST_DEAR) == 50
    assert percent_kept(edition, FIRST_DEAR.astimezone(UTC)) == 50
    assert percent_kept(replace(edition, cancel_free_until=None), LAST_FREE) is None


@pytest.mark.parametrize(
    ("changes", "with_terms", "without"),
    [
        ({}, 50, 0),
        ({"status": OrderStatus.PAID, "paid": 125_000}, 50, None),
        ({"paid": 100}, 50, None),
        ({"status": OrderStatus.PAID, "total": 0}, 0, 0),
        ({"status": OrderStatus.CANCELLED}, None, None),
        ({"status": OrderStatus.EXPIRED}, None, None),
    ],
)
async def test_what_a_buyer_may_cancel(
    edition: Edition, order: Order, changes: dict[str, Any], with_terms: int | None, without: int | None
) -> None:
    changed = replace(order, **changes)
    assert percent_for_buyer(edition, changed, FIRST_DEAR) == with_terms
    assert percent_for_buyer(replace(edition, cancel_free_until=None), changed, FIRST_DEAR) == without


async def test_once_the_conference_has_begun_the_office_is_asked(edition: Edition, order: Order) -> None:
    assert percent_for_buyer(edition, order, edition.starts_at) is None


@pytest.mark.parametrize(
    ("price", "rate", "percent", "kept"),
    [
        (125_000, 25, 50, (62_500, 12_500)),
        (125_000, 25, 0, (0, 0)),
        (125_000, 25, 100, (125_000, 25_000)),
        (39_500, 12, 33, (13_035, 1_397)),
        (1, 25, 50, (1, 0)),  # half an öre is rounded up
        (5, None, 30, (2, 0)),
    ],
)
def test_what_is_kept(price: int, rate: int | None, percent: int, kept: tuple[int, int]) -> None:
    assert kept_of(addon(price, rate), percent) == kept


@given(
    price=st.integers(0, 10**9),
    rate=st.sampled_from([None, 0, 6, 12, 25]),
    percent=st.integers(0, 100),
)
def test_neither_price_nor_vat_nor_what_is_between_is_ever_credited_more_than_it_was(
    price: int, rate: int | None, percent: int
) -> None:
    sold = addon(price, rate)
    kept, vat = kept_of(sold, percent)
    assert 0 <= kept <= price
    assert 0 <= vat <= sold.vat_amount
    assert 0 <= kept - vat <= price - sold.vat_amount


@given(prices=st.lists(st.integers(0, 10**7), max_size=20), percent=st.integers(0, 100))
def test_kept_and_credited_make_up_the_price(prices: list[int], percent: int) -> None:
    sold = [addon(price, 25) for price in prices]
    shared = settlement(list(sold), percent)
    assert shared == Settlement(sum(kept_of(each, percent)[0] for each in sold), sum(prices) - shared.kept)
    assert shared.credited >= 0
