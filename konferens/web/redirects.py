"""Addresses with a slash too many or too few at their end lead to those without the slip."""

from starlette.responses import RedirectResponse
from starlette.routing import Match, Router
from starlette.types import Receive, Scope, Send


def mend_slashes(router: Router) -> None:
    """Let `router` answer 307 with the path alone where the other spelling has a route, else 404.

    Starlette's own redirect repeats the request's Host, which anybody may have written: a proxy that keeps it would lead
    visitors to another site.
    """

    async def other_spelling(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        other = path.rstrip("/") if path.endswith("/") else f"{path}/"
        mended = {**scope, "path": other}
        if scope["type"] == "http" and any(route.matches(mended)[0] is not Match.NONE for route in router.routes):
            query = scope["query_string"].decode("latin-1")
            await RedirectResponse(f"{other}?{query}" if query else other, 307)(scope, receive, send)
            return
        await router.not_found(scope, receive, send)

    router.redirect_slashes = False
    router.default = other_spelling
