"""Who has tried how often: guesses and floods are slowed down, over all processes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select

from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.tables import attempts

KEPT = timedelta(days=1)


class TooManyAttemptsError(ConflictError):
    """This is to wait: HTTP's 429 (RFC 6585, section 4)."""


@dataclass(frozen=True)
class Limit:
    """How many attempts of a kind are let through within a window: from one address, and in one name (None: any number)."""

    kind: str
    window: timedelta
    by_address: int
    by_name: int | None = None

    async def take(self, db: Database, *, address: str, name: str = "") -> int:
        """Note one more attempt, and give its id for `forget`. Raises TooManyAttemptsError when there have been too many.

        It stays until it is forgotten: attempts that come at the same time see each other, and so a thousand at once are no
        way around the limit.
        """
        moment = now()
        values = {"kind": self.kind, "name": name[:254], "address": address[:64], "attempted_at": moment}
        async with db.transaction():
            attempt = int(await db.fetch_val(insert(attempts).values(**values).returning(attempts.c.id)))
            await purge_attempts(db, moment)
        within = (attempts.c.kind == self.kind) & (attempts.c.attempted_at > moment - self.window)
        by_address = select(func.count()).where(within, attempts.c.address == values["address"])
        by_name = select(func.count()).where(within, attempts.c.name == values["name"])
        found = await db.fetch_one(select(by_address.scalar_subquery(), by_name.scalar_subquery()))
        if found and (found[0] > self.by_address or (self.by_name is not None and found[1] > self.by_name)):
            await self.forget(db, attempt)
            raise TooManyAttemptsError(f"too many attempts ({self.kind}) in the name of {name!r} or from {address}")
        return attempt

    async def forget(self, db: Database, attempt: int) -> None:
        """It was a right one."""
        await db.execute(delete(attempts).where(attempts.c.id == attempt))


async def purge_attempts(db: Database, moment: datetime) -> int:
    """Delete what no limit counts any more; how many those were."""
    return int(await db.execute(delete(attempts).where(attempts.c.attempted_at < moment - KEPT)) or 0)
