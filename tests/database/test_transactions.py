# ruff: noqa: PT012 - a transaction is a block with statements in it
"""Transactions: all or nothing, also when a task is cancelled, and never a connection or a lock that is lost."""

import asyncio
import threading
from contextlib import suppress
from datetime import date

import asyncpg
import pytest
from sqlalchemy import Insert, delete, func, insert, select, update

from konferens.database import Database
from konferens.tables import series

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

READ = select(func.count()).select_from(series)


def new(slug: str) -> Insert:
    return insert(series).values(slug=slug, name=slug)


async def slugs(db: Database) -> list[str]:
    return [row.slug for row in await db.fetch_all(select(series.c.slug).order_by(series.c.slug))]


async def still_whole(db: Database) -> bool:
    """Whether more transactions and reads than there are connections go through at once."""

    async def write(number: int) -> None:
        async with db.transaction():
            await db.execute(new(f"whole-{number}"))

    async with asyncio.timeout(10):
        await asyncio.gather(*(write(number) for number in range(12)), *(db.fetch_val(READ) for _ in range(24)))
        await db.execute(delete(series).where(series.c.slug.like("whole-%")))
    return True


async def test_what_a_transaction_wrote_is_there_afterwards(db: Database) -> None:
    async with db.transaction():
        await db.execute(new("a"))
        await db.execute(new("b"))
    assert await slugs(db) == ["a", "b"]


async def test_an_error_takes_everything_back(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.transaction():
            await db.execute(new("a"))
            _ = 1 / 0
    assert await slugs(db) == []
    assert await still_whole(db)


async def test_an_inner_error_that_is_caught_takes_back_only_the_inner_part(db: Database) -> None:
    async with db.transaction():
        await db.execute(new("outer"))
        with pytest.raises(ZeroDivisionError):
            async with db.transaction():
                await db.execute(new("inner"))
                async with db.transaction():
                    await db.execute(new("innermost"))
                _ = 1 / 0
        async with db.transaction():
            await db.execute(new("second"))
    assert await slugs(db) == ["outer", "second"]


async def test_a_refused_row_in_an_inner_transaction_leaves_the_outer_usable(db: Database) -> None:
    async with db.transaction():
        await db.execute(new("a"))
        with suppress(Exception):
            async with db.transaction():
                await db.execute(new("a"))
        await db.execute(new("b"))
    assert await slugs(db) == ["a", "b"]


async def test_a_child_task_is_outside_its_parents_transaction(db: Database) -> None:
    async with db.transaction():
        await db.execute(new("a"))
        assert await db.fetch_val(READ) == 1
        assert await asyncio.create_task(db.fetch_val(READ)) == 0
    assert await asyncio.create_task(db.fetch_val(READ)) == 1


async def test_a_child_task_writes_when_its_parent_is_done(db: Database) -> None:
    async with db.transaction():
        child = asyncio.create_task(db.execute(new("child")))
        await db.execute(new("parent"))
        await asyncio.sleep(0.05)
    assert await child == 1
    assert await slugs(db) == ["child", "parent"]


@only_sqlite
async def test_a_transaction_that_waits_for_a_writing_child_ends_with_an_error(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only where there is one writer; elsewhere the child just writes."""
    with monkeypatch.context() as patched:
        patched.setattr("konferens.database.WRITER_WAIT", 0.1)
        with pytest.raises(TimeoutError):
            async with db.transaction():
                await asyncio.create_task(db.execute(new("child")))
    assert await slugs(db) == []
    assert await still_whole(db)


async def test_returning_outside_a_transaction_is_kept_and_waits_its_turn(db: Database) -> None:
    async with asyncio.TaskGroup() as group:
        ids = [
            group.create_task(db.fetch_val(insert(series).values(slug=f"s{n}", name="").returning(series.c.id)))
            for n in range(30)
        ]
    assert len({task.result() for task in ids}) == 30
    assert await db.fetch_val(READ) == 30


async def test_execute_tells_how_many_rows_changed(db: Database) -> None:
    await db.execute(new("a"))
    await db.execute(new("b"))
    assert await db.execute(update(series).values(name="x")) == 2
    assert await db.execute(update(series).values(name="x").where(series.c.slug == "absent")) == 0
    assert await db.execute(delete(series).where(series.c.slug == "a")) == 1


async def test_many_rows_are_all_written_or_none(db: Database) -> None:
    await db.execute_many(insert(series), [{"slug": "a", "name": "A"}, {"slug": "b", "name": "B"}])
    with pytest.raises(Exception, match=r"(?i)unique"):
        await db.execute_many(insert(series), [{"slug": "c", "name": "C"}, {"slug": "a", "name": "A"}])
    assert await slugs(db) == ["a", "b"]
    assert await still_whole(db)


@pytest.mark.parametrize("points", [range(12), range(12, 40)], ids=["begin", "later"])
async def test_a_cancelled_transaction_leaves_lock_and_pool_whole(db: Database, points: range) -> None:
    """Cancelled after each number of turns of the event loop: in BEGIN, a statement, COMMIT, or afterwards."""
    for turns in points:

        async def work(turns: int = turns) -> None:
            async with db.transaction():
                await db.execute(new(f"a{turns}"))
                await db.execute(new(f"b{turns}"))

        task = asyncio.create_task(work())
        for _ in range(turns):
            await asyncio.sleep(0 if turns % 2 else 0.0002)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        found = await slugs(db)
        assert (f"a{turns}" in found) == (f"b{turns}" in found)
    assert await still_whole(db)


async def test_a_cancelled_read_leaves_the_pool_whole(db: Database) -> None:
    for turns in range(30):
        task = asyncio.create_task(db.fetch_all(select(series)))
        for _ in range(turns):
            await asyncio.sleep(0 if turns % 2 else 0.0001)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert await still_whole(db)


async def test_a_task_that_is_cancelled_twice_is_cancelled_and_not_lost(db: Database) -> None:
    async def work() -> None:
        async with db.transaction():
            await db.execute(new("a"))
            await asyncio.sleep(10)

    for pause in (0, 0.001, 0.02):
        task = asyncio.create_task(work())
        await asyncio.sleep(pause)
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert task.cancelled()
    assert await slugs(db) == []
    assert await still_whole(db)


async def test_a_time_limit_inside_a_transaction_is_a_timeout_and_takes_back(db: Database) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), db.transaction():
            await db.execute(new("a"))
            await asyncio.sleep(10)
    assert await slugs(db) == []
    assert await still_whole(db)


async def test_a_commit_that_fails_leaks_nothing(db: Database) -> None:
    """A foreign key that is checked at COMMIT; more times than there are connections."""
    await db.execute("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
    await db.execute(
        "CREATE TABLE children (parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED, day DATE)"
    )
    for _ in range(15):
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            async with db.transaction():
                await db.execute(new("a"))
                await db.execute("INSERT INTO children VALUES (1, :day)", {"day": date(2027, 5, 11)})
    assert await slugs(db) == []
    assert await still_whole(db)


async def test_an_ignored_error_in_a_transaction_does_not_pass_for_a_commit(db: Database) -> None:
    """PostgreSQL answers such a COMMIT with a quiet ROLLBACK; SQLite goes on without the refused row."""
    await db.execute(new("a"))

    async def work() -> None:
        async with db.transaction():
            await db.execute(new("b"))
            with suppress(Exception):
                await db.execute(new("a"))

    if db.dialect == "postgresql":
        with pytest.raises(asyncpg.InFailedSQLTransactionError):
            await work()
        assert await slugs(db) == ["a"]
    else:
        await work()
        assert await slugs(db) == ["a", "b"]
    assert await still_whole(db)


@only_postgresql
async def test_a_connection_that_dies_in_a_transaction_is_replaced(db: Database) -> None:
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)):
        async with db.transaction():
            await db.execute(new("a"))
            await db.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert await slugs(db) == []
    assert await still_whole(db)


async def test_disconnecting_ends_every_thread(database_url: str) -> None:
    before = threading.active_count()
    db = Database(database_url)
    await db.connect()
    assert await still_whole(db)
    await db.disconnect()
    await asyncio.sleep(0.05)
    assert threading.active_count() == before


@only_sqlite
async def test_a_connection_given_back_after_disconnecting_is_closed(database_url: str) -> None:
    before = threading.active_count()
    db = Database(database_url)
    await db.connect()
    async with db.transaction():
        await db.execute(new("a"))
        await asyncio.create_task(db.disconnect())
    await asyncio.sleep(0.05)
    assert threading.active_count() == before
