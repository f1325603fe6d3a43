"""`python -m konferens.typesetting.worker`: reads pickled calls from stdin and writes to stdout what they give, until there is nothing
more to read. Both ends are ours, and so is what is pickled.
"""

import os
import pickle
import re
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

MOST_MEMORY = 200 * 1024  # KiB
"""A process that has had more than this is to end after its job: what Typst keeps of it won't be used again."""

_UNITS = 1024 if sys.platform == "darwin" else 1  # of ru_maxrss in a KiB
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


def _most_used() -> float:
    """KiB of memory at most so far. Linux's ru_maxrss begins with what the process had that started this one."""
    with suppress(OSError):
        if found := _PEAK.search(Path("/proc/self/status").read_text(encoding="ascii", errors="replace")):
            return int(found[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _UNITS


def _answer(function: Callable[..., Any], args: Any, kwargs: Any) -> tuple[Any, Exception | None]:
    try:
        return function(*args, **kwargs), None
    except ValueError as error:
        return None, ValueError(str(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, who asked is told
        return None, RuntimeError(f"{function.__name__} failed: {error}"[:2000])


def _serve() -> None:
    """Answer calls until stdin ends, which it does with the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this one
    os.nice(5)  # requests come before documents
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints
    while True:
        try:
            function, args, kwargs = pickle.load(sys.stdin.buffer)  # noqa: S301 - our parent's
        except EOFError:
            return
        value, error = _answer(function, args, kwargs)
        pickle.dump((value, error, _most_used() > MOST_MEMORY), answers)
        answers.flush()


if __name__ == "__main__":
    _serve()
