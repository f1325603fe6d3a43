"""Copies are consistent while others write, and nothing is overwritten by mistake."""

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from konferens.backup import BackupError, backup, restore
from konferens.database import Database
from konferens.tables import audit, series
from tests.postgres import PostgreSQL

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture(autouse=True)
def _programs(request: pytest.FixtureRequest, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if database_url.startswith("postgresql"):
        server: PostgreSQL = request.getfixturevalue("postgres")
        monkeypatch.setenv("PATH", f"{server.programs}{os.pathsep}{os.environ['PATH']}")


async def names(url: str) -> list[str]:
    db = Database(url)
    await db.connect()
    try:
        return [row.name for row in await db.fetch_all(select(series.c.name).order_by(series.c.name))]
    finally:
        await db.disconnect()


async def add(url: str, name: str) -> None:
    db = Database(url)
    await db.connect()
    await db.execute(insert(series).values(slug=name.lower(), name=name))
    await db.disconnect()


def run(url: str, action: str, file: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """`konferens backup FILE` or `restore FILE`, as a person runs it."""
    environment = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": "a secret for tests, long enough to be one"}
    command = [sys.executable, "-m", "konferens", action, str(file), *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


async def test_what_was_saved_comes_back(database_url: str, tmp_path: Path) -> None:
    await add(database_url, "Anne")
    file = tmp_path / "copy"
    saved = run(database_url, "backup", file)
    assert (saved.returncode, saved.stderr) == (0, "")
    await add(database_url, "Bo")

    refused = run(database_url, "restore", file)
    assert refused.returncode == 1
    assert "has data; --force replaces it" in refused.stderr
    assert await names(database_url) == ["Anne", "Bo"]

    restored = run(database_url, "restore", file, "--force")
    assert (restored.returncode, restored.stderr) == (0, "")
    assert await names(database_url) == ["Anne"]
    await add(database_url, "Cajsa")
    assert await names(database_url) == ["Anne", "Cajsa"]


def test_a_copy_is_one_file_that_only_its_owner_reads(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    backup(database_url, folder / "copy")
    backup(database_url, folder / "copy")
    assert [path.name for path in folder.iterdir()] == ["copy"]
    assert stat.S_IMODE((folder / "copy").stat().st_mode) == 0o600


def test_a_database_without_rows_is_replaced_without_force(database_url: str, tmp_path: Path) -> None:
    backup(database_url, tmp_path / "copy")
    restore(database_url, tmp_path / "copy", force=False)


@only_postgresql
async def test_an_empty_postgresql_database_is_filled(database_url: str, postgres: PostgreSQL, tmp_path: Path) -> None:
    await add(database_url, "Anne")
    backup(database_url, tmp_path / "copy")
    with postgres.empty_database() as other:
        saved = run(other, "restore", tmp_path / "copy")
        assert (saved.returncode, saved.stderr) == (0, "")
        assert await names(other) == ["Anne"]


@only_sqlite
async def test_an_absent_sqlite_file_is_made(database_url: str, tmp_path: Path) -> None:
    await add(database_url, "Anne")
    backup(database_url, tmp_path / "copy")
    other = f"sqlite:///{tmp_path}/other/folder/konferens.db"
    restore(other, tmp_path / "copy", force=False)
    assert await names(other) == ["Anne"]


WRITE = """
import sqlite3, sys
from datetime import datetime
connection = sqlite3.connect(sys.argv[1].removeprefix("sqlite:///"), isolation_level=None, timeout=30)
print("started", flush=True)
for number in range(1_000_000):
    connection.execute("BEGIN IMMEDIATE")
    for half in "ab":
        connection.execute(
            "INSERT INTO audit (at, actor, action, subject) VALUES (?, ?, 'test', ?)",
            ("2027-01-01 00:00:00.000000", f"{number}", half),
        )
    connection.execute("COMMIT")
"""


@only_sqlite
def test_copies_are_whole_while_another_process_writes(database_url: str, tmp_path: Path) -> None:
    """The other process writes pairs of rows: a copy with half a pair would be no snapshot."""
    with subprocess.Popen([sys.executable, "-c", WRITE, database_url], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"started\n"
        counts = []
        for number in range(5):
            file = tmp_path / f"copy-{number}"
            backup(database_url, file)
            connection = sqlite3.connect(file)
            counts.append(connection.execute("SELECT count(*), count(DISTINCT actor) FROM audit").fetchone())
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            connection.close()
        assert writer.poll() is None
        writer.terminate()
    assert [rows for rows, _ in counts] == [2 * pairs for _, pairs in counts]
    assert counts[-1] > counts[0]


async def test_copying_while_this_process_is_in_a_transaction(db: Database, tmp_path: Path) -> None:
    async with db.transaction():
        await db.execute(insert(series).values(slug="half", name="Half"))
        assert run(db.url, "backup", tmp_path / "copy").returncode == 0
    await db.disconnect()
    assert run(db.url, "restore", tmp_path / "copy", "--force").returncode == 0
    await db.connect()
    assert await db.fetch_val(select(func.count()).select_from(series)) == 0
    assert await db.fetch_val(select(func.count()).select_from(audit)) == 0


@only_sqlite
async def test_a_database_in_use_is_not_replaced(db: Database, tmp_path: Path) -> None:
    await db.fetch_all(select(series))
    backup(db.url, tmp_path / "copy")
    with pytest.raises(BackupError, match="in use"):
        restore(db.url, tmp_path / "copy", force=True)
    await db.execute(insert(series).values(slug="a", name="A"))
    assert await db.fetch_val(select(func.count()).select_from(series)) == 1


def strange(folder: Path, kind: str, whole: Path) -> Path:
    file = folder / kind
    if kind == "text":
        file.write_text("Kära deltagare!")
    elif kind == "nothing":
        file.touch()
    elif kind == "truncated":
        data = whole.read_bytes()
        file.write_bytes(data[: len(data) // 2])
    elif kind == "other SQLite file":
        connection = sqlite3.connect(file)
        connection.execute("CREATE TABLE recipes (name TEXT)")
        connection.close()
    return file


@pytest.mark.parametrize("kind", ["text", "nothing", "truncated", "other SQLite file", "absent"])
async def test_a_file_that_is_no_backup_changes_nothing(database_url: str, tmp_path: Path, kind: str) -> None:
    await add(database_url, "Anne")
    backup(database_url, tmp_path / "whole")
    with pytest.raises(BackupError):
        restore(database_url, strange(tmp_path, kind, tmp_path / "whole"), force=True)
    assert await names(database_url) == ["Anne"]
    assert {name for name in os.listdir(tmp_path) if "restoring" in name} == set()  # noqa: PTH208


@only_sqlite
async def test_a_backup_from_a_later_version_changes_nothing(database_url: str, tmp_path: Path) -> None:
    await add(database_url, "Anne")
    backup(database_url, tmp_path / "copy")
    with sqlite3.connect(tmp_path / "copy") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(BackupError, match="later version"):
        restore(database_url, tmp_path / "copy", force=True)
    assert await names(database_url) == ["Anne"]


@only_sqlite
def test_a_damaged_database_is_replaced_with_force(database_url: str, tmp_path: Path) -> None:
    backup(database_url, tmp_path / "copy")
    path = Path(database_url.removeprefix("sqlite:///"))
    path.write_bytes(b"no longer a database" * 1000)
    with pytest.raises(BackupError, match="damaged"):
        restore(database_url, tmp_path / "copy", force=False)
    restore(database_url, tmp_path / "copy", force=True)
    assert path.read_bytes() == (tmp_path / "copy").read_bytes()


@only_sqlite
def test_the_database_is_not_its_own_backup(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="the database itself"):
        backup(database_url, Path(database_url.removeprefix("sqlite:///")))
    with pytest.raises(BackupError, match="there is no database"):
        backup(f"sqlite:///{tmp_path}/absent.db", tmp_path / "copy")
    with pytest.raises(BackupError, match="cannot be written"):
        backup(database_url, tmp_path / "absent" / "copy")
    assert not (tmp_path / "absent.db").exists()


@only_postgresql
def test_without_postgresqls_programs_the_message_says_what_to_install(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match="postgresql-client"):
        backup(database_url, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
