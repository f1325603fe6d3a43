"""Answers for one person's eyes: never kept by caches, never in a search engine, and their address told to no other site."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from konferens.web.templating import render

# No other site learns the secret address. Not 'no-referrer': browsers without Sec-Fetch-Site (Safari before 16.4) would then
# send 'Origin: null' with the page's own forms, which must be refused.
_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex"}


def private_page(request: Request, template: str, /, status_code: int = 200, **context: Any) -> Response:
    """A page from `template`."""
    response = render(request, template, status_code=status_code, **context)
    response.headers.update(_HEADERS)
    return response


def private_file(content: bytes, media_type: str, filename: str = "", *, download: bool = False) -> Response:
    """A file; with a `filename` (ASCII) browsers save it under that name, and with `download` they don't show it first."""
    headers = dict(_HEADERS)
    if filename:
        kind = "attachment" if download else "inline"
        headers["Content-Disposition"] = f'{kind}; filename="{filename}"'
    return Response(content, media_type=media_type, headers=headers)
