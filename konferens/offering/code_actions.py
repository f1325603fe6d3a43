"""Codes that take something off prices or open hidden ticket types: made, changed, removed.

Every change first takes the edition's change counter, as orders do, so that none uses a code between a check and its
change.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from konferens.audit import record
from konferens.codes import new_code
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError, NotFoundError
from konferens.i18n import gettext
from konferens.offering.addon_actions import keep_types, require_types
from konferens.offering.seats import next_ticket_changes
from konferens.tables import discount_code_ticket_types, discount_codes, orders


async def ordered_codes(db: Database, edition_id: int) -> set[int]:
    """Ids of the codes that an order was placed with, cancelled ones too: these stay."""
    query = select(orders.c.discount_code_id).where(
        orders.c.edition_id == edition_id, orders.c.discount_code_id.is_not(None)
    )
    return {int(row.discount_code_id) for row in await db.fetch_all(query.distinct())}


async def save_code(
    db: Database,
    edition_id: int,
    code_id: int | None,
    values: Mapping[str, Any],
    *,
    type_ids: Collection[int],
    actor: str,
) -> int:
    """Create (`code_id` None) or change a code, and say which ticket types it is for (none: all but hidden ones). Gives its id.

    `values` are columns of `discount_codes`; 'code' is kept in upper case. What is sold keeps its discount. Raises
    NotFoundError, ConflictError when the edition has another code with the same letters, InvalidError (field 'max_uses')
    when it is used for more tickets already.
    """
    values = {**values, **({"code": values["code"].strip().upper()} if "code" in values else {})}
    async with db.transaction():
        await next_ticket_changes(db, edition_id, 0)
        await require_types(db, edition_id, type_ids)
        mine = discount_codes.c.edition_id == edition_id
        if "code" in values:
            same = select(discount_codes.c.id).where(mine, discount_codes.c.code == values["code"])
            if await db.fetch_val(same.where(discount_codes.c.id != (code_id or 0))) is not None:
                raise ConflictError(f"code {values['code']} exists")
        if code_id is None:
            before = None
            new = insert(discount_codes).values(edition_id=edition_id, **values)
            saved = int(await db.fetch_val(new.returning(discount_codes.c.id)))
        else:
            before, saved = await _update(db, edition_id, code_id, values), code_id
        held = await keep_types(
            db, discount_code_ticket_types, discount_code_ticket_types.c.discount_code_id, saved, type_ids
        )
        await record(
            db,
            actor=actor,
            action="code.save",
            subject=f"code:{saved}",
            edition_id=edition_id,
            before=None if before is None else {**before, "ticket_types": held},
            after={**values, "ticket_types": sorted(type_ids)},
        )
        return saved


async def _update(db: Database, edition_id: int, code_id: int, values: Mapping[str, Any]) -> dict[str, Any]:
    mine = (discount_codes.c.id == code_id, discount_codes.c.edition_id == edition_id)
    before = await db.fetch_one(select(discount_codes).where(*mine))
    if before is None:
        raise NotFoundError(f"code {code_id}")
    limit = values.get("max_uses", before.max_uses)
    if limit is not None and limit < before.used:
        text = gettext("Koden är redan använd för %(used)s biljetter; gränsen kan inte bli lägre än så.")
        raise InvalidError({"max_uses": [text % {"used": before.used}]})
    if values:
        await db.execute(update(discount_codes).where(*mine).values(**values))
    return {name: before[name] for name in values}


async def make_codes(
    db: Database,
    edition_id: int,
    count: int,
    prefix: str,
    values: Mapping[str, Any],
    *,
    type_ids: Collection[int],
    actor: str,
) -> list[str]:
    """Create `count` codes for one ticket each: `prefix`, a hyphen where there is a prefix, six letters and digits.

    `values` are the columns of `discount_codes` that they share. Gives the codes. Raises NotFoundError for a type of
    another edition.
    """
    start = f"{prefix.strip().upper()}-" if prefix.strip() else ""
    async with db.transaction():
        await next_ticket_changes(db, edition_id, 0)
        await require_types(db, edition_id, type_ids)
        query = select(discount_codes.c.code).where(discount_codes.c.edition_id == edition_id)
        taken = {str(row.code) for row in await db.fetch_all(query)}
        made: set[str] = set()
        while len(made) < count:
            made |= {f"{start}{new_code()}" for _ in range(count - len(made))} - taken
        codes = sorted(made)
        rows = [{**values, "edition_id": edition_id, "code": code, "max_uses": 1} for code in codes]
        await db.execute_many(insert(discount_codes), rows)
        query = select(discount_codes.c.id).where(
            discount_codes.c.edition_id == edition_id, discount_codes.c.code.in_(codes)
        )
        ids = [int(row.id) for row in await db.fetch_all(query)]
        await db.execute_many(
            insert(discount_code_ticket_types),
            [
                {"discount_code_id": code_id, "ticket_type_id": type_id}
                for code_id in ids
                for type_id in sorted(type_ids)
            ],
        )
        await record(
            db,
            actor=actor,
            action="code.batch",
            subject=f"edition:{edition_id}",
            edition_id=edition_id,
            after={**values, "codes": codes, "ticket_types": sorted(type_ids)},
        )
        return codes


async def delete_code(db: Database, edition_id: int, code_id: int, *, actor: str) -> None:
    """Remove a code that no order was placed with. Raises NotFoundError, and ConflictError where one was."""
    async with db.transaction():
        await next_ticket_changes(db, edition_id, 0)
        mine = (discount_codes.c.id == code_id, discount_codes.c.edition_id == edition_id)
        before = await db.fetch_one(select(discount_codes).where(*mine))
        if before is None:
            raise NotFoundError(f"code {code_id}")
        if before.used or await db.fetch_val(select(func.count()).where(orders.c.discount_code_id == code_id)):
            raise ConflictError(f"code {code_id} is used")
        await db.execute(
            delete(discount_code_ticket_types).where(discount_code_ticket_types.c.discount_code_id == code_id)
        )
        await db.execute(delete(discount_codes).where(*mine))
        await record(
            db,
            actor=actor,
            action="code.delete",
            subject=f"code:{code_id}",
            edition_id=edition_id,
            before={"code": before.code, "percent": before.percent, "amount": before.amount},
        )
