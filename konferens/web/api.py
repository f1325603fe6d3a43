"""What the JSON API's answers have in common: money, moments, pages of lists."""

import gzip
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from konferens.errors import InvalidError
from konferens.web.cache import SMALL, accepts_gzip
from konferens.web.openapi import Parameter
from konferens.web.schemas import Component, Schema, array, integer, nullable, record, text

PAGE_SIZE = 100
MAX_PAGE_SIZE = 500
MAX_OFFSET = 10**8

MONEY = Component(
    "Money", record("An amount of money.", {"amount": integer("In öre."), "currency": text("ISO 4217, as `SEK`.")})
)
MOMENT = text("RFC 3339 with an offset.", format="date-time")
DATE = text(format="date")
ADDRESS = text(format="uri")

PAGING = (
    Parameter("offset", integer(minimum=0, maximum=MAX_OFFSET, default=0), "How many items to pass over."),
    Parameter("limit", integer(minimum=1, maximum=MAX_PAGE_SIZE, default=PAGE_SIZE), "How many items to give."),
)


def list_of(items: Schema, **more: Schema) -> Schema:
    """What `list_json` gives; `more` are fields beside `items` and `next`."""
    following = nullable(ADDRESS, "The address of the next page, null on the last one.")
    return record("", {"items": array(items), "next": following, **more})


def money_json(ore: int, currency: str = "SEK") -> dict[str, Any]:
    """`{"amount": 125000, "currency": "SEK"}`, in öre."""
    return {"amount": ore, "currency": currency}


def moment_json(moment: datetime | None, zone: tzinfo) -> str | None:
    """RFC 3339 with the zone's offset; None for none."""
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None


def packed_json(request: Request, document: Any, headers: Mapping[str, str]) -> JSONResponse:
    """`document` in gzip for who takes it: phones fetch long lists over poor networks. Not for what repeats a request's words
    beside secrets: their lengths would tell of them.
    """
    response = JSONResponse(document, headers={**headers, "Vary": "Accept-Encoding"})
    if len(response.body) > SMALL and accepts_gzip(request.headers.get("accept-encoding", "")):
        response.body = gzip.compress(response.body, 5, mtime=0)
        response.headers["content-encoding"] = "gzip"
        response.headers["content-length"] = str(len(response.body))
    return response


def paging(request: Request) -> tuple[int, int]:
    """(offset, limit) of ?offset=&limit=. Raises InvalidError."""
    errors: dict[str, list[str]] = {}
    found = []
    for name, default, low, high in (("offset", 0, 0, MAX_OFFSET), ("limit", PAGE_SIZE, 1, MAX_PAGE_SIZE)):
        text = request.query_params.get(name, str(default))
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and low <= int(text) <= high):  # noqa: PLR2004
            errors[name] = [f"A whole number from {low} to {high}."]
            continue
        found.append(int(text))
    if errors:
        raise InvalidError(errors)
    return found[0], found[1]


def list_json(request: Request, items: Sequence[Any], offset: int, limit: int, *, more: bool) -> JSONResponse:
    """`{"items": […], "next": URL or null}`; `more` tells whether there are items behind these."""
    settings = request.app.state.settings
    query = request.url.include_query_params(offset=offset + limit, limit=limit).query
    address = f"{settings.base_url}{request.url.path}?{query}" if more else None
    return JSONResponse({"items": list(items), "next": address})
