"""Servers under load, each in processes of its own, stopped at the end."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import psutil

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it answers, how long it took to the first answer, and its parent process."""

    url: str
    started_in: float
    process: "subprocess.Popen[bytes]"

    @property
    def memory_mib(self) -> float:
        """The proportional set size of its web processes, in MiB: shared pages are counted once."""
        return _pss(process for process in self._everyone() if not _is_typesetter(process))

    @property
    def typesetters_mib(self) -> float:
        """Of the processes that make PDFs, which end when there is nothing more to make."""
        return _pss(process for process in self._everyone() if _is_typesetter(process))

    def _everyone(self) -> list[psutil.Process]:
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]


def _is_typesetter(process: psutil.Process) -> bool:
    return "konferens.typesetting.worker" in process.cmdline()


def _pss(processes: Iterable[psutil.Process]) -> float:
    return float(sum(process.memory_full_info().pss for process in processes)) / 2**20


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def konferens(environ: Mapping[str, str], *arguments: str, stdin: str = "") -> str:
    """Run a command to its end; gives its standard output."""
    command = [sys.executable, "-m", "konferens", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environ}, input=stdin, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


@contextmanager
def serving(command: list[str], port: int, path: str, environ: Mapping[str, str]) -> Iterator[Server]:
    """Start `command`, wait until `path` answers, and stop it at the end."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environ}, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        while not _answers(f"{url}{path}"):
            if process.poll() is not None or time.perf_counter() - begun > 30:
                raise RuntimeError(f"{' '.join(command)} did not start")
            time.sleep(0.01)
        yield Server(url, time.perf_counter() - begun, process)
    finally:
        process.terminate()
        process.wait(20)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - our own server
            return bool(response.status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False


@contextmanager
def hello_server(workers: int) -> Iterator[Server]:
    """The bare route, with the options that `konferens serve` gives uvicorn."""
    port = free_port()
    options = ["--port", str(port), "--workers", str(workers), "--no-access-log", "--log-level", "warning"]
    with serving([sys.executable, "-m", "uvicorn", "bench.hello:app", *options], port, "/", {}) as server:
        yield server


@contextmanager
def konferens_server(environ: Mapping[str, str], workers: int) -> Iterator[Server]:
    """Konferens on its database."""
    port = free_port()
    command = [sys.executable, "-m", "konferens", "serve", "--port", str(port), "--workers", str(workers)]
    with serving(command, port, "/readyz", {**environ, "LOG_LEVEL": "WARNING"}) as server:
        yield server
