"""The uses of discount codes, taken and given back inside the transaction of the tickets that hold them."""

from collections.abc import Mapping

from sqlalchemy import case, or_, select, update

from konferens.database import Database
from konferens.errors import SoldOutError
from konferens.tables import discount_codes


async def take_uses(db: Database, wanted: Mapping[int, int]) -> None:
    """Use codes (id → number of tickets), never more often than they may be; in the order of their ids.

    Raises SoldOutError when one has too few uses left; the caller's transaction must then be rolled back.
    """
    for code_id, n in sorted(wanted.items()):
        taken = await db.fetch_val(
            update(discount_codes)
            .where(
                discount_codes.c.id == code_id,
                or_(discount_codes.c.max_uses.is_(None), discount_codes.c.used + n <= discount_codes.c.max_uses),
            )
            .values(used=discount_codes.c.used + n)
            .returning(discount_codes.c.id)
        )
        if taken is None:
            code = await db.fetch_val(select(discount_codes.c.code).where(discount_codes.c.id == code_id))
            raise SoldOutError(str(code))


async def give_back_uses(db: Database, code_id: int, n: int) -> None:
    """The tickets that used the code are cancelled: others may use it in their place."""
    used = discount_codes.c.used
    await db.execute(
        update(discount_codes).where(discount_codes.c.id == code_id).values(used=case((used > n, used - n), else_=0))
    )
