"""Invited, confirmed, declined: how an edition comes to an understanding with its speakers."""

from collections.abc import Collection

from sqlalchemy import bindparam, select, update

from konferens.audit import record, record_many
from konferens.clock import now
from konferens.codes import new_token
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.events.actions import touch_edition
from konferens.speakers.actions import touch_sessions
from konferens.speakers.model import SpeakerStatus
from konferens.speakers.queries import find_participation, find_speaker
from konferens.tables import edition_speakers, speakers


async def invite(
    db: Database, edition_id: int, codes: Collection[str], *, actor: str, again: bool = False
) -> dict[str, str]:
    """Give those people a page of their own, inside the caller's transaction, which also writes to them. Gives the secret of
    each one's page by their code: of those who weren't invited yet, or with `again` of all of them. Codes that the edition
    doesn't have are passed over.

    Whoever has a page keeps it, and whoever has answered, or was asked before, stays as they are.
    """
    rows = await db.fetch_all(
        select(speakers.c.id, speakers.c.code, edition_speakers.c.secret, edition_speakers.c.status)
        .join(edition_speakers, edition_speakers.c.speaker_id == speakers.c.id)
        .where(edition_speakers.c.edition_id == edition_id, speakers.c.code.in_(codes))
        .order_by(speakers.c.id)
        .with_for_update(of=edition_speakers)
    )
    asked = [row for row in rows if row.status == SpeakerStatus.ADDED.value]
    rows = rows if again else asked
    secrets = {row.code: row.secret or new_token() for row in rows}
    await db.execute_many(
        update(edition_speakers)
        .where(edition_speakers.c.edition_id == edition_id, edition_speakers.c.speaker_id == bindparam("of"))
        .values(secret=bindparam("its")),
        [{"of": row.id, "its": secrets[row.code]} for row in rows if row.secret is None],
    )
    await db.execute(
        update(edition_speakers)
        .where(
            edition_speakers.c.edition_id == edition_id,
            edition_speakers.c.speaker_id.in_([row.id for row in asked]),
        )
        .values(status=SpeakerStatus.INVITED.value, invited_at=now())
    )
    await record_many(
        db,
        actor=actor,
        action="speaker.invite",
        edition_id=edition_id,
        changes=[(f"speaker:{row.code}", {"status": row.status}, {"status": "invited"}) for row in asked],
    )
    return secrets


async def renew_page(db: Database, edition_id: int, code: str, *, actor: str) -> str:
    """Another address for the speaker's own page; the old one is nobody's from now on. Gives the new secret.

    Raises NotFoundError, and ConflictError for somebody who has no page.
    """
    async with db.transaction():
        speaker = await find_speaker(db, edition_id, code)
        if (await find_participation(db, edition_id, speaker.id)).secret is None:
            raise ConflictError(f"speaker {speaker.code} has no page of their own")
        secret = new_token()
        await _write(db, edition_id, speaker.id, secret=secret)
        await record(
            db, actor=actor, action="speaker.renew-page", subject=f"speaker:{speaker.code}", edition_id=edition_id
        )
        return secret


async def set_answer(
    db: Database, edition_id: int, code: str, status: SpeakerStatus, *, actor: str, message: str | None = None
) -> bool:
    """What the speaker, or the office for them, has answered; whether that is another status than before.

    A `message` replaces the one before; None leaves it. Who declines is no longer named on public pages, in feeds and in
    the API, though organisers still have them in the sessions. Raises NotFoundError.
    """
    async with db.transaction():
        speaker = await find_speaker(db, edition_id, code)
        words = {} if message is None else {"message": message}
        if status is speaker.status:
            if words:
                await _write(db, edition_id, speaker.id, **words)
            return False
        answered_at = now() if status.has_answered else None
        await _write(db, edition_id, speaker.id, status=status.value, answered_at=answered_at, **words)
        if SpeakerStatus.DECLINED in (status, speaker.status):
            await touch_sessions(db, speaker.id, edition_id)
            await touch_edition(db, edition_id)
        await record(
            db,
            actor=actor,
            action="speaker.answer",
            subject=f"speaker:{speaker.code}",
            edition_id=edition_id,
            before={"status": speaker.status.value},
            after={"status": status.value},
        )
        return True


async def note_needs_look(db: Database, edition_id: int, *, actor: str) -> None:
    """Write down that somebody looks at what an edition's speakers need, as for attendees' sensitive answers."""
    async with db.transaction():
        await record(
            db,
            actor=actor,
            action="speaker-needs.view",
            subject=f"speaker-needs:{edition_id}",
            edition_id=edition_id,
        )


async def _write(db: Database, edition_id: int, speaker_id: int, **columns: object) -> None:
    await db.execute(
        update(edition_speakers)
        .where(edition_speakers.c.edition_id == edition_id, edition_speakers.c.speaker_id == speaker_id)
        .values(**columns)
    )
