"""Seats that become free go to those who wait, in the order of joining, and to nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from konferens.clock import now
from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.offering.seats import free_quota_seats, next_ticket_changes, recount_seats
from konferens.tables import mail_outbox, quotas, ticket_type_quotas
from konferens.waiting.actions import accept_offer, end_offers, offer_of, pass_on_seats
from konferens.waiting.model import OfferOverError, WaitingStatus
from tests.factories import make_edition, make_order, make_quota, make_ticket_type
from tests.waiting.factories import BASE_URL, entry, make_entry, make_queue, statuses, taken


async def free(db: Database, edition: Edition, quota: int, n: int = 1) -> None:
    """Seats of the quota become free, as by a cancellation."""
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        await free_quota_seats(db, edition.id, {quota: n})
        await pass_on_seats(db, edition, base_url=BASE_URL)


async def offers(db: Database) -> list[str]:
    """Whom an offer was written to, in the order of writing."""
    query = select(mail_outbox.c.to_name).where(mail_outbox.c.kind == "waiting_offer").order_by(mail_outbox.c.id)
    return [row.to_name for row in await db.fetch_all(query)]


async def full(db: Database, edition: Edition, size: int = 5, **values: Any) -> tuple[int, int]:
    """A ticket type whose every seat is taken; gives (type id, quota id)."""
    quota = await make_quota(db, edition, size)
    await db.execute(update(quotas).where(quotas.c.id == quota).values(taken=size))
    return await make_ticket_type(db, edition, quota=quota, **values), quota


async def test_twenty_wait_and_five_seats_freed_one_by_one_go_to_the_first_five_in_order(
    db: Database, edition: Edition
) -> None:
    type_id, quota = await full(db, edition)
    await make_queue(db, edition, type_id, 20)
    for _ in range(5):
        await free(db, edition, quota)
    assert await offers(db) == ["Nr1", "Nr2", "Nr3", "Nr4", "Nr5"]
    assert [name for name, status in (await statuses(db, edition)).items() if status == "offered"] == await offers(db)
    assert await taken(db, quota) == 5


async def test_seats_freed_together_are_offered_together_and_held_for_the_edition_s_hours(db: Database) -> None:
    edition = await make_edition(db, offer_hours=24)
    type_id, quota = await full(db, edition)
    first, *_ = await make_queue(db, edition, type_id, 3)
    await free(db, edition, quota, 2)
    offered = await entry(db, first)
    assert await offers(db) == ["Nr1", "Nr2"]
    assert offered.offered_at is not None
    assert offered.offer_ends_at == offered.offered_at + timedelta(hours=24)


async def test_a_seat_nobody_waits_for_stays_free(db: Database, edition: Edition) -> None:
    _, quota = await full(db, edition)
    await free(db, edition, quota)
    assert await taken(db, quota) == 4
    assert await offers(db) == []


async def test_a_type_needs_a_seat_of_every_one_of_its_quotas(db: Database, edition: Edition) -> None:
    """Vera needs a seat of the dinner too, which is full: Nils, behind her in the queue, only needs the hall."""
    type_id, hall = await full(db, edition)
    with_dinner = await make_ticket_type(db, edition, "middag", quota=hall)
    dinner = await make_quota(db, edition, 0, "Middag")
    await db.execute(insert(ticket_type_quotas).values(ticket_type_id=with_dinner, quota_id=dinner))
    await make_entry(db, edition, with_dinner, "Vera")
    await make_entry(db, edition, type_id, "Nils")
    await free(db, edition, hall)
    assert await statuses(db, edition) == {"Vera": "waiting", "Nils": "offered"}


async def test_types_that_share_a_quota_share_its_seats_in_the_order_of_joining(db: Database, edition: Edition) -> None:
    type_id, quota = await full(db, edition)
    other = await make_ticket_type(db, edition, "student", quota=quota)
    for name, wanted in (("A", type_id), ("B", other), ("C", type_id), ("D", other)):
        await make_entry(db, edition, wanted, name)
    await free(db, edition, quota, 3)
    assert await offers(db) == ["A", "B", "C"]


@pytest.mark.parametrize(
    "values", [{"active": False}, {"on_sale_until": now() - timedelta(days=1)}], ids=["put aside", "sale ended"]
)
async def test_nothing_is_offered_that_cannot_be_bought(db: Database, edition: Edition, values: dict[str, Any]) -> None:
    type_id, quota = await full(db, edition, **values)
    await make_queue(db, edition, type_id, 1)
    await free(db, edition, quota)
    assert await statuses(db, edition) == {"Nr1": "waiting"}


async def test_an_accepted_offer_belongs_to_its_order(db: Database, edition: Edition) -> None:
    type_id, quota = await full(db, edition)
    await make_ticket_type(db, edition, "obegransad")
    (only,) = await make_queue(db, edition, type_id, 1)
    order = await make_order(db, edition, "obegransad")
    await free(db, edition, quota)
    secret = (await entry(db, only)).secret
    offered = await offer_of(db, edition.id, secret, now())
    await accept_offer(db, offered.secret, order.id, now())
    accepted = await entry(db, only)
    assert (accepted.status, accepted.order_id) == (WaitingStatus.ACCEPTED, order.id)
    with pytest.raises(OfferOverError):
        await accept_offer(db, secret, order.id, now())


async def test_an_offer_is_refused_after_its_time_in_words(db: Database, edition: Edition) -> None:
    type_id, quota = await full(db, edition)
    (only,) = await make_queue(db, edition, type_id, 1)
    await free(db, edition, quota)
    secret = (await entry(db, only)).secret
    late = now() + timedelta(hours=edition.offer_hours, seconds=1)
    for attempt in (offer_of(db, edition.id, secret, late), accept_offer(db, secret, 1, late)):
        with pytest.raises(OfferOverError) as refused:
            await attempt
        assert refused.value.text == "Tiden för erbjudandet är ute, och platsen har gått vidare till nästa i kön."
    assert (await entry(db, only)).status is WaitingStatus.OFFERED


async def test_an_offer_is_known_in_its_own_edition_only(db: Database, edition: Edition) -> None:
    type_id, quota = await full(db, edition)
    (only,) = await make_queue(db, edition, type_id, 1)
    await free(db, edition, quota)
    other = await make_edition(db, slug="2028")
    with pytest.raises(NotFoundError):
        await offer_of(db, other.id, (await entry(db, only)).secret, now())
    with pytest.raises(NotFoundError):
        await accept_offer(db, "UNKNOWN", 1, now())


async def test_an_offer_that_ends_moves_on_and_the_seats_add_up(db: Database, edition: Edition) -> None:
    type_id, quota = await full(db, edition, 0)
    first, second = await make_queue(db, edition, type_id, 2)
    await db.execute(update(quotas).where(quotas.c.id == quota).values(size=1))
    await free(db, edition, quota, 0)
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        await end_offers(db, edition, [await entry(db, first)], WaitingStatus.EXPIRED, base_url=BASE_URL)
    assert await statuses(db, edition) == {"Nr1": "expired", "Nr2": "offered"}
    assert (await entry(db, second)).secret != (await entry(db, first)).secret
    assert await taken(db, quota) == 1
    await recount_seats(db, edition.id)
    assert await taken(db, quota) == 1
