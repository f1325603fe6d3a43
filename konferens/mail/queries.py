"""The outbox, read from the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from konferens.database import Database
from konferens.mail.model import MailStatus, MailText, OutgoingMail
from konferens.tables import mail_outbox, mail_texts


def mail_from_row(row: Any) -> OutgoingMail:
    """An OutgoingMail from a row of `mail_outbox`, with or without `reply_to`."""
    values = dict(row._mapping)  # noqa: SLF001
    values["reply_to"] = values.get("reply_to") or ""
    values["attachments"] = tuple(values["attachments"])
    values["status"] = MailStatus(values["status"])
    return OutgoingMail(**values)


async def mails_of(
    db: Database, edition_id: int, *, status: MailStatus | None = None, limit: int = 100
) -> list[OutgoingMail]:
    """An edition's messages, the latest first."""
    query = select(mail_outbox).where(mail_outbox.c.edition_id == edition_id)
    if status is not None:
        query = query.where(mail_outbox.c.status == status.value)
    return [mail_from_row(row) for row in await db.fetch_all(query.order_by(mail_outbox.c.id.desc()).limit(limit))]


async def mails_of_order(db: Database, order_id: int) -> list[OutgoingMail]:
    """An order's messages, in the order in which they were written."""
    query = select(mail_outbox).where(mail_outbox.c.order_id == order_id).order_by(mail_outbox.c.id)
    return [mail_from_row(row) for row in await db.fetch_all(query)]


async def written_since(
    db: Database, kind: str, moment: datetime, *, order_id: int, ticket_id: int | None = None
) -> int:
    """How many messages of this kind were written about the order, or one ticket of it, since `moment` (aware)."""
    query = (
        select(func.count())
        .select_from(mail_outbox)
        .where(mail_outbox.c.order_id == order_id, mail_outbox.c.kind == kind, mail_outbox.c.created_at > moment)
    )
    if ticket_id is not None:
        query = query.where(mail_outbox.c.ticket_id == ticket_id)
    return int(await db.fetch_val(query))


async def own_texts(db: Database, edition_id: int, *, kind: str | None = None) -> dict[tuple[str, str], MailText]:
    """The edition's own wordings by (kind, language), of one kind or all; one query. What isn't in it says its default."""
    query = select(mail_texts).where(mail_texts.c.edition_id == edition_id)
    if kind is not None:
        query = query.where(mail_texts.c.kind == kind)
    return {(row.kind, row.language): MailText(row.subject, row.body) for row in await db.fetch_all(query)}
