"""Who has tried how often: guesses and floods are slowed down, over all processes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, or_, select

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

    @property
    def headers(self) -> dict[str, str]:
        """When to come back, in seconds (RFC 9110, section 10.2.3)."""
        return {"Retry-After": str(self.minutes * 60)}


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
        same_address, same_name = attempts.c.address == values["address"], attempts.c.name == values["name"]
        sides = ((same_address, self.by_address), (same_name, self.by_name), (same_address & same_name, self.by_both))
        wait = await self._wait(db, moment, [(same, limit) for same, limit in sides if limit is not None])
        if wait is not None:
            await self.forget(db, attempt)
            raise TooManyAttemptsError(f"too many attempts ({self.kind}) by {name!r} or from {address}", wait)
        return attempt

    async def _known(self, db: Database, values: Mapping[str, Any]) -> int | None:
        same = [attempts.c[name] == values[name] for name in ("kind", "name", "address")]
        recent = attempts.c.attempted_at > values["attempted_at"] - self.window
        found = await db.fetch_val(select(attempts.c.id).where(recent, *same).limit(1))
        return None if found is None else int(found)

    async def require(self, db: Database, *, address: str) -> None:
        """Raises TooManyAttemptsError where an address has made all its attempts, without counting one."""
        wait = await self._wait(db, now(), [(attempts.c.address == address[:64], self.by_address - 1)])
        if wait is not None:
            raise TooManyAttemptsError(f"all attempts ({self.kind}) from {address} are made", wait)

    async def _wait(
        self, db: Database, moment: datetime, sides: Sequence[tuple[ColumnElement[bool], int]]
    ) -> timedelta | None:
        """How long to wait where more attempts than its number are the same in one of these ways; None: there is no need."""
        numbers = [
            number.filter(same) for same, _ in sides for number in (func.count(), func.min(attempts.c.attempted_at))
        ]
        within = (attempts.c.kind == self.kind, attempts.c.attempted_at > moment - self.window)
        row = await db.fetch_one(select(*numbers).where(*within, or_(*(same for same, _ in sides))))
        for place, (_, most) in enumerate(sides):
            if row and row[2 * place] > most:
                first: datetime = row[2 * place + 1]
                return max(first + self.window - moment, timedelta(seconds=1))
        return None

    async def forget(self, db: Database, attempt: int) -> None:
        """It was a right one."""
        await db.execute(delete(attempts).where(attempts.c.id == attempt))

    async def forgive(self, db: Database, *, name: str) -> None:
        """Whoever tried in this name, it is its owner's again."""
        await db.execute(delete(attempts).where(attempts.c.kind == self.kind, attempts.c.name == name))


async def purge_attempts(db: Database, moment: datetime) -> int:
    """Delete what no limit counts any more; how many those were."""
    return int(await db.execute(delete(attempts).where(attempts.c.attempted_at < moment - KEPT)) or 0)
