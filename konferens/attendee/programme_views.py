"""An attendee's own programme: sessions to sign up for, places in waiting lists, and a list of what not to forget.

The handlers know the ticket; where its page is, and who may come there, is told by those who call them.
"""

from dataclasses import dataclass
from datetime import date

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from konferens.errors import InvalidError
from konferens.events.model import Edition
from konferens.offering.queries import ticket_types_of
from konferens.programme.model import Session
from konferens.programme.queries import chosen_sessions, published_sessions
from konferens.registration.api import wake_sender
from konferens.registration.model import Ticket
from konferens.signups.choosing import choose_sessions
from konferens.signups.forms import time_slots
from konferens.signups.model import is_on, problems_by_session
from konferens.signups.queries import waiting_positions, waiting_sizes
from konferens.web.csrf import read_form
from konferens.web.private import private_page
from konferens.web.requests import database


@dataclass(frozen=True, slots=True)
class _Choice:
    """Ids of sessions: in the programme or signed up for, and waited for."""

    sessions: frozenset[int]
    waiting: frozenset[int]


async def programme_page(request: Request, edition: Edition, ticket: Ticket, *, address: str, back: str) -> Response:
    """The form at `address`, with what is chosen now. `back` is where its link back leads.

    `?done=1` tells that it was saved, `?full=CODE,CODE` which sessions were full by then.
    """
    db = database(request)
    chosen = frozenset(session.id for session in await chosen_sessions(db, ticket.id))
    waiting = frozenset(await waiting_positions(db, ticket.id))
    return await _page(request, edition, ticket, _Choice(chosen, waiting), address=address, back=back)


async def save_programme(
    request: Request, edition: Edition, ticket: Ticket, *, address: str, back: str, actor: str
) -> Response:
    """Save what was chosen; 303 to `address`, or 422 with the form, all that was chosen and what stands against it.

    Raises ConflictError when the ticket is cancelled meanwhile.
    """
    db = database(request)
    choice = _read(await read_form(request), await _choosable(request, edition, ticket))
    try:
        full = await choose_sessions(
            db,
            edition,
            ticket.id,
            choice.sessions,
            choice.waiting,
            actor=actor,
            base_url=request.app.state.settings.base_url,
        )
    except InvalidError as error:
        return await _page(
            request, edition, ticket, choice, address=address, back=back, errors=error.errors["sessions"]
        )
    wake_sender(request)  # somebody may have got the seat that was left
    told = f"&full={','.join(session.code for session in full)}" if full else ""
    return RedirectResponse(f"{address}?done=1{told}", status_code=303)


def _read(form: FormData, choosable: list[Session]) -> _Choice:
    """What was ticked; codes of other sessions are passed over."""
    ticked, waits = form.getlist("session"), form.getlist("waiting")
    return _Choice(
        frozenset(session.id for session in choosable if session.code in ticked),
        frozenset(session.id for session in choosable if session.signup and session.code in waits),
    )


async def _page(
    request: Request,
    edition: Edition,
    ticket: Ticket,
    choice: _Choice,
    *,
    address: str,
    back: str,
    errors: list[str] | None = None,
) -> Response:
    db = database(request)
    choosable = await _choosable(request, edition, ticket)
    held = await chosen_sessions(db, ticket.id)
    signups = [session for session in choosable if session.signup]
    told_full = request.query_params.get("full", "").split(",") if request.method == "GET" else []
    return private_page(
        request,
        "attendee/programme.html",
        status_code=422 if errors else 200,
        edition=edition,
        ticket=ticket,
        address=address,
        back=back,
        slots=time_slots(signups, zone=edition.zone),
        days=_by_day(edition, [session for session in choosable if not session.signup]),
        choice=choice,
        held={session.id for session in held},
        off=[session for session in held if session.signup and session.is_cancelled],
        positions=await waiting_positions(db, ticket.id),
        waiting_sizes=await waiting_sizes(db, edition.id),
        errors=errors or [],
        problems=problems_by_session([each for each in signups if each.id in choice.sessions], edition.zone)
        if errors
        else {},
        full=[session for session in signups if session.code in told_full and session.is_full],
        done=request.method == "GET" and "done" in request.query_params,
        webcal_base=f"webcal://{request.app.state.settings.base_url.partition('://')[2]}",
    )


async def _choosable(request: Request, edition: Edition, ticket: Ticket) -> list[Session]:
    """What takes place at a time, on the day that the ticket is for; breaks are everybody's unless one signs up for them."""
    db = database(request)
    types = {each.code: each for each in await ticket_types_of(db, edition.id, active_only=False)}
    return [
        session
        for session in await published_sessions(db, edition.id)
        if not session.is_cancelled
        and (session.signup or not session.type.is_pause)
        and is_on(session, types[ticket.type].valid_on, edition.zone)
    ]


def _by_day(edition: Edition, sessions: list[Session]) -> dict[date, list[Session]]:
    days: dict[date, list[Session]] = {}
    for session in sessions:
        if (day := session.day(edition.zone)) is not None:
            days.setdefault(day, []).append(session)
    return days
