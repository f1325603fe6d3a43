"""A real server in a process of its own, as journeys meet it."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.error import URLError
from urllib.request import urlopen

from konferens.database import Database, migrate, open_database
from konferens.web.assets import DIST

T = TypeVar("T")
STARTS_WITHIN = 90.0


@dataclass(frozen=True)
class Server:
    """`base_url` has no slash at its end."""

    base_url: str
    database_url: str

    def db(self, work: Callable[[Database], Awaitable[T]]) -> T:
        """What `work` gives, called with a connection of its own to the server's database."""

        async def run() -> T:
            database = open_database(self.database_url)
            await database.connect()
            try:
                return await work(database)
            finally:
                await database.disconnect()

        with ThreadPoolExecutor(1) as thread:  # Playwright keeps a loop running in this one
            return thread.submit(lambda: asyncio.run(run())).result()


_SERVE = """
import sys
from pathlib import Path
from konferens.web import assets
assets.DIST = Path(sys.argv[1])
from konferens.cli import main
sys.argv = ["konferens", "serve"]
main()
"""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def running_server(folder: Path, *, port: int = 0, dist: Path | None = None, **more: str) -> Iterator[Server]:
    """`konferens serve` on `port`, or a free one, with a migrated SQLite file in `folder`; its log is `folder`/server.log.

    `dist` is another build of the front end than static/dist; `more` are further settings, such as SMTP_URL.
    """
    port = port or free_port()
    server = Server(f"http://localhost:{port}", f"sqlite:///{folder}/konferens.db")
    with ThreadPoolExecutor(1) as thread:  # there may be a browser in this one, see Server.db
        thread.submit(migrate, server.database_url).result()
    settings = {
        "DATABASE_URL": server.database_url,
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "BASE_URL": server.base_url,
        "LOG_LEVEL": "WARNING",
        **more,
    }
    log = folder / "server.log"
    with log.open("wb") as output:
        command = [sys.executable, "-c", _SERVE, str(dist or DIST)]
        process = subprocess.Popen(command, env={**os.environ, **settings}, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait(process, server.base_url, log)
            yield server
        finally:
            process.terminate()
            process.wait(15)


def _wait(process: "subprocess.Popen[bytes]", base_url: str, log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            with urlopen(f"{base_url}/healthz", timeout=10):  # noqa: S310 - our own server
                return
        except (URLError, OSError):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server didn't start:\n{log.read_text()}") from None
            time.sleep(0.05)
