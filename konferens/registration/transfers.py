"""A ticket given to another person: the old one stops holding, and what the former holder told us is deleted."""

from dataclasses import replace

from sqlalchemy import select, update

from konferens.audit import record
from konferens.clock import now
from konferens.codes import new_token
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.events.model import Edition
from konferens.mail.actions import queue_mail
from konferens.offering.seats import next_ticket_changes
from konferens.questions.actions import delete_answers
from konferens.questions.queries import questions_of
from konferens.registration import letters
from konferens.registration.actions import Attendee
from konferens.registration.changes import lock_active
from konferens.registration.details import is_enough, retire_feed
from konferens.registration.model import Order, Ticket
from konferens.registration.queries import order_by_id
from konferens.registration.transitions import tell_buyer
from konferens.signups.actions import count_departures
from konferens.signups.queries import signed_up
from konferens.signups.telling import Choice, holders_of, tell
from konferens.tables import admissions, tickets


async def transfer(
    db: Database, edition: Edition, order: Order, position: int, attendee: Attendee, *, actor: str, base_url: str
) -> Order:
    """Give the ticket at `position` to `attendee`, who gets it by mail; the buyer is told. Gives the order as it is then.

    QR code, own page and calendar get new addresses: those of the former holder lead nowhere, but for the
    calendar's, which says that it has ended. Answers are deleted; add-ons and
    chosen sessions go with the ticket. Raises ConflictError when it isn't valid, somebody else than in `order` has it by now, or
    its holder has been let in already; and when it was given away so often within a day that those who get it by mail are
    rather annoyed than helped.
    """
    async with db.transaction():
        current = await lock_active(db, order)
        former = next((each for each in current.valid_tickets if each.position == position), None)
        if former is None:
            raise ConflictError(f"order {order.code} has no valid ticket {position}")
        if all(each.token != former.token for each in order.tickets):
            raise ConflictError(f"ticket {former.id} has been given away meanwhile")
        if await is_used(db, former):
            raise ConflictError(f"ticket {former.id} has been used")
        if await is_enough(db, "ticket_transferred", current, former):
            raise ConflictError(f"ticket {former.id} has been given away too often")
        await delete_answers(db, [former.id])
        await retire_feed(db, former)
        [holder] = await holders_of(db, [former.id])
        asked = [each for each in await questions_of(db, edition.id) if each.is_for(former.type)]
        await db.execute(
            update(tickets)
            .where(tickets.c.id == former.id)
            .values(
                attendee_name=attendee.name,
                attendee_email=attendee.email,
                attendee_organisation=attendee.organisation,
                token=new_token(),
                calendar_token=new_token(),
                secret=new_token(),
                details_later=bool(asked),
                badge_printed_at=None,
                change=await next_ticket_changes(db, edition.id, 1),
                updated_at=now(),
            )
        )
        await record(
            db,
            actor=actor,
            action="order.transfer",
            subject=f"order:{order.code}",
            edition_id=edition.id,
            before={str(position): [former.name, former.email, former.organisation]},
            after={str(position): [attendee.name, attendee.email, attendee.organisation]},
        )
        changed = await order_by_id(db, order.id)
        seats = [each for each in (await signed_up(db, [former.id]))[former.id] if not each.is_cancelled]
        await count_departures(db, [each.id for each in seats])
        held = next(each for each in changed.tickets if each.id == former.id)
        await queue_mail(
            db,
            letters.transferred(edition, changed, held, base_url, sessions=[each.code for each in seats]),
            base_url=base_url,
            edition_id=edition.id,
            order_id=order.id,
            ticket_id=held.id,
        )
        await tell(db, edition, [Choice(replace(holder, secret=""), (), seats)], base_url=base_url)
        await tell_buyer(db, letters.changed(edition, changed, base_url, before=current), changed, base_url)
        return changed


async def is_used(db: Database, ticket: Ticket) -> bool:
    """Whether its holder has been let in somewhere."""
    query = select(admissions.c.ticket_id).where(admissions.c.ticket_id == ticket.id).limit(1)
    return await db.fetch_val(query) is not None
