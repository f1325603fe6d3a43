"""One's own account: name, password, and where one is signed in. For everybody who signs in, whatever they may do."""

from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from konferens.accounts.browsers import browser_words
from konferens.accounts.forms import ChangePasswordForm, NameForm
from konferens.accounts.signing_in import change_password, logins_of, rename_user, sign_out_others
from konferens.accounts.views import too_many
from konferens.attempts import TooManyAttemptsError
from konferens.errors import InvalidError
from konferens.web.auth import login_cookie, require_user
from konferens.web.csrf import read_form
from konferens.web.office import notice_of
from konferens.web.requests import client_address, database
from konferens.web.templating import render

ACCOUNT = "/organiser/account"

ZONE = ZoneInfo("Europe/Stockholm")
"""Of what is told here: an account belongs to no edition, whose clocks would count."""


async def show_account(request: Request) -> Response:
    return await _page(request)


async def post_name(request: Request) -> Response:
    user = await require_user(request)
    form = NameForm(await read_form(request))
    if not form.validate():
        return await _page(request, name=form, status_code=422)
    await rename_user(database(request), user, form.name.data)
    return RedirectResponse(f"{ACCOUNT}?notice=saved", status_code=303)


async def post_password(request: Request) -> Response:
    """A new password, for whoever knows the current one; other browsers are signed out."""
    user = await require_user(request)
    form = ChangePasswordForm(await read_form(request))
    if not form.validate():
        return await _page(request, password=form, status_code=422)
    try:
        await change_password(
            database(request),
            user,
            current=form.current.data,
            password=form.password.data,
            token=login_cookie(request) or "",
            address=client_address(request),
        )
    except InvalidError as error:
        for field, messages in error.errors.items():
            form[field].errors = messages
        return await _page(request, password=form, status_code=422)
    except TooManyAttemptsError as error:
        form.current.errors = [too_many(error)]
        return await _page(request, password=form, status_code=429)
    return RedirectResponse(f"{ACCOUNT}?notice=password-changed", status_code=303)


async def post_sign_out_others(request: Request) -> Response:
    user = await require_user(request)
    await read_form(request)
    await sign_out_others(database(request), user, token=login_cookie(request) or "")
    return RedirectResponse(f"{ACCOUNT}?notice=signed-out", status_code=303)


async def _page(
    request: Request,
    *,
    name: NameForm | None = None,
    password: ChangePasswordForm | None = None,
    status_code: int = 200,
) -> Response:
    user = await require_user(request)
    return render(
        request,
        "accounts/account.html",
        status_code,
        name_form=name or NameForm(data={"name": user.name}),
        password_form=password or ChangePasswordForm(),
        logins=await logins_of(database(request), user.id, token=login_cookie(request) or ""),
        browser_words=browser_words,
        zone=ZONE,
        notice=notice_of(request),
    )


organiser_routes = [
    Route(ACCOUNT, show_account),
    Route(ACCOUNT, post_name, methods=["POST"]),
    Route(f"{ACCOUNT}/password", post_password, methods=["POST"]),
    Route(f"{ACCOUNT}/logins", post_sign_out_others, methods=["POST"]),
]
