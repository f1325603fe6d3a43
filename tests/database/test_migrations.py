"""The migrations make the tables of konferens.tables, on both databases."""

import asyncio
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine

from konferens.database import Database, is_migrated, knows_version, migrate, open_database, schema_state
from konferens.database.schema import (
    MIGRATIONS,
    alembic_config,
    driver_url,
    is_described,
    sqlite_path,
    write_migration,
)
from konferens.tables import metadata
from tests.postgres import PostgreSQL


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/new/folder/konferens.db"
        return
    server: PostgreSQL = request.getfixturevalue("postgres")
    with server.empty_database() as url:
        yield url


def differences(connection: Connection) -> list[Any]:
    options = {"compare_type": True, "include_object": is_described}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


async def test_the_migrations_make_exactly_the_tables(database_url: str) -> None:
    engine = create_async_engine(driver_url(database_url), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()
    assert found == []


def test_migrating_twice_is_harmless(empty_url: str) -> None:
    migrate(empty_url)
    migrate(empty_url)

    async def migrated() -> bool:
        db = open_database(empty_url)
        await db.connect()
        try:
            return await is_migrated(db)
        finally:
            await db.disconnect()

    assert asyncio.run(migrated())


async def test_migrating_from_two_places_at_once_is_harmless(empty_url: str) -> None:
    program = "import sys; from konferens.database import migrate; migrate(sys.argv[1])"
    processes = [await asyncio.create_subprocess_exec(sys.executable, "-c", program, empty_url) for _ in range(3)]
    assert [await process.wait() for process in processes] == [0, 0, 0]
    db = open_database(empty_url)
    await db.connect()
    assert await is_migrated(db)
    await db.disconnect()


@pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)
async def test_a_database_without_tables_has_no_version(empty_url: str) -> None:
    db = open_database(empty_url)
    await db.connect()
    assert (await schema_state(db))[0] is None
    assert not await is_migrated(db)
    await db.disconnect()


async def test_the_versions_agree(db: Database) -> None:
    current, head = await schema_state(db)
    assert current == head != None  # noqa: E711


def test_a_migration_that_breaks_leaves_nothing_behind(tmp_path: Path) -> None:
    """One table is in the way: none of the others is made, and the next attempt starts afresh."""
    path = tmp_path / "konferens.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE tickets (id INTEGER)")
    with pytest.raises(Exception, match="already exists"):
        migrate(f"sqlite:///{path}")
    assert connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall() == [("tickets",)]
    connection.execute("DROP TABLE tickets")
    connection.close()
    migrate(f"sqlite:///{path}")


def test_there_is_nothing_to_write_a_migration_for() -> None:
    assert write_migration("nothing new") is None


def test_columns_have_no_defaults_in_python() -> None:
    """Our statements are compiled without SQLAlchemy's engine, which alone would fill them in."""
    assert [str(column) for table in metadata.tables.values() for column in table.c if column.default] == []


def test_addresses_of_other_databases_are_refused() -> None:
    for url in ("sqlite:///", "mysql://host/name", "postgresql://host"):
        with pytest.raises(ValueError, match="sqlite:///FILE"):
            open_database(url)


def test_the_files_names_tell_the_revisions() -> None:
    """What `schema_state` reads from the names is what Alembic reads from the files."""
    script = ScriptDirectory(str(MIGRATIONS))
    revisions = [revision.revision for revision in script.walk_revisions()]
    assert [knows_version(revision) for revision in revisions] == [True] * len(revisions)
    assert max(revisions) == script.get_current_head()


def test_what_was_sold_before_the_third_migration_is_kept(empty_url: str) -> None:
    """Its tickets get secrets, and paid orders the payment that made them so."""
    if empty_url.startswith("sqlite"):
        sqlite_path(empty_url).parent.mkdir(parents=True)
    command.upgrade(alembic_config(empty_url), "0002")
    at = "'2026-10-01 08:00:00'"
    statements = (
        "INSERT INTO series (id, slug, name) VALUES (1, 's', 'S')",
        (
            "INSERT INTO editions (id, series_id, slug, name, starts_on, ends_on, created_at, updated_at) "
            f"VALUES (1, 1, '2027', 'S 2027', '2027-05-11', '2027-05-12', {at}, {at})"
        ),
        "INSERT INTO ticket_types (id, edition_id, code, name, price) VALUES (1, 1, 'a', 'A', 1000)",
        *(
            "INSERT INTO orders (id, edition_id, code, secret, status, buyer_name, buyer_email, total, placed_at, paid_at) "
            f"VALUES ({n}, 1, 'CODE{n}', 'x', '{status}', 'Anna', 'a@example.org', {total}, {at}, {paid_at})"
            for n, status, total, paid_at in ((1, "paid", 1000, at), (2, "pending", 1000, "NULL"), (3, "paid", 0, at))
        ),
        *(
            "INSERT INTO tickets (id, order_id, edition_id, ticket_type_id, position, token, calendar_token, "
            f"attendee_name, price, created_at, updated_at) VALUES ({n}, {n}, 1, 1, 1, 't{n}', 'c{n}', 'Anna', 1000, {at}, {at})"
            for n in (1, 2, 3)
        ),
    )

    async def run() -> tuple[list[Any], list[Any], list[Any]]:
        engine = create_async_engine(driver_url(empty_url), poolclass=pool.NullPool)
        async with engine.begin() as connection:
            for statement in statements:
                await connection.exec_driver_sql(statement)
        await asyncio.to_thread(migrate, empty_url)
        async with engine.connect() as connection:
            secrets = (await connection.exec_driver_sql("SELECT secret FROM tickets")).scalars().all()
            paid = await connection.exec_driver_sql("SELECT id, paid, payment_method FROM orders ORDER BY id")
            payments = await connection.exec_driver_sql("SELECT order_id, amount, method FROM payments")
            found = [*secrets], [tuple(row) for row in paid], [tuple(row) for row in payments]
        await engine.dispose()
        return found

    secrets, paid, payments = asyncio.run(run())
    assert [len(secret) for secret in secrets] == [24] * 3
    assert len(set(secrets)) == 3
    assert paid == [(1, 1000, "invoice"), (2, 0, "invoice"), (3, 0, "free")]
    assert payments == [(1, 1000, "other")]
