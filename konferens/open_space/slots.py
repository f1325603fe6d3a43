"""The slots of an open space: made for an afternoon at a time, removed while nothing is placed in them."""

from datetime import datetime

from sqlalchemy import delete, insert, select

from konferens.audit import record
from konferens.database import Database
from konferens.events.actions import touch_edition
from konferens.events.model import Edition
from konferens.events.queries import rooms_of
from konferens.offering.seats import next_ticket_changes
from konferens.open_space.model import SlotTakenError, new_slots
from konferens.open_space.queries import find_slot
from konferens.tables import open_slots


async def add_slots(db: Database, edition: Edition, wanted: list[tuple[int, datetime, datetime]], *, actor: str) -> int:
    """New slots (room id, start, end; naive, by the edition's clocks); gives how many.

    Those that would lie upon others of their room are left out, and so are rooms of other editions.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        known = {room.id for room in await rooms_of(db, edition.id)}
        rows = await db.fetch_all(select(open_slots).where(open_slots.c.edition_id == edition.id))
        existing = [(row.room_id, row.wall_starts, row.wall_ends) for row in rows]
        added = new_slots([each for each in wanted if each[0] in known], existing)
        await db.execute_many(
            insert(open_slots),
            [
                {"edition_id": edition.id, "room_id": room, "wall_starts": starts, "wall_ends": ends}
                for room, starts, ends in added
            ],
        )
        if added:
            await touch_edition(db, edition.id)
            await record(
                db,
                actor=actor,
                action="open-slots.add",
                subject=f"edition:{edition.id}",
                edition_id=edition.id,
                after={"slots": len(added)},
            )
    return len(added)


async def remove_slots(db: Database, edition: Edition, slot_id: int | None, *, actor: str) -> int:
    """Remove one slot, or with None all that nothing is placed in; gives how many.

    Raises NotFoundError, SlotTakenError for one with a topic.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        mine = open_slots.c.edition_id == edition.id
        if slot_id is not None:
            slot = await find_slot(db, edition, slot_id)
            if slot.topic is not None:
                raise SlotTakenError(slot.topic.title)
            mine = mine & (open_slots.c.id == slot_id)
        else:
            mine = mine & open_slots.c.session_id.is_(None)
        removed = await db.execute(delete(open_slots).where(mine))
        await touch_edition(db, edition.id)
        await record(
            db,
            actor=actor,
            action="open-slots.remove",
            subject=f"edition:{edition.id}",
            edition_id=edition.id,
            before={"slots": removed},
        )
    return removed
