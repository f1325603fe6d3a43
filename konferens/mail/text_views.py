"""The words of an edition's messages in the office: which there are, their texts in each language, and how they will look."""

import html

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.i18n import LANGUAGES, gettext, use_language
from konferens.mail.actions import reset_text, save_text, send_trial
from konferens.mail.forms import MailTextForm
from konferens.mail.kinds import OWN_KINDS, Kind
from konferens.mail.messages import default_text, render_draft
from konferens.mail.model import MailText
from konferens.mail.organiser_views import SECTION, framed_mail
from konferens.mail.queries import own_texts
from konferens.mail.samples import sample_draft
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database


async def show_texts(request: Request) -> Response:
    """Every message, whether the edition sends it, and in which languages it has words of its own."""
    edition = await organised_edition(request)
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/mail/texts.html",
        kinds=OWN_KINDS.values(),
        own=await own_texts(database(request), edition.id),
        written_in=LANGUAGES,
    )


async def show_text(request: Request) -> Response:
    edition = await organised_edition(request)
    kind, language = _named(request)
    text, is_own = await _text(request, edition, kind, language)
    return _page(request, edition, kind, language, MailTextForm(kind.code, text=text), is_own=is_own)


async def post_text(request: Request) -> Response:
    edition = await organised_edition(request)
    formdata = await read_form(request)
    kind, language = _named(request)
    form = MailTextForm(kind.code, formdata)
    if not form.validate():
        _, is_own = await _text(request, edition, kind, language)
        return _page(request, edition, kind, language, form, is_own=is_own, status_code=422)
    user = await require_user(request)
    await save_text(database(request), edition.id, kind.code, language, form.written, actor=user.email)
    return done(edition, f"{SECTION}/texts/{kind.code}/{language}", "saved")


async def post_reset(request: Request) -> Response:
    """Back to the words that come with Konferens."""
    edition = await organised_edition(request)
    await read_form(request)
    kind, language = _named(request)
    user = await require_user(request)
    await reset_text(database(request), edition.id, kind.code, language, actor=user.email)
    return done(edition, f"{SECTION}/texts/{kind.code}/{language}", "deleted")


async def show_preview(request: Request) -> Response:
    """The message as it is saved, about a sample order."""
    edition = await organised_edition(request)
    kind, language = _named(request)
    text, _ = await _text(request, edition, kind, language)
    return _preview(request, edition, kind, language, text)


async def post_preview(request: Request) -> Response:
    """The message as it is typed; for the frame beside the form."""
    edition = await organised_edition(request)
    formdata = await read_form(request)
    kind, language = _named(request)
    return _preview(request, edition, kind, language, MailTextForm(kind.code, formdata).written)


async def post_trial(request: Request) -> Response:
    """Mail the message, as it is typed, to the organiser; what was typed stays, unsaved."""
    edition = await organised_edition(request)
    formdata = await read_form(request)
    kind, language = _named(request)
    form = MailTextForm(kind.code, formdata)
    _, is_own = await _text(request, edition, kind, language)
    if not form.validate():
        return _page(request, edition, kind, language, form, is_own=is_own, status_code=422)
    user = await require_user(request)
    base_url = str(request.app.state.settings.base_url)
    draft = sample_draft(
        kind.code, edition, language=language, base_url=base_url, to_name=user.name, to_email=user.email
    )
    await send_trial(database(request), draft, form.written, edition_id=edition.id, base_url=base_url)
    request.app.state.sender.wake()
    return _page(request, edition, kind, language, form, is_own=is_own, sent_to=user.email)


def _named(request: Request) -> tuple[Kind, str]:
    """Kind and language of the address. Raises NotFoundError."""
    code, language = request.path_params["kind"], request.path_params["language"]
    if code not in OWN_KINDS or language not in LANGUAGES:
        raise NotFoundError(f"no message {code} in {language}")
    return OWN_KINDS[code], language


async def _text(request: Request, edition: Edition, kind: Kind, language: str) -> tuple[MailText, bool]:
    """The text that is sent, and whether it is the edition's own."""
    own = (await own_texts(database(request), edition.id, kind=kind.code)).get((kind.code, language))
    return own or default_text(kind.code, language), own is not None


def _page(
    request: Request,
    edition: Edition,
    kind: Kind,
    language: str,
    form: MailTextForm,
    *,
    is_own: bool,
    sent_to: str = "",
    status_code: int = 200,
) -> Response:
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/mail/text.html",
        status_code,
        kind=kind,
        written_in=language,
        all_languages=LANGUAGES,
        form=form,
        is_own=is_own,
        sent_to=sent_to,
    )


def _preview(request: Request, edition: Edition, kind: Kind, language: str, text: MailText) -> HTMLResponse:
    base_url = str(request.app.state.settings.base_url)
    draft = sample_draft(kind.code, edition, language=language, base_url=base_url)
    rendered = render_draft(draft, {(kind.code, language): text})
    with use_language(language):
        subject = (
            f'<p style="margin: 0; padding: 16px 24px">{gettext("Ämne")}: <b>{html.escape(rendered.subject)}</b></p>'
        )
    return framed_mail(rendered.html.replace("<body>", f"<body>\n{subject}", 1))


_TEXTS = "/organiser/{series:slug}/{edition:slug}/mail/texts"
_TEXT = _TEXTS + "/{kind}/{language}"

organiser_routes: list[BaseRoute] = [
    Route(_TEXTS, show_texts),
    Route(_TEXT, show_text),
    Route(_TEXT, post_text, methods=["POST"]),
    Route(f"{_TEXT}/preview", show_preview),
    Route(f"{_TEXT}/preview", post_preview, methods=["POST"]),
    Route(f"{_TEXT}/trial", post_trial, methods=["POST"]),
    Route(f"{_TEXT}/reset", post_reset, methods=["POST"]),
]
