"""Taking people out of proposals: by the office at their wish, and of all when their time is over."""

from collections.abc import Sequence

from sqlalchemy import delete, or_, select, update

from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError
from konferens.events.model import Edition
from konferens.proposals.actions import note
from konferens.proposals.letters import once_prefix
from konferens.proposals.model import Proposal, ProposalStatus
from konferens.proposals.queries import find_by_code, find_by_secret, proposals_where
from konferens.tables import mail_outbox, proposal_people, proposal_reviews, proposals

_BATCH = 500


async def erase(db: Database, proposal: Proposal, *, actor: str) -> None:
    """Delete a proposal with its people, reviews and mails (GDPR article 17), inside the caller's transaction."""
    mails = mail_outbox.c.once_key.startswith(once_prefix(proposal.id), autoescape=True)
    await db.execute(delete(mail_outbox).where(mail_outbox.c.edition_id == proposal.edition_id, mails))
    await _delete(db, [proposal.id])
    await note(db, proposal, "proposal.erase", actor=actor)


async def erase_own(db: Database, secret: str) -> None:
    """As `erase`, by its own people. Raises NotFoundError, and ConflictError while it is under decision or planned."""
    async with db.transaction():
        proposal = await find_by_secret(db, secret)
        if not proposal.may_be_erased:
            raise ConflictError(f"proposal {proposal.code} can't be erased")
        await erase(db, proposal, actor=f"proposer:{proposal.code}")


async def erase_in_office(db: Database, edition: Edition, code: str, *, actor: str) -> None:
    """As `erase`, by an organiser, whatever has been decided. Raises NotFoundError, ConflictError for what is in the programme."""
    async with db.transaction():
        proposal = await find_by_code(db, code)
        if proposal.edition_id != edition.id:
            raise NotFoundError(f"proposal {code}")
        if proposal.session_code:
            raise ConflictError(f"proposal {code} is in the programme")
        await erase(db, proposal, actor=actor)


async def forget_proposals(db: Database, edition_id: int) -> int:
    """What is kept of an edition's proposals when names may not be kept any longer: the accepted ones' texts, without people,
    notes, answers and reviews. Gives how many proposals were deleted or emptied.
    """
    unused = (proposals.c.edition_id == edition_id, proposals.c.status != ProposalStatus.ACCEPTED.value)
    count = 0
    while rows := await db.fetch_all(select(proposals.c.id).where(*unused).order_by(proposals.c.id).limit(_BATCH)):
        async with db.transaction():
            await _delete(db, [row.id for row in rows])
        count += len(rows)
    named = select(proposal_people.c.proposal_id)
    judged = select(proposal_reviews.c.proposal_id)
    told = or_(proposals.c.id.in_(named), proposals.c.id.in_(judged), proposals.c.notes != "")
    kept = await proposals_where(db, proposals.c.edition_id == edition_id, told)
    ids = [each.id for each in kept]
    if ids:
        async with db.transaction():
            for table in (proposal_reviews, proposal_people):
                await db.execute(delete(table).where(table.c.proposal_id.in_(ids)))
            await db.execute(
                update(proposals).where(proposals.c.id.in_(ids)).values(notes="", answers={}, decided_by="")
            )
    return count + len(ids)


async def _delete(db: Database, ids: Sequence[int]) -> None:
    for table in (proposal_reviews, proposal_people):
        await db.execute(delete(table).where(table.c.proposal_id.in_(ids)))
    await db.execute(delete(proposals).where(proposals.c.id.in_(ids)))
