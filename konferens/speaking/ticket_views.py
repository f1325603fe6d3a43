"""Tickets for speakers, given in the office."""

from collections.abc import Collection

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.errors import ConflictError, InvalidError, SoldOutError
from konferens.events.actions import update_edition
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.speaking.organiser_views import SECTION, answer_page, list_page, listed, step, without_ticket
from konferens.speaking.tickets import give_tickets, require_free_type
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition
from konferens.web.requests import database


async def post_ticket_type(request: Request) -> Response:
    """Which ticket speakers get, or '' for none. Raises NotFoundError for a type that isn't free."""
    edition = await organised_edition(request)
    data = await read_form(request)
    user = await require_user(request)
    code = str(data.get("type", ""))
    await require_free_type(database(request), edition.id, code)
    await update_edition(database(request), edition.id, {"speaker_ticket_type": code}, actor=user.email)
    return done(edition, SECTION, "saved")


async def post_tickets(request: Request) -> Response:
    """A ticket for each who has confirmed and has none; 409 with the list when there aren't seats for all of them."""
    edition = await organised_edition(request)
    await read_form(request)
    people = without_ticket(await listed(request, edition))
    problem = await _give(request, edition, [each.speaker.code for each in people])
    if problem:
        return await list_page(request, edition, problem=problem, status_code=409)
    return done(edition, SECTION, "tickets-given")


async def post_ticket(request: Request) -> Response:
    """A ticket for one speaker; 409 with the page when that can't be done."""
    edition, speaker, _, _ = await step(request)
    problem = await _give(request, edition, [speaker.code])
    if problem:
        return await answer_page(request, edition, speaker, problem=problem, status_code=409)
    return done(edition, f"speakers/{speaker.code}/answer", "tickets-given")


async def _give(request: Request, edition: Edition, codes: Collection[str]) -> str:
    """Give them; why not, in the current language, or ''."""
    user = await require_user(request)
    try:
        await give_tickets(
            database(request),
            edition,
            codes,
            language=edition.language,
            actor=user.email,
            base_url=request.app.state.settings.base_url,
        )
    except SoldOutError:
        return gettext("Platserna räckte inte. Gör kvoten större, eller välj en annan biljettyp.")
    except InvalidError as error:
        return " ".join(message for messages in error.errors.values() for message in messages)
    except ConflictError:
        return gettext(
            "Det gick inte att ge en biljett. Välj en biljettyp som inte kostar något, och skriv in e-postadressen."
        )
    request.app.state.sender.wake()
    return ""


_BASE = "/organiser/{series:slug}/{edition:slug}/speakers"

organiser_routes: list[BaseRoute] = [
    Route(f"{_BASE}/ticket-type", post_ticket_type, methods=["POST"]),
    Route(f"{_BASE}/tickets", post_tickets, methods=["POST"]),
    Route(f"{_BASE}/{{code}}/ticket", post_ticket, methods=["POST"]),
]
