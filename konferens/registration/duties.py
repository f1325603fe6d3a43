"""What the clock does to orders: reminders, the end of those that nobody pays, letters before and after the conference.

Each is done by day, when people may be written to, and says a thing once: the state of an order, or the letter's `once_key`,
tells that it is done. So it does no harm to do it again, nor in two processes at once.
"""

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select

from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import all_editions
from konferens.mail.actions import enqueue, outbox_row
from konferens.mail.queries import own_texts
from konferens.offering.seats import next_ticket_changes
from konferens.registration import letters
from konferens.registration.changes import expire_order
from konferens.registration.model import Order, OrderStatus, Ticket
from konferens.registration.queries import orders_where
from konferens.tables import mail_outbox, orders, tickets

BATCH = 100
"""Orders of one look."""

LETTERS = 20
"""Written in one go; then others have their turn for the time of `REST`, in seconds: people who register come first."""

REST = 0.1

LONGEST = timedelta(days=365)
"""What is overdue for longer is left to people."""

NEWEST = timedelta(days=1)
"""Whoever has ordered since then has the confirmation, and needs no reminder of the conference yet."""

THANKS_UNTIL = timedelta(days=30)
"""Later nobody waits for thanks."""


async def expire_unpaid(db: Database, moment: datetime, *, base_url: str) -> None:
    """End the orders that nothing was paid for `expire_unpaid_days` after their due date, at the earliest the day after it.

    An order that is paid in part stays, and so do all once the conference has begun: their people may be there.
    """
    for edition in await _editions_by_day(db, moment, "expire_unpaid_days"):
        if moment >= edition.starts_at:
            continue
        due_before = _today(edition, moment) - timedelta(days=max(edition.expire_unpaid_days or 0, 1))
        unpaid = (orders.c.edition_id == edition.id, *_unpaid(due_before), orders.c.paid == 0)
        failed = []
        for order in await orders_where(db, *unpaid, limit=BATCH):
            try:
                await expire_order(db, edition, order, base_url=base_url)
            except Exception as error:  # noqa: BLE001 - one bad order must not keep the others' seats
                error.add_note(f"order {order.code}")
                failed.append(error)
        if failed:
            raise ExceptionGroup("orders could not be ended", failed)


async def remind_of_payment(db: Database, moment: datetime, *, base_url: str) -> None:
    """Remind of what is left to pay `payment_reminder_days` after the due date, and once more after twice that time."""
    for edition in await _editions_by_day(db, moment, "payment_reminder_days"):
        pause = timedelta(days=max(edition.payment_reminder_days or 0, 1))
        while True:
            if await _remind(db, edition, moment, pause, base_url=base_url) < LETTERS:
                break
            await asyncio.sleep(REST)


async def _remind(db: Database, edition: Edition, moment: datetime, pause: timedelta, *, base_url: str) -> int:
    """Write one batch of reminders and give how many were due."""
    numbers = await _reminders_due(db, edition, moment, pause)
    if not numbers:
        return 0
    own = await own_texts(db, edition.id, kind="payment_reminder")
    rows = []
    for order in await orders_where(db, orders.c.id.in_(list(numbers)), *_unpaid()):
        letter = letters.payment_reminder(edition, order, base_url)
        key = f"payment_reminder:{order.id}:{numbers[order.id]}"
        rows.append(
            outbox_row(letter, base_url=base_url, edition_id=edition.id, order_id=order.id, once_key=key, own_texts=own)
        )
        await asyncio.sleep(0)
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)  # from here on nobody pays till the letters are there
        query = select(orders.c.id).where(orders.c.id.in_(list(numbers)), *_unpaid())
        owing = {row.id for row in await db.fetch_all(query)}
        await enqueue(db, [row for row in rows if row["order_id"] in owing])
    return len(numbers)


async def _reminders_due(db: Database, edition: Edition, moment: datetime, pause: timedelta) -> dict[int, int]:
    """Order id → 1 or 2, which reminder is to be written. The second is not written sooner than `pause` after the first."""
    first, second = mail_outbox.alias("first"), mail_outbox.alias("second")
    key = "payment_reminder:" + cast(orders.c.id, String)
    today = _today(edition, moment)
    waited = moment - pause + timedelta(hours=12)  # the first may have gone out late in the day
    is_second_due = and_(second.c.id.is_(None), first.c.created_at <= waited, orders.c.due_on <= today - 2 * pause)
    query = (
        select(orders.c.id, first.c.id.label("first"))
        .select_from(
            orders.outerjoin(first, first.c.once_key == key + ":1").outerjoin(second, second.c.once_key == key + ":2")
        )
        .where(
            orders.c.edition_id == edition.id,
            *_unpaid(today - pause),
            orders.c.buyer_email != "",  # of those who were erased there is nobody to remind
            orders.c.due_on > today - LONGEST,
            or_(first.c.id.is_(None), is_second_due),
        )
        .order_by(orders.c.id)
        .limit(LETTERS)
    )
    return {row.id: 1 if row.first is None else 2 for row in await db.fetch_all(query)}


async def remind_of_event(db: Database, moment: datetime, *, base_url: str) -> None:
    """Practical facts and the ticket, `event_reminder_days` before the first day."""
    for edition in await _editions_by_day(db, moment, "event_reminder_days"):
        starts_from = edition.starts_on - timedelta(days=edition.event_reminder_days or 0)
        if starts_from <= _today(edition, moment) <= edition.starts_on:
            await _write_to_all(db, edition, "event_reminder", moment - NEWEST, base_url=base_url)


async def thank(db: Database, moment: datetime, *, base_url: str) -> None:
    """Thanks, `thanks_days` after the last day."""
    for edition in await _editions_by_day(db, moment, "thanks_days"):
        starts_from = edition.ends_on + timedelta(days=max(edition.thanks_days or 0, 1))
        if starts_from <= _today(edition, moment) <= starts_from + THANKS_UNTIL:
            await _write_to_all(db, edition, "event_thanks", moment, base_url=base_url)


async def _write_to_all(db: Database, edition: Edition, kind: str, placed_until: datetime, *, base_url: str) -> None:
    """One letter to every address of each order: those of valid tickets, and the buyer's for tickets without one."""
    query = select(mail_outbox.c.once_key).where(mail_outbox.c.edition_id == edition.id, mail_outbox.c.kind == kind)
    written = {row.once_key for row in await db.fetch_all(query)}
    addressed = await _order_addresses(db, edition, placed_until)
    missing = [order_id for order_id, address in addressed if _key(kind, order_id, address) not in written]
    own = await own_texts(db, edition.id, kind=kind) if missing else {}
    order_ids = list(dict.fromkeys(missing))
    for start in range(0, len(order_ids), LETTERS):
        rows = []
        for order in await orders_where(db, orders.c.id.in_(order_ids[start : start + LETTERS])):
            if order.is_active:
                rows += [
                    _row(edition, kind, order, address, ticket, base_url=base_url, own_texts=own)
                    for address, ticket in _readers(order)
                    if _key(kind, order.id, address) not in written
                ]
            await asyncio.sleep(0)
        await enqueue(db, rows)
        await asyncio.sleep(REST)


async def _order_addresses(db: Database, edition: Edition, placed_until: datetime) -> list[tuple[int, str]]:
    """(order id, address) of everybody to write to: what `_readers` finds, for all orders at once, without the rest of them."""
    address = func.coalesce(func.nullif(tickets.c.attendee_email, ""), orders.c.buyer_email)
    query = (
        select(orders.c.id, address.label("address"))
        .join(tickets, tickets.c.order_id == orders.c.id)
        .where(
            orders.c.edition_id == edition.id,
            orders.c.placed_at <= placed_until,
            orders.c.status.in_((OrderStatus.PENDING.value, OrderStatus.PAID.value)),
            tickets.c.status == "valid",
            tickets.c.erased_at.is_(None),
        )
        .order_by(orders.c.id)
    )
    rows = await db.fetch_all(query)
    return list(dict.fromkeys((row.id, row.address.lower()) for row in rows if row.address))


def _readers(order: Order) -> Iterable[tuple[str, Ticket | None]]:
    """Each address once, with the ticket that its letter is about; None for the buyer's, which is about them all."""
    buyer = order.buyer.email.lower()
    found: dict[str, Ticket | None] = {}
    for ticket in order.valid_tickets:
        address = ticket.email.lower() or buyer
        if address:
            found.setdefault(address, None if address == buyer else ticket)
    return found.items()


def _row(
    edition: Edition,
    kind: str,
    order: Order,
    address: str,
    ticket: Ticket | None,
    *,
    base_url: str,
    own_texts: Any,
) -> dict[str, Any]:
    write = {"event_reminder": letters.event_reminder, "event_thanks": letters.event_thanks}[kind]
    return outbox_row(
        write(edition, order, base_url, ticket=ticket),
        base_url=base_url,
        edition_id=edition.id,
        order_id=order.id,
        ticket_id=ticket.id if ticket else None,
        once_key=_key(kind, order.id, address),
        own_texts=own_texts,
    )


def _key(kind: str, order_id: int, address: str) -> str:
    """Names the letter without the address itself, which may be long and is to be forgotten some day."""
    return f"{kind}:{order_id}:{hashlib.sha256(address.encode()).hexdigest()[:24]}"


async def _editions_by_day(db: Database, moment: datetime, setting: str) -> Sequence[Edition]:
    """The published editions where `setting` has a number of days, and it is day at `moment`."""
    return [
        edition
        for edition in await all_editions(db, published_only=True)
        if getattr(edition, setting) is not None and edition.is_day(moment)
    ]


def _today(edition: Edition, moment: datetime) -> date:
    return moment.astimezone(edition.zone).date()


def _unpaid(due_until: date | None = None) -> list[ColumnElement[bool]]:
    """Orders that something is left to pay of, and that were due on that day or before."""
    owing = [orders.c.status == OrderStatus.PENDING.value, orders.c.total > orders.c.paid]
    return owing if due_until is None else [*owing, orders.c.due_on <= due_until]
