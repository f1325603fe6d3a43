"""Copies of the whole database, and bringing them back.

SQLite: one file, copied with SQLite's own backup (sqlite.org/backup.html) while others read and write. PostgreSQL: an
archive in pg_dump's custom format; pg_dump and pg_restore must be on PATH. Either holds personal data and is readable
only for its owner.
"""

import asyncio
import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import make_url

from konferens.database import knows_version, open_database, schema_state, sqlite_path
from konferens.tables import metadata

BUSY_SECONDS = 30


class BackupError(Exception):
    """The copy could not be made or brought back; `str(error)` says why, and nothing has been changed."""


def backup(url: str, file: Path) -> None:
    """Write a consistent copy of the database at `url` to `file`, while it is in use; replaces an older `file` when done.

    Raises BackupError.
    """
    part = file.with_name(f"{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        if url.startswith("sqlite:///"):
            _copy_sqlite(sqlite_path(url), part, file)
        else:
            _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(part))
        _settle(part, file)
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def restore(url: str, file: Path, *, force: bool) -> None:
    """Make the database at `url` what it was when `file` was written.

    Raises BackupError: `file` is no whole backup of Konferens or comes from a later version of it, the database has data
    and `force` isn't given, or it is in use (SQLite).
    """
    if not file.is_file():
        raise BackupError(f"there is no file {file}")
    try:
        if url.startswith("sqlite:///"):
            _restore_sqlite(sqlite_path(url), file, force=force)
        else:
            _restore_postgresql(url, file, force=force)
    except OSError as error:
        raise BackupError(f"{file} cannot be brought back: {error}") from error


def _settle(part: Path, file: Path) -> None:
    """Put `part` in the place of `file`, in one step and for good."""
    with part.open("rb+") as written:
        os.fsync(written.fileno())
    part.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _check_version(file: Path, version: str | None) -> None:
    if version is None:
        raise BackupError(f"{file} is not a backup of Konferens")
    if not knows_version(version):
        raise BackupError(f"{file} was made by a later version of Konferens (schema {version}): install that one first")


# --- SQLite ---------------------------------------------------------------------------------------------------------


def _open_sqlite(path: Path) -> "closing[sqlite3.Connection]":
    """A connection to a file that is there already (connecting by itself would make one)."""
    uri = f"{path.absolute().as_uri()}?mode=rw"
    return closing(sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None))


def _copy_sqlite(path: Path, part: Path, file: Path) -> None:
    if not path.is_file():
        raise BackupError(f"there is no database {path}")
    if file.exists() and file.samefile(path):
        raise BackupError(f"{file} is the database itself")
    try:
        with _open_sqlite(path) as source, _open_sqlite(part) as target:
            source.backup(target)  # all pages in one step: one snapshot, and writers go on meanwhile (WAL)
            target.execute("PRAGMA journal_mode = DELETE").fetchone()  # one file, nothing beside it
    except sqlite3.Error as error:
        raise BackupError(f"{path} cannot be copied: {error}") from error


def _restore_sqlite(path: Path, file: Path, *, force: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.restoring")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        shutil.copyfile(file, part)
        _check_version(file, _sqlite_version(part, file))
        if path.exists():
            _make_way(path, force=force)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        _settle(part, path)
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            path.with_name(part.name + suffix).unlink(missing_ok=True)


def _sqlite_version(part: Path, file: Path) -> str | None:
    """The schema's version in a sound file. Raises BackupError for a damaged one and for other kinds of files."""
    try:
        with _open_sqlite(part) as copy:
            found = [row[0] for row in copy.execute("PRAGMA integrity_check")]
            if found != ["ok"]:
                raise BackupError(f"{file} is damaged: {found[0]}")
            copy.execute("PRAGMA journal_mode = DELETE").fetchone()
            row = copy.execute("SELECT version_num FROM alembic_version").fetchone()
            return None if row is None else str(row[0])
    except sqlite3.OperationalError:  # no such table
        return None
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{file} is not a backup of Konferens: {error}") from error


def _make_way(path: Path, *, force: bool) -> None:
    """Make sure that the database may be replaced, and that nothing of it is left in files beside it."""
    try:
        with _open_sqlite(path) as old:
            old.execute("PRAGMA busy_timeout = 0")
            # Only who is alone with a database may leave WAL.
            old.execute("PRAGMA journal_mode = DELETE").fetchone()
            tables = [row[0] for row in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            quoted = [f'SELECT 1 FROM "{name}"' for name in tables if name in metadata.tables]  # noqa: S608
            has_data = any(old.execute(f"{query} LIMIT 1").fetchone() for query in quoted)
    except sqlite3.OperationalError as error:
        raise BackupError(f"{path} is in use ({error}): stop Konferens first") from error
    except sqlite3.DatabaseError as error:
        if not force:
            raise BackupError(f"{path} is damaged ({error}); --force replaces it") from error
        return
    if has_data and not force:
        raise BackupError(f"{path} has data; --force replaces it")


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


def _run(url: str, program: str, *arguments: str, connect: bool = True) -> str:
    """Run one of PostgreSQL's programs; gives what it writes. The password goes by the environment, which is not for all."""
    address = make_url(url)
    environment = dict(os.environ)
    if address.password:
        environment["PGPASSWORD"] = str(address.password)
    bare = address.set(password=None).render_as_string()
    target = [f"--dbname={bare}"] if connect else []
    try:
        done = subprocess.run(  # noqa: S603
            [program, *target, *arguments], env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise BackupError(
            f"{program} is not on PATH: install PostgreSQL's client programs (postgresql-client)"
        ) from None
    if done.returncode:
        raise BackupError(f"{program}: {done.stderr.strip()}")
    return done.stdout


def _restore_postgresql(url: str, file: Path, *, force: bool) -> None:
    with file.open("rb") as archive:
        if archive.read(5) != b"PGDMP":
            raise BackupError(f"{file} is not a backup of Konferens from PostgreSQL")
    arguments = ("--data-only", "--table=alembic_version", "--file=-", str(file))
    found = re.search(
        r"^COPY \S*alembic_version .*\n(\S+)$", _run(url, "pg_restore", *arguments, connect=False), re.MULTILINE
    )
    version = found[1] if found else None
    _check_version(file, version)
    current, has_data = asyncio.run(_state(url))
    if has_data and not force:
        raise BackupError("the database has data; --force replaces it")
    if current not in (None, version):
        raise BackupError(
            f"the database's schema is {current}, the backup's {version}: bring it back into a new, empty database"
        )
    options = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    _run(url, "pg_restore", *options, str(file))


async def _state(url: str) -> tuple[str | None, bool]:
    """(the schema's version, whether any table has rows)."""
    db = open_database(url)
    await db.connect()
    try:
        current, _ = await schema_state(db)
        if current is None:
            return None, False
        for table in metadata.sorted_tables:
            if await db.fetch_val("SELECT to_regclass(:name)::text", {"name": table.name}) is None:
                continue
            if await db.fetch_val(select(1).select_from(table).limit(1)):
                return current, True
        return current, False
    finally:
        await db.disconnect()
