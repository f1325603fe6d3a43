"""What is offered: ticket types and the quotas that limit them.

Every change first takes the edition's change counter, as orders do, so that none is placed between a check and its change.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from konferens.audit import record
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError, NotFoundError
from konferens.events.actions import touch_edition
from konferens.i18n import gettext
from konferens.offering.seats import next_ticket_changes, recount_seats
from konferens.tables import checkin_list_ticket_types, quotas, ticket_type_quotas, ticket_types, tickets


@dataclass(frozen=True, slots=True)
class Sold:
    """Tickets of one type: those that are valid, and all that ever were, cancelled ones too."""

    valid: int
    ever: int


async def sold_by_type(db: Database, edition_id: int) -> dict[int, Sold]:
    """Ticket type id → what is sold of it; types without tickets are absent. One query."""
    query = (
        select(
            tickets.c.ticket_type_id,
            func.count().filter(tickets.c.status == "valid").label("valid"),
            func.count().label("ever"),
        )
        .where(tickets.c.edition_id == edition_id)
        .group_by(tickets.c.ticket_type_id)
    )
    return {row.ticket_type_id: Sold(valid=row.valid, ever=row.ever) for row in await db.fetch_all(query)}


async def save_ticket_type(
    db: Database,
    edition_id: int,
    type_id: int | None,
    values: Mapping[str, Any],
    *,
    quota_ids: Collection[int],
    actor: str,
) -> int:
    """Create (`type_id` None) or change a ticket type, and say which quotas it takes seats of. Gives its id.

    `values` are columns of `ticket_types`; 'code' is only for new ones. Tickets that are sold keep price and VAT. Raises
    NotFoundError for a type or quota of another edition, ConflictError when the code is taken, InvalidError (field
    'quotas') when tickets that are sold already don't fit into a quota.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition_id, 0)
        await _require_quotas(db, edition_id, quota_ids)
        if type_id is None:
            before, saved = None, await _insert_type(db, edition_id, values)
        else:
            before, saved = await _update_type(db, edition_id, type_id, values), type_id
        held = await _quota_ids(db, saved)
        if held != set(quota_ids):
            await db.execute(delete(ticket_type_quotas).where(ticket_type_quotas.c.ticket_type_id == saved))
            await db.execute_many(
                insert(ticket_type_quotas),
                [{"ticket_type_id": saved, "quota_id": quota_id} for quota_id in sorted(quota_ids)],
            )
            await recount_seats(db, edition_id)
            await _require_room(db, edition_id)
        await touch_edition(db, edition_id)
        await record(
            db,
            actor=actor,
            action="ticket-type.save",
            subject=f"ticket-type:{saved}",
            edition_id=edition_id,
            before=None if before is None else {**before, "quotas": sorted(held)},
            after={**values, "quotas": sorted(quota_ids)},
        )
        return saved


async def _insert_type(db: Database, edition_id: int, values: Mapping[str, Any]) -> int:
    mine = ticket_types.c.edition_id == edition_id
    if await db.fetch_val(select(ticket_types.c.id).where(mine, ticket_types.c.code == values["code"])) is not None:
        raise ConflictError(f"ticket type {values['code']} exists")
    return int(
        await db.fetch_val(insert(ticket_types).values(edition_id=edition_id, **values).returning(ticket_types.c.id))
    )


async def _update_type(db: Database, edition_id: int, type_id: int, values: Mapping[str, Any]) -> dict[str, Any]:
    mine = (ticket_types.c.id == type_id, ticket_types.c.edition_id == edition_id)
    before = await db.fetch_one(select(ticket_types).where(*mine))
    if before is None:
        raise NotFoundError(f"ticket type {type_id}")
    if values:
        await db.execute(update(ticket_types).where(*mine).values(**values))
    return {name: before[name] for name in values}


async def _quota_ids(db: Database, type_id: int) -> set[int]:
    query = select(ticket_type_quotas.c.quota_id).where(ticket_type_quotas.c.ticket_type_id == type_id)
    return {row.quota_id for row in await db.fetch_all(query)}


async def _require_quotas(db: Database, edition_id: int, quota_ids: Collection[int]) -> None:
    query = select(func.count()).where(quotas.c.edition_id == edition_id, quotas.c.id.in_(list(quota_ids)))
    if int(await db.fetch_val(query)) != len(set(quota_ids)):
        raise NotFoundError(f"quotas {sorted(quota_ids)}")


async def _require_room(db: Database, edition_id: int) -> None:
    """Raise InvalidError for a quota with more seats taken than it has."""
    full = await db.fetch_one(
        select(quotas.c.name, quotas.c.size, quotas.c.taken)
        .where(quotas.c.edition_id == edition_id, quotas.c.taken > quotas.c.size)
        .order_by(quotas.c.name)
    )
    if full is not None:
        text = gettext("Kvoten %(name)s har %(size)s platser, men %(taken)s biljetter är redan sålda.")
        raise InvalidError({"quotas": [text % {"name": full.name, "size": full.size, "taken": full.taken}]})


async def delete_ticket_type(db: Database, edition_id: int, type_id: int, *, actor: str) -> None:
    """Remove a ticket type that never was sold. Raises NotFoundError, and ConflictError where it has tickets."""
    async with db.transaction():
        await next_ticket_changes(db, edition_id, 0)
        mine = (ticket_types.c.id == type_id, ticket_types.c.edition_id == edition_id)
        before = await db.fetch_one(select(ticket_types).where(*mine))
        if before is None:
            raise NotFoundError(f"ticket type {type_id}")
        if await db.fetch_val(select(func.count()).where(tickets.c.ticket_type_id == type_id)):
            raise ConflictError(f"ticket type {type_id} has tickets")
        await db.execute(delete(ticket_type_quotas).where(ticket_type_quotas.c.ticket_type_id == type_id))
        await db.execute(delete(checkin_list_ticket_types).where(checkin_list_ticket_types.c.ticket_type_id == type_id))
        await db.execute(delete(ticket_types).where(*mine))
        await touch_edition(db, edition_id)
        await record(
            db,
            actor=actor,
            action="ticket-type.delete",
            subject=f"ticket-type:{type_id}",
            edition_id=edition_id,
            before={"code": before.code, "name": before.name, "price": before.price},
        )


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
    """Remove a quota that has no seat taken; its ticket types are then not limited by it.

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
