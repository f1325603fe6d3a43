"""Duties that are done from time to time, by one process at a time, however many processes and machines there are.

Every web process runs one housekeeper. When a duty is next due stands in the table `jobs`; who claims it moves that moment on in
one conditional UPDATE, so that the others see nothing to do. What fails stays due and is tried again. A process that dies
holds a duty up for `LEASE` at most; duties are such that doing them twice does no harm.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, text, update

from konferens.clock import now
from konferens.database import Database
from konferens.tables import UTCDateTime, jobs

log = logging.getLogger(__name__)

FIRST_LOOK = 20.0
POLL_SECONDS = 15.0
LEASE = timedelta(minutes=10)
"""How long a claimed duty is its process's alone."""

RETRY = timedelta(minutes=1)
LATE = timedelta(hours=6)
"""A duty that has been due for so long is not done by anybody, or fails each time."""

# The same statement on SQLite and PostgreSQL.
_KNOW = text("INSERT INTO jobs (name, next_at) VALUES (:name, :next_at) ON CONFLICT (name) DO NOTHING").bindparams(
    bindparam("next_at", type_=UTCDateTime())
)


@dataclass(frozen=True, slots=True)
class Duty:
    """What `do` does at a moment (aware, UTC), `every` so often. It is told again what it didn't get done."""

    name: str
    every: timedelta
    do: Callable[[datetime], Awaitable[None]]


class Housekeeper:
    """Does the duties of one process's share."""

    def __init__(self, db: Database, duties: Sequence[Duty]) -> None:
        self._db = db
        self._duties = duties
        self._known = False
        self._rests_until: dict[str, datetime] = {}
        self._called: set[str] = set()
        self._awake = asyncio.Event()

    def call(self, name: str) -> None:
        """There is something to do now for the duty with this name: this process does it at once, due or not."""
        self._called.add(name)
        self._awake.set()

    async def run(self) -> None:
        """Do what is due, or called for, until cancelled. Whatever goes wrong is logged and tried again.

        The first look is a while after the start, when people who wait for the server have been answered.
        """
        next_look = time.monotonic() + FIRST_LOOK
        while True:
            try:
                async with asyncio.timeout(max(next_look - time.monotonic(), 0)):
                    await self._awake.wait()
            except TimeoutError:
                pass
            self._awake.clear()
            try:
                await self.do_called(now())
                if time.monotonic() >= next_look:
                    next_look = time.monotonic() + POLL_SECONDS
                    await self.do_due(now())
            except Exception:
                log.exception("duties could not be looked at")

    async def do_called(self, moment: datetime) -> None:
        """Do what `call` named. It stays due when it was: that is another's business, and doing it twice does no harm."""
        while self._called:
            name = self._called.pop()
            for duty in self._duties:
                if duty.name == name:
                    await duty.do(moment)

    async def do_due(self, moment: datetime) -> list[str]:
        """Do what is due at `moment` and give the names of the duties that this process did."""
        await self._make_known(moment)
        query = select(jobs.c.name, jobs.c.next_at).where(jobs.c.next_at <= moment)
        due = {row.name: row.next_at for row in await self._db.fetch_all(query)}
        return [duty.name for duty in self._duties if duty.name in due and await self._do(duty, due[duty.name], moment)]

    async def _make_known(self, moment: datetime) -> None:
        """Give new duties their row: they are due at once."""
        if self._known:
            return
        rows = await self._db.fetch_all(select(jobs.c.name))
        for name in {duty.name for duty in self._duties} - {row.name for row in rows}:
            await self._db.execute(_KNOW.bindparams(name=name, next_at=moment))
        self._known = True

    async def _do(self, duty: Duty, due_at: datetime, moment: datetime) -> bool:
        """Whether this process did it: not where another one was faster, nor where it failed just now."""
        if moment < self._rests_until.get(duty.name, moment) or not await self._move(duty, due_at, moment + LEASE):
            return False
        try:
            await duty.do(moment)
        except Exception:
            log.exception("%s could not be done", duty.name)
            self._rests_until[duty.name] = moment + RETRY
            await self._move(duty, moment + LEASE, due_at)
            return False
        await self._move(duty, moment + LEASE, moment + duty.every)
        return True

    async def _move(self, duty: Duty, from_moment: datetime, to_moment: datetime) -> bool:
        """Whether it was still due at `from_moment`."""
        moved = await self._db.fetch_val(
            update(jobs)
            .where(jobs.c.name == duty.name, jobs.c.next_at == from_moment)
            .values(next_at=to_moment)
            .returning(jobs.c.name)
        )
        return moved is not None


async def late_duties(db: Database, moment: datetime) -> dict[str, datetime]:
    """Name → since when, for duties that should have been done more than `LATE` before `moment`."""
    query = select(jobs.c.name, jobs.c.next_at).where(jobs.c.next_at < moment - LATE).order_by(jobs.c.next_at)
    return {row.name: row.next_at for row in await db.fetch_all(query)}
