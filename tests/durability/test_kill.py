"""The server dies at random moments under registrations: what was acknowledged is there afterwards, none by halves."""

import asyncio
import os
import random
import signal
import uuid
from collections.abc import Mapping
from pathlib import Path

import httpx2
from sqlalchemy import func, insert, select

from konferens.accounts.actions import create_api_token
from konferens.database import Database
from konferens.tables import mail_outbox, orders, quotas, ticket_type_quotas, ticket_types, tickets
from tests.durability.server import free_port, serve, wait_until_ready
from tests.factories import make_edition

KILLS = 10
CLIENTS = 8


async def _register(base_url: str, path: str, token: str, stop: asyncio.Event, acknowledged: dict[str, int]) -> None:
    """Place orders of one to three tickets until the server is gone, noting which were acknowledged."""
    async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=10) as http:
        while not stop.is_set():
            count = random.randint(1, 3)  # noqa: S311
            attendees = [{"type": "hela", "name": f"Deltagare {n}", "email": "d@example.org"} for n in range(count)]
            body = {"buyer": {"name": "Köpare", "email": "k@example.org"}, "tickets": attendees}
            try:
                answer = await http.post(f"{base_url}{path}", json=body, headers={"Idempotency-Key": str(uuid.uuid4())})
            except httpx2.TransportError:
                return
            assert answer.status_code == 201, answer.text
            acknowledged[answer.json()["code"]] = count


async def _until(acknowledged: Mapping[str, int], count: int) -> None:
    """Wait until so many orders have been acknowledged: moments that depend on the work, not on the machine's speed."""
    async with asyncio.timeout(60):
        while len(acknowledged) < count:  # noqa: ASYNC110 - a moment within the work is what is wanted
            await asyncio.sleep(0.001)


async def test_kill_9_under_registrations(db: Database, database_url: str, tmp_path: Path, assets: None) -> None:
    edition = await make_edition(db)
    kind = await db.fetch_val(
        insert(ticket_types)
        .values(edition_id=edition.id, code="hela", name="Hela", price=50000, vat_rate=25)
        .returning(ticket_types.c.id)
    )
    quota = await db.fetch_val(
        insert(quotas).values(edition_id=edition.id, name="Alla", size=1_000_000).returning(quotas.c.id)
    )
    await db.execute(insert(ticket_type_quotas).values(ticket_type_id=kind, quota_id=quota))
    token = await create_api_token(db, name="test", scopes=["orders"])
    environ = {"DATABASE_URL": database_url, "DATA_DIR": str(tmp_path / "data"), "LOG_LEVEL": "CRITICAL"}
    acknowledged: dict[str, int] = {}

    for _ in range(KILLS):
        port = free_port()
        base_url = f"http://127.0.0.1:{port}"
        process = serve(environ, port)
        try:
            await wait_until_ready(base_url, process)
            stop = asyncio.Event()
            path = f"/api/v1/events/{edition.ref}/orders"
            clients = [
                asyncio.create_task(_register(base_url, path, token, stop, acknowledged)) for _ in range(CLIENTS)
            ]
            await _until(acknowledged, len(acknowledged) + random.randint(1, 40))  # noqa: S311
            await asyncio.sleep(random.uniform(0, 0.02))  # noqa: S311 - somewhere within an order
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
        stop.set()
        await asyncio.gather(*clients)

    assert len(acknowledged) >= KILLS, "each server was to live for one order at least"
    stored = await db.fetch_all(
        select(
            orders.c.code,
            orders.c.total,
            func.count(tickets.c.id).label("count"),
            func.sum(tickets.c.price).label("sum"),
        )
        .join(tickets, tickets.c.order_id == orders.c.id)
        .group_by(orders.c.id)
    )
    by_code = {row.code: row.count for row in stored}
    assert {code: by_code.get(code) for code in acknowledged} == acknowledged
    assert [row.code for row in stored if row.total != row.sum] == []
    assert await db.fetch_val(select(func.count()).select_from(orders)) == len(stored), "an order without tickets"
    assert await db.fetch_val(select(quotas.c.taken)) == sum(by_code.values())
    assert await db.fetch_val(select(func.count()).select_from(mail_outbox)) == len(stored)
