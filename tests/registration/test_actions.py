"""What can happen to an order: it is paid, cancelled, and people on it are changed."""

import asyncio

import pytest
from sqlalchemy import select

from konferens.audit import latest_changes
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.events.queries import edition_by_id
from konferens.mail.queries import mails_of_order
from konferens.offering.queries import quotas_of
from konferens.registration.actions import Attendee, cancel_order, change_attendees, mark_paid, recount_seats
from konferens.registration.model import Order, OrderStatus
from konferens.registration.queries import order_by_id, orders_of
from konferens.tables import ticket_type_quotas, tickets
from tests.factories import ACTOR, make_edition, make_order, make_quota, make_ticket_type

BASE_URL = "http://testserver"


async def changes(db: Database, order: Order) -> list[int]:
    query = select(tickets.c.change).where(tickets.c.order_id == order.id).order_by(tickets.c.position)
    return [row.change for row in await db.fetch_all(query)]


async def test_a_payment_is_noted_told_and_seen_by_check_in(db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    order = await make_order(db, edition, "ordinarie", "ordinarie")
    paid = await mark_paid(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    assert paid == await order_by_id(db, order.id)
    assert (paid.status, paid.paid_at is not None) == (OrderStatus.PAID, True)
    assert [mail.kind for mail in await mails_of_order(db, order.id)] == ["order_confirmation", "order_paid"]
    assert await changes(db, order) == [3, 4]
    change, payment = await latest_changes(db, f"order:{order.code}")
    assert (payment.action, payment.after["amount"], payment.after["method"]) == ("order.payment", 250_000, "other")
    assert (change.actor, change.action, change.before, change.after) == (
        ACTOR,
        "order.mark-paid",
        {"status": "pending"},
        {"status": "paid"},
    )


async def test_a_cancelled_order_frees_its_seats_once(db: Database) -> None:
    edition = await make_edition(db)
    quota = await make_quota(db, edition, 3)
    await make_ticket_type(db, edition, quota=quota)
    order = await make_order(db, edition, "ordinarie", "ordinarie")
    await make_order(db, edition)
    results = await asyncio.gather(
        *(cancel_order(db, edition, order, actor=ACTOR, base_url=BASE_URL) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(result, ConflictError) for result in results) == 4
    cancelled = await order_by_id(db, order.id)
    assert cancelled.status is OrderStatus.CANCELLED
    assert [ticket.status for ticket in cancelled.tickets] == ["cancelled", "cancelled"]
    assert [seats.taken for seats in await quotas_of(db, edition.id)] == [1]
    assert [mail.kind for mail in await mails_of_order(db, order.id)] == ["order_confirmation", "order_cancelled"]


async def test_seats_that_come_back_are_shown_to_the_public(db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition, quota=await make_quota(db, edition, 1))
    order = await make_order(db, edition)
    full = (await edition_by_id(db, edition.id)).version
    await cancel_order(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    assert (await edition_by_id(db, edition.id)).version == full + 1


@pytest.mark.parametrize("status", [OrderStatus.PAID, OrderStatus.CANCELLED])
async def test_only_a_pending_order_can_be_marked_as_paid(db: Database, status: OrderStatus) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    order = await make_order(db, edition)
    if status is OrderStatus.PAID:
        await mark_paid(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    else:
        await cancel_order(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    before = await changes(db, order)
    with pytest.raises(ConflictError):
        await mark_paid(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    assert (await order_by_id(db, order.id)).status is status
    assert await changes(db, order) == before


async def test_a_buyer_cannot_cancel_what_was_paid_in_the_meantime(db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    await make_ticket_type(db, edition, "gratis", price=0)
    order = await make_order(db, edition)
    await mark_paid(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    with pytest.raises(ConflictError):
        await cancel_order(db, edition, order, actor=f"buyer:{order.code}", base_url=BASE_URL, by_buyer=True)
    free = await make_order(db, edition, "gratis")
    gone = await cancel_order(db, edition, free, actor=f"buyer:{free.code}", base_url=BASE_URL, by_buyer=True)
    assert gone.status is OrderStatus.CANCELLED


async def test_changed_people_are_renumbered_for_check_in_and_the_others_not(db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    order = await make_order(db, edition, "ordinarie", "ordinarie")
    first, second = order.tickets
    people = [Attendee(first.name, first.email, first.organisation), Attendee("محمد علي", "", "Byalaget 🌲")]
    changed = await change_attendees(db, order, people, actor=f"buyer:{order.code}")
    assert [(t.name, t.email, t.organisation) for t in changed.tickets] == [
        ("Deltagare 1", "deltagare1@example.org", ""),
        ("محمد علي", "", "Byalaget 🌲"),
    ]
    assert await changes(db, order) == [1, 3]
    (change,) = await latest_changes(db, f"order:{order.code}")
    assert change.before == {"2": [second.name, second.email, ""]}


async def test_people_of_a_cancelled_order_stay_as_they_were(db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    order = await make_order(db, edition)
    await cancel_order(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    with pytest.raises(ConflictError):
        await change_attendees(db, order, [Attendee("Någon annan", "", "")], actor=ACTOR)


async def test_seats_are_counted_anew_when_types_share_other_quotas(db: Database) -> None:
    edition = await make_edition(db)
    quota = await make_quota(db, edition, 10)
    type_id = await make_ticket_type(db, edition)
    await make_order(db, edition, "ordinarie", "ordinarie")
    gone = await make_order(db, edition)
    await cancel_order(db, edition, gone, actor=ACTOR, base_url=BASE_URL)
    await db.execute(ticket_type_quotas.insert().values(ticket_type_id=type_id, quota_id=quota))
    await recount_seats(db, edition.id)
    assert [seats.taken for seats in await quotas_of(db, edition.id)] == [2]


async def test_orders_are_listed_the_latest_first_page_by_page(db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    placed = [await make_order(db, edition) for _ in range(5)]
    first = await orders_of(db, edition.id, limit=3)
    rest = await orders_of(db, edition.id, limit=3, before=first.next_before)
    assert [order.code for order in [*first.orders, *rest.orders]] == [order.code for order in reversed(placed)]
    assert (first.count, rest.count, rest.next_before) == (5, 5, None)
