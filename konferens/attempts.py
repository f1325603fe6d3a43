"""Who has tried how often: guesses and floods are slowed down, over all processes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import delete, func, insert, select

from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.tables import attempts

KEPT = timedelta(days=1)


class TooManyAttemptsError(ConflictError):
    """This is to wait, for at least `wait`: HTTP's 429 (RFC 6585, section 4)."""

    def __init__(self, text: str, wait: timedelta) -> None:
        super().__init__(text)
        self.wait = wait

    @property
    def minutes(self) -> int:
        """`wait` as people are told it."""
        return max(1, ceil(self.wait / timedelta(minutes=1)))


@dataclass(frozen=True)
class Limit:
    """How many attempts of a kind are let through within a window: from one address, in one name, and in one name from one
    address (None: any number).

    A name alone is somebody's own, whom others must not shut out: let `by_both` stop one guesser, and `by_name` a crowd.
    """

    kind: str
    window: timedelta
    by_address: int
    by_name: int | None = None
    by_both: int | None = None

    async def take(self, db: Database, *, address: str, name: str = "", once: bool = False) -> int:
        """Note one more attempt, and give its id for `forget`. Raises TooManyAttemptsError when there have been too many.

        With `once`, the same name from the same address is one attempt, however often it comes.

        It stays until it is forgotten: attempts that come at the same time see each other, and so a thousand at once are no
        way around the limit.
        """
        moment = now()
        values = {"kind": self.kind, "name": name[:254], "address": address[:64], "attempted_at": moment}
        if once and (known := await self._known(db, values)) is not None:
            return known
        async with db.transaction():
            attempt = int(await db.fetch_val(insert(attempts).values(**values).returning(attempts.c.id)))
            await purge_attempts(db, moment)
        within = (attempts.c.kind == self.kind) & (attempts.c.attempted_at > moment - self.window)
        same_address, same_name = attempts.c.address == values["address"], attempts.c.name == values["name"]
        sides = ((same_address, self.by_address), (same_name, self.by_name), (same_address & same_name, self.by_both))
        for same, limit in sides:
            if limit is None:
                continue
            query = select(func.count(), func.min(attempts.c.attempted_at)).where(within, same)
            found = await db.fetch_one(query)
            if found and found[0] > limit:
                await self.forget(db, attempt)
                wait = max(found[1] + self.window - moment, timedelta(seconds=1))
                raise TooManyAttemptsError(f"too many attempts ({self.kind}) by {name!r} or from {address}", wait)
        return attempt

    async def _known(self, db: Database, values: Mapping[str, Any]) -> int | None:
        same = [attempts.c[name] == values[name] for name in ("kind", "name", "address")]
        recent = attempts.c.attempted_at > values["attempted_at"] - self.window
        found = await db.fetch_val(select(attempts.c.id).where(recent, *same).limit(1))
        return None if found is None else int(found)

    async def require(self, db: Database, *, address: str) -> None:
        """Raises TooManyAttemptsError where an address has made all its attempts, without counting one."""
        moment = now()
        query = select(func.count(), func.min(attempts.c.attempted_at)).where(
            attempts.c.kind == self.kind,
            attempts.c.address == address[:64],
            attempts.c.attempted_at > moment - self.window,
        )
        found = await db.fetch_one(query)
        if found and found[0] >= self.by_address:
            raise TooManyAttemptsError(
                f"all attempts ({self.kind}) from {address} are made", found[1] + self.window - moment
            )

    async def forget(self, db: Database, attempt: int) -> None:
        """It was a right one."""
        await db.execute(delete(attempts).where(attempts.c.id == attempt))

    async def forgive(self, db: Database, *, name: str) -> None:
        """Whoever tried in this name, it is its owner's again."""
        await db.execute(delete(attempts).where(attempts.c.kind == self.kind, attempts.c.name == name))


async def purge_attempts(db: Database, moment: datetime) -> int:
    """Delete what no limit counts any more; how many those were."""
    return int(await db.execute(delete(attempts).where(attempts.c.attempted_at < moment - KEPT)) or 0)
