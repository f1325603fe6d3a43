"""Runs migrations with the same drivers that the application has.

A new one: change konferens/tables/, then `make migration NAME="what it does"`, and read what came out.
"""

import asyncio
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine

from konferens.database.schema import is_described
from konferens.tables import UTCDateTime, metadata


def render_item(kind: str, item: object, autogenerate: Any) -> str | Literal[False]:
    """Our own column type as Python text, with its import; False leaves the rest to Alembic."""
    if kind == "type" and isinstance(item, UTCDateTime):
        autogenerate.imports.add("from konferens.tables import UTCDateTime")
        return "UTCDateTime()"
    return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,  # SQLite alters tables by copying them
        compare_type=True,
        render_item=render_item,
        include_object=is_described,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_async() -> None:
    engine = create_async_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    async with engine.connect() as connection:
        # All migrations in one transaction, which others who migrate at the same time wait for.
        if connection.dialect.name == "sqlite":
            await connection.exec_driver_sql("PRAGMA busy_timeout = 60000")
            await connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            await connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7_245_105)")
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


asyncio.run(run_async())
