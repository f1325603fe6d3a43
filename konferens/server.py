"""The web server: one process or several, with uvicorn."""

import logging
import os
import sys
from collections.abc import Mapping

import uvicorn
from starlette.applications import Starlette

from konferens.app import create_app
from konferens.database import is_empty_sqlite, migrate
from konferens.settings import Settings, SettingsError, load_settings
from konferens.web.assets import Assets, AssetsMissingError

log = logging.getLogger(__name__)


def app() -> Starlette:
    """The application as a server process makes it, from the environment."""
    settings = load_settings(os.environ)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    return create_app(settings)


def serve(settings: Settings, overrides: Mapping[str, str]) -> int:
    """Serve until stopped; `overrides` are settings given as options, handed to the processes by the environment.

    An empty SQLite file gets its schema; any other schema is left to `konferens migrate`. Gives the exit status.
    """
    os.environ.update(overrides)
    try:
        Assets()
        load_settings(os.environ)
    except (AssetsMissingError, SettingsError) as error:
        print(f"konferens: {error}", file=sys.stderr)  # noqa: T201
        return 2
    if is_empty_sqlite(settings.database_url):
        migrate(settings.database_url)
    uvicorn.run(
        "konferens.server:app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_level=settings.log_level.lower(),
        access_log=settings.log_level == "DEBUG",
        server_header=False,
        proxy_headers=True,
        timeout_graceful_shutdown=10,
    )
    return 0
