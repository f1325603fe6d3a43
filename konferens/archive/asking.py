"""Asks the application for a page as a visitor would, without a server."""

import asyncio
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message


@dataclass(frozen=True, slots=True)
class Answer:
    """`location` is where a redirect leads, '' for other answers; `body` is not compressed."""

    status: int
    media_type: str
    location: str
    body: bytes


async def ask(app: ASGIApp, base_url: str, address: str, language: str) -> Answer:
    """GET `address` (a path, with perhaps a query) in `language`, as somebody who is not signed in."""
    base = urlsplit(base_url)
    path, _, query = address.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": base.scheme,
        "path": path,
        "raw_path": quote(path).encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", base.netloc.encode()), (b"accept-language", language.encode())],
        "client": None,
        "server": (base.hostname, base.port),
        "state": {},
    }
    messages: list[Message] = []

    async def receive() -> Message:
        if not messages:
            return {"type": "http.request", "body": b"", "more_body": False}
        await asyncio.Event().wait()  # nobody hangs up
        raise AssertionError

    async def send(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, send)
    start = messages[0]
    headers = Headers(raw=list(start["headers"]))
    return Answer(
        status=start["status"],
        media_type=headers.get("content-type", "").partition(";")[0],
        location=headers.get("location", ""),
        body=b"".join(message.get("body", b"") for message in messages[1:]),
    )
