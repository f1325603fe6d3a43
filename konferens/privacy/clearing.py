"""Statements that take people out of rows, for one ticket or thousands; all of them leave money and counts as they are.

Each works on a subquery of ids, in the caller's transaction, and does nothing to rows that are empty already.
"""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    update,
)

from konferens.database import Database
from konferens.privacy.model import ERASED_NAME
from konferens.tables import (
    answers,
    audit,
    bank_rows,
    erasure_requests,
    invoices,
    mail_outbox,
    orders,
    payments,
    retired_feeds,
    sensitive_answers,
    session_waiting,
    ticket_sessions,
    tickets,
    waiting_entries,
)

Ids = Select[Any]

NO_MAIL = {
    **dict.fromkeys(("to_name", "to_email", "subject", "body_text", "body_html", "last_error"), ""),
    "once_key": None,  # may have a digest of the address
}
NO_BUYER = {
    "buyer_email": "",
    "buyer_address": "",
    "buyer_reference": "",
    "buyer_peppol": "",
    "message": "",
    # What was asked for is in the digest, and programs may have made the key of anything.
    "idempotency_key": None,
    "request_digest": None,
}

NOT_ABOUT_ATTENDEES = (
    "addon:",
    "checkin-list:",
    "edition:",
    "mail-text:",
    "question:",
    "quota:",
    "rooms:",
    "session:",
    "speaker:",
    "ticket-type:",
    "token:",
    "tracks:",
    "user:",
)
"""Beginnings of audit subjects that are about the conference, or about people who are not there as attendees. Rows about
anything else, what is yet to come too, are taken to tell of attendees."""

keeps_payer: ColumnElement[bool] = and_(
    exists().where(payments.c.order_id == orders.c.id), ~exists().where(invoices.c.order_id == orders.c.id)
)
"""Payments without an invoice: the order alone tells who paid, which accounts must (bokföringslagen 5 kap. 7 §)."""


async def clear_answers(db: Database, ticket_ids: Ids) -> dict[str, int]:
    """Delete what was answered and chosen; gives the number of rows by table. Seats at sessions are not given back here."""
    tables = (answers, sensitive_answers, ticket_sessions, session_waiting)
    return {table.name: await db.execute(delete(table).where(table.c.ticket_id.in_(ticket_ids))) for table in tables}


async def clear_tickets(db: Database, ticket_ids: Ids, *, first_change: int, moment: datetime) -> int:
    """Take the names off these tickets, and delete earlier addresses of their feeds; each gets a number of its own from `first_change` on, so that phones learn of it."""
    await db.execute(delete(retired_feeds).where(retired_feeds.c.ticket_id.in_(ticket_ids)))
    place = (func.row_number().over(order_by=tickets.c.id) - 1).label("place")
    numbered = select(tickets.c.id, place).where(tickets.c.id.in_(ticket_ids)).subquery()
    return await db.execute(
        update(tickets)
        .where(tickets.c.id == numbered.c.id)
        .values(
            attendee_name=ERASED_NAME,
            attendee_email="",
            attendee_organisation="",
            note="",
            details_later=False,
            erased_at=func.coalesce(tickets.c.erased_at, literal(moment, tickets.c.erased_at.type)),
            updated_at=moment,
            change=literal(first_change, BigInteger) + numbered.c.place,
        )
    )


async def clear_buyers(db: Database, order_ids: Ids) -> int:
    """Take the buyers off these orders: what invoices say of them stands on the invoices."""
    names = {
        "buyer_name": case((keeps_payer, orders.c.buyer_name), else_=ERASED_NAME),
        "buyer_organisation": case((keeps_payer, orders.c.buyer_organisation), else_=""),
        "buyer_orgnr": case((keeps_payer, orders.c.buyer_orgnr), else_=""),
    }
    cleared = await db.execute(update(orders).where(orders.c.id.in_(order_ids)).values(**names, **NO_BUYER))
    paid = select(payments.c.id).where(payments.c.order_id.in_(order_ids))
    await db.execute(update(bank_rows).where(bank_rows.c.payment_id.in_(paid)).values(payer="", reference=""))
    return cleared


async def clear_mails(db: Database, condition: ColumnElement[bool]) -> int:
    """Empty sent mails for which `condition` holds; what didn't arrive is deleted, since it has no reader any more."""
    unsent = mail_outbox.c.status != "sent"
    gone = await db.execute(delete(mail_outbox).where(condition, unsent))
    return gone + await db.execute(update(mail_outbox).where(condition, has_text()).values(**NO_MAIL))


def has_text() -> ColumnElement[bool]:
    """Whether a mail still says something, or to whom."""
    return or_(*(mail_outbox.c[name] != "" for name in NO_MAIL))


async def clear_waiting(db: Database, condition: ColumnElement[bool]) -> int:
    """Take the names off places on waiting lists that have ended."""
    return await db.execute(
        update(waiting_entries)
        .where(condition, or_(waiting_entries.c.name != ERASED_NAME, waiting_entries.c.email != ""))
        .values(name=ERASED_NAME, email="")
    )


async def clear_requests(db: Database, condition: ColumnElement[bool]) -> int:
    """Empty what people wrote when they asked to be erased, and what they were answered."""
    written = or_(erasure_requests.c.message != "", erasure_requests.c.answer != "")
    return await db.execute(update(erasure_requests).where(condition, written).values(message="", answer=""))


async def clear_audit(db: Database, condition: ColumnElement[bool]) -> int:
    """Empty the values before and after in these rows of the trail: who did what and when stays."""
    has_values = or_(
        *(func.coalesce(cast(column, Text), "null") != "null" for column in (audit.c.before, audit.c.after))
    )
    return await db.execute(update(audit).where(condition, has_values).values(before=null(), after=null()))


def about_attendees() -> ColumnElement[bool]:
    """Audit rows whose values may be an attendee's or a buyer's."""
    return and_(*(not_(audit.c.subject.startswith(prefix)) for prefix in NOT_ABOUT_ATTENDEES))


def tells_of(words: Collection[str]) -> ColumnElement[bool]:
    """Audit rows in which one of `words` is a value by itself, as JSON has it."""
    quoted = [json.dumps(word) for word in words if word and word != ERASED_NAME]
    columns = [cast(column, Text) for column in (audit.c.before, audit.c.after)]
    return (
        or_(*(column.contains(word, autoescape=True) for word in quoted for column in columns))
        if quoted
        else literal(False)
    )


def touches_ticket(position: int) -> ColumnElement[bool]:
    """Audit rows of an order that have values of its ticket at `position`, whoever had it then."""
    return or_(*(cast(column, Text).contains(f'"{position}": ') for column in (audit.c.before, audit.c.after)))
