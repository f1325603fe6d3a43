"""Starts the servers, measures, and prints one table: `python -m bench [--database URL] [--seconds N]`.

Each figure stands beside its yardstick of the same run, as a ratio: machines differ, and this one may be busy.
"""

import argparse
import asyncio
import json
import os
import platform
import secrets
import tempfile
import time
import urllib.request
from importlib.metadata import requires
from pathlib import Path
from typing import Any

from bench import load, requests
from bench.door import measure_door
from bench.feeds import fullest_feed
from bench.large import measure_large
from bench.servers import Server, hello_server, konferens, konferens_server
from bench.yardsticks import postgresql_commits, sqlite_commits

EVENT = "/lokalekonomidagarna/2027/"
GZIP = {"Accept-Encoding": "gzip"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--database", help="postgresql://… (an SQLite file of its own); it must be empty")
    parser.add_argument("--seconds", type=float, default=5, help="length of each measurement of pages")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--attendees", type=int, default=2000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="konferens-bench-") as folder:
        _measure(Path(folder), arguments)


def _measure(folder: Path, arguments: argparse.Namespace) -> None:
    database = arguments.database or f"sqlite:///{folder}/konferens.db"
    environ = {"DATABASE_URL": database, "DATA_DIR": str(folder), "SECRET_KEY": secrets.token_urlsafe(48)}
    konferens(environ, "migrate")
    begun = time.perf_counter()
    konferens(environ, "demo", "--attendees", str(arguments.attendees))
    loaded_in = time.perf_counter() - begun
    token = konferens(environ, "token", "add", "bench", "--scope", "orders,checkin,events").splitlines()[-1]
    commits = postgresql_commits(database, 3, arguments.clients) if arguments.database else sqlite_commits(folder, 3)
    table = Table(arguments)
    table.head(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {database.partition(':')[0]}"
    )
    with hello_server(arguments.workers) as server:
        hello = table.pages("Starlette 'hello'", f"{server.url}/", {}, None)
    table.line("raw durable commits", commits, None, "")
    with konferens_server(environ, arguments.workers) as server:
        personal = fullest_feed(database, EVENT.strip("/"))
        for name, path in (
            ("programme page", f"{EVENT}programme"),
            ("calendar feed", f"{EVENT}calendar.ics"),
            ("personal feed", personal),
        ):
            table.pages(f"{name}, full", server.url + path, GZIP, hello)
            tag = _etag(server.url + path)
            table.pages(f"{name}, 304", server.url + path, {**GZIP, "If-None-Match": tag}, hello)
        _writes(table, server, environ["SECRET_KEY"], token, commits)
        print(f"\nmemory, {arguments.workers} workers after the load: {server.memory_mib:.0f} MiB PSS (aim ≤ 120)")
        print(f"typesetters under way, gone after a minute: {server.typesetters_mib:.0f} MiB PSS")
        print(f"start to the first answer of /readyz: {server.started_in:.2f} s (aim ≤ 0.8)")
    print(*measure_large(environ), *measure_door(environ, token, commits), sep="\n")
    print(f"demo with {arguments.attendees} attendees loaded in {loaded_in:.1f} s")
    print(f"1,000 A6 badges: {_badges():.2f} s (aim ≤ 2)")
    print(f"packages at run time, our own choice: {_dependencies()}")


def _writes(table: "Table", server: Server, secret_key: str, token: str, commits: float) -> None:
    event = _json(f"{server.url}/api/v1/events{EVENT.rstrip('/')}", token)
    lists = _json(f"{server.url}/api/v1/checkin/lists", token)["items"]
    chosen = next(item for item in lists if item["event"] == EVENT.strip("/"))
    tokens = _tokens(f"{server.url}/api/v1/checkin/lists/{chosen['id']}/tickets", token)
    posts = requests.scans(server.url, chosen["id"], tokens, token)
    table.posts("scan, one a request", server.url, posts, 200, commits=commits, aim="p99 ≤ 20 ms, ≥ 2,000/s")
    # After the scans: what they mail goes on for a while.
    roomy = max(event["ticket_types"], key=lambda kind: kind["available"] or 10**9)
    places = min(roomy["available"] or 10**9, 1500)
    posts = requests.registrations(server.url, EVENT, roomy["code"], secret_key, places)
    table.posts("registration, the form's POST", server.url, posts, 303, commits=commits, aim="p99 ≤ 100 ms")


class Table:
    """The lines of figures, printed as they come."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._arguments = arguments

    def head(self, machine: str) -> None:
        print(
            f"{machine}; {self._arguments.workers} workers, {self._arguments.clients} clients, load on the same cores\n"
        )
        print(f"{'':32} {'per s':>9} {'p99 ms':>8}  ratio")

    def line(self, name: str, per_second: float, p99: float | None, note: str) -> None:
        print(f"{name:32} {per_second:9,.0f} {'' if p99 is None else format(p99, '8.1f'):>8}  {note}", flush=True)

    def pages(self, name: str, url: str, headers: dict[str, str], hello: load.Load | None) -> load.Load:
        load.get(url, clients=self._arguments.clients, seconds=1, headers=headers)
        found = load.get(url, clients=self._arguments.clients, seconds=self._arguments.seconds, headers=headers)
        note = f"{found.per_second / hello.per_second:.2f} of hello" if hello else ""
        self.line(name, found.per_second, found.p99_ms, note + (f", {found.wrong} wrong" if found.wrong else ""))
        return found

    def posts(self, name: str, url: str, posts: list[bytes], status: int, *, commits: float, aim: str) -> load.Load:
        found = load.post(url, posts, clients=self._arguments.clients, status=status)
        wrong = f", {found.wrong} of {len(posts)} wrong" if found.wrong else ""
        self.line(name, found.per_second, found.p99_ms, f"{found.per_second / commits:.2f} of commits ({aim}){wrong}")
        return found


def _json(url: str, token: str) -> Any:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310
    with urllib.request.urlopen(request) as response:  # noqa: S310 - our own server
        return json.load(response)


def _etag(url: str) -> str:
    with urllib.request.urlopen(urllib.request.Request(url, headers=GZIP)) as response:  # noqa: S310
        return str(response.headers["ETag"])


def _tokens(url: str, token: str) -> list[str]:
    """The tokens of every valid ticket of a check-in list, by the delta that phones read."""
    found: list[str] = []
    cursor = ""
    while True:
        page = _json(f"{url}?since={cursor}" if cursor else url, token)
        found += [item["token"] for item in page["items"] if item["status"] == "valid"]
        if not page["items"] or page["cursor"] == cursor:
            return found
        cursor = page["cursor"]


def _badges() -> float:
    from konferens.badges.making import make_in_parts
    from konferens.badges.model import Badge
    from konferens.badges.papers import Paper
    from konferens.badges.pictures import NO_PICTURES

    badges = [
        Badge(
            name=f"Åsa-Karin Öberg {number}",
            organisation="Bymackarna i Ljusdal",
            ticket_type="Medlem, båda dagarna",
            colour="#a93c1f",
            qr_text=f"https://konferens.example.org/t/{secrets.token_hex(12).upper()}",
            edition_name="Lokalekonomidagarna 2027",
        )
        for number in range(1000)
    ]

    async def told(_: int) -> None:
        """Nobody waits for them."""

    begun = time.perf_counter()
    asyncio.run(make_in_parts(badges, Paper.A6, (), NO_PICTURES, told=told))
    return time.perf_counter() - begun


def _dependencies() -> int:
    return sum("extra ==" not in requirement for requirement in requires("konferens") or [])


if __name__ == "__main__":
    main()
