"""Placing orders: seats, prices, repetition, and that nothing is ever sold twice."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError, SoldOutError
from konferens.events.queries import edition_by_id
from konferens.mail.queries import mails_of_order
from konferens.offering.queries import quotas_of, ticket_types_of
from konferens.registration.actions import Desk, place_order, place_orders
from konferens.registration.model import OrderRequest, OrderStatus
from konferens.registration.queries import order_by_code, order_by_secret
from konferens.tables import mail_outbox, orders, tickets
from tests.factories import make_edition, make_order, make_quota, make_ticket_type, order_request

BASE_URL = "http://testserver"


async def count(db: Database, table: object) -> int:
    return int(await db.fetch_val(select(func.count()).select_from(table)))  # type: ignore[arg-type]


async def test_an_order_holds_what_was_asked_for_at_the_types_price(db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition, "ordinarie", price=125_000, vat_rate=25)
    await make_ticket_type(db, edition, "middag", price=39_500, vat_rate=12)
    await make_ticket_type(db, edition, "medlem", price=50_000, vat_rate=None)
    order = await make_order(db, edition, "ordinarie", "middag", "medlem")
    assert order.total == 214_500
    assert order.status is OrderStatus.PENDING
    assert [(t.position, t.type, t.price, t.vat_rate, t.vat_amount) for t in order.tickets] == [
        (1, "ordinarie", 125_000, 25, 25_000),
        (2, "middag", 39_500, 12, 4_232),
        (3, "medlem", 50_000, None, 0),
    ]
    assert [(line.rate, line.amount, line.vat) for line in order.vat_lines] == [
        (25, 125_000, 25_000),
        (12, 39_500, 4_232),
        (None, 50_000, 0),
    ]
    assert await order_by_code(db, order.code.lower()) == order
    assert await order_by_secret(db, order.code, order.secret) == order


async def test_a_free_order_is_paid_at_once_and_has_no_due_date(db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition, "volontar", price=0, vat_rate=None)
    order = await make_order(db, edition, "volontar")
    assert (order.status, order.paid_at, order.due_on) == (OrderStatus.PAID, order.placed_at, None)


async def test_payment_is_due_by_the_terms_but_before_the_conference_begins(db: Database) -> None:
    today = now().astimezone(ZoneInfo("Europe/Stockholm")).date()
    edition = await make_edition(db, starts_on=today + timedelta(days=60), ends_on=today + timedelta(days=61))
    await make_ticket_type(db, edition)
    soon = replace(edition, starts_on=today + timedelta(days=10))
    begun = replace(edition, starts_on=today - timedelta(days=1))
    dues = [(await make_order(db, one)).due_on for one in (edition, soon, begun)]
    assert [due - today for due in dues if due] == [timedelta(30), timedelta(9), timedelta(0)]


async def test_a_mail_is_queued_with_the_order_in_its_language(db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    order = await make_order(db, edition, language="sv")
    (mail,) = await mails_of_order(db, order.id)
    assert (mail.kind, mail.to_name, mail.to_email) == ("order_confirmation", "Anna Öberg", "anna.oberg@example.org")
    assert mail.attachments == ("tickets.pdf", "calendar.ics")
    assert f"{BASE_URL}/orders/{order.code}/{order.secret}/" in mail.body_text
    assert f"{BASE_URL}/orders/{order.code}/{order.secret}/" in mail.body_html


async def test_the_same_key_and_request_give_the_same_order_once(db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    first = await make_order(db, edition, key="k1")
    again = await make_order(db, edition, key="k1")
    other = await make_order(db, edition, key="k2")
    assert again == first
    assert other.code != first.code
    assert (await count(db, orders), await count(db, tickets), await count(db, mail_outbox)) == (2, 2, 2)


async def test_the_same_key_for_another_request_is_a_conflict(db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    await make_order(db, edition, key="k1")
    with pytest.raises(ConflictError):
        await make_order(db, edition, "ordinarie", "ordinarie", key="k1")
    assert await count(db, orders) == 1


async def test_the_same_request_twice_at_the_same_time_is_one_order(db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    desk = Desk(db, BASE_URL)
    found = await asyncio.gather(*(desk.place(edition, order_request(key="k1")) for _ in range(20)))
    assert {order.code for order in found} == {found[0].code}
    assert {order.id for order in found} == {found[0].id}
    assert await count(db, orders) == 1


async def test_what_cannot_be_bought_is_told_by_field(db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition, max_per_order=1)
    await make_ticket_type(db, edition, "senare", on_sale_from=now() + timedelta(days=1))
    with pytest.raises(InvalidError) as error:
        await make_order(db, edition, "ordinarie", "finns-inte", "senare", "ordinarie")
    assert sorted(error.value.errors) == ["tickets.1.type", "tickets.2.type", "tickets.3.type"]
    assert await count(db, orders) == 0


async def test_nothing_is_placed_outside_the_time_of_registration(db: Database) -> None:
    early = await make_edition(db, slug="2028", registration_opens_at=now() + timedelta(days=1))
    closed = await make_edition(db, slug="2026", registration_closes_at=now() - timedelta(days=1))
    for edition in (early, closed):
        await make_ticket_type(db, edition)
        with pytest.raises(ConflictError):
            await make_order(db, edition)
        assert (await make_order(db, edition, source="organiser")).total == 125_000


async def test_an_order_takes_seats_of_every_quota_or_none(db: Database) -> None:
    edition = await make_edition(db)
    hall = await make_quota(db, edition, 10, "Salen")
    bus = await make_quota(db, edition, 1, "Bussen")
    await make_ticket_type(db, edition, "ordinarie", quota=hall)
    await make_ticket_type(db, edition, "resa", quota=bus)
    with pytest.raises(SoldOutError) as error:
        await make_order(db, edition, "ordinarie", "resa", "resa")
    assert (error.value.quota, error.value.ticket_type) == ("Bussen", "resa")
    assert [(quota.name, quota.taken) for quota in await quotas_of(db, edition.id)] == [("Bussen", 0), ("Salen", 0)]
    await make_order(db, edition, "ordinarie", "resa")
    assert [(quota.name, quota.taken) for quota in await quotas_of(db, edition.id)] == [("Bussen", 1), ("Salen", 1)]
    assert [(t.code, t.available) for t in await ticket_types_of(db, edition.id)] == [("ordinarie", 9), ("resa", 0)]


async def test_a_race_for_the_last_seats_never_oversells(db: Database) -> None:
    edition = await make_edition(db)
    quota = await make_quota(db, edition, 7)
    await make_ticket_type(db, edition, quota=quota)

    async def try_one(number: int) -> bool:
        request = order_request("ordinarie", "ordinarie") if number % 3 == 0 else order_request()
        try:
            await place_order(db, edition, request, base_url=BASE_URL)
        except SoldOutError:
            return False
        return True

    results = await asyncio.gather(*(try_one(number) for number in range(40)))
    (seats,) = await quotas_of(db, edition.id)
    assert (seats.taken, await count(db, tickets)) == (7, 7)
    assert sum(results) == await count(db, orders) == await count(db, mail_outbox)


async def test_a_race_at_the_desk_never_oversells_either(db: Database) -> None:
    edition = await make_edition(db)
    quota = await make_quota(db, edition, 7)
    await make_ticket_type(db, edition, quota=quota)
    desks = [Desk(db, BASE_URL), Desk(db, BASE_URL)]  # as in two processes
    results = await asyncio.gather(
        *(desks[number % 2].place(edition, order_request()) for number in range(40)), return_exceptions=True
    )
    assert sum(isinstance(result, SoldOutError) for result in results) == 33
    assert await count(db, tickets) == 7


async def test_public_pages_are_renewed_when_a_level_changes_and_not_for_every_order(db: Database) -> None:
    edition = await make_edition(db)
    quota = await make_quota(db, edition, 12)
    await make_ticket_type(db, edition, quota=quota)
    versions = []
    for _ in range(12):
        await make_order(db, edition)
        versions.append((await edition_by_id(db, edition.id)).version - edition.version)
    assert versions == [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]


async def test_many_orders_at_once_are_placed_with_their_own_dates_and_without_mail(db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    moments = [now() - timedelta(hours=hours) for hours in range(120)]
    placed = await place_orders(
        db, edition, [order_request() for _ in moments], base_url=BASE_URL, placed_at=moments, announce=False
    )
    assert [order.placed_at for order in placed] == moments
    assert len({order.code for order in placed}) == 120
    assert await count(db, mail_outbox) == 0


async def test_every_ticket_has_a_change_number_of_its_own(db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    await make_order(db, edition, "ordinarie", "ordinarie")
    await make_order(db, edition)
    rows = await db.fetch_all(select(tickets.c.change).order_by(tickets.c.id))
    assert [row.change for row in rows] == [1, 2, 3]


async def test_an_order_in_a_transaction_takes_few_statements(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition, quota=await make_quota(db, edition, 100))
    statements: list[str] = []
    for name in ("fetch_all", "execute", "execute_many"):
        original = getattr(db, name)

        async def counted(query: object, *args: object, original: object = original, **kwargs: object) -> object:
            statements.append(str(query)[:20])
            return await original(query, *args, **kwargs)  # type: ignore[operator]

        monkeypatch.setattr(db, name, counted)
    await make_order(db, edition, *["ordinarie"] * 5)
    assert len(statements) == 13  # the catalogue's six before, seven in the transaction


def test_a_request_is_told_apart_by_everything_but_its_key() -> None:
    one: OrderRequest = order_request(key="a")
    assert one.digest == order_request(key="b").digest
    assert one.digest != order_request("annan").digest
    assert one.digest != order_request(message="Hej").digest
