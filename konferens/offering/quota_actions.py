"""Quotas, the seats that ticket types and add-ons share: made, changed, removed; and what others have to ask of them.

Every change first takes the edition's change counter, as orders do, so that none is placed between a check and its change.
"""

from collections.abc import Collection

from sqlalchemy import delete, func, insert, select, update

from konferens.audit import record
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError, NotFoundError
from konferens.events.actions import touch_edition
from konferens.i18n import gettext
from konferens.offering.seats import next_ticket_changes
from konferens.tables import addons, quotas, ticket_type_quotas


async def save_quota(db: Database, edition_id: int, quota_id: int | None, *, name: str, size: int, actor: str) -> int:
    """Create (`quota_id` None) or change a quota. Gives its id.

    Raises NotFoundError, ConflictError when another quota has the name, and InvalidError (field 'size') when more seats
    than `size` are taken.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition_id, 0)
        mine = quotas.c.edition_id == edition_id
        if await db.fetch_val(select(quotas.c.id).where(mine, quotas.c.name == name, quotas.c.id != (quota_id or 0))):
            raise ConflictError(f"quota {name} exists")
        values = {"name": name, "size": size}
        before = None
        if quota_id is None:
            saved = await db.fetch_val(insert(quotas).values(edition_id=edition_id, **values).returning(quotas.c.id))
        else:
            before = await db.fetch_one(select(quotas).where(mine, quotas.c.id == quota_id))
            if before is None:
                raise NotFoundError(f"quota {quota_id}")
            if size < before.taken:
                text = gettext("%(taken)s platser är redan tagna; kvoten kan inte bli mindre än så.")
                raise InvalidError({"size": [text % {"taken": before.taken}]})
            saved = quota_id
            await db.execute(update(quotas).where(quotas.c.id == quota_id).values(**values))
        await touch_edition(db, edition_id)
        await record(
            db,
            actor=actor,
            action="quota.save",
            subject=f"quota:{saved}",
            edition_id=edition_id,
            before=None if before is None else {"name": before.name, "size": before.size},
            after=values,
        )
        return int(saved)


async def delete_quota(db: Database, edition_id: int, quota_id: int, *, actor: str) -> None:
    """Remove a quota that has no seat taken; its ticket types and add-ons are then not limited by it.

    Raises NotFoundError, and ConflictError while seats are taken.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition_id, 0)
        before = await db.fetch_one(select(quotas).where(quotas.c.id == quota_id, quotas.c.edition_id == edition_id))
        if before is None:
            raise NotFoundError(f"quota {quota_id}")
        if before.taken:
            raise ConflictError(f"quota {quota_id} has {before.taken} seats taken")
        await db.execute(delete(ticket_type_quotas).where(ticket_type_quotas.c.quota_id == quota_id))
        await db.execute(update(addons).where(addons.c.quota_id == quota_id).values(quota_id=None))
        await db.execute(delete(quotas).where(quotas.c.id == quota_id))
        await touch_edition(db, edition_id)
        await record(
            db,
            actor=actor,
            action="quota.delete",
            subject=f"quota:{quota_id}",
            edition_id=edition_id,
            before={"name": before.name, "size": before.size},
        )


async def require_quotas(db: Database, edition_id: int, quota_ids: Collection[int]) -> None:
    """Raises NotFoundError where one of them is another edition's, or none."""
    query = select(func.count()).where(quotas.c.edition_id == edition_id, quotas.c.id.in_(list(quota_ids)))
    if int(await db.fetch_val(query)) != len(set(quota_ids)):
        raise NotFoundError(f"quotas {sorted(quota_ids)}")


async def require_room(db: Database, edition_id: int, field: str) -> None:
    """Raises InvalidError, for that field, where a quota has more seats taken than it has."""
    full = await db.fetch_one(
        select(quotas.c.name, quotas.c.size, quotas.c.taken)
        .where(quotas.c.edition_id == edition_id, quotas.c.taken > quotas.c.size)
        .order_by(quotas.c.name)
    )
    if full is not None:
        text = gettext("Kvoten %(name)s har %(size)s platser, men %(taken)s är redan tagna.")
        raise InvalidError({field: [text % {"name": full.name, "size": full.size, "taken": full.taken}]})
