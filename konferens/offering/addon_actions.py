"""Add-ons (tillval): made, changed, removed.

Every change first takes the edition's change counter, as orders do, so that none is placed between a check and its change.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, insert, select, update

from konferens.audit import record
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError
from konferens.events.actions import touch_edition
from konferens.offering.actions import Sold
from konferens.offering.quota_actions import require_quotas, require_room
from konferens.offering.seats import next_ticket_changes, recount_seats
from konferens.tables import addon_ticket_types, addons, ticket_addons, ticket_types

_IN_CALENDARS = {"name", "description", "starts_at", "ends_at", "location"}
"""Stands in the calendar entry of whoever has it (RFC 5545 SEQUENCE)."""


async def sold_by_addon(db: Database, edition_id: int) -> dict[int, Sold]:
    """Add-on id → how many are sold of it; those that nobody has bought are absent. One query."""
    query = (
        select(
            ticket_addons.c.addon_id,
            func.count().filter(ticket_addons.c.status == "valid").label("valid"),
            func.count().label("ever"),
        )
        .select_from(ticket_addons.join(addons, addons.c.id == ticket_addons.c.addon_id))
        .where(addons.c.edition_id == edition_id)
        .group_by(ticket_addons.c.addon_id)
    )
    return {row.addon_id: Sold(valid=row.valid, ever=row.ever) for row in await db.fetch_all(query)}


async def save_addon(
    db: Database,
    edition_id: int,
    addon_id: int | None,
    values: Mapping[str, Any],
    *,
    type_ids: Collection[int],
    actor: str,
) -> int:
    """Create (`addon_id` None) or change an add-on, and say which ticket types may have it (none: all). Gives its id.

    `values` are columns of `addons`; 'code' is only for new ones. What is sold keeps price and VAT. Raises NotFoundError
    for an add-on, quota or type of another edition, ConflictError when the code is taken, InvalidError (field 'quota_id')
    when what is sold already doesn't fit into the quota.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition_id, 0)
        quota_id = values.get("quota_id")
        await require_quotas(db, edition_id, [] if quota_id is None else [quota_id])
        await require_types(db, edition_id, type_ids)
        if addon_id is None:
            before, saved = None, await _insert(db, edition_id, values)
        else:
            before, saved = await _update(db, edition_id, addon_id, values), addon_id
        held = await keep_types(db, addon_ticket_types, addon_ticket_types.c.addon_id, saved, type_ids)
        if before is not None and before.get("quota_id") != quota_id:
            await recount_seats(db, edition_id)
            await require_room(db, edition_id, "quota_id")
        await touch_edition(db, edition_id)
        await record(
            db,
            actor=actor,
            action="addon.save",
            subject=f"addon:{saved}",
            edition_id=edition_id,
            before=None if before is None else {**before, "ticket_types": held},
            after={**values, "ticket_types": sorted(type_ids)},
        )
        return saved


async def _insert(db: Database, edition_id: int, values: Mapping[str, Any]) -> int:
    mine = addons.c.edition_id == edition_id
    if await db.fetch_val(select(addons.c.id).where(mine, addons.c.code == values["code"])) is not None:
        raise ConflictError(f"add-on {values['code']} exists")
    return int(await db.fetch_val(insert(addons).values(edition_id=edition_id, **values).returning(addons.c.id)))


async def _update(db: Database, edition_id: int, addon_id: int, values: Mapping[str, Any]) -> dict[str, Any]:
    mine = (addons.c.id == addon_id, addons.c.edition_id == edition_id)
    before = await db.fetch_one(select(addons).where(*mine))
    if before is None:
        raise NotFoundError(f"add-on {addon_id}")
    told = {}
    if any(before[name] != values[name] for name in _IN_CALENDARS & values.keys()):
        told = {"sequence": addons.c.sequence + 1, "changed_at": now()}
    if values:
        await db.execute(update(addons).where(*mine).values(**values, **told))
    return {name: before[name] for name in values}


async def delete_addon(db: Database, edition_id: int, addon_id: int, *, actor: str) -> None:
    """Remove an add-on that never was sold. Raises NotFoundError, and ConflictError where somebody has, or had, it."""
    async with db.transaction():
        await next_ticket_changes(db, edition_id, 0)
        mine = (addons.c.id == addon_id, addons.c.edition_id == edition_id)
        before = await db.fetch_one(select(addons).where(*mine))
        if before is None:
            raise NotFoundError(f"add-on {addon_id}")
        if await db.fetch_val(select(func.count()).where(ticket_addons.c.addon_id == addon_id)):
            raise ConflictError(f"add-on {addon_id} is sold")
        await db.execute(delete(addon_ticket_types).where(addon_ticket_types.c.addon_id == addon_id))
        await db.execute(delete(addons).where(*mine))
        await touch_edition(db, edition_id)
        await record(
            db,
            actor=actor,
            action="addon.delete",
            subject=f"addon:{addon_id}",
            edition_id=edition_id,
            before={"code": before.code, "name": before.name, "price": before.price},
        )


async def require_types(db: Database, edition_id: int, type_ids: Collection[int]) -> None:
    """Raises NotFoundError where one of the ticket types is another edition's, or none."""
    if not type_ids:
        return
    query = select(func.count()).where(ticket_types.c.edition_id == edition_id, ticket_types.c.id.in_(list(type_ids)))
    if int(await db.fetch_val(query)) != len(set(type_ids)):
        raise NotFoundError(f"ticket types {sorted(type_ids)}")


async def keep_types(
    db: Database, table: Table, owner: ColumnElement[int], owner_id: int, type_ids: Collection[int]
) -> list[int]:
    """Write which ticket types `owner_id` is for, into `table` with that owner column. Gives those that it was for."""
    query = select(table.c.ticket_type_id).where(owner == owner_id).order_by(table.c.ticket_type_id)
    held = [int(row.ticket_type_id) for row in await db.fetch_all(query)]
    if held != sorted(type_ids):
        await db.execute(delete(table).where(owner == owner_id))
        rows = [{owner.name: owner_id, "ticket_type_id": type_id} for type_id in sorted(type_ids)]
        await db.execute_many(insert(table), rows)
    return held
