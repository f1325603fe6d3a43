"""The OpenAPI document as people read it: fields by their full names, types in words, calls as curl makes them."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from konferens.apidocs.examples import REFERENCE, example_of

_PATH_EXAMPLES = {"series": "lokalekonomidagarna", "edition": "2027", "code": "ABC234", "list_id": "1"}
_HEADER_EXAMPLES = {"Idempotency-Key": "5b1f2c7e-9a44-4c1e-8d5a-0e7a1d3c9b62"}
_TOKEN_SCHEMES = {"token": "Bearer", "device": "Device"}


@dataclass(frozen=True, slots=True)
class Field:
    """A field or parameter: `name` as 'buyer.email' or 'tickets[].type', `kind` as `words` gives it."""

    name: str
    kind: list[tuple[str, str]]
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Call:
    """An operation of the document, ready to be shown. `problems` are the types that it may answer, by their names.

    `is_door`: a phone at the door asks, or somebody signed in. `curl` makes the call, `example` is an answer as JSON.
    """

    id: str
    tag: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    is_door: bool
    parameters: list[Field]
    body: list[tuple[str, str]]
    body_fields: list[Field]
    status: str
    answer: list[tuple[str, str]]
    answer_fields: list[Field]
    problems: list[tuple[str, str]]
    curl: str
    example: str


def calls(document: Mapping[str, Any]) -> list[Call]:
    """Every operation of an OpenAPI document of ours, in its order."""
    return [
        _call(document, path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


def _call(document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]) -> Call:
    base_url = document["servers"][0]["url"]
    success, content = next((status, each) for status, each in operation["responses"].items() if status < "300")
    answer = content["content"]["application/json"]["schema"]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    needs = {name: scopes for need in operation["security"] for name, scopes in need.items()}
    return Call(
        id=operation["operationId"],
        tag=operation["tags"][0],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        scope=", ".join(needs.get("token", ())),
        is_door="device" in needs,
        parameters=[
            Field(each["name"], words(each["schema"]), each.get("required", False), each["description"])
            for each in operation["parameters"]
        ],
        body=words(body["schema"]) if body else [],
        body_fields=list(fields(body["schema"])) if body else [],
        status=success,
        answer=words(answer),
        answer_fields=list(fields(answer)),
        problems=[
            (status, slug)
            for status, each in operation["responses"].items()
            if "application/problem+json" in each["content"]
            for slug in each["description"].removeprefix("Problem: ").split(", ")
        ],
        curl=_curl(base_url, path, method, operation, body.get("example")),
        example=as_json(example_of(answer, document["components"]["schemas"])),
    )


def as_json(value: Any) -> str:
    """As people read it; amounts of money stay on a line."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return re.sub(r'\{\s+("amount": -?\d+),\s+("currency": "\w+")\s+\}', r"{\1, \2}", text)


def _curl(base_url: str, path: str, method: str, operation: Mapping[str, Any], example: Any) -> str:
    """A command that makes the call, with `$TOKEN` where a token is needed."""
    for name, value in _PATH_EXAMPLES.items():
        path = path.replace(f"{{{name}}}", value)
    parts = ["curl" if method == "get" or example is not None else "curl --request POST"]
    if operation["security"]:
        scheme = _TOKEN_SCHEMES[next(iter(operation["security"][0]))]
        parts.append(f'--header "Authorization: {scheme} $TOKEN"')
    if example is not None:
        parts.append('--header "Content-Type: application/json"')
        parts += [
            f'--header "{each["name"]}: {_HEADER_EXAMPLES[each["name"]]}"'
            for each in operation["parameters"]
            if each["name"] in _HEADER_EXAMPLES
        ]
        parts.append(f"--data {shlex.quote(json.dumps(example, ensure_ascii=False, indent=2))}")
    address = shlex.quote(base_url + path)
    return " \\\n  ".join([*parts, address]) if len(parts) > 1 else f"{parts[0]} {address}"


def fields(schema: Mapping[str, Any], prefix: str = "") -> Iterator[Field]:
    """The fields of an object, and of objects in it that have no name of their own."""
    for name, field in schema.get("properties", {}).items():
        required = name in schema.get("required", ())
        yield Field(prefix + name, words(field), required, field.get("description", ""))
        inner, mark = (field["items"], "[].") if field.get("type") == "array" else (field, ".")
        for each in (inner, *inner.get("anyOf", ())):
            yield from fields(each, f"{prefix}{name}{mark}")


def words(schema: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A schema's type as pieces (text, name of the schema that the text leads to, or '')."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(REFERENCE)
        return [(name, name)]
    if "anyOf" in schema:
        found = []
        for number, each in enumerate(schema["anyOf"]):
            found += [*([(" or ", "")] if number else []), *words(each)]
        return found
    if schema.get("type") in ("array", ["array", "null"]):
        end = [(" or null", "")] if schema["type"] != "array" else []
        return [("array of ", ""), *words(schema["items"]), *end]
    if "enum" in schema:
        return [(" | ".join("null" if value is None else f'"{value}"' for value in schema["enum"]), "")]
    kinds = schema.get("type", "anything")
    text = " or ".join([kinds] if isinstance(kinds, str) else kinds)
    return [(text + "".join(f", {limit}" for limit in _limits(schema)), "")]


def _limits(schema: Mapping[str, Any]) -> Iterator[str]:
    if "format" in schema:
        yield schema["format"]
    if "maxLength" in schema:
        yield f"at most {schema['maxLength']} characters"
    if "minimum" in schema and "maximum" in schema:
        yield f"{schema['minimum']}–{schema['maximum']}"
    if "default" in schema:
        yield f"default {schema['default']}"
