"""Public pages and feeds, kept as bytes.

Such a page is a function of (address, language, edition, version): the edition's version rises with every visible change,
in the change's own transaction. One cheap question – have the versions changed? – decides whether kept bytes are still
right, so a change made through any process on any machine shows at once. Pages that lean on more than one edition are
kept under the versions of all. No page here holds anything about its visitor.
"""

import asyncio
import gzip
import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_versions
from konferens.i18n import current_language
from konferens.web.templating import render_text

REVALIDATE = "public, no-cache"
"""Kept by browsers and proxies, and asked for anew each time: with an ETag that costs a 304."""

SMALL = 500
"""Bytes that aren't worth compressing."""

MAX_BYTES = 64 * 1024 * 1024
Versions = Mapping[str, tuple[int, bool]]


@dataclass(slots=True)
class Page:
    """A finished response. `valid_for` are the versions it was made from; `expires_at` (Unix time) bounds it in time."""

    body: bytes
    media_type: str
    valid_for: tuple[str, int] | Versions
    cache_control: str
    last_modified: datetime | None
    expires_at: float | None
    headers: tuple[tuple[str, str], ...] = ()
    etag: str = field(init=False)
    _gzipped: bytes | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.etag = hashlib.sha256(self.body).hexdigest()[:24]

    @property
    def gzipped(self) -> bytes:
        if self._gzipped is None:
            self._gzipped = gzip.compress(self.body, 6, mtime=0)
        return self._gzipped

    def is_current(self, versions: Versions) -> bool:
        if self.expires_at is not None and time.time() >= self.expires_at:
            return False
        if isinstance(self.valid_for, tuple):
            ref, version = self.valid_for
            return versions.get(ref) == (version, True)
        return self.valid_for == versions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Answer as an ASGI application: conditional requests (RFC 9110 §13), HEAD, gzip."""
        wanted = {key: value for key, value in scope["headers"] if key in _CONSIDERED}
        takes_gzip = len(self.body) > SMALL and accepts_gzip(wanted.get(b"accept-encoding", b"").decode("latin-1"))
        encoding = b"gzip" if takes_gzip else b""
        etag = f'"{self.etag}-gz"' if encoding else f'"{self.etag}"'
        headers = [
            (b"etag", etag.encode()),
            (b"cache-control", self.cache_control.encode()),
            (b"vary", b"Accept-Encoding, Accept-Language, Cookie"),
        ]
        if self.last_modified:
            headers.append((b"last-modified", format_datetime(self.last_modified, usegmt=True).encode()))
        if _not_modified(wanted, self.etag, self.last_modified):
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        body = self.gzipped if encoding else self.body
        headers += [(b"content-type", self.media_type.encode()), (b"content-length", str(len(body)).encode())]
        headers += [(name.lower().encode(), value.encode()) for name, value in self.headers]
        if encoding:
            headers.append((b"content-encoding", encoding))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


_CONSIDERED = {b"accept-encoding", b"if-none-match", b"if-modified-since"}


@lru_cache(maxsize=64)
def accepts_gzip(accept_encoding: str) -> bool:
    """Whether gzip is welcome; 'gzip;q=0' says that it isn't (RFC 9110 §12.5.3)."""
    for part in accept_encoding.split(","):
        coding, _, parameters = part.partition(";")
        if coding.strip().lower() in ("gzip", "x-gzip"):
            return not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", parameters)
    return False


def _not_modified(headers: Mapping[bytes, bytes], etag: str, last_modified: datetime | None) -> bool:
    """If-None-Match wins over If-Modified-Since (RFC 9110 §13.1.3); an ETag of the other encoding matches weakly."""
    if (matches := headers.get(b"if-none-match")) is not None:
        known = {
            tag.strip().removeprefix("W/").strip('"').removesuffix("-gz")
            for tag in matches.decode("latin-1").split(",")
        }
        return "*" in known or etag in known
    since = headers.get(b"if-modified-since")
    if since is None or last_modified is None:
        return False
    try:
        return last_modified.replace(microsecond=0) <= parsedate_to_datetime(since.decode("latin-1"))
    except (ValueError, TypeError):
        return False


class PageCache:
    """The pages of one process, the least recently used dropped first, and what it knows of the editions' versions."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._pages: OrderedDict[tuple[str, str, str], Page] = OrderedDict()
        self._bytes = 0
        self._token: int | None = None
        self._versions: Versions = {}
        self._reading: asyncio.Task[Versions] | None = None

    async def versions(self) -> Versions:
        """Every edition's version, as of now or later than the call.

        Where the database can say that nothing has been committed since the last look, no query is made. Requests that
        come together share one.
        """
        token = self._db.change_token()
        if token is not None and token == self._token:
            return self._versions
        if self._reading is not None and not self._reading.done():
            # One under way may have begun before the change that this request follows: wait for it, share the next one.
            await asyncio.wait([self._reading])
            if token is not None and token == self._token:
                return self._versions
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read(token))
        return await asyncio.shield(self._reading)

    async def _read(self, token: int | None) -> Versions:
        versions = await edition_versions(self._db)
        self._token, self._versions = token, versions
        return versions

    def get(self, key: tuple[str, str, str]) -> Page | None:
        page = self._pages.get(key)
        if page is not None:
            self._pages.move_to_end(key)
        return page

    def put(self, key: tuple[str, str, str], page: Page) -> None:
        self.drop(key)
        self._pages[key] = page
        self._bytes += _size(key, page)
        while self._bytes > MAX_BYTES:
            self._bytes -= _size(*self._pages.popitem(last=False))

    def drop(self, key: tuple[str, str, str]) -> None:
        page = self._pages.pop(key, None)
        if page is not None:
            self._bytes -= _size(key, page)


def _size(key: tuple[str, str, str], page: Page) -> int:
    """What a page takes: the address too, which may be much longer than the page."""
    return len(page.body) + sum(map(len, key))


def _key(scope: Scope) -> tuple[str, str, str]:
    return scope["path"], scope["query_string"].decode("latin-1"), current_language.get()


class CachedPages:
    """Middleware that answers from the cache before routing, where it can."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            pages: PageCache = scope["app"].state.pages
            key = _key(scope)
            page = pages.get(key)
            if page is not None:
                if page.is_current(await pages.versions()):
                    await page(scope, receive, send)
                    return
                pages.drop(key)
        await self.app(scope, receive, send)


def public_bytes(
    request: Request,
    edition: Edition | Versions,
    body: bytes,
    media_type: str,
    *,
    cache_control: str = REVALIDATE,
    last_modified: datetime | None = None,
    expires_at: datetime | None = None,
    keep: bool | None = None,
    headers: Mapping[str, str] | None = None,
) -> Page:
    """A public response, kept for the next visitor.

    `edition` is the one it was made from, loaded before its content was read; for pages over many editions, what
    `PageCache.versions` gave before. `expires_at` is when the content changes by the clock alone. Addresses without a
    query are kept; of those with one there is no end, so they aren't unless `keep` says that this is one of a few.
    """
    valid_for: tuple[str, int] | Versions = (
        (edition.ref, edition.version) if isinstance(edition, Edition) else dict(edition)
    )
    page = Page(
        body=body,
        media_type=media_type,
        valid_for=valid_for,
        cache_control=cache_control,
        last_modified=last_modified,
        expires_at=expires_at.timestamp() if expires_at else None,
        headers=tuple((headers or {}).items()),
    )
    if keep is None:
        keep = not request.scope["query_string"]
    if keep and (not isinstance(edition, Edition) or edition.published):
        request.app.state.pages.put(_key(request.scope), page)
    return page


def public_page(
    request: Request,
    edition: Edition | Versions,
    template: str,
    /,
    *,
    expires_at: datetime | None = None,
    keep: bool | None = None,
    headers: Mapping[str, str] | None = None,
    **context: object,
) -> Page:
    """A public HTML page from `template`; see `public_bytes`. An Edition is passed to the template as `edition`."""
    if isinstance(edition, Edition):
        context["edition"] = edition
    text = render_text(request, template, **context)
    return public_bytes(
        request,
        edition,
        text.encode(),
        "text/html; charset=utf-8",
        expires_at=expires_at,
        keep=keep,
        headers=headers,
    )
