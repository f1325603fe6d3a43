"""What happens to every request, whatever it is for: language, limits and security headers."""

from functools import lru_cache
from http.cookies import CookieError, SimpleCookie

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from konferens.i18n import LANGUAGES, negotiate, use_language
from konferens.web.problems import PROBLEMS, is_api, problem

LANGUAGE_COOKIE = "language"
MAX_BODY = 1024 * 1024
MAX_UPLOAD_BODY = 21 * 1024 * 1024
"""A file of 20 MB and what stands around it."""

CSP = (
    "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; object-src 'none'; "
    "img-src 'self' data:; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; manifest-src 'self'"
)


class Language:
    """Sets the language of the request: the visitor's choice (cookie), else what the browser prefers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        accept = cookie = ""
        for name, value in scope["headers"]:
            if name == b"accept-language":
                accept = value.decode("latin-1")
            elif name == b"cookie" and b"language=" in value:
                cookie = value.decode("latin-1")
        with use_language(_chosen(cookie) or _negotiate(accept)):
            await self.app(scope, receive, send)


_negotiate = lru_cache(maxsize=512)(negotiate)


@lru_cache(maxsize=512)
def _chosen(cookie: str) -> str:
    if not cookie:
        return ""
    try:
        morsel = SimpleCookie(cookie).get(LANGUAGE_COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel and morsel.value in LANGUAGES else ""


class Limits:
    """Refuses NUL in addresses (no address of ours has one, and PostgreSQL can't hold it) and bodies over the limit."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            await _refusal(scope, "bad-request", "NUL characters are not accepted.")(scope, receive, send)
            return
        if scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        limit = MAX_UPLOAD_BODY if _takes_files(scope["path"]) else MAX_BODY
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not declared.isdigit() or int(declared) > limit:
            await _refusal(scope, "content-too-large", f"At most {limit} bytes, told in Content-Length.")(
                scope, receive, send
            )
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:  # a chunked body that never said how long it is
                return {"type": "http.disconnect"}
            return message

        await self.app(scope, counted, send)


def _refusal(scope: Scope, slug: str, text: str) -> ASGIApp:
    if is_api(scope["path"]):
        return problem(Request(scope), slug, text)
    return PlainTextResponse(text, status_code=PROBLEMS[slug])


def _takes_files(path: str) -> bool:
    """Portraits and slides, in the office and from speakers; files that attendees answer questions with."""
    return path.startswith(("/organiser/", "/orders/", "/tickets/", "/speaking/")) or path.endswith("/register")


class SecurityHeaders:
    """Strict headers on every response; a route that needs another value sets it itself."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self.headers = [
            (b"content-security-policy", CSP.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(self), geolocation=(), microphone=()"),
            (b"x-frame-options", b"DENY"),
        ]
        if secure:
            self.headers.append((b"strict-transport-security", b"max-age=31536000"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"] = list(message.get("headers", ()))
                present = {name for name, _ in headers}
                if any(b"frame-ancestors *" in value for _, value in headers):
                    present.add(b"x-frame-options")  # may stand in any website: it would say no to old browsers
                headers += [header for header in self.headers if header[0] not in present]
            await send(message)

        await self.app(scope, receive, with_headers)
