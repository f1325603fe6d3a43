"""Topics and slots, read from the database."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from konferens.database import Database, Row
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.open_space.model import Slot, Topic, TopicStatus, hindrance_of
from konferens.programme.model import RoomRef, Session, resolve_wall
from konferens.programme.queries import published_sessions, sessions_where
from konferens.tables import open_interests, open_slots, open_topics, rooms, sessions


@dataclass(frozen=True, slots=True)
class OpenSpace:
    """All of an edition's open space: slots by room and time; topics that are on the wall, the oldest first."""

    slots: tuple[Slot, ...]
    topics: tuple[Topic, ...]

    @property
    def proposed(self) -> list[Topic]:
        """Topics that have no slot."""
        return [topic for topic in self.topics if topic.session is None]


async def open_space_of(db: Database, edition: Edition) -> OpenSpace:
    """Four queries, however much there is."""
    topics = await topics_where(
        db,
        open_topics.c.edition_id == edition.id,
        open_topics.c.status.in_((TopicStatus.PROPOSED.value, TopicStatus.PLACED.value)),
    )
    published = await published_sessions(db, edition.id)
    rows = await db.fetch_all(_select_slots().where(open_slots.c.edition_id == edition.id))
    return OpenSpace(tuple(_slot(row, edition, topics, published) for row in rows), tuple(topics))


async def find_slot(db: Database, edition: Edition, slot_id: int) -> Slot:
    """Raises NotFoundError, also for a slot of another edition."""
    space = await open_space_of(db, edition)
    for slot in space.slots:
        if slot.id == slot_id:
            return slot
    raise NotFoundError(f"slot {slot_id}")


async def find_topic(db: Database, edition_id: int, topic_id: int) -> Topic:
    """Raises NotFoundError, also for a topic of another edition."""
    found = await topics_where(db, open_topics.c.id == topic_id, open_topics.c.edition_id == edition_id)
    if not found:
        raise NotFoundError(f"topic {topic_id}")
    return found[0]


async def topic_by_secret(db: Database, secret: str) -> Topic:
    """Raises NotFoundError."""
    found = await topics_where(db, open_topics.c.secret == secret.upper())
    if not found:
        raise NotFoundError("topic with another secret")
    return found[0]


async def topics_of_ticket(db: Database, ticket_id: int) -> list[Topic]:
    """What the holder of a ticket has proposed, the oldest first; withdrawn topics too."""
    return await topics_where(db, open_topics.c.ticket_id == ticket_id)


async def refused_topics(db: Database, edition_id: int) -> list[Topic]:
    """What organisers have taken off the wall, the oldest first."""
    return await topics_where(
        db, open_topics.c.edition_id == edition_id, open_topics.c.status == TopicStatus.REFUSED.value
    )


async def topics_where(db: Database, *conditions: ColumnElement[bool]) -> list[Topic]:
    """Topics that meet all conditions, the oldest first."""
    interested = (
        select(func.count())
        .select_from(open_interests)
        .where(open_interests.c.topic_id == open_topics.c.id)
        .scalar_subquery()
        .label("interested")
    )
    rows = await db.fetch_all(select(open_topics, interested).where(*conditions).order_by(open_topics.c.id))
    ids = [row.session_id for row in rows if row.session_id is not None]
    held = await sessions_where(db, sessions.c.id.in_(ids), sessions.c.deleted_at.is_(None)) if ids else []
    by_id = {session.id: session for session in held}
    return [_topic(row, by_id.get(row.session_id)) for row in rows]


def _topic(row: Row, session: Session | None) -> Topic:
    """A session that an organiser has removed in the programme leaves its topic on the wall, without a slot."""
    status = TopicStatus(row.status)
    if status is TopicStatus.PLACED and session is None:
        status = TopicStatus.PROPOSED
    names = ("id", "edition_id", "secret", "title", "abstract", "name", "ticket_id", "speaker_id", "created_at")
    values: dict[str, Any] = {name: row[name] for name in names}
    return Topic(**values, status=status, interested=row.interested, session=session)


def _select_slots() -> Select[Any]:
    return (
        select(open_slots, rooms.c.slug, rooms.c.name)
        .join(rooms, rooms.c.id == open_slots.c.room_id)
        .where(rooms.c.deleted_at.is_(None))
        .order_by(rooms.c.position, rooms.c.id, open_slots.c.wall_starts)
    )


def _slot(row: Row, edition: Edition, topics: Collection[Topic], published: Collection[Session]) -> Slot:
    """A topic that an organiser has moved elsewhere in the programme leaves its slot free."""
    starts_at, ends_at = (resolve_wall(row[name], edition.zone) for name in ("wall_starts", "wall_ends"))
    topic = next((each for each in topics if each.session and each.session.id == row.session_id), None)
    session = topic.session if topic else None
    is_here = session is not None and session.room is not None and session.room.id == row.room_id
    if not is_here or session is None or session.starts_at != starts_at:
        topic, session = None, None
    others = [each for each in published if session is None or each.id != session.id]
    placed = [each.session.id for each in topics if each.session]
    return Slot(
        id=row.id,
        room=RoomRef(row.room_id, row.slug, row.name),
        starts_at=starts_at,
        ends_at=ends_at,
        wall_starts=row.wall_starts,
        wall_ends=row.wall_ends,
        topic=topic,
        hindrance=hindrance_of(row.room_id, starts_at, ends_at, others, placed),
    )
