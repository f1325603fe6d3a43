"""Forgotten passwords: a link by mail, and the page that it leads to."""

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from konferens.accounts.forms import NewPasswordForm
from konferens.accounts.signing_in import LINK_LASTS, choose_password, email_of_link
from konferens.attempts import TooManyAttemptsError
from konferens.colleagues.actions import FORGOTTEN, send_password_link
from konferens.colleagues.forms import ForgottenForm
from konferens.errors import InvalidError, NotFoundError
from konferens.i18n import current_language, ngettext
from konferens.web.csrf import read_form
from konferens.web.private import private_page
from konferens.web.requests import client_address, database


async def show_forgotten(request: Request) -> Response:
    return _forgotten(request, ForgottenForm())


async def post_forgotten(request: Request) -> Response:
    """Mail a link. The answer is the same for every address, and has gone before anything is looked up: neither its words nor
    the time that it takes tell who has an account.
    """
    form = ForgottenForm(await read_form(request))
    if not form.validate():
        return _forgotten(request, form, status_code=422)
    db, email = database(request), form.email.data.lower()
    try:
        await FORGOTTEN.take(db, address=client_address(request), name=email)
    except TooManyAttemptsError as error:
        text = ngettext(
            "Någon har redan bett om flera länkar. Titta i din mejl, eller vänta en minut och försök igen.",
            "Någon har redan bett om flera länkar. Titta i din mejl, eller vänta %(num)s minuter och försök igen.",
            error.minutes,
        )
        form.email.errors = [text % {"num": error.minutes}]
        return _forgotten(request, form, status_code=429)

    async def send(language: str) -> None:
        await send_password_link(db, email, language=language, base_url=request.app.state.settings.base_url)
        request.app.state.sender.wake()

    response = private_page(
        request, "accounts/link_sent.html", email=form.email.data, minutes=int(LINK_LASTS.total_seconds() // 60)
    )
    response.background = BackgroundTask(send, current_language.get())
    return response


def _forgotten(request: Request, form: ForgottenForm, *, status_code: int = 200, ended: bool = False) -> Response:
    return private_page(request, "accounts/forgotten.html", status_code, form=form, ended=ended)


async def show_link(request: Request) -> Response:
    """The form for a new password. Looking at it uses nothing up: programs that read mail open links, too."""
    return await _choosing(request, NewPasswordForm())


async def post_link(request: Request) -> Response:
    form = NewPasswordForm(await read_form(request))
    if not form.validate():
        return await _choosing(request, form, status_code=422)
    try:
        await choose_password(database(request), request.path_params["link"], form.password.data)
    except InvalidError as error:
        form.password.errors = error.errors["password"]
        return await _choosing(request, form, status_code=422)
    except NotFoundError:
        return _forgotten(request, ForgottenForm(), status_code=404, ended=True)
    return RedirectResponse("/login?notice=password", status_code=303)


async def _choosing(request: Request, form: NewPasswordForm, *, status_code: int = 200) -> Response:
    try:
        email = await email_of_link(database(request), request.path_params["link"])
    except NotFoundError:
        return _forgotten(request, ForgottenForm(), status_code=404, ended=True)
    return private_page(request, "accounts/choose.html", status_code, form=form, email=email)


routes = [
    Route("/login/forgotten", show_forgotten),
    Route("/login/forgotten", post_forgotten, methods=["POST"]),
    Route("/login/password/{link}", show_link),
    Route("/login/password/{link}", post_link, methods=["POST"]),
]
