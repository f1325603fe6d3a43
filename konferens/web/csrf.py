"""Protection of forms against requests that another site makes a browser send.

Two checks, both for every unsafe form post:

1. `Sec-Fetch-Site`, or where it is absent `Origin` against `Host`, must say that the request comes from this site. This is
   the check that Go's net/http CrossOriginProtection and datasette make; browsers set both headers and pages can't.
2. The hidden field `csrf_token` must be one that we signed, at most a day old, for the same login (or for nobody).

The token needs no cookie, so pages for visitors stay cookie-free. Its nonce also tells one filled-in form from another:
posting the same form twice places one order.
"""

import secrets
from typing import Any
from urllib.parse import urlsplit

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from konferens.accounts.queries import digest
from konferens.errors import ForbiddenError, InvalidError
from konferens.web.auth import login_cookie
from konferens.web.requests import posted_form, read_json

TOKEN_FIELD = "csrf_token"  # noqa: S105
MAX_AGE = 24 * 3600


class ForgedFormError(Exception):
    """The form did not come from our page, or its page was opened too long ago; `form` is what was typed."""

    def __init__(self, form: FormData) -> None:
        super().__init__("form without a valid token from this site")
        self.form = form


def issue_token(request: Request) -> str:
    """A token for one form on the page that answers `request`."""
    return _serializer(request).dumps([secrets.token_urlsafe(12), _login_of(request)])


async def read_form(request: Request, *, upload: str = "") -> FormData:
    """The posted form, after both checks; see `posted_form`. Raises ForgedFormError, HTTPException."""
    form = await posted_form(request, upload=upload)
    if not is_same_site(request) or form_nonce(request, form) is None:
        raise ForgedFormError(form)
    return form


async def read_own_object(request: Request) -> dict[str, Any]:
    """The JSON object that one of our own pages sent; see `read_json`. Raises ForbiddenError for another site's, InvalidError."""
    if not is_same_site(request):
        raise ForbiddenError("JSON sent by another site")
    body = await read_json(request)
    if not isinstance(body, dict):
        raise InvalidError({"body": ["An object is expected."]})
    return body


def form_nonce(request: Request, form: FormData) -> str | None:
    """The unique part of the form's token, or None where the token is missing, forged, too old or another login's."""
    token = form.get(TOKEN_FIELD)
    if token is None or isinstance(token, UploadFile):
        return None
    try:
        nonce, login = _serializer(request).loads(token, max_age=MAX_AGE)
    except (BadData, ValueError, TypeError):
        return None
    return str(nonce) if secrets.compare_digest(str(login), _login_of(request)) else None


def is_same_site(request: Request) -> bool:
    """Whether the browser says that the request comes from one of our own pages; clients that say nothing pass."""
    fetch_site = request.headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc == request.headers.get("host")
    except ValueError:  # no address at all, such as http://[
        return False


def _serializer(request: Request) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(request.app.state.settings.secret_key, salt="form")


def _login_of(request: Request) -> str:
    token = login_cookie(request)
    return digest(token)[:32] if token else ""
