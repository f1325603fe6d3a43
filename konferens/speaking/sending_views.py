"""Mail from the office to many speakers at once: who gets it, how it looks, and then it is sent."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.i18n import LANGUAGES
from konferens.mail.messages import render_draft
from konferens.mail.organiser_views import framed_mail
from konferens.mail.queries import own_texts
from konferens.speakers.model import Speaker
from konferens.speakers.queries import speakers_of
from konferens.speaking import letters
from konferens.speaking.actions import invite_speakers, may_invite, may_remind, remind_speakers
from konferens.speaking.organiser_views import SECTION, language_of
from konferens.speaking.spoken import Programme
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, office_path, organised_edition, render_office
from konferens.web.requests import database


@dataclass(frozen=True, slots=True)
class Sending:
    """A mail to many: the `kind` of message, the end of its address in the office, and who gets it."""

    kind: str
    address: str
    reaches: Callable[[Speaker], bool]


INVITATIONS = Sending(letters.INVITATION, "invitations", may_invite)
REMINDERS = Sending(letters.REMINDER, "reminders", may_remind)


def _of(request: Request) -> Sending:
    return REMINDERS if request.url.path.partition("/speakers/")[2].startswith("reminders") else INVITATIONS


async def show_sending(request: Request) -> Response:
    """Everybody who would get it, each ticked, with the mail to the first of them."""
    edition = await organised_edition(request)
    sending = _of(request)
    everyone = await speakers_of(database(request), edition.id)
    people = [each for each in everyone if sending.reaches(each)]
    if not people:
        return RedirectResponse(office_path(edition, SECTION), status_code=303)
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/speakers/sending.html",
        sending=sending,
        is_reminder=sending is REMINDERS,
        people=people,
        without_address=[each for each in everyone if not each.email] if sending is INVITATIONS else [],
        chosen=language_of(request.query_params.get("language"), edition),
        all_languages=LANGUAGES,
    )


async def show_preview(request: Request) -> Response:
    """The mail as the first of its readers would get it, with a link that leads to the conference only."""
    edition = await organised_edition(request)
    db = database(request)
    sending = _of(request)
    people = [each for each in await speakers_of(db, edition.id) if sending.reaches(each)]
    if not people:
        return framed_mail("")
    programme = await Programme.read(db, edition)
    draft = letters.to_speaker(
        sending.kind,
        edition,
        people[0],
        "",
        programme.of(people[0].code),
        language=language_of(request.query_params.get("language"), edition),
        base_url=request.app.state.settings.base_url,
    )
    return framed_mail(render_draft(draft, await own_texts(db, edition.id, kind=sending.kind)).html)


async def post_sending(request: Request) -> Response:
    """To those who are ticked, and whom it may still reach; 303 to the list."""
    edition = await organised_edition(request)
    data = await read_form(request)
    user = await require_user(request)
    db, base_url = database(request), request.app.state.settings.base_url
    codes = [str(code) for code in data.getlist("to")]
    language = language_of(data.get("language"), edition)
    is_reminder = _of(request) is REMINDERS
    if is_reminder:
        await remind_speakers(db, edition, codes, language=language, base_url=base_url)
    else:
        await invite_speakers(db, edition, codes, language=language, actor=user.email, base_url=base_url)
    request.app.state.sender.wake()
    return done(edition, SECTION, "reminded" if is_reminder else "invited")


_BASE = "/organiser/{series:slug}/{edition:slug}/speakers"

organiser_routes: list[BaseRoute] = [
    route
    for address in (INVITATIONS.address, REMINDERS.address)
    for route in (
        Route(f"{_BASE}/{address}", show_sending, methods=["GET"]),
        Route(f"{_BASE}/{address}", post_sending, methods=["POST"]),
        Route(f"{_BASE}/{address}/preview", show_preview),
    )
]
