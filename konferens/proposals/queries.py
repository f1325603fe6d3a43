"""Calls, proposals and reviews, read from the database: a fixed number of queries, however many proposals there are."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.programme.model import SessionLevel, SessionType, TrackRef
from konferens.proposals.model import (
    DEFAULT_TYPES,
    HANDED_IN,
    Call,
    Judged,
    Person,
    Proposal,
    ProposalStatus,
    Review,
    Viewer,
    as_seen_by,
    no_call,
    question_from_json,
)
from konferens.tables import calls, proposal_people, proposal_reviews, proposals, tracks, users


async def call_of(db: Database, edition_id: int) -> Call:
    """The edition's call; one that isn't active where there is none yet."""
    row = await db.fetch_one(select(calls).where(calls.c.edition_id == edition_id))
    if row is None:
        return no_call(edition_id)
    return Call(
        edition_id=edition_id,
        introduction=row.introduction,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        types=tuple(SessionType(each) for each in row.types) or DEFAULT_TYPES,
        questions=tuple(question_from_json(number, each) for number, each in enumerate(row.questions, 1)),
        blind=row.blind,
        active=row.active,
    )


async def proposals_where(db: Database, *conditions: ColumnElement[bool]) -> list[Proposal]:
    """Proposals that meet all conditions, with their people, the one handed in last first. Two queries."""
    query = (
        select(
            proposals,
            tracks.c.slug.label("track_slug"),
            tracks.c.name.label("track_name"),
            tracks.c.colour.label("track_colour"),
        )
        .outerjoin(tracks, tracks.c.id == proposals.c.track_id)
        .where(*conditions)
        .order_by(func.coalesce(proposals.c.submitted_at, proposals.c.created_at).desc(), proposals.c.id.desc())
    )
    rows = await db.fetch_all(query)
    if not rows:
        return []
    people: dict[int, list[Person]] = defaultdict(list)
    theirs = select(proposals.c.id).where(*conditions)
    query = select(proposal_people).where(proposal_people.c.proposal_id.in_(theirs))
    for row in await db.fetch_all(query.order_by(proposal_people.c.position)):
        values = dict(row._mapping)  # noqa: SLF001
        people[values.pop("proposal_id")].append(Person(**values))
    return [_proposal(row, people[row.id]) for row in rows]


def _proposal(row: Any, people: Sequence[Person]) -> Proposal:
    values = dict(row._mapping)  # noqa: SLF001
    track = {name: values.pop(f"track_{name}") for name in ("id", "slug", "name", "colour")}
    values |= {
        "status": ProposalStatus(row.status),
        "type": SessionType(row.type),
        "level": SessionLevel(row.level),
        "track": TrackRef(**track) if track["id"] is not None else None,
        "people": tuple(people),
    }
    return Proposal(**values)


async def find_by_secret(db: Database, secret: str) -> Proposal:
    """The proposal whose own page has this secret. Raises NotFoundError."""
    found = await proposals_where(db, proposals.c.secret == secret)
    if not found:
        raise NotFoundError("proposal")
    return found[0]


async def find_by_code(db: Database, code: str) -> Proposal:
    """Raises NotFoundError for a code (either case) that no proposal has."""
    found = await proposals_where(db, proposals.c.code == code.upper())
    if not found:
        raise NotFoundError(f"proposal {code}")
    return found[0]


async def judged_proposals(db: Database, edition: Edition, call: Call, viewer: Viewer) -> list[Judged]:
    """All proposals of the edition that the viewer may see, each as `as_seen_by`; three queries.

    Drafts and withdrawn ones are for organisers alone.
    """
    conditions = [proposals.c.edition_id == edition.id]
    if not viewer.organises:
        conditions.append(proposals.c.status.in_([status.value for status in HANDED_IN]))
    return await _judged(db, call, viewer, conditions)


async def find_judged(db: Database, edition: Edition, call: Call, viewer: Viewer, code: str) -> Judged:
    """One of `judged_proposals`, by its code (either case). Raises NotFoundError."""
    conditions = [proposals.c.edition_id == edition.id, proposals.c.code == code.upper()]
    if not viewer.organises:
        conditions.append(proposals.c.status.in_([status.value for status in HANDED_IN]))
    found = await _judged(db, call, viewer, conditions)
    if not found:
        raise NotFoundError(f"proposal {code}")
    return found[0]


async def _judged(db: Database, call: Call, viewer: Viewer, conditions: Sequence[ColumnElement[bool]]) -> list[Judged]:
    reviews: dict[int, list[Review]] = defaultdict(list)
    query = (
        select(proposal_reviews, users.c.name, users.c.email)
        .join(users, users.c.id == proposal_reviews.c.user_id)
        .where(proposal_reviews.c.proposal_id.in_(select(proposals.c.id).where(*conditions)))
        .order_by(proposal_reviews.c.updated_at, proposal_reviews.c.user_id)
    )
    for row in await db.fetch_all(query):
        reviews[row.proposal_id].append(
            Review(row.user_id, row.name or row.email, row.score, row.comment, row.conflict, row.updated_at)
        )
    return [
        as_seen_by(viewer, call, proposal, reviews[proposal.id]) for proposal in await proposals_where(db, *conditions)
    ]


async def reviews_of(db: Database, proposal_id: int) -> list[Review]:
    """What was judged of one proposal, without the reviewers' names: for its own people (GDPR article 15)."""
    query = select(proposal_reviews).where(proposal_reviews.c.proposal_id == proposal_id)
    return [
        Review(row.user_id, "", row.score, row.comment, row.conflict, row.updated_at)
        for row in await db.fetch_all(query.order_by(proposal_reviews.c.updated_at))
    ]


async def untold_proposals(db: Database, edition_id: int) -> list[Proposal]:
    """Those with a decision that hasn't been mailed."""
    decided = proposals.c.status.in_([ProposalStatus.ACCEPTED, ProposalStatus.WAITING, ProposalStatus.REJECTED])
    return await proposals_where(db, proposals.c.edition_id == edition_id, decided, proposals.c.told_at.is_(None))


async def made_since(db: Database, edition_id: int, moment: datetime, email: str) -> tuple[int, int]:
    """How many proposals were begun since `moment`: in the edition, and of these by somebody with this address."""
    mine = func.lower(proposal_people.c.email) == email.lower()
    query = (
        select(func.count().label("all"), func.count().filter(mine).label("own"))
        .select_from(proposals.join(proposal_people, proposal_people.c.proposal_id == proposals.c.id))
        .where(proposals.c.edition_id == edition_id, proposals.c.created_at > moment, proposal_people.c.position == 0)
    )
    row = await db.fetch_one(query)
    return (int(row["all"]), int(row["own"])) if row else (0, 0)


async def late_drafts(db: Database, moment: datetime, within: timedelta) -> list[Proposal]:
    """Drafts of open calls whose deadline comes within that time after `moment`."""
    closing = select(calls.c.edition_id).where(
        calls.c.active, calls.c.closes_at > moment, calls.c.closes_at <= moment + within
    )
    return await proposals_where(
        db, proposals.c.status == ProposalStatus.DRAFT.value, proposals.c.edition_id.in_(closing)
    )


async def wished_minutes(db: Database, edition_id: int) -> dict[str, int]:
    """Session code → how long its proposers wished it to be, for the schedule's editor."""
    query = select(proposals.c.session_code, proposals.c.minutes).where(
        proposals.c.edition_id == edition_id, proposals.c.session_code.is_not(None), proposals.c.minutes.is_not(None)
    )
    return {row.session_code: row.minutes for row in await db.fetch_all(query)}


async def code_of_session(db: Database, edition_id: int, session_code: str) -> str | None:
    """The code of the proposal that a session was, or None."""
    query = select(proposals.c.code).where(
        proposals.c.edition_id == edition_id, proposals.c.session_code == session_code
    )
    code: str | None = await db.fetch_val(query)
    return code


async def has_proposals(db: Database, edition_id: int) -> bool:
    """Whether anybody has proposed anything, or may soon: what the register of personal data asks."""
    row = await db.fetch_one(
        select(
            select(calls.c.active).where(calls.c.edition_id == edition_id, calls.c.active).exists().label("called"),
            select(proposals.c.id).where(proposals.c.edition_id == edition_id).exists().label("proposed"),
        )
    )
    return bool(row and (row.called or row.proposed))


async def proposers_matching(db: Database, edition_id: int, words: str, *, limit: int) -> list[tuple[Proposal, Person]]:
    """Those of the edition's proposals whose name or address has all `words`, for an organiser who looks for somebody."""
    wanted = [
        or_(
            func.lower(proposal_people.c.name).contains(word.lower(), autoescape=True),
            func.lower(proposal_people.c.email).contains(word.lower(), autoescape=True),
        )
        for word in words.split()[:8]
    ]
    query = select(proposal_people.c.id).join(proposals, proposals.c.id == proposal_people.c.proposal_id)
    rows = await db.fetch_all(query.where(proposals.c.edition_id == edition_id, *wanted).limit(limit))
    ids = {row.id for row in rows}
    if not ids:
        return []
    theirs = select(proposal_people.c.proposal_id).where(proposal_people.c.id.in_(ids))
    found = await proposals_where(db, proposals.c.id.in_(theirs))
    return [(proposal, person) for proposal in found for person in proposal.people if person.id in ids]
