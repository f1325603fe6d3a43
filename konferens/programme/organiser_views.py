"""The programme in the office: the filterable list, and the form of one session."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Protocol

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from konferens.audit import latest_changes
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError
from konferens.events.model import Edition
from konferens.events.queries import rooms_of, tracks_of
from konferens.programme.circumstances import conflicts_in
from konferens.programme.conflicts import Conflict, conflicts_of
from konferens.programme.drafts import draft_of, drafts_of, find_working_session, working_sessions
from konferens.programme.editing import changed_fields, values_of, version_of
from konferens.programme.files import files_of
from konferens.programme.filter_forms import FilterForm, filter_form
from konferens.programme.forms import SessionForm, add_empty_links, role_choices, session_form
from konferens.programme.labels import field_labels, shown_value
from konferens.programme.model import Session
from konferens.programme.removal_views import choosers_of, removal_routes
from konferens.speakers.queries import speakers_of
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database


class SaveSession(Protocol):
    """As programme.actions.save_session, its errors too; `tell` those who have chosen it (signups.editing)."""

    async def __call__(
        self,
        db: Database,
        edition: Edition,
        code: str | None,
        values: Mapping[str, Any],
        *,
        actor: str,
        version: str | None,
        at_once: bool = False,
        tell: bool | None = None,
    ) -> str: ...


async def show_sessions(request: Request) -> Response:
    edition = await organised_edition(request)
    db = database(request)
    form = filter_form(
        edition,
        rooms=await rooms_of(db, edition.id),
        tracks=await tracks_of(db, edition.id),
        query=request.query_params,
    )
    sessions = await working_sessions(db, edition)
    drafts = await drafts_of(db, edition.id) if edition.release else {}
    untold = await request.app.state.untold(edition)
    found = [session for session in sessions if _matches(session, form, edition)]
    return render_office(
        request,
        edition,
        "sessions",
        "organiser/sessions/list.html",
        form=form,
        filtered=any(field.data for field in form),
        days=_by_day(found, edition),
        found=len(found),
        total=len(sessions),
        drafts=drafts,
        untold=len(untold),
        leaving=[draft for draft in drafts.values() if draft.deleted],
        troubled=_by_code(await conflicts_in(db, edition, sessions)),
    )


def _matches(session: Session, form: FilterForm, edition: Edition) -> bool:
    day = session.day(edition.zone)
    if form.day.data and form.day.data != (day.isoformat() if day else "none"):
        return False
    if form.room.data and form.room.data != (session.room.slug if session.room else "none"):
        return False
    if form.track.data and form.track.data != (session.track.slug if session.track else "none"):
        return False
    if form.status.data and form.status.data != session.status.value:
        return False
    people = " ".join(person.name for person in session.speakers)
    text = f"{session.code} {session.title} {session.subtitle} {session.abstract} {people}".casefold()
    return all(word in text for word in (form.q.data or "").casefold().split())


def _by_day(sessions: Iterable[Session], edition: Edition) -> list[tuple[Any, list[Session]]]:
    """(date or None, its sessions) in order; those without a time last."""
    days: dict[Any, list[Session]] = defaultdict(list)
    for session in sessions:
        days[session.day(edition.zone)].append(session)
    return sorted(days.items(), key=lambda item: (item[0] is None, item[0]))


def _by_code(conflicts: list[Conflict]) -> set[str]:
    """Codes of the sessions that something is wrong with."""
    return {each.session.code for each in conflicts} | {each.other.code for each in conflicts if each.other}


async def show_new_session(request: Request) -> Response:
    """An empty form; `?day=&room=` (after "save and next") and `?starts=&ends=` (of the schedule) fill in when and where."""
    edition = await organised_edition(request)
    form = await _form(request, edition)
    form.day.process(request.query_params)
    form.room.process(request.query_params)
    form.track.process(request.query_params)
    form.starts.process(request.query_params)
    form.ends.process(request.query_params)
    return await _show_form(request, edition, form, None)


async def post_new_session(request: Request) -> Response:
    edition = await organised_edition(request)
    formdata = await read_form(request)
    form = await _form(request, edition, formdata=formdata)
    return await _save(request, edition, form, None, formdata)


async def show_session(request: Request) -> Response:
    edition = await organised_edition(request)
    db = database(request)
    session = await find_working_session(db, edition, request.path_params["code"])
    values = values_of(session, edition.zone)
    form = await _form(request, edition, values=values | {"version": version_of(values)})
    conflicts = conflicts_of(session.code, await conflicts_in(db, edition, await working_sessions(db, edition)))
    files = (await files_of(db, [session.code])).get(session.code, [])
    return await _show_form(
        request,
        edition,
        form,
        session,
        conflicts=conflicts,
        files=files,
        proposal=await request.app.state.proposal_of_session(edition.id, session.code),
        changes=await latest_changes(db, f"session:{session.code}", limit=5),
        draft=await draft_of(db, edition, session.code),
    )


async def post_session(request: Request) -> Response:
    edition = await organised_edition(request)
    formdata = await read_form(request)
    session = await find_working_session(database(request), edition, request.path_params["code"])
    values = values_of(session, edition.zone)
    form = await _form(request, edition, formdata=formdata, values=values)
    return await _save(request, edition, form, session, formdata)


async def _save(
    request: Request, edition: Edition, form: SessionForm, session: Session | None, formdata: FormData
) -> Response:
    if "more" in formdata:
        add_empty_links(form)
        return await _show_form(request, edition, form, session, unsaved=True)
    if not form.validate():
        return await _show_form(request, edition, form, session, status_code=422)
    order = [person.code for person in session.speakers] if session else []
    values = form.values(order)
    user = await require_user(request)
    code = session.code if session else None
    version = form.version.data if session else None
    try:
        # Not ours directly: a change may give seats to those who wait, and sign-ups are built on the programme.
        save: SaveSession = request.app.state.save_session
        code = await save(
            database(request),
            edition,
            code,
            values,
            actor=user.email,
            version=version,
            at_once="at_once" in formdata,
            tell=form.tell.data,
        )
    except InvalidError as error:
        for name, messages in error.errors.items():
            form[name].errors = messages
        return await _show_form(request, edition, form, session, status_code=422)
    except ConflictError:
        if session is None:
            raise
        return await _show_conflict(request, edition, form, session.code, values)
    request.app.state.sender.wake()
    saved = "drafted" if edition.release else "saved" if session else "created"
    if "next" in formdata:
        return done(edition, await _next_end(request, edition, code, form, is_new=session is None), saved)
    return done(edition, f"sessions/{code}", "public" if "at_once" in formdata else saved)


async def _next_end(request: Request, edition: Edition, code: str, form: SessionForm, *, is_new: bool) -> str:
    """Where "save and next" leads: from a new session to another new one, else to the next in the list."""
    if is_new:
        day = form.day.data.isoformat() if form.day.data else ""
        return f"sessions/new?day={day}&room={form.room.data or ''}&track={form.track.data or ''}"
    days = _by_day(await working_sessions(database(request), edition), edition)
    codes = [session.code for _, sessions in days for session in sessions]
    following = codes[codes.index(code) + 1 :] if code in codes else []
    return f"sessions/{following[0]}" if following else "sessions"


async def _show_conflict(
    request: Request, edition: Edition, form: SessionForm, code: str, values: dict[str, Any]
) -> Response:
    """409: somebody saved while this form was open. What was typed stays; saving once more is then done knowingly."""
    db = database(request)
    session = await find_working_session(db, edition, code)
    current = values_of(session, edition.zone)
    form.version.data = version_of(current)
    labels = field_labels()
    names: dict[str, dict[Any, str]] = {
        "rooms": {room.id: room.name for room in await rooms_of(db, edition.id)},
        "tracks": {track.id: track.name for track in await tracks_of(db, edition.id)},
        "speakers": {speaker.code: speaker.name for speaker in await speakers_of(db, edition.id)},
    }
    differences = [
        (labels[name], shown_value(name, current[name], names), shown_value(name, values[name], names))
        for name in changed_fields(current, values)
    ]
    changes = await latest_changes(db, f"session:{session.code}", limit=1)
    return await _show_form(
        request,
        edition,
        form,
        session,
        status_code=409,
        differences=differences,
        other=changes[0] if changes else None,
    )


async def _form(
    request: Request, edition: Edition, *, formdata: FormData | None = None, values: dict[str, Any] | None = None
) -> SessionForm:
    db = database(request)
    return session_form(
        edition,
        rooms=await rooms_of(db, edition.id),
        tracks=await tracks_of(db, edition.id),
        speakers=await speakers_of(db, edition.id),
        formdata=formdata,
        values=values,
    )


async def _show_form(
    request: Request,
    edition: Edition,
    form: SessionForm,
    session: Session | None,
    *,
    status_code: int = 200,
    **context: Any,
) -> Response:
    defaults: dict[str, Any] = {"conflicts": [], "changes": [], "differences": None, "other": None, "files": None}
    defaults["proposal"] = defaults["draft"] = None
    defaults["unsaved"] = status_code != HTTPStatus.OK  # what was typed isn't kept anywhere but on this page
    known_order = [person.code for person in session.speakers] if session else []
    return render_office(
        request,
        edition,
        "sessions",
        "organiser/sessions/edit.html",
        status_code,
        form=form,
        session=session,
        field_labels=field_labels(),
        role_choices=role_choices(),
        chosen=form.order(known_order),
        choosers=await choosers_of(request, session),
        **(defaults | context),
    )


_BASE = "/organiser/{series:slug}/{edition:slug}/sessions"

organiser_routes = [
    Route(_BASE, show_sessions),
    Route(f"{_BASE}/new", show_new_session),
    Route(f"{_BASE}/new", post_new_session, methods=["POST"]),
    Route(f"{_BASE}/{{code}}", show_session),
    Route(f"{_BASE}/{{code}}", post_session, methods=["POST"]),
    *removal_routes,
]
