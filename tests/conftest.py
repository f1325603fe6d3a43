"""Fixtures for every test: a database of each kind, settings, a started application.

A test that asks for `database_url`, `db`, `settings` or `client` runs twice, on SQLite and on PostgreSQL, each time on a
database of its own that has the application's tables and no rows. `-k sqlite` runs only the one.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from starlette.testclient import TestClient

from konferens.app import create_app
from konferens.database import Database, migrate, open_database
from konferens.events.model import Edition
from konferens.settings import Settings, load_settings
from tests.browser import Browser, browser
from tests.factories import make_edition, make_login
from tests.postgres import ENABLE, PostgreSQL, Unavailable, running_postgres

DIST = Path(__file__).parents[1] / "static" / "dist" / "manifest.json"
DATABASES = ["sqlite", "postgresql"]
LONG = ("tests/web/test_hostile.py", "tests/durability/", "tests/journeys/")

MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own in it
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 4_000_000_000:
    # Thousands of databases that are committed to safely, and thrown away: in memory that takes half of the time.
    tempfile.tempdir = os.environ["TMPDIR"] = str(MEMORY)


def missing(what: str, command: str) -> NoReturn:
    """Skip a test that needs `what`, which `command` would bring; an error when CI=true."""
    text = f"{what}; to enable: {command}"
    if os.environ.get("CI") == "true":
        pytest.fail(text)
    pytest.skip(text)


@pytest.fixture(scope="session")
def _postgres() -> Iterator[PostgreSQL | Unavailable]:
    with ExitStack() as stack:
        try:
            server: PostgreSQL | Unavailable = stack.enter_context(running_postgres())
        except Unavailable as error:
            server = error
        yield server


def pytest_collection_finish() -> None:
    """The collector looks seldom, and not at what is loaded now, as in a server (konferens/server.py): a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long goes first: files are dealt out in this order, and nobody is to wait for the last of them."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(scope="session")
def postgres(_postgres: PostgreSQL | Unavailable) -> PostgreSQL:
    """The PostgreSQL server of this run."""
    if isinstance(_postgres, Unavailable):
        missing(f"PostgreSQL doesn't start ({_postgres})", ENABLE)
    return _postgres


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the application's tables, to be copied."""
    path = tmp_path_factory.mktemp("template") / "konferens.db"
    migrate(f"sqlite:///{path}")
    return path


@contextmanager
def new_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """For a fixture with `params=DATABASES`: the address of a database with the application's tables and no rows."""
    if request.param == "sqlite":
        path = folder / "konferens.db"
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgreSQL = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with the application's tables and no rows."""
    with new_database(request, tmp_path) as url:
        yield url


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """A connected database with the application's tables and no rows."""
    database = open_database(database_url)
    await database.connect()
    yield database
    await database.disconnect()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings for an application on `database_url`, with its files in a folder of the test's own."""
    return load_settings(
        {
            "DATABASE_URL": database_url,
            "DATA_DIR": str(tmp_path / "data"),
            "BASE_URL": "http://testserver",
            "SECRET_KEY": "a secret for tests, long enough to be one",
        }
    )


@pytest.fixture(scope="session")
def assets() -> None:
    """The built front end, which the application wants at its start."""
    if not DIST.exists():
        missing("the front end isn't built", "make assets")


@pytest.fixture
def client(settings: Settings, assets: None) -> Iterator[TestClient]:
    """A browser without scripts at a started application, on the same database as `db`; doesn't follow redirects.

    Its workers don't run, so that nothing happens that the test didn't ask for; `app.state.sender` and the like do what they are told.

    The application runs in a thread with a loop of its own, so that async tests use it too (without `await`).
    `client.app.state` has its database, settings and caches. An error in a handler is raised in the test.
    """
    with TestClient(create_app(settings, working=False), follow_redirects=False) as browser:
        yield browser


@pytest.fixture
async def edition(db: Database) -> Edition:
    """A published conference."""
    return await make_edition(db)


@pytest.fixture
async def login(db: Database, edition: Edition) -> str:
    """The cookie of an organiser of `edition`."""
    return await make_login(db, edition=edition)


@pytest.fixture
def office(db: Database, login: str) -> Iterator[Browser]:
    """The browser of that organiser."""
    with browser(db, login) as opened:
        yield opened
