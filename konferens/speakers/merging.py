"""Two profiles of one person become one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from konferens.audit import record
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError
from konferens.events.actions import touch_edition
from konferens.speakers.actions import touch_sessions
from konferens.speakers.model import SpeakerStatus
from konferens.tables import (
    audit,
    edition_speakers,
    proposal_people,
    session_drafts,
    session_speakers,
    speakers,
)

_STEPS = [status.value for status in (SpeakerStatus.ADDED, SpeakerStatus.INVITED)]


async def editions_of_people(db: Database, codes: Sequence[str]) -> set[int]:
    """Ids of all editions where any of those people is a speaker."""
    query = (
        select(edition_speakers.c.edition_id)
        .join(speakers, speakers.c.id == edition_speakers.c.speaker_id)
        .where(speakers.c.code.in_(codes))
    )
    return {row.edition_id for row in await db.fetch_all(query)}


async def merge_speakers(db: Database, edition_id: int, keep: str, drop: str, *, actor: str) -> None:
    """The person with the code `drop` is the one with the code `keep`: all that they do, in every edition, is that one's.

    Where both are in an edition the kept one's texts stay and the other's fill what is empty. The dropped code leads to the
    other one from now on (`merged_into`). Raises NotFoundError, ConflictError for one and the same and where both have a
    ticket in an edition.
    """
    async with db.transaction():
        kept, dropped = await _person(db, keep), await _person(db, drop)
        if kept.id == dropped.id:
            raise ConflictError("a person cannot be merged with themselves")
        await touch_sessions(db, dropped.id)
        touched = await _merge_editions(db, kept.id, dropped.id)
        await _merge_sessions(db, kept.id, dropped.id)
        await _merge_drafts(db, touched, kept.code, dropped.code)
        mine = proposal_people.c.speaker_id == dropped.id
        await db.execute(update(proposal_people).where(mine).values(speaker_id=kept.id))
        filled = {name: dropped[name] for name in ("email", "image_digest") if dropped[name] and not kept[name]}
        await db.execute(update(speakers).where(speakers.c.id == kept.id).values(updated_at=now(), **filled))
        await db.execute(delete(speakers).where(speakers.c.id == dropped.id))
        for each in sorted(touched):
            await touch_edition(db, each)
        await record(
            db,
            actor=actor,
            action=_ACTION,
            subject=f"speaker:{dropped.code}",
            edition_id=edition_id,
            before={"name": dropped.name},
            after={"into": kept.code},
        )


_ACTION = "speaker.merge"


async def merged_into(db: Database, code: str) -> str | None:
    """The code of the person that `code` (either case) was merged into, perhaps in several steps; None where it wasn't."""
    found = None
    for _ in range(10):  # people are merged once or twice
        after = await db.fetch_val(
            select(audit.c.after)
            .where(audit.c.subject == f"speaker:{(found or code).upper()}", audit.c.action == _ACTION)
            .order_by(audit.c.id.desc())
            .limit(1)
        )
        if after is None:
            break
        found = str(after["into"])
    return found


async def _person(db: Database, code: str) -> Any:
    row = await db.fetch_one(select(speakers).where(speakers.c.code == code.upper()))
    if row is None:
        raise NotFoundError(f"speaker {code}")
    return row


async def _merge_editions(db: Database, kept: int, dropped: int) -> set[int]:
    """Ids of the editions where either is."""
    rows = await db.fetch_all(select(edition_speakers).where(edition_speakers.c.speaker_id.in_((kept, dropped))))
    mine = {row.edition_id: row for row in rows if row.speaker_id == kept}
    others = {row.edition_id: row for row in rows if row.speaker_id == dropped}
    both = sorted(mine.keys() & others.keys())
    if any(mine[each].ticket_id and others[each].ticket_id for each in both):
        raise ConflictError("both of them have a ticket")
    theirs = edition_speakers.c.speaker_id == dropped
    await db.execute(delete(edition_speakers).where(theirs, edition_speakers.c.edition_id.in_(both)))
    await db.execute(update(edition_speakers).where(theirs).values(speaker_id=kept))
    for each in both:  # years that one person has spoken, with two profiles: one or two
        filled = _filled(mine[each], others[each])
        if filled:
            here = (edition_speakers.c.edition_id == each, edition_speakers.c.speaker_id == kept)
            await db.execute(update(edition_speakers).where(*here).values(**filled))
    return mine.keys() | others.keys()


def _filled(kept: Any, dropped: Any) -> dict[str, Any]:
    """What the kept profile gets of the other. Both had to agree to be published and filmed."""
    names = ("title", "organisation", "biography", "website", "links", "message", "needs", "unavailable", "ticket_id")
    filled = {name: dropped[name] for name in names if dropped[name] and not kept[name]}
    if kept.secret is None and dropped.secret is not None:
        filled["secret"] = dropped.secret
    if kept.status in _STEPS and dropped.status not in _STEPS[: _STEPS.index(kept.status) + 1]:
        filled |= {name: dropped[name] for name in ("status", "invited_at", "answered_at")}
    filled |= {name: False for name in ("consent", "recording") if kept[name] and not dropped[name]}
    return filled


async def _merge_sessions(db: Database, kept: int, dropped: int) -> None:
    mine = select(session_speakers.c.session_id).where(session_speakers.c.speaker_id == kept)
    twice = (session_speakers.c.speaker_id == dropped, session_speakers.c.session_id.in_(mine))
    await db.execute(delete(session_speakers).where(*twice))
    await db.execute(update(session_speakers).where(session_speakers.c.speaker_id == dropped).values(speaker_id=kept))


async def _merge_drafts(db: Database, edition_ids: set[int], kept: str, dropped: str) -> None:
    """The sessions that the next release brings name people by their codes."""
    rows = await db.fetch_all(
        select(session_drafts.c.id, session_drafts.c.planned).where(
            session_drafts.c.edition_id.in_(sorted(edition_ids))
        )
    )
    changed = []
    for row in rows:
        people = row.planned.get("speakers", [])
        if not any(code == dropped for code, _ in people):
            continue
        both = any(code == kept for code, _ in people)
        after = [[kept if code == dropped else code, role] for code, role in people if not (both and code == dropped)]
        changed.append({"of": row.id, "its": {**row.planned, "speakers": after}})
    await db.execute_many(
        update(session_drafts).where(session_drafts.c.id == bindparam("of")).values(planned=bindparam("its")), changed
    )
