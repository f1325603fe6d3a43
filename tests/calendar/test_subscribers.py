"""A year of sessions, both changes of the clock in it, as five calendar programs see them, and what subscribers are left
with when sessions are renamed, moved, cancelled, revived and removed. The feed comes over HTTP from a server of its own.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest
import recurring_ical_events
from sqlalchemy import select

from konferens.calendar.ical import session_uid
from konferens.database import Database
from konferens.events.actions import touch_edition
from konferens.events.model import Edition
from konferens.programme.actions import delete_session, save_session
from konferens.programme.queries import feed_sessions
from konferens.tables import sessions
from tests.calendar.readers import lines, read
from tests.calendar.test_readers import ROOT, ical_js
from tests.conftest import missing
from tests.durability.server import free_port, serve, wait_until_ready
from tests.factories import ACTOR, make_edition, make_session

ZONE = ZoneInfo("Europe/Stockholm")
FEED = "/lokalekonomidagarna/2027/calendar.ics"
Seen = dict[str, tuple[str, str, str, str]]
"""UID → (title, start, end, status), times in UTC as '2027-05-11T07:00:00Z'."""


@pytest.fixture
async def year(db: Database) -> Edition:
    """A session every other day of 2027, at another time each, and those that clocks make hard."""
    edition = await make_edition(db, starts_on=datetime(2027, 1, 1).date(), ends_on=datetime(2027, 12, 31).date())  # noqa: DTZ001
    for number in range(183):
        starts = datetime(2027, 1, 1, 7) + timedelta(days=2 * number, minutes=37 * (number % 29))  # noqa: DTZ001
        await make_session(db, edition, f"Pass {number}; å, ä och ö", wall_starts=starts)
    for title, begins, finishes in (
        ("Natten då klockan ställs fram", (3, 27, 22, 0), (3, 28, 3, 30)),
        ("Timmen före", (3, 28, 1, 0), (3, 28, 1, 59)),
        ("Natten då klockan ställs tillbaka", (10, 30, 22, 0), (10, 31, 6, 0)),
        ("Över midnatt", (6, 4, 23, 30), (6, 5, 1, 30)),
        ("Över nyår", (12, 31, 22, 0), (12, 31, 23, 59)),
    ):
        wall_starts, wall_ends = (datetime(2027, *each) for each in (begins, finishes))  # noqa: DTZ001
        await make_session(db, edition, title, wall_starts=wall_starts, wall_ends=wall_ends)
    return edition


@asynccontextmanager
async def server(database_url: str, folder: Path) -> AsyncIterator[str]:
    """The address of a server on this database."""
    port = free_port()
    environ = {
        "DATABASE_URL": database_url,
        "DATA_DIR": str(folder / "data"),
        "SECRET_KEY": "a secret for tests, long enough to be one",
        "BASE_URL": f"http://127.0.0.1:{port}",
    }
    process = serve(environ, port)
    try:
        await wait_until_ready(environ["BASE_URL"], process)
        yield environ["BASE_URL"]
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


async def planned(db: Database, edition: Edition) -> Seen:
    """What the database says."""
    seen: Seen = {}
    for each in await feed_sessions(db, edition.id):
        assert each.starts_at is not None
        assert each.ends_at is not None
        title = f"Inställt: {each.title}" if each.is_cancelled else each.title
        status = "CANCELLED" if each.is_cancelled else each.status.upper()
        seen[session_uid(each)] = (title, stamp(each.starts_at), stamp(each.ends_at), status)
    return seen


def stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def by_icalendar(data: bytes) -> Seen:
    return {
        str(each["UID"]): (str(each["SUMMARY"]), stamp(each.start), stamp(each.end), str(each["STATUS"]))  # type: ignore[arg-type]
        for each in read(data).events
    }


def by_recurring_ical_events(data: bytes) -> Seen:
    found: list[Any] = recurring_ical_events.of(read(data)).between((2026, 12, 1), (2028, 2, 1))
    return {
        str(each["UID"]): (
            str(each["SUMMARY"]),
            stamp(each["DTSTART"].dt),
            stamp(each["DTEND"].dt),
            str(each["STATUS"]),
        )
        for each in found
    }


def by_ical_js(data: bytes) -> Seen:
    return {
        each["uid"]: (each["title"], each["starts"]["utc"], each["ends"]["utc"], each["status"])
        for each in ical_js(data)["events"]
    }


def by_node_ical(data: bytes) -> Seen:
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules" / "node-ical").exists():
        missing("node-ical isn't there", "install Node, then npm ci")
    script = Path(__file__).with_name("read_with_node_ical.mjs")
    found = json.loads(subprocess.run([node, script], input=data, capture_output=True, check=True).stdout)
    return {
        each["uid"]: (
            each["title"],
            each["starts"].replace(".000", ""),
            each["ends"].replace(".000", ""),
            each["status"],
        )
        for each in found
    }


class Subscriber:
    """vdirsyncer follows the feed into a folder, and khal shows what is in it, as on a desktop."""

    def __init__(self, folder: Path, address: str) -> None:
        folder.mkdir()
        self._items = folder / "items"
        self._items.mkdir()
        (folder / "vdirsyncer").write_text(
            f'[general]\nstatus_path = "{folder}/status/"\n'
            '[pair feed]\na = "local"\nb = "remote"\ncollections = null\nconflict_resolution = "b wins"\n'
            f'[storage local]\ntype = "filesystem"\npath = "{self._items}"\nfileext = ".ics"\n'
            f'[storage remote]\ntype = "http"\nurl = "{address}"\n'
        )
        (folder / "khal").write_text(
            f"[calendars]\n[[feed]]\npath = {self._items}\ntype = calendar\nreadonly = True\n"
            "[locale]\nlocal_timezone = UTC\ndefault_timezone = UTC\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\n"
            "longdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
            f"[sqlite]\npath = {folder}/khal.db\n"
        )
        self._folder = folder

    def _run(self, *command: str) -> str:
        environ = {
            **os.environ,
            "VDIRSYNCER_CONFIG": str(self._folder / "vdirsyncer"),
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
        }
        program = Path(sys.executable).with_name(command[0])
        done = subprocess.run([program, *command[1:]], capture_output=True, text=True, check=False, env=environ)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def sync(self) -> None:
        """As its timer does."""
        if not (self._folder / "status").exists():
            self._run("vdirsyncer", "discover", "feed")
        self._run("vdirsyncer", "sync", "--force-delete", "feed")

    def shown(self) -> list[tuple[str, str, str, str]]:
        """What khal lists for the year, sorted: vdirsyncer gives what comes by HTTP UIDs of its own, by their content."""
        form = "{title}\t{start}\t{end}\t{status}"
        listed = self._run(
            "khal",
            "-c",
            str(self._folder / "khal"),
            "list",
            "--once",
            "--day-format",
            "",
            "--format",
            form,
            "2026-12-30",
            "2028-01-02",
        )
        rows = [line.split("\t") for line in listed.splitlines() if line.count("\t") == 3]
        return sorted(
            (title, f"{starts.replace(' ', 'T')}:00Z", f"{ends.replace(' ', 'T')}:00Z", status.strip())
            for title, starts, ends, status in rows
        )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_program_sees_every_moment_of_a_year(
    db: Database, database_url: str, year: Edition, tmp_path: Path
) -> None:
    wanted = await planned(db, year)
    async with server(database_url, tmp_path) as address, httpx2.AsyncClient() as http:
        data = (await http.get(f"{address}{FEED}")).content
        subscriber = Subscriber(tmp_path / "desktop", f"{address}{FEED}")
        subscriber.sync()
        shown = subscriber.shown()
    assert len(wanted) == 188
    assert by_icalendar(data) == wanted
    assert by_recurring_ical_events(data) == wanted
    assert by_ical_js(data) == wanted
    assert by_node_ical(data) == wanted
    assert shown == sorted(wanted.values())
    assert data.endswith(b"\r\n")
    assert [line for line in data.split(b"\r\n") if len(line) > 75 or b"\n" in line] == []
    assert {line for line in lines(data) if line.startswith("TZID:")} == {"TZID:Europe/Stockholm"}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_subscriber_follows_each_step(db: Database, database_url: str, tmp_path: Path) -> None:
    """UID stays, SEQUENCE rises with each change and with nothing else, what is gone says that it is cancelled."""
    edition = await make_edition(db)
    start = datetime(2027, 5, 11, 9)  # noqa: DTZ001
    code = await make_session(db, edition, "Mack", wall_starts=start)
    await make_session(db, edition, "Lanthandel", wall_starts=start)
    async with server(database_url, tmp_path) as address, httpx2.AsyncClient() as http:
        subscriber = Subscriber(tmp_path / "desktop", f"{address}{FEED}")

        async def step(**values: Any) -> tuple[int, str]:
            if values:
                await save_session(db, edition, code, values, actor=ACTOR)
            subscriber.sync()
            wanted = await planned(db, edition)
            assert subscriber.shown() == sorted(wanted.values())
            data = (await http.get(f"{address}{FEED}")).content
            again = (await http.get(f"{address}{FEED}")).content
            assert (data == again, by_icalendar(data)) == (True, wanted)
            guid = await db.fetch_val(select(sessions.c.guid).where(sessions.c.code == code))
            [entry] = [each for each in read(data).events if str(each["UID"]) == f"{guid}@konferens"]
            return int(str(entry["SEQUENCE"])), str(entry["STATUS"])

        assert await step() == (0, "CONFIRMED")
        assert await step(title="Mack i byn") == (1, "CONFIRMED")
        assert await step(title="Mack i byn") == (1, "CONFIRMED")  # saved without a change
        unseen = {"capacity": 40, "level": "beginner", "license": "CC0", "recording": False, "all_rooms": True}
        before = (await http.get(f"{address}{FEED}")).content
        assert await step(**unseen) == (1, "CONFIRMED")  # on the page, or for exports, and in no calendar
        await touch_edition(db, edition.id)  # as when the last ticket is sold
        assert (await http.get(f"{address}{FEED}")).content == before
        moved = start + timedelta(hours=2)
        assert await step(wall_starts=moved, wall_ends=moved + timedelta(hours=1)) == (2, "CONFIRMED")
        assert await step(status="cancelled") == (3, "CANCELLED")
        assert await step(status="confirmed") == (4, "CONFIRMED")
        await delete_session(db, edition, code, actor=ACTOR)
        assert await step() == (5, "CANCELLED")
