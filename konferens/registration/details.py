"""What is told of one attendee, by the attendee or whoever booked; the links and mails that ask for it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import insert, update

from konferens.audit import record
from konferens.clock import now
from konferens.codes import new_token
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.events.model import Edition
from konferens.mail.actions import queue_mail
from konferens.mail.queries import written_since
from konferens.offering.seats import next_ticket_changes
from konferens.questions.actions import save_answers
from konferens.questions.model import Answer, Question
from konferens.questions.queries import questions_of
from konferens.registration import letters
from konferens.registration.actions import Attendee
from konferens.registration.changes import lock_active
from konferens.registration.model import Order, Ticket
from konferens.registration.queries import order_by_id
from konferens.tables import retired_feeds, tickets


async def save_details(
    db: Database,
    order: Order,
    position: int,
    attendee: Attendee,
    *,
    answers: Mapping[int, Answer | None],
    questions: Sequence[Question],
    actor: str,
) -> Order:
    """Write down who has the ticket at `position` and what they answered to `questions`: nothing is left to fill in.

    The ticket stays the same, for a correction of a name. Answers are not in the audit trail, where nobody could erase them.
    Gives the order as it is then. Raises ConflictError when the ticket isn't valid.
    """
    async with db.transaction():
        ticket = _valid(await lock_active(db, order), position)
        await db.execute(
            update(tickets)
            .where(tickets.c.id == ticket.id)
            .values(
                attendee_name=attendee.name,
                attendee_email=attendee.email,
                attendee_organisation=attendee.organisation,
                details_later=False,
                change=await next_ticket_changes(db, order.edition_id, 1),
                updated_at=now(),
            )
        )
        await save_answers(db, {ticket.id: answers}, questions)
        if attendee != Attendee(ticket.name, ticket.email, ticket.organisation):
            await record(
                db,
                actor=actor,
                action="order.change-attendees",
                subject=f"order:{order.code}",
                edition_id=order.edition_id,
                before={str(position): [ticket.name, ticket.email, ticket.organisation]},
                after={str(position): [attendee.name, attendee.email, attendee.organisation]},
            )
        return await order_by_id(db, order.id)


async def send_details_link(db: Database, edition: Edition, order: Order, position: int, *, base_url: str) -> None:
    """Mail the attendee the link to the own page, once a minute and `MOST_A_DAY` times a day at most.

    Raises ConflictError when the ticket isn't valid, or has no address to write to.
    """
    async with db.transaction():
        current = await lock_active(db, order)
        ticket = _valid(current, position)
        if not ticket.email:
            raise ConflictError(f"ticket {ticket.id} has no address")
        if await is_enough(db, "attendee_details", current, ticket):
            return
        asked = [each.label for each in await questions_of(db, edition.id) if each.is_for(ticket.type)]
        await queue_mail(
            db,
            letters.attendee_details(edition, current, ticket, base_url, asked=asked),
            base_url=base_url,
            edition_id=edition.id,
            order_id=order.id,
            ticket_id=ticket.id,
            once_key=this_minute(f"details:{ticket.id}"),
        )


async def renew_calendar(db: Database, order: Order, position: int) -> Order:
    """Give the personal feed of the ticket at `position` another address; the old one tells calendars that it has ended.

    Gives the order as it is then. Raises ConflictError when the ticket isn't valid.
    """
    async with db.transaction():
        ticket = _valid(await lock_active(db, order), position)
        await retire_feed(db, ticket)
        await db.execute(
            update(tickets).where(tickets.c.id == ticket.id).values(calendar_token=new_token(), updated_at=now())
        )
        return await order_by_id(db, order.id)


async def retire_feed(db: Database, ticket: Ticket) -> None:
    """Keep the address of the ticket's feed as one that has ended, inside the transaction that gives it another.

    A ticket that is cancelled keeps its own: there, each entry is told as cancelled.
    """
    values = {"calendar_token": ticket.calendar_token, "ticket_id": ticket.id, "retired_at": now()}
    await db.execute(insert(retired_feeds).values(**values))


MOST_A_DAY = 5
"""Mails of one kind that somebody can have sent to an address: it may be another's, who never asked for them."""


async def is_enough(db: Database, kind: str, order: Order, ticket: Ticket | None = None) -> bool:
    """Whether so many mails of this kind about the order, or the ticket, were written within a day that no more should be."""
    day_ago = now() - timedelta(days=1)
    ticket_id = ticket.id if ticket else None
    return await written_since(db, kind, day_ago, order_id=order.id, ticket_id=ticket_id) >= MOST_A_DAY


def this_minute(what: str) -> str:
    """A once_key for a mail that people can ask for as often as they like, and get once a minute."""
    return f"{what}:{int(now().timestamp()) // 60}"


def _valid(order: Order, position: int) -> Ticket:
    for ticket in order.valid_tickets:
        if ticket.position == position:
            return ticket
    raise ConflictError(f"order {order.code} has no valid ticket {position}")
