"""The web server: one process or several, with uvicorn."""

import gc
import logging
import os
import socket
import sys
from collections.abc import Mapping

import uvicorn
from starlette.applications import Starlette

from konferens.processes import Processes
from konferens.settings import Settings, SettingsError, load_settings
from konferens.web.assets import Assets, AssetsMissingError

GC_THRESHOLD = (20_000, 10, 10)
"""A page of a thousand sessions makes so many objects, and drops them all: Python's own 700 looks at them a hundred times."""

OPEN_FILES = 16_384
"""Of one process: room for those who listen (live.hub.MAX_LISTENERS, on two hubs), those who ask, and the database."""


class Server(uvicorn.Server):
    """uvicorn's, which first ends what would go on for ever: it waits for every answer under way before it stops."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for hub in self.lifespan.state.get("live", ()):
            hub.close()
        await super().shutdown(sockets)


def app() -> Starlette:
    """The application as a server process makes it, from the environment.

    Imported only there: the parent of several processes watches them and needs nothing else.
    """
    from konferens.app import create_app

    settings = load_settings(os.environ)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    made = create_app(settings)
    gc.freeze()  # what is loaded now stays: the collector need not look at it each time
    gc.enable()
    gc.set_threshold(*GC_THRESHOLD)
    return made


def allow_open_connections() -> None:
    """As many open files as the system lets us have, up to `OPEN_FILES`: a thousand pages that listen for changes would else use
    up the usual 1,024, and nobody could be answered any more.
    """
    try:
        import resource
    except ImportError:  # there is no such limit on Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def serve(settings: Settings, overrides: Mapping[str, str]) -> int:
    """Serve until stopped; `overrides` are settings given as options, handed to the processes by the environment.

    An empty SQLite file gets its schema; any other schema is left to `konferens migrate`. Gives the exit status.
    """
    os.environ.update(overrides)
    allow_open_connections()
    try:
        Assets()
        load_settings(os.environ)
    except (AssetsMissingError, SettingsError) as error:
        print(f"konferens: {error}", file=sys.stderr)  # noqa: T201
        return 2
    file = settings.sqlite_file
    if file is not None and (not file.exists() or file.stat().st_size == 0):
        from konferens.database import migrate

        migrate(settings.database_url)
    for name, path in (("Konferens", "/"), ("organisers", "/organiser/"), ("check-in", "/checkin/")):
        print(f"{name + ':':12} {settings.base_url}{path}", flush=True)  # noqa: T201
    gc.disable()  # until the application is loaded, none of which is garbage
    config = uvicorn.Config(
        "konferens.server:app",
        factory=True,
        host=settings.host,
        port=settings.port,
        log_level=settings.log_level.lower(),
        access_log=settings.log_level == "DEBUG",
        server_header=False,
        proxy_headers=True,
        timeout_graceful_shutdown=10,
    )
    listening = config.bind_socket()
    if settings.workers == 1:
        Server(config).run(sockets=[listening])
    else:
        config.load()  # before the processes part, so that they share the application's memory
        if not Processes(lambda: Server(config).run(sockets=[listening]), settings.workers).run():
            return 1
    return 0
