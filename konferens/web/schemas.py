"""JSON Schemas (draft 2020-12, as OpenAPI 3.1 has them) of what the API takes and gives.

Each schema stands beside the function that makes or reads the JSON. Those that have a name become components of the document.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Component:
    """A schema that the document tells once, under `name`, and elsewhere refers to."""

    name: str
    schema: Mapping[str, Any]


Schema = Mapping[str, Any] | Component


def text(description: str = "", **more: Any) -> dict[str, Any]:
    """A string; `more` are further keywords, as `maxLength`."""
    return _described({"type": "string", **more}, description)


def integer(description: str = "", **more: Any) -> dict[str, Any]:
    return _described({"type": "integer", **more}, description)


def flag(description: str = "") -> dict[str, Any]:
    return _described({"type": "boolean"}, description)


def choice(values: Iterable[str], description: str = "") -> dict[str, Any]:
    """One of these strings."""
    return _described({"type": "string", "enum": [str(value) for value in values]}, description)


def array(items: Schema, description: str = "", **more: Any) -> dict[str, Any]:
    return _described({"type": "array", "items": items, **more}, description)


def nullable(schema: Schema, description: str = "") -> dict[str, Any]:
    """`schema`, or null."""
    if isinstance(schema, Component):
        return _described({"anyOf": [schema, {"type": "null"}]}, description)
    if "enum" in schema:
        return _described({**schema, "type": [schema["type"], "null"], "enum": [*schema["enum"], None]}, description)
    return _described({**schema, "type": [schema["type"], "null"]}, description)


def record(description: str, fields: Mapping[str, Schema], *, optional: Iterable[str] = ()) -> dict[str, Any]:
    """An object that has all `fields` except perhaps the `optional` ones; others may stand beside them."""
    left_out = set(optional)
    required = [name for name in fields if name not in left_out]
    found = {"type": "object", "properties": dict(fields), **({"required": required} if required else {})}
    return dict(_described(found, description))


def _described(schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {**schema, "description": description} if description else schema


def resolved(schema: Any, components: dict[str, Any]) -> Any:
    """`schema` with a reference in the place of each Component, which is gathered in `components`.

    Raises ValueError for two different components of one name.
    """
    if isinstance(schema, Component):
        known = components.get(schema.name)
        if known is None:
            components[schema.name] = {}  # so that it may hold itself
            components[schema.name] = resolved(schema.schema, components)
        elif known and known != resolved(schema.schema, dict(components)):
            raise ValueError(f"two schemas are called {schema.name}")
        return {"$ref": f"#/components/schemas/{schema.name}"}
    if isinstance(schema, Mapping):
        return {key: resolved(value, components) for key, value in schema.items()}
    if isinstance(schema, list | tuple):
        return [resolved(value, components) for value in schema]
    return schema
