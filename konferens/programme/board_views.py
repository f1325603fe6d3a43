"""The schedule editor in the office: a day's board, moves of its sessions, and what others have moved meanwhile.

Each move is a POST of the form that also stands on a page of its own, so that all of it works without scripts. Scripts ask
for JSON: the moved session as it now stands on the board, as HTML, and the programme's conflicts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from konferens.audit import Change, latest_changes
from konferens.errors import ConflictError, InvalidError
from konferens.events.model import Edition
from konferens.events.queries import rooms_of, tracks_of
from konferens.formats import day as format_day
from konferens.formats import stamp, wall_clock
from konferens.i18n import gettext
from konferens.programme.board import Board, Slot, board_of, slot_of, usual_lengths
from konferens.programme.circumstances import conflicts_in
from konferens.programme.conflicts import Conflict, Problem, conflicts_of
from konferens.programme.drafts import find_working_session, working_sessions
from konferens.programme.forms import date_or_none
from konferens.programme.labels import field_labels, shown_value
from konferens.programme.marks import working_mark
from konferens.programme.model import Session
from konferens.programme.move_forms import MoveForm, move_form
from konferens.programme.organiser_views import SaveSession
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import office_path, organised_edition, render_office
from konferens.web.requests import database
from konferens.web.templating import render_text

MOVED_FIELDS = ("wall_starts", "wall_ends", "room_id")
"""What a move changes; the trail of one that did can be taken back."""


@dataclass(frozen=True, slots=True)
class _Shown:
    board: Board
    conflicts: list[Conflict]


async def show_board(request: Request) -> Response:
    """A day; `?moved=CODE` offers to take that session's last move back (where scripts don't)."""
    edition = await organised_edition(request)
    mark = await working_mark(database(request), edition)  # before what it marks, so that no change is passed over
    shown = await _read(request, edition)
    return render_office(
        request,
        edition,
        "schedule",
        "organiser/schedule/board.html",
        board=shown.board,
        conflicts=shown.conflicts,
        tracks=await tracks_of(database(request), edition.id),
        moved=await _last_move(request, edition),
        mark=mark,
    )


async def show_state(request: Request) -> Response:
    """JSON: the day's sessions and the parked as HTML, and the conflicts; 304 where nothing has changed since."""
    edition = await organised_edition(request)
    etag = f'"{await working_mark(database(request), edition)}"'
    headers = {"ETag": etag, "Cache-Control": "no-store"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    shown = await _read(request, edition)
    return JSONResponse(_parts(request, edition, shown, shown.board.all_slots), headers=headers)


async def show_move(request: Request) -> Response:
    edition = await organised_edition(request)
    db = database(request)
    session = await find_working_session(db, edition, request.path_params["code"])
    planned = await working_sessions(db, edition, texts=False)
    slot = slot_of(session, edition.zone, usual_lengths(planned, edition.zone), await _wished(request, edition))
    form = move_form(edition, slot, await rooms_of(db, edition.id))
    return _show_form(
        request, edition, form, slot, conflicts=conflicts_of(session.code, await conflicts_in(db, edition, planned))
    )


async def post_move(request: Request) -> Response:
    """Move a session: 303 to its day; for scripts JSON. 422 and 409 say what is wrong, and the session stays where it is."""
    edition = await organised_edition(request)
    db = database(request)
    formdata = await read_form(request)
    user = await require_user(request)
    session = await find_working_session(db, edition, request.path_params["code"])
    slot = await _slot(request, edition, session)
    form = move_form(edition, slot, await rooms_of(db, edition.id), formdata)
    if not form.validate():
        return await _refuse(request, edition, form, slot)
    try:
        save: SaveSession = request.app.state.save_session
        await save(db, edition, session.code, form.values(), actor=user.email, version=form.version.data or None)
    except InvalidError as error:
        for name, messages in error.errors.items():
            form[name].errors = messages
        return await _refuse(request, edition, form, slot)
    except ConflictError:
        return await _show_conflict(request, edition, form, session.code)
    request.app.state.sender.wake()
    if _wants_json(request):
        return JSONResponse(await _answer(request, edition, session.code))
    day = f"day={form.day.data.isoformat()}&" if form.day.data else ""
    address = f"{office_path(edition)}schedule?{day}moved={session.code}#slot-{session.code}"
    return RedirectResponse(address, status_code=303)


async def _read(request: Request, edition: Edition) -> _Shown:
    db = database(request)
    sessions = await working_sessions(db, edition)
    try:
        day = date_or_none(request.query_params.get("day", ""))
    except ValueError:
        day = None
    board = board_of(edition, sessions, await rooms_of(db, edition.id), day, await _wished(request, edition))
    # What has no time is parked in everybody's sight.
    found = [each for each in await conflicts_in(db, edition, sessions) if each.problem is not Problem.NO_TIME]
    return _Shown(board, sorted(found, key=lambda each: each.session.day(edition.zone) != board.day))


def _parts(request: Request, edition: Edition, shown: _Shown, slots: Sequence[Slot]) -> dict[str, Any]:
    """What the page changes without being loaded anew."""
    context = {"edition": edition, "office": office_path(edition)}
    return {
        "slots": render_text(request, "organiser/schedule/_slots.html", slots=slots, **context),
        "conflicts": render_text(
            request,
            "organiser/schedule/_conflicts.html",
            conflicts=shown.conflicts,
            day=shown.board.day,
            **context,
        ),
    }


async def _wished(request: Request, edition: Edition) -> Mapping[str, int]:
    """Session code → how many minutes its proposers asked for."""
    wished: Mapping[str, int] = await request.app.state.wished_minutes(edition.id)
    return wished


async def _slot(request: Request, edition: Edition, session: Session) -> Slot:
    """Of one session; what has no time gets the length that was asked for, or the usual one of its type."""
    placed = session.starts_at is not None
    planned = [] if placed else await working_sessions(database(request), edition, texts=False)
    wished = {} if placed else await _wished(request, edition)
    return slot_of(session, edition.zone, usual_lengths(planned, edition.zone), wished)


async def _answer(request: Request, edition: Edition, code: str) -> dict[str, Any]:
    """After a move, and to one that came too late: how the session stands now, and the conflicts of the programme."""
    db = database(request)
    sessions = await working_sessions(db, edition, texts=False)
    session = await find_working_session(db, edition, code)
    slot = slot_of(session, edition.zone, usual_lengths(sessions, edition.zone), await _wished(request, edition))
    board = Board(slot.day or edition.starts_on, (), (), {}, 0, 0)
    found = [each for each in await conflicts_in(db, edition, sessions) if each.problem is not Problem.NO_TIME]
    parts = _parts(request, edition, _Shown(board, found), [slot])
    return {"code": code, "version": slot.version, **parts}


async def _refuse(request: Request, edition: Edition, form: MoveForm, slot: Slot) -> Response:
    """422 with what is wrong beside the fields."""
    if _wants_json(request):
        told = [message for messages in form.errors.values() for message in messages]
        return JSONResponse({"message": " ".join(map(str, told)), "errors": form.errors}, status_code=422)
    return _show_form(request, edition, form, slot, status_code=422)


async def _show_conflict(request: Request, edition: Edition, form: MoveForm, code: str) -> Response:
    """409: somebody has changed the session since it was read. Whose change and what is told; once more is then knowingly."""
    db = database(request)
    changes = await latest_changes(db, f"session:{code}", limit=1)
    told = (
        _told(changes[0], edition, {room.id: room.name for room in await rooms_of(db, edition.id)}) if changes else ""
    )
    if _wants_json(request):
        return JSONResponse({"message": told, **await _answer(request, edition, code)}, status_code=409)
    session = await find_working_session(db, edition, code)
    slot = await _slot(request, edition, session)
    form.version.data = slot.version
    return _show_form(request, edition, form, slot, status_code=409, other=told)


def _told(change: Change, edition: Edition, rooms: Mapping[int, str]) -> str:
    """'anna@example.org ändrade 2027-05-11 09.00: börjar tisdag 11 maj 10.00, rum Logen.'"""
    labels = field_labels()
    values = {name: value for name, value in change.after.items() if name in labels}
    shown = [
        f"{labels[name].lower()} {_in_words(name, value, rooms)}" if name in MOVED_FIELDS else labels[name].lower()
        for name, value in values.items()
    ]
    text = gettext("%(who)s ändrade %(when)s: %(what)s.")
    return text % {"who": change.actor, "when": stamp(change.at, edition.zone), "what": ", ".join(shown)}


def _in_words(name: str, value: Any, rooms: Mapping[int, str]) -> str:
    if name != "room_id" and value:
        moment = datetime.fromisoformat(value)
        return f"{format_day(moment.date())} {wall_clock(moment)}"
    return shown_value(name, value, {"rooms": rooms, "tracks": {}, "speakers": {}})


async def _last_move(request: Request, edition: Edition) -> dict[str, Any] | None:
    """The form that takes back the last change of `?moved=CODE`, where it was this person's move."""
    code = request.query_params.get("moved", "").upper()
    changes = await latest_changes(database(request), f"session:{code}", limit=1) if code else []
    user = await require_user(request)
    if not changes or changes[0].actor != user.email or not set(changes[0].before) & set(MOVED_FIELDS):
        return None
    session = await find_working_session(database(request), edition, code)
    slot = await _slot(request, edition, session)
    before = changes[0].before
    room = before.get("room_id", session.room.id if session.room else None)
    starts, ends = (_wall(before, slot, name) for name in ("wall_starts", "wall_ends"))
    return {
        "session": session,
        "fields": {
            "version": slot.version,
            "day": starts.date().isoformat() if starts else "",
            "starts": f"{starts:%H:%M}" if starts else "",
            "ends": f"{ends:%H:%M}" if ends else "",
            "room": room or "",
        },
    }


def _wall(before: Mapping[str, Any], slot: Slot, name: str) -> datetime | None:
    """A wall time before the change: what was changed, else what stands there now."""
    if name in before:
        return datetime.fromisoformat(before[name]) if before[name] else None
    return datetime.combine(slot.day, slot.begins if name == "wall_starts" else slot.finishes) if slot.day else None


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _show_form(
    request: Request, edition: Edition, form: MoveForm, slot: Slot, *, status_code: int = 200, **context: Any
) -> Response:
    return render_office(
        request,
        edition,
        "schedule",
        "organiser/schedule/move.html",
        status_code,
        form=form,
        slot=slot,
        session=slot.session,
        **({"conflicts": [], "other": None} | context),
    )


_BASE = "/organiser/{series:slug}/{edition:slug}/schedule"

organiser_routes = [
    Route(_BASE, show_board),
    Route(f"{_BASE}/state", show_state),
    Route(f"{_BASE}/{{code}}", show_move),
    Route(f"{_BASE}/{{code}}", post_move, methods=["POST"]),
]
