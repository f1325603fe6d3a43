"""What the house, the speakers and the attendees' choices demand of a programme, read from the database."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Text, cast, func, or_, select

from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import rooms_of
from konferens.programme.conflicts import Circumstances, Conflict, find_conflicts
from konferens.programme.model import Session, wall_of
from konferens.tables import edition_speakers, session_drafts, sessions, speakers, ticket_sessions, tickets


async def conflicts_in(db: Database, edition: Edition, planned: list[Session]) -> list[Conflict]:
    """`find_conflicts` of the edition's working or public sessions, with all that is known."""
    return find_conflicts(planned, await circumstances_of(db, edition, planned))


async def circumstances_of(db: Database, edition: Edition, planned: Iterable[Session]) -> Circumstances:
    """What `find_conflicts` wants to know about `planned`; three queries, whatever their number."""
    people = await _unwilling(db, edition.id)
    return Circumstances(
        walls={
            each.code: (wall_of(each.starts_at, edition.zone), wall_of(each.ends_at, edition.zone))
            for each in planned
            if each.starts_at and each.ends_at
        },
        days=(edition.starts_on, edition.ends_on),
        opens=edition.day_starts,
        closes=edition.day_ends,
        seats={room.id: room.capacity for room in await rooms_of(db, edition.id) if room.capacity is not None},
        away={code: spans for code, (_, spans) in people.items() if spans},
        declined=frozenset(code for code, (status, _) in people.items() if status == "declined"),
        chosen=await _chosen_together(db, edition.id),
    )


async def _unwilling(db: Database, edition_id: int) -> dict[str, tuple[str, list[tuple[datetime, datetime]]]]:
    """By code: (status, spans when they can't) of the speakers who have declined or told such spans."""
    query = (
        select(speakers.c.code, edition_speakers.c.status, edition_speakers.c.unavailable)
        .join(speakers, speakers.c.id == edition_speakers.c.speaker_id)
        .where(
            edition_speakers.c.edition_id == edition_id,
            or_(edition_speakers.c.status == "declined", cast(edition_speakers.c.unavailable, Text) != "[]"),
        )
    )
    return {row.code: (row.status, _spans(row.unavailable)) for row in await db.fetch_all(query)}


def _spans(stored: Iterable[tuple[str, str]]) -> list[tuple[datetime, datetime]]:
    return [(datetime.fromisoformat(starts), datetime.fromisoformat(ends)) for starts, ends in stored]


async def _chosen_together(db: Database, edition_id: int) -> dict[tuple[int, int], int]:
    """How many valid tickets have both of two sessions, by the pair of ids: of sessions that the public sees at the same
    time, or of which one has a draft that may move it.
    """
    one, other = ticket_sessions.alias("one"), ticket_sessions.alias("other")
    first, second = sessions.alias("first"), sessions.alias("second")
    drafted = select(session_drafts.c.code).where(session_drafts.c.edition_id == edition_id)
    query = (
        select(one.c.session_id.label("one"), other.c.session_id.label("other"), func.count().label("tickets"))
        .select_from(one)
        .join(other, (other.c.ticket_id == one.c.ticket_id) & (one.c.session_id < other.c.session_id))
        .join(tickets, (tickets.c.id == one.c.ticket_id) & (tickets.c.status == "valid"))
        .join(first, first.c.id == one.c.session_id)
        .join(second, second.c.id == other.c.session_id)
        .where(
            tickets.c.edition_id == edition_id,
            or_(
                (first.c.starts_at < second.c.ends_at) & (second.c.starts_at < first.c.ends_at),
                first.c.code.in_(drafted),
                second.c.code.in_(drafted),
            ),
        )
        .group_by(one.c.session_id, other.c.session_id)
    )
    return {(row.one, row.other): row.tickets for row in await db.fetch_all(query)}
