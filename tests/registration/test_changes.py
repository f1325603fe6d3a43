"""Taking tickets and add-ons out of an order: what is kept, credited, given back, told."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from konferens.audit import latest_changes
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.mail.queries import mails_of_order
from konferens.payments.queries import invoices_of_order
from konferens.registration.actions import mark_paid
from konferens.registration.changes import cancel_addons, cancel_order, cancel_tickets
from konferens.registration.model import Order, OrderStatus, TicketRequest
from konferens.registration.queries import order_by_id
from konferens.signups.queries import signed_up
from konferens.tables import discount_codes, editions, quotas, sessions, tickets
from tests.factories import (
    ACTOR,
    make_addon,
    make_discount_code,
    make_edition,
    make_order,
    make_quota,
    make_ticket_type,
)
from tests.signups.factories import make_signup
from tests.waiting.factories import make_queue, statuses

BASE_URL = "http://testserver"
SELLER: dict[str, Any] = {
    "seller_name": "Hela Bygden lever",
    "seller_address": "Byavägen 1\n123 45 Byn",
    "seller_orgnr": "802016-0001",
    "seller_vat_number": "SE802016000101",
    "bankgiro": "5050-1055",
}


@pytest.fixture
async def edition(db: Database) -> Edition:
    edition = await make_edition(
        db, **SELLER, cancel_free_until=date(2026, 1, 1), cancel_keep_percent=50, contact_email="info@example.org"
    )
    await make_ticket_type(db, edition, quota=await make_quota(db, edition, 8))
    await make_ticket_type(db, edition, "gratis", price=0)
    await make_addon(db, edition, quota=await make_quota(db, edition, 5, "Middag"))
    return edition


def people(*types: str, addons: tuple[str, ...] = (), **values: Any) -> tuple[TicketRequest, ...]:
    return tuple(
        TicketRequest(code, f"Deltagare {n}", f"d{n}@example.org", addons=addons, **values)
        for n, code in enumerate(types, 1)
    )


async def seats(db: Database) -> dict[str, int]:
    return {row.name: row.taken for row in await db.fetch_all(select(quotas.c.name, quotas.c.taken))}


async def papers(db: Database, order: Order) -> list[int]:
    """The totals of its invoices and credit notes."""
    return [paper.total for paper in await invoices_of_order(db, order.id)]


async def cancel(db: Database, edition: Edition, order: Order, *positions: int, keep: int | None = 0) -> Order:
    changed = await cancel_tickets(db, edition, order, positions, keep=keep, actor=ACTOR, base_url=BASE_URL)
    assert changed == await order_by_id(db, order.id)
    return changed


async def test_one_of_three_is_cancelled_for_nothing(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, tickets=people(*["ordinarie"] * 3, addons=("middag",)))
    changed = await cancel(db, edition, order, 2)
    assert [ticket.status for ticket in changed.tickets] == ["valid", "cancelled", "valid"]
    assert [addon.status for addon in changed.tickets[1].addons] == ["cancelled"]
    assert (changed.status, changed.total, changed.balance) == (OrderStatus.PENDING, 329_000, 329_000)
    assert await seats(db) == {"Platser": 2, "Middag": 2}
    assert await papers(db, order) == [493_500, -164_500]
    assert [mail.kind for mail in await mails_of_order(db, order.id)] == ["order_confirmation", "order_changed"]


async def test_the_buyer_pays_the_part_that_the_terms_keep(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, tickets=people("ordinarie", "ordinarie", addons=("middag",)))
    order = await mark_paid(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    changed = await cancel(db, edition, order, 1, keep=None)
    gone = changed.tickets[0]
    assert (gone.kept, gone.kept_vat) == (62_500, 12_500)
    assert [(addon.kept, addon.kept_vat) for addon in gone.addons] == [(19_750, 2_116)]
    assert (changed.status, changed.total, changed.balance) == (OrderStatus.PAID, 246_750, -82_250)
    assert await papers(db, order) == [329_000, -82_250]
    (credit,) = [paper for paper in await invoices_of_order(db, order.id) if paper.is_credit]
    assert [(line.text, line.note) for line in credit.lines] == [
        ("Del av priset: Ordinarie", "Deltagare 1"),
        ("Del av priset: Middag", "Deltagare 1"),
    ]


async def test_without_the_last_ticket_the_order_is_cancelled(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, "ordinarie", "ordinarie")
    changed = await cancel(db, edition, await cancel(db, edition, order, 1), 2, keep=10)
    assert changed.status is OrderStatus.CANCELLED
    assert changed.cancelled_at is not None
    assert (changed.charged, changed.total) == (12_500, 125_000)
    assert await papers(db, order) == [250_000, -125_000, -112_500]
    assert [mail.kind for mail in await mails_of_order(db, order.id)][-1] == "order_cancelled"
    with pytest.raises(ConflictError):
        await cancel(db, edition, order, 1)


async def test_an_order_whose_rest_is_paid_is_paid(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, "gratis", "ordinarie")
    assert (await cancel(db, edition, order, 2)).status is OrderStatus.PAID


async def test_the_door_hears_of_every_ticket(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, "gratis", "ordinarie")
    query = select(tickets.c.change).order_by(tickets.c.position)
    before = [row.change for row in await db.fetch_all(query)]
    await cancel(db, edition, order, 2)
    assert [row.change for row in await db.fetch_all(query)] == [before[-1] + 1, before[-1] + 2]


async def test_only_valid_tickets_are_cancelled_and_all_of_them_or_none(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, "ordinarie", "ordinarie")
    for positions in ((), (3,), (1, 3)):
        with pytest.raises(ConflictError):
            await cancel(db, edition, order, *positions)
    assert await order_by_id(db, order.id) == order


async def test_without_terms_a_buyer_cancels_only_what_is_not_paid(db: Database, edition: Edition) -> None:
    await db.execute(update(editions).values(cancel_free_until=None))
    edition = await edition_by_id(db, edition.id)
    order = await make_order(db, edition, "ordinarie", "ordinarie")
    order = await cancel(db, edition, order, 1, keep=None)
    assert order.charged == 125_000
    order = await mark_paid(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    with pytest.raises(ConflictError):
        await cancel(db, edition, order, 2, keep=None)
    assert (await cancel(db, edition, order, 2)).balance == -125_000


async def test_an_add_on_is_cancelled_and_its_ticket_stays(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, tickets=people("ordinarie", "ordinarie", addons=("middag",)))
    (addon,) = order.tickets[1].addons
    changed = await cancel_addons(db, edition, order, [addon.id], keep=None, actor=ACTOR, base_url=BASE_URL)
    assert changed == await order_by_id(db, order.id)
    assert [ticket.status for ticket in changed.tickets] == ["valid", "valid"]
    assert changed.tickets[1].addons == (replace(addon, status="cancelled", kept=19_750, kept_vat=2_116),)
    assert changed.total == changed.charged == 309_250
    assert await seats(db) == {"Platser": 2, "Middag": 1}
    assert await papers(db, order) == [329_000, -19_750]
    with pytest.raises(ConflictError):
        await cancel_addons(db, edition, order, [addon.id], keep=None, actor=ACTOR, base_url=BASE_URL)


async def test_uses_of_the_code_are_given_back(db: Database, edition: Edition) -> None:
    await make_discount_code(db, edition, percent=50, types=["ordinarie"])
    order = await make_order(db, edition, "ordinarie", "ordinarie", "gratis", discount_code="rabatt")
    used = select(discount_codes.c.used)
    assert await db.fetch_val(used) == 2
    order = await cancel(db, edition, order, 2, 3)
    assert await db.fetch_val(used) == 1
    assert order.total == 62_500
    await cancel_order(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    assert await db.fetch_val(used) == 0


async def test_sessions_are_left(db: Database, edition: Edition) -> None:
    workshop = await make_signup(db, edition, capacity=3)
    order = await make_order(db, edition, tickets=people("ordinarie", "ordinarie", sessions=(workshop.code,)))
    await cancel(db, edition, order, 1)
    assert await db.fetch_val(select(sessions.c.taken).where(sessions.c.id == workshop.id)) == 1
    held = await signed_up(db, [ticket.id for ticket in order.tickets])
    assert [[session.code for session in held[ticket.id]] for ticket in order.tickets] == [[], [workshop.code]]


async def test_the_seat_goes_to_who_waits(db: Database, edition: Edition) -> None:
    type_id = await db.fetch_val(select(tickets.c.ticket_type_id)) or await make_ticket_type(
        db, edition, "liten", quota=await make_quota(db, edition, 1, "Liten")
    )
    order = await make_order(db, edition, "liten", "gratis")
    await make_queue(db, edition, type_id, 2)
    await cancel(db, edition, order, 1)
    assert await statuses(db, edition) == {"Nr1": "offered", "Nr2": "waiting"}
    assert (await seats(db))["Liten"] == 1


async def test_the_trail_tells_who_is_gone(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, "ordinarie", "gratis")
    await cancel(db, edition, order, 1)
    (change,) = await latest_changes(db, f"order:{order.code}")
    assert (change.actor, change.action) == (ACTOR, "order.cancel-tickets")
    assert change.before == {"1": ["Deltagare 1", "Ordinarie"], "status": "pending", "charged": 125_000}
    assert change.after == {"1": "", "status": "paid", "charged": 0}


async def test_the_whole_order_by_the_buyer_s_terms(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, "ordinarie", "gratis")
    changed = await cancel_order(db, edition, order, actor="buyer:X", base_url=BASE_URL, by_buyer=True)
    assert (changed.status, changed.charged) == (OrderStatus.CANCELLED, 62_500)
    assert changed.cancelled_at is not None
    assert changed.cancelled_at <= now()


async def test_one_ticket_cancelled_five_times_at_once_is_cancelled_once(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, tickets=people("ordinarie", "ordinarie", addons=("middag",)))
    again = [
        cancel_tickets(db, edition, order, [1], keep=0, actor=ACTOR, base_url=BASE_URL, announce=False)
        for _ in range(5)
    ]
    results = await asyncio.gather(*again, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == [*["ConflictError"] * 4, "Order"]
    assert await seats(db) == {"Platser": 1, "Middag": 1}
    assert await papers(db, order) == [329_000, -164_500]
