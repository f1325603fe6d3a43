"""Speakers in the office: who has answered, what is missing, and what is agreed with each of them."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.errors import ConflictError
from konferens.events.model import Edition
from konferens.i18n import LANGUAGES
from konferens.speakers.actions import update_speaker
from konferens.speakers.answers import note_needs_look, renew_page, set_answer
from konferens.speakers.model import Participation, Speaker, SpeakerStatus
from konferens.speakers.queries import (
    changed_by_themselves,
    find_participation,
    find_speaker,
    participations_of,
    session_counts,
    speakers_of,
)
from konferens.speaking.actions import invite_speakers, may_invite, may_remind, remind_speakers
from konferens.speaking.spoken import Programme, details
from konferens.speaking.spreadsheet import speakers_csv
from konferens.speaking.tickets import free_types, ticket_holders
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.private import private_file
from konferens.web.requests import database

SECTION = "speakers"
_STATUSES = {status.value: status for status in SpeakerStatus}


@dataclass(frozen=True, slots=True)
class Listed:
    """A speaker as the list shows them. `changed_at` is when they last changed something themselves."""

    speaker: Speaker
    agreed: Participation
    sessions: int
    order: str | None
    changed_at: datetime | None

    def matches(self, words: str) -> bool:
        speaker = self.speaker
        text = f"{speaker.name} {speaker.title} {speaker.organisation} {speaker.email}".casefold()
        return all(word in text for word in words.casefold().split())

    def is_shown(self, wanted: str) -> bool:
        """Whether the filter `wanted` shows them: a status, or 'missing'; anything else shows all."""
        if wanted == "missing":
            return bool(self.speaker.missing) and self.speaker.status is not SpeakerStatus.DECLINED
        return wanted not in _STATUSES or self.speaker.status == wanted


async def listed(request: Request, edition: Edition) -> list[Listed]:
    db = database(request)
    agreed = await participations_of(db, edition.id)
    counts = await session_counts(db, edition.id)
    tickets = await ticket_holders(db, edition.id)
    changed = await changed_by_themselves(db, edition.id)
    return [
        Listed(each, agreed[each.id], counts.get(each.id, 0), tickets.get(each.id), changed.get(each.code))
        for each in await speakers_of(db, edition.id)
    ]


async def show_speakers(request: Request) -> Response:
    """The list, narrowed by ?q=&status=."""
    return await list_page(request, await organised_edition(request))


async def list_page(request: Request, edition: Edition, *, problem: str = "", status_code: int = 200) -> Response:
    everyone = await listed(request, edition)
    words = request.query_params.get("q", "").strip()[:100]
    wanted = request.query_params.get("status", "")
    statuses = Counter(each.speaker.status for each in everyone)
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/speakers/list.html",
        status_code,
        people=[each for each in everyone if each.matches(words) and each.is_shown(wanted)],
        total=len(everyone),
        statuses=[(status, statuses[status]) for status in SpeakerStatus],
        incomplete=sum(each.is_shown("missing") for each in everyone),
        to_invite=sum(may_invite(each.speaker) for each in everyone),
        to_remind=sum(may_remind(each.speaker) for each in everyone),
        to_give=len(without_ticket(everyone)) if edition.speaker_ticket_type else 0,
        with_needs=sum(bool(each.agreed.needs) for each in everyone),
        types=await free_types(database(request), edition.id),
        q=words,
        wanted=wanted,
        problem=problem,
    )


def without_ticket(people: list[Listed]) -> list[Listed]:
    """Those who come, could be sent a ticket and have none."""
    return [
        each
        for each in people
        if each.speaker.status is SpeakerStatus.CONFIRMED and each.speaker.email and each.order is None
    ]


async def download_speakers(request: Request) -> Response:
    edition = await organised_edition(request)
    people = await listed(request, edition)
    rows = [(each.speaker, each.agreed, each.sessions, each.order or "") for each in people]
    content = await asyncio.to_thread(speakers_csv, rows, edition)
    return private_file(content, "text/csv", f"{edition.series.slug}-{edition.slug}-speakers.csv", download=True)


async def show_needs(request: Request) -> Response:
    """What speakers need: seen by those who have to do with it, and each look is written down (GDPR articles 9 and 32)."""
    edition = await organised_edition(request)
    user = await require_user(request)
    await note_needs_look(database(request), edition.id, actor=user.email)
    people = [each for each in await listed(request, edition) if each.agreed.needs]
    return render_office(request, edition, SECTION, "organiser/speakers/needs.html", people=people)


async def show_answer(request: Request) -> Response:
    """What is agreed with one speaker: invitation, answer, when they can't, ticket, their own page."""
    edition = await organised_edition(request)
    speaker = await find_speaker(database(request), edition.id, request.path_params["code"])
    return await answer_page(request, edition, speaker)


async def answer_page(
    request: Request, edition: Edition, speaker: Speaker, *, problem: str = "", status_code: int = 200
) -> Response:
    db = database(request)
    spoken = (await Programme.read(db, edition)).of(speaker.code)
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/speakers/answer.html",
        status_code,
        speaker=speaker,
        agreed=await find_participation(db, edition.id, speaker.id),
        order=(await ticket_holders(db, edition.id)).get(speaker.id),
        spoken=[(each, details(each, edition)) for each in spoken],
        statuses=SpeakerStatus,
        all_languages=LANGUAGES,
        base_url=request.app.state.settings.base_url,
        problem=problem,
    )


async def post_answer(request: Request) -> Response:
    """What the speaker has told in another way: `status` is one of SpeakerStatus, `consent` and `recording` are 'yes' or 'no';
    what is absent stays. No mail is sent.
    """
    edition, speaker, data, actor = await step(request)
    db = database(request)
    status = _STATUSES.get(str(data.get("status", "")), speaker.status)
    await set_answer(db, edition.id, speaker.code, status, actor=actor)
    agreed = {name: data[name] == "yes" for name in ("consent", "recording") if name in data}
    await update_speaker(db, edition.id, speaker.code, agreed, actor=actor)
    return done(edition, f"speakers/{speaker.code}/answer", "saved")


async def post_invitation(request: Request) -> Response:
    """Write the invitation to one speaker, also once more. Raises ConflictError without an address."""
    edition, speaker, data, actor = await step(request)
    if not speaker.email:
        raise ConflictError(f"speaker {speaker.code} has no address")
    await invite_speakers(
        database(request),
        edition,
        [speaker.code],
        language=language_of(data.get("language"), edition),
        actor=actor,
        base_url=request.app.state.settings.base_url,
        again=True,
    )
    request.app.state.sender.wake()
    return done(edition, f"speakers/{speaker.code}/answer", "invited")


async def post_reminder(request: Request) -> Response:
    edition, speaker, data, _ = await step(request)
    await remind_speakers(
        database(request),
        edition,
        [speaker.code],
        language=language_of(data.get("language"), edition),
        base_url=request.app.state.settings.base_url,
    )
    request.app.state.sender.wake()
    return done(edition, f"speakers/{speaker.code}/answer", "reminded")


async def post_renewal(request: Request) -> Response:
    """Another address for the speaker's own page: the old one ends. Nothing is mailed; the office passes the new one on."""
    edition, speaker, _, actor = await step(request)
    await renew_page(database(request), edition.id, speaker.code, actor=actor)
    return done(edition, f"speakers/{speaker.code}/answer", "renewed")


async def step(request: Request) -> tuple[Edition, Speaker, FormData, str]:
    """The edition, the speaker, the posted form, and who posts it."""
    edition = await organised_edition(request)
    data = await read_form(request)
    user = await require_user(request)
    return edition, await find_speaker(database(request), edition.id, request.path_params["code"]), data, user.email


def language_of(chosen: object, edition: Edition) -> str:
    """The language that a mail is to be in: as chosen, else the edition's."""
    return chosen if isinstance(chosen, str) and chosen in LANGUAGES else edition.language


_BASE = "/organiser/{series:slug}/{edition:slug}/speakers"
_ONE = f"{_BASE}/{{code}}"

organiser_routes: list[BaseRoute] = [
    Route(_BASE, show_speakers),
    Route(f"{_BASE}.csv", download_speakers),
    Route(f"{_BASE}/needs", show_needs),
    Route(f"{_ONE}/answer", show_answer, methods=["GET"]),
    Route(f"{_ONE}/answer", post_answer, methods=["POST"]),
    Route(f"{_ONE}/invitation", post_invitation, methods=["POST"]),
    Route(f"{_ONE}/reminder", post_reminder, methods=["POST"]),
    Route(f"{_ONE}/renewal", post_renewal, methods=["POST"]),
]
