"""Whatever is done to an order in whatever order: seats, papers and sums agree."""

import asyncio
import random
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from konferens.database import Database
from konferens.errors import ConflictError, InvalidError
from konferens.events.model import Edition
from konferens.payments.queries import invoices_of_order
from konferens.registration.actions import Attendee, mark_paid, recount_seats
from konferens.registration.additions import add_addons, add_tickets
from konferens.registration.changes import cancel_addons, cancel_order, cancel_tickets
from konferens.registration.model import Order
from konferens.registration.queries import order_by_id
from konferens.registration.settling import refund
from konferens.registration.transfers import transfer
from konferens.tables import discount_codes, quotas
from tests.factories import ACTOR, make_addon, make_discount_code, make_order, make_quota, make_ticket_type
from tests.registration.test_changes import BASE_URL, edition, people

__all__ = ["edition"]

STEPS = ("cancel", "cancel-addon", "add", "add-addon", "transfer", "pay", "refund")


async def _change(db: Database, edition: Edition, order: Order, step: str, dice: random.Random) -> None:
    """One step, with what it is about left to the dice. What can't be done is refused and changes nothing."""
    valid = [ticket.position for ticket in order.valid_tickets] or [1]
    here: dict[str, Any] = {"actor": ACTOR, "base_url": BASE_URL}
    keep = dice.choice([None, 0, 33, 50, 100])
    if step == "cancel":
        await cancel_tickets(
            db, edition, order, dice.sample(valid, dice.randint(1, min(2, len(valid)))), keep=keep, **here
        )
    elif step == "cancel-addon":
        bought = [addon.id for ticket in order.valid_tickets for addon in ticket.valid_addons] or [0]
        await cancel_addons(db, edition, order, [dice.choice(bought)], keep=keep, **here)
    elif step == "add":
        addons = ("middag",) if dice.random() < 0.5 else ()
        await add_tickets(
            db, edition, order, people(dice.choice(["ordinarie", "udda", "gratis"]), addons=addons), **here
        )
    elif step == "add-addon":
        await add_addons(db, edition, order, dice.choice(valid), [dice.choice(["middag", "buss"])], **here)
    elif step == "transfer":
        await transfer(db, edition, order, dice.choice(valid), Attendee("Ny", "ny@example.org", ""), **here)
    elif step == "pay":
        await mark_paid(db, edition, order, **here)
    else:
        day = edition.starts_on
        await refund(db, edition, order, max(-order.balance, 0), method="bankgiro", paid_on=day, actor=ACTOR)


async def _check(db: Database, edition: Edition, order: Order) -> None:
    papers = await invoices_of_order(db, order.id)
    assert sum(paper.total for paper in papers) == order.charged
    assert sum(paper.vat_amount for paper in papers) == order.vat
    for invoice in papers:
        taken_back = [paper for paper in papers if paper.credits_id == invoice.id]
        assert invoice.is_credit or 0 <= -sum(paper.total for paper in taken_back) <= invoice.total
    if order.is_active:
        assert order.total == order.charged
        assert order.status.value == ("paid" if order.balance <= 0 else "pending")
    for ticket in order.tickets:
        for _, amount, vat in ticket.charges:
            assert 0 <= vat <= amount
    taken = [(row.name, row.taken) for row in await db.fetch_all(select(quotas).order_by(quotas.c.id))]
    await recount_seats(db, edition.id)
    assert taken == [(row.name, row.taken) for row in await db.fetch_all(select(quotas).order_by(quotas.c.id))]
    used = await db.fetch_val(select(discount_codes.c.used))
    assert used == sum(1 for ticket in order.valid_tickets if ticket.discount)


async def test_seats_papers_and_sums_agree_after_every_step(db: Database, edition: Edition) -> None:
    await make_ticket_type(
        db, edition, "udda", price=33_333, vat_rate=6, quota=await make_quota(db, edition, 6, "Udda")
    )
    await make_addon(db, edition, "buss", price=9_999, vat_rate=6)
    await make_discount_code(db, edition, percent=33, types=["ordinarie", "udda"])

    async def play(steps: list[str], dice: random.Random) -> None:
        asked = people("ordinarie", "udda", "gratis", addons=("middag",))
        order = await make_order(db, edition, tickets=asked, discount_code=dice.choice(["", "RABATT"]))
        try:
            for step in steps:
                with suppress(ConflictError, InvalidError):
                    await _change(db, edition, order, step, dice)
                order = await order_by_id(db, order.id)
                await _check(db, edition, order)
        finally:  # the next example finds the seats free again
            with suppress(ConflictError):
                order = await cancel_order(db, edition, order, keep=10, actor=ACTOR, base_url=BASE_URL)
        await _check(db, edition, order)

    # Hypothesis calls plain functions: it runs in a thread, and each example in this test's loop.
    loop = asyncio.get_running_loop()

    @settings(max_examples=30 if db.dialect == "sqlite" else 12, deadline=None, derandomize=True)
    @given(steps=st.lists(st.sampled_from(STEPS), min_size=2, max_size=8), seed=st.integers(0, 2**32))
    def every_sequence(steps: list[str], seed: int) -> None:
        asyncio.run_coroutine_threadsafe(play(steps, random.Random(seed)), loop).result()  # noqa: S311

    await asyncio.to_thread(every_sequence)
