"""Speakers in the office: added, changed, merged, removed. The list, and what is agreed with them, is `speaking`'s."""

import asyncio

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from konferens.accounts.model import Role
from konferens.audit import Change, latest_changes
from konferens.errors import ConflictError, NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import all_editions
from konferens.speakers.actions import add_speaker, create_speaker, remove_speaker, update_speaker
from konferens.speakers.editing import differences, version_of
from konferens.speakers.forms import SpeakerForm
from konferens.speakers.images import MAX_BYTES, NotAPortraitError, Portrait, encode_portrait
from konferens.speakers.labels import change_in_words, field_label, who
from konferens.speakers.merging import editions_of_people, merge_speakers
from konferens.speakers.model import Speaker, by_swedish_name
from konferens.speakers.queries import find_speaker, people_elsewhere, session_counts, speakers_of
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database


async def show_new_speaker(request: Request) -> Response:
    edition = await organised_edition(request)
    form = SpeakerForm()
    form.add_rows()
    return await _show_form(request, edition, form, None)


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
    form = SpeakerForm(obj=speaker)
    form.version.data = version_of(speaker)
    form.add_rows()
    return await _show_form(request, edition, form, speaker)


async def post_speaker(request: Request) -> Response:
    edition = await organised_edition(request)
    form, portrait = await _read(request)
    db = database(request)
    speaker = await find_speaker(db, edition.id, request.path_params["code"])
    if form.errors:
        return await _show_form(request, edition, form, speaker, status_code=422)
    user = await require_user(request)
    try:
        await update_speaker(
            db,
            edition.id,
            speaker.code,
            form.values(),
            actor=user.email,
            portrait=portrait,
            remove_portrait=form.remove_portrait.data,
            version=form.version.data,
        )
    except ConflictError:
        return await _show_overtaken(request, edition, form, speaker.code)
    return done(edition, f"speakers/{speaker.code}", "saved")


async def _show_overtaken(request: Request, edition: Edition, form: SpeakerForm, code: str) -> Response:
    """409: somebody saved while this form was open. What was typed stays; saving once more is then done knowingly."""
    speaker = await find_speaker(database(request), edition.id, code)
    form.version.data = version_of(speaker)
    found = [(str(form[name].label.text), stored, mine) for name, stored, mine in differences(speaker, form.values())]
    return await _show_form(request, edition, form, speaker, status_code=409, found=found)


async def show_merging(request: Request) -> Response:
    """Which other profile is the same person's: those of the organiser's own editions."""
    edition = await organised_edition(request)
    speaker = await find_speaker(database(request), edition.id, request.path_params["code"])
    return await _merging_page(request, edition, speaker)


async def _merging_page(
    request: Request, edition: Edition, speaker: Speaker, *, is_refused: bool = False, status_code: int = 200
) -> Response:
    db = database(request)
    here = [(each.code, each.name) for each in await speakers_of(db, edition.id) if each.code != speaker.code]
    people = sorted(here + await _people(request, edition), key=lambda person: by_swedish_name(person[1]))
    return render_office(
        request,
        edition,
        "speakers",
        "organiser/speakers/merge.html",
        status_code,
        speaker=speaker,
        people=people,
        alike=[person for person in people if person[1].casefold() == speaker.name.casefold()],
        is_refused=is_refused,
    )


async def post_merging(request: Request) -> Response:
    """Let the profile `person` become this one; 409 with the page where both have a ticket, or one speaks in an edition that
    isn't the organiser's. Raises NotFoundError for people whom the organiser doesn't have.
    """
    edition = await organised_edition(request)
    formdata = await read_form(request)
    db, user = database(request), await require_user(request)
    speaker = await find_speaker(db, edition.id, request.path_params["code"])
    other = str(formdata.get("person", ""))
    here = {each.code for each in await speakers_of(db, edition.id)}
    if other not in here | {code for code, _ in await _people(request, edition)}:
        raise NotFoundError(f"speaker {other}")
    touched = await editions_of_people(db, [speaker.code, other])
    if not all(user.may(Role.ORGANISER, each) for each in touched):
        return await _merging_page(request, edition, speaker, is_refused=True, status_code=409)
    try:
        await merge_speakers(db, edition.id, speaker.code, other, actor=user.email)
    except ConflictError:
        return await _merging_page(request, edition, speaker, is_refused=True, status_code=409)
    return done(edition, f"speakers/{speaker.code}", "merged")


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
        portrait = await asyncio.to_thread(encode_portrait, data, form.chosen) if data else None
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
    request: Request,
    edition: Edition,
    form: SpeakerForm,
    speaker: Speaker | None,
    *,
    status_code: int = 200,
    found: list[tuple[str, str, str]] | None = None,
) -> Response:
    """`found`: how what was typed differs from what somebody else has saved meanwhile."""
    changes = await _changes(request, speaker)
    other = next((change for change in changes if change.action == "speaker.update"), None)
    return render_office(
        request,
        edition,
        "speakers",
        "organiser/speakers/edit.html",
        status_code,
        form=form,
        speaker=speaker,
        people=await _people(request, edition) if speaker is None else [],
        changes=[(change, change_in_words(change), who(change)) for change in changes],
        differences=found,
        other=other and (who(other), other.at, [field_label(name) for name in other.after]),
    )


async def _changes(request: Request, speaker: Speaker | None) -> list[Change]:
    return await latest_changes(database(request), f"speaker:{speaker.code}") if speaker else []


_BASE = "/organiser/{series:slug}/{edition:slug}/speakers"

organiser_routes = [
    Route(f"{_BASE}/new", show_new_speaker),
    Route(f"{_BASE}/new", post_new_speaker, methods=["POST"]),
    Route(f"{_BASE}/add", post_added_speaker, methods=["POST"]),
    Route(f"{_BASE}/{{code}}", show_speaker),
    Route(f"{_BASE}/{{code}}", post_speaker, methods=["POST"]),
    Route(f"{_BASE}/{{code}}/merge", show_merging, methods=["GET"]),
    Route(f"{_BASE}/{{code}}/merge", post_merging, methods=["POST"]),
    Route(f"{_BASE}/{{code}}/delete", show_speaker_removal),
    Route(f"{_BASE}/{{code}}/delete", post_speaker_removal, methods=["POST"]),
]
