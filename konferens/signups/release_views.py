"""Versions of the programme in the office: what the next one changes and for whom, and the earlier ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.errors import ConflictError, InvalidError
from konferens.events.model import Edition
from konferens.formats import wall_clock
from konferens.i18n import gettext
from konferens.mail.messages import Rendered, render_draft
from konferens.mail.queries import own_texts
from konferens.programme.applying import short_of_seats
from konferens.programme.circumstances import conflicts_in
from konferens.programme.drafts import discard_drafts, undo_draft
from konferens.programme.model import SessionStatus
from konferens.programme.planned import Draft
from konferens.programme.release_names import next_name
from konferens.programme.release_words import Line, lines_of, people_in, when_and_where
from konferens.programme.releases import (
    Pending,
    find_release,
    grouped,
    pending_release,
    releases_of,
    restore,
    snapshot_at,
    speaker_names,
)
from konferens.programme.snapshots import Change, ChangeKind, Snapshot, compare, snapshot_of
from konferens.signups.affected import Reader, affected_attendees, affected_speakers
from konferens.signups.release_forms import ReleaseForm
from konferens.signups.release_letters import letter_to
from konferens.signups.releasing import publish_release
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database

SECTION = "releases"
NOW = "now"
"""In `?with=`: the programme as it is public now."""


@dataclass(frozen=True, slots=True)
class Told:
    """A change as a page shows it. `draft` is the one that makes it, where one does."""

    change: Change
    place: str
    lines: list[Line]
    draft: Draft | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A session of a version as its page shows it."""

    day: date | None
    time: str
    title: str
    place: str
    track: str
    people: tuple[str, ...]
    is_cancelled: bool


async def show_releases(request: Request) -> Response:
    """What is public, what the next version changes and for whom, and the form that releases it."""
    edition = await organised_edition(request)
    pending = await pending_release(database(request), edition)
    form = ReleaseForm(data={"seen": pending.mark, "tell_speakers": True, "tell_attendees": True})
    form.name.data = next_name(
        edition.release, [each.name for each in await releases_of(database(request), edition.id)]
    )
    return await _show(request, edition, form, pending)


async def post_release(request: Request) -> Response:
    """Release it; the page once more with 422 when something is wrong, with 409 when it isn't what was looked at."""
    edition = await organised_edition(request)
    form = ReleaseForm(await read_form(request))
    db = database(request)
    if not form.validate():
        return await _show(request, edition, form, await pending_release(db, edition), status_code=422)
    user = await require_user(request)
    try:
        await publish_release(
            db,
            edition,
            name=form.name.data,
            note=form.note.data,
            actor=user.email,
            base_url=request.app.state.settings.base_url,
            seen=form.seen.data,
            tell_speakers=form.tell_speakers.data,
            tell_attendees=form.tell_attendees.data,
        )
    except InvalidError as error:
        form.name.errors = [*form.name.errors, *error.errors.get("name", ())]
        form.form_errors.extend(error.errors.get("seats", ()))
        return await _show(request, edition, form, await pending_release(db, edition), status_code=422)
    except ConflictError:
        edition = await organised_edition(request)  # somebody else's release may have given it another name
        pending = await pending_release(db, edition)
        form.seen.data = pending.mark
        used = [each.name for each in await releases_of(db, edition.id)]
        if form.name.data in used:
            form.name.data = next_name(edition.release, used)
        return await _show(request, edition, form, pending, status_code=409)
    request.app.state.sender.wake()
    return done(edition, SECTION, "released")


async def _show(
    request: Request, edition: Edition, form: ReleaseForm, pending: Pending, *, status_code: int = 200
) -> Response:
    db = database(request)
    names = await speaker_names(db, edition.id, people_in(pending.changes), everyone=True)
    speakers = await affected_speakers(db, edition, pending.public_changes)
    attendees = await affected_attendees(db, edition, pending.public_changes)
    public_names = await speaker_names(db, edition.id, people_in(pending.public_changes))
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/releases/page.html",
        status_code,
        form=form,
        is_outdated=status_code == 409,  # noqa: PLR2004 - HTTP's Conflict
        count=len(pending.changes),
        groups=_groups(pending.changes, edition, names, pending),
        short=short_of_seats(pending.public, pending.working),
        conflicts=await conflicts_in(db, edition, list(pending.working)),
        speakers=speakers,
        attendees=attendees,
        speakers_letter=await _letter(request, edition, speakers, public_names, form),
        attendees_letter=await _letter(request, edition, attendees, public_names, form),
        releases=await releases_of(db, edition.id),
    )


def _groups(
    changes: Sequence[Change], edition: Edition, names: Mapping[str, str], pending: Pending | None = None
) -> list[tuple[ChangeKind, list[Told]]]:
    """What pages list: the changes by kind, in words."""
    drafts = pending.drafts if pending else {}
    return [
        (
            kind,
            [
                Told(
                    change,
                    when_and_where(change, edition),
                    lines_of(change, edition, names, long=True),
                    drafts.get(change.code),
                )
                for change in these
            ],
        )
        for kind, these in grouped(changes)
    ]


async def _letter(
    request: Request, edition: Edition, readers: Sequence[Reader], names: Mapping[str, str], form: ReleaseForm
) -> tuple[Reader, Rendered] | None:
    """The mail as the first of them will get it; None where nobody can."""
    reader = next((reader for reader in readers if reader.is_reachable), None)
    if reader is None:
        return None
    draft = letter_to(
        edition,
        replace(reader, path=edition.path),  # the address of their own page is theirs
        names,
        release=form.name.data or "",
        note=form.note.data or "",
        base_url=request.app.state.settings.base_url,
    )
    return reader, render_draft(draft, await own_texts(database(request), edition.id, kind=reader.kind))


async def post_undo(request: Request) -> Response:
    """Forget what is planned for one session. Raises NotFoundError where nothing is."""
    edition = await organised_edition(request)
    back = str((await read_form(request)).get("back", ""))
    user = await require_user(request)
    await undo_draft(database(request), edition, request.path_params["code"], actor=user.email)
    return done(edition, "sessions" if back == "sessions" else SECTION, "undone")


async def post_discard(request: Request) -> Response:
    """Forget all that is planned."""
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    await discard_drafts(database(request), edition, actor=user.email)
    return done(edition, SECTION, "undone")


async def show_release(request: Request) -> Response:
    """The programme of one version; `?with=` (another one's name, or 'now') tells what has changed from one to the other."""
    edition = await organised_edition(request)
    db = database(request)
    release = await find_release(db, edition.id, request.path_params["release"])
    others = [each for each in await releases_of(db, edition.id) if each.id != release.id]
    snapshot = await snapshot_at(db, release.id)
    wanted = request.query_params.get("with", "")
    other = next((each for each in others if each.name == wanted), None)
    changes: tuple[Change, ...] | None = None
    if other is not None:
        older, newer = sorted([release, other], key=lambda each: each.id)
        changes = compare(await snapshot_at(db, older.id), await snapshot_at(db, newer.id))
    elif wanted == NOW:
        public = (await pending_release(db, edition)).public
        changes = compare(snapshot, snapshot_of(public, edition.zone))
    codes = {code for entry in snapshot["sessions"] for code, _ in entry["speakers"]}
    names = await speaker_names(db, edition.id, codes | people_in(changes or ()), everyone=True)
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/releases/version.html",
        release=release,
        others=others,
        wanted=wanted if changes is not None else "",
        is_older=other is not None and other.id < release.id,
        groups=_groups(changes, edition, names) if changes is not None else None,
        days=_days(snapshot, names),
    )


def _days(snapshot: Snapshot, names: Mapping[str, str]) -> list[tuple[date | None, list[Entry]]]:
    """The version's sessions by day, in order; those without a time last, under None."""
    entries = [_entry(stored, names) for stored in snapshot["sessions"]]
    return [(day, list(these)) for day, these in groupby(entries, key=lambda entry: entry.day)]


def _entry(stored: Mapping[str, Any], names: Mapping[str, str]) -> Entry:
    starts, ends = (
        datetime.fromisoformat(stored[name]) if stored[name] else None for name in ("wall_starts", "wall_ends")
    )
    return Entry(
        day=starts.date() if starts else None,
        time="–".join(wall_clock(moment) for moment in (starts, ends) if moment),
        title=stored["title"],
        place=stored["meeting_point"] or stored["room"] or (gettext("Alla rum") if stored["all_rooms"] else ""),
        track=stored["track"] or "",
        people=tuple(names.get(code, gettext("någon som inte längre finns kvar")) for code, _ in stored["speakers"]),
        is_cancelled=stored["status"] == SessionStatus.CANCELLED.value,
    )


async def post_restore(request: Request) -> Response:
    """Plan that the programme becomes what it was in this version."""
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    await restore(database(request), edition, request.path_params["release"], actor=user.email)
    return done(edition, SECTION, "restored")


_BASE = "/organiser/{series:slug}/{edition:slug}/releases"

organiser_routes: list[BaseRoute] = [
    Route(_BASE, show_releases),
    Route(_BASE, post_release, methods=["POST"]),
    Route(f"{_BASE}/drafts/discard", post_discard, methods=["POST"]),
    Route(f"{_BASE}/drafts/{{code:code}}/undo", post_undo, methods=["POST"]),
    Route(f"{_BASE}/{{release}}", show_release),
    Route(f"{_BASE}/{{release}}/restore", post_restore, methods=["POST"]),
]
