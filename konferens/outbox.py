"""The loop of a worker that empties an outbox, for as long as the process lives; what it takes out is the worker's own matter."""

import asyncio
import logging
from abc import ABC, abstractmethod

log = logging.getLogger(__name__)


class OutboxWorker(ABC):
    """`wake` it after a transaction that queued something; what other processes queue it finds by itself."""

    def __init__(self, poll_seconds: float) -> None:
        self._poll_seconds = poll_seconds
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """There is something now; don't wait for the next look."""
        self._awake.set()

    async def run(self) -> None:
        """Work until cancelled. Whatever goes wrong is logged and tried again."""
        while True:
            self._awake.clear()
            try:
                while await self.work():
                    pass
            except Exception:
                log.exception("%s could not work on its outbox", type(self).__name__)
            try:
                async with asyncio.timeout(self._poll_seconds):
                    await self._awake.wait()
            except TimeoutError:
                pass

    @abstractmethod
    async def work(self) -> int:
        """Take one claim of what is due and give how much it was; 0 when nothing is."""
