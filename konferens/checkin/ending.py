"""The end of a check-in list: deleted where it was never used, else ended. An ended list is on no phone any more, and stays in the numbers.

Scans that phones made before are still taken: whatever a phone can have of a list, the list is there to receive it.
"""

from sqlalchemy import delete, exists, or_, select, update

from konferens.audit import record
from konferens.checkin.devices import devices_of
from konferens.checkin.model import CheckinList
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.tables import (
    admissions,
    checkin_list_addons,
    checkin_list_ticket_types,
    checkin_lists,
    held_scans,
    scans,
)


async def may_be_deleted(db: Database, checkin_list: CheckinList) -> bool:
    """Whether nothing was scanned for the list, and no phone that was set up for it can have something yet to be sent."""
    used = select(
        or_(
            exists().where(scans.c.list_id == checkin_list.id),
            exists().where(held_scans.c.list_id == checkin_list.id),
            exists().where(admissions.c.list_id == checkin_list.id),
        )
    )
    if await db.fetch_val(used):
        return False
    phones = await devices_of(db, checkin_list.edition_id)
    return not any(phone.claimed_at and checkin_list.id in phone.list_ids for phone in phones)


async def delete_list(db: Database, checkin_list: CheckinList, *, actor: str) -> None:
    """Delete a list that was never used. Raises ConflictError for one that was."""
    async with db.transaction():
        mine = checkin_lists.c.id == checkin_list.id
        await db.fetch_one(
            select(checkin_lists.c.id).where(mine).with_for_update()
        )  # scans refer to it: none comes now
        if not await may_be_deleted(db, checkin_list):
            raise ConflictError(f"check-in list {checkin_list.id} has been used")
        for table in (checkin_list_addons, checkin_list_ticket_types):
            await db.execute(delete(table).where(table.c.list_id == checkin_list.id))
        await db.execute(delete(checkin_lists).where(mine))
        await _note(db, checkin_list, "checkin-list.delete", actor)


async def end_list(db: Database, checkin_list: CheckinList, *, actor: str) -> None:
    """Phones lose the list at their next contact; its numbers and its log stay. Once is enough."""
    if checkin_list.ended_at is None:
        await _set_ended(db, checkin_list, "checkin-list.end", actor)


async def reopen_list(db: Database, checkin_list: CheckinList, *, actor: str) -> None:
    """Phones get the list again at their next contact."""
    if checkin_list.ended_at is not None:
        await _set_ended(db, checkin_list, "checkin-list.reopen", actor)


async def _set_ended(db: Database, checkin_list: CheckinList, action: str, actor: str) -> None:
    ended_at = now() if checkin_list.ended_at is None else None
    async with db.transaction():
        await db.execute(update(checkin_lists).where(checkin_lists.c.id == checkin_list.id).values(ended_at=ended_at))
        await _note(db, checkin_list, action, actor)


async def _note(db: Database, checkin_list: CheckinList, action: str, actor: str) -> None:
    await record(
        db,
        actor=actor,
        action=action,
        subject=f"checkin-list:{checkin_list.id}",
        edition_id=checkin_list.edition_id,
        before={"name": checkin_list.name},
    )
