"""What is taken away by itself when its time is over: sensitive answers first, then everybody's names, at last the accounts.

Statements work on sets of rows, some hundred at a time, so that nobody else waits long; each finds only what is not yet done,
so that a purge that was broken off goes on where it stood.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, exists, func, or_, select, update

from konferens.attempts import purge_attempts
from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import all_editions
from konferens.feedback.actions import forget_answers
from konferens.offering.seats import next_ticket_changes
from konferens.open_space.forgetting import forget_topics
from konferens.privacy import clearing
from konferens.privacy.model import ACCOUNTING_YEARS, ERASED_NAME, PurgeReport, RequestStatus
from konferens.privacy.speakers import purge_agreements, purge_needs
from konferens.proposals.forgetting import forget_proposals
from konferens.questions.actions import purge_sensitive
from konferens.registration.door_notes import purge_notes
from konferens.tables import (
    admissions,
    audit,
    badge_prints,
    bank_rows,
    checkin_lists,
    devices,
    discount_codes,
    editions,
    erasure_requests,
    held_scans,
    invoices,
    logins,
    mail_outbox,
    orders,
    password_links,
    payments,
    scans,
    tickets,
    waiting_entries,
)

BATCH = 500
"""Rows, or orders with all that they have, of one transaction."""

TRIED_FOR = timedelta(days=1)
"""Longer than the sender tries to send a mail."""

LOOSE_MAIL_KEPT = timedelta(days=90)
"""Mail that belongs to no edition."""


class _DryRunError(Exception):
    """Rolls back what was only tried."""


async def purge(db: Database, moment: datetime, *, dry_run: bool = False) -> PurgeReport:
    """Take away what nobody may keep any longer at `moment` (aware). Gives how much it was.

    With `dry_run` all of it is done in one transaction that is rolled back: the numbers are right, and others wait meanwhile.
    """
    report = PurgeReport()
    if not dry_run:
        await _purge(db, moment, report)
        return report
    try:
        async with db.transaction():
            await _purge(db, moment, report)
            raise _DryRunError  # noqa: TRY301 - only an exception rolls a transaction back
    except _DryRunError:
        return report


async def _purge(db: Database, moment: datetime, report: PurgeReport) -> None:
    for edition in await all_editions(db, published_only=False):
        today = moment.astimezone(edition.zone).date()
        if today > edition.ends_on + timedelta(days=edition.sensitive_days):
            report.sensitive_answers += await purge_sensitive(db, edition.id)
            report.sensitive_answers += await purge_needs(db, edition.id)
            report.sensitive_answers += await purge_notes(db, edition.id)
        if today > edition.ends_on + timedelta(days=edition.personal_days):
            await _make_anonymous(db, edition, moment, report)
    await _empty_sent_letters(db, report)
    await _delete_accounts(db, moment.year, report)
    report.logins += await db.execute(delete(logins).where(logins.c.expires_at < moment))
    await db.execute(delete(password_links).where(password_links.c.expires_at < moment))
    report.attempts += await purge_attempts(db, moment)
    loose = and_(mail_outbox.c.edition_id.is_(None), mail_outbox.c.created_at < moment - LOOSE_MAIL_KEPT)
    report.mails += await db.execute(delete(mail_outbox).where(loose, mail_outbox.c.status != "queued"))


async def _make_anonymous(db: Database, edition: Edition, moment: datetime, report: PurgeReport) -> None:
    while await _clear_orders(db, edition, moment, report):
        pass
    report.waiting += await _clear(
        db,
        waiting_entries,
        and_(
            waiting_entries.c.edition_id == edition.id,
            or_(waiting_entries.c.name != ERASED_NAME, waiting_entries.c.email != ""),
        ),
        {"name": ERASED_NAME, "email": ""},
    )
    mine = and_(mail_outbox.c.edition_id == edition.id, mail_outbox.c.created_at < moment - TRIED_FOR)
    unsent = mail_outbox.c.status != "sent"
    report.mails += await db.execute(delete(mail_outbox).where(mine, unsent))
    report.mails += await _clear(db, mail_outbox, and_(mine, ~unsent, clearing.has_text()), clearing.NO_MAIL)
    await _clear_door(db, edition, report)
    report.audit += await clearing.clear_audit(db, and_(audit.c.edition_id == edition.id, clearing.about_attendees()))
    report.speakers += await purge_agreements(db, edition.id)
    report.proposals += await forget_proposals(db, edition.id)
    report.topics += await forget_topics(db, edition.id, erased_name=ERASED_NAME)
    report.feedback += await forget_answers(db, edition.id)
    asked = erasure_requests.c.edition_id == edition.id
    done = {"status": RequestStatus.DONE.value, "handled_at": moment, "handled_by": "system"}
    await db.execute(update(erasure_requests).where(asked, erasure_requests.c.status == "open").values(**done))
    report.requests += await clearing.clear_requests(db, asked)
    noted = and_(discount_codes.c.edition_id == edition.id, discount_codes.c.note != "")
    report.notes += await _clear(db, discount_codes, noted, {"note": ""})
    told = or_(bank_rows.c.payer != "", bank_rows.c.reference != "")
    report.bank_rows += await _clear(
        db, bank_rows, and_(bank_rows.c.edition_id == edition.id, told), {"payer": "", "reference": ""}
    )


async def _clear_orders(db: Database, edition: Edition, moment: datetime, report: PurgeReport) -> bool:
    """One batch of orders; whether there was any."""
    texts = ("buyer_email", "buyer_address", "buyer_reference", "buyer_peppol", "message")
    named = exists().where(tickets.c.order_id == orders.c.id, tickets.c.erased_at.is_(None))
    wanted = or_(named, orders.c.idempotency_key.is_not(None), *(orders.c[name] != "" for name in texts))
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        rows = await db.fetch_all(
            select(orders.c.id).where(orders.c.edition_id == edition.id, wanted).order_by(orders.c.id).limit(BATCH)
        )
        if not rows:
            return False
        of_batch = select(orders.c.id).where(orders.c.id.in_([row.id for row in rows]))
        held = select(tickets.c.id).where(tickets.c.order_id.in_(of_batch))
        count = int(await db.fetch_val(select(func.count()).select_from(held.subquery())))
        gone = await clearing.clear_answers(db, held)
        report.answers += gone["answers"]
        report.sensitive_answers += gone["sensitive_answers"]
        report.chosen_sessions += gone["ticket_sessions"]
        report.waiting += gone["session_waiting"]
        first_change = await next_ticket_changes(db, edition.id, count)
        report.tickets += await clearing.clear_tickets(db, held, first_change=first_change, moment=moment)
        report.orders += await clearing.clear_buyers(db, of_batch)
    return True


async def _clear_door(db: Database, edition: Edition, report: PurgeReport) -> None:
    """Who scanned, by which phone, and what stood in codes that were no tickets; how many came, and when, is left.

    The phones go too: they are called what volunteers are, in the trail and of badges that they printed as well.
    """
    lists = select(checkin_lists.c.id).where(checkin_lists.c.edition_id == edition.id)
    told = or_(scans.c.actor != "", scans.c.device != "", scans.c.token != "", scans.c.device_id.is_not(None))
    nothing = {"actor": "", "device": "", "token": "", "device_id": None}
    report.scans += await _clear(db, scans, and_(scans.c.list_id.in_(lists), told), nothing)
    named = and_(admissions.c.list_id.in_(lists), admissions.c.device != "")
    await db.execute(update(admissions).where(named).values(device=""))
    report.scans += await db.execute(delete(held_scans).where(held_scans.c.list_id.in_(lists)))
    report.phones += await db.execute(delete(devices).where(devices.c.edition_id == edition.id))
    await db.execute(delete(badge_prints).where(badge_prints.c.edition_id == edition.id))
    by_phone = and_(audit.c.edition_id == edition.id, audit.c.actor.startswith("device:"))
    report.audit += await _clear(db, audit, by_phone, {"actor": "device"})


async def _empty_sent_letters(db: Database, report: PurgeReport) -> None:
    """Mail that told somebody of their own erasure: once it has gone, it is one more thing that is known of them."""
    orders_erased = select(orders.c.id).where(orders.c.buyer_email == "")
    tickets_erased = select(tickets.c.id).where(tickets.c.erased_at.is_not(None))
    theirs = or_(mail_outbox.c.order_id.in_(orders_erased), mail_outbox.c.ticket_id.in_(tickets_erased))
    sent = and_(theirs, mail_outbox.c.status != "queued", clearing.has_text())
    report.mails += await _clear(db, mail_outbox, sent, clearing.NO_MAIL)


async def _delete_accounts(db: Database, year: int, report: PurgeReport) -> None:
    """Invoices, and what else tells who paid, when the years that accounts are kept are over; see `kept_until`.

    An invoice stays as long as a credit note for it does, and an order's buyer as long as any invoice or payment of it.
    """
    before = date(year - ACCOUNTING_YEARS, 1, 1)
    credit = invoices.alias("credit")
    recent = or_(credit.c.issued_on >= before, credit.c.supplied_until >= before)
    still_needed = select(credit.c.credits_id).where(credit.c.credits_id.is_not(None), recent)
    old = and_(invoices.c.issued_on < before, invoices.c.supplied_until < before)
    report.invoices += await db.execute(delete(invoices).where(old, invoices.c.id.not_in(still_needed)))
    long_ago = select(editions.c.id).where(editions.c.ends_on < before)
    paid = and_(payments.c.edition_id.in_(long_ago), payments.c.paid_on < before)
    told = or_(payments.c.reference != "", payments.c.actor != "")
    report.payments += await _clear(db, payments, and_(paid, told), {"reference": "", "actor": ""})
    nothing = {"buyer_name": ERASED_NAME, "buyer_organisation": "", "buyer_orgnr": "", **clearing.NO_BUYER}
    settled = and_(
        orders.c.edition_id.in_(long_ago),
        ~exists().where(invoices.c.order_id == orders.c.id),
        ~exists().where(payments.c.order_id == orders.c.id, payments.c.paid_on >= before),
        or_(*(orders.c[name] != value for name, value in nothing.items() if value is not None)),
    )
    report.orders += await _clear(db, orders, settled, nothing)


async def _clear(db: Database, table: Table, condition: ColumnElement[bool], values: Mapping[str, Any]) -> int:
    """Write `values` to the rows for which `condition` holds, `BATCH` at a time: afterwards it holds for none of them."""
    total = 0
    batch = table.c.id.in_(select(table.c.id).where(condition).order_by(table.c.id).limit(BATCH))
    while count := await db.execute(update(table).where(batch).values(**values)):
        total += count
    return total
