"""Server-sent events (HTML Standard §9.2) as an ASGI answer, for one listener."""

import asyncio
import json
from collections.abc import Mapping

from starlette.types import Receive, Scope, Send

from konferens.clock import now
from konferens.live.hub import FullError, Hub

BEAT_EVERY = 20.0
"""Seconds: proxies close connections on which nothing is said for a minute, and pages learn that they are not cut off."""

RETRY = 5000
"""Milliseconds that a browser waits before it connects anew."""

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),  # nginx would keep the events for itself
]


def event(kind: str, version: int, data: Mapping[str, object]) -> bytes:
    """One event, whose id is the version: what a browser that reconnects sends as Last-Event-ID."""
    return f"id: {version}\nevent: {kind}\ndata: {json.dumps(data)}\n\n".encode()


class EventStream:
    """An endless answer: 'hello' at once, then 'programme' and 'clock' when there is something to fetch, 'beat' in between.

    `data` is {"version", "now"}: the edition's version, and the server's time (RFC 3339, UTC). It ends when the client goes or
    the server stops. 503 when too many listen: EventSource doesn't try again, and its page polls.
    """

    def __init__(self, hub: Hub, ref: str, *, current: int, seen: int | None) -> None:
        self._hub = hub
        self._ref = ref
        self._current = current
        self._seen = seen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "HEAD":
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await send({"type": "http.response.body", "body": b""})
            return
        telling = asyncio.create_task(self._tell(send))
        leaving = asyncio.create_task(_until_gone(receive))
        try:
            await asyncio.wait([telling, leaving], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (telling, leaving):
                task.cancel()
            ended = await asyncio.gather(telling, leaving, return_exceptions=True)
        if isinstance(ended[0], Exception):
            raise ended[0]

    async def _tell(self, send: Send) -> None:
        try:
            async with self._hub.listen(self._ref, current=self._current, seen=self._seen) as listener:
                await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
                kind = "hello"
                version = self._current
                await self._say(send, f"retry: {RETRY}\n\n".encode() + event(kind, version, _facts(version)))
                while kind != "end":
                    kind = await listener.wait(BEAT_EVERY)
                    if kind != "end":
                        await self._say(send, event(kind or "beat", listener.version, _facts(listener.version)))
        except FullError:
            headers = [(b"retry-after", b"60"), (b"cache-control", b"no-store")]
            await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def _say(self, send: Send, text: bytes) -> None:
        await send({"type": "http.response.body", "body": text, "more_body": True})


def _facts(version: int) -> dict[str, object]:
    return {"version": version, "now": now().isoformat(timespec="milliseconds")}


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
