"""Being erased: what is gone, what the law keeps, and what happens to a ticket that was still valid."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import func, insert, select, update

from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.privacy.actions import answer_request, erase, erase_waiting, purge, refuse_request, request_erasure
from konferens.privacy.model import ERASED_NAME, RequestStatus
from konferens.privacy.queries import consequences, last_request, open_requests
from konferens.registration.duties import remind_of_payment
from konferens.registration.model import Buyer, TicketRequest
from konferens.registration.queries import order_by_id
from konferens.tables import audit, editions, erasure_requests, invoices, mail_outbox, tickets, waiting_entries
from tests.factories import ACTOR, make_order, make_quota, make_ticket_type
from tests.privacy.factories import (
    BASE_URL,
    BUYER,
    EMAIL,
    NAME,
    SELLER,
    TRACES,
    found_in,
    make_traces,
    money,
    move_edition,
)


async def past(db: Database, edition: Edition) -> Edition:
    await move_edition(db, edition, date(2026, 5, 11))
    return await edition_by_id(db, edition.id)


async def seller(db: Database, edition: Edition) -> Edition:
    await db.execute(update(editions).where(editions.c.id == edition.id).values(**SELLER))
    return await edition_by_id(db, edition.id)


async def test_the_traces_are_there_to_begin_with(db: Database, edition: Edition) -> None:
    """Else the tests below would find nothing whatever is done."""
    await make_traces(db, await seller(db, edition))
    assert {
        "answers.value", "audit.after", "audit.before", "bank_rows.reference", "invoices.lines", "mail_outbox.body_html",
        "mail_outbox.body_text", "mail_outbox.last_error", "mail_outbox.subject", "mail_outbox.to_email",
        "mail_outbox.to_name", "orders.idempotency_key", "orders.message", "scans.token", "sensitive_answers.value",
        "tickets.attendee_email", "tickets.attendee_name", "tickets.attendee_organisation", "waiting_entries.email",
        "waiting_entries.name",
    } <= await found_in(db, *TRACES)  # fmt: skip


async def test_an_attendee_is_gone_from_everything_of_the_own_ticket(db: Database, edition: Edition) -> None:
    """What the buyer wrote, and what stands on invoices and in codes that are nobody's ticket, is not the ticket's."""
    order = await make_traces(db, await seller(db, edition))
    await erase(db, await past(db, edition), order, 1, cancel=False, actor=ACTOR, base_url=BASE_URL)
    left = await found_in(db, *TRACES)
    assert left == {"invoices.lines", "orders.message", "orders.idempotency_key", "bank_rows.reference", "scans.token"}


async def test_others_of_the_order_stay(db: Database, edition: Edition) -> None:
    order = await make_traces(db, edition)
    await erase(db, await past(db, edition), order, 1, cancel=False, actor=ACTOR, base_url=BASE_URL)
    changed = await order_by_id(db, order.id)
    assert [ticket.name for ticket in changed.tickets] == [ERASED_NAME, "Cecilia Ny"]
    assert changed.buyer == BUYER
    assert "answers.value" in await found_in(db, "08-1")


async def test_an_order_leaves_nothing_but_its_invoice(db: Database, edition: Edition) -> None:
    order = await make_traces(db, await seller(db, edition))
    before = await money(db)
    await erase(db, await past(db, edition), order, None, cancel=False, actor=ACTOR, base_url=BASE_URL)
    buyer = (BUYER.name, BUYER.email, BUYER.organisation, BUYER.address, BUYER.reference)
    assert await found_in(db, *TRACES, *buyer) == {"invoices.lines", "invoices.buyer", "scans.token"}
    assert await money(db) == before


async def test_a_free_order_leaves_nothing(db: Database, edition: Edition) -> None:
    order = await make_traces(db, edition, price=0)
    await erase(db, await past(db, edition), order, None, cancel=False, actor=ACTOR, base_url=BASE_URL)
    assert await found_in(db, *TRACES, BUYER.name, BUYER.email, BUYER.organisation) == {"scans.token"}


async def test_payments_without_invoice_keep_who_paid(db: Database, edition: Edition) -> None:
    order = await make_traces(db, edition)
    await erase(db, await past(db, edition), order, None, cancel=False, actor=ACTOR, base_url=BASE_URL)
    assert await found_in(db, BUYER.name) == {"orders.buyer_name"}
    assert await found_in(db, BUYER.email, BUYER.address, *TRACES) == {"scans.token"}


async def test_a_valid_ticket_is_cancelled_only_when_told_so(db: Database, edition: Edition) -> None:
    quota = await make_quota(db, edition, 5)
    await make_ticket_type(db, edition, "gratis", price=0, quota=quota)
    order = await make_order(db, edition, "gratis", "gratis")
    with pytest.raises(ConflictError, match="still valid"):
        await erase(db, edition, order, 1, cancel=False, actor=ACTOR, base_url=BASE_URL)
    await erase(db, edition, order, 1, cancel=True, actor=ACTOR, base_url=BASE_URL)
    changed = await order_by_id(db, order.id)
    assert [(ticket.name, ticket.status) for ticket in changed.tickets] == [
        (ERASED_NAME, "cancelled"),
        ("Deltagare 2", "valid"),
    ]


async def test_phones_at_the_door_learn_of_it(db: Database, edition: Edition) -> None:
    order = await make_traces(db, edition)
    newest = await db.fetch_val(select(func.max(tickets.c.change)))
    await erase(db, await past(db, edition), order, None, cancel=False, actor=ACTOR, base_url=BASE_URL)
    changes = [row.change for row in await db.fetch_all(select(tickets.c.change).order_by(tickets.c.id))]
    assert changes == [newest + 1, newest + 2]


async def test_twice_is_as_once(db: Database, edition: Edition) -> None:
    order = await make_traces(db, edition)
    over = await past(db, edition)
    await erase(db, over, order, None, cancel=False, actor=ACTOR, base_url=BASE_URL)
    first = await db.fetch_val(select(tickets.c.erased_at))
    await erase(db, over, order, None, cancel=False, actor=ACTOR, base_url=BASE_URL)
    assert await db.fetch_val(select(tickets.c.erased_at)) == first
    assert await db.fetch_val(select(func.count()).select_from(audit).where(audit.c.action == "privacy.erase")) == 2


async def test_a_lone_buyer_goes_with_the_ticket(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition, price=0)
    order = await make_order(db, edition, buyer=Buyer("Deltagare 1", "deltagare1@example.org"))
    await erase(db, await past(db, edition), order, 1, cancel=False, actor=ACTOR, base_url=BASE_URL)
    assert await found_in(db, "Deltagare 1", "deltagare1@example.org") == set()


async def test_a_buyer_for_somebody_else_stays(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition, price=0)
    order = await make_order(db, edition, buyer=BUYER, tickets=(TicketRequest("ordinarie", NAME),))
    told = await consequences(db, edition, order, order.tickets[0])
    await erase(db, await past(db, edition), order, 1, cancel=False, actor=ACTOR, base_url=BASE_URL)
    assert (told.whole, (await order_by_id(db, order.id)).buyer) == (False, BUYER)


async def test_the_buyer_gets_the_credit_note_and_is_forgotten_when_it_has_gone(db: Database, edition: Edition) -> None:
    edition = await seller(db, edition)
    await make_ticket_type(db, edition)
    order = await make_order(db, edition)
    await erase(db, edition, order, None, cancel=True, actor=ACTOR, base_url=BASE_URL)
    letter = await db.fetch_one(select(mail_outbox).where(mail_outbox.c.status == "queued"))
    assert letter is not None
    assert (letter.to_email, letter.kind) == ("anna.oberg@example.org", "order_cancelled")
    kinds = [row.kind for row in await db.fetch_all(select(invoices.c.kind).order_by(invoices.c.id))]
    assert kinds == ["invoice", "credit"]


async def test_a_second_request_is_the_first(db: Database, edition: Edition) -> None:
    order = await make_traces(db, edition)
    first = await request_erasure(db, order, order.tickets[0], message="Tack för mig", actor="attendee")
    assert await request_erasure(db, order, order.tickets[0], message="Hallå?", actor="attendee") == first
    assert [request.message for request in await open_requests(db, edition.id)] == ["Tack för mig"]


async def test_requests_at_the_same_time_are_one(db: Database, edition: Edition) -> None:
    order = await make_traces(db, edition)
    asked = [request_erasure(db, order, None, message=str(n), actor="buyer:x") for n in range(5)]
    assert len({request.id for request in await asyncio.gather(*asked)}) == 1
    assert await db.fetch_val(select(func.count()).select_from(erasure_requests)) == 1


async def test_nobody_writes_to_those_who_are_gone(db: Database, edition: Edition) -> None:
    """A booking that was never paid: its buyer is erased after the conference, and cannot be reminded."""
    await make_ticket_type(db, edition)
    order = await make_order(db, edition)
    await db.execute(update(editions).values(payment_reminder_days=1))
    await erase(db, await past(db, edition), order, None, cancel=False, actor=ACTOR, base_url=BASE_URL)
    before = await db.fetch_val(select(func.count()).select_from(mail_outbox))
    assert order.due_on is not None
    noon = datetime.combine(order.due_on + timedelta(days=3), time(12), UTC)
    await remind_of_payment(db, noon, base_url=BASE_URL)
    assert await db.fetch_val(select(func.count()).select_from(mail_outbox)) == before


async def test_a_request_is_done(db: Database, edition: Edition) -> None:
    order = await make_traces(db, edition)
    request = await request_erasure(db, order, order.tickets[0], message=f"Glöm {NAME}", actor="attendee")
    await answer_request(db, await past(db, edition), request, keep=0, actor=ACTOR, base_url=BASE_URL)
    done = await last_request(db, order.id, order.tickets[0].id)
    assert done is not None
    assert (done.status, done.message, done.name, done.handled_by) == (RequestStatus.DONE, "", ERASED_NAME, ACTOR)
    with pytest.raises(ConflictError):
        await refuse_request(db, edition, request, reason="för sent", actor=ACTOR, base_url=BASE_URL)


async def test_a_request_is_refused_with_the_reason(db: Database, edition: Edition) -> None:
    order = await make_traces(db, edition)
    request = await request_erasure(db, order, None, message="", actor=f"buyer:{order.code}")
    reason = "Fakturan är inte betald."
    await refuse_request(db, edition, request, reason=reason, actor=ACTOR, base_url=BASE_URL)
    refused = await last_request(db, order.id, None)
    assert refused is not None
    assert (refused.status, refused.answer) == (RequestStatus.REFUSED, "Fakturan är inte betald.")
    assert NAME in (await order_by_id(db, order.id)).tickets[0].name
    letters = select(mail_outbox.c.to_email, mail_outbox.c.body_text).where(mail_outbox.c.kind == "erasure_answer")
    (letter,) = await db.fetch_all(letters)
    assert letter.to_email == BUYER.email
    assert f"{BASE_URL}{order.path}erase" in letter.body_text
    assert reason not in letter.body_text


async def test_the_mail_about_it_is_emptied_when_it_has_gone(db: Database, edition: Edition) -> None:
    order = await make_traces(db, edition, price=0)
    request = await request_erasure(db, order, order.tickets[0], message="", actor="attendee")
    await answer_request(db, await past(db, edition), request, keep=0, actor=ACTOR, base_url=BASE_URL)
    assert await found_in(db, EMAIL) == {"mail_outbox.to_email", "orders.idempotency_key"}
    await purge(db, now())
    assert await found_in(db, EMAIL) == {"mail_outbox.to_email", "orders.idempotency_key"}
    await db.execute(update(mail_outbox).values(status="sent"))
    await purge(db, now())
    assert await found_in(db, EMAIL) == {"orders.idempotency_key"}


async def test_a_place_on_the_waiting_list(db: Database, edition: Edition) -> None:
    type_id = await make_ticket_type(db, edition)
    values = {"edition_id": edition.id, "ticket_type_id": type_id, "name": NAME, "email": EMAIL, "created_at": now()}
    entry = await db.fetch_val(insert(waiting_entries).values(secret="x", **values).returning(waiting_entries.c.id))
    await erase_waiting(db, edition, entry, actor=ACTOR, base_url=BASE_URL)
    assert await found_in(db, NAME, EMAIL) == set()
    assert await db.fetch_val(select(waiting_entries.c.status)) == "left"
    with pytest.raises(NotFoundError):
        await erase_waiting(db, edition, entry + 1, actor=ACTOR, base_url=BASE_URL)


async def test_what_it_leads_to_is_told_before(db: Database, edition: Edition) -> None:
    order = await make_traces(db, await seller(db, edition))
    told = await consequences(db, edition, order, order.tickets[0])
    assert told.ending == ((NAME, "Ordinarie"),)
    assert [(each.is_credit, each.until) for each in told.invoices] == [(False, date(2034, 12, 31))]
    assert (told.keeps_payer, told.balance, told.waiting) == (False, 0, 1)
    assert await db.fetch_val(select(func.count()).select_from(erasure_requests)) == 0
