"""Sessions saved in the office, with what that means for those who signed up or chose them."""

from collections.abc import Mapping
from typing import Any

from konferens.database import Database
from konferens.events.model import Edition
from konferens.offering.seats import next_ticket_changes
from konferens.programme.actions import save_session
from konferens.programme.drafts import save_draft
from konferens.programme.queries import find_session
from konferens.signups.actions import pass_on_session_seats
from konferens.signups.informing import note_changes, tell_changes
from konferens.signups.releasing import save_at_once
from konferens.signups.switching import follow_signups


async def save_session_with_seats(
    db: Database,
    edition: Edition,
    code: str | None,
    values: Mapping[str, Any],
    *,
    actor: str,
    base_url: str,
    version: str | None = None,
    tell: bool | None = None,
) -> str:
    """As programme.actions.save_session, with its errors; new seats go to those who wait.

    With another time, place or status those who signed up are told, and who else has chosen it with `tell`. Without an answer
    (None) nobody is yet: who signed up when it has settled, others when an organiser says so (`signups.informing`).

    When a session begins to need sign-ups, those who had it in their programme wait for a seat in the order that they chose
    it, and get one where there is. When it no longer does, those who waited have it in their programme.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        before = await find_session(db, edition.id, code) if code is not None else None
        saved = await save_session(db, edition, code, values, actor=actor, version=version)
        if before is not None:
            after = await find_session(db, edition.id, saved)
            await follow_signups(db, edition.id, [before], [after])
            await note_changes(db, edition, [before], [after])
            if tell or (tell is False and after.signup):
                await tell_changes(db, edition, base_url=base_url, codes=[saved])
        await pass_on_session_seats(db, edition, base_url=base_url)
    return saved


async def plan_session(
    db: Database,
    edition: Edition,
    code: str | None,
    values: Mapping[str, Any],
    *,
    actor: str,
    base_url: str,
    version: str | None = None,
    at_once: bool = False,
    tell: bool | None = None,
) -> str:
    """As `save_session_with_seats` while the edition has no release, else as `programme.drafts.save_draft`; with `at_once` the
    session is public all the same, as a small version of its own. Drafts are told to nobody.
    """
    if not edition.release:
        return await save_session_with_seats(
            db, edition, code, values, actor=actor, base_url=base_url, version=version, tell=tell
        )
    if at_once:
        return await save_at_once(db, edition, code, values, actor=actor, base_url=base_url, version=version, tell=tell)
    return await save_draft(db, edition, code, values, actor=actor, version=version)
