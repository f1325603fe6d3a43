"""What a ticket's QR code leads to: the ticket itself, for its holder; for staff at the door, check-in."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.accounts.model import Role
from konferens.attendee.offline_views import is_kept, page_headers
from konferens.errors import NotFoundError
from konferens.events.queries import edition_by_id
from konferens.i18n import gettext
from konferens.programme.queries import chosen_sessions
from konferens.qr import qr_svg
from konferens.registration.queries import order_of_ticket
from konferens.web.auth import current_user
from konferens.web.private import private_file, private_page
from konferens.web.problems import error_page
from konferens.web.requests import database


async def show_ticket(request: Request) -> Response:
    """Name, type, event, code and own programme; no address. Signed-in staff of the edition are led to check-in."""
    db = database(request)
    try:
        order, ticket = await order_of_ticket(db, request.path_params["token"])
    except NotFoundError:
        return error_page(
            request,
            404,
            gettext("Biljetten finns inte"),
            gettext(
                "Koden leder inte till någon biljett här. Öppna länken i bekräftelsen du fick, eller fråga arrangören."
            ),
        )
    user = await current_user(request)
    if user is not None and user.may(Role.STAFF, order.edition_id):
        return RedirectResponse(f"/checkin/?ticket={ticket.token}", status_code=303)
    edition = await edition_by_id(db, order.edition_id)
    response = private_page(
        request,
        "attendee/ticket.html",
        edition=edition,
        order=order,
        ticket=ticket,
        sessions=[session for session in await chosen_sessions(db, ticket.id) if session.deleted_at is None],
        is_kept=is_kept(edition, order, ticket),
    )
    response.headers.update(page_headers(edition, order, ticket))
    return response


async def ticket_qr(request: Request) -> Response:
    """The code of a ticket, as a picture."""
    _, ticket = await order_of_ticket(database(request), request.path_params["token"])
    return private_file(qr_svg(f"{request.app.state.settings.base_url}{ticket.path}").encode(), "image/svg+xml")


routes: list[BaseRoute] = [
    Route("/t/{token}", show_ticket),
    Route("/t/{token}/qr.svg", ticket_qr),
]
