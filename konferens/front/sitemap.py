"""What search engines find by: sitemap.xml (sitemaps.org 0.9) and robots.txt (RFC 9309). Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple
from xml.sax.saxutils import escape

from konferens.events.model import Edition

MAX_ADDRESSES = 50_000
"""As many as the protocol lets one file have; the earliest conferences stand last and fall out first."""

PRIVATE = (
    "/orders/",
    "/tickets/",
    "/t/",
    "/my/",
    "/waiting/",
    "/proposals/",
    "/organiser/",
    "/login",
    "/checkin/",
)
"""Beginnings of addresses that are somebody's own, or behind a sign-in."""


_START = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'


class Entry(NamedTuple):
    """A page and when what it tells last changed (aware)."""

    path: str
    changed_at: datetime


def robots_txt(base_url: str) -> bytes:
    """Everything public may be read, what is PRIVATE may not."""
    rules = [f"Disallow: {path}" for path in PRIVATE]
    return "\n".join(["User-agent: *", *rules, "", f"Sitemap: {base_url}/sitemap.xml", ""]).encode()


def sitemap_xml(
    editions: Sequence[Edition],
    sessions: Mapping[int, Sequence[Entry]],
    speakers: Mapping[int, Sequence[Entry]],
    base_url: str,
) -> bytes:
    """The pages of `editions`, the latest first; the others by the edition's id, with paths below the edition's."""
    pages = _site_pages(editions)
    for edition in editions:
        talks, people = sessions.get(edition.id, ()), speakers.get(edition.id, ())
        names = ["", "programme", *(["changes"] if edition.release else []), *(["speakers/"] if people else [])]
        names += ["privacy", "accessibility"]
        own = [Entry(name, edition.updated_at) for name in names]
        pages += [Entry(f"{edition.path}{page.path}", page.changed_at) for page in (*own, *talks, *people)]
    site = escape(base_url)
    urls = [
        f"<url><loc>{site}{escape(page.path)}</loc><lastmod>{page.changed_at.astimezone(UTC).isoformat(timespec='seconds')}</lastmod></url>"
        for page in islice(pages, MAX_ADDRESSES)
    ]
    return "\n".join([_START, *urls, "</urlset>", ""]).encode()


def _site_pages(editions: Sequence[Edition]) -> list[Entry]:
    """The home page and each series, which change with any of their editions."""
    changed: dict[str, datetime] = {}
    for edition in editions:
        for path in ("/", edition.series.path):
            changed[path] = max(changed.get(path, edition.updated_at), edition.updated_at)
    return [Entry(path, moment) for path, moment in changed.items()]
