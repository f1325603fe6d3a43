"""A phone at a large door: all 5,000 tickets, beside those of a small one; what is new; and the queue of a phone that was away."""

import asyncio
import gzip
import json
import time
import urllib.request
from datetime import UTC, date, datetime
from statistics import median
from typing import Any
from uuid import uuid4

from bench.servers import Server, konferens_server
from konferens.checkin.actions import save_list
from konferens.database import Database, open_database
from konferens.events.actions import create_edition, create_series
from konferens.events.queries import edition_by_id
from konferens.offering.actions import save_ticket_type
from konferens.registration.actions import place_orders
from konferens.registration.model import Buyer, OrderRequest, TicketRequest

SIZES = {"smalldoor": 50, "largedoor": 5000}
TURNS = 7
QUEUE = 500
"""Scans that the phone has kept; also what one upload may hold."""

_PLACED = datetime(2026, 9, 1, 8, tzinfo=UTC)


def measure_door(environ: dict[str, str], token: str, commits: float) -> list[str]:
    """Lines about both doors, on a database that is migrated and has neither of them yet. `commits` are the machine's a second."""
    lists = asyncio.run(_fill(environ["DATABASE_URL"]))
    with konferens_server(environ, 1) as server:
        took = {name: _sync(server, list_id, token) for name, list_id in lists.items()}
        large, small = took["largedoor"], took["smalldoor"]
        address = f"{server.url}/api/v1/checkin/lists/{lists['largedoor']}"
        everything, size = _ask(f"{address}/tickets", token)
        news = median(_seconds(f"{address}/tickets?since={everything['cursor']}", token) for _ in range(TURNS))
        tokens = [item["token"] for item in everything["items"]]
        per_second = QUEUE / median(_upload(f"{address}/scans", tokens, token) for _ in range(TURNS))
    sync = (
        f"sync of 5,000 tickets: {large * 1000:.0f} ms, {size / 1024:.0f} KB compressed; of 50: {small * 1000:.1f} ms"
    )
    return [
        f"{sync}, {large / small:.0f} times for 100 times the tickets; what is new: {news * 1000:.1f} ms",
        f"a phone's queue of {QUEUE} scans in one upload: {per_second:,.0f} scans/s, {per_second / commits:.2f} of commits",
    ]


async def _fill(url: str) -> dict[str, int]:
    """The doors' lists."""
    db = open_database(url)
    await db.connect()
    try:
        return {name: await _door(db, name, count) for name, count in SIZES.items()}
    finally:
        await db.disconnect()


async def _door(db: Database, name: str, count: int) -> int:
    series_id = await create_series(db, {"slug": name, "name": name.title()})
    columns = {"slug": "2027", "name": f"{name.title()} 2027", "published": True, "series_id": series_id}
    days = {"starts_on": date(2027, 5, 11), "ends_on": date(2027, 5, 12)}
    edition = await edition_by_id(db, await create_edition(db, {**columns, **days}, actor="bench"))
    kind = {"code": "alla", "name": "Alla", "price": 0}
    await save_ticket_type(db, edition.id, None, kind, quota_ids=(), actor="bench")
    orders = [
        OrderRequest(
            Buyer("Åsa Öberg", "asa@example.org"),
            tuple(TicketRequest("alla", f"Åsa-Karin Öberg {number}-{seat}") for seat in range(5)),
            source="organiser",
        )
        for number in range(count // 5)
    ]
    edition = await edition_by_id(db, edition.id)
    await place_orders(db, edition, orders, base_url="", placed_at=[_PLACED] * len(orders), announce=False)
    return await save_list(db, edition.id, None, name="Entré", ticket_type_ids=None, admit_unpaid=True, actor="bench")


def _sync(server: Server, list_id: int, token: str) -> float:
    address = f"{server.url}/api/v1/checkin/lists/{list_id}/tickets"
    _seconds(address, token)
    return median(_seconds(address, token) for _ in range(TURNS))


def _seconds(url: str, token: str) -> float:
    begun = time.perf_counter()
    _ask(url, token)
    return time.perf_counter() - begun


def _ask(url: str, token: str) -> tuple[Any, int]:
    """What a list answers, and how many bytes came."""
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:  # noqa: S310 - our own server
        body = response.read()
        packed = response.headers.get("Content-Encoding") == "gzip"
    return json.loads(gzip.decompress(body) if packed else body), len(body)


def _upload(url: str, tokens: list[str], token: str) -> float:
    """Seconds until the queue is answered; its scans are new each time, most of people who are in already later on."""
    queue = [{"token": each, "nonce": str(uuid4()), "device": "bench"} for each in tokens[:QUEUE]]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, data=json.dumps(queue).encode(), headers=headers)  # noqa: S310
    begun = time.perf_counter()
    with urllib.request.urlopen(request) as response:  # noqa: S310 - our own server
        answers = json.load(response)
    took = time.perf_counter() - begun
    if len(answers) != QUEUE:
        raise RuntimeError(f"{len(answers)} answers")
    return took
