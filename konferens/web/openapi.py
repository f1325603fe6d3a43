"""The API's description: each handler under /api/v1/ and /checkin/api/ is described where it stands, and the document is gathered from that.

OpenAPI 3.1, https://spec.openapis.org/oas/v3.1.1.html. Summaries are translated; the rest is English.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar

from babel.support import LazyProxy
from starlette.routing import BaseRoute, Route

from konferens.web.auth import login_cookie_name
from konferens.web.problems import PROBLEM, PROBLEMS
from konferens.web.schemas import Schema, integer, resolved, text

PREFIXES = ("/api/v1/", "/checkin/api/")
Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a request may tell beside its body; `where` is 'query' or 'header'."""

    name: str
    schema: Schema
    description: str
    where: str = "query"


@dataclass(frozen=True, slots=True)
class Operation:
    """What a handler does. `answer` is the schema of its success, with status `status`; `also` are other successes, by status.

    `scope` is '' where no API token is needed; with `door`, a phone's token or somebody signed in is. `problems` are those
    that go beyond what token, address, parameters and body bring with them. `body_example` is a body that could be sent.
    """

    tag: str
    summary: str | LazyProxy
    answer: Schema
    description: str = ""
    status: int = 200
    also: Mapping[int, Schema] = field(default_factory=dict)
    scope: str = ""
    door: bool = False
    parameters: Sequence[Parameter] = ()
    body: Schema | None = None
    body_example: Any = None
    problems: Sequence[str] = ()

    def problems_by_status(self, method: str, *, has_path_parts: bool) -> dict[int, list[str]]:
        """The problems that it may answer to `method`, by status."""
        found = ["bad-request"]
        found += ["token-required", "forbidden", "too-many-requests"] if self.scope else []
        found += ["sign-in-required", "device-ended", "forbidden", "too-many-requests"] if self.door else []
        found += ["not-found"] if has_path_parts else []
        found += ["content-too-large"] if method == "POST" else []
        found += ["invalid"] if self.body or self.parameters else []
        by_status: dict[int, list[str]] = {}
        for slug in dict.fromkeys([*found, *self.problems]):
            by_status.setdefault(PROBLEMS[slug], []).append(slug)
        return dict(sorted(by_status.items()))


_OPERATIONS: dict[Callable[..., Any], Operation] = {}


def describe(tag: str, summary: str | LazyProxy, answer: Schema, **more: Any) -> Callable[[Handler], Handler]:
    """Describes the handler that it decorates, with the fields of Operation; the handler stays as it is."""

    def remember(handler: Handler) -> Handler:
        _OPERATIONS[handler] = Operation(tag, summary, answer, **more)
        return handler

    return remember


@dataclass(frozen=True, slots=True)
class Described:
    """An operation at its address: `path` as OpenAPI writes it, `name` is unique."""

    name: str
    method: str
    path: str
    path_parts: Mapping[str, str]
    operation: Operation


def api_operations(routes: Iterable[BaseRoute]) -> list[Described]:
    """Every operation under `PREFIXES`, in the order of their tags. Raises LookupError for a route without description."""
    found = []
    for route in routes:
        if not isinstance(route, Route) or not route.path.startswith(PREFIXES):
            continue
        if route.endpoint not in _OPERATIONS:
            raise LookupError(f"{route.path} ({route.endpoint.__name__}) is not described")
        parts = {name: convertor.regex for name, convertor in route.param_convertors.items()}
        methods = (route.methods or set()) - {"HEAD"}
        path = re.sub(r":\w+\}", "}", route.path)
        operation = _OPERATIONS[route.endpoint]
        found += [Described(route.endpoint.__name__, method, path, parts, operation) for method in sorted(methods)]
    return sorted(found, key=lambda each: (list(TAGS).index(each.operation.tag), each.path, each.method))


TAGS = {
    "Events": "Conferences, their tickets and their programme. No token is needed.",
    "Orders": "Registrations. Needs a token with scope `orders`.",
    "Check-in": "Lists at the door and scans. Needs a token with scope `checkin`.",
    "Check-in app": "What the app at `/checkin/` asks. These belong to the app and change with it: other programs use `/api/v1/checkin/`. "
    "Who asks is a phone that was set up (`Authorization: Device TOKEN`), or somebody signed in (the cookie).",
    "Description": "The API's own description.",
}

_PATH_PARTS = {
    "series": "The series' slug, as in its address.",
    "edition": "The edition's slug, usually the year.",
    "code": "The order's code, as `ABC234`.",
    "list_id": "The list's number, from `checkin/lists`.",
}

_INTRODUCTION = (
    "Registration, programme and check-in of conferences. Times are RFC 3339 with an offset, money is öre. "
    "Errors are RFC 9457 problem documents whose `type` leads to a page that explains them. "
    "More fields may be added to answers; what is here stays. A readable version: {base_url}/api/docs"
)


def openapi_document(routes: Iterable[BaseRoute], base_url: str) -> dict[str, Any]:
    """The OpenAPI document of `routes`; summaries are in the current language. Raises LookupError as api_operations does."""
    components: dict[str, Any] = {}
    paths: dict[str, dict[str, Any]] = {}
    for described in api_operations(routes):
        paths.setdefault(described.path, {})[described.method.lower()] = _operation(described, components)
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Konferens API",
            "version": "1",
            "description": _INTRODUCTION.format(base_url=base_url),
        },
        "servers": [{"url": base_url or "/"}],
        "tags": [{"name": name, "description": description} for name, description in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API token, made in the office or by `konferens token add NAME --scope orders,checkin [--event S/E]`.",
                },
                "device": {
                    "type": "http",
                    "scheme": "device",
                    "description": "The token of a phone at the door: `Authorization: Device TOKEN`. It comes from `devices/claim`.",
                },
                "login": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": login_cookie_name(secure=base_url.startswith("https:")),
                    "description": "Of who signed in at `/login`. Requests that change something must come from our own pages.",
                },
            },
        },
    }


def _operation(described: Described, components: dict[str, Any]) -> dict[str, Any]:
    operation = described.operation
    parameters: list[dict[str, Any]] = [_path_parameter(name, regex) for name, regex in described.path_parts.items()]
    parameters += [
        {
            "name": each.name,
            "in": each.where,
            "description": each.description,
            "schema": resolved(each.schema, components),
        }
        for each in operation.parameters
    ]
    by_status = operation.problems_by_status(described.method, has_path_parts=bool(described.path_parts))
    responses: dict[str, Any] = {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "content": {"application/json": {"schema": resolved(answer, components)}},
        }
        for status, answer in {operation.status: operation.answer, **operation.also}.items()
    }
    for status, slugs in by_status.items():
        responses[str(status)] = {
            "description": f"Problem: {', '.join(slugs)}",
            "content": {"application/problem+json": {"schema": resolved(PROBLEM, components)}},
        }
    found: dict[str, Any] = {
        "operationId": described.name,
        "tags": [operation.tag],
        "summary": str(operation.summary),
        **({"description": operation.description} if operation.description else {}),
        "security": _security(operation),
        "parameters": parameters,
        "responses": responses,
    }
    if operation.body is not None:
        media: dict[str, Any] = {"schema": resolved(operation.body, components)}
        if operation.body_example is not None:
            media["example"] = operation.body_example
        found["requestBody"] = {"required": True, "content": {"application/json": media}}
    return found


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    if operation.door:
        return [{"device": []}, {"login": []}]
    return [{"token": [operation.scope]}] if operation.scope else []


def _path_parameter(name: str, regex: str) -> dict[str, Any]:
    """Numbers are told as integers; everything else by the pattern that the address must have."""
    is_number = regex == "[0-9]{1,9}"
    schema = integer(minimum=0, maximum=999_999_999) if is_number else text(pattern=f"^{regex}$")
    return {"name": name, "in": "path", "required": True, "description": _PATH_PARTS[name], "schema": schema}
