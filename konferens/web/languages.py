"""A visitor chooses a language; only then is there a cookie."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from konferens.i18n import LANGUAGES
from konferens.web.middleware import LANGUAGE_COOKIE
from konferens.web.requests import posted_form


async def choose(request: Request) -> Response:
    """POST language=sv|en and next=/path: set the cookie and go back. Another site can at most change the language."""
    form = await posted_form(request)
    response = RedirectResponse(safe_path(str(form.get("next", "/"))), status_code=303)
    language = str(form.get("language", ""))
    if language in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE,
            language,
            max_age=365 * 24 * 3600,
            samesite="lax",
            httponly=True,
            secure=request.app.state.settings.secure,
        )
    return response


def safe_path(target: str) -> str:
    """`target` when it is a path on this site, else '/': never lead people to another host."""
    is_local = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if is_local else "/"
