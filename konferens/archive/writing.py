"""Writes an edition as files that any web server, or none, can show for decades."""

import posixpath
import tempfile
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from starlette.applications import Starlette

from konferens.archive.asking import Answer, ask
from konferens.archive.links import css_links, html_links, relink_css, relink_html
from konferens.archive.site import Site
from konferens.clock import now
from konferens.database import Database
from konferens.errors import DomainError
from konferens.events.model import Edition
from konferens.events.queries import find_edition, rooms_of, tracks_of
from konferens.programme.queries import feed_sessions, published_sessions
from konferens.speakers.queries import public_speakers
from konferens.web.templating import create_environment

_GOES_ELSEWHERE = frozenset({301, 302, 303, 307, 308})
_OK = 200


class ArchiveError(DomainError):
    """No archive could be written, and none has been begun."""


@dataclass(frozen=True, slots=True)
class Archived:
    """What an archive's pages know of themselves: the templates' `archived`."""

    is_over: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What was written; `size` in bytes."""

    pages: int
    files: int
    size: int

    def __str__(self) -> str:
        return f"{self.pages:,} pages in {self.files:,} files, {self.size:,} bytes"


async def write_archive(app: Starlette, ref: str, folder: Path) -> Report:
    """Write the published edition `ref` ('lokalekonomidagarna/2027') into `folder`, which is empty or new.

    The same data gives the same bytes. `app` is one of its own, with a connected database: it gets templates that leave out what
    an archive doesn't have. Raises NotFoundError, and ArchiveError; then `folder` is as it was.
    """
    db: Database = app.state.database
    series, _, slug = ref.partition("/")
    edition = await find_edition(db, series, slug)
    target = _free(folder)
    app.state.templates = create_environment(
        app.state.settings.base_url, archived=Archived(is_over=edition.is_over(now()))
    )
    files = await _files(app, edition, await _seeds(db, edition))
    try:
        _write(files, target)
    except OSError as error:
        raise ArchiveError(f"{folder} cannot be written: {error.strerror}") from error
    return Report(
        pages=sum(name.endswith(".html") for name in files),
        files=len(files),
        size=sum(len(body) for body in files.values()),
    )


async def _seeds(db: Database, edition: Edition) -> list[str]:
    """Addresses of all that the contract promises (docs/contract.md), whether a page links to it or not."""
    rooms = await rooms_of(db, edition.id)
    tracks = await tracks_of(db, edition.id)
    sessions = await published_sessions(db, edition.id)
    people = await public_speakers(db, edition.id)
    days = sorted({day for session in sessions if (day := session.day(edition.zone))})
    rest = ["", "programme", "speakers/", "privacy", "accessibility", "calendar.ics", "schedule.json", "schedule.xml"]
    rest += [f"programme?day={day.isoformat()}" for day in days]
    for kind, places in (("room", rooms), ("track", tracks)):
        rest += [f"programme?{kind}={place.slug}" for place in places]
        rest += [f"{kind}s/{place.slug}.ics" for place in places]
    rest += [f"sessions/{session.path_part}" for session in sessions]
    rest += [f"sessions/{session.code}.ics" for session in await feed_sessions(db, edition.id)]
    rest += [f"speakers/{speaker.path_part}" for speaker in people]
    rest += [f"speakers/{speaker.code}.ics" for speaker in people]
    return [f"{edition.path}{each}" for each in rest]


async def _files(app: Starlette, edition: Edition, seeds: list[str]) -> dict[str, bytes]:
    """Every file by its path in the archive: the seeds, and what they lead to."""
    site = Site(app.state.settings.base_url, edition.path)
    answers: dict[str, Answer] = {}
    moved: dict[str, str] = {}
    waiting = deque(seeds)
    seen = set(seeds)
    while waiting:
        address = waiting.popleft()
        answer = await ask(app, site.base_url, address, edition.language)
        leads_to: Iterable[str] = ()
        if answer.status == _OK:
            answers[address] = answer
            leads_to = _links(answer)
        elif answer.status in _GOES_ELSEWHERE:
            leads_to = [answer.location]
        elif address in seeds:
            raise ArchiveError(f"{address} answered {answer.status}")
        for link in leads_to:
            target = _target(site, link, address)
            if target is None:
                continue
            if answer.status != _OK:
                moved[address] = target
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    places = {address: site.file(address) for address in answers}
    places |= {address: places[target] for address, target in moved.items() if target in places}
    return {places[address]: _relinked(site, places, address, answer) for address, answer in answers.items()}


def _target(site: Site, link: str, page: str) -> str | None:
    address = site.address(link, page)
    return None if address is None else site.archived(address)


def _links(answer: Answer) -> Iterable[str]:
    if answer.media_type == "text/html":
        return html_links(answer.body.decode())
    if answer.media_type == "text/css":
        return css_links(answer.body.decode())
    return ()


def _relinked(site: Site, places: dict[str, str], page: str, answer: Answer) -> bytes:
    """The body with links from file to file: index.html is named, since without a server nobody would look for it."""
    folder = posixpath.dirname(places[page]) or "."

    def new_link(link: str) -> str | None:
        if link.startswith("#") or site.address(link, page) is None:
            return link
        target = _target(site, link, page)
        if target not in places:
            return None
        fragment = urlsplit(link).fragment
        return quote(posixpath.relpath(places[target], folder)) + (f"#{fragment}" if fragment else "")

    if answer.media_type == "text/html":
        return relink_html(answer.body.decode(), new_link).encode()
    if answer.media_type == "text/css":
        return relink_css(answer.body.decode(), new_link).encode()
    return answer.body


def _free(folder: Path) -> Path:
    """The absolute path of `folder`. Raises ArchiveError where something is there already."""
    try:
        if folder.exists() and next(folder.iterdir(), None) is not None:
            raise ArchiveError(f"{folder} is not empty; an archive wants an empty or a new folder")
        return folder.resolve()
    except NotADirectoryError as error:
        raise ArchiveError(f"{folder} is a file; an archive wants an empty or a new folder") from error
    except OSError as error:
        raise ArchiveError(f"{folder} cannot be read: {error.strerror}") from error


def _write(files: dict[str, bytes], folder: Path) -> None:
    """All or nothing: written beside `folder` and moved into its place. Raises OSError."""
    with tempfile.TemporaryDirectory(prefix=".konferens-", dir=folder.parent) as beside:
        new = Path(beside) / "archive"  # with the usual rights, so that a web server may read it
        new.mkdir()
        for name, body in sorted(files.items()):
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        new.rename(folder)  # takes the place of an empty folder, and of no other
