"""Several server processes: they answer, are replaced when they die, and stop together."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import psutil
import pytest

ROOT = Path(__file__).parents[2]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it did not happen within half a minute"
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/readyz", timeout=5).status_code == 200
    except httpx2.TransportError:
        return False


@pytest.fixture
def parent(migrated_sqlite: Path, tmp_path: Path, assets: None) -> Iterator[tuple[psutil.Process, str]]:
    """A server with two processes, and its address."""
    port = _free_port()
    environ = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{migrated_sqlite}",
        "DATA_DIR": str(tmp_path),
        "LOG_LEVEL": "CRITICAL",
    }
    command = [sys.executable, "-m", "konferens", "serve", "--port", str(port), "--workers", "2"]
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _until(lambda: _answers(url))
        yield psutil.Process(process.pid), url
    finally:
        process.kill()
        process.wait()


def test_one_that_dies_is_replaced(parent: tuple[psutil.Process, str]) -> None:
    process, url = parent
    first = {child.pid for child in process.children()}
    assert len(first) == 2
    os.kill(min(first), signal.SIGKILL)
    _until(lambda: len({child.pid for child in process.children()} - {min(first)}) == 2)
    _until(lambda: _answers(url))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_all_stop_together(parent: tuple[psutil.Process, str], number: signal.Signals) -> None:
    process, url = parent
    children = process.children()
    process.send_signal(number)
    _until(lambda: not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in [process, *children]))
    assert not _answers(url)


def test_none_outlives_its_parent(parent: tuple[psutil.Process, str]) -> None:
    process, url = parent
    children = process.children()
    process.kill()
    _until(lambda: not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children))
    assert not _answers(url)


def test_a_server_that_cannot_start_ends(tmp_path: Path, assets: None) -> None:
    environ = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "konferens", "serve", "--port", str(_free_port()), "--workers", "2"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "ConnectionRefusedError" in done.stderr
