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

from konferens.attempts import TooManyAttemptsError
from konferens.errors import (
    ConflictError,
    DeviceEndedError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    SoldOutError,
)
from konferens.i18n import gettext, ngettext
from konferens.web.auth import SignInRequiredError, TokenRequiredError
from konferens.web.csrf import ForgedFormError
from konferens.web.schemas import Component, array, integer, nullable, record, text
from konferens.web.templating import render

log = logging.getLogger(__name__)
PROBLEM_TYPES = "/api/docs/problems/"

PROBLEMS = {
    "bad-request": 400,
    "token-required": 401,
    "sign-in-required": 401,
    "device-ended": 401,
    "forbidden": 403,
    "not-found": 404,
    "method-not-allowed": 405,
    "conflict": 409,
    "sold-out": 409,
    "content-too-large": 413,
    "unsupported-media-type": 415,
    "invalid": 422,
    "too-many-requests": 429,
    "internal": 500,
}
"""Every type of problem by the end of its address, where a page explains it (apidocs.problem_texts), and its status."""

PROBLEM = Component(
    "Problem",
    record(
        "What is wrong (RFC 9457).",
        {
            "type": text("Names the problem, and is the address of a page that explains it.", format="uri-reference"),
            "title": text("The status in words."),
            "status": integer("The HTTP status."),
            "detail": text("What was wrong this time. For people: it may be said in other words another day."),
            "errors": array(
                record("", {"field": text("As `tickets.0.email`."), "message": text()}),
                "What is wrong with which field; with `invalid`.",
            ),
            "printed_at": nullable(text(format="date-time"), "When the badge that was asked for was printed."),
            "who": text("Who printed it."),
        },
        optional=("detail", "errors", "printed_at", "who"),
    ),
)


def problem(
    request: Request, slug: str, detail: str = "", *, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """An application/problem+json response; `slug` is one of PROBLEMS, and `more` are extension members."""
    status = PROBLEMS[slug]
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
    return problem(request, "invalid", "Some values cannot be accepted.", errors=flat)


def error_page(request: Request, status: int, title: str, text: str) -> Response:
    """A page that says what is wrong and leads on."""
    return render(request, "errors/error.html", status_code=status, status=status, title=title, text=text)


def is_api(path: str) -> bool:
    """Whether programs ask here: they get problems, people get pages."""
    return path.startswith(("/api/", "/checkin/api/")) and not path.startswith("/api/docs")


def _is_api(request: Request) -> bool:
    return is_api(request.url.path)


async def _not_found(request: Request, error: Exception) -> Response:
    if _is_api(request):
        return problem(request, "not-found", "" if isinstance(error, HTTPException) else str(error))
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
        return problem(request, "forbidden", str(error))
    return error_page(
        request,
        403,
        gettext("Du saknar behörighet"),
        gettext("Ditt konto får inte göra detta. Be den som ansvarar för konferensen om behörighet."),
    )


async def _sold_out(request: Request, error: Exception) -> Response:
    if _is_api(request):
        return problem(request, "sold-out", str(error))
    return error_page(
        request, 409, gettext("Slutsålt"), gettext("Platserna tog slut. Gå tillbaka och välj en annan biljett.")
    )


async def _conflict(request: Request, error: Exception) -> Response:
    if _is_api(request):
        return problem(request, "conflict", str(error))
    return error_page(
        request,
        409,
        gettext("Det gick inte"),
        gettext("Något hade ändrats under tiden. Gå tillbaka, ladda om sidan och försök igen."),
    )


async def _too_many(request: Request, error: Exception) -> Response:
    minutes, headers = (error.minutes, error.headers) if isinstance(error, TooManyAttemptsError) else (1, {})
    if _is_api(request):
        return problem(request, "too-many-requests", f"Try again in {minutes} min.", headers=headers)
    text = ngettext(
        "Det har kommit ovanligt många försök härifrån. Vänta en minut och försök igen.",
        "Det har kommit ovanligt många försök härifrån. Vänta %(num)s minuter och försök igen.",
        minutes,
    )
    response = error_page(request, 429, gettext("Vänta lite"), text % {"num": minutes})
    response.headers.update(headers)
    return response


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
        return problem(request, "sign-in-required", "Sign in at /login.")
    if request.method not in ("GET", "HEAD"):
        return RedirectResponse("/login", status_code=303)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/login?next={quote(here)}", status_code=303)


async def _token_required(request: Request, error: Exception) -> Response:  # noqa: ARG001
    return problem(
        request,
        "token-required",
        "Send a valid API token as 'Authorization: Bearer TOKEN'.",
        headers={"WWW-Authenticate": "Bearer"},
    )


async def _device_ended(request: Request, error: Exception) -> Response:
    return problem(request, "device-ended", str(error))


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = (error.headers if isinstance(error, HTTPException) else None) or {}
    if status == HTTPStatus.NOT_FOUND:
        return await _not_found(request, error)
    if _is_api(request):
        other = "bad-request" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "internal"
        slug = next((slug for slug, known in PROBLEMS.items() if known == status), other)
        return problem(request, slug, headers=headers)
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
        return problem(request, "internal", "Something is broken on our side; it has been logged.")
    return error_page(
        request,
        500,
        gettext("Något gick fel hos oss"),
        gettext("Felet är vårt och har antecknats. Försök igen om en stund."),
    )


async def _gone(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """The client hung up in the middle of its request, or sends more than is taken without having said how much."""
    return problem(request, "bad-request") if _is_api(request) else Response(status_code=400)


EXCEPTION_HANDLERS: dict[Any, ExceptionHandler] = {
    NotFoundError: _not_found,
    ForbiddenError: _forbidden,
    SoldOutError: _sold_out,
    TooManyAttemptsError: _too_many,
    ConflictError: _conflict,
    InvalidError: _invalid,
    ForgedFormError: _forged,
    SignInRequiredError: _sign_in,
    TokenRequiredError: _token_required,
    DeviceEndedError: _device_ended,
    HTTPException: _http,
    ClientDisconnect: _gone,
    Exception: _broken,
}
