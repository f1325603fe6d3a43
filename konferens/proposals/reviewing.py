"""Judging proposals."""

from sqlalchemy import delete, insert, select

from konferens.accounts.model import User
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError, ForbiddenError, NotFoundError
from konferens.events.model import Edition
from konferens.proposals.actions import note
from konferens.proposals.model import HANDED_IN
from konferens.proposals.queries import find_by_code
from konferens.tables import proposal_reviews, proposals

SCORES = range(1, 6)


async def save_review(
    db: Database, edition: Edition, code: str, user: User, *, score: int | None, comment: str, conflict: bool
) -> None:
    """What the user thinks of a proposal, in the place of what they thought before. With `conflict` nothing is thought.

    Raises NotFoundError, ForbiddenError for one's own proposal, ConflictError for what isn't handed in, and ValueError for a
    score outside `SCORES`, or none without a conflict.
    """
    if not conflict and score not in SCORES:
        raise ValueError(score)
    async with db.transaction():
        await db.fetch_one(select(proposals.c.id).where(proposals.c.code == code.upper()).with_for_update())
        proposal = await find_by_code(db, code)
        if proposal.edition_id != edition.id:
            raise NotFoundError(f"proposal {code}")
        if proposal.is_by(user.email):
            raise ForbiddenError(f"{user.email} can't judge a proposal of their own")
        if proposal.status not in HANDED_IN:
            raise ConflictError(f"proposal {code} is {proposal.status}")
        mine = proposal_reviews.c.proposal_id == proposal.id, proposal_reviews.c.user_id == user.id
        await db.execute(delete(proposal_reviews).where(*mine))
        await db.execute(
            insert(proposal_reviews).values(
                proposal_id=proposal.id,
                user_id=user.id,
                score=None if conflict else score,
                comment="" if conflict else comment,
                conflict=conflict,
                updated_at=now(),
            )
        )
        await note(db, proposal, "proposal.review", actor=user.email, after={"conflict": conflict})
