"""A server as people run it, in processes of its own."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx2

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(environ: Mapping[str, str], port: int, *, workers: int = 1) -> "subprocess.Popen[bytes]":
    """Start a server in a session of its own, so that a kill reaches all of it."""
    command = [sys.executable, "-m", "konferens", "serve", "--port", str(port), "--workers", str(workers)]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


async def wait_until_ready(base_url: str, process: "subprocess.Popen[bytes]") -> None:
    """Return when the server answers that it is ready."""
    async with httpx2.AsyncClient() as http:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            assert process.poll() is None, "the server ended by itself"
            try:
                if (await http.get(f"{base_url}/readyz")).status_code == 200:
                    return
            except httpx2.TransportError:
                await asyncio.sleep(0.05)
    raise AssertionError("the server did not become ready")
