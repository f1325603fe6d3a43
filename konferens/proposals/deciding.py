"""What becomes of proposals: decisions, the mails that tell of them, and sessions out of what is accepted."""

from collections.abc import Awaitable, Callable, Collection, Sequence

from sqlalchemy import Text, cast, exists, func, select, update

from konferens.audit import record_many
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError
from konferens.events.model import Edition
from konferens.mail.actions import enqueue
from konferens.mail.queries import own_texts
from konferens.programme.drafts import find_working_session
from konferens.programme.model import SessionStatus
from konferens.proposals import letters
from konferens.proposals.actions import note
from konferens.proposals.model import DECISIONS, HANDED_IN, Proposal, ProposalStatus
from konferens.proposals.queries import call_of, proposals_where, untold_proposals
from konferens.speakers.actions import add_speaker, create_speaker, update_speaker
from konferens.tables import audit, edition_speakers, proposal_people, proposals, speakers

SaveSession = Callable[..., Awaitable[str]]
"""`app.state.save_session`: signups.editing.plan_session at the site's address."""

Invite = Callable[..., Awaitable[object]]
"""`app.state.invite_speakers`: speaking.actions.invite_speakers at the site's address."""


async def chosen_proposals(db: Database, edition: Edition, codes: Collection[str]) -> list[Proposal]:
    """Those of the edition's proposals with these codes that can be decided about."""
    return await proposals_where(
        db,
        proposals.c.edition_id == edition.id,
        proposals.c.code.in_([code.upper() for code in codes]),
        proposals.c.status.in_([status.value for status in HANDED_IN]),
    )


async def decide(
    db: Database, edition: Edition, codes: Collection[str], status: ProposalStatus, *, actor: str
) -> list[Proposal]:
    """Record a decision, or with SUBMITTED take it back; nobody is told yet. Gives those that were decided otherwise before.

    One that has been told and is changed is told anew. Drafts and withdrawn proposals are passed over, and so are codes of
    other editions. Raises ValueError for a status that is no decision.
    """
    if status not in HANDED_IN:
        raise ValueError(status)
    async with db.transaction():
        changed = [each for each in await chosen_proposals(db, edition, codes) if each.status is not status]
        if not changed:
            return []
        decided = {"decided_by": actor, "decided_at": now()} if status in DECISIONS else {}
        nothing = {"decided_by": "", "decided_at": None}
        await db.execute(
            update(proposals)
            .where(proposals.c.id.in_([each.id for each in changed]))
            .values(status=status.value, told_at=None, **(decided or nothing))
        )
        await record_many(
            db,
            actor=actor,
            action="proposal.decide",
            edition_id=edition.id,
            changes=[
                (f"proposal:{each.code}", {"status": each.status.value}, {"status": status.value}) for each in changed
            ],
        )
        return changed


async def tell_decisions(
    db: Database,
    edition: Edition,
    statuses: Collection[ProposalStatus],
    *,
    invite: Invite,
    actor: str,
    base_url: str,
) -> int:
    """Mail the decisions of these kinds that haven't been told, each once; gives how many.

    The people of those that stand in the programme already are invited as speakers.
    """
    async with db.transaction():
        moment = now()
        wanted = [each for each in await untold_proposals(db, edition.id) if each.status in statuses]
        rows = await db.fetch_all(
            update(proposals)
            .where(proposals.c.id.in_([each.id for each in wanted]), proposals.c.told_at.is_(None))
            .values(told_at=moment)
            .returning(proposals.c.id)
        )
        ours = {row.id for row in rows}  # another organiser may have been faster with some
        told = [each for each in wanted if each.id in ours]
        call, own = await call_of(db, edition.id), await own_texts(db, edition.id)
        await enqueue(
            db,
            [
                letters.row(
                    letters.decision(edition, call, each, base_url=base_url),
                    edition,
                    each,
                    own,
                    base_url=base_url,
                    again=letters.moment_mark(each.decided_at),
                )
                for each in told
            ],
        )
        await record_many(
            db,
            actor=actor,
            action="proposal.tell",
            edition_id=edition.id,
            changes=[(f"proposal:{each.code}", {}, {"status": each.status.value}) for each in told],
        )
        for each in told:
            if each.status is ProposalStatus.ACCEPTED and each.session_code:
                codes = await _codes_of_people(db, each)
                await invite(db, edition, codes, language=each.language, actor=actor)
        return len(told)


def may_be_planned(edition: Edition, proposal: Proposal) -> bool:
    """Whether an accepted proposal may stand in the programme: where that is public at once, only after its people were told."""
    return proposal.status is ProposalStatus.ACCEPTED and (proposal.told_at is not None or bool(edition.release))


async def plan_proposal(
    db: Database, edition: Edition, code: str, *, save_session: SaveSession, invite: Invite, actor: str
) -> str:
    """Make an accepted proposal a tentative session without a time, its people speakers, invited once they know of it.

    Gives the session's code. Doing it twice makes no second session, unless the first has been deleted. Raises NotFoundError,
    and ConflictError for one that may not be planned.
    """
    async with db.transaction():
        await db.fetch_one(select(proposals.c.id).where(proposals.c.code == code.upper()).with_for_update())
        proposal = next(iter(await chosen_proposals(db, edition, [code])), None)
        if proposal is None:
            raise NotFoundError(f"proposal {code}")
        if not may_be_planned(edition, proposal):
            raise ConflictError(f"proposal {proposal.code} is {proposal.status}, and perhaps not told")
        if proposal.session_code and await _is_planned(db, edition, proposal.session_code):
            return proposal.session_code
        people = await _speakers(db, edition, proposal, actor=actor)
        values = {
            "title": proposal.title,
            "abstract": proposal.abstract,
            "description": proposal.description,
            "type": proposal.type.value,
            "status": SessionStatus.TENTATIVE.value,
            "track_id": proposal.track.id if proposal.track else None,
            "language": proposal.language,
            "level": proposal.level.value,
            "speakers": [(each, "speaker") for each in people],
        }
        session_code = await save_session(db, edition, None, values, actor=actor)
        await db.execute(update(proposals).where(proposals.c.id == proposal.id).values(session_code=session_code))
        await note(db, proposal, "proposal.plan", actor=actor, after={"session": session_code})
        if proposal.told_at:
            await invite(db, edition, people, language=proposal.language, actor=actor)
        return session_code


async def _codes_of_people(db: Database, proposal: Proposal) -> list[str]:
    query = (
        select(speakers.c.code)
        .join(proposal_people, proposal_people.c.speaker_id == speakers.c.id)
        .where(proposal_people.c.proposal_id == proposal.id)
    )
    return [row.code for row in await db.fetch_all(query)]


async def _is_planned(db: Database, edition: Edition, session_code: str) -> bool:
    try:
        await find_working_session(db, edition, session_code)
    except NotFoundError:
        return False
    return True


async def _speakers(db: Database, edition: Edition, proposal: Proposal, *, actor: str) -> list[str]:
    """Codes of the proposal's people as speakers of the edition, in their order.

    Whoever has spoken at another edition, by the address, keeps that profile; what they wrote now is this edition's text. Who
    is in the edition already keeps the texts that stand there.
    """
    known = await _known_speakers(db, edition, [person.email for person in proposal.people])
    codes: list[str] = []
    for person in proposal.people:
        written = {"title": person.title, "organisation": person.organisation, "biography": person.biography}
        texts = {name: text for name, text in written.items() if text}
        found = known.get(person.email.lower()) if person.email else None
        if found is None:
            values = {"name": person.name or person.email, "email": person.email, **texts}
            code = await create_speaker(db, edition.id, values, actor=actor)
        else:
            code, is_here = found
            if not is_here:
                await add_speaker(db, edition.id, code, actor=actor)
                await update_speaker(db, edition.id, code, texts, actor=actor)
        if code not in codes:
            codes.append(code)
    await _link_people(db, proposal, codes)
    return codes


async def _known_speakers(db: Database, edition: Edition, emails: Sequence[str]) -> dict[str, tuple[str, bool]]:
    """Address in lower case → (code, whether they speak in this edition): of several, one who does, else the latest.

    Not those who have typed the address on their own page: it can be anybody's, and whoever proposes would speak through them.
    """
    typed = exists().where(
        audit.c.subject == "speaker:" + speakers.c.code,
        audit.c.actor == audit.c.subject,
        cast(audit.c.after, Text).contains('"email"'),
    )
    here = (
        select(edition_speakers.c.speaker_id)
        .where(edition_speakers.c.edition_id == edition.id, edition_speakers.c.speaker_id == speakers.c.id)
        .exists()
    )
    query = select(speakers.c.code, func.lower(speakers.c.email).label("email"), here.label("is_here")).where(
        func.lower(speakers.c.email).in_([email.lower() for email in emails if email]), ~typed
    )
    rows = sorted(await db.fetch_all(query.order_by(speakers.c.id)), key=lambda row: bool(row.is_here))
    return {row.email: (row.code, bool(row.is_here)) for row in rows}


async def _link_people(db: Database, proposal: Proposal, codes: Sequence[str]) -> None:
    """Note whom the proposal's people became, by their addresses."""
    query = select(speakers.c.id).where(
        speakers.c.code.in_(codes),
        func.lower(speakers.c.email) == func.lower(proposal_people.c.email),
    )
    await db.execute(
        update(proposal_people)
        .where(proposal_people.c.proposal_id == proposal.id)
        .values(speaker_id=query.correlate(proposal_people).scalar_subquery())
    )
