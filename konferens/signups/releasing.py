"""A release of a programme, with what it means for those who signed up, and the mails about it."""

from collections.abc import Mapping
from typing import Any

from konferens.database import Database
from konferens.errors import ConflictError, InvalidError
from konferens.events.actions import take_turns
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.mail.actions import enqueue
from konferens.mail.queries import own_texts
from konferens.offering.seats import next_ticket_changes
from konferens.programme.applying import apply_drafts, short_of_seats
from konferens.programme.drafts import drafts_of, save_draft, with_drafts
from konferens.programme.planned import Draft, Places
from konferens.programme.queries import sessions_where
from konferens.programme.release_words import people_in
from konferens.programme.releases import Release, add_release, add_small_release, pending_release, speaker_names
from konferens.signups.actions import pass_on_session_seats
from konferens.signups.affected import affected_attendees, affected_speakers
from konferens.signups.informing import forget_untold, note_changes, tell_changes
from konferens.signups.release_letters import letter_rows
from konferens.signups.switching import follow_signups
from konferens.tables import sessions


async def publish_release(
    db: Database,
    edition: Edition,
    *,
    name: str,
    note: str,
    actor: str,
    base_url: str,
    seen: str,
    tell_speakers: bool,
    tell_attendees: bool,
) -> Release:
    """Make everything that is planned public as the version `name`, and write to those whom it concerns.

    `seen` is the `mark` of the `Pending` that the organiser has looked at: ConflictError when it isn't what would be released
    any more. Attendees who signed up for a session are told in any case: their calendars hold an invitation. Raises InvalidError (field 'name') for a name that is taken, and (field 'seats') for sessions that would have
    fewer seats than are taken. The first version of an edition changes nothing for anybody, and nobody is written to.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        await take_turns(db, edition.id)
        edition = await edition_by_id(db, edition.id)
        pending = await pending_release(db, edition)
        if pending.mark != seen:
            raise ConflictError("the drafts have been changed since they were looked at")
        readers = await affected_speakers(db, edition, pending.public_changes) if tell_speakers else []
        signups = {session.code for session in pending.public if session.signup}
        told = [change for change in pending.public_changes if tell_attendees or change.code in signups]
        readers += await affected_attendees(db, edition, told)
        await forget_untold(db, edition, [change.code for change in told])
        await _apply(db, edition, pending.drafts, base_url=base_url, field="seats")
        release = await add_release(db, edition, name=name, note=note, actor=actor)
        if readers:
            people = await speaker_names(db, edition.id, people_in(pending.public_changes))
            texts = await own_texts(db, edition.id)
            rows = letter_rows(edition, readers, people, release=name, note=note, base_url=base_url, own_texts=texts)
            await enqueue(db, rows)
    return release


async def save_at_once(
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
    """Save one session and let everybody see it now, with all that was planned for it; other drafts stay drafts.

    It is a small version of its own ('1.2' → '1.2.1'). Values, version and errors are as for `programme.actions.save_session`,
    `tell` as for `signups.editing.save_session_with_seats`.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        saved = await save_draft(db, edition, code, values, actor=actor, version=version)
        edition = await edition_by_id(db, edition.id)
        drafts = await drafts_of(db, edition.id)
        if saved in drafts:
            this = (sessions.c.edition_id == edition.id, sessions.c.code == saved)
            before = await sessions_where(db, *this)
            await _apply(db, edition, {saved: drafts[saved]}, base_url=base_url, field="capacity")
            await add_small_release(db, edition, actor=actor)
            after = await sessions_where(db, *this)
            await note_changes(db, edition, before, after)
            if tell or (tell is False and any(session.signup for session in after)):
                await tell_changes(db, edition, base_url=base_url, codes=[saved])
    return saved


async def _apply(db: Database, edition: Edition, drafts: Mapping[str, Draft], *, base_url: str, field: str) -> None:
    """Raises InvalidError (`field`) for sessions that would have fewer seats than are taken."""
    if not drafts:
        return
    everything = sessions.c.edition_id == edition.id  # removed ones too: they may come back
    before = await sessions_where(db, everything, texts=False)
    working = with_drafts(before, drafts, edition, await Places.read(db, edition.id))
    short = short_of_seats(before, working)
    if short:
        raise InvalidError({field: [str(each) for each in short]})
    await apply_drafts(db, edition, drafts)
    await follow_signups(db, edition.id, before, await sessions_where(db, everything, texts=False))
    await pass_on_session_seats(db, edition, base_url=base_url)
