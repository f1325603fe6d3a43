"""Where attendees get their certificate, by the secret of their own page."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.attendee.certificate import certificate_pdf
from konferens.attendee.documents import file_stem
from konferens.clock import now
from konferens.errors import NotFoundError
from konferens.events.queries import edition_by_id
from konferens.offering.queries import ticket_types_of
from konferens.registration.queries import order_of_ticket_secret
from konferens.signups.queries import signed_up
from konferens.web.private import private_file
from konferens.web.requests import database


async def certificate_document(request: Request) -> Response:
    """Raises NotFoundError until the last day is over, and for tickets that aren't valid."""
    db = database(request)
    order, ticket = await order_of_ticket_secret(db, request.path_params["secret"])
    edition = await edition_by_id(db, order.edition_id)
    if not (ticket.is_valid and order.is_active and edition.is_over(now())):
        raise NotFoundError(f"no certificate for ticket {ticket.id}")
    sessions = (await signed_up(db, [ticket.id]))[ticket.id]
    types = await ticket_types_of(db, edition.id, active_only=False)
    days = {ticket_type.code: ticket_type.valid_on for ticket_type in types}
    content = await asyncio.to_thread(certificate_pdf, edition, order, ticket, sessions, valid_on=days.get(ticket.type))
    name = {"en": "certificate"}.get(order.language, "intyg")
    return private_file(content, "application/pdf", f"{file_stem(edition, order)}-{name}-{ticket.position}.pdf")


routes: list[BaseRoute] = [Route("/tickets/{secret}/certificate.pdf", certificate_document)]
