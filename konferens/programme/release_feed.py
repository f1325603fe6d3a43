"""Changes of a programme as an Atom feed (RFC 4287). Pure."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from konferens.events.model import Edition

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
_ATOM = "http://www.w3.org/2005/Atom"
# What XML 1.0 cannot hold at all, not even escaped.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One version: `html` is what has changed, `name` the version's, `title` what readers show."""

    name: str
    title: str
    html: str
    released_at: datetime


def changes_atom(edition: Edition, title: str, entries: Sequence[FeedEntry], *, base_url: str, language: str) -> bytes:
    """The feed, the latest version first.

    Ids are tag URIs (RFC 4151) of the server's name, the day when the conference was made and its address: they stay the
    same whatever the conference or a version says about itself.
    """
    ET.register_namespace("", _ATOM)
    page = f"{base_url}{edition.path}changes"
    root = ET.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": language})
    _add(root, "id", _tag(edition, base_url))
    _add(root, "title", title)
    _add(root, "updated", _moment(entries[0].released_at if entries else edition.created_at))
    ET.SubElement(root, f"{{{_ATOM}}}link", rel="self", type="application/atom+xml", href=f"{page}.atom")
    ET.SubElement(root, f"{{{_ATOM}}}link", rel="alternate", type="text/html", href=page)
    author = ET.SubElement(root, f"{{{_ATOM}}}author")
    _add(author, "name", edition.series.organisation or edition.series.name)
    _add(root, "generator", "Konferens")
    for entry in entries:
        element = ET.SubElement(root, f"{{{_ATOM}}}entry")
        _add(element, "id", f"{_tag(edition, base_url)}/{quote(entry.name, safe='')}")
        _add(element, "title", entry.title)
        _add(element, "updated", _moment(entry.released_at))
        _add(element, "published", _moment(entry.released_at))
        ET.SubElement(
            element, f"{{{_ATOM}}}link", rel="alternate", type="text/html", href=f"{page}#{anchor(entry.name)}"
        )
        _add(element, "content", entry.html, type="html")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode").encode() + b"\n"


def anchor(name: str) -> str:
    """A version's place on the page of changes: 'version-1.2'."""
    return f"version-{quote(name.replace(' ', '-'), safe='')}"


def _tag(edition: Edition, base_url: str) -> str:
    made_on = edition.created_at.astimezone(UTC).date().isoformat()
    return f"tag:{urlsplit(base_url).hostname or 'localhost'},{made_on}:{edition.ref}/changes"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _add(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}{name}", attributes).text = _NO_XML.sub("", text)
