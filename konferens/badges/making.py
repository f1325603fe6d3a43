"""Badges of the people who have tickets: from what the database holds to the PDF."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial

from starlette.datastructures import State

from konferens.badges.designs import design_of
from konferens.badges.elements import Elements
from konferens.badges.layout import session_lines
from konferens.badges.model import Appointment, Badge, look_of
from konferens.badges.papers import Paper
from konferens.badges.pdf import badges_pdf, joined_badges
from konferens.badges.pictures import Pictures, pictures_for
from konferens.badges.prints import Print, claim_print, keep_pdf, note_made
from konferens.badges.queries import BadgeHolder, BoughtAddon, Selection, addons_of, badge_holders, chosen_by
from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.formats import clock, clock_range, date_range, day
from konferens.i18n import use_language
from konferens.programme.model import Session
from konferens.typesetting.workers import processors

log = logging.getLogger(__name__)

PART = 100
"""Badges that are typeset at once when there are many, or somewhat fewer: full sheets. Typst takes more and more time for each
page of a long document, and after each part there is a number to tell.
"""

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
    badges, design, pictures = await _to_set(db, edition, holders, paper, state.settings.base_url)
    async with turns(state):
        return await asyncio.to_thread(badges_pdf, badges, paper, design, pictures=pictures)


async def make_prints(db: Database, _: datetime, *, base_url: str) -> None:
    """Make every PDF that somebody waits for and that no other process makes. One that can't be made is told to who waits."""
    while printing := await claim_print(db, now()):
        try:
            made = await _made(db, printing, base_url)
        except Exception:
            log.exception("print %s could not be made", printing.id)
            made = None
        await keep_pdf(db, printing.id, made)


async def _made(db: Database, printing: Print, base_url: str) -> bytes | None:
    """None when all its tickets are cancelled by now."""
    edition = await edition_by_id(db, printing.edition_id)
    paper = printing.paper
    holders = await badge_holders(db, edition.id, Selection(ticket_ids=frozenset(printing.ticket_ids)))
    if not holders:
        return None
    badges, design, pictures = await _to_set(db, edition, holders, paper, base_url)
    return await make_in_parts(badges, paper, design, pictures, told=partial(note_made, db, printing.id))


async def make_in_parts(
    badges: Sequence[Badge],
    paper: Paper,
    design: Elements,
    pictures: Pictures,
    *,
    told: Callable[[int], Awaitable[None]],
) -> bytes:
    """The PDF of many badges, as many parts at a time as there are processors; after each `told` hears how many are made.

    Raises as `badges_pdf`, for no badges too.
    """
    size = PART - PART % paper.per_sheet
    turn, done = asyncio.Semaphore(processors()), 0

    async def part(some: Sequence[Badge]) -> bytes:
        nonlocal done
        async with turn:
            pdf = await asyncio.to_thread(badges_pdf, some, paper, design, pictures=pictures, tags=False)
            done += len(some)
            await told(done)
        return pdf

    parts = [badges[start : start + size] for start in range(0, max(len(badges), 1), size)]
    made = await asyncio.gather(*(part(some) for some in parts))
    return made[0] if len(made) == 1 else await asyncio.to_thread(joined_badges, made, badges[0])


async def _to_set(
    db: Database, edition: Edition, holders: Sequence[BadgeHolder], paper: Paper, base_url: str
) -> tuple[list[Badge], Elements, Pictures]:
    """What typesetters need: the badges in the order of `holders`, the edition's design for the paper, and its pictures."""
    design = await design_of(db, edition.id, paper)
    pictures = await pictures_for(db, edition.id, design)
    ids = [holder.ticket_id for holder in holders]
    sessions = await chosen_by(db, ids)
    bought = await addons_of(db, ids) if paper.measures.folded else {}
    return _badges(edition, holders, sessions, bought, base_url), design, pictures


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
