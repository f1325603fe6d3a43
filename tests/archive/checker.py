"""Reads an archive as a web server would that knows nothing of Konferens."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html


def contents(folder: Path) -> dict[str, bytes]:
    """Every file's bytes by its path in the archive."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def links(folder: Path) -> list[tuple[str, str]]:
    """(file, link) for everything that pages and stylesheets lead to or load, except mail."""
    found: list[tuple[str, str]] = []
    for path in sorted(folder.rglob("*.html")):
        name = str(path.relative_to(folder))
        tree = html.fromstring(path.read_bytes())
        found += [(name, link) for _, _, link, _ in tree.iterlinks() if not link.startswith("mailto:")]
    for path in sorted([*folder.rglob("*.css"), *folder.rglob("*.svg")]):
        name = str(path.relative_to(folder))
        urls = re.findall(r"url\(\s*[\"']?([^\"')]+)", path.read_text(encoding="utf-8"))
        found += [(name, link) for link in urls]
    return found


def broken_links(folder: Path) -> list[tuple[str, str]]:
    """Links within the archive that lead to no file of it, or to a heading that the page doesn't have."""
    root = folder.resolve()
    return [(name, link) for name, link in links(folder) if not _leads_somewhere(root, root / name, link)]


def _leads_somewhere(root: Path, page: Path, link: str) -> bool:
    parts = urlsplit(link)
    if parts.scheme in ("http", "https", "data"):
        return True
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if parts.scheme or parts.query or link.startswith("/") or not target.is_relative_to(root) or not target.is_file():
        return False
    return not parts.fragment or f'id="{parts.fragment}"'.encode() in target.read_bytes()


def external_links(folder: Path) -> set[str]:
    return {link for _, link in links(folder) if urlsplit(link).scheme in ("http", "https")}
