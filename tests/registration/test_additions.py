"""Adding people and add-ons to an order, and giving a ticket to somebody else."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert, select, update

from konferens.audit import latest_changes
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError, NotFoundError, SoldOutError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.mail.queries import mails_of_order
from konferens.payments.queries import invoices_of_order
from konferens.questions.actions import save_answers
from konferens.questions.queries import answers_of, questions_of
from konferens.registration.actions import Attendee, cancel_order, mark_paid
from konferens.registration.additions import add_addons, add_tickets
from konferens.registration.changes import cancel_addons
from konferens.registration.model import Order, OrderStatus, TicketRequest
from konferens.registration.queries import order_by_id, order_of_ticket
from konferens.registration.transfers import transfer
from konferens.tables import admissions, checkin_lists, editions, orders, questions, ticket_types
from tests.factories import ACTOR, make_addon, make_discount_code, make_order
from tests.registration.test_changes import BASE_URL, edition, papers, people, seats
from tests.waiting.factories import make_entry

__all__ = ["edition"]


async def add(db: Database, edition: Edition, order: Order, *requests: TicketRequest, by_office: bool = False) -> Order:
    changed = await add_tickets(db, edition, order, requests, actor=ACTOR, base_url=BASE_URL, by_office=by_office)
    assert changed == await order_by_id(db, order.id)
    return changed


async def add_to(db: Database, edition: Edition, order: Order, position: int, *codes: str) -> Order:
    changed = await add_addons(db, edition, order, position, codes, actor=ACTOR, base_url=BASE_URL)
    assert changed == await order_by_id(db, order.id)
    return changed


async def test_a_paid_order_waits_for_the_money_for_one_more(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, "ordinarie")
    order = await mark_paid(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    changed = await add(db, edition, order, *people("ordinarie", addons=("middag",)))
    assert [ticket.position for ticket in changed.tickets] == [1, 2]
    assert (changed.status, changed.total, changed.balance) == (OrderStatus.PENDING, 289_500, 164_500)
    assert await papers(db, order) == [125_000, 164_500]
    assert changed.ocr == (await invoices_of_order(db, order.id))[-1].ocr != order.ocr
    assert changed.due_on is not None
    assert await seats(db) == {"Platser": 2, "Middag": 1}
    (change, *_) = await latest_changes(db, f"order:{order.code}")
    assert change.after == {"2": ["Deltagare 1", "Ordinarie"], "status": "pending", "charged": 289_500}


async def test_what_is_free_leaves_the_order_paid(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, "gratis")
    changed = await add(db, edition, order, *people("gratis"))
    assert (changed.status, changed.total) == (OrderStatus.PAID, 0)
    assert await papers(db, order) == []


async def test_what_is_free_gives_nobody_more_time_to_pay(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, "ordinarie")
    await db.execute(update(orders).values(due_on=date(2026, 12, 1)))
    changed = await add(db, edition, order, *people("gratis"))
    assert (changed.status, changed.due_on) == (OrderStatus.PENDING, date(2026, 12, 1))


async def test_a_free_order_that_costs_something_gets_an_invoice(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, "gratis")
    assert order.payment_method == "free"
    changed = await add(db, edition, order, *people("ordinarie"))
    assert (changed.status, changed.payment_method) == (OrderStatus.PENDING, "invoice")
    assert await papers(db, order) == [125_000]


async def test_the_price_is_that_of_the_moment_and_no_code_is_used(db: Database, edition: Edition) -> None:
    await make_discount_code(db, edition, percent=50)
    order = await make_order(db, edition, "ordinarie", discount_code="RABATT")
    await db.execute(update(ticket_types).where(ticket_types.c.code == "ordinarie").values(price=150_000))
    changed = await add(db, edition, order, *people("ordinarie"))
    assert [ticket.price for ticket in changed.tickets] == [62_500, 150_000]


async def test_there_have_to_be_seats(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, *["ordinarie"] * 7)
    with pytest.raises(SoldOutError):
        await add(db, edition, order, *people("ordinarie", "ordinarie"))
    assert await order_by_id(db, order.id) == order
    assert (await seats(db))["Platser"] == 7


async def test_those_who_wait_come_first_but_for_the_office(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, "ordinarie")
    type_id = await db.fetch_val(select(ticket_types.c.id).where(ticket_types.c.code == "ordinarie"))
    await make_entry(db, edition, type_id)
    with pytest.raises(SoldOutError):
        await add(db, edition, order, *people("ordinarie"))
    assert len((await add(db, edition, order, *people("ordinarie"), by_office=True)).tickets) == 2


async def test_as_many_of_a_type_as_an_order_may_have(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, "gratis", "gratis")
    await db.execute(update(ticket_types).values(max_per_order=3))
    with pytest.raises(InvalidError) as caught:
        await add(db, edition, order, *people("gratis", "gratis"))
    assert list(caught.value.errors) == ["tickets.1.type"]
    assert len((await add(db, edition, order, *people("gratis"))).tickets) == 3


async def test_only_while_registration_is_open_and_the_order_holds(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, "gratis")
    await db.execute(update(editions).values(registration_closes_at=datetime(2026, 1, 1, tzinfo=UTC)))
    closed = await edition_by_id(db, edition.id)
    with pytest.raises(ConflictError):
        await add(db, closed, order, *people("gratis"))
    await add(db, closed, order, *people("gratis"), by_office=True)
    await cancel_order(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    with pytest.raises(ConflictError):
        await add(db, edition, order, *people("gratis"))


async def test_an_add_on_for_a_ticket_that_is_there(db: Database, edition: Edition) -> None:
    await make_addon(db, edition, "buss", price=10_000, vat_rate=6)
    order = await make_order(db, edition, tickets=people("ordinarie", "gratis", addons=("middag",)))
    changed = await add_to(db, edition, order, 2, "buss")
    assert [addon.code for addon in changed.tickets[1].addons] == ["middag", "buss"]
    assert changed.total == order.total + 10_000
    assert await papers(db, order) == [204_000, 10_000]
    for wrong in (("buss",), ("tåg",), ()):
        with pytest.raises(InvalidError) as caught:
            await add_to(db, edition, order, 2, *wrong)
        assert list(caught.value.errors) == ["addons"]
    with pytest.raises(ConflictError):
        await add_to(db, edition, order, 3, "buss")


async def test_an_add_on_that_was_cancelled_can_be_had_again(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, tickets=people("gratis", addons=("middag",)))
    (addon,) = order.tickets[0].addons
    order = await cancel_addons(db, edition, order, [addon.id], keep=0, actor=ACTOR, base_url=BASE_URL)
    changed = await add_to(db, edition, order, 1, "middag")
    assert [each.status for each in changed.tickets[0].addons] == ["cancelled", "valid"]
    assert await seats(db) == {"Platser": 0, "Middag": 1}


NEW = Attendee("Nils Ny", "nils@example.org", "Nyby")


async def give(db: Database, edition: Edition, order: Order, position: int) -> Order:
    changed = await transfer(db, edition, order, position, NEW, actor=ACTOR, base_url=BASE_URL)
    assert changed == await order_by_id(db, order.id)
    return changed


async def test_a_ticket_is_given_to_somebody_else(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, tickets=people("ordinarie", "gratis", addons=("middag",)))
    former = order.tickets[0]
    held = (await give(db, edition, order, 1)).tickets[0]
    assert held == replace(
        former,
        name="Nils Ny",
        email="nils@example.org",
        organisation="Nyby",
        token=held.token,
        secret=held.secret,
        calendar_token=held.calendar_token,
    )
    mails = {mail.kind: mail for mail in await mails_of_order(db, order.id)}
    assert (mails["ticket_transferred"].to_email, mails["ticket_transferred"].ticket_id) == (NEW.email, former.id)
    assert mails["order_changed"].to_email == order.buyer.email
    text = mails["order_changed"].body_text
    assert "Ny innehavare: Nils Ny i stället för Deltagare 1" in text
    assert ("Nytt: " in text, "Avbokat: " in text) == (False, False)
    kept = {former.token, former.secret, former.calendar_token} & {held.token, held.secret, held.calendar_token}
    assert kept == set()
    with pytest.raises(NotFoundError):
        await order_of_ticket(db, former.token)


async def test_what_the_former_holder_answered_is_deleted(db: Database, edition: Edition) -> None:
    for code, sensitive in (("titel", False), ("kost", True)):
        await db.execute(
            insert(questions).values(
                edition_id=edition.id, code=code, kind="text", label=code, choices=[], sensitive=sensitive
            )
        )
    order = await make_order(db, edition, "gratis", "gratis")
    asked = await questions_of(db, edition.id)
    ids = [ticket.id for ticket in order.tickets]
    async with db.transaction():
        await save_answers(db, {ticket_id: {each.id: "Ja" for each in asked} for ticket_id in ids}, asked)
    changed = await give(db, edition, order, 2)
    assert [ticket.details_later for ticket in changed.tickets] == [False, True]
    for sensitive in (False, True):
        assert list(await answers_of(db, ids, sensitive=sensitive)) == [ids[0]]


async def test_a_ticket_that_was_used_stays(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, "gratis")
    list_id = await db.fetch_val(
        insert(checkin_lists).values(edition_id=edition.id, name="Entré").returning(checkin_lists.c.id)
    )
    await db.execute(
        insert(admissions).values(list_id=list_id, ticket_id=order.tickets[0].id, scan_nonce="x", scanned_at=now())
    )
    with pytest.raises(ConflictError):
        await give(db, edition, order, 1)
    with pytest.raises(ConflictError):
        await give(db, edition, order, 2)


async def test_of_many_at_once_the_last_seat_goes_to_one(db: Database, edition: Edition) -> None:
    orders = [await make_order(db, edition, "gratis") for _ in range(4)]
    await make_order(db, edition, *["ordinarie"] * 7)
    results = await asyncio.gather(
        *(add(db, edition, order, *people("ordinarie")) for order in orders), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["Order", *["SoldOutError"] * 3]
    assert (await seats(db))["Platser"] == 8


async def test_the_same_form_sent_five_times_adds_once(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, "gratis")
    added = [
        add_tickets(db, edition, order, people("gratis"), actor=ACTOR, base_url=BASE_URL, seen=1) for _ in range(5)
    ]
    results = await asyncio.gather(*added, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == [*["ConflictError"] * 4, "Order"]
    assert len((await order_by_id(db, order.id)).tickets) == 2
