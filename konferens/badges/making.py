"""Badges of the people who have tickets: from what the database holds to the PDF."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from starlette.datastructures import State

from konferens.badges.designs import design_of
from konferens.badges.layout import session_lines
from konferens.badges.model import Appointment, Badge, look_of
from konferens.badges.papers import Paper
from konferens.badges.pdf import badges_pdf
from konferens.badges.queries import BadgeHolder, BoughtAddon, addons_of, chosen_by
from konferens.database import Database
from konferens.events.model import Edition
from konferens.formats import clock, clock_range, date_range, day
from konferens.i18n import use_language
from konferens.programme.model import Session

_TURNS = 2
"""So many PDFs are typeset at once in a server process; the others wait."""


def turns(state: State) -> asyncio.Semaphore:
    """What to hold while typesetting for the office: one for each application."""
    if not hasattr(state, "badge_turns"):
        state.badge_turns = asyncio.Semaphore(_TURNS)
    made: asyncio.Semaphore = state.badge_turns
    return made


async def make_badges(
    state: State, db: Database, edition: Edition, holders: Sequence[BadgeHolder], paper: Paper
) -> bytes:
    """The PDF of these people's badges, in their order, by the edition's design for the paper and in its language."""
    ids = [holder.ticket_id for holder in holders]
    sessions = await chosen_by(db, ids)
    bought = await addons_of(db, ids) if paper.measures.folded else {}
    design = await design_of(db, edition.id, paper)
    badges = _badges(edition, holders, sessions, bought, state.settings.base_url)
    async with turns(state):
        return await asyncio.to_thread(badges_pdf, badges, paper, design)


def _badges(
    edition: Edition,
    holders: Sequence[BadgeHolder],
    sessions: dict[int, list[Session]],
    bought: dict[int, list[BoughtAddon]],
    base_url: str,
) -> list[Badge]:
    look = look_of(edition.theme)
    with use_language(edition.language):
        dates = date_range(edition.starts_on, edition.ends_on)
        return [
            Badge(
                name=holder.name,
                organisation=holder.organisation,
                ticket_type=holder.ticket_type,
                colour=holder.colour,
                qr_text=f"{base_url}/t/{holder.token}",
                edition_name=edition.name,
                edition_dates=dates,
                look=look,
                language=edition.language,
                sessions=session_lines((each for each in sessions[holder.ticket_id] if each.signup), edition.zone),
                programme=own_programme(edition, sessions[holder.ticket_id], bought.get(holder.ticket_id, ())),
            )
            for holder in holders
        ]


def own_programme(
    edition: Edition, sessions: Sequence[Session], bought: Sequence[BoughtAddon]
) -> tuple[Appointment, ...]:
    """What takes place of these, by start; add-ons without a time come last. In the current language."""
    found = [
        (each.starts_at, each.ends_at, each.title, each.room.name if each.room else "")
        for each in sessions
        if each.starts_at is not None and not each.is_cancelled
    ]
    found += [(each.starts_at, each.ends_at, each.name, each.location) for each in bought if each.starts_at is not None]
    timed = [
        Appointment(_day(edition, starts), _time(edition, starts, ends), title, place)
        for starts, ends, title, place in sorted(found, key=lambda entry: (entry[0], entry[2]))
    ]
    return (*timed, *(Appointment("", "", each.name, each.location) for each in bought if each.starts_at is None))


def _day(edition: Edition, moment: datetime) -> str:
    words = day(moment.astimezone(edition.zone).date())
    return words[:1].upper() + words[1:]


def _time(edition: Edition, starts: datetime, ends: datetime | None) -> str:
    return clock(starts, edition.zone) if ends is None else clock_range(starts, ends, edition.zone)
