"""What the clock does to orders: it says each thing once, by day, and gives back what an unpaid order held."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, update

from konferens.database import Database, open_database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.offering.seats import recount_seats
from konferens.registration.actions import cancel_order
from konferens.registration.duties import expire_unpaid, remind_of_event, remind_of_payment, thank
from konferens.registration.model import Order, OrderStatus, TicketRequest
from konferens.registration.queries import order_by_id
from konferens.tables import (
    addons,
    discount_codes,
    editions,
    invoices,
    mail_outbox,
    orders,
    quotas,
    ticket_addons,
    tickets,
)
from tests.factories import make_order, make_quota, make_ticket_type
from tests.waiting.factories import BASE_URL, make_queue, statuses

DUE = date(2027, 3, 1)


def at(day: date, hour: int = 9) -> datetime:
    """A moment of that day: winter time in Sweden is an hour ahead of UTC."""
    return datetime(day.year, day.month, day.day, hour - 1, tzinfo=UTC)


def after(days: int, hour: int = 9) -> datetime:
    """So many days after the due date."""
    return at(DUE + timedelta(days=days), hour)


async def configured(db: Database, edition: Edition, **values: object) -> Edition:
    await db.execute(update(editions).where(editions.c.id == edition.id).values(**values))
    return await edition_by_id(db, edition.id)


async def due(db: Database, order: Order, **values: object) -> Order:
    """The order with its due date at `DUE`, placed long before."""
    columns = {"due_on": DUE, "placed_at": at(date(2027, 2, 1)), **values}
    await db.execute(update(orders).where(orders.c.id == order.id).values(**columns))
    return await order_by_id(db, order.id)


async def letters(db: Database, kind: str) -> list[str]:
    """To whom letters of the kind were written, in order."""
    query = select(mail_outbox.c.to_email).where(mail_outbox.c.kind == kind).order_by(mail_outbox.c.id)
    return [row.to_email for row in await db.fetch_all(query)]


async def status(db: Database, order: Order) -> OrderStatus:
    return (await order_by_id(db, order.id)).status


async def seats(db: Database) -> dict[str, int]:
    return {row.name: row.taken for row in await db.fetch_all(select(quotas.c.name, quotas.c.taken))}


# --- orders that nobody pays ------------------------------------------------------------------------------------------


async def test_an_unpaid_order_expires_so_many_days_after_its_due_date(db: Database, edition: Edition) -> None:
    await configured(db, edition, expire_unpaid_days=10)
    quota = await make_quota(db, edition, 5)
    await make_ticket_type(db, edition, quota=quota)
    order = await due(db, await make_order(db, edition, "ordinarie", "ordinarie"))
    await expire_unpaid(db, after(9), base_url=BASE_URL)
    assert await status(db, order) is OrderStatus.PENDING
    await expire_unpaid(db, after(10, 7), base_url=BASE_URL)
    assert await status(db, order) is OrderStatus.PENDING, "people are not written to before eight"
    await expire_unpaid(db, after(10, 8), base_url=BASE_URL)
    ended = await order_by_id(db, order.id)
    assert (ended.status, [ticket.status for ticket in ended.tickets]) == (OrderStatus.EXPIRED, ["cancelled"] * 2)
    assert await seats(db) == {"Platser": 0}
    assert await letters(db, "order_expired") == ["anna.oberg@example.org"]


async def test_without_a_number_of_days_orders_stay(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    order = await due(db, await make_order(db, edition))
    await expire_unpaid(db, after(60), base_url=BASE_URL)
    assert await status(db, order) is OrderStatus.PENDING


@pytest.mark.parametrize("values", [{"paid": 100}, {"status": "paid", "paid": 125_000}], ids=["in part", "whole"])
async def test_what_is_paid_doesn_t_expire(db: Database, edition: Edition, values: dict[str, object]) -> None:
    await configured(db, edition, expire_unpaid_days=1)
    await make_ticket_type(db, edition)
    order = await due(db, await make_order(db, edition), **values)
    await expire_unpaid(db, after(30), base_url=BASE_URL)
    assert (await order_by_id(db, order.id)).is_active


async def test_nothing_expires_once_the_conference_has_begun(db: Database, edition: Edition) -> None:
    await configured(db, edition, expire_unpaid_days=1)
    await make_ticket_type(db, edition)
    order = await due(db, await make_order(db, edition))
    await expire_unpaid(db, at(edition.starts_on), base_url=BASE_URL)
    assert await status(db, order) is OrderStatus.PENDING


async def test_an_expired_order_gives_everything_back_once(db: Database, edition: Edition) -> None:
    """Seats of tickets and add-ons, uses of the code; the invoice is credited, and who waited is offered the seat."""
    seller = {"seller_name": "Föreningen", "seller_address": "Gatan 1", "seller_orgnr": "556012-5790"}
    edition = await configured(
        db, edition, expire_unpaid_days=1, seller_vat_number="SE556012579001", bankgiro="5050-1055", **seller
    )
    hall, dinner = await make_quota(db, edition, 1), await make_quota(db, edition, 10, "Middag")
    type_id = await make_ticket_type(db, edition, quota=hall)
    await db.execute(
        insert(addons).values(
            edition_id=edition.id, quota_id=dinner, code="middag", name="Middag", price=30_000, vat_rate=12
        )
    )
    await db.execute(insert(discount_codes).values(edition_id=edition.id, code="TIDIG", percent=10))
    asked = (TicketRequest("ordinarie", "Eva", addons=("middag",)),)
    order = await due(db, await make_order(db, edition, tickets=asked, discount_code="tidig"))
    await make_queue(db, edition, type_id, 1)
    assert await seats(db) == {"Platser": 1, "Middag": 1}
    for _ in range(2):
        await expire_unpaid(db, after(5), base_url=BASE_URL)
    assert await status(db, order) is OrderStatus.EXPIRED
    assert await statuses(db, edition) == {"Nr1": "offered"}
    assert await seats(db) == {"Platser": 1, "Middag": 0}
    await recount_seats(db, edition.id)
    assert await seats(db) == {"Platser": 1, "Middag": 0}
    assert await db.fetch_val(select(ticket_addons.c.status)) == "cancelled"
    assert await db.fetch_val(select(discount_codes.c.used)) == 0
    assert int(await db.fetch_val(select(func.sum(invoices.c.total)))) == 0
    assert await db.fetch_val(select(func.count()).select_from(invoices)) == 2
    assert await letters(db, "order_expired") == ["anna.oberg@example.org"]


async def test_of_two_processes_one_ends_the_order(db: Database, edition: Edition) -> None:
    await configured(db, edition, expire_unpaid_days=1)
    quota = await make_quota(db, edition, 20)
    await make_ticket_type(db, edition, quota=quota)
    for _ in range(3):
        await due(db, await make_order(db, edition))
    await due(db, await make_order(db, edition), due_on=date(2027, 5, 1))
    other = open_database(db.url)
    await other.connect()
    await asyncio.gather(*(expire_unpaid(each, after(5), base_url=BASE_URL) for each in (db, other)))
    await other.disconnect()
    assert await seats(db) == {"Platser": 1}
    assert await letters(db, "order_expired") == ["anna.oberg@example.org"] * 3


async def test_an_order_that_its_buyer_cancels_meanwhile_is_left_alone(db: Database, edition: Edition) -> None:
    edition = await configured(db, edition, expire_unpaid_days=1)
    quota = await make_quota(db, edition, 20)
    await make_ticket_type(db, edition, quota=quota)
    await due(db, await make_order(db, edition), due_on=date(2027, 5, 1))
    order = await due(db, await make_order(db, edition))
    await asyncio.gather(
        cancel_order(db, edition, order, actor="anna@example.org", base_url=BASE_URL),
        expire_unpaid(db, after(5), base_url=BASE_URL),
        return_exceptions=True,
    )
    assert await seats(db) == {"Platser": 1}
    assert len(await letters(db, "order_expired") + await letters(db, "order_cancelled")) == 1


# --- reminders of payment ---------------------------------------------------------------------------------------------


async def test_who_hasn_t_paid_is_reminded_twice_and_no_more(
    db: Database, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    await configured(db, edition, payment_reminder_days=5)
    await make_ticket_type(db, edition)
    await due(db, await make_order(db, edition))
    counts = []
    for day in range(40):
        moment = after(day)
        monkeypatch.setattr("konferens.mail.actions.now", lambda moment=moment: moment)
        await remind_of_payment(db, moment, base_url=BASE_URL)
        await remind_of_payment(db, moment + timedelta(minutes=15), base_url=BASE_URL)
        counts.append(len(await letters(db, "payment_reminder")))
    assert counts == [0] * 5 + [1] * 5 + [2] * 30


async def test_a_reminder_that_came_late_puts_the_second_off(
    db: Database, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server stood still for a month: two reminders on the same day would be one too many."""
    await configured(db, edition, payment_reminder_days=5)
    await make_ticket_type(db, edition)
    await due(db, await make_order(db, edition))
    counts = []
    for day in (30, 31, 34, 35):
        monkeypatch.setattr("konferens.mail.actions.now", lambda day=day: after(day))
        await remind_of_payment(db, after(day), base_url=BASE_URL)
        counts.append(len(await letters(db, "payment_reminder")))
    assert counts == [1, 1, 1, 2]


async def test_who_has_paid_is_not_reminded(db: Database, edition: Edition) -> None:
    await configured(db, edition, payment_reminder_days=5)
    await make_ticket_type(db, edition)
    await due(db, await make_order(db, edition), status="paid", paid=125_000)
    await due(db, await make_order(db, edition), paid=25_000)
    await remind_of_payment(db, after(5, 7), base_url=BASE_URL)
    assert await letters(db, "payment_reminder") == [], "not before eight"
    await remind_of_payment(db, after(5), base_url=BASE_URL)
    assert await letters(db, "payment_reminder") == ["anna.oberg@example.org"], "who has paid a part owes the rest"


async def test_two_processes_remind_once(db: Database, edition: Edition) -> None:
    await configured(db, edition, payment_reminder_days=5)
    await make_ticket_type(db, edition)
    for _ in range(3):
        await due(db, await make_order(db, edition))
    other = open_database(db.url)
    await other.connect()
    await asyncio.gather(*(remind_of_payment(each, after(5), base_url=BASE_URL) for each in (db, other)))
    await other.disconnect()
    assert len(await letters(db, "payment_reminder")) == 3


# --- letters before and after the conference --------------------------------------------------------------------------


async def placed(db: Database, edition: Edition, *people: tuple[str, str]) -> Order:
    """An order placed long ago, with tickets for these people (name, address)."""
    asked = tuple(TicketRequest("ordinarie", name, email) for name, email in people)
    order = await make_order(db, edition, tickets=asked)
    return await due(db, order)


async def test_everybody_is_reminded_of_the_conference_once(db: Database, edition: Edition) -> None:
    """One letter to each address of an order; who has none is told through the buyer."""
    await configured(db, edition, event_reminder_days=3)
    await make_ticket_type(db, edition)
    await placed(db, edition, ("Eva", "eva@example.org"), ("Bo", "EVA@example.org"), ("Åsa", ""), ("Ola", ""))
    await placed(db, edition, ("Eva", "eva@example.org"))
    early, on_time = (at(edition.starts_on - timedelta(days=n)) for n in (4, 3))
    await remind_of_event(db, early, base_url=BASE_URL)
    assert await letters(db, "event_reminder") == []
    for moment in (on_time, on_time + timedelta(minutes=15), at(edition.starts_on)):
        await remind_of_event(db, moment, base_url=BASE_URL)
    assert sorted(await letters(db, "event_reminder")) == [
        "anna.oberg@example.org",
        "eva@example.org",
        "eva@example.org",
    ]
    await remind_of_event(db, at(edition.starts_on + timedelta(days=1)), base_url=BASE_URL)
    assert len(await letters(db, "event_reminder")) == 3


async def test_who_is_cancelled_erased_or_has_just_ordered_gets_no_reminder(db: Database, edition: Edition) -> None:
    edition = await configured(db, edition, event_reminder_days=3)
    await make_ticket_type(db, edition)
    moment = at(edition.starts_on - timedelta(days=2))
    gone = await placed(db, edition, ("Eva", "eva@example.org"))
    await cancel_order(db, edition, gone, actor="anna@example.org", base_url=BASE_URL)
    erased = await placed(db, edition, ("Bo", "bo@example.org"))
    await db.execute(update(tickets).where(tickets.c.order_id == erased.id).values(erased_at=moment))
    late = await placed(db, edition, ("Ola", "ola@example.org"))
    await db.execute(update(orders).where(orders.c.id == late.id).values(placed_at=moment - timedelta(hours=1)))
    await remind_of_event(db, moment, base_url=BASE_URL)
    assert await letters(db, "event_reminder") == []


async def test_a_letter_about_one_ticket_has_that_ticket_alone(db: Database, edition: Edition) -> None:
    await configured(db, edition, event_reminder_days=3)
    await make_ticket_type(db, edition)
    order = await placed(db, edition, ("Eva", "eva@example.org"), ("Åsa", ""))
    await remind_of_event(db, at(edition.starts_on - timedelta(days=3)), base_url=BASE_URL)
    query = select(mail_outbox.c.to_email, mail_outbox.c.ticket_id).where(mail_outbox.c.kind == "event_reminder")
    assert {row.to_email: row.ticket_id for row in await db.fetch_all(query)} == {
        "eva@example.org": order.tickets[0].id,
        "anna.oberg@example.org": None,
    }


async def test_thanks_come_after_the_last_day_and_not_long_after(db: Database, edition: Edition) -> None:
    await configured(db, edition, thanks_days=2)
    await make_ticket_type(db, edition)
    await placed(db, edition, ("Eva", "eva@example.org"))
    for days in (1, 33):
        await thank(db, at(edition.ends_on + timedelta(days=days)), base_url=BASE_URL)
    assert await letters(db, "event_thanks") == []
    for days in (2, 3):
        await thank(db, at(edition.ends_on + timedelta(days=days)), base_url=BASE_URL)
    assert await letters(db, "event_thanks") == ["eva@example.org"]
