"""Several server processes that share their memory.

The application's modules are loaded once and then forked, so that the processes have one copy of the code between them
(uvicorn's own workers each load everything anew, which takes twice the memory and time). A process that dies is replaced,
and when the parent dies, however suddenly, its processes stop too.
"""

import gc
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

log = logging.getLogger(__name__)
START_UP = 10.0
GRACE = 15.0
"""Seconds that processes have for starting, and for ending by themselves before they are killed."""


class Processes:
    """A parent that runs `work` in `count` children until it is told to stop (SIGTERM, SIGINT)."""

    def __init__(self, work: Callable[[], None], count: int) -> None:
        self._work = work
        self._count = count
        self._children: dict[int, float] = {}  # process number → when it began
        # Open in the parent alone, so that children read its end when the parent is gone.
        self._parent_gone, self._parent_lives = os.pipe()
        self._is_stopping = False

    def run(self) -> bool:
        """Start the children, replace those that die, and return when all have been stopped.

        False when they were stopped because one could not start: it ended with an error within `START_UP` seconds.
        """
        could_start = True
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        gc.collect()
        gc.freeze()  # what is loaded now is never looked at by the collector, so its pages stay shared
        for _ in range(self._count):
            self._start()
        while self._children:
            try:
                pid, status = os.wait()
            except ChildProcessError:
                break
            lived = time.monotonic() - self._children.pop(pid, 0.0)
            code = os.waitstatus_to_exitcode(status)
            if self._is_stopping:
                continue
            if code > 0 and lived < START_UP:
                could_start = False
                self._stop(signal.SIGTERM, None)
                continue
            log.error("server process %s ended (%s); starting another", pid, code)
            self._start()
        return could_start

    def _start(self) -> None:
        pid = os.fork()
        if pid:
            self._children[pid] = time.monotonic()
            return
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        os.close(self._parent_lives)
        threading.Thread(target=self._stop_without_parent, daemon=True).start()
        status = 1
        try:
            self._work()
            status = 0
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _stop_without_parent(self) -> None:
        os.read(self._parent_gone, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    def _stop(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self._is_stopping = True
        self._send(signal.SIGTERM)
        signal.signal(signal.SIGALRM, lambda *_: self._send(signal.SIGKILL))
        signal.setitimer(signal.ITIMER_REAL, GRACE)

    def _send(self, number: signal.Signals) -> None:
        for pid in list(self._children):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                self._children.pop(pid, None)
