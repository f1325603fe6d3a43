"""The outbox in the office: what was sent to whom, what didn't go and why, and each message as its reader sees it."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.events.model import Edition
from konferens.mail.actions import retry_mail
from konferens.mail.kinds import kind_label
from konferens.mail.model import MailStatus, OutgoingMail
from konferens.mail.outbox import address_now, find_mail, outbox_counts, outbox_of
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database, typed_id

SECTION = "mail"

MAIL_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"
"""A message has its styles in itself, as mail programs need it; it may load nothing, run nothing and send nothing."""


async def show_mails(request: Request) -> Response:
    """`?status=` narrows, `?before=` leads on."""
    edition = await organised_edition(request)
    db = database(request)
    wanted, before = request.query_params.get("status", ""), request.query_params.get("before", "")
    status = MailStatus(wanted) if wanted in list(MailStatus) else None
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/mail/list.html",
        page=await outbox_of(db, edition.id, status=status, before=typed_id(before)),
        counts=await outbox_counts(db, edition.id),
        chosen=status,
        first=not before,
        statuses=list(MailStatus),
        kind_label=kind_label,
        folder=_folder(request),
    )


async def show_mail(request: Request) -> Response:
    edition = await organised_edition(request)
    mail, code = await _mail(request, edition)
    _, address = await address_now(database(request), mail)
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/mail/message.html",
        mail=mail,
        order_code=code,
        address=address,
        kind_label=kind_label,
        folder=_folder(request),
    )


async def show_html(request: Request) -> Response:
    """The message's HTML alone, for the frame on its page."""
    mail, _ = await _mail(request, await organised_edition(request))
    return framed_mail(mail.body_html)


def framed_mail(content: str) -> HTMLResponse:
    """A message's HTML for a frame on a page of ours, where it can do nothing."""
    return HTMLResponse(
        content,
        headers={
            "Content-Security-Policy": MAIL_CSP,
            "X-Frame-Options": "SAMEORIGIN",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        },
    )


async def post_retry(request: Request) -> Response:
    """Send a message once more that has failed or come back. Raises ConflictError (409) for any other."""
    edition = await organised_edition(request)
    formdata = await read_form(request)
    mail, _ = await _mail(request, edition)
    user = await require_user(request)
    await retry_mail(database(request), edition.id, mail.id, actor=user.email)
    request.app.state.sender.wake()
    return done(edition, SECTION if "list" in formdata else f"{SECTION}/{mail.id}", "retried")


async def _mail(request: Request, edition: Edition) -> tuple[OutgoingMail, str]:
    """The message of the address and its order's code. Raises NotFoundError, also for one of another edition."""
    return await find_mail(database(request), edition.id, request.path_params["id"])


def _folder(request: Request) -> str:
    """Where messages are written to while no mail server is set; '' where one is."""
    settings = request.app.state.settings
    return "" if settings.smtp_url else str(settings.data_dir / "mail")


_OFFICE = "/organiser/{series:slug}/{edition:slug}/mail"

organiser_routes: list[BaseRoute] = [
    Route(_OFFICE, show_mails),
    Route(_OFFICE + "/{id:id}", show_mail),
    Route(_OFFICE + "/{id:id}/html", show_html),
    Route(_OFFICE + "/{id:id}/retry", post_retry, methods=["POST"]),
]
