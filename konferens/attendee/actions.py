"""What attendees change: their own programme."""

from collections.abc import Collection

from sqlalchemy import delete, insert, select, update

from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.registration.model import Ticket
from konferens.tables import orders, sessions, ticket_sessions, tickets


async def choose_sessions(db: Database, ticket: Ticket, session_ids: Collection[int]) -> None:
    """Make these the ticket's chosen sessions; those of other editions and removed ones are passed over.

    The personal calendar follows: it is renewed by the ticket's `updated_at`. Raises ConflictError for a ticket that is no
    longer valid.
    """
    moment = now()
    async with db.transaction():
        row = await db.fetch_one(
            update(tickets)
            .where(tickets.c.id == ticket.id, tickets.c.status == "valid")
            .where(tickets.c.order_id.in_(select(orders.c.id).where(orders.c.status.in_(("pending", "paid")))))
            .values(updated_at=moment)
            .returning(tickets.c.edition_id)
        )
        if row is None:
            raise ConflictError(f"ticket {ticket.id} is no longer valid")
        wanted = {
            found.id
            for found in await db.fetch_all(
                select(sessions.c.id).where(
                    sessions.c.edition_id == row.edition_id,
                    sessions.c.deleted_at.is_(None),
                    sessions.c.id.in_(session_ids),
                )
            )
        }
        own = ticket_sessions.c.ticket_id == ticket.id
        chosen = {found.session_id for found in await db.fetch_all(select(ticket_sessions.c.session_id).where(own))}
        if chosen - wanted:
            await db.execute(delete(ticket_sessions).where(own, ticket_sessions.c.session_id.in_(chosen - wanted)))
        if wanted - chosen:
            rows = [
                {"ticket_id": ticket.id, "session_id": session_id, "created_at": moment}
                for session_id in sorted(wanted - chosen)
            ]
            await db.execute(insert(ticket_sessions).values(rows))
