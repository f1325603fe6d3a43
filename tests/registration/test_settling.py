"""Money for orders: in parts, too much, too late, twice at once, and back; papers agree with what is charged."""

import asyncio
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from sqlalchemy import select, update

from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError, NotFoundError
from konferens.events.model import Edition
from konferens.mail.queries import mails_of_order
from konferens.payments.ledger import Incoming, record_payment
from konferens.payments.model import vat_totals
from konferens.payments.queries import invoices_of_order, payments_of_order
from konferens.registration.actions import cancel_order, mark_paid
from konferens.registration.additions import add_addons, add_tickets
from konferens.registration.changes import cancel_addons, cancel_tickets, expire_order
from konferens.registration.invoicing import reissue_invoice
from konferens.registration.letters import payment_for
from konferens.registration.model import Order, OrderStatus, TicketRequest
from konferens.registration.queries import order_by_id
from konferens.registration.sales import sales_of
from konferens.registration.settling import MAX_AMOUNT, receive_payment, receive_payments, refund
from konferens.tables import orders, tickets
from tests.factories import (
    ACTOR,
    make_addon,
    make_discount_code,
    make_edition,
    make_order,
    make_ticket_type,
    order_request,
)
from tests.payments.test_actions import SELLER

BASE_URL = "http://testserver"
DAY = date(2026, 11, 24)


@pytest.fixture
async def edition(db: Database) -> Edition:
    edition = await make_edition(db, **SELLER)
    await make_ticket_type(db, edition)
    await make_ticket_type(db, edition, "student", price=50_000, vat_rate=None)
    await make_addon(db, edition)
    return edition


async def pay(db: Database, edition: Edition, order: Order, amount: int, seen_paid: int | None = None) -> Order:
    return await receive_payment(
        db,
        edition,
        order,
        amount,
        method="bankgiro",
        reference="10017",
        paid_on=DAY,
        actor=ACTOR,
        base_url=BASE_URL,
        seen_paid=seen_paid,
    )


async def give_back(db: Database, edition: Edition, order: Order, amount: int) -> Order:
    return await refund(db, edition, order, amount, method="swish", paid_on=DAY, actor=ACTOR)


async def kinds(db: Database, order: Order) -> list[str]:
    return [mail.kind for mail in await mails_of_order(db, order.id)]


async def test_an_order_is_paid_when_nothing_is_left(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, "ordinarie", "student")
    part = await pay(db, edition, order, 100_000)
    assert (part.status, part.paid, part.balance) == (OrderStatus.PENDING, 100_000, 75_000)
    payment = payment_for(edition, part)
    assert payment
    assert (payment.amount, payment.swish_text) == (75_000, "C1231181189;750;10017;0")
    assert await kinds(db, order) == ["order_confirmation"]
    before = [row.change for row in await db.fetch_all(select(tickets.c.change).order_by(tickets.c.position))]
    paid = await pay(db, edition, order, 75_000)
    assert (paid.status, paid.balance, paid.paid_at is not None) == (OrderStatus.PAID, 0, True)
    assert payment_for(edition, paid) is None
    assert await kinds(db, order) == ["order_confirmation", "order_paid"]
    after = [row.change for row in await db.fetch_all(select(tickets.c.change).order_by(tickets.c.position))]
    assert after == [before[-1] + 1, before[-1] + 2]
    assert [(each.amount, each.reference, each.paid_on) for each in await payments_of_order(db, order.id)] == [
        (100_000, "10017", DAY),
        (75_000, "10017", DAY),
    ]


async def test_too_much_is_recorded_and_goes_back_once(db: Database, edition: Edition) -> None:
    order = await pay(db, edition, await make_order(db, edition), 130_000)
    assert (order.status, order.balance) == (OrderStatus.PAID, -5_000)
    with pytest.raises(InvalidError) as error:
        await give_back(db, edition, order, 5_001)
    assert error.value.errors == {"amount": ["Högst 50\xa0kr."]}
    assert (await give_back(db, edition, order, 5_000)).balance == 0
    with pytest.raises(InvalidError, match="inget att betala tillbaka"):
        await give_back(db, edition, order, 1)


@pytest.mark.parametrize("amount", [0, -1, MAX_AMOUNT + 1])
async def test_an_amount_that_cannot_be_is_refused(db: Database, edition: Edition, amount: int) -> None:
    order = await make_order(db, edition)
    for action in (pay, give_back):
        with pytest.raises(InvalidError) as error:
            await action(db, edition, order, amount)
        assert list(error.value.errors) == ["amount"]
    assert await payments_of_order(db, order.id) == []


async def test_money_for_what_is_gone_is_not_lost(db: Database, edition: Edition) -> None:
    cancelled, expired = await make_order(db, edition), await make_order(db, edition)
    await cancel_order(db, edition, cancelled, actor=ACTOR, base_url=BASE_URL)
    await expire_order(db, edition, expired, base_url=BASE_URL)
    for order, status in ((cancelled, OrderStatus.CANCELLED), (expired, OrderStatus.EXPIRED)):
        paid = await pay(db, edition, order, 125_000)
        assert (paid.status, paid.balance) == (status, -125_000)
        assert "order_paid" not in await kinds(db, order)
        assert (await give_back(db, edition, order, 125_000)).paid == 0


async def test_the_fee_for_what_is_cancelled_is_still_to_be_paid(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition)
    cancelled = await cancel_tickets(db, edition, order, [1], keep=40, actor=ACTOR, base_url=BASE_URL)
    assert cancelled.status is OrderStatus.CANCELLED
    payment = payment_for(edition, await order_by_id(db, order.id))
    assert payment
    assert (payment.amount, payment.reference) == (50_000, order.ocr)
    paid = await pay(db, edition, order, 50_000)
    assert (paid.status, paid.balance, payment_for(edition, paid)) == (OrderStatus.CANCELLED, 0, None)


async def test_the_same_payment_at_the_same_time_counts_once(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition)
    results = await asyncio.gather(
        *(pay(db, edition, order, 125_000, seen_paid=0) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(result, ConflictError) for result in results) == 4
    assert (await order_by_id(db, order.id)).paid == 125_000
    assert (await kinds(db, order)).count("order_paid") == 1


async def test_parts_at_the_same_time_all_count(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition)
    await asyncio.gather(*(pay(db, edition, order, 25_000) for _ in range(5)))
    paid = await order_by_id(db, order.id)
    assert (paid.status, paid.paid) == (OrderStatus.PAID, 125_000)
    assert (await kinds(db, order)).count("order_paid") == 1


async def test_many_payments_are_recorded_together_or_not_at_all(db: Database, edition: Edition) -> None:
    one, two = await make_order(db, edition), await make_order(db, edition, "student")
    incoming = [
        Incoming(one.id, 100_000, "swish", DAY),
        Incoming(two.id, 50_000, "swish", DAY),
        Incoming(one.id, 25_000, "swish", DAY),
    ]
    with pytest.raises(InvalidError):
        await receive_payments(
            db, edition, [*incoming, Incoming(two.id, 0, "swish", DAY)], actor=ACTOR, base_url=BASE_URL
        )
    ids = await receive_payments(db, edition, incoming, actor=ACTOR, base_url=BASE_URL)
    assert [each.id for each in await payments_of_order(db, one.id)] == [ids[0], ids[2]]
    assert [each.id for each in await payments_of_order(db, two.id)] == [ids[1]]
    for order in (one, two):
        assert (await order_by_id(db, order.id)).status is OrderStatus.PAID


async def test_there_may_be_thousands_of_payments(db: Database, edition: Edition) -> None:
    """As many as a bank's report may have; a statement for each would be slow, one for all more than a database takes."""
    order = await make_order(db, edition)
    incoming = [Incoming(order.id, amount, "swish", DAY) for amount in range(1, 5_001)]
    ids = await receive_payments(db, edition, incoming, actor=ACTOR, base_url=BASE_URL)
    recorded = {payment.id: payment.amount for payment in await payments_of_order(db, order.id)}
    assert [recorded[payment_id] for payment_id in ids] == list(range(1, 5_001))
    assert (await order_by_id(db, order.id)).paid == 5_000 * 5_001 // 2
    assert (await kinds(db, order)).count("order_paid") == 1


async def test_an_unknown_order_gets_no_money(db: Database, edition: Edition) -> None:
    order = replace(await make_order(db, edition), id=9_999)
    with pytest.raises(Exception, match=r"(?i)foreign key|9999|9_999"):
        await pay(db, edition, order, 1)
    with pytest.raises(NotFoundError):
        await give_back(db, edition, order, 1)


async def test_a_payment_by_itself_changes_no_state(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition)
    async with db.transaction():
        payment_id = await record_payment(
            db,
            edition_id=edition.id,
            order_id=order.id,
            amount=125_000,
            method="cash",
            reference="x" * 300,
            paid_on=DAY,
            actor=ACTOR,
        )
    (payment,) = await payments_of_order(db, order.id)
    assert (payment.id, payment.reference) == (payment_id, "x" * 200)
    changed = await order_by_id(db, order.id)
    assert (changed.status, changed.balance) == (OrderStatus.PENDING, 0)
    settled = await mark_paid(db, edition, changed, actor=ACTOR, base_url=BASE_URL)
    assert (settled.status, settled.paid) == (OrderStatus.PAID, 125_000)


async def test_orders_by_swish_have_no_invoice(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, payment_method="swish")
    payment = payment_for(edition, order)
    assert payment
    assert (await invoices_of_order(db, order.id), payment.reference, payment.bankgiro) == ([], order.code, "")


async def test_the_invoice_names_the_discount_and_the_addons(db: Database, edition: Edition) -> None:
    await make_discount_code(db, edition, "MEDLEM", percent=20)
    asked = (TicketRequest("ordinarie", "Anna", addons=("middag",)), TicketRequest("ordinarie", "Bo"))
    order = await make_order(db, edition, tickets=asked, discount_code="medlem")
    (invoice,) = await invoices_of_order(db, order.id)
    assert [(line.text, line.note, line.quantity, line.gross) for line in invoice.lines] == [
        ("Ordinarie, rabatt 250\xa0kr", "Anna, Bo", 2, 200_000),
        ("Middag", "Anna", 1, 39_500),
    ]


async def test_an_invoice_written_anew_tells_the_new_buyer_and_gets_a_new_day_when_the_old_is_past(
    db: Database, edition: Edition
) -> None:
    order = await make_order(db, edition, "ordinarie", "student")
    await cancel_tickets(db, edition, order, [2], keep=50, actor=ACTOR, base_url=BASE_URL)
    changes = {"buyer_organisation": "Macken AB", "due_on": date(2026, 1, 1)}
    await db.execute(update(orders).where(orders.c.id == order.id).values(**changes))
    invoice = await reissue_invoice(db, edition, order, actor=ACTOR)
    papers = await invoices_of_order(db, order.id)
    assert [(paper.is_credit, paper.total) for paper in papers] == [
        (False, 175_000),
        (True, -25_000),
        (True, -150_000),
        (False, 150_000),
    ]
    assert invoice == papers[-1]
    assert (invoice.buyer.organisation, [line.text for line in invoice.lines]) == (
        "Macken AB",
        ["Ordinarie", "Avbokningsavgift: Student"],
    )
    changed = await order_by_id(db, order.id)
    assert (changed.ocr, changed.due_on) == (invoice.ocr, invoice.due_on)
    assert invoice.due_on
    assert invoice.due_on >= now().astimezone(edition.zone).date()


@pytest.mark.parametrize("seed", range(4))
async def test_papers_and_payments_agree_whatever_happens(db: Database, edition: Edition, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a walk that can be walked again
    await make_ticket_type(db, edition, "udda", price=33_333, vat_rate=6)
    asked = tuple(
        TicketRequest(random.choice(["ordinarie", "student", "udda"]), name, addons=("middag",) * random.randint(0, 1))
        for name in ("Anna", "Bo", "Cia")
    )
    order = await make_order(db, edition, tickets=asked)
    for _ in range(12):
        order = await _step(db, edition, order, random)
        papers = await invoices_of_order(db, order.id)
        assert sum(paper.total for paper in papers) == order.charged
        vat = {line.rate: line.vat for line in order.vat_lines}
        found = dict.fromkeys(vat, 0)
        for part in (part for paper in papers for part in vat_totals(paper.lines)):
            found[part.rate] += part.vat
        assert found == vat
        assert sum(payment.amount for payment in await payments_of_order(db, order.id)) == order.paid
        assert not (order.status is OrderStatus.PENDING and order.balance <= 0)
        assert not (order.status is OrderStatus.PAID and order.balance > 0)
    sales = await sales_of(db, edition.id)
    assert (sales.charged, sales.vat_amount, sales.paid) == (order.charged, order.vat, order.paid)
    assert sales.outstanding - sales.to_pay_back == order.balance


async def _step(db: Database, edition: Edition, order: Order, random: Random) -> Order:
    """One thing that people do to an order, if it can be done to it now."""
    valid = [ticket.position for ticket in order.valid_tickets]
    addons = [addon.id for ticket in order.valid_tickets for addon in ticket.valid_addons]
    without = [ticket.position for ticket in order.valid_tickets if not ticket.valid_addons]
    keep = random.choice([0, 30, 50, 100])
    what = random.choice(["pay", "pay", "refund", "ticket", "addon", "add", "add addon", "reissue"])
    if what == "pay":
        await pay(db, edition, order, random.choice([1, 10_001, max(order.balance, 1), max(order.balance, 1) + 7]))
    elif what == "refund" and order.balance < 0:
        await give_back(db, edition, order, random.randint(1, -order.balance))
    elif what == "ticket" and len(valid) > 1:
        gone = [random.choice(valid)]
        await cancel_tickets(db, edition, order, gone, keep=keep, actor=ACTOR, base_url=BASE_URL)
    elif what == "addon" and addons:
        await cancel_addons(db, edition, order, [random.choice(addons)], keep=keep, actor=ACTOR, base_url=BASE_URL)
    elif what == "add":
        request = order_request(random.choice(["ordinarie", "udda"])).tickets
        await add_tickets(db, edition, order, request, actor=ACTOR, base_url=BASE_URL, by_office=True)
    elif what == "add addon" and without:
        place = random.choice(without)
        await add_addons(db, edition, order, place, ["middag"], actor=ACTOR, base_url=BASE_URL, by_office=True)
    elif what == "reissue" and order.charged:
        await reissue_invoice(db, edition, order, actor=ACTOR)
    return await order_by_id(db, order.id)


async def test_what_was_paid_may_be_more_than_any_order_costs(db: Database, edition: Edition) -> None:
    """Three slips of the pen, each as large as one may be, are still a sum that can be kept and taken back."""
    order = await make_order(db, edition, "ordinarie")
    order = await pay(db, edition, order, MAX_AMOUNT)
    await receive_payments(
        db, edition, [Incoming(order.id, MAX_AMOUNT, "swish", DAY) for _ in range(2)], actor=ACTOR, base_url=BASE_URL
    )
    order = await order_by_id(db, order.id)
    assert (order.status, order.paid) == (OrderStatus.PAID, 3 * MAX_AMOUNT)
    assert (await sales_of(db, edition.id)).to_pay_back == 3 * MAX_AMOUNT - order.charged
