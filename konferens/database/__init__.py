"""The only package that knows `databases`, its drivers and their traps.

    db = open_database("sqlite:///var/konferens.db")
    await db.connect()
    async with db.transaction():
        row = await db.fetch_one(insert(orders).values(…).returning(orders.c.id))

Statements inside `transaction()` run on its connection; outside, each takes one from the pool. A transaction belongs to
the task that began it: tasks started inside it have their own connections.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Delete, Insert, Update
from sqlalchemy.sql import ClauseElement

from konferens.database.connections import DRIVER_ERRORS, Link, finish, make_pool
from konferens.database.rows import Row, compiler_for
from konferens.database.schema import is_migrated, knows_version, migrate, schema_state, sqlite_path

__all__ = [
    "DRIVER_ERRORS",
    "Database",
    "Row",
    "is_migrated",
    "knows_version",
    "migrate",
    "open_database",
    "schema_state",
    "sqlite_path",
]

WRITER_WAIT = 30.0
"""Seconds to wait for one's turn to write (SQLite): longer only when a transaction waits for a task that wants to write."""

Query = ClauseElement | str


class _Held:
    """The transaction that a task is in."""

    def __init__(self, task: asyncio.Task[Any] | None, link: Link) -> None:
        self.task = task
        self.link = link
        self.savepoints = 0


class Database:
    """One database, with the pool of this process."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._pool = make_pool(url)
        self._compiler = compiler_for(self._pool.dialect)
        self._held: ContextVar[_Held | None] = ContextVar(f"transaction-{id(self)}", default=None)
        # SQLite has one writer: waiting for it in order of arrival, in memory, is fairer and quicker than its busy loop.
        self._writer = asyncio.Lock()

    @property
    def dialect(self) -> str:
        """'sqlite' or 'postgresql'."""
        return self._pool.dialect.name

    async def connect(self) -> None:
        await self._pool.open()

    async def disconnect(self) -> None:
        await finish(self._pool.close())

    def change_token(self) -> int | None:
        """A number that is the same as last time only if nothing has been committed since, by any process.

        None where the database can't tell without a query (PostgreSQL).
        """
        return self._pool.change_token()

    async def fetch_all(self, query: Query, values: dict[str, Any] | None = None) -> list[Row]:
        """Every row. `values` are what the query has only names for: `:name` in text, `bindparam("name")` in others, which are made
        once where requests ask them often, since to build one costs more than to run it. Lists are given as lists. Also for
        INSERT, UPDATE and DELETE … RETURNING.
        """
        statement = self._compiler.statement(query, values)
        async with self._link(query) as link:
            if statement.columns is not None:
                return statement.rows(await link.fetch(statement.sql, statement.args))
            names, rows = await link.fetch_named(statement.sql, statement.args)
            return statement.rows(rows, names)

    async def fetch_one(self, query: Query, values: dict[str, Any] | None = None) -> Row | None:
        rows = await self.fetch_all(query, values)
        return rows[0] if rows else None

    async def fetch_val(self, query: Query, values: dict[str, Any] | None = None) -> Any:
        """The first column of the first row, or None without rows."""
        row = await self.fetch_one(query, values)
        return next(iter(row.values())) if row else None

    async def execute(self, query: Query, values: dict[str, Any] | None = None) -> int:
        """Run a statement; gives the number of rows that it changed. For new ids use fetch_val with RETURNING."""
        statement = self._compiler.statement(query, values)
        async with self._link(query) as link:
            return await link.run(statement.sql, statement.args)

    async def execute_many(self, query: ClauseElement, values: list[dict[str, Any]]) -> None:
        """The same INSERT or UPDATE for each dict of values, all or none: inside a transaction that is the transaction."""
        if not values:
            return
        sql, args = self._compiler.many(query, values)
        if self._current() is None:
            async with self.transaction(), self._link(query) as link:
                await link.run_many(sql, args)
            return
        async with self._link(query) as link:
            await link.run_many(sql, args)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """A write transaction, committed at the end, rolled back on any exception; inside another, a savepoint.

        Raises TimeoutError when others in this process have been writing for longer than WRITER_WAIT. A COMMIT that fails
        raises the driver's error, and nothing is kept.
        """
        held = self._current()
        if held is not None:
            async with self._savepoint(held):
                yield
            return
        async with self._turn(), self._root():
            yield

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if not self._pool.one_writer:
            yield
            return
        async with asyncio.timeout(WRITER_WAIT):
            await self._writer.acquire()
        try:
            yield
        finally:
            self._writer.release()

    @asynccontextmanager
    async def _root(self) -> AsyncIterator[None]:
        link = await self._pool.take()
        try:
            await finish(link.begin())
        except BaseException:
            await self._pool.give_back(link, broken=True)
            raise
        token = self._held.set(_Held(asyncio.current_task(), link))
        broken = True
        try:
            try:
                yield
            except BaseException:
                broken = not await _undo(link, "ROLLBACK")
                raise
            await finish(link.commit())
            broken = False
        finally:
            self._held.reset(token)
            await self._pool.give_back(link, broken=broken)

    @asynccontextmanager
    async def _savepoint(self, held: _Held) -> AsyncIterator[None]:
        held.savepoints += 1
        name = f"s{held.savepoints}"
        await finish(held.link.run(f"SAVEPOINT {name}"))
        try:
            yield
        except BaseException:
            await _undo(held.link, f"ROLLBACK TO SAVEPOINT {name}", f"RELEASE SAVEPOINT {name}")
            raise
        await finish(held.link.run(f"RELEASE SAVEPOINT {name}"))

    def _current(self) -> _Held | None:
        held = self._held.get()
        return held if held is not None and held.task is asyncio.current_task() else None

    @asynccontextmanager
    async def _link(self, query: Query) -> AsyncIterator[Link]:
        """The connection for one statement: the transaction's, or one that commits by itself."""
        held = self._current()
        if held is not None:
            yield held.link
        elif isinstance(query, Insert | Update | Delete):
            async with self._turn(), self._loan() as link:
                yield link
        else:
            async with self._loan() as link:
                yield link

    @asynccontextmanager
    async def _loan(self) -> AsyncIterator[Link]:
        link = await self._pool.take()
        broken = False
        try:
            yield link
        except asyncio.CancelledError:
            broken = True  # the driver's thread may still be reading
            raise
        finally:
            await self._pool.give_back(link, broken=broken)


async def _undo(link: Link, *statements: str) -> bool:
    """Whether the statements that undo a transaction worked; what made us undo it is what the caller shall hear of."""
    try:
        for statement in statements:
            await finish(link.run(statement))
    except Exception:  # noqa: BLE001 - the connection is lost, or the database has rolled back by itself
        return False
    return True


def open_database(url: str) -> Database:
    """The database at `url` (sqlite:///FILE or postgresql://…), not connected yet. Raises ValueError."""
    return Database(url)
