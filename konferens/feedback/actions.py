"""Judging a session, and what organisers do with the answers."""

from datetime import datetime

from sqlalchemy import String, and_, cast, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from konferens.audit import record
from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError
from konferens.events.actions import touch_edition
from konferens.events.model import Edition
from konferens.feedback.model import Judgement
from konferens.programme.judging import is_judged
from konferens.programme.model import Session
from konferens.tables import editions, session_feedback, sessions, tickets

ROOM_FOR = 50
"""Answers without a ticket that a session takes at least, however few tickets there are."""


async def judge(
    db: Database,
    edition: Edition,
    session: Session,
    respondent: str,
    judgement: Judgement,
    *,
    has_ticket: bool,
    moment: datetime,
) -> None:
    """Keep what a respondent thinks of the session, in the place of what the same one thought before. A comment that is
    hidden stays so.

    Raises ConflictError when it cannot be judged at `moment` (aware), and for a new answer without a ticket when there are
    as many answers as the conference has people: a flood must not drown what they said.
    """
    if not is_judged(session, edition, moment):
        raise ConflictError(f"session {session.code} cannot be judged now")
    mine = and_(session_feedback.c.session_id == session.id, session_feedback.c.respondent == respondent)
    values = {"rating": judgement.rating, "comment": judgement.comment, "updated_at": moment}
    async with db.transaction():
        if await db.execute(update(session_feedback).where(mine).values(**values)):
            return
        if not has_ticket and await _is_flooded(db, edition.id, session.id):
            raise ConflictError(f"session {session.code} has as many answers as there are people")
        table = (postgresql if db.dialect == "postgresql" else sqlite).insert(session_feedback)
        new = table.values(session_id=session.id, respondent=respondent, created_at=moment, **values)
        # The same form sent twice at once is one answer.
        await db.execute(new.on_conflict_do_update(index_elements=["session_id", "respondent"], set_=values))


async def _is_flooded(db: Database, edition_id: int, session_id: int) -> bool:
    valid = and_(tickets.c.edition_id == edition_id, tickets.c.status == "valid")
    people = await db.fetch_val(select(func.count()).select_from(tickets).where(valid))
    answers = await db.fetch_val(
        select(func.count()).select_from(session_feedback).where(session_feedback.c.session_id == session_id)
    )
    return bool(answers >= max(people, ROOM_FOR))


async def hide_comment(db: Database, edition: Edition, comment_id: int, *, hidden: bool, actor: str) -> None:
    """Show a comment to the session's speakers, or don't. Raises NotFoundError for one that this edition doesn't have."""
    async with db.transaction():
        await _change_comment(db, edition, comment_id, hidden=hidden)
        await record(
            db,
            actor=actor,
            action="feedback.hide" if hidden else "feedback.show",
            subject=f"edition:{edition.ref}",
            edition_id=edition.id,
            before={"comment": comment_id, "hidden": not hidden},
            after={"comment": comment_id, "hidden": hidden},
        )


async def erase_comment(db: Database, edition: Edition, comment_id: int, *, actor: str) -> None:
    """Take away what somebody wrote, for good – what is said of a person who may not be named, say; the rating stays.

    Raises NotFoundError for a comment that this edition doesn't have.
    """
    async with db.transaction():
        await _change_comment(db, edition, comment_id, comment="", hidden=False)
        await record(
            db,
            actor=actor,
            action="feedback.erase",
            subject=f"edition:{edition.ref}",
            edition_id=edition.id,
            after={"comment": comment_id},
        )


async def _change_comment(db: Database, edition: Edition, comment_id: int, **values: str | bool) -> None:
    """Raises NotFoundError for a comment that this edition doesn't have, or no longer."""
    changed = await db.execute(
        update(session_feedback)
        .where(
            session_feedback.c.id == comment_id,
            session_feedback.c.session_id.in_(select(sessions.c.id).where(sessions.c.edition_id == edition.id)),
            session_feedback.c.comment != "",
        )
        .values(**values)
    )
    if not changed:
        raise NotFoundError(f"comment {comment_id}")


async def ask_for_feedback(db: Database, edition: Edition, *, asked: bool, actor: str) -> None:
    """Let attendees judge the edition's sessions, or no longer; what they have answered stays."""
    async with db.transaction():
        await db.execute(update(editions).where(editions.c.id == edition.id).values(feedback=asked))
        await touch_edition(db, edition.id)
        await record(
            db,
            actor=actor,
            action="edition.feedback",
            subject=f"edition:{edition.ref}",
            edition_id=edition.id,
            before={"feedback": edition.feedback},
            after={"feedback": asked},
        )


async def forget_answers(db: Database, edition_id: int) -> int:
    """Take away what people wrote, and what tells that two answers are one person's; the ratings stay. Gives how many."""
    own = select(sessions.c.id).where(sessions.c.edition_id == edition_id)
    told = or_(session_feedback.c.comment != "", session_feedback.c.respondent.not_like("gone-%"))
    # Each keeps a respondent of its own: there can be but one answer of each.
    nobody = literal("gone-") + cast(session_feedback.c.id, String)
    return await db.execute(
        update(session_feedback)
        .where(session_feedback.c.session_id.in_(own), told)
        .values(comment="", hidden=False, respondent=nobody)
    )
