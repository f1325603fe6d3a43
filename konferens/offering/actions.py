"""Ticket types: made, changed, removed.

Every change first takes the edition's change counter, as orders do, so that none is placed between a check and its change.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from konferens.audit import record
from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError
from konferens.events.actions import touch_edition
from konferens.offering.quota_actions import require_quotas, require_room
from konferens.offering.seats import next_ticket_changes, recount_seats
from konferens.tables import (
    addon_ticket_types,
    addons,
    checkin_list_ticket_types,
    discount_code_ticket_types,
    discount_codes,
    question_ticket_types,
    questions,
    ticket_type_quotas,
    ticket_types,
    tickets,
    waiting_entries,
)


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
        await require_quotas(db, edition_id, quota_ids)
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
            await require_room(db, edition_id, "quotas")
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


async def delete_ticket_type(db: Database, edition_id: int, type_id: int, *, actor: str) -> None:
    """Remove a ticket type that never was sold.

    Raises NotFoundError, and ConflictError where it has tickets, where somebody waits for it or where `only_for_type`
    names something.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition_id, 0)
        mine = (ticket_types.c.id == type_id, ticket_types.c.edition_id == edition_id)
        before = await db.fetch_one(select(ticket_types).where(*mine))
        if before is None:
            raise NotFoundError(f"ticket type {type_id}")
        if await db.fetch_val(select(func.count()).where(tickets.c.ticket_type_id == type_id)):
            raise ConflictError(f"ticket type {type_id} has tickets")
        if await db.fetch_val(select(func.count()).where(waiting_entries.c.ticket_type_id == type_id)):
            raise ConflictError(f"ticket type {type_id} is waited for")
        if names := await only_for_type(db, type_id):
            raise ConflictError(f"ticket type {type_id} is the only one of {', '.join(names)}")
        for table in (
            ticket_type_quotas,
            checkin_list_ticket_types,
            addon_ticket_types,
            discount_code_ticket_types,
            question_ticket_types,
        ):
            await db.execute(delete(table).where(table.c.ticket_type_id == type_id))
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


async def only_for_type(db: Database, type_id: int) -> list[str]:
    """Names of add-ons, codes and questions that are for this ticket type alone: without it they would be for all."""
    narrowed = (
        (addons.c.name, addons.c.id, addon_ticket_types.c.addon_id, addon_ticket_types),
        (
            discount_codes.c.code,
            discount_codes.c.id,
            discount_code_ticket_types.c.discount_code_id,
            discount_code_ticket_types,
        ),
        (questions.c.label, questions.c.id, question_ticket_types.c.question_id, question_ticket_types),
    )
    found = []
    for name, owner, reference, table in narrowed:
        alone = (
            select(reference).group_by(reference).having(func.count() == 1, func.min(table.c.ticket_type_id) == type_id)
        )
        rows = await db.fetch_all(select(name.label("name")).where(owner.in_(alone)).order_by(name))
        found += [str(row.name) for row in rows]
    return found
