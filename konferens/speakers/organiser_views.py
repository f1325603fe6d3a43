"""Speakers in the office: list, add, change, remove."""

import asyncio

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from konferens.accounts.model import Role
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import all_editions
from konferens.speakers.actions import add_speaker, create_speaker, remove_speaker, update_speaker
from konferens.speakers.forms import SpeakerForm
from konferens.speakers.images import MAX_BYTES, NotAPortraitError, Portrait, encode_portrait
from konferens.speakers.model import Speaker
from konferens.speakers.queries import find_speaker, people_elsewhere, session_counts, speakers_of
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database


async def show_speakers(request: Request) -> Response:
    edition = await organised_edition(request)
    db = database(request)
    everyone = await speakers_of(db, edition.id)
    words = request.query_params.get("q", "").strip()[:100]
    found = [speaker for speaker in everyone if _matches(speaker, words)]
    return render_office(
        request,
        edition,
        "speakers",
        "organiser/speakers/list.html",
        speakers=found,
        total=len(everyone),
        counts=await session_counts(db, edition.id),
        q=words,
    )


def _matches(speaker: Speaker, words: str) -> bool:
    text = f"{speaker.name} {speaker.title} {speaker.organisation} {speaker.email}".casefold()
    return all(word in text for word in words.casefold().split())


async def show_new_speaker(request: Request) -> Response:
    edition = await organised_edition(request)
    return await _show_form(request, edition, SpeakerForm(), None)


async def post_new_speaker(request: Request) -> Response:
    edition = await organised_edition(request)
    form, portrait = await _read(request)
    if form.errors:
        return await _show_form(request, edition, form, None, status_code=422)
    user = await require_user(request)
    await create_speaker(database(request), edition.id, form.values(), actor=user.email, portrait=portrait)
    return done(edition, "speakers", "created")


async def post_added_speaker(request: Request) -> Response:
    """Someone who speaks in another edition that the organiser may see. Raises NotFoundError for others."""
    edition = await organised_edition(request)
    formdata = await read_form(request)
    code = str(formdata.get("person", ""))
    if code not in {each for each, _ in await _people(request, edition)}:
        raise NotFoundError(f"speaker {code}")
    user = await require_user(request)
    await add_speaker(database(request), edition.id, code, actor=user.email)
    return done(edition, f"speakers/{code}", "created")


async def show_speaker(request: Request) -> Response:
    edition = await organised_edition(request)
    speaker = await find_speaker(database(request), edition.id, request.path_params["code"])
    return await _show_form(request, edition, SpeakerForm(obj=speaker), speaker)


async def post_speaker(request: Request) -> Response:
    edition = await organised_edition(request)
    form, portrait = await _read(request)
    db = database(request)
    speaker = await find_speaker(db, edition.id, request.path_params["code"])
    if form.errors:
        return await _show_form(request, edition, form, speaker, status_code=422)
    user = await require_user(request)
    await update_speaker(
        db,
        edition.id,
        speaker.code,
        form.values(),
        actor=user.email,
        portrait=portrait,
        remove_portrait=form.remove_portrait.data,
    )
    return done(edition, f"speakers/{speaker.code}", "saved")


async def show_speaker_removal(request: Request) -> Response:
    edition = await organised_edition(request)
    db = database(request)
    speaker = await find_speaker(db, edition.id, request.path_params["code"])
    counts = await session_counts(db, edition.id)
    return render_office(
        request,
        edition,
        "speakers",
        "organiser/speakers/delete.html",
        speaker=speaker,
        sessions=counts.get(speaker.id, 0),
    )


async def post_speaker_removal(request: Request) -> Response:
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    await remove_speaker(database(request), edition.id, request.path_params["code"], actor=user.email)
    return done(edition, "speakers", "deleted")


async def _read(request: Request) -> tuple[SpeakerForm, Portrait | None]:
    """The posted form, checked, and its portrait, encoded in a thread."""
    formdata = await read_form(request, upload="portrait")
    form = SpeakerForm(formdata)
    form.validate()
    data = await _uploaded(formdata)
    portrait = None
    try:
        portrait = await asyncio.to_thread(encode_portrait, data) if data else None
    except NotAPortraitError as error:
        form.portrait.errors = [error.problem.message]
    return form, portrait


async def _uploaded(formdata: FormData) -> bytes:
    upload = formdata.get("portrait")
    if not isinstance(upload, UploadFile):
        return b""
    return await upload.read(MAX_BYTES + 1)


async def _people(request: Request, edition: Edition) -> list[tuple[str, str]]:
    user, db = await require_user(request), database(request)
    mine = [each.id for each in await all_editions(db, published_only=False) if user.may(Role.ORGANISER, each.id)]
    return await people_elsewhere(db, edition.id, mine)


async def _show_form(
    request: Request, edition: Edition, form: SpeakerForm, speaker: Speaker | None, *, status_code: int = 200
) -> Response:
    return render_office(
        request,
        edition,
        "speakers",
        "organiser/speakers/edit.html",
        status_code,
        form=form,
        speaker=speaker,
        people=await _people(request, edition) if speaker is None else [],
    )


_BASE = "/organiser/{series:slug}/{edition:slug}/speakers"

organiser_routes = [
    Route(_BASE, show_speakers),
    Route(f"{_BASE}/new", show_new_speaker),
    Route(f"{_BASE}/new", post_new_speaker, methods=["POST"]),
    Route(f"{_BASE}/add", post_added_speaker, methods=["POST"]),
    Route(f"{_BASE}/{{code}}", show_speaker),
    Route(f"{_BASE}/{{code}}", post_speaker, methods=["POST"]),
    Route(f"{_BASE}/{{code}}/delete", show_speaker_removal),
    Route(f"{_BASE}/{{code}}/delete", post_speaker_removal, methods=["POST"]),
]
