"""The schema's version: bringing it up to date, and telling where it stands."""

import asyncio
from functools import cache
from pathlib import Path
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
    from alembic import command

    if url.startswith("sqlite:///"):
        sqlite_path(url).parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(alembic_config(url), "head")


def sqlite_path(url: str) -> Path:
    """The file that a sqlite:/// address names."""
    return Path(url.removeprefix("sqlite:///"))


def is_empty_sqlite(url: str) -> bool:
    """Whether `url` is an SQLite file that is absent or has nothing in it yet."""
    if not url.startswith("sqlite:///"):
        return False
    path = sqlite_path(url)
    return not path.exists() or path.stat().st_size == 0


@cache
def _head() -> str | None:
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def knows_version(version: str) -> bool:
    """Whether `version` is this program's schema or one that it migrates from."""
    from alembic.script import ScriptDirectory

    return version in {revision.revision for revision in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}


async def schema_state(db: "Database") -> tuple[str | None, str | None]:
    """(version of the database, version of this program); None for a database without a schema."""
    head = await asyncio.to_thread(_head)
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
