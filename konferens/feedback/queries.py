"""Answers about sessions, read from the database."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select

from konferens.database import Database
from konferens.events.model import Edition
from konferens.feedback.model import NOTHING, Comment, Judged, Judgement, Result, result_of
from konferens.programme.queries import published_sessions
from konferens.tables import session_feedback, sessions


async def results_of(db: Database, session_ids: Collection[int]) -> dict[int, Result]:
    """What people think of each of these sessions, by its id; those that nobody has judged are absent."""
    if not session_ids:
        return {}
    rows = await db.fetch_all(
        select(session_feedback)
        .where(session_feedback.c.session_id.in_(sorted(session_ids)))
        .order_by(session_feedback.c.created_at.desc(), session_feedback.c.id.desc())
    )
    ratings: dict[int, list[int]] = defaultdict(list)
    comments: dict[int, list[Comment]] = defaultdict(list)
    for row in rows:
        ratings[row.session_id].append(row.rating)
        if row.comment:
            comments[row.session_id].append(Comment(row.id, row.rating, row.comment, row.hidden, row.updated_at))
    return {session_id: result_of(found, comments[session_id]) for session_id, found in ratings.items()}


async def judged_sessions(db: Database, edition: Edition) -> list[Judged]:
    """Everything in the programme but pauses, in its order, with what people think of it."""
    found = [each for each in await published_sessions(db, edition.id) if not each.type.is_pause]
    own = select(session_feedback.c.session_id).join(sessions).where(sessions.c.edition_id == edition.id).distinct()
    results = await results_of(db, [row.session_id for row in await db.fetch_all(own)])
    return [Judged(session, results.get(session.id, NOTHING)) for session in found]


async def judgement_of(db: Database, session_id: int, respondent: str) -> Judgement | None:
    """What this respondent has answered."""
    row = await db.fetch_one(
        select(session_feedback.c.rating, session_feedback.c.comment).where(
            session_feedback.c.session_id == session_id, session_feedback.c.respondent == respondent
        )
    )
    return Judgement(row.rating, row.comment) if row else None
