"""Ticket types, quotas, add-ons and discount codes, read from the database."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Table, select

from konferens.database import Database
from konferens.offering.model import Addon, DiscountCode, Quota, TicketType
from konferens.tables import (
    addon_ticket_types,
    addons,
    discount_code_ticket_types,
    discount_codes,
    quotas,
    ticket_type_quotas,
    ticket_types,
)


async def ticket_types_of(db: Database, edition_id: int, *, active_only: bool = True) -> list[TicketType]:
    """The edition's ticket types in their own order, with how many seats are left; one query."""
    query = (
        select(
            ticket_types,
            quotas.c.id.label("quota_id"),
            quotas.c.name.label("quota_name"),
            quotas.c.size.label("quota_size"),
            quotas.c.taken.label("quota_taken"),
        )
        .select_from(
            ticket_types.outerjoin(
                ticket_type_quotas, ticket_type_quotas.c.ticket_type_id == ticket_types.c.id
            ).outerjoin(quotas, quotas.c.id == ticket_type_quotas.c.quota_id)
        )
        .where(ticket_types.c.edition_id == edition_id)
        .order_by(ticket_types.c.position, ticket_types.c.id, quotas.c.id)
    )
    if active_only:
        query = query.where(ticket_types.c.active)
    found: dict[int, dict[str, Any]] = {}
    shared: defaultdict[int, list[Quota]] = defaultdict(list)
    for row in await db.fetch_all(query):
        values = dict(row._mapping)  # noqa: SLF001
        quota = Quota(*(values.pop(f"quota_{name}") for name in ("id", "name", "size", "taken")))
        if quota.id is not None:
            shared[row.id].append(quota)
        del values["edition_id"]
        found[row.id] = values
    return [TicketType(**values, quotas=tuple(shared[type_id])) for type_id, values in found.items()]


async def quotas_of(db: Database, edition_id: int) -> list[Quota]:
    """The edition's quotas by name."""
    query = (
        select(quotas.c.id, quotas.c.name, quotas.c.size, quotas.c.taken)
        .where(quotas.c.edition_id == edition_id)
        .order_by(quotas.c.name)
    )
    return [Quota(**row._mapping) for row in await db.fetch_all(query)]  # noqa: SLF001


async def addons_of(db: Database, edition_id: int, *, active_only: bool = True) -> list[Addon]:
    """The edition's add-ons in their own order, with how many are left; two queries."""
    query = (
        select(
            *(addons.c[name] for name in _ADDON_COLUMNS),
            quotas.c.id.label("quota_id"),
            quotas.c.name.label("quota_name"),
            quotas.c.size.label("quota_size"),
            quotas.c.taken.label("quota_taken"),
        )
        .select_from(addons.outerjoin(quotas, quotas.c.id == addons.c.quota_id))
        .where(addons.c.edition_id == edition_id)
        .order_by(addons.c.position, addons.c.id)
    )
    if active_only:
        query = query.where(addons.c.active)
    rows = await db.fetch_all(query)
    if not rows:
        return []
    limited = await _types_by(db, addon_ticket_types, addon_ticket_types.c.addon_id, edition_id)
    found = []
    for row in rows:
        values = dict(row._mapping)  # noqa: SLF001
        quota = Quota(*(values.pop(f"quota_{name}") for name in ("id", "name", "size", "taken")))
        found.append(
            Addon(**values, quota=quota if quota.id is not None else None, ticket_types=frozenset(limited[row.id]))
        )
    return found


_ADDON_COLUMNS = (
    "id",
    "code",
    "name",
    "description",
    "price",
    "vat_rate",
    "position",
    "on_sale_until",
    "active",
    "starts_at",
    "ends_at",
    "location",
)


async def discount_codes_of(db: Database, edition_id: int) -> list[DiscountCode]:
    """The edition's codes in alphabetical order; two queries."""
    query = select(discount_codes).where(discount_codes.c.edition_id == edition_id).order_by(discount_codes.c.code)
    rows = await db.fetch_all(query)
    if not rows:
        return []
    limited = await _types_by(db, discount_code_ticket_types, discount_code_ticket_types.c.discount_code_id, edition_id)
    return [_discount_code(row, limited[row.id]) for row in rows]


async def find_discount_code(db: Database, edition_id: int, text: str) -> DiscountCode | None:
    """The code that was typed, in any case, with spaces around it or not; None where there is no such code."""
    query = select(discount_codes).where(
        discount_codes.c.edition_id == edition_id, discount_codes.c.code == text.strip().upper()
    )
    row = await db.fetch_one(query)
    if row is None:
        return None
    limited = await _types_by(db, discount_code_ticket_types, discount_code_ticket_types.c.discount_code_id, edition_id)
    return _discount_code(row, limited[row.id])


def _discount_code(row: Any, types: Collection[str]) -> DiscountCode:
    values = dict(row._mapping)  # noqa: SLF001
    del values["edition_id"]
    return DiscountCode(**values, ticket_types=frozenset(types))


async def _types_by(
    db: Database, table: Table, owner: ColumnElement[int], edition_id: int
) -> defaultdict[int, list[str]]:
    """What is limited to ticket types (an id) → their codes."""
    query = (
        select(owner.label("owner"), ticket_types.c.code)
        .select_from(table.join(ticket_types, ticket_types.c.id == table.c.ticket_type_id))
        .where(ticket_types.c.edition_id == edition_id)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in await db.fetch_all(query):
        found[row.owner].append(row.code)
    return found
