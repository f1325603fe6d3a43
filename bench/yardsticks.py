"""What the machine can do at most: one small durable commit after the other."""

import asyncio
import sqlite3
import time
from pathlib import Path


def sqlite_commits(folder: Path, seconds: float) -> float:
    """Commits per second of one row each, by one writer, with WAL and synchronous=FULL as Konferens has them."""
    db = sqlite3.connect(folder / "yardstick.db", isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, text TEXT)")
    end = time.perf_counter() + seconds
    count = 0
    while time.perf_counter() < end:
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO rows (text) VALUES (?)", ("x" * 100,))
        db.execute("COMMIT")
        count += 1
    db.close()
    return count / seconds


def postgresql_commits(url: str, seconds: float, clients: int) -> float:
    """Commits per second of one row each, by `clients` connections at once."""
    return asyncio.run(_postgresql_commits(url, seconds, clients))


async def _postgresql_commits(url: str, seconds: float, clients: int) -> float:
    import asyncpg

    pool = await asyncpg.create_pool(url, min_size=clients, max_size=clients)
    await pool.execute("CREATE TABLE IF NOT EXISTS yardstick (id serial PRIMARY KEY, text text)")
    end = time.perf_counter() + seconds
    count = 0

    async def client() -> None:
        nonlocal count
        async with pool.acquire() as connection:
            while time.perf_counter() < end:
                await connection.execute("INSERT INTO yardstick (text) VALUES ($1)", "x" * 100)
                count += 1

    await asyncio.gather(*(client() for _ in range(clients)))
    await pool.execute("DROP TABLE yardstick")
    await pool.close()
    return count / seconds
