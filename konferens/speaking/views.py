"""The speaker's own page, by its secret: yes or no, what they do and when, what is told of them, what they need.

It shows what belongs to the speaker and the organisers, and of others only their names.
"""

import asyncio

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.errors import ConflictError
from konferens.feedback.model import rating_label
from konferens.feedback.queries import results_of
from konferens.i18n import current_language
from konferens.speakers.actions import update_speaker
from konferens.speakers.editing import differences, version_of
from konferens.speakers.images import MAX_BYTES, NotAPortraitError, encode_portrait
from konferens.speakers.model import SpeakerStatus
from konferens.speakers.queries import find_speaker
from konferens.speaking.access import OWN, Visitor, own_page
from konferens.speaking.actions import confirm, decline
from konferens.speaking.forms import PortraitForm, ProfileForm, profile_form
from konferens.speaking.spoken import Programme, details
from konferens.speaking.tickets import ticket_path
from konferens.web.csrf import read_form
from konferens.web.forms import clean_text
from konferens.web.private import private_page
from konferens.web.requests import database

_NOTICES = ("confirmed", "declined", "saved", "portrait", "removed", "kept")
MAX_MESSAGE = 4000


async def show_page(request: Request) -> Response:
    return await _page(request, await own_page(request))


async def post_answer(request: Request) -> Response:
    """`answer` is 'yes' or 'no', with a `message` to the organisers; 303 back. Raises ConflictError when it is all over."""
    visitor = await own_page(request)
    data = await read_form(request)
    if not visitor.may_answer:
        raise ConflictError(f"{visitor.edition.ref} is over")
    message = clean_text(str(data.get("message", "")))[:MAX_MESSAGE]
    db, base_url = database(request), request.app.state.settings.base_url
    code = visitor.speaker.code
    is_yes = data.get("answer") == "yes"
    if is_yes:
        await confirm(
            db,
            visitor.edition,
            code,
            message=message,
            language=current_language.get(),
            actor=visitor.actor,
            base_url=base_url,
        )
    elif data.get("answer") == "no":
        await decline(db, visitor.edition, code, message=message, actor=visitor.actor, base_url=base_url)
    else:
        return RedirectResponse(visitor.path, status_code=303)
    request.app.state.sender.wake()
    return RedirectResponse(f"{visitor.path}?done={'confirmed' if is_yes else 'declined'}", status_code=303)


async def post_profile(request: Request) -> Response:
    """Save what is told; 303 back, 422 with what was typed, 409 with it where the organisers have changed it meanwhile. The button `preview` shows the biography as it will look."""
    visitor = await own_page(request)
    data = await read_form(request)
    form = ProfileForm(data, days=visitor.edition.days)
    if "preview" in data:
        return await _page(request, visitor, profile=form, preview=form.biography.data)
    if not form.validate():
        return await _page(request, visitor, profile=form, status_code=422)
    db, edition_id, code = database(request), visitor.edition.id, visitor.speaker.code
    try:
        await update_speaker(db, edition_id, code, form.values(), actor=visitor.actor, version=form.version.data)
    except ConflictError:
        speaker = await find_speaker(db, edition_id, code)
        form.version.data = version_of(speaker)
        found = [
            (str(form[name].label.text), stored, mine) for name, stored, mine in differences(speaker, form.values())
        ]
        return await _page(request, visitor, profile=form, found=found, status_code=409)
    return RedirectResponse(f"{visitor.path}?done=saved", status_code=303)


async def post_portrait(request: Request) -> Response:
    """Another picture, or with the button `remove` none; 303 back, 422 with why the file can't be one."""
    visitor = await own_page(request)
    data = await read_form(request, upload="portrait")
    db, code = database(request), visitor.speaker.code
    if "remove" in data:
        await update_speaker(db, visitor.edition.id, code, {}, actor=visitor.actor, remove_portrait=True)
        return RedirectResponse(f"{visitor.path}?done=removed#picture", status_code=303)
    form = PortraitForm(data)
    if not form.validate():
        return await _page(request, visitor, portrait=form, status_code=422)
    upload = data.get("portrait")
    content = await upload.read(MAX_BYTES + 1) if isinstance(upload, UploadFile) else b""
    try:
        portrait = await asyncio.to_thread(encode_portrait, content, form.chosen)
    except NotAPortraitError as error:
        form.portrait.errors = [error.problem.message]
        return await _page(request, visitor, portrait=form, status_code=422)
    await update_speaker(db, visitor.edition.id, code, {}, actor=visitor.actor, portrait=portrait)
    return RedirectResponse(f"{visitor.path}?done=portrait#picture", status_code=303)


async def _page(
    request: Request,
    visitor: Visitor,
    *,
    profile: ProfileForm | None = None,
    portrait: PortraitForm | None = None,
    preview: str | None = None,
    found: list[tuple[str, str, str]] | None = None,
    status_code: int = 200,
) -> Response:
    edition, speaker = visitor.edition, visitor.speaker
    done = request.query_params.get("done", "") if request.method == "GET" else ""
    db = database(request)
    spoken = (await Programme.read(db, edition)).of(speaker.code)
    return private_page(
        request,
        "speaking/page.html",
        status_code=status_code,
        edition=edition,
        visitor=visitor,
        speaker=speaker,
        statuses=SpeakerStatus,
        spoken=[(each, details(each, edition), each.others(speaker.code)) for each in spoken],
        results=await results_of(db, [each.session.id for each in spoken if each.session.id]),
        rating_label=rating_label,
        ticket=await ticket_path(db, visitor.agreed.ticket_id),
        profile=profile or profile_form(speaker, visitor.agreed, edition.days),
        portrait_form=portrait or PortraitForm(),
        preview=preview,
        differences=found,
        done=done if done in _NOTICES else "",
    )


routes: list[BaseRoute] = [
    Route(f"{OWN}/", show_page, methods=["GET"]),
    Route(f"{OWN}/", post_profile, methods=["POST"]),
    Route(f"{OWN}/answer", post_answer, methods=["POST"]),
    Route(f"{OWN}/portrait", post_portrait, methods=["POST"]),
]
