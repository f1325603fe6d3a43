"""Processes that do what takes memory, started when there is something to do and ended when there is nothing more.

Each runs the module `worker`. What multiprocessing has for this loads the program's main module anew, and leaves a process
behind that keeps count of semaphores.
"""

import atexit
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

IDLE_SECONDS = 60.0
"""So long a process waits for more: at a desk the next badge follows soon."""


def processors() -> int:
    """How many processes are worth running at once on this machine."""
    return min(4, os.cpu_count() or 1)


class Workers:
    """Of one web process: as many as there are processors, and one more, so that who takes turns leaves room for a short job."""

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._turns = threading.BoundedSemaphore(processors() + 1)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._clock: threading.Timer | None = None
        atexit.register(self.close)

    def run(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """What the function, one of a module, gives in another process. Blocks.

        Raises the ValueError that it raises, RuntimeError for other errors and when the process dies.
        """
        with self._turns:
            with self._lock:
                worker = self._idle.pop() if self._idle else _Worker()
            try:
                value, error, spent = worker.ask((function, args, kwargs))
            except (OSError, EOFError) as gone:
                worker.end()
                msg = f"a typesetter died while it did {function.__name__}"
                raise RuntimeError(msg) from gone
            except BaseException:
                worker.end()
                raise
            self._rest(worker, spent=spent)
        if error is not None:
            raise error
        result: R = value
        return result

    def close(self) -> None:
        """End those that wait."""
        self._end_idle(before=float("inf"))

    @property
    def waiting(self) -> int:
        """How many processes wait for something to do."""
        return len(self._idle)

    def _rest(self, worker: "_Worker", *, spent: bool) -> None:
        if spent:
            worker.end()
            return
        worker.idle_since = time.monotonic()
        with self._lock:
            self._idle.append(worker)
            self._look_later()

    def _look_later(self) -> None:
        if self._clock is None:
            self._clock = threading.Timer(self._idle_seconds, self._look)
            self._clock.daemon = True
            self._clock.start()

    def _look(self) -> None:
        self._end_idle(before=time.monotonic() - self._idle_seconds)
        with self._lock:
            self._clock = None
            if self._idle:
                self._look_later()

    def _end_idle(self, *, before: float) -> None:
        with self._lock:
            ended = [worker for worker in self._idle if worker.idle_since <= before]
            self._idle = [worker for worker in self._idle if worker.idle_since > before]
        for worker in ended:
            worker.end()


class _Worker:
    """One process, which does one thing at a time."""

    def __init__(self) -> None:
        self.idle_since = 0.0
        command = [sys.executable, "-m", "konferens.typesetting.worker"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ours

    def ask(self, call: Any) -> tuple[Any, Exception | None, bool]:
        """What `worker` says. Raises OSError or EOFError when the process is gone."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise EOFError
        pickle.dump(call, stdin)
        stdin.flush()
        answer: tuple[Any, Exception | None, bool] = pickle.load(stdout)  # noqa: S301 - our own process's
        return answer

    def end(self) -> None:
        """At once: it has nothing that needs to be kept."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        self._process.wait()
