"""The schema's version: bringing it up to date, and telling where it stands."""

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import make_url

if TYPE_CHECKING:
    from alembic.config import Config

    from konferens.database import Database

MIGRATIONS = Path(__file__).parents[1] / "migrations"


def driver_url(url: str) -> str:
    """`url` with the asynchronous driver's name in it, as SQLAlchemy's engine wants it for migrations."""
    driver = "sqlite+aiosqlite" if url.startswith("sqlite:") else "postgresql+asyncpg"
    return make_url(url).set(drivername=driver).render_as_string(hide_password=False)


def alembic_config(url: str) -> "Config":
    """Alembic's configuration for the database at `url`."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = driver_url(url)
    return config


def migrate(url: str) -> None:
    """Bring the schema to this version; makes the SQLite file and its folder. Not for use inside a running loop."""
    if url.startswith("sqlite:///") and _sqlite_version(sqlite_path(url)) == _revisions()[-1]:
        return  # at every start of a small office's server: loading Alembic would take most of it
    from alembic import command

    if url.startswith("sqlite:///"):
        sqlite_path(url).parent.mkdir(parents=True, exist_ok=True)
        sqlite_path(url).touch(mode=0o600)  # personal data; SQLite gives the files beside it the same mode
    command.upgrade(alembic_config(url), "head")


def _sqlite_version(path: Path) -> str | None:
    """The schema's version in an SQLite file; None where there is no file or no version in it."""
    if not path.exists():
        return None
    with closing(sqlite3.connect(path)) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return None
    return str(row[0]) if row else None


def is_described(item: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:  # noqa: ARG001, FBT001
    """Whether konferens.tables tells of it, so that Alembic may compare: not of what serves searches in one of the databases
    only (migration 0005).
    """
    return not (kind == "table" and (name or "").startswith("search_texts")) and name != "ix_search_documents_words"


def write_migration(name: str) -> Path | None:
    """A new migration with what konferens.tables has and the migrations lack, found on a scratch SQLite database.

    Gives its file, to be read and mended by a person, or None when nothing has changed.
    """
    from alembic import command
    from alembic.operations.ops import MigrationScript
    from alembic.script import ScriptDirectory

    def unless_empty(context: Any, revision: Any, directives: list[MigrationScript]) -> None:  # noqa: ARG001
        if all(ops.is_empty() for ops in directives[0].upgrade_ops_list):
            directives.clear()

    number = len(list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())) + 1
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/scratch.db"
        migrate(url)
        config = alembic_config(url)
        config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        found = command.revision(
            config, name, autogenerate=True, rev_id=f"{number:04}", process_revision_directives=unless_empty
        )
    scripts = found if isinstance(found, list) else [found]
    return next((Path(script.path) for script in scripts if script), None)


def sqlite_path(url: str) -> Path:
    """The file that a sqlite:/// address names."""
    return Path(url.removeprefix("sqlite:///"))


@cache
def _revisions() -> tuple[str, ...]:
    """The versions of this program's migrations, the newest last: their files are numbered, 0001_the_first_tables.py.

    Read from the names, since Alembic costs a server process more memory and time than all its requests for this.
    """
    return tuple(sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py")))


def knows_version(version: str) -> bool:
    """Whether `version` is this program's schema or one that it migrates from."""
    return version in _revisions()


async def schema_state(db: "Database") -> tuple[str | None, str]:
    """(version of the database, version of this program); None for a database without a schema."""
    head = _revisions()[-1]
    exists = {
        "sqlite": "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'",
        "postgresql": "SELECT CAST(to_regclass('alembic_version') AS text)",
    }
    if await db.fetch_val(exists[db.dialect]) is None:
        return None, head
    current: Any = await db.fetch_val("SELECT version_num FROM alembic_version")
    return current, head


async def is_migrated(db: "Database") -> bool:
    """Whether the database has this program's schema."""
    current, head = await schema_state(db)
    return current == head
