"""What the office mends in an order: names and addresses, and mail that didn't reach its reader."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import update

from konferens.audit import record
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.events.model import Edition
from konferens.mail.actions import queue_mail
from konferens.offering.seats import next_ticket_changes
from konferens.registration import letters
from konferens.registration.actions import Attendee, change_attendees
from konferens.registration.details import is_enough, this_minute
from konferens.registration.model import Buyer, Order
from konferens.registration.queries import order_by_id
from konferens.registration.writing import buyer_columns
from konferens.signups.queries import signed_up
from konferens.tables import orders


async def correct_order(
    db: Database, order: Order, buyer: Buyer, attendees: Sequence[Attendee] | None, *, actor: str
) -> Order:
    """Write another buyer and other attendees (None: leave them) on the order, both or none. Gives it as it is then.

    Nobody is told. Raises ConflictError when attendees are given and the order is cancelled by now.
    """
    async with db.transaction():
        await next_ticket_changes(db, order.edition_id, 0)
        before, after = asdict(order.buyer), asdict(buyer)
        changed = [name for name in after if before[name] != after[name]]
        if changed:
            await db.execute(update(orders).where(orders.c.id == order.id).values(**buyer_columns(buyer)))
            await record(
                db,
                actor=actor,
                action="order.change-buyer",
                subject=f"order:{order.code}",
                edition_id=order.edition_id,
                before={name: before[name] for name in changed},
                after={name: after[name] for name in changed},
            )
        if attendees is not None:
            await change_attendees(db, order, attendees, actor=actor)
        return await order_by_id(db, order.id)


async def resend_confirmation(db: Database, edition: Edition, order: Order, *, actor: str, base_url: str) -> None:
    """Send the confirmation with the tickets once more, to the buyer's address of now; once a minute, and for others than the
    office `MOST_A_DAY` times a day, at most.

    Raises ConflictError unless the order is active.
    """
    if not order.is_active:
        raise ConflictError(f"order {order.code} is {order.status}")
    async with db.transaction():
        if actor.startswith("buyer:") and await is_enough(db, "order_confirmation", order):
            return
        own = [ticket.id for ticket in order.valid_tickets if ticket.is_read_by(order.buyer.email)]
        held = await signed_up(db, own)
        codes = [session.code for ticket_id in own for session in held[ticket_id]]
        draft = letters.confirmation(edition, order, base_url, sessions=codes)
        await queue_mail(
            db,
            draft,
            base_url=base_url,
            edition_id=edition.id,
            order_id=order.id,
            once_key=this_minute(f"confirmation:{order.id}"),
        )
        await record(
            db,
            actor=actor,
            action="order.resend-confirmation",
            subject=f"order:{order.code}",
            edition_id=edition.id,
            after={"to": order.buyer.email},
        )
