"""The organisers' word to the door about somebody, such as "VIP" or "kommer med ledsagare": shown with the answer to a scan.

It may tell of health, so that it is kept as long as sensitive answers are, and the log says only that it was changed.
"""

from sqlalchemy import BigInteger, func, literal, select, update

from konferens.audit import record
from konferens.clock import now
from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.offering.seats import next_ticket_changes
from konferens.registration.model import Order
from konferens.tables import tickets

MAX_NOTE = 300
"""Characters; the door reads it at a glance."""


async def notes_of(db: Database, order_id: int) -> dict[int, str]:
    """The notes of an order's tickets, by their positions; only those that say something."""
    rows = await db.fetch_all(
        select(tickets.c.position, tickets.c.note).where(tickets.c.order_id == order_id, tickets.c.note != "")
    )
    return {row.position: row.note for row in rows}


async def save_note(db: Database, order: Order, position: int, note: str, *, actor: str) -> None:
    """Write another note ('' for none); phones at the door get it with their next look. Raises NotFoundError for no such ticket."""
    ticket = next((each for each in order.tickets if each.position == position), None)
    if ticket is None:
        raise NotFoundError(f"ticket {position} of order {order.code}")
    async with db.transaction():
        change = await next_ticket_changes(db, order.edition_id, 1)
        changed = await db.execute(
            update(tickets)
            .where(tickets.c.id == ticket.id, tickets.c.note != note)
            .values(note=note, change=change, updated_at=now())
        )
        if changed:
            await record(
                db,
                actor=actor,
                action="order.door-note",
                subject=f"order:{order.code}",
                edition_id=order.edition_id,
                after={"position": position},
            )


async def purge_notes(db: Database, edition_id: int) -> int:
    """Delete all notes of an edition, also from phones; gives how many there were."""
    noted = (tickets.c.edition_id == edition_id, tickets.c.note != "")
    async with db.transaction():
        count = int(await db.fetch_val(select(func.count()).select_from(tickets).where(*noted)) or 0)
        if not count:
            return 0
        first_change = await next_ticket_changes(db, edition_id, count)
        place = (func.row_number().over(order_by=tickets.c.id) - 1).label("place")
        numbered = select(tickets.c.id, place).where(*noted).subquery()
        return await db.execute(
            update(tickets)
            .where(tickets.c.id == numbered.c.id)
            .values(note="", change=literal(first_change, BigInteger) + numbered.c.place)
        )
