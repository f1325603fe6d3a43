"""Topics placed in slots: what makes them sessions of the programme, moves them and takes them out again.

Everything here is public at once, also where an edition has releases: a session that begins in an hour can't wait for one. Of
two who place at the same time one wins, and the other is told.
"""

from sqlalchemy import select, update

from konferens.audit import record
from konferens.database import Database
from konferens.events.actions import touch_edition
from konferens.events.model import Edition
from konferens.offering.seats import next_ticket_changes
from konferens.open_space.forgetting import drop_session, forget_speaker
from konferens.open_space.model import SlotTakenError, Topic, TopicMovedError, TopicStatus
from konferens.open_space.queries import find_slot, find_topic
from konferens.programme.model import SessionStatus, SessionType
from konferens.signups.editing import save_session_with_seats
from konferens.speakers.actions import create_speaker
from konferens.speakers.queries import speakers_of
from konferens.tables import open_slots, open_topics, sessions, speakers


async def place_topic(
    db: Database, edition: Edition, topic_id: int, slot_id: int, *, seen: str, actor: str, base_url: str
) -> str:
    """Put a topic into a slot, or move it there; gives its session's code.

    `seen` is where whoever places it saw it: its session's code, or '' on the wall. Raises NotFoundError, TopicMovedError when
    that is no longer so, SlotTakenError when something else has the room by now.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)  # one at a time: what is read from here on stays true
        topic = await find_topic(db, edition.id, topic_id)
        if not topic.is_open or topic.place != seen:
            raise TopicMovedError(f"topic {topic_id} is elsewhere")
        slot = await find_slot(db, edition, slot_id)
        if slot.topic is not None and slot.topic.id == topic.id:
            return topic.place
        taken_by = slot.topic or slot.hindrance
        if taken_by is not None and not (topic.session and slot.hindrance and slot.hindrance.id == topic.session.id):
            raise SlotTakenError(taken_by.title)
        where = {"room_id": slot.room.id, "wall_starts": slot.wall_starts, "wall_ends": slot.wall_ends}
        code = topic.place or None
        values = where if code else await _new_session(db, edition, topic, where, actor=actor)
        code = await save_session_with_seats(db, edition, code, values, actor=actor, base_url=base_url)
        session_id = await db.fetch_val(select(sessions.c.id).where(sessions.c.code == code))
        await db.execute(update(open_slots).where(open_slots.c.session_id == session_id).values(session_id=None))
        await db.execute(update(open_slots).where(open_slots.c.id == slot.id).values(session_id=session_id))
        placed = {"status": TopicStatus.PLACED.value, "session_id": session_id}
        await db.execute(update(open_topics).where(open_topics.c.id == topic.id).values(**placed))
        after = {"session": code, "room": slot.room.name, "starts": slot.wall_starts}
        await _note(db, topic, "topic.place", actor=actor, after=after)
    return code


async def take_down(db: Database, edition: Edition, topic_id: int, *, seen: str, actor: str) -> None:
    """Take a topic out of its slot and the programme, back to those that wait. Raises NotFoundError, TopicMovedError."""
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        topic = await find_topic(db, edition.id, topic_id)
        if topic.session is None or topic.place != seen:
            raise TopicMovedError(f"topic {topic_id} is elsewhere")
        await drop_session(db, edition, topic, actor=actor)
        waiting = {"status": TopicStatus.PROPOSED.value, "session_id": None}
        await db.execute(update(open_topics).where(open_topics.c.id == topic.id).values(**waiting))
        await touch_edition(db, edition.id)
        await _note(db, topic, "topic.take-down", actor=actor)


async def refuse_topic(db: Database, edition: Edition, topic_id: int, *, actor: str) -> None:
    """Take a topic off the wall, and out of the programme. Its own page says so. Raises NotFoundError."""
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        topic = await find_topic(db, edition.id, topic_id)
        if not topic.is_open:
            return
        await drop_session(db, edition, topic, actor=actor)
        await forget_speaker(db, edition, topic, actor=actor)
        refused = {"status": TopicStatus.REFUSED.value, "session_id": None}
        await db.execute(update(open_topics).where(open_topics.c.id == topic.id).values(**refused))
        await touch_edition(db, edition.id)
        await _note(db, topic, "topic.refuse", actor=actor)


async def restore_topic(db: Database, edition: Edition, topic_id: int, *, actor: str) -> None:
    """Put a topic that was taken off back on the wall. Raises NotFoundError."""
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        topic = await find_topic(db, edition.id, topic_id)
        if topic.status is not TopicStatus.REFUSED:
            return
        waiting = update(open_topics).where(open_topics.c.id == topic.id).values(status=TopicStatus.PROPOSED.value)
        await db.execute(waiting)
        await touch_edition(db, edition.id)
        await _note(db, topic, "topic.restore", actor=actor)


async def _new_session(
    db: Database, edition: Edition, topic: Topic, where: dict[str, object], *, actor: str
) -> dict[str, object]:
    return {
        **where,
        "title": topic.title,
        "abstract": topic.abstract,
        "type": SessionType.OPEN_SPACE.value,
        "status": SessionStatus.CONFIRMED.value,
        "language": edition.language,
        "speakers": [(await _speaker_of(db, edition, topic, actor=actor), "speaker")],
    }


async def _speaker_of(db: Database, edition: Edition, topic: Topic, *, actor: str) -> str:
    """The code of whoever holds the topic: known from before, from another topic of the ticket under the same name, or new."""
    ids = {topic.speaker_id}
    if topic.ticket_id is not None:
        same = (open_topics.c.ticket_id == topic.ticket_id) & (open_topics.c.name == topic.name)
        ids |= {row.speaker_id for row in await db.fetch_all(select(open_topics.c.speaker_id).where(same))}
    code = next((each.code for each in await speakers_of(db, edition.id) if each.id in ids), None)
    if code is None:
        code = await create_speaker(db, edition.id, {"name": topic.name}, actor=actor)
    speaker_id = await db.fetch_val(select(speakers.c.id).where(speakers.c.code == code))
    await db.execute(update(open_topics).where(open_topics.c.id == topic.id).values(speaker_id=speaker_id))
    return code


async def _note(db: Database, topic: Topic, action: str, *, actor: str, after: dict[str, object] | None = None) -> None:
    subject = f"topic:{topic.id}"
    await record(db, actor=actor, action=action, subject=subject, edition_id=topic.edition_id, after=after)
