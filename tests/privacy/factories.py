"""Somebody who has left traces everywhere, and a search for what is left."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, String, Text, cast, insert, select, update

from konferens.audit import record
from konferens.badges.papers import Paper
from konferens.badges.prints import print_one
from konferens.checkin.actions import record_scans, save_list
from konferens.checkin.afterwards import hold_scans
from konferens.checkin.devices import find_device, prepare_device
from konferens.checkin.model import Direction, Scan
from konferens.checkin.queries import find_list
from konferens.clock import now
from konferens.codes import new_token
from konferens.database import Database
from konferens.events.model import Edition
from konferens.questions.actions import save_answers
from konferens.questions.queries import questions_of
from konferens.registration.actions import Attendee, change_attendees
from konferens.registration.model import Buyer, Order, TicketRequest
from konferens.registration.queries import order_by_id
from konferens.registration.settling import receive_payment
from konferens.tables import (
    bank_rows,
    editions,
    mail_outbox,
    metadata,
    orders,
    payments,
    questions,
    session_waiting,
    sessions,
    ticket_sessions,
    ticket_types,
    tickets,
    waiting_entries,
)
from tests.factories import ACTOR, make_order, make_session, make_ticket_type, wall

NAME, EMAIL, ORGANISATION = "Örjan Åkesson", "orjan.akesson@example.org", "Åkessons åkeri"
ALLERGY, PHONE, EARLIER = "jordnötter och sesam", "070-123 45 67", "Orjan Akesson"
TRACES = (NAME, EMAIL, ORGANISATION, ALLERGY, PHONE, EARLIER)
BUYER = Buyer("Beata Öst", "beata.ost@example.org", "Östs bageri", "", "Bagargatan 1, 123 45 Byn", "ref Beata")
BASE_URL = "http://testserver"

SELLER = {
    "seller_name": "Hela Bygden lever",
    "seller_address": "Byavägen 1\n123 45 Byn",
    "seller_orgnr": "802016-0001",
    "seller_vat_number": "SE802016000101",
    "bankgiro": "5050-1055",
}
"""What an edition needs to send invoices."""


async def make_question(db: Database, edition: Edition, code: str, **values: Any) -> int:
    """A question, a short text unless `kind` says otherwise; gives its id."""
    columns = {
        "edition_id": edition.id,
        "code": code,
        "kind": "text",
        "label": code.capitalize(),
        "choices": [],
        **values,
    }
    return int(await db.fetch_val(insert(questions).values(**columns).returning(questions.c.id)))


async def make_waiting(db: Database, edition: Edition, type_id: int, name: str, email: str) -> int:
    """Somebody who waits for a ticket of a type; gives the place's id."""
    values = {"edition_id": edition.id, "ticket_type_id": type_id, "name": name, "email": email, "created_at": now()}
    new = insert(waiting_entries).values(secret=new_token(), **values)
    return int(await db.fetch_val(new.returning(waiting_entries.c.id)))


async def answer(db: Database, edition: Edition, given: dict[int, dict[int, Any]]) -> None:
    """Ticket id → question id → answer."""
    async with db.transaction():
        await save_answers(db, given, await questions_of(db, edition.id))


async def make_traces(db: Database, edition: Edition, *, price: int = 125_000, buyer: Buyer = BUYER) -> Order:
    """An order for Örjan, under another name first, and for somebody else: paid where it costs something. Örjan has answered,
    chosen, waited, been scanned and been written to."""
    await make_ticket_type(db, edition, price=price)
    asked = (TicketRequest("ordinarie", EARLIER, EMAIL, ORGANISATION), TicketRequest("ordinarie", "Cecilia Ny"))
    order = await make_order(db, edition, buyer=buyer, tickets=asked, message=f"Hälsar {NAME}", key=EMAIL)
    order = await change_attendees(
        db, order, [Attendee(NAME, EMAIL, ORGANISATION), Attendee("Cecilia Ny", "", "")], actor=f"buyer:{order.code}"
    )
    if price:
        order = await receive_payment(
            db,
            edition,
            order,
            order.total,
            method="bankgiro",
            reference=order.payment_reference,
            paid_on=date(2026, 12, 1),
            actor=ACTOR,
            base_url=BASE_URL,
        )
        paid = await db.fetch_val(select(payments.c.id).where(payments.c.order_id == order.id))
        await db.execute(
            insert(bank_rows).values(
                edition_id=edition.id,
                external_id=f"1-{edition.id}",
                method="bankgiro",
                amount=order.total,
                paid_on=date(2026, 12, 1),
                payer=buyer.name,
                reference=NAME,
                status="matched",
                payment_id=paid,
                imported_at=now(),
            )
        )
    ticket = order.tickets[0]
    phone = await make_question(db, edition, "phone")
    diet = await make_question(db, edition, "diet", sensitive=True)
    await answer(db, edition, {ticket.id: {phone: PHONE, diet: ALLERGY}, order.tickets[1].id: {phone: "08-1"}})
    await _at_the_conference(db, edition, order)
    await _in_the_files(db, edition, order)
    return await order_by_id(db, order.id)


async def _at_the_conference(db: Database, edition: Edition, order: Order) -> None:
    ticket = order.tickets[0]
    await make_session(db, edition, "Studiebesök", wall_starts=wall(11, 9))
    session_id = await db.fetch_val(select(sessions.c.id))
    for table in (ticket_sessions, session_waiting):
        await db.execute(insert(table).values(ticket_id=ticket.id, session_id=session_id, created_at=now()))
    entrance = await save_list(
        db, edition.id, None, name="Entrén", ticket_type_ids=None, admit_unpaid=True, actor=ACTOR
    )
    scans = [
        Scan(ticket.token, f"n-{edition.id}", now(), "Ulfs telefon", Direction.IN),
        Scan(NAME, f"x-{edition.id}", now(), "", Direction.IN),
    ]
    door = await find_list(db, entrance)
    phone_id, _ = await prepare_device(
        db, edition.id, name="Ulfs telefon", list_ids=[entrance], may_sell=False, expires_at=now(), actor=ACTOR
    )
    await record_scans(db, door, scans, "device:Ulfs telefon", device_id=phone_id)
    await hold_scans(
        db,
        await find_device(db, edition.id, phone_id),
        door,
        [Scan(ticket.token, f"h-{edition.id}", now(), "Ulfs telefon", Direction.IN)],
    )
    await print_one(db, edition.id, ticket.id, Paper.A6, actor="device:Ulfs telefon", again=False)
    await record(
        db, actor="device:Ulfs telefon", action="device.claim", subject=f"device:{phone_id}", edition_id=edition.id
    )


async def _in_the_files(db: Database, edition: Edition, order: Order) -> None:
    ticket = order.tickets[0]
    await make_waiting(db, edition, await db.fetch_val(select(ticket_types.c.id)), NAME, EMAIL.upper())
    letter = {
        "edition_id": edition.id, "kind": "attendee_details", "to_name": NAME, "to_email": EMAIL, "subject": f"Hej {NAME}",
        "body_text": f"Hej {NAME}", "body_html": f"<p>{NAME}", "attachments": [], "next_attempt_at": now(),
        "created_at": now(), "last_error": f"<{EMAIL}>: unknown",
    }  # fmt: skip
    for number, (status, more) in enumerate([("sent", {"ticket_id": ticket.id}), ("queued", {}), ("failed", {})]):
        values = {**letter, **more, "order_id": order.id, "status": status, "message_id": f"<{number}.{edition.id}@x>"}
        await db.execute(insert(mail_outbox).values(**values))
    await db.execute(insert(mail_outbox).values(**letter, status="sent", message_id=f"<w.{edition.id}@x>"))
    await record(
        db, actor=ACTOR, action="waiting.join", subject="waiting:1", edition_id=edition.id, after={"email": EMAIL}
    )
    # What was queued while the order was made has gone out.
    await db.execute(update(mail_outbox).where(mail_outbox.c.kind != "attendee_details").values(status="sent"))


async def move_edition(db: Database, edition: Edition, day: date) -> None:
    """Let the conference have been on that day alone."""
    await db.execute(update(editions).where(editions.c.id == edition.id).values(starts_on=day, ends_on=day))


async def found_in(db: Database, *needles: str) -> set[str]:
    """'table.column' of every text and JSON column of the database in which one of `needles` stands, in any case."""
    found = set()
    for table in metadata.sorted_tables:
        columns = [column for column in table.c if isinstance(column.type, String | Text | JSON)]
        if not columns:
            continue
        query = select(*(cast(column, Text).label(column.name) for column in columns))
        for row in await db.fetch_all(query):
            for column in columns:
                text = row[column.name] or ""
                plain = text.encode().decode("unicode_escape") if isinstance(column.type, JSON) else text
                if any(needle.lower() in plain.lower() for needle in needles):
                    found.add(f"{table.name}.{column.name}")
    return found


async def money(db: Database) -> list[list[tuple[Any, ...]]]:
    """Every sum that there is: of orders, tickets and payments."""
    sums = (
        (orders.c.id, orders.c.total, orders.c.paid, orders.c.status),
        (tickets.c.id, tickets.c.price, tickets.c.vat_amount, tickets.c.kept),
        (payments.c.id, payments.c.amount, payments.c.paid_on),
    )
    return [sorted(tuple(row.values()) for row in await db.fetch_all(select(*columns))) for columns in sums]
