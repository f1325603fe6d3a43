"""Answers held against the OpenAPI document."""

from datetime import datetime
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

FORMATS = FormatChecker()


def _has_an_offset(moment: object) -> bool:
    return not isinstance(moment, str) or datetime.fromisoformat(moment).tzinfo is not None


FORMATS.checks("date-time", raises=ValueError)(_has_an_offset)


def errors_in(document: dict[str, Any], schema: dict[str, Any], answer: Any) -> list[str]:
    """What in `answer` is not as `schema` of the document says; fields that it doesn't tell count, too."""
    whole = strict({"components": document["components"], **schema})
    validator = Draft202012Validator(whole, format_checker=FORMATS)
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(answer)]


def strict(schema: Any) -> Any:
    """`schema` with every object closed: what isn't told must not be there."""
    if isinstance(schema, dict):
        closed = {key: strict(value) for key, value in schema.items()}
        return {**closed, "additionalProperties": False} if isinstance(schema.get("properties"), dict) else closed
    return [strict(value) for value in schema] if isinstance(schema, list) else schema
