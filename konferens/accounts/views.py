"""Signing in and out."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from konferens.accounts.forms import SignInForm
from konferens.accounts.model import Role, User
from konferens.accounts.queries import user_by_login
from konferens.accounts.signing_in import LOGIN_LASTS, sign_in, sign_out
from konferens.attempts import TooManyAttemptsError
from konferens.errors import ForbiddenError
from konferens.i18n import gettext, ngettext
from konferens.web.auth import clear_login, current_user, login_cookie, set_login
from konferens.web.csrf import read_form
from konferens.web.languages import safe_path
from konferens.web.office import REVIEWS, notice_of
from konferens.web.requests import client_address, database
from konferens.web.templating import render


async def show_sign_in(request: Request) -> Response:
    user = await current_user(request)
    if user is not None:
        return RedirectResponse(_home(user), status_code=303)
    form = SignInForm(data={"next": request.query_params.get("next", "")})
    return render(request, "accounts/login.html", form=form, notice=notice_of(request))


async def post_sign_in(request: Request) -> Response:
    form = SignInForm(await read_form(request))
    if not form.validate():
        return render(request, "accounts/login.html", status_code=422, form=form)
    db = database(request)
    try:
        token = await sign_in(
            db,
            email=form.email.data,
            password=form.password.data,
            address=client_address(request),
            browser=request.headers.get("user-agent", ""),
        )
    except ForbiddenError:
        form.password.errors = [gettext("E-postadressen eller lösenordet stämmer inte.")]
        return render(request, "accounts/login.html", status_code=422, form=form)
    except TooManyAttemptsError as error:
        form.password.errors = [too_many(error)]
        return render(request, "accounts/login.html", status_code=429, form=form)
    user = await user_by_login(db, token)
    response = RedirectResponse(safe_path(form.next.data) if form.next.data else _home(user), status_code=303)
    set_login(request, response, token, int(LOGIN_LASTS.total_seconds()))
    return response


def too_many(error: TooManyAttemptsError) -> str:
    """What to do after too many wrong passwords, and how long it takes."""
    text = ngettext(
        "För många försök. Vänta en minut och försök igen, eller välj ett nytt lösenord genom ”Glömt lösenordet?”.",
        "För många försök. Vänta %(num)s minuter och försök igen, eller välj ett nytt lösenord genom ”Glömt lösenordet?”.",
        error.minutes,
    )
    return text % {"num": error.minutes}


async def post_sign_out(request: Request) -> Response:
    await read_form(request)
    if token := login_cookie(request):
        await sign_out(database(request), token)
    response = RedirectResponse("/login", status_code=303)
    clear_login(request, response)
    return response


def _home(user: User | None) -> str:
    """Where somebody begins: with the office, the proposals to review, or the door."""
    if user is not None and user.may_somewhere(Role.ORGANISER):
        return "/organiser/"
    return REVIEWS if user is not None and user.may_somewhere(Role.REVIEWER) else "/checkin/"


routes = [
    Route("/login", show_sign_in, methods=["GET"]),
    Route("/login", post_sign_in, methods=["POST"]),
    Route("/logout", post_sign_out, methods=["POST"]),
]
