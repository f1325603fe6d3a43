"""Which addresses an archive holds, and the files that they become."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

FILTERS = ("day", "track", "room")
"""What the programme can be narrowed to in an archive: one of them at a time, else there would be no end of pages."""

_CODE = "[A-Za-z0-9]{6}(?:-[a-z0-9-]*)?"
_SLUG = "[a-z0-9][a-z0-9-]*"
_PAGES = re.compile(rf"(?:(?:sessions|speakers)/{_CODE}|speakers/|programme|changes|privacy|accessibility)?")
_FILES = re.compile(
    rf"look-[0-9]+\.css|calendar\.ics|schedule\.(?:json|xml)|(?:rooms|tracks)/{_SLUG}\.ics|(?:sessions|speakers)/[A-Z0-9]{{6}}\.ics"
    r"|programme\.pdf|sessions/[A-Z0-9]{6}/files/[0-9]+/[^/]+"
)
_SHARED = re.compile(r"/(?:static/dist|media)/([A-Za-z0-9_-][A-Za-z0-9._-]*)")


@dataclass(frozen=True, slots=True)
class Site:
    """An edition's pages at a server. `base_url` has no slash at its end, `home` has: '/lokalekonomidagarna/2027/'.

    An address here is a path with perhaps a query, '/lokalekonomidagarna/2027/programme?day=2027-05-11'.
    """

    base_url: str
    home: str

    def address(self, link: str, page: str) -> str | None:
        """Where `link` on the page at `page` leads to on this server; None where it leads elsewhere: other servers, mail."""
        try:
            parts = urlsplit(urljoin(f"{self.base_url}{page}", link.strip()))
        except ValueError:  # people write links, too
            return None
        base = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or parts.netloc.lower() != base.netloc.lower():
            return None
        path = unquote(parts.path) or "/"
        return f"{path}?{parts.query}" if parts.query else path

    def archived(self, address: str) -> str | None:
        """The address at which an archive holds what is at `address`, for there may be several; None where it doesn't.

        What isn't listed here is left out: sign-in, orders, forms, and whatever else a server has.
        """
        path, _, query = address.partition("?")
        if _SHARED.fullmatch(path):
            return path
        if not path.startswith(self.home):
            return None
        rest = path.removeprefix(self.home)
        if not _PAGES.fullmatch(rest) and not _FILES.fullmatch(rest):
            return None
        narrowed = [(name, value) for name, value in parse_qsl(query) if name in FILTERS and re.fullmatch(_SLUG, value)]
        if rest == "programme" and narrowed:
            name, value = narrowed[0]
            return f"{path}?{name}={value}"
        return path

    def file(self, address: str) -> str:
        """The file's path in the archive, of what `archived` gave: '…/programme?day=2027-05-11' →
        'programme/day-2027-05-11/index.html'.
        """
        path, _, query = address.partition("?")
        if path.startswith("/static/dist/"):
            return path.removeprefix("/static/dist/").join(("static/", ""))
        if path.startswith("/media/"):
            return path.removeprefix("/")
        rest = path.removeprefix(self.home)
        if _FILES.fullmatch(rest):
            return rest
        folders = [part for part in (*rest.split("/"), query.replace("=", "-", 1)) if part]
        return "/".join([*folders, "index.html"])
