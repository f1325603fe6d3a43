"""A programme of FOSDEM's size beside one of fifty sessions: its pages made anew, kept, and how large they are."""

import asyncio
import gzip
import http.client
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from bench.servers import konferens_server
from konferens.database import Database, open_database
from konferens.events.actions import create_edition, create_series, touch_edition
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.programme.imports import import_schedule
from konferens.programme.model import SessionType
from konferens.programme.schedule import (
    ImportedPerson,
    ImportedRoom,
    ImportedSchedule,
    ImportedSession,
    ImportedTrack,
)

Result = TypeVar("Result")

SIZES = {"liten": (50, 4, 5), "stor": (943, 29, 74)}
"""Sessions, rooms and tracks: FOSDEM 2025 has the latter."""

TURNS = 15
_FIRST_DAY = date(2027, 2, 6)
_TEXT = "Bygden som äger sin egen mack, sin butik och sitt bredband har något att berätta för andra. " * 12


def measure_large(environ: dict[str, str]) -> list[str]:
    """Lines about both programmes, on a database that is migrated and has neither of them yet."""
    editions, imported_in = asyncio.run(_fill(environ["DATABASE_URL"]))
    fresh: dict[str, list[float]] = {name: [] for name in SIZES}
    kept: dict[str, list[float]] = {name: [] for name in SIZES}
    sizes: dict[str, int] = {}
    with konferens_server(environ, 1) as server:
        for _ in range(TURNS):
            asyncio.run(_touch(environ["DATABASE_URL"], editions))
            for name, edition in editions.items():
                first, body = _first_byte(server.url, f"{edition.path}programme")
                again, _ = _first_byte(server.url, f"{edition.path}programme")
                fresh[name].append(first)
                kept[name].append(again)
                sizes[name] = len(body)
    return [
        f"{name} programme, 943 against 50 sessions: first byte {median(of['stor']) * 1000:.1f} ms against "
        f"{median(of['liten']) * 1000:.1f} ms, {median(of['stor']) / median(of['liten']):.1f} times (aim ≤ {aim})"
        for name, of, aim in (("new", fresh, 10), ("kept", kept, 2))
    ] + [
        f"943 sessions: {sizes['stor'] / 1024:.0f} KB compressed (aim < 300), imported in {imported_in:.1f} s",
    ]


async def _fill(url: str) -> tuple[dict[str, Edition], float]:
    async def work(db: Database) -> tuple[dict[str, Edition], float]:
        made = {}
        took = 0.0
        for name, (sessions, rooms, tracks) in SIZES.items():
            series_id = await create_series(db, {"slug": name, "name": name.title()})
            columns = {"slug": "2027", "name": f"{name.title()} 2027", "published": True, "series_id": series_id}
            days = {"starts_on": _FIRST_DAY, "ends_on": _FIRST_DAY + timedelta(days=1)}
            edition = await edition_by_id(db, await create_edition(db, {**columns, **days}, actor="bench"))
            begun = time.perf_counter()
            await import_schedule(db, edition, _schedule(name, sessions, rooms, tracks), actor="bench")
            took = time.perf_counter() - begun
            made[name] = edition
        return made, took

    return await _with(url, work)


async def _touch(url: str, editions: dict[str, Edition]) -> None:
    async def work(db: Database) -> None:
        for edition in editions.values():
            async with db.transaction():
                await touch_edition(db, edition.id)

    await _with(url, work)


async def _with(url: str, work: Callable[[Database], Awaitable[Result]]) -> Result:
    db = open_database(url)
    await db.connect()
    try:
        return await work(db)
    finally:
        await db.disconnect()


def _schedule(name: str, count: int, rooms: int, tracks: int) -> ImportedSchedule:
    """Sessions of half an hour in every room, on two days, each with its own title, text and speaker."""
    in_a_day = -(-count // rooms // 2)
    sessions, people = [], {}
    for number in range(count):
        room, slot = divmod(number, in_a_day * 2)
        starts = datetime.combine(_FIRST_DAY, datetime.min.time(), UTC) + timedelta(
            days=slot // in_a_day, hours=8, minutes=30 * (slot % in_a_day) + 5 * (room % 3)
        )
        guid = str(uuid5(NAMESPACE_URL, f"{name}/{number}"))
        people[guid] = ImportedPerson(guid, f"Åsa-Karin Öberg {number}", biography=_TEXT[:300])
        sessions.append(
            ImportedSession(
                where=str(number),
                guid=guid,
                title=f"Så äger vi vår framtid tillsammans, berättelse {number}",
                starts=starts,
                ends=starts + timedelta(minutes=25),
                type=SessionType.TALK,
                room=f"Sal {room}",
                track=f"Spår {number % tracks}",
                people=((guid, None),),
                abstract=_TEXT,
            )
        )
    return ImportedSchedule(
        title=name,
        rooms=tuple(ImportedRoom(f"Sal {number}") for number in range(rooms + 1)),
        tracks=tuple(ImportedTrack(f"Spår {number}") for number in range(tracks)),
        people=people,
        sessions=tuple(sessions),
    )


def _first_byte(url: str, path: str) -> tuple[float, bytes]:
    """Seconds until the first byte of the answer, and its compressed body."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        connection.connect()
        begun = time.perf_counter()
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        response = connection.getresponse()
        took = time.perf_counter() - begun
        body = response.read()
    finally:
        connection.close()
    if response.status != http.client.OK or not gzip.decompress(body):
        raise RuntimeError(f"{path} answers {response.status}")
    return took, body
