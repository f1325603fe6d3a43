"""Load over HTTP/1.1: wrk for GETs, where it is there, and our own keep-alive clients for requests that all differ."""

import asyncio
import re
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True, slots=True)
class Load:
    """What came out: requests per second, the 99th percentile in ms, and how many answers were of another status."""

    per_second: float
    p99_ms: float
    wrong: int


def get(url: str, *, clients: int, seconds: float, headers: Mapping[str, str], status: int = 200) -> Load:
    """GET `url` again and again over `clients` connections."""
    if shutil.which("wrk") is None:
        target = urlsplit(url)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        request = f"GET {target.path} HTTP/1.1\r\nHost: {target.netloc}\r\n{lines}\r\n".encode()
        return asyncio.run(_repeat(url, request, clients=clients, seconds=seconds, status=status))
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds:.0f}s", "--latency"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    text = subprocess.run([*command, url], check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", text)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    if rate is None or p99 is None:
        raise RuntimeError(f"wrk printed no figures:\n{text}")
    return Load(float(rate[1]), float(p99[1]) * _UNITS[p99[2]], int(bad[1]) if bad else 0)


def post(base_url: str, requests: Sequence[bytes], *, clients: int, status: int) -> Load:
    """Send every one of the finished `requests` once, over `clients` connections."""
    return asyncio.run(_once_each(base_url, requests, clients=clients, status=status))


async def _once_each(base_url: str, requests: Sequence[bytes], *, clients: int, status: int) -> Load:
    waiting = iter(requests)
    times: list[float] = []
    wrong = 0

    async def client() -> None:
        nonlocal wrong
        reader, writer = await _connect(base_url)
        for request in waiting:
            begun = time.perf_counter()
            writer.write(request)
            wrong += await _answer(reader) != status
            times.append(time.perf_counter() - begun)
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return _load(times, time.perf_counter() - begun, wrong)


async def _repeat(url: str, request: bytes, *, clients: int, seconds: float, status: int) -> Load:
    times: list[float] = []
    wrong = 0
    end = time.perf_counter() + seconds

    async def client() -> None:
        nonlocal wrong
        reader, writer = await _connect(url)
        while time.perf_counter() < end:
            begun = time.perf_counter()
            writer.write(request)
            wrong += await _answer(reader) != status
            times.append(time.perf_counter() - begun)
        writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return _load(times, seconds, wrong)


async def _connect(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    target = urlsplit(url)
    return await asyncio.open_connection(target.hostname, target.port)


async def _answer(reader: asyncio.StreamReader) -> int:
    """Read one response; gives its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    if length:
        await reader.readexactly(int(length[1]))
    return int(head[9:12])


def _load(times: list[float], seconds: float, wrong: int) -> Load:
    ordered = sorted(times)
    return Load(len(ordered) / seconds, ordered[int(len(ordered) * 0.99)] * 1000 if ordered else 0.0, wrong)
