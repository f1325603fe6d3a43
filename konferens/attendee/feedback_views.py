"""Judging a session from an attendee's own page: the answer is the ticket's, so no cookie is needed."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.attendee.access import OWN, own_ticket
from konferens.feedback.views import feedback_page, save_feedback, session_to_judge


async def show_own_feedback(request: Request) -> Response:
    _, ticket, edition = await own_ticket(request)
    session = await session_to_judge(request, edition)
    address = f"{ticket.own_path}sessions/{session.code}/feedback"
    return await feedback_page(request, edition, session, ticket.secret, address=address, back=ticket.own_path)


async def post_own_feedback(request: Request) -> Response:
    _, ticket, edition = await own_ticket(request)
    session = await session_to_judge(request, edition)
    address = f"{ticket.own_path}sessions/{session.code}/feedback"
    return await save_feedback(
        request, edition, session, ticket.secret, address=address, back=ticket.own_path, has_ticket=True
    )


_AT = f"{OWN}/sessions/{{code:code}}/feedback"

routes: list[BaseRoute] = [
    Route(_AT, show_own_feedback, methods=["GET"]),
    Route(_AT, post_own_feedback, methods=["POST"]),
]
