"""The press: makes PDFs one at a time, and the same one once for all who ask for it.

Programmes are public, and typesetting one of a thousand sessions takes seconds: without this, a few requests could keep every
processor busy.
"""

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from konferens import booklets, typesetting

MAX_KEPT_BYTES = 24 * 1024 * 1024
PICTURE_DPI = 44
"""Of pictures of papers: an A4 page is some 360 dots wide."""


class Press:
    """One for each server process. What was made of the same data lately is given again."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)
        self._making: dict[str, asyncio.Task[bytes]] = {}
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    async def print(self, template: str, data: dict[str, Any], *, booklet: bool = False) -> bytes:
        """The PDF of `template` (see `typesetting.typeset`), or its booklet's sheets, made off the event loop.

        Raises ValueError and RuntimeError as `typesetting.typeset`.
        """
        text = json.dumps([template, data])
        make = booklets.booklet if booklet else typesetting.typeset
        return await self._once(f"{'booklet' if booklet else 'pdf'} {text}", lambda: make(template, data))

    async def picture(self, template: str, data: dict[str, Any]) -> bytes:
        """The first page as a small PNG; errors as `typesetting.picture`."""
        text = json.dumps([template, data])
        return await self._once(
            f"picture {text}", lambda: typesetting.picture(template, data, dots_per_inch=PICTURE_DPI)
        )

    async def _once(self, what: str, make: Callable[[], bytes]) -> bytes:
        key = hashlib.sha256(what.encode()).hexdigest()
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._making:
            making = asyncio.create_task(self._make(make))
            self._making[key] = making
            making.add_done_callback(lambda done: self._keep(key, done))
        return await asyncio.shield(self._making[key])  # whoever goes away takes it from nobody else

    async def _make(self, make: Callable[[], bytes]) -> bytes:
        async with self._turn:
            return await asyncio.to_thread(make)

    def _keep(self, key: str, done: "asyncio.Task[bytes]") -> None:
        del self._making[key]
        if done.cancelled() or done.exception() is not None:
            return
        self._kept[key] = done.result()
        while sum(map(len, self._kept.values())) > MAX_KEPT_BYTES:
            self._kept.popitem(last=False)
