"""`python -m konferens.typesetting.worker`: reads pickled calls from stdin and writes to stdout what they give, until there is nothing
more to read. Both ends are ours, and so is what is pickled.
"""

import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

MOST_MEMORY = 200 * 1024  # KiB
"""A process that has had more than this is to end after its job: what Typst keeps of it won't be used again."""

_UNITS = 1024 if sys.platform == "darwin" else 1  # of ru_maxrss in a KiB


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
        spent = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _UNITS > MOST_MEMORY
        pickle.dump((value, error, spent), answers)
        answers.flush()


if __name__ == "__main__":
    _serve()
