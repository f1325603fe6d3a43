"""Five hundred people want the last fifty seats at once, while others cancel and unpaid orders expire.

Four server processes and the expiring job beside them work on one database. At the end nobody has been promised a seat that
isn't there, every order that was acknowledged is stored, and every count says the same as the rows it counts.
"""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select

from konferens.accounts.actions import create_api_token
from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.registration.actions import place_orders
from konferens.registration.duties import expire_unpaid
from konferens.tables import (
    discount_codes,
    orders,
    quotas,
    sessions,
    ticket_addons,
    ticket_sessions,
    tickets,
)
from tests.durability.server import free_port, serve, wait_until_ready
from tests.factories import (
    make_addon,
    make_discount_code,
    make_edition,
    make_quota,
    make_session,
    make_ticket_type,
    order_request,
    wall,
)

CLIENTS = 500
SEATS = 50
DINNERS = 20
VISIT = 15
USES = 10
OVERDUE = 10
"""Of the seats, so many are held by orders that are overdue when it begins."""


@dataclass(slots=True)
class Outcome:
    """What the clients were told."""

    placed: dict[str, int] = field(default_factory=dict)  # order's code → tickets
    cancelled: set[str] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)


def wish(chance: random.Random, visit: str) -> dict[str, Any]:
    """An order of one or two people, some with dinner, a visit with few seats, or a discount code."""
    attendees = [
        {
            "type": chance.choice(("hela", "medlem")),
            "name": f"Deltagare {n}",
            "email": "d@example.org",
            "addons": ["middag"] if chance.random() < 0.4 else [],
            "sessions": [visit] if chance.random() < 0.3 else [],
        }
        for n in range(chance.choice((1, 1, 1, 2)))
    ]
    body: dict[str, Any] = {"buyer": {"name": "Köpare", "email": "k@example.org"}, "tickets": attendees}
    if chance.random() < 0.2:
        body["discount_code"] = "RABATT"
    return body


async def send(http: httpx2.AsyncClient, path: str, **request: Any) -> httpx2.Response:
    """Send until there is an answer, as phones do whose connection is cut."""
    for _ in range(10):
        try:
            return await http.post(path, **request)
        except httpx2.TransportError:
            await asyncio.sleep(0.05)
    raise AssertionError("no answer")


async def client(http: httpx2.AsyncClient, path: str, number: int, visit: str, outcome: Outcome) -> None:
    """Order, sometimes twice at once as by a double click; where something ran out, once more without it; maybe cancel."""
    chance = random.Random(number)  # noqa: S311
    body = wish(chance, visit)
    for attempt in range(2):
        key = {"Idempotency-Key": f"{number}-{attempt}"}
        began = time.perf_counter()
        answers = await asyncio.gather(
            *(send(http, path, json=body, headers=key) for _ in range(2 if chance.random() < 0.2 else 1))
        )
        outcome.seconds.append(time.perf_counter() - began)
        assert {answer.status_code for answer in answers} <= {201, 409, 422}, [answer.text for answer in answers]
        placed = [answer.json() for answer in answers if answer.status_code == 201]
        if placed:
            assert len({order["code"] for order in placed}) == 1
            break
        outcome.refused[answers[0].json()["type"].rpartition("/")[2]] += 1
        body.pop("discount_code", None)
        for attendee in body["tickets"]:
            attendee |= {"addons": [], "sessions": []}
    else:
        return
    code = placed[0]["code"]
    outcome.placed[code] = len(placed[0]["tickets"])
    if chance.random() < 0.2:
        answer = await send(http, f"/api/v1/orders/{code}/cancel")
        assert answer.status_code in (200, 409), answer.text  # 409: the first try's answer was lost
        outcome.cancelled.add(code)


@contextmanager
def running(database_url: str, folder: Path) -> Iterator[tuple[str, Any]]:
    """Four server processes."""
    port = free_port()
    environ = {"DATABASE_URL": database_url, "DATA_DIR": str(folder), "LOG_LEVEL": "CRITICAL"}
    process = serve(environ, port, workers=4)
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


async def the_last_seats(db: Database) -> tuple[Edition, str]:
    """A conference with `SEATS` seats, some of them held by orders that are overdue; and the code of a visit."""
    edition = await make_edition(db, expire_unpaid_days=5)
    seats = await make_quota(db, edition, SEATS)
    await make_ticket_type(db, edition, "hela", quota=seats)
    await make_ticket_type(db, edition, "medlem", quota=seats, price=95_000)
    await make_addon(db, edition, "middag", quota=await make_quota(db, edition, DINNERS, "Middag"))
    await make_discount_code(db, edition, "RABATT", percent=25, max_uses=USES)
    visit = await make_session(db, edition, "Macken", wall_starts=wall(11, 9), capacity=VISIT, signup=True)
    long_ago = now() - timedelta(days=90)
    await place_orders(
        db,
        edition,
        [order_request("hela") for _ in range(OVERDUE)],
        base_url="http://testserver",
        placed_at=[long_ago] * OVERDUE,
        announce=False,
    )
    return edition, visit


async def test_the_last_seats_are_sold_once(
    db: Database, database_url: str, tmp_path: Path, assets: None, capsys: pytest.CaptureFixture[str]
) -> None:
    edition, visit = await the_last_seats(db)
    token = await create_api_token(db, name="test", scopes=["orders"])
    outcome = Outcome()
    with running(database_url, tmp_path / "data") as (base_url, process):
        await wait_until_ready(base_url, process)
        limits = httpx2.Limits(max_connections=CLIENTS)
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx2.AsyncClient(base_url=base_url, headers=headers, timeout=300, limits=limits) as http:
            began = time.perf_counter()
            path = f"/api/v1/events/{edition.ref}/orders"
            clients = [asyncio.create_task(client(http, path, number, visit, outcome)) for number in range(CLIENTS)]
            await asyncio.sleep(0.5)
            by_day = (now() + timedelta(days=1)).replace(hour=10)
            await expire_unpaid(db, by_day, base_url=base_url)
            await asyncio.gather(*clients)
            elapsed = time.perf_counter() - began
    await everything_adds_up(db, edition, outcome)
    assert await db.fetch_val(select(func.count()).where(orders.c.status == "expired")) == OVERDUE
    with capsys.disabled():
        outcome.seconds.sort()
        slow = outcome.seconds[len(outcome.seconds) * 99 // 100]
        sold = sum(n for code, n in outcome.placed.items() if code not in outcome.cancelled)
        print(  # noqa: T201 - figures to read
            f"\n{db.dialect}: {CLIENTS} clients in {elapsed:.1f} s, p99 {slow:.2f} s; {len(outcome.placed)} orders, "
            f"{len(outcome.cancelled)} cancelled, {dict(outcome.refused)} refused; {sold} of {SEATS} seats"
        )


async def everything_adds_up(db: Database, edition: Edition, outcome: Outcome) -> None:
    valid = tickets.c.status == "valid"
    rows = await db.fetch_all(
        select(orders.c.code, orders.c.status, func.count(tickets.c.id).filter(valid).label("valid"))
        .select_from(orders.join(tickets, tickets.c.order_id == orders.c.id))
        .where(orders.c.source == "api")
        .group_by(orders.c.id, orders.c.code, orders.c.status)
    )
    assert {row.code: row.valid for row in rows} == {
        code: 0 if code in outcome.cancelled else n for code, n in outcome.placed.items()
    }
    sold = int(await db.fetch_val(select(func.count()).where(tickets.c.edition_id == edition.id, valid)))
    taken = {row.name: row.taken for row in await db.fetch_all(select(quotas.c.name, quotas.c.taken))}
    dinners = int(await db.fetch_val(select(func.count()).where(ticket_addons.c.status == "valid")))
    assert taken == {"Platser": sold, "Middag": dinners}
    assert sold <= SEATS
    assert dinners <= DINNERS
    visitors = int(await db.fetch_val(select(func.count()).select_from(ticket_sessions)))
    assert await db.fetch_val(select(sessions.c.taken)) == visitors <= VISIT
    discounted = int(await db.fetch_val(select(func.count()).where(tickets.c.discount > 0, valid)))
    assert await db.fetch_val(select(discount_codes.c.used)) == discounted <= USES
    assert outcome.refused["sold-out"] > 0
