"""Sign-ups in the office: how full each session is, who comes, who waits, and what is done by hand."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.errors import ConflictError, InvalidError, NotFoundError, SoldOutError
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.signups.choosing import sign_up, withdraw
from konferens.signups.model import SignupList
from konferens.signups.queries import all_signup_sessions, find_attendees, signup_lists, waiting_sizes
from konferens.signups.spreadsheet import signups_csv
from konferens.speakers.model import by_swedish_name
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.private import private_file
from konferens.web.requests import database, typed_id

SECTION = "signups"


async def show_signups(request: Request) -> Response:
    """Every session that attendees sign up for, with its numbers."""
    edition = await organised_edition(request)
    db = database(request)
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/signups/list.html",
        sessions=await all_signup_sessions(db, edition.id),
        waiting=await waiting_sizes(db, edition.id),
    )


async def show_list(request: Request) -> Response:
    """The names of one session; `?q=` finds attendees to add."""
    edition = await organised_edition(request)
    return await _show(request, edition, await _list_of(request, edition))


async def show_csv(request: Request) -> Response:
    edition = await organised_edition(request)
    listed = await _list_of(request, edition)
    name = f"{edition.series.slug}-{edition.slug}-{listed.session.code}.csv"
    return private_file(signups_csv(listed, edition.zone), "text/csv; charset=utf-8", name, download=True)


async def post_addition(request: Request) -> Response:
    """Give an attendee a seat, also from the waiting list; 409 with the page and the reason when that can't be."""
    edition = await organised_edition(request)
    ticket_id = await _posted_ticket(request)
    listed = await _list_of(request, edition)
    user = await require_user(request)
    try:
        await sign_up(
            database(request),
            edition,
            listed.session.code,
            ticket_id,
            actor=user.email,
            base_url=request.app.state.settings.base_url,
        )
    except InvalidError as error:
        return await _show(request, edition, listed, problem=" ".join(error.errors["sessions"]))
    except SoldOutError:
        return await _show(request, edition, listed, problem=gettext("Det är fullt. Höj först antalet platser."))
    except ConflictError:
        return await _show(
            request,
            edition,
            listed,
            problem=gettext("Det går inte: biljetten är avbokad, eller programpunkten inställd."),
        )
    request.app.state.sender.wake()
    return done(edition, f"{SECTION}/{listed.session.code}", "saved")


async def post_removal(request: Request) -> Response:
    """Take an attendee off the list or the waiting list; who waits moves up."""
    edition = await organised_edition(request)
    ticket_id = await _posted_ticket(request)
    listed = await _list_of(request, edition)
    user = await require_user(request)
    await withdraw(
        database(request),
        edition,
        listed.session.code,
        ticket_id,
        actor=user.email,
        base_url=request.app.state.settings.base_url,
    )
    request.app.state.sender.wake()  # somebody may have got the seat
    return done(edition, f"{SECTION}/{listed.session.code}", "saved")


async def _list_of(request: Request, edition: Edition) -> SignupList:
    """Raises NotFoundError for a session that isn't there, or that nobody signs up for."""
    code = request.path_params["code"]
    found = await signup_lists(database(request), edition.id, code=code)
    if not found:
        raise NotFoundError(f"sign-ups of session {code}")
    return found[0]


async def _posted_ticket(request: Request) -> int:
    """The id of the ticket that the form is about. Raises NotFoundError."""
    text = str((await read_form(request)).get("ticket", ""))
    ticket_id = typed_id(text)
    if ticket_id is None:
        raise NotFoundError(f"ticket {text[:20]}")
    return ticket_id


async def _show(request: Request, edition: Edition, listed: SignupList, *, problem: str = "") -> Response:
    words = request.query_params.get("q", "")[:100]
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/signups/session.html",
        409 if problem else 200,
        listed=listed,
        by_name=sorted(listed.participants, key=lambda each: by_swedish_name(each.name)),
        problem=problem,
        words=words,
        found=await find_attendees(database(request), edition.id, words),
        joined={each.ticket_id for each in listed.participants},
    )


_BASE = "/organiser/{series:slug}/{edition:slug}/signups"

organiser_routes: list[BaseRoute] = [
    Route(_BASE, show_signups),
    Route(f"{_BASE}/{{code:code}}", show_list),
    Route(f"{_BASE}/{{code:code}}.csv", show_csv),
    Route(f"{_BASE}/{{code:code}}/add", post_addition, methods=["POST"]),
    Route(f"{_BASE}/{{code:code}}/remove", post_removal, methods=["POST"]),
]
