"""Who stands on a waiting list: joining, leaving, and what organisers decide by hand."""

from datetime import timedelta

from sqlalchemy import func, insert, update

from konferens.attempts import Limit
from konferens.audit import record
from konferens.clock import now
from konferens.codes import new_token
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.events.actions import touch_edition
from konferens.events.model import Edition
from konferens.mail.actions import queue_mail
from konferens.offering.model import TicketType
from konferens.offering.queries import ticket_types_of
from konferens.offering.seats import next_ticket_changes
from konferens.tables import quotas, waiting_entries
from konferens.waiting import letters
from konferens.waiting.actions import end_offers, offer_seats
from konferens.waiting.model import WaitingEntry, WaitingStatus
from konferens.waiting.queries import entry_from_row, entry_where, select_entries, types_to_wait_for

JOINS = Limit("waiting", timedelta(minutes=10), by_address=100, by_both=10)
"""Joined in the name of an e-mail, which may be another's; counted by the page."""

_OPEN = (WaitingStatus.WAITING.value, WaitingStatus.OFFERED.value)


async def join_list(
    db: Database, edition: Edition, code: str, *, name: str, email: str, language: str, base_url: str
) -> None:
    """Stand last in the queue for the type; a mail tells so, with the link to the entry's own page.

    Whoever stands there already keeps the place, and is told the link once more, at most once a day. What the caller learns is
    the same in both cases: nobody can find out by it who waits. Raises ConflictError for a type that can't be waited for now.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        moment = now()
        wanted = {each.code: each for each in await types_to_wait_for(db, edition, moment)}.get(code)
        if wanted is None:
            raise ConflictError(f"ticket type {code} can't be waited for")
        same_person = (
            waiting_entries.c.ticket_type_id == wanted.id,
            func.lower(waiting_entries.c.email) == email.lower(),
            waiting_entries.c.status.in_(_OPEN),
        )
        row = await db.fetch_one(select_entries().where(*same_person))
        if row is None:
            new = insert(waiting_entries).values(
                edition_id=edition.id,
                ticket_type_id=wanted.id,
                secret=new_token(),
                name=name,
                email=email,
                language=language,
                status=WaitingStatus.WAITING.value,
                created_at=moment,
            )
            entry_id = await db.fetch_val(new.returning(waiting_entries.c.id))
            entry = await entry_where(db, waiting_entries.c.id == entry_id)
            await touch_edition(db, edition.id)  # where a seat was left for others, it can't be bought any more
        else:
            entry = entry_from_row(row)
        await queue_mail(
            db,
            letters.joined(edition, entry, base_url),
            base_url=base_url,
            edition_id=edition.id,
            once_key=f"waiting_joined:{entry.id}:{moment.date().isoformat()}",
        )


async def leave_list(
    db: Database, edition: Edition, entry_id: int, *, actor: str, base_url: str, organiser: bool = False
) -> None:
    """Somebody leaves the list, or with `organiser` is removed; a seat that was held goes to the next.

    Leaving twice is as leaving once. Raises NotFoundError, and ConflictError where the offer has become a ticket.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        entry = await _entry(db, edition, entry_id)
        if entry.status is WaitingStatus.ACCEPTED:
            raise ConflictError(f"waiting entry {entry_id} is accepted")
        if entry.status is WaitingStatus.LEFT:
            return
        await end_offers(db, edition, [entry], WaitingStatus.LEFT, base_url=base_url)
        await touch_edition(db, edition.id)  # who was last in the queue leaves it to the public
        await _note(
            db, edition, entry, "waiting.remove" if organiser else "waiting.leave", WaitingStatus.LEFT, actor=actor
        )


async def promote(
    db: Database, edition: Edition, entry_id: int, *, actor: str, base_url: str, add_seat: bool = False
) -> None:
    """Offer a seat now, whoever stands before; also to somebody whose offer is over.

    With `add_seat` every quota of the type that is full grows by one. Raises NotFoundError, SoldOutError without a seat,
    and ConflictError for somebody who has an offer or a ticket, or who has left.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        entry = await _entry(db, edition, entry_id)
        if entry.status not in (WaitingStatus.WAITING, WaitingStatus.EXPIRED):
            raise ConflictError(f"waiting entry {entry_id} is {entry.status}")
        types = {each.id: each for each in await ticket_types_of(db, edition.id, active_only=False)}
        if add_seat:
            await _add_seats(db, edition, types[entry.ticket_type_id], actor=actor)
        await offer_seats(db, edition, [entry], types, base_url=base_url, moment=now())
        await touch_edition(db, edition.id)
        await _note(db, edition, entry, "waiting.promote", WaitingStatus.OFFERED, actor=actor)


async def _add_seats(db: Database, edition: Edition, ticket_type: TicketType, *, actor: str) -> None:
    """One seat more, also where an organiser has made the quota smaller than what is taken."""
    full = [quota for quota in ticket_type.quotas if not quota.left]
    await db.execute(
        update(quotas).where(quotas.c.id.in_([quota.id for quota in full])).values(size=quotas.c.taken + 1)
    )
    for quota in full:
        await record(
            db,
            actor=actor,
            action="quota.save",
            subject=f"quota:{quota.id}",
            edition_id=edition.id,
            before={"size": quota.size},
            after={"size": quota.taken + 1},
        )


async def _entry(db: Database, edition: Edition, entry_id: int) -> WaitingEntry:
    return await entry_where(db, waiting_entries.c.id == entry_id, waiting_entries.c.edition_id == edition.id)


async def _note(
    db: Database, edition: Edition, entry: WaitingEntry, action: str, status: WaitingStatus, *, actor: str
) -> None:
    await record(
        db,
        actor=actor,
        action=action,
        subject=f"waiting:{entry.id}",
        edition_id=edition.id,
        before={"status": entry.status.value},
        after={"status": status.value},
    )
