"""A speaker as a form has them: which version it is, and how what was typed differs from what is stored."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from konferens.speakers.model import Speaker

FIELDS = ("name", "email", "title", "organisation", "biography", "website", "links")
"""What organisers and the speaker both change by a form. A picture is replaced by nobody who doesn't mean to."""


def values_of(speaker: Speaker) -> dict[str, Any]:
    """By field; links as dicts."""
    return {name: getattr(speaker, name) for name in FIELDS} | {"links": [asdict(link) for link in speaker.links]}


def version_of(speaker: Speaker) -> str:
    """A mark that differs when any of FIELDS does. A form carries it, so that nobody overwrites what they haven't seen."""
    return hashlib.sha256(repr(sorted(values_of(speaker).items())).encode()).hexdigest()[:20]


def differences(speaker: Speaker, values: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(field, what is stored, what `values` would make of it), both as text, for the fields that differ."""
    stored = values_of(speaker)
    changed = [name for name in FIELDS if name in values and values[name] != stored[name]]
    return [(name, _shown(stored[name]), _shown(values[name])) for name in changed]


def _shown(value: str | Sequence[Mapping[str, str]]) -> str:
    if isinstance(value, str):
        return value or "–"
    return ", ".join(f"{link['title']} {link['url']}".strip() for link in value) or "–"
