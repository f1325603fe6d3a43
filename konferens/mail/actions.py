"""Mail into the outbox, and its way through it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ClauseElement, ColumnElement, case, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from konferens.audit import record
from konferens.clock import now
from konferens.codes import new_token
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.events.actions import touch_edition
from konferens.i18n import gettext, use_language
from konferens.mail.messages import MAX_SUBJECT, default_text, render_draft
from konferens.mail.model import Draft, MailStatus, MailText, OutgoingMail, OwnTexts
from konferens.mail.outbox import address_now, find_mail
from konferens.mail.queries import mail_from_row, own_texts
from konferens.tables import editions, mail_outbox, mail_texts

LEASE = timedelta(minutes=5)
"""How long a claimed message is its sender's alone. A sender that dies gives it back by that."""


def outbox_row(
    draft: Draft,
    *,
    base_url: str,
    edition_id: int | None,
    order_id: int | None = None,
    ticket_id: int | None = None,
    once_key: str | None = None,
    own_texts: OwnTexts | None = None,
) -> dict[str, Any]:
    """A row of `mail_outbox` for the draft, rendered: in the edition's own words, where `own_texts` (`queries.own_texts`) has
    them. Its Message-ID is made here and never changes (RFC 5322 §3.6.4).

    With `ticket_id` its tickets.pdf holds that ticket alone; `once_key` names what is to be said once only.
    """
    rendered = render_draft(draft, own_texts)
    moment = now()
    return {
        "edition_id": edition_id,
        "order_id": order_id,
        "ticket_id": ticket_id,
        "kind": draft.kind,
        "message_id": f"<{draft.kind}.{new_token().lower()}@{urlsplit(base_url).hostname}>",
        "to_name": draft.to_name,
        "to_email": draft.to_email,
        "subject": rendered.subject,
        "body_text": rendered.text,
        "body_html": rendered.html,
        "attachments": list(draft.attachments),
        "once_key": once_key,
        "status": "queued",
        "attempts": 0,
        "next_attempt_at": moment,
        "last_error": "",
        "created_at": moment,
    }


def rows_of(rows: Sequence[Mapping[str, Any]]) -> Any:
    """What `insert(table).values(…)` takes for these rows: a single one as itself, since only that statement is compiled
    once and kept; a list is compiled each time.
    """
    return dict(rows[0]) if len(rows) == 1 else [dict(row) for row in rows]


async def enqueue(db: Database, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put rows made by `outbox_row` into the outbox, inside the caller's transaction; one call, however many.

    Those whose `once_key` is there already are passed over, also when another process writes the same at this moment; and
    those to nobody, since people who were erased have no address any more.
    """
    await db.execute_many(_INSERTS[db.dialect], [dict(row) for row in rows if row["to_email"]])


_INSERTS: dict[str, ClauseElement] = {
    "sqlite": sqlite.insert(mail_outbox).on_conflict_do_nothing(index_elements=["once_key"]),
    "postgresql": postgresql.insert(mail_outbox).on_conflict_do_nothing(index_elements=["once_key"]),
}


async def queue_mail(
    db: Database,
    draft: Draft,
    *,
    base_url: str,
    edition_id: int | None,
    order_id: int | None = None,
    ticket_id: int | None = None,
    once_key: str | None = None,
) -> None:
    """Render `draft` in the edition's own words, if it has some, and put it into the outbox, inside the caller's transaction:
    it is sent if that is committed. Nothing is written when there is a message with this `once_key` already.
    """
    own = await own_texts(db, edition_id, kind=draft.kind) if edition_id is not None else {}
    row = outbox_row(
        draft,
        base_url=base_url,
        edition_id=edition_id,
        order_id=order_id,
        ticket_id=ticket_id,
        once_key=once_key,
        own_texts=own,
    )
    await enqueue(db, [row])


async def claim_due(db: Database, *, limit: int = 10) -> list[OutgoingMail]:
    """Messages that are due, the longest waiting first, now this sender's for the time of `LEASE`."""
    moment = now()
    due = (
        select(mail_outbox.c.id)
        .where(mail_outbox.c.status == "queued", mail_outbox.c.next_attempt_at <= moment)
        .order_by(mail_outbox.c.next_attempt_at, mail_outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    reply_to = (
        select(editions.c.contact_email)
        .where(editions.c.id == mail_outbox.c.edition_id)
        .correlate(mail_outbox)
        .scalar_subquery()
    )
    async with db.transaction():
        rows = await db.fetch_all(
            update(mail_outbox)
            .where(mail_outbox.c.id.in_(due))
            .values(next_attempt_at=moment + LEASE, attempts=mail_outbox.c.attempts + 1)
            .returning(*mail_outbox.c, reply_to.label("reply_to"))
        )
    return sorted((mail_from_row(row) for row in rows), key=lambda mail: mail.id)


async def mark_sent(db: Database, mail_id: int) -> None:
    """Of a message that belongs to no edition nobody sees the text, which may hold a link into an account: it is emptied."""
    kept = {
        column.name: case((mail_outbox.c.edition_id.is_(None), ""), else_=column)
        for column in (mail_outbox.c.body_text, mail_outbox.c.body_html)
    }
    values = {"status": "sent", "sent_at": now(), "last_error": "", **kept}
    await db.execute(update(mail_outbox).where(mail_outbox.c.id == mail_id).values(**values))


async def mark_failed(db: Database, mail_id: int, error: str, *, try_again_at: datetime | None) -> None:
    """Note why a message didn't go; it goes back into the queue, or with `try_again_at` None it has failed for good."""
    values = {"status": "failed"} if try_again_at is None else {"next_attempt_at": try_again_at}
    await db.execute(update(mail_outbox).where(mail_outbox.c.id == mail_id).values(last_error=error[:1000], **values))


async def retry_mail(db: Database, edition_id: int, mail_id: int, *, actor: str) -> None:
    """Send a message once more that failed or bounced, from the first attempt, to its reader's address of now.

    Raises NotFoundError for another edition's, ConflictError when it is neither.
    """
    async with db.transaction():
        mail, _ = await find_mail(db, edition_id, mail_id)
        _, address = await address_now(db, mail)
        row = await db.fetch_one(
            update(mail_outbox)
            .where(
                mail_outbox.c.id == mail_id,
                mail_outbox.c.status.in_([each.value for each in MailStatus if each.is_lost]),
            )
            .values(status=MailStatus.QUEUED.value, to_email=address, attempts=0, next_attempt_at=now())
            .returning(mail_outbox.c.id)
        )
        if row is None:
            raise ConflictError(f"mail {mail_id} has not failed")
        await record(
            db,
            actor=actor,
            action="mail.retry",
            subject=f"mail:{mail_id}",
            edition_id=edition_id,
            before={"to": mail.to_email},
            after={"to": address},
        )


async def save_text(db: Database, edition_id: int, kind: str, language: str, text: MailText, *, actor: str) -> None:
    """The edition's own words for a message from now on; its default's words are kept as none of its own."""
    if text == default_text(kind, language):
        await reset_text(db, edition_id, kind, language, actor=actor)
        return
    async with db.transaction():
        # What is kept by the version has the texts with it; and one saves at a time.
        await touch_edition(db, edition_id)
        before = (await own_texts(db, edition_id, kind=kind)).get((kind, language), default_text(kind, language))
        await db.execute(delete(mail_texts).where(*_this_text(edition_id, kind, language)))
        await db.execute(
            insert(mail_texts).values(
                edition_id=edition_id,
                kind=kind,
                language=language,
                subject=text.subject,
                body=text.body,
                updated_at=now(),
            )
        )
        await record(
            db,
            actor=actor,
            action="mail.text",
            subject=f"mail-text:{kind}.{language}",
            edition_id=edition_id,
            before={"subject": before.subject, "body": before.body},
            after={"subject": text.subject, "body": text.body},
        )


async def reset_text(db: Database, edition_id: int, kind: str, language: str, *, actor: str) -> None:
    """The default words again; nothing happens where the edition has none of its own."""
    async with db.transaction():
        mine = delete(mail_texts).where(*_this_text(edition_id, kind, language))
        row = await db.fetch_one(mine.returning(mail_texts.c.subject, mail_texts.c.body))
        if row is None:
            return
        await touch_edition(db, edition_id)
        await record(
            db,
            actor=actor,
            action="mail.text-reset",
            subject=f"mail-text:{kind}.{language}",
            edition_id=edition_id,
            before={"subject": row.subject, "body": row.body},
        )


def _this_text(edition_id: int, kind: str, language: str) -> tuple[ColumnElement[bool], ...]:
    columns = mail_texts.c
    return columns.edition_id == edition_id, columns.kind == kind, columns.language == language


async def send_trial(db: Database, draft: Draft, text: MailText, *, edition_id: int, base_url: str) -> None:
    """Mail `draft` in these words, marked as a trial in its subject."""
    row = outbox_row(draft, base_url=base_url, edition_id=edition_id, own_texts={(draft.kind, draft.language): text})
    with use_language(draft.language):
        subject = gettext("Prov: %(subject)s") % {"subject": row["subject"]}
    await enqueue(db, [{**row, "subject": subject[:MAX_SUBJECT]}])
