"""What machines read in a page's head, as an HTML parser sees it, and what schema.org and search engines want of it."""

import json
import re
from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any

Node = dict[str, Any]

PROPERTIES = {
    "BreadcrumbList": {"itemListElement"},
    "Event": {
        "name", "url", "description", "inLanguage", "startDate", "endDate", "eventStatus", "eventAttendanceMode", "location",
        "image", "maximumAttendeeCapacity", "performer", "organizer", "superEvent", "offers",
    },
    "GeoCoordinates": {"latitude", "longitude"},
    "ListItem": {"position", "name", "item"},
    "Offer": {"name", "url", "price", "priceCurrency", "availability", "validFrom", "validThrough"},
    "Organization": {"name", "url"},
    "Person": {"name", "url", "image", "jobTitle", "affiliation", "description", "sameAs"},
    "Place": {"name", "address", "geo"},
    "PostalAddress": {"streetAddress", "addressLocality", "addressCountry"},
    "VirtualLocation": {"url"},
}  # fmt: skip
"""Which properties schema.org gives each type, of those that pages use."""

REQUIRED = {
    "BreadcrumbList": {"itemListElement"},
    "Event": {"name", "startDate"},
    "ListItem": {"position", "name", "item"},
    "Offer": {"url", "price", "priceCurrency", "availability"},
    "Person": {"name"},
    "Place": {"name"},
    "VirtualLocation": {"url"},
}
"""What Google's documentation of structured data wants of them; an Event's location is wanted where the venue is known."""

MEMBERS = {
    "availability": {"InStock", "SoldOut", "PreOrder"},
    "eventAttendanceMode": {"OfflineEventAttendanceMode", "OnlineEventAttendanceMode", "MixedEventAttendanceMode"},
    "eventStatus": {"EventScheduled", "EventCancelled", "EventMovedOnline", "EventPostponed", "EventRescheduled"},
}
TIMES = {"startDate", "endDate", "validFrom", "validThrough"}
ADDRESSES = {"url", "item", "image", "sameAs"}


class Head(HTMLParser):
    """`meta` by name or property, `links` as (rel, type, href), `scripts` as (type, text)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.links: list[tuple[str, str, str]] = []
        self.scripts: list[list[str]] = []
        self._in_script = False
        self.feed(html.partition("<body")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "meta" and "content" in values:
            self.meta[values.get("name") or values.get("property", "")] = values["content"]
        if tag == "link":
            self.links.append((values.get("rel", ""), values.get("type", ""), values.get("href", "")))
        self._in_script = tag == "script"
        if self._in_script:
            self.scripts.append([values.get("type", ""), ""])

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts[-1][1] += data

    def handle_endtag(self, tag: str) -> None:
        self._in_script = self._in_script and tag != "script"

    @property
    def alternates(self) -> list[tuple[str, str]]:
        """(type, address) of each feed and other form."""
        return [(kind, href) for rel, kind, href in self.links if rel == "alternate"]


def nodes(html: str) -> dict[str, Node]:
    """The page's JSON-LD by type, one node of each; checked."""
    data = [json.loads(text) for kind, text in Head(html).scripts if kind == "application/ld+json"]
    assert len(data) == 1
    assert data[0].keys() == {"@context", "@graph"}
    assert data[0]["@context"] == "https://schema.org"
    found = {node["@type"]: node for node in data[0]["@graph"]}
    assert len(found) == len(data[0]["@graph"])
    for node in found.values():
        check(node)
    return found


def check(node: Node) -> None:
    """Raises AssertionError for what schema.org or Google's documentation doesn't allow."""
    kind = node["@type"]
    properties = node.keys() - {"@type", "@id"}
    assert properties <= PROPERTIES[kind], kind
    assert REQUIRED.get(kind, set()) <= properties, kind
    for name in properties:
        values = node[name] if isinstance(node[name], list) else [node[name]]
        assert values, name
        for value in values:
            assert value not in ("", None, {}), name
            if isinstance(value, dict):
                check(value)
            elif name in MEMBERS:
                assert value.removeprefix("https://schema.org/") in MEMBERS[name]
            elif name in TIMES:
                _check_time(value)
            elif name in ADDRESSES:
                assert value.startswith(("http://testserver/", "https://")), name
    if kind == "BreadcrumbList":
        assert [item["position"] for item in node["itemListElement"]] == list(
            range(1, len(node["itemListElement"]) + 1)
        )
    if kind == "Offer":
        assert re.fullmatch(r"\d+\.\d\d", node["price"])


def _check_time(value: str) -> None:
    """A date alone, or a moment with its offset."""
    if len(value) == 10:
        date.fromisoformat(value)
    else:
        assert datetime.fromisoformat(value).utcoffset() is not None
