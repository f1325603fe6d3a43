"""What people do with topics of their own: propose, change, withdraw, tell that one would like to be there."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from konferens.audit import record
from konferens.clock import now
from konferens.codes import new_token
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.events.actions import touch_edition
from konferens.events.model import Edition
from konferens.offering.seats import next_ticket_changes
from konferens.open_space.forgetting import drop_session, forget_speaker
from konferens.open_space.model import (
    GUESTS_AT_ONCE,
    GUESTS_WITHIN,
    OPEN_TOPICS,
    TOPICS,
    TooManyError,
    Topic,
    TopicStatus,
)
from konferens.open_space.queries import find_topic
from konferens.signups.editing import save_session_with_seats
from konferens.speakers.actions import update_speaker
from konferens.speakers.queries import speakers_of
from konferens.tables import open_interests, open_topics


async def propose(db: Database, edition: Edition, values: Mapping[str, str], *, ticket_id: int | None) -> str:
    """A new topic on the wall; `values` are 'title', 'abstract' and 'name'. Gives the secret of its own page.

    Raises TooManyError, ConflictError where nothing may be proposed (any more), or not without a ticket.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        if not edition.open_space or (ticket_id is None and not edition.open_space_guests):
            raise ConflictError("nothing may be proposed")
        await _require_room(db, edition, ticket_id)
        secret = new_token()
        topic_id = await db.fetch_val(
            insert(open_topics)
            .values(edition_id=edition.id, secret=secret, ticket_id=ticket_id, created_at=now(), **values)
            .returning(open_topics.c.id)
        )
        await touch_edition(db, edition.id)
        await _note(db, edition, topic_id, "topic.propose")
    return secret


async def change_topic(
    db: Database, edition: Edition, topic: Topic, values: Mapping[str, str], *, base_url: str
) -> None:
    """Other texts, in the programme too where the topic is placed. Raises ConflictError for one that is off the wall."""
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        current = await find_topic(db, edition.id, topic.id)
        if not current.is_open:
            raise ConflictError("the topic is off the wall")
        changed = {name: value for name, value in values.items() if getattr(current, name) != value}
        if not changed:
            return
        await db.execute(update(open_topics).where(open_topics.c.id == topic.id).values(**changed))
        if current.session is not None:
            shown = {name: value for name, value in changed.items() if name in ("title", "abstract")}
            actor = proposer(current)
            await save_session_with_seats(db, edition, current.session.code, shown, actor=actor, base_url=base_url)
            if "name" in changed:
                await _rename_speaker(db, edition, current, changed["name"])
        await touch_edition(db, edition.id)
        await _note(db, edition, topic.id, "topic.change")


async def withdraw(db: Database, edition: Edition, topic: Topic) -> None:
    """Take the own topic back, out of the programme too, and the name off it. Done twice is as done once."""
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        current = await find_topic(db, edition.id, topic.id)
        if not current.is_open:
            return
        await drop_session(db, edition, current, actor=proposer(current))
        await forget_speaker(db, edition, current, actor=proposer(current))
        await db.execute(
            update(open_topics)
            .where(open_topics.c.id == topic.id)
            .values(status=TopicStatus.WITHDRAWN.value, name="", session_id=None, speaker_id=None)
        )
        await touch_edition(db, edition.id)
        await _note(db, edition, topic.id, "topic.withdraw")


async def show_interest(db: Database, edition: Edition, topic_id: int, respondent: str) -> None:
    """Somebody would like to be there; said twice it counts once. `respondent` is a digest of the browser's own secret.

    The edition's version doesn't rise: a thousand people who say so must not make every page anew. Raises NotFoundError,
    ConflictError for a topic that is off the wall.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        topic = await find_topic(db, edition.id, topic_id)
        if not topic.is_open:
            raise ConflictError("the topic is off the wall")
        mine = (open_interests.c.topic_id == topic_id) & (open_interests.c.respondent == respondent)
        await db.execute(delete(open_interests).where(mine))
        await db.execute(insert(open_interests).values(topic_id=topic_id, respondent=respondent))


def proposer(topic: Topic) -> str:
    """The audit trail's name of whoever has the topic's own address."""
    return f"topic:{topic.id}"


async def _require_room(db: Database, edition: Edition, ticket_id: int | None) -> None:
    waiting = (open_topics.c.edition_id == edition.id) & (open_topics.c.status == TopicStatus.PROPOSED.value)
    if await _count(db, waiting) >= TOPICS:
        raise TooManyError("the wall is full")
    if ticket_id is not None and await _count(db, waiting & (open_topics.c.ticket_id == ticket_id)) >= OPEN_TOPICS:
        raise TooManyError("as many topics of the ticket wait as may")
    of_guests = (open_topics.c.edition_id == edition.id) & open_topics.c.ticket_id.is_(None)
    late = open_topics.c.created_at > now() - GUESTS_WITHIN
    if ticket_id is None and await _count(db, of_guests & late) >= GUESTS_AT_ONCE:
        raise TooManyError("too many topics in a short time")


async def _count(db: Database, condition: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(open_topics).where(condition)
    return int(await db.fetch_val(query))


async def _rename_speaker(db: Database, edition: Edition, topic: Topic, name: str) -> None:
    for speaker in await speakers_of(db, edition.id):
        if speaker.id == topic.speaker_id:
            await update_speaker(db, edition.id, speaker.code, {"name": name}, actor=proposer(topic))


async def _note(db: Database, edition: Edition, topic_id: int, action: str) -> None:
    subject = f"topic:{topic_id}"
    await record(db, actor=subject, action=action, subject=subject, edition_id=edition.id)
