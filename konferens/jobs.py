"""What runs beside the requests, in every web process: thin loops that claim rows and delegate."""

from collections.abc import Coroutine, Iterator
from typing import Any

from starlette.applications import Starlette


def workers(app: Starlette) -> Iterator[Coroutine[Any, Any, None]]:
    """The endless tasks of a web process; they end by being cancelled."""
    yield from ()
