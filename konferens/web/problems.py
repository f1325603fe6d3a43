"""What people and programs see when something is wrong: an HTML page, or problem JSON (RFC 9457) under /api/ and /checkin/api/."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ExceptionHandler

from konferens.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, SoldOutError
from konferens.i18n import gettext
from konferens.web.auth import SignInRequiredError, TokenRequiredError
from konferens.web.csrf import ForgedFormError
from konferens.web.templating import render

log = logging.getLogger(__name__)
PROBLEM_TYPES = "/api/docs/problems/"


def problem(
    request: Request, status: int, slug: str, detail: str = "", *, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """An application/problem+json response; `slug` ends its `type`, and `more` are extension members."""
    return JSONResponse(
        {
            "type": f"{request.app.state.settings.base_url}{PROBLEM_TYPES}{slug}",
            "title": HTTPStatus(status).phrase,
            "status": status,
            **({"detail": detail} if detail else {}),
            **more,
        },
        status_code=status,
        media_type="application/problem+json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def invalid(request: Request, errors: Mapping[str, list[str]]) -> JSONResponse:
    """422 with `errors` as the contract has them: a field and a message each."""
    flat = [{"field": field, "message": message} for field, messages in errors.items() for message in messages]
    return problem(request, 422, "invalid", "Some values cannot be accepted.", errors=flat)


def error_page(request: Request, status: int, title: str, text: str) -> Response:
    """A page that says what is wrong and leads on."""
    return render(request, "errors/error.html", status_code=status, status=status, title=title, text=text)


def _is_api(request: Request) -> bool:
    return request.url.path.startswith(("/api/", "/checkin/api/"))


async def _not_found(request: Request, error: Exception) -> Response:
    if _is_api(request):
        return problem(request, 404, "not-found", str(error))
    return error_page(
        request,
        404,
        gettext("Sidan finns inte"),
        gettext(
            "Det finns inget på den här adressen. Kanske är länken gammal, eller så har något bokstavstecken fallit bort."
        ),
    )


async def _forbidden(request: Request, error: Exception) -> Response:
    if _is_api(request):
        return problem(request, 403, "forbidden", str(error))
    return error_page(
        request,
        403,
        gettext("Du saknar behörighet"),
        gettext("Ditt konto får inte göra detta. Be den som ansvarar för konferensen om behörighet."),
    )


async def _sold_out(request: Request, error: Exception) -> Response:
    if _is_api(request):
        return problem(request, 409, "sold-out", str(error))
    return error_page(
        request, 409, gettext("Slutsålt"), gettext("Platserna tog slut. Gå tillbaka och välj en annan biljett.")
    )


async def _conflict(request: Request, error: Exception) -> Response:
    if _is_api(request):
        return problem(request, 409, "conflict", str(error))
    return error_page(
        request,
        409,
        gettext("Det gick inte"),
        gettext("Något hade ändrats under tiden. Gå tillbaka, ladda om sidan och försök igen."),
    )


async def _invalid(request: Request, error: Exception) -> Response:
    errors = error.errors if isinstance(error, InvalidError) else {}
    if _is_api(request):
        return invalid(request, errors)
    text = " ".join(message for messages in errors.values() for message in messages)
    return error_page(request, 422, gettext("Något är fel ifyllt"), text)


async def _forged(request: Request, error: Exception) -> Response:  # noqa: ARG001
    return error_page(
        request,
        403,
        gettext("Formuläret gick inte att ta emot"),
        gettext(
            "Sidan var öppnad för länge sedan, eller så kom formuläret från en annan webbplats. Gå tillbaka, ladda om och skicka igen."
        ),
    )


async def _sign_in(request: Request, error: Exception) -> Response:  # noqa: ARG001
    if _is_api(request):
        return problem(request, 401, "sign-in-required", "Sign in at /login.")
    if request.method not in ("GET", "HEAD"):
        return RedirectResponse("/login", status_code=303)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/login?next={quote(here)}", status_code=303)


async def _token_required(request: Request, error: Exception) -> Response:  # noqa: ARG001
    return problem(
        request,
        401,
        "token-required",
        "Send a valid API token as 'Authorization: Bearer TOKEN'.",
        headers={"WWW-Authenticate": "Bearer"},
    )


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = (error.headers if isinstance(error, HTTPException) else None) or {}
    if status == HTTPStatus.NOT_FOUND:
        return await _not_found(request, error)
    if _is_api(request):
        return problem(request, status, HTTPStatus(status).phrase.lower().replace(" ", "-"), headers=headers)
    response = error_page(
        request,
        status,
        gettext("Det gick inte"),
        gettext("Servern förstod inte det som skickades. Gå tillbaka, ladda om sidan och försök igen."),
    )
    response.headers.update(headers)
    return response


async def _broken(request: Request, error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    if _is_api(request):
        return problem(request, 500, "internal", "Something is broken on our side; it has been logged.")
    return error_page(
        request,
        500,
        gettext("Något gick fel hos oss"),
        gettext("Felet är vårt och har antecknats. Försök igen om en stund."),
    )


async def _gone(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """The client hung up in the middle of its request: nobody reads this answer."""
    return Response(status_code=400)


EXCEPTION_HANDLERS: dict[Any, ExceptionHandler] = {
    NotFoundError: _not_found,
    ForbiddenError: _forbidden,
    SoldOutError: _sold_out,
    ConflictError: _conflict,
    InvalidError: _invalid,
    ForgedFormError: _forged,
    SignInRequiredError: _sign_in,
    TokenRequiredError: _token_required,
    HTTPException: _http,
    ClientDisconnect: _gone,
    Exception: _broken,
}
