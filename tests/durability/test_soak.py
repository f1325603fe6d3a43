"""Eight phones at the door in a village hall: a fifth of their uploads get no answer, and are sent again.

Two server processes work on one database. At the end every scan is kept once, as it was answered, and every ticket has been let
in once.
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
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select

from konferens.checkin.devices import claim_device, prepare_device
from konferens.clock import now
from konferens.database import Database
from konferens.tables import admissions, scans
from tests.checkin.factories import make_edition, make_list, make_ticket, make_type
from tests.durability.server import free_port, serve, wait_until_ready

PHONES = 8
SCANS = int(os.environ.get("SOAK_SCANS", "500"))
"""Of each phone."""

TICKETS = SCANS * PHONES // 6
"""So that most tickets are scanned more than once, and by several phones."""

LOST = 0.2


@dataclass(slots=True)
class Phone:
    """A phone with its queue. `told` is what the server said of each nonce, in the answer that arrived."""

    name: str
    key: str
    queue: list[dict[str, Any]]
    chance: random.Random
    told: dict[str, str] = field(default_factory=dict)
    lost: int = 0

    async def work(self, http: httpx2.AsyncClient, path: str) -> None:
        """Send what waits, some at a time, until everything has been answered."""
        while self.queue:
            part = self.queue[: self.chance.randint(1, 20)]
            headers = {
                "Authorization": f"Device {self.key}",
                "Checkin-Clock": now().isoformat(),
                "Checkin-Waiting": str(len(self.queue)),
            }
            answers = await self._send(http, path, part, headers)
            if answers is not None:
                self.told |= {each["nonce"]: each["status"] for each in answers}
                self.queue = self.queue[len(part) :]

    async def _send(
        self, http: httpx2.AsyncClient, path: str, part: list[dict[str, Any]], headers: dict[str, str]
    ) -> list[Any] | None:
        """None where the answer is lost: on its way, or with the connection while the server still works."""
        fate = self.chance.random()
        try:
            async with asyncio.timeout(self.chance.random() * 0.02 if fate < LOST / 2 else 60):
                answer = await http.post(path, json=part, headers=headers)
        except (TimeoutError, httpx2.TransportError):
            self.lost += 1
            return None
        assert answer.status_code == 200, answer.text
        if fate < LOST:
            self.lost += 1
            return None
        found: list[Any] = answer.json()["answers"]
        return found


@contextmanager
def two_processes(database_url: str, folder: Path) -> Iterator[tuple[str, Any]]:
    port = free_port()
    environ = {"DATABASE_URL": database_url, "DATA_DIR": str(folder), "LOG_LEVEL": "CRITICAL"}
    process = serve(environ, port, workers=2)
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def queue_of(chance: random.Random, name: str, tokens: list[str]) -> list[dict[str, Any]]:
    """Scans of tickets, and a few of codes that nobody knows; some were told at the door already."""
    return [
        {
            "token": "NOBODY" if chance.random() < 0.02 else chance.choice(tokens),
            "nonce": str(UUID(int=chance.getrandbits(128), version=4)),
            "scanned_at": (now() - timedelta(seconds=SCANS - number)).isoformat(),
            "device": name,
            "told": chance.choice(("", "admitted")),
        }
        for number in range(SCANS)
    ]


async def phones_for(db: Database, edition_id: int, list_id: int, tokens: list[str]) -> list[Phone]:
    found = []
    for number in range(PHONES):
        chance = random.Random(number)  # noqa: S311 - the same each time
        name = f"Telefon {number}"
        _, code = await prepare_device(
            db,
            edition_id,
            name=name,
            list_ids=[list_id],
            may_sell=False,
            expires_at=now() + timedelta(days=1),
            actor="anna@example.org",
        )
        _, key = await claim_device(db, code, address="127.0.0.1")
        found.append(Phone(name, key, queue_of(chance, name, tokens), chance))
    return found


async def test_no_scan_is_lost_or_doubled(
    db: Database, database_url: str, tmp_path: Path, assets: None, capsys: pytest.CaptureFixture[str]
) -> None:
    edition_id = await make_edition(db)
    kind = await make_type(db, edition_id)
    entrance = await make_list(db, edition_id, "Entré")
    tokens = [await make_ticket(db, edition_id, kind, change=number) for number in range(TICKETS)]
    phones = await phones_for(db, edition_id, entrance.id, tokens)
    sent = {scan["nonce"]: scan for phone in phones for scan in phone.queue}
    with two_processes(database_url, tmp_path / "data") as (base_url, process):
        await wait_until_ready(base_url, process)
        async with httpx2.AsyncClient(base_url=base_url, timeout=60) as http:
            began = time.perf_counter()
            path = f"/checkin/api/lists/{entrance.id}/scans"
            await asyncio.gather(*(phone.work(http, path) for phone in phones))
            elapsed = time.perf_counter() - began
    await everything_is_there_once(db, phones, sent)
    lost = sum(phone.lost for phone in phones)
    assert lost > 0
    with capsys.disabled():
        print(  # noqa: T201 - figures to read
            f"\n{db.dialect}: {PHONES} phones × {SCANS} scans in {elapsed:.1f} s, {lost} uploads sent again"
        )


async def everything_is_there_once(db: Database, phones: list[Phone], sent: dict[str, dict[str, Any]]) -> None:
    rows = await db.fetch_all(
        select(scans.c.nonce, scans.c.token, scans.c.device, scans.c.status, scans.c.ticket_id, scans.c.conflict)
    )
    assert sorted(row.nonce for row in rows) == sorted(sent)
    assert {row.nonce: (row.token, row.device) for row in rows} == {
        nonce: (scan["token"], scan["device"]) for nonce, scan in sent.items()
    }
    told = {nonce: status for phone in phones for nonce, status in phone.told.items()}
    assert {row.nonce: row.status for row in rows} == told
    admitted = Counter(row.ticket_id for row in rows if row.status == "admitted")
    scanned = {row.ticket_id for row in rows if row.ticket_id is not None}
    assert admitted == dict.fromkeys(scanned, 1)
    let_in = await db.fetch_all(select(admissions.c.ticket_id, admissions.c.scan_nonce))
    assert {row.scan_nonce for row in let_in} == {row.nonce for row in rows if row.status == "admitted"}
    # Whom a phone let in by itself though somebody else had, organisers see.
    assert {row.nonce for row in rows if row.conflict} == {
        row.nonce for row in rows if row.status != "admitted" and sent[row.nonce]["told"] == "admitted"
    }
