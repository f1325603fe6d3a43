"""Who is asking: signed-in people by cookie, scripts by bearer token; and what they may do."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from konferens.accounts import queries
from konferens.accounts.model import ApiToken, Role, User
from konferens.attempts import Limit
from konferens.errors import ForbiddenError
from konferens.web.requests import client_address, database

WRONG_TOKENS = Limit("token", timedelta(minutes=10), by_address=20)
"""Tokens from one address that nobody has, phones' and programs' together. They are too long to be guessed: it keeps the noise down."""


class SignInRequiredError(Exception):
    """A page for signed-in people was asked for by nobody."""


class TokenRequiredError(Exception):
    """An API call without a valid token (RFC 6750)."""


def login_cookie_name(*, secure: bool) -> str:
    """`__Host-` binds the cookie to this host; browsers accept that only over https."""
    return "__Host-login" if secure else "login"


def cookie_name(request: Request) -> str:
    return login_cookie_name(secure=request.app.state.settings.secure)


def login_cookie(request: Request) -> str | None:
    """The login token that the browser sent, valid or not."""
    return request.cookies.get(cookie_name(request))


def set_login(request: Request, response: Response, token: str, max_age: int) -> None:
    response.set_cookie(
        cookie_name(request),
        token,
        max_age=max_age,
        path="/",
        secure=request.app.state.settings.secure,
        httponly=True,
        samesite="lax",
    )


def clear_login(request: Request, response: Response) -> None:
    response.delete_cookie(
        cookie_name(request), path="/", secure=request.app.state.settings.secure, httponly=True, samesite="lax"
    )


async def current_user(request: Request) -> User | None:
    """Whoever is signed in, or None. Asks the database once a request."""
    if not hasattr(request.state, "user"):
        token = login_cookie(request)
        request.state.user = await queries.user_by_login(request.app.state.database, token) if token else None
    user: User | None = request.state.user
    return user


async def require_user(request: Request) -> User:
    """Raises SignInRequiredError."""
    user = await current_user(request)
    if user is None:
        raise SignInRequiredError
    return user


async def require_role(request: Request, role: Role, edition_id: int | None) -> User:
    """The signed-in person, who holds `role` in the edition (None: in all). Raises SignInRequiredError, ForbiddenError."""
    user = await require_user(request)
    if not user.may(role, edition_id):
        raise ForbiddenError(f"{user.email} is not {role} of edition {edition_id}")
    return user


async def bearer(request: Request) -> ApiToken:
    """The API token of the Authorization header. Asks the database once a request. Raises TokenRequiredError, and
    TooManyAttemptsError for an address with too many wrong ones.
    """
    if not hasattr(request.state, "api_token"):
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        is_bearer = scheme.lower() == "bearer" and token
        request.state.api_token = await request.app.state.api_tokens.run(token.strip()) if is_bearer else None
        if is_bearer and request.state.api_token is None:
            await note_wrong_token(request, token.strip())
    found = request.state.api_token
    if not isinstance(found, ApiToken):
        raise TokenRequiredError
    return found


async def note_wrong_token(request: Request, token: str) -> None:
    """Nobody has this token. The same one counts once, however often a program tries it. Raises TooManyAttemptsError."""
    db, address = database(request), client_address(request)
    await WRONG_TOKENS.require(db, address=address)
    await WRONG_TOKENS.take(db, address=address, name=queries.digest(token), once=True)


async def require_scope(request: Request, scope: str, edition_id: int | None) -> ApiToken:
    """The API token, which may do `scope` in the edition. Raises TokenRequiredError, ForbiddenError."""
    token = await bearer(request)
    if not token.may(scope, edition_id):
        raise ForbiddenError(f"token {token.name} has no scope {scope} for edition {edition_id}")
    return token
