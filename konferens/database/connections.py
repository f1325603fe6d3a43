"""Connections of the two databases, held open and lent out one at a time.

`databases` opens them and knows the drivers; its own transactions and statement path are gone past, since a failed or
cancelled BEGIN or COMMIT there leaks the connection with its locks, and on SQLite each statement opens a file and a thread.
"""

import asyncio
import random
import sqlite3
import time
from collections.abc import Coroutine, Sequence
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import asyncpg
import databases
from sqlalchemy import types as sqltypes
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import SQLAlchemyError

BUSY_TIMEOUT_MS = 10_000
SQLITE_READERS = 4
POSTGRESQL_CONNECTIONS = 10

DRIVER_ERRORS = (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError, OSError)
"""What the drivers raise when a database is not there, not migrated or not ours to use."""


T = TypeVar("T")


async def finish(work: Coroutine[Any, Any, T]) -> T:
    """`work` to its end, also when our own task is cancelled meanwhile: a half-done BEGIN or COMMIT helps nobody.

    The cancellation, which may come more than once, is raised afterwards, whatever became of `work`.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is None:
        return task.result()
    raise cancelled from (None if task.cancelled() else task.exception())


class TunedConnection(sqlite3.Connection):
    """An SQLite connection with the pragmas that every one of ours has."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",  # first: the next ones may meet a lock
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "cache_size = -8000",
        ):
            self.execute(f"PRAGMA {pragma}").close()


class Link(Protocol):
    """One open connection."""

    async def fetch(self, sql: str, args: Sequence[Any]) -> list[Sequence[Any]]: ...
    async def fetch_named(self, sql: str, args: Sequence[Any]) -> tuple[list[str], list[Sequence[Any]]]: ...
    async def run(self, sql: str, args: Sequence[Any] = ()) -> int: ...
    async def run_many(self, sql: str, args: Sequence[Sequence[Any]]) -> None: ...
    async def begin(self) -> None: ...
    async def commit(self) -> None: ...


class Pool(Protocol):
    """Where links come from. `give_back` does its work to the end, also when its task is cancelled; with `broken=True` it closes
    a link whose state is not known.
    """

    dialect: Dialect
    one_writer: bool

    async def open(self) -> None: ...
    async def close(self) -> None: ...
    async def take(self) -> Any: ...
    async def give_back(self, link: Any, *, broken: bool) -> None: ...
    def change_token(self) -> int | None: ...


class SQLiteLink:
    def __init__(self, backend: Any) -> None:
        self.backend = backend
        self._raw = backend.raw_connection

    async def fetch(self, sql: str, args: Sequence[Any]) -> list[Sequence[Any]]:
        rows: list[Sequence[Any]] = await self._raw.execute_fetchall(sql, args)
        return rows

    async def fetch_named(self, sql: str, args: Sequence[Any]) -> tuple[list[str], list[Sequence[Any]]]:
        async with self._raw.execute(sql, args) as cursor:
            rows = list(await cursor.fetchall())
            return [column[0] for column in cursor.description or ()], rows

    # A cursor that gives no rows is done when its statement is: closing it would cost another way to the thread and back.

    async def run(self, sql: str, args: Sequence[Any] = ()) -> int:
        return int((await self._raw.execute(sql, args)).rowcount)

    async def run_many(self, sql: str, args: Sequence[Sequence[Any]]) -> None:
        await self._raw.executemany(sql, args)

    async def begin(self) -> None:
        await self._raw._execute(_begin_immediate, self._raw._conn)  # noqa: SLF001 - a loop in the connection's thread

    async def commit(self) -> None:
        await self.run("COMMIT")


def _begin_immediate(connection: sqlite3.Connection) -> None:
    """BEGIN IMMEDIATE, waiting for other processes in short steps.

    SQLite's own busy handler sleeps longer each time, up to a tenth of a second: of two processes that both write all the
    time, one hardly gets a turn. Raises sqlite3.OperationalError when the lock isn't had within the busy timeout.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    connection.execute("PRAGMA busy_timeout = 0").close()
    try:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE").close()
            except sqlite3.OperationalError as error:
                is_busy = (error.sqlite_errorcode & 0xFF) == sqlite3.SQLITE_BUSY
                if not is_busy or time.monotonic() > deadline:
                    raise
                time.sleep(random.uniform(0.0002, 0.001))  # noqa: S311 - so that processes don't step alike
            else:
                return
    finally:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}").close()


class SQLitePool:
    """A few connections to one file; each has a thread of its own (aiosqlite)."""

    dialect: Dialect = SQLiteDialect_pysqlite(paramstyle="qmark")
    one_writer = True

    def __init__(self, url: str) -> None:
        self._path = url.removeprefix("sqlite:///")
        self._core = databases.Database(url, factory=TunedConnection)
        self._idle: list[SQLiteLink] = []
        self._free = asyncio.Semaphore(SQLITE_READERS)
        self._watch: sqlite3.Connection | None = None

    async def open(self) -> None:
        await self._core.connect()
        self._watch = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        self._watch.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        self._watch.execute("SELECT count(*) FROM sqlite_master").fetchone()  # opens the file, which is lazy till now

    async def close(self) -> None:
        while self._idle:
            await finish(self._idle.pop().backend.release())
        if self._watch is not None:
            self._watch.close()
            self._watch = None
        await self._core.disconnect()

    async def take(self) -> SQLiteLink:
        await self._free.acquire()
        if self._idle:
            return self._idle.pop()
        backend = self._core._backend.connection()  # noqa: SLF001
        try:
            await finish(backend.acquire())
        except BaseException:
            if backend._connection is not None:  # noqa: SLF001 - opened, while we were cancelled
                await finish(backend.release())
            self._free.release()
            raise
        return SQLiteLink(backend)

    async def give_back(self, link: SQLiteLink, *, broken: bool) -> None:
        try:
            if broken or self._watch is None or link.backend.raw_connection.in_transaction:
                await finish(link.backend.release())  # closing rolls back
            else:
                self._idle.append(link)
        finally:
            self._free.release()

    def change_token(self) -> int | None:
        """SQLite's data_version: another number after every commit by any other connection, of any process.

        A look costs microseconds and no I/O (sqlite.org/pragma.html#pragma_data_version), so it runs on the event loop.
        """
        if self._watch is None:
            return None
        return int(self._watch.execute("PRAGMA data_version").fetchone()[0])


class PostgreSQLLink:
    def __init__(self, backend: Any) -> None:
        self.backend = backend
        self.raw = backend.raw_connection

    async def fetch(self, sql: str, args: Sequence[Any]) -> list[Sequence[Any]]:
        return [tuple(record.values()) for record in await self.raw.fetch(sql, *args)]

    async def fetch_named(self, sql: str, args: Sequence[Any]) -> tuple[list[str], list[Sequence[Any]]]:
        records = await self.raw.fetch(sql, *args)
        return (list(records[0].keys()) if records else []), [tuple(record.values()) for record in records]

    async def run(self, sql: str, args: Sequence[Any] = ()) -> int:
        status = await self.raw.execute(sql, *args)  # 'UPDATE 3', 'INSERT 0 1', 'BEGIN'
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def run_many(self, sql: str, args: Sequence[Sequence[Any]]) -> None:
        await self.raw.executemany(sql, args)

    async def begin(self) -> None:
        await self.run("BEGIN")

    async def commit(self) -> None:
        if await self.raw.execute("COMMIT") != "COMMIT":  # it answers ROLLBACK, as if all were well
            raise asyncpg.InFailedSQLTransactionError("nothing was committed: an error in the transaction was ignored")


class _PostgreSQLDialect(PGDialect_asyncpg):
    """SQLAlchemy's dialect for asyncpg, which casts parameters to their types, as PostgreSQL wants in CASE and arithmetic.

    JSON goes through Python's json, and floats come as they are: SQLAlchemy's own engine sets codecs on its connections
    and looks at each result's types instead.
    """

    supports_native_json_deserialization = False  # asyncpg hands JSON over as text: it has no codec here
    colspecs = {**PGDialect_asyncpg.colspecs, sqltypes.JSON: sqltypes.JSON, sqltypes.Float: sqltypes.Float}  # noqa: RUF012


async def _keep(connection: Any) -> None:
    """Nothing to reset in a connection that comes back: our statements leave no state, and asking costs a round trip."""


class PostgreSQLPool:
    """asyncpg's pool, made by `databases`."""

    dialect: Dialect = _PostgreSQLDialect()  # type: ignore[no-untyped-call]
    one_writer = False

    def __init__(self, url: str) -> None:
        self._core = databases.Database(url, min_size=1, max_size=POSTGRESQL_CONNECTIONS, reset=_keep)

    async def open(self) -> None:
        await self._core.connect()

    async def close(self) -> None:
        await self._core.disconnect()

    async def take(self) -> PostgreSQLLink:
        backend = self._core._backend.connection()  # noqa: SLF001
        await backend.acquire()
        return PostgreSQLLink(backend)

    async def give_back(self, link: PostgreSQLLink, *, broken: bool) -> None:
        if broken:
            link.raw.terminate()
        await finish(link.backend.release())

    def change_token(self) -> int | None:
        return None


def make_pool(url: str) -> Pool:
    """The pool for an address. Raises ValueError, whose text tells which forms there are."""
    if url.startswith("sqlite:///") and url != "sqlite:///":
        return SQLitePool(url)
    if url.startswith("postgresql://") and urlsplit(url).path.strip("/"):
        return PostgreSQLPool(url)
    raise ValueError("a database address is sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
