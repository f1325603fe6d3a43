"""Several processes on one database, as with several web workers."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from konferens.database import Database
from konferens.tables import series

ROOT = Path(__file__).parents[2]
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

COUNT_UP = """
import asyncio, sys
from sqlalchemy import select, update
from konferens.database import open_database
from konferens.tables import series

async def main():
    db = open_database(sys.argv[1])
    await db.connect()
    async def one():
        async with db.transaction():
            query = select(series.c.name)
            if db.dialect == "postgresql":
                query = query.with_for_update()
            count = int(await db.fetch_val(query))
            await db.execute(update(series).values(name=str(count + 1)))
    for _ in range(10):
        await asyncio.gather(*(one() for _ in range(3)))
    await db.disconnect()

asyncio.run(main())
"""


def start(program: str, url: str) -> "subprocess.Popen[str]":
    """`program` in a Python of its own, with `url` as its argument."""
    command = [sys.executable, "-c", program, url]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)


async def test_processes_that_read_and_then_write_neither_fail_nor_lose_anything(db: Database) -> None:
    await db.execute(insert(series).values(slug="count", name="0"))
    processes = [start(COUNT_UP, db.url) for _ in range(4)]
    errors = await asyncio.gather(*(asyncio.to_thread(process.communicate) for process in processes))
    assert [error for _, error in errors] == ["", "", "", ""]
    assert await db.fetch_val(select(series.c.name)) == "120"


WRITE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1].removeprefix("sqlite:///"))
connection.execute("INSERT INTO series (slug, name) VALUES ('other', 'Other')")
connection.commit()
"""


@only_sqlite
async def test_the_change_token_changes_with_a_commit_and_with_nothing_else(db: Database, database_url: str) -> None:
    token = db.change_token()
    await db.fetch_all(select(series))
    with pytest.raises(ZeroDivisionError):  # noqa: PT012
        async with db.transaction():
            await db.execute(insert(series).values(slug="never", name="Never"))
            _ = 1 / 0
    assert db.change_token() == token

    await db.execute(insert(series).values(slug="own", name="Own"))
    after_own = db.change_token()
    assert after_own != token
    assert db.change_token() == after_own

    writer = start(WRITE, database_url)
    assert await asyncio.to_thread(writer.wait) == 0
    assert writer.stderr is not None
    writer.stderr.close()
    assert db.change_token() != after_own


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_postgresql_has_no_change_token(db: Database) -> None:
    assert db.change_token() is None


@only_sqlite
async def test_every_connection_has_the_pragmas(db: Database) -> None:
    async def pragmas() -> list[object]:
        names = ("foreign_keys", "journal_mode", "synchronous", "busy_timeout")
        return [await db.fetch_val(f"PRAGMA {name}") for name in names]

    async def within() -> list[object]:
        async with db.transaction():
            return await pragmas()

    found = await asyncio.gather(pragmas(), within(), pragmas())
    assert list(found) == [[1, "wal", 2, 10_000]] * 3
