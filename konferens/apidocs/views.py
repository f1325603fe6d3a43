"""The API's description: for programs as OpenAPI, for people as a page, and a page for each type of problem."""

import json
from itertools import groupby

from starlette.requests import Request
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from konferens.apidocs.problem_texts import PROBLEM_TEXTS
from konferens.apidocs.reference import as_json, calls, fields
from konferens.errors import NotFoundError
from konferens.i18n import lazy_gettext as _l
from konferens.i18n import use_language
from konferens.web.api import MAX_PAGE_SIZE, PAGE_SIZE
from konferens.web.cache import public_bytes, public_page
from konferens.web.openapi import describe, openapi_document
from konferens.web.problems import PROBLEM_TYPES, PROBLEMS
from konferens.webhooks.model import EVENTS, KEPT

PROBLEM_EXAMPLE = {
    "type": "https://konferens.example.org/api/docs/problems/invalid",
    "title": "Unprocessable Entity",
    "status": 422,
    "detail": "Some values cannot be accepted.",
    "errors": [{"field": "tickets.0.type", "message": "There is no such type of ticket."}],
}
MESSAGE_EXAMPLE = {
    "type": "order.paid",
    "timestamp": "2027-02-03T10:00:00Z",
    "event": "lokalekonomidagarna/2027",
    "data": {"order": {"code": "ABC234", "status": "paid", "total": {"amount": 125_000, "currency": "SEK"}}},
}


@describe("Description", _l("Hämta beskrivningen som OpenAPI"), {"type": "object", "description": "OpenAPI 3.1."})
async def show_document(request: Request) -> ASGIApp:
    """The OpenAPI document, in English; pages of other sites may read it."""
    versions = await request.app.state.pages.versions()
    with use_language("en"):
        document = openapi_document(request.app.routes, request.app.state.settings.base_url)
    body = json.dumps(document, ensure_ascii=False, indent=1).encode()
    headers = {"Access-Control-Allow-Origin": "*"}
    return public_bytes(
        request, versions, body, "application/json", cache_control="public, max-age=3600", headers=headers
    )


async def show_reference(request: Request) -> ASGIApp:
    """The document to read: how to begin, and every call with its fields and an example."""
    versions = await request.app.state.pages.versions()
    base_url = request.app.state.settings.base_url
    document = openapi_document(request.app.routes, base_url)
    schemas = document["components"]["schemas"]
    groups = [(tag, list(found)) for tag, found in groupby(calls(document), lambda call: call.tag)]
    return public_page(
        request,
        versions,
        "apidocs/page.html",
        groups=groups,
        tags={tag["name"]: tag["description"] for tag in document["tags"]},
        schemas=[(name, schema.get("description", ""), list(fields(schema))) for name, schema in schemas.items()],
        problems=[(slug, PROBLEMS[slug], text) for slug, text in PROBLEM_TEXTS.items()],
        problem_types=PROBLEM_TYPES,
        problem_example=as_json(PROBLEM_EXAMPLE),
        webhook_example=as_json(MESSAGE_EXAMPLE),
        webhook_events=EVENTS,
        webhook_log_days=KEPT.days,
        api_url=f"{base_url}/api/v1",
        page_size=PAGE_SIZE,
        max_page_size=MAX_PAGE_SIZE,
    )


async def show_problem(request: Request) -> ASGIApp:
    """What a type of problem means and what to do about it: the address that problem documents have as their `type`."""
    slug = request.path_params["slug"]
    if slug not in PROBLEM_TEXTS:
        raise NotFoundError(f"no problem is called {slug}")
    versions = await request.app.state.pages.versions()
    context = {"slug": slug, "status": PROBLEMS[slug], "text": PROBLEM_TEXTS[slug]}
    return public_page(request, versions, "apidocs/problem.html", **context)


routes: list[BaseRoute] = [
    Route("/api/v1/openapi.json", show_document),
    Route("/api/docs", show_reference),
    Route("/api/docs/problems/{slug:slug}", show_problem),
]
