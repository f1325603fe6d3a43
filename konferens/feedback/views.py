"""The page on which a session is judged: by anybody, or by an attendee who comes from their own page.

Somebody without a ticket gets a cookie with a random number when the first answer is sent, and none before: it lets one
change what one said, and serves nothing else.
"""

import secrets

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from konferens.clock import now
from konferens.codes import CODE_LENGTH
from konferens.errors import ConflictError, NotFoundError
from konferens.events.model import Edition
from konferens.feedback.actions import judge
from konferens.feedback.forms import FeedbackForm, feedback_form
from konferens.feedback.model import Judgement, respondent
from konferens.feedback.queries import judgement_of
from konferens.i18n import gettext
from konferens.programme.judging import JUDGED_FOR, is_judged, judging_changes, judging_time
from konferens.programme.model import Session
from konferens.programme.queries import find_session, published_sessions
from konferens.web.cache import public_page
from konferens.web.csrf import read_form
from konferens.web.private import private_page
from konferens.web.requests import database, edition_of

COOKIE = "feedback"
_COOKIE_LENGTH = 22


async def session_to_judge(request: Request, edition: Edition) -> Session:
    """The session of the address's {code}. Raises NotFoundError for one that nobody judges."""
    session = await find_session(database(request), edition.id, request.path_params["code"][:CODE_LENGTH])
    if judging_time(session, edition) is None:
        raise NotFoundError(f"feedback on session {session.code}")
    return session


async def feedback_page(
    request: Request, edition: Edition, session: Session, secret: str, *, address: str, back: str
) -> Response:
    """The form at `address` for whoever has `secret` ('' for nobody known), with what they have answered."""
    given = None
    if secret:
        digest = respondent(request.app.state.settings.secret_key, session.id, secret)
        given = await judgement_of(database(request), session.id, digest)
    return _page(request, edition, session, feedback_form(given=given), given, address=address, back=back)


async def save_feedback(
    request: Request, edition: Edition, session: Session, secret: str, *, address: str, back: str, has_ticket: bool
) -> Response:
    """Keep the answer; 303 to `address`, or 422 or 409 with what was typed and why it can't be kept."""
    form = feedback_form(await read_form(request))
    if not form.validate():
        return _page(request, edition, session, form, None, address=address, back=back, status_code=422)
    digest = respondent(request.app.state.settings.secret_key, session.id, secret)
    try:
        await judge(database(request), edition, session, digest, form.judgement(), has_ticket=has_ticket, moment=now())
    except ConflictError:
        return _page(
            request,
            edition,
            session,
            form,
            None,
            address=address,
            back=back,
            status_code=409,
            problem=gettext("Svaret kunde inte tas emot nu."),
        )
    return RedirectResponse(f"{address}?done=1", status_code=303)


def _page(
    request: Request,
    edition: Edition,
    session: Session,
    form: FeedbackForm,
    given: Judgement | None,
    *,
    address: str,
    back: str,
    status_code: int = 200,
    problem: str = "",
) -> Response:
    moment = now()
    time = judging_time(session, edition)
    return private_page(
        request,
        "feedback/page.html",
        status_code=status_code,
        edition=edition,
        session=session,
        form=form,
        given=given,
        address=address,
        back=back,
        problem=problem,
        is_open=is_judged(session, edition, moment),
        is_early=time is not None and moment < time[0],
        done=request.method == "GET" and "done" in request.query_params and given is not None,
    )


async def show_ended(request: Request) -> ASGIApp:
    """What can be judged now, the latest first: where mails and screens lead people to."""
    edition = await edition_of(request)
    if not edition.feedback:
        raise NotFoundError(f"feedback on {edition.ref}")
    moment = now()
    sessions = await published_sessions(database(request), edition.id)
    changes = [judging_changes(session, edition, moment) for session in sessions]
    ended = [session for session in sessions if is_judged(session, edition, moment)]
    ended.sort(key=lambda session: session.ends_at or moment, reverse=True)
    return public_page(
        request,
        edition,
        "feedback/ended.html",
        sessions=ended,
        expires_at=min((each for each in changes if each is not None), default=None),
    )


async def show_feedback(request: Request) -> Response:
    """The form for anybody."""
    edition = await edition_of(request)
    session = await session_to_judge(request, edition)
    return await feedback_page(
        request, edition, session, _known(request), address=_address(edition, session), back=_session(edition, session)
    )


async def post_feedback(request: Request) -> Response:
    """An answer without a ticket; the first sets the cookie."""
    edition = await edition_of(request)
    session = await session_to_judge(request, edition)
    known = _known(request)
    secret = known or secrets.token_urlsafe(16)
    response = await save_feedback(
        request,
        edition,
        session,
        secret,
        address=_address(edition, session),
        back=_session(edition, session),
        has_ticket=False,
    )
    if response.status_code == 303 and not known:  # noqa: PLR2004
        response.set_cookie(
            COOKIE,
            secret,
            max_age=int(JUDGED_FOR.total_seconds()),
            path=edition.path,
            httponly=True,
            samesite="lax",
            secure=request.app.state.settings.secure,
        )
    return response


def _known(request: Request) -> str:
    """What the cookie says, where it is one of ours."""
    value = request.cookies.get(COOKIE, "")
    return value if len(value) == _COOKIE_LENGTH and value.isascii() else ""


def _session(edition: Edition, session: Session) -> str:
    return f"{edition.path}sessions/{session.path_part}"


def _address(edition: Edition, session: Session) -> str:
    return f"{edition.path}sessions/{session.code}/feedback"


_AT = "/{series:slug}/{edition:slug}/sessions/{code:code}/feedback"

routes: list[BaseRoute] = [
    Route("/{series:slug}/{edition:slug}/feedback", show_ended),
    Route(_AT, show_feedback, methods=["GET"]),
    Route(_AT, post_feedback, methods=["POST"]),
]
