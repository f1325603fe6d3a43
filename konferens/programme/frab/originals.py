"""What a file tells of an event that the programme has no place for: kept in `Session.extras`, and told again by exports.

There are values of their own, such as the id in the other system; and originals of what is kept here in another form: HTML
that became Markdown, a "devroom" that became a talk. An original is told again while what was made of it stays as it was,
by the mark that stands beside it; after a change here, what is here is told.

    {"id": 5218, "slug": "…", "origin_url": "https://…", "logo": …, "feedback_url": …, "day": [date, start, end],
     "originals": {"abstract": ["<p>…", mark]}, "persons": {guid: {"id": 4744, "originals": {…}}}}
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import urljoin

from konferens.programme.frab.field_values import is_address
from konferens.programme.model import Session, SessionLink
from konferens.programme.schedule import clean_text

MAX_ANSWERS = 20_000
"""Bytes of JSON of what forms were answered: a person's or an event's."""

_SLUG = re.compile(r"[a-z0-9_]{4,}-[a-z0-9_-]{4,}\Z")
"""What the XML schema accepts; JSON's wants no hyphen at the end besides."""

_REFERENCE_PARTS = ("type", "service")


def mark_of(made: object) -> str:
    """A short mark that differs when what was made of an original does."""
    return hashlib.blake2b(repr(made).encode(), digest_size=6).hexdigest()


def keep_original(originals: dict[str, Any], name: str, told: Any, made: Any) -> None:
    """Remember what the file tells, if it is something else than what we would tell of what was made of it."""
    if told is not None and told != made:
        originals[name] = [told, mark_of(made)]


def original_of(extras: Mapping[str, Any], name: str, made: Any) -> Any:
    """What the file told as `name`, if `made` is still what was made of it; else `made`."""
    told, mark = extras.get("originals", {}).get(name, (None, None))
    return told if mark is not None and mark == mark_of(made) else made


def references(values: Mapping[str, Any], base_url: str) -> list[dict[str, str]] | None:
    """An event's links and attachments as dicts with kind, title, url and, where told, type and service; None untold.

    Addresses that are relative to the file's base are made absolute, as the formats want it.
    """
    if "links" not in values and "attachments" not in values:
        return None
    found = []
    for kind, name in (("link", "links"), ("attachment", "attachments")):
        listed = values.get(name)
        for each in listed if isinstance(listed, Sequence) and not isinstance(listed, str) else ():
            if not isinstance(each, Mapping) or not each.get("url"):
                continue
            parts = {part: clean_text(str(each[part])) for part in _REFERENCE_PARTS if each.get(part)}
            url = absolute(clean_text(str(each["url"])), base_url)
            found.append({"title": clean_text(str(each.get("title") or "")), "url": url, "kind": kind, **parts})
    return found


def links_of(told: Sequence[Mapping[str, str]]) -> tuple[SessionLink, ...]:
    """Those of the references that a public page may lead to."""
    return tuple(
        SessionLink(each["title"][:300], each["url"], each["kind"]) for each in told if is_address(each["url"])
    )


def as_references(links: Sequence[SessionLink]) -> list[dict[str, str]]:
    """Our links in the form of `references`."""
    return [asdict(link) for link in links]


def absolute(url: str, base_url: str) -> str:
    try:
        return urljoin(base_url, url)
    except ValueError:  # an address with half an IPv6 host
        return url


def _address(told: object, base_url: str) -> str | None:
    """What may be a link; nothing told is none, and not the conference's own address."""
    url = absolute(clean_text(str(told)), base_url) if told else None
    return url if is_address(url) else None


def own_values(values: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    """Of an event: what has its place in `extras` alone. None takes away what an earlier file told."""
    found: dict[str, Any] = {
        name: absolute(clean_text(str(values[name])), base_url) if values[name] else None
        for name in ("logo", "feedback_url", "origin_url")
        if name in values
    }
    if "do_not_stream" in values:
        found["do_not_stream"] = values["do_not_stream"] is True or None
    if "answers" in values:
        found["answers"] = _answers(values["answers"])
    return {name: value for name, value in found.items() if not isinstance(value, str) or is_address(value)}


def foreign_values(values: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    """Of an event of another system: how it is named there, which in our own exports is our own naming."""
    slug = str(values.get("slug") or "")
    found: dict[str, Any] = {
        "id": _number(values.get("id")),
        "slug": slug if _SLUG.match(slug) and len(slug) <= 300 else None,  # noqa: PLR2004
    }
    if not values.get("origin_url"):
        found["origin_url"] = _address(values.get("url"), base_url)
    return found


def person_values(person: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    """Of a person of another system, the same."""
    found: dict[str, Any] = {"id": _number(person.get("id"))}
    for name in ("avatar", "url"):
        found[name] = _address(person.get(name), base_url)
    found["answers"] = _answers(person.get("answers"))
    found["links"] = _answers(person.get("links"))
    found["by_public_name"] = ("public_name" in person and found["id"] is not None) or None
    return {name: value for name, value in found.items() if value is not None}


def current_extras(session: Session) -> dict[str, Any]:
    """The session's extras without the originals of what has been changed here since."""
    made = {
        "type": session.type.value,
        "language": session.language,
        "abstract": session.abstract,
        "description": session.description,
        "license": session.license,
        "references": as_references(session.links),
        "recording_as": session.recording_url,
    }
    kept = {
        name: each for name, each in session.extras.get("originals", {}).items() if each[1] == mark_of(made.get(name))
    }
    found = {name: value for name, value in session.extras.items() if name != "originals"}
    return found | {"originals": kept} if kept else found


def merged_extras(held: Mapping[str, Any], told: Mapping[str, Any], *, keep_originals: bool) -> dict[str, Any]:
    """`held` with what a file tells over it; people keep what it doesn't tell of them.

    A file of another system tells all originals that there are; our own needn't (`keep_originals`).
    """
    merged = {**held, **told}
    before = held.get("persons", {})
    told_persons = told.get("persons", {})
    persons = {guid: {**before.get(guid, {}), **told_persons.get(guid, {})} for guid in {**before, **told_persons}}
    merged["persons"] = {guid: persons[guid] for guid in persons if guid in told_persons or keep_originals}
    if keep_originals:
        merged["originals"] = {**held.get("originals", {}), **told.get("originals", {})}
    return {name: value for name, value in merged.items() if value is not None and value not in ({}, [])}


def _answers(value: Any) -> Any:
    """JSON as it came, without characters that a database refuses; None for nothing, and for more than is reasonable."""
    if not value:
        return None
    text = json.dumps(value, ensure_ascii=False)
    return _cleaned(value) if len(text) <= MAX_ANSWERS else None


def _cleaned(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {clean_text(str(name)): _cleaned(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    return clean_text(value) if isinstance(value, str) else value


def _number(value: Any) -> int | None:
    """A positive whole number of at most 15 digits, as a number or as a text."""
    text = str(value)
    return int(text) if not isinstance(value, bool) and re.fullmatch(r"[1-9][0-9]{0,14}", text, re.ASCII) else None
