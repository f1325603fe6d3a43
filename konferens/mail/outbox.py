"""The outbox as organisers look at it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.mail.model import MailStatus, OutgoingMail
from konferens.mail.queries import mail_from_row
from konferens.tables import mail_outbox, orders, tickets

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class MailLine:
    """A message in the list, without its texts. `order_code` is '' for one that belongs to no order."""

    id: int
    kind: str
    to_name: str
    to_email: str
    subject: str
    status: MailStatus
    attempts: int
    next_attempt_at: datetime
    last_error: str
    created_at: datetime
    sent_at: datetime | None
    order_code: str


@dataclass(frozen=True, slots=True)
class OutboxPage:
    """A part of the list; `next_before` is the id to go on from, or None."""

    mails: list[MailLine]
    next_before: int | None


async def outbox_of(
    db: Database,
    edition_id: int,
    *,
    status: MailStatus | None = None,
    before: int | None = None,
    limit: int = PAGE_SIZE,
) -> OutboxPage:
    """An edition's messages, the latest first, `limit` at a time; one query."""
    query = _select_lines(edition_id).order_by(mail_outbox.c.id.desc()).limit(limit + 1)
    if status is not None:
        query = query.where(mail_outbox.c.status == status.value)
    if before is not None:
        query = query.where(mail_outbox.c.id < before)
    rows = await db.fetch_all(query)
    lines = [MailLine(**{**row, "status": MailStatus(row.status), "order_code": row.order_code or ""}) for row in rows]
    return OutboxPage(mails=lines[:limit], next_before=lines[limit - 1].id if len(lines) > limit else None)


def _select_lines(edition_id: int) -> Select[Any]:
    listed = [column for column in mail_outbox.c if column.name in MailLine.__dataclass_fields__]
    return (
        select(*listed, orders.c.code.label("order_code"))
        .select_from(mail_outbox.outerjoin(orders, orders.c.id == mail_outbox.c.order_id))
        .where(mail_outbox.c.edition_id == edition_id)
    )


async def outbox_counts(db: Database, edition_id: int) -> dict[MailStatus, int]:
    """How many messages of the edition stand where."""
    query = (
        select(mail_outbox.c.status, func.count().label("n"))
        .where(mail_outbox.c.edition_id == edition_id)
        .group_by(mail_outbox.c.status)
    )
    found = {row.status: int(row.n) for row in await db.fetch_all(query)}
    return {status: found.get(status.value, 0) for status in MailStatus}


async def find_mail(db: Database, edition_id: int, mail_id: int) -> tuple[OutgoingMail, str]:
    """The message with its texts, and its order's code or ''. Raises NotFoundError, also for another edition's."""
    mine: ColumnElement[bool] = mail_outbox.c.edition_id == edition_id
    row = await db.fetch_one(select(mail_outbox).where(mine, mail_outbox.c.id == mail_id))
    if row is None:
        raise NotFoundError(f"mail {mail_id}")
    code = await db.fetch_val(select(orders.c.code).where(orders.c.id == row.order_id)) if row.order_id else ""
    return mail_from_row(row), code or ""


async def address_now(db: Database, mail: OutgoingMail) -> tuple[str, str]:
    """Name and address of the message's reader as the order has them by now: the attendee's or the buyer's.

    As they were where the order names somebody else by now: the message isn't for them.
    """
    query = (
        select(orders.c.buyer_name, orders.c.buyer_email, tickets.c.attendee_name, tickets.c.attendee_email)
        .select_from(orders.outerjoin(tickets, tickets.c.id == mail.ticket_id))
        .where(orders.c.id == mail.order_id)
    )
    row = await db.fetch_one(query)
    if row is not None:
        for name, email in ((row.attendee_name, row.attendee_email), (row.buyer_name, row.buyer_email)):
            if name == mail.to_name and email:
                return name, email
    return mail.to_name, mail.to_email
