"""The stream between real server processes: what is changed through one is heard through the other."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2

from konferens.database import Database
from konferens.events.actions import touch_edition
from tests.durability.server import free_port, serve, wait_until_ready
from tests.factories import make_edition

Event = tuple[str, str, int]


async def events(answer: httpx2.Response) -> AsyncIterator[Event]:
    """(event, id, version) one after the other; `retry` alone is passed over."""
    block: dict[str, str] = {}
    async for line in answer.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            block[name] = value
        elif "event" in block:
            yield block["event"], block["id"], json.loads(block["data"])["version"]
            block = {}


async def test_a_change_through_one_process_is_heard_through_the_other(
    db: Database, database_url: str, tmp_path: Path, assets: None
) -> None:
    edition = await make_edition(db)
    environ = {"DATABASE_URL": database_url, "DATA_DIR": str(tmp_path / "data"), "LOG_LEVEL": "CRITICAL"}
    ports = [free_port(), free_port()]
    servers = [serve(environ, port) for port in ports]
    try:
        bases = [f"http://127.0.0.1:{port}" for port in ports]
        for base, server in zip(bases, servers, strict=True):
            await wait_until_ready(base, server)
        async with httpx2.AsyncClient(timeout=20) as http:
            path = f"{bases[0]}{edition.path}live"
            async with http.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
                assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
                assert "content-encoding" not in answer.headers
                told = events(answer)
                assert await anext(told) == ("hello", "1", 1)
                async with asyncio.timeout(3):
                    await touch_edition(db, edition.id)  # by a process of its own, which this test is
                    assert await anext(told) == ("programme", "2", 2)
                metrics = (await http.get(f"{bases[0]}/metrics")).text
                assert "konferens_live_listeners 1\n" in metrics
            # Whoever comes back tells what was seen last, and hears at once what is new since.
            async with http.stream("GET", f"{bases[1]}{edition.path}live", headers={"Last-Event-ID": "1"}) as answer:
                told = events(answer)
                assert [await anext(told) for _ in range(2)] == [("hello", "2", 2), ("programme", "2", 2)]
                began = time.monotonic()
                os.killpg(servers[1].pid, signal.SIGTERM)
                assert [one async for one in told] == []  # the stream ends, and with it the server
                servers[1].wait(10)
                assert time.monotonic() - began < 5
            async with asyncio.timeout(5):  # who left is no listener any more
                metrics_page = f"{bases[0]}/metrics"
                while "konferens_live_listeners 0\n" not in (await http.get(metrics_page)).text:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            assert (await http.get(f"{bases[0]}/lokalekonomidagarna/2031/live")).status_code == 404
    finally:
        for server in servers:
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()
