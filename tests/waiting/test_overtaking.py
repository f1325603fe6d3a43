"""Nobody overtakes who waits, whatever happens at the same time: orders, cancellations and the clock, by several processes."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from konferens.clock import now
from konferens.database import Database, open_database
from konferens.errors import ConflictError, DomainError, SoldOutError
from konferens.events.model import Edition
from konferens.offering.seats import recount_seats
from konferens.registration.actions import cancel_order, place_order
from konferens.tables import mail_outbox, orders, tickets, waiting_entries
from konferens.waiting.duties import keep_lists_moving
from konferens.waiting.model import WaitingStatus
from tests.factories import ACTOR, make_order, make_quota, make_ticket_type, order_request
from tests.waiting.factories import BASE_URL, entry, make_entry, make_queue, statuses, taken


async def test_a_seat_that_becomes_free_is_not_for_the_public(db: Database, edition: Edition) -> None:
    """Five orders are cancelled while visitors try to buy, in two processes: each seat goes to the first who waits."""
    quota = await make_quota(db, edition, 5)
    type_id = await make_ticket_type(db, edition, quota=quota)
    sold = [await make_order(db, edition) for _ in range(5)]
    await make_queue(db, edition, type_id, 20)
    other = open_database(db.url)
    await other.connect()

    async def buy(each: Database) -> str:
        try:
            await place_order(each, edition, order_request(), base_url=BASE_URL)
        except SoldOutError:
            return "sold out"
        return "bought"

    steps = [
        cancel_order(each, edition, order, actor=ACTOR, base_url=BASE_URL)
        for each, order in zip([db, other, db, other, db], sold, strict=True)
    ]
    answers = await asyncio.gather(*steps, *(buy(each) for each in [db, other] * 5))
    await other.disconnect()
    assert answers[5:] == ["sold out"] * 10
    query = select(mail_outbox.c.to_name).where(mail_outbox.c.kind == "waiting_offer").order_by(mail_outbox.c.id)
    assert [row.to_name for row in await db.fetch_all(query)] == ["Nr1", "Nr2", "Nr3", "Nr4", "Nr5"]
    assert await taken(db, quota) == 5
    await recount_seats(db, edition.id)
    assert await taken(db, quota) == 5


async def test_an_offer_becomes_a_ticket_without_a_seat_more(db: Database, edition: Edition) -> None:
    quota = await make_quota(db, edition, 1)
    type_id = await make_ticket_type(db, edition, quota=quota)
    sold = await make_order(db, edition)
    only = await make_entry(db, edition, type_id)
    await cancel_order(db, edition, sold, actor=ACTOR, base_url=BASE_URL)
    secret = (await entry(db, only)).secret
    order = await place_order(db, edition, order_request(offer=secret), base_url=BASE_URL)
    accepted = await entry(db, only)
    assert (accepted.status, accepted.order_id) == (WaitingStatus.ACCEPTED, order.id)
    assert await taken(db, quota) == 1
    await recount_seats(db, edition.id)
    assert await taken(db, quota) == 1
    with pytest.raises(DomainError):
        await place_order(db, edition, order_request(offer=secret), base_url=BASE_URL)
    await cancel_order(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    assert await taken(db, quota) == 0


async def test_an_offer_whose_time_is_over_places_no_order(db: Database, edition: Edition) -> None:
    quota = await make_quota(db, edition, 1)
    type_id = await make_ticket_type(db, edition, quota=quota)
    late = await make_entry(db, edition, type_id, status="offered", offer_ends_at=now() - timedelta(seconds=1))
    await recount_seats(db, edition.id)
    with pytest.raises(ConflictError):
        await place_order(db, edition, order_request(offer=(await entry(db, late)).secret), base_url=BASE_URL)
    assert await db.fetch_val(select(func.count()).select_from(orders)) == 0
    assert (await entry(db, late)).status is WaitingStatus.OFFERED


async def test_of_the_clock_and_the_one_who_takes_the_offer_one_wins(db: Database, edition: Edition) -> None:
    """The clock of another process says that the time is over; either the order stands, or the next has the offer."""
    quota = await make_quota(db, edition, 1)
    type_id = await make_ticket_type(db, edition, quota=quota)
    first = await make_entry(db, edition, type_id, "Vera", status="offered", offer_ends_at=now() + timedelta(hours=1))
    await make_queue(db, edition, type_id, 1)
    await recount_seats(db, edition.id)
    other = open_database(db.url)
    await other.connect()
    noon = now().replace(hour=12) + timedelta(days=2)
    placed, _ = await asyncio.gather(
        place_order(db, edition, order_request(offer=(await entry(db, first)).secret), base_url=BASE_URL),
        keep_lists_moving(other, noon, base_url=BASE_URL),
        return_exceptions=True,
    )
    await other.disconnect()
    valid = int(await db.fetch_val(select(func.count()).where(tickets.c.status == "valid")))
    assert await taken(db, quota) == 1
    if isinstance(placed, BaseException):
        assert isinstance(placed, ConflictError)
        assert (valid, await statuses(db, edition)) == (0, {"Vera": "expired", "Nr1": "offered"})
    else:
        assert (valid, await statuses(db, edition)) == (1, {"Vera": "accepted", "Nr1": "waiting"})
    await recount_seats(db, edition.id)
    assert await taken(db, quota) == 1


async def test_two_clocks_end_an_offer_once(db: Database, edition: Edition) -> None:
    quota = await make_quota(db, edition, 1)
    type_id = await make_ticket_type(db, edition, quota=quota)
    await make_entry(db, edition, type_id, "Vera", status="offered", offer_ends_at=now() - timedelta(hours=1))
    await make_queue(db, edition, type_id, 3)
    await recount_seats(db, edition.id)
    other = open_database(db.url)
    await other.connect()
    noon = now().replace(hour=12)
    noon = noon if noon > now() else noon + timedelta(days=1)
    await asyncio.gather(*(keep_lists_moving(each, noon, base_url=BASE_URL) for each in (db, other)))
    await other.disconnect()
    assert await statuses(db, edition) == {"Vera": "expired", "Nr1": "offered", "Nr2": "waiting", "Nr3": "waiting"}
    assert await taken(db, quota) == 1
    await db.execute(update(waiting_entries).values(status="left"))
    await recount_seats(db, edition.id)
    assert await taken(db, quota) == 0


async def test_what_it_costs_where_nobody_waits(
    db: Database, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One query at each cancellation, and one each minute."""
    asked: list[str] = []
    fetch_all = Database.fetch_all

    async def counted(self: Database, query: object, values: object = None) -> object:
        asked.append(str(query)[:20])
        return await fetch_all(self, query, values)  # type: ignore[arg-type]

    monkeypatch.setattr(Database, "fetch_all", counted)
    await keep_lists_moving(db, now(), base_url=BASE_URL)
    assert len(asked) == 1
