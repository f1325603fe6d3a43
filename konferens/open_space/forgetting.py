"""Taking people out of an open space: of a ticket that is erased, of a topic that is withdrawn, of all when their time is over."""

from collections.abc import Collection

from sqlalchemy import delete, exists, null, or_, select, update

from konferens.clock import now
from konferens.database import Database
from konferens.events.actions import touch_edition
from konferens.events.model import Edition
from konferens.open_space.model import Topic, TopicStatus
from konferens.open_space.queries import topics_where
from konferens.programme.actions import delete_session
from konferens.programme.drafts import forget
from konferens.speakers.actions import remove_speaker
from konferens.speakers.queries import speakers_of
from konferens.tables import (
    audit,
    edition_speakers,
    open_interests,
    open_slots,
    open_topics,
    proposal_people,
    session_speakers,
    sessions,
    speakers,
)


async def drop_session(db: Database, edition: Edition, topic: Topic, *, actor: str) -> None:
    """Remove the topic's session, if it has one, so that calendars are told; inside the caller's transaction."""
    if topic.session is None:
        return
    await delete_session(db, edition, topic.session.code, actor=actor)
    await forget(db, edition.id, [topic.session.code])
    await db.execute(update(open_slots).where(open_slots.c.session_id == topic.session.id).values(session_id=None))


async def forget_speaker(db: Database, edition: Edition, topic: Topic, *, actor: str, everywhere: bool = False) -> None:
    """Take the person of a topic out of the speakers, and out of the trail about them as one; in the caller's transaction.

    Nothing happens where other topics or sessions name them, unless they are to go from the edition `everywhere`.
    """
    if topic.speaker_id is None:
        return
    await db.execute(update(open_topics).where(open_topics.c.id == topic.id).values(speaker_id=None))
    held = (
        select(sessions.c.id)
        .join(session_speakers, session_speakers.c.session_id == sessions.c.id)
        .where(session_speakers.c.speaker_id == topic.speaker_id, sessions.c.deleted_at.is_(None))
    )
    others = select(open_topics.c.id).where(open_topics.c.speaker_id == topic.speaker_id)
    if not everywhere and (await db.fetch_val(held) is not None or await db.fetch_val(others) is not None):
        return
    for speaker in await speakers_of(db, edition.id):
        if speaker.id == topic.speaker_id:
            await remove_speaker(db, edition.id, speaker.code, actor=actor)
    elsewhere = or_(
        exists().where(edition_speakers.c.speaker_id == speakers.c.id),
        exists().where(session_speakers.c.speaker_id == speakers.c.id),
        exists().where(proposal_people.c.speaker_id == speakers.c.id),
        exists().where(open_topics.c.speaker_id == speakers.c.id),
    )
    gone = await db.fetch_val(
        delete(speakers).where(speakers.c.id == topic.speaker_id, ~elsewhere).returning(speakers.c.code)
    )
    if gone is not None:
        about = update(audit).where(audit.c.subject == f"speaker:{gone}")
        await db.execute(about.values(before=null(), after=null()))


async def forget_holders(
    db: Database, edition: Edition, ticket_ids: Collection[int], *, erased_name: str, actor: str
) -> None:
    """Take the names of these tickets off their topics; in the caller's transaction.

    What they would hold is taken out of the programme; what they have held stays there, without them.
    """
    topics = await topics_where(db, open_topics.c.ticket_id.in_(sorted(ticket_ids)))
    is_over = edition.is_over(now())
    for topic in topics:  # a few: one ticket has only so many at a time
        if not is_over:
            await drop_session(db, edition, topic, actor=actor)
        await forget_speaker(db, edition, topic, actor=actor, everywhere=True)
    if not topics:
        return
    ids = [topic.id for topic in topics]
    gone: dict[str, object] = {"name": erased_name, "ticket_id": None, "speaker_id": None}
    if not is_over:
        gone |= {"status": TopicStatus.WITHDRAWN.value, "session_id": None}
    await db.execute(update(open_topics).where(open_topics.c.id.in_(ids)).values(**gone))
    await touch_edition(db, edition.id)


async def forget_topics(db: Database, edition_id: int, *, erased_name: str) -> int:
    """Take everybody's name off an edition's topics, and who would have liked to be there; gives how many topics.

    What was never in the programme goes with its texts. The programme itself names who held something, as it does speakers.
    """
    mine = open_topics.c.edition_id == edition_id
    theirs = select(open_topics.c.id).where(mine)
    async with db.transaction():
        await db.execute(delete(open_interests).where(open_interests.c.topic_id.in_(theirs)))
        await db.execute(
            update(open_topics).where(mine, open_topics.c.session_id.is_(None)).values(title="", abstract="")
        )
        return await db.execute(
            update(open_topics)
            .where(mine, or_(open_topics.c.name != erased_name, open_topics.c.ticket_id.is_not(None)))
            .values(name=erased_name, ticket_id=None)
        )
