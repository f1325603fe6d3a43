"""Tells the pages that are open when there is something new to see.

One task of a process looks at the database, once a second and only while anybody listens: the editions' versions, in one query
whatever the number of listeners. A change made through any process, on any machine, raises a version, so nothing else needs to
connect them. The clock changes pages, too; the hub knows at which moments.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime

from konferens.clock import now

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between looks at the database."""

MAX_LISTENERS = 4000
"""Of one process. Each holds a connection open; the others poll."""

Versions = Mapping[str, tuple[int, bool]]


class FullError(Exception):
    """As many listen as a process can bear."""


class _Channel:
    """One edition's listeners. `version` is the newest seen; `turn` rises with every event."""

    def __init__(self, ref: str, version: int) -> None:
        self.ref = ref
        self.version = version
        self.turn = 0
        self.listeners = 0
        self.moments: list[datetime] = []  # coming ones, in order
        self.moments_of: int | None = None  # of which version they are
        self.news: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def tell(self) -> None:
        self.turn += 1
        self.news.set_result(None)
        self.news = asyncio.get_running_loop().create_future()


class Listener:
    """One open page. `version` is what it shows."""

    def __init__(self, hub: "Hub", channel: _Channel, version: int | None) -> None:
        self._hub = hub
        self._channel = channel
        self._turn = channel.turn
        self.version = channel.version if version is None else version

    async def wait(self, seconds: float) -> str:
        """What is new, at the latest after `seconds`: 'programme' for another version than the listener's, 'clock' when it is
        another time, 'end' when the server stops, '' for nothing.
        """
        channel = self._channel
        if not self._hub.is_closed and self.version == channel.version and self._turn == channel.turn:
            await asyncio.wait([channel.news], timeout=seconds)
        if self._hub.is_closed:
            return "end"
        is_other = self.version != channel.version
        has_turned = self._turn != channel.turn
        self.version, self._turn = channel.version, channel.turn
        return "programme" if is_other else "clock" if has_turned else ""


class Hub:
    """The listeners of a process.

    `versions` gives every edition's ref → (version, published); `moments` the times at which the clock changes what an edition
    shows, in order.
    """

    def __init__(
        self, versions: Callable[[], Awaitable[Versions]], moments: Callable[[str], Awaitable[list[datetime]]]
    ) -> None:
        self._versions = versions
        self._moments = moments
        self._channels: dict[str, _Channel] = {}
        self._looking: asyncio.Task[None] | None = None
        self.is_closed = False

    @property
    def listeners(self) -> int:
        return sum(channel.listeners for channel in self._channels.values())

    @contextlib.asynccontextmanager
    async def listen(self, ref: str, *, current: int, seen: int | None) -> AsyncIterator[Listener]:
        """Listen to the edition 'S/E', whose version is `current` by a look just now; `seen` is the one that the page shows.

        The first listener starts the looking, the last one ends it. Raises FullError.
        """
        if self.listeners >= MAX_LISTENERS:
            raise FullError
        channel = self._channels.setdefault(ref, _Channel(ref, current))
        channel.listeners += 1
        if current > channel.version:
            channel.version = current
            channel.tell()
        if self._looking is None and not self.is_closed:
            self._looking = asyncio.create_task(self._look_on())
        try:
            yield Listener(self, channel, seen)
        finally:
            channel.listeners -= 1
            if not channel.listeners:
                del self._channels[ref]
            if not self._channels and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    def close(self) -> None:
        """The server stops: every listener is told so, and there will be no others."""
        self.is_closed = True
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        for channel in self._channels.values():
            channel.tell()

    async def _look_on(self) -> None:
        while True:
            began = time.monotonic()
            try:
                await self._look()
            except Exception:  # whatever it is, the open pages must not stay blind: the next look may go well
                log.exception("live pages: the look at the database failed")
            await asyncio.sleep(max(LOOK_EVERY - (time.monotonic() - began), LOOK_EVERY / 2))

    async def _look(self) -> None:
        versions = await self._versions()
        for channel in list(self._channels.values()):
            version, _ = versions.get(channel.ref, (channel.version, False))
            if channel.moments_of != version:
                channel.moments = [moment for moment in await self._moments(channel.ref) if moment > now()]
                channel.moments_of = version
            if version != channel.version:
                channel.version = version
                channel.tell()
            elif channel.moments and channel.moments[0] <= now():
                channel.moments = [moment for moment in channel.moments if moment > now()]
                channel.tell()
