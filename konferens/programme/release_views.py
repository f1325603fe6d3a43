"""What has changed in the programme, version by version, to everybody: as a page and as an Atom feed."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

from konferens.errors import NotFoundError
from konferens.events.linked_data import breadcrumbs, graph
from konferens.events.model import Edition
from konferens.i18n import current_language, gettext
from konferens.programme.queries import published_sessions
from konferens.programme.release_feed import MEDIA_TYPE, FeedEntry, anchor, changes_atom
from konferens.programme.release_words import Line, lines_of, people_in, when_and_where
from konferens.programme.releases import Release, releases_of, speaker_names
from konferens.programme.snapshots import Change, ChangeKind
from konferens.web.cache import public_bytes, public_page
from konferens.web.requests import database, edition_of
from konferens.web.templating import render_text


@dataclass(frozen=True, slots=True)
class ToldChange:
    """A change as everybody reads it. `path` is the session's page, '' where there is none any more."""

    change: Change
    place: str
    lines: list[Line]
    path: str


@dataclass(frozen=True, slots=True)
class ToldRelease:
    release: Release
    anchor: str
    groups: list[tuple[ChangeKind, list[ToldChange]]]


async def show_changes(request: Request) -> ASGIApp:
    """Every version, the latest first. Raises NotFoundError while the edition has none."""
    edition = await edition_of(request)
    base_url: str = request.app.state.settings.base_url
    trail = breadcrumbs(
        edition, base_url, (gettext("Program"), "programme"), (gettext("Ändringar i programmet"), "changes")
    )
    return public_page(
        request,
        edition,
        "programme/changes.html",
        told=await _told(request, edition),
        linked_data=graph(trail),
    )


async def show_feed(request: Request) -> ASGIApp:
    """The same as an Atom feed. Raises NotFoundError while the edition has no version."""
    edition = await edition_of(request)
    base_url: str = request.app.state.settings.base_url
    told = await _told(request, edition)
    entries = [
        FeedEntry(
            name=one.release.name,
            title=gettext("Version %(name)s av programmet") % {"name": one.release.name},
            html=render_text(request, "programme/_release.html", edition=edition, one=one, base_url=base_url),
            released_at=one.release.released_at,
        )
        for one in told
    ]
    title = gettext("Ändringar i programmet – %(name)s") % {"name": edition.name}
    body = changes_atom(edition, title, entries, base_url=base_url, language=current_language.get())
    return public_bytes(
        request,
        edition,
        body,
        MEDIA_TYPE,
        last_modified=edition.updated_at,
        headers={"Access-Control-Allow-Origin": "*"},
    )


async def _told(request: Request, edition: Edition) -> list[ToldRelease]:
    db = database(request)
    releases = await releases_of(db, edition.id) if edition.release else []
    if not releases:
        raise NotFoundError(f"versions of {edition.ref}")
    everything = [change for release in releases for change in release.changes]
    names = await speaker_names(db, edition.id, people_in(everything))
    shown = await published_sessions(db, edition.id, texts=False)
    paths = {each.code: f"{edition.path}sessions/{each.path_part}" for each in shown}
    return [
        ToldRelease(
            release,
            anchor(release.name),
            [(kind, _told_changes(these, edition, names, paths)) for kind, these in release.groups],
        )
        for release in releases
    ]


def _told_changes(
    changes: Sequence[Change], edition: Edition, names: dict[str, str], paths: dict[str, str]
) -> list[ToldChange]:
    return [
        ToldChange(
            change,
            when_and_where(change, edition),
            lines_of(change, edition, names),
            "" if change.kind is ChangeKind.REMOVED else paths.get(change.code, ""),
        )
        for change in changes
    ]


routes = [
    Route("/{series:slug}/{edition:slug}/changes", show_changes),
    Route("/{series:slug}/{edition:slug}/changes.atom", show_feed),
]
