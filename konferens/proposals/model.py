"""A call for proposals, what is proposed, and who may see what of it. Pure rules."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from konferens.errors import ConflictError
from konferens.i18n import gettext
from konferens.programme.model import SessionLevel, SessionType, TrackRef
from konferens.questions.model import Question, QuestionKind

MOST_PEOPLE = 8
"""Who proposes and co-speakers, in one proposal."""

DEFAULT_TYPES = (SessionType.TALK, SessionType.WORKSHOP)
QUESTION_KINDS = (QuestionKind.TEXT, QuestionKind.LONG_TEXT, QuestionKind.CHOICE, QuestionKind.YES_NO)


class ProposalStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    WAITING = "waiting"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """In the current language."""
        return {
            ProposalStatus.DRAFT: gettext("Utkast"),
            ProposalStatus.SUBMITTED: gettext("Inskickat"),
            ProposalStatus.ACCEPTED: gettext("Antaget"),
            ProposalStatus.WAITING: gettext("Reserv"),
            ProposalStatus.REJECTED: gettext("Avböjt"),
            ProposalStatus.WITHDRAWN: gettext("Tillbakadraget"),
        }[self]

    @property
    def is_decision(self) -> bool:
        """Whether organisers have said what becomes of it."""
        return self in DECISIONS


class TooManyProposalsError(ConflictError):
    """More proposals were begun in the last hour than people write."""


DECISIONS = (ProposalStatus.ACCEPTED, ProposalStatus.WAITING, ProposalStatus.REJECTED)
HANDED_IN = (ProposalStatus.SUBMITTED, *DECISIONS)
"""What reviewers see."""


@dataclass(frozen=True, slots=True)
class Call:
    """An edition's invitation to propose sessions. `introduction` is Markdown; moments are aware, None is open-ended.

    `types` is never empty; the ids of `questions` are their places from 1 on, answers are kept by their codes.
    """

    edition_id: int
    introduction: str
    opens_at: datetime | None
    closes_at: datetime | None
    types: tuple[SessionType, ...]
    questions: tuple[Question, ...]
    blind: bool
    active: bool

    def state(self, moment: datetime) -> str:
        """'off' while organisers haven't opened it, 'early' and 'closed' by the clock, 'open' between."""
        if not self.active:
            return "off"
        if self.opens_at and moment < self.opens_at:
            return "early"
        return "closed" if self.closes_at and moment >= self.closes_at else "open"

    def is_open(self, moment: datetime) -> bool:
        return self.state(moment) == "open"

    def changes_after(self, moment: datetime) -> list[datetime]:
        """The coming moments at which the clock alone changes what pages say of it."""
        return [each for each in (self.opens_at, self.closes_at) if self.active and each and each > moment]


def no_call(edition_id: int) -> Call:
    """What holds until organisers have written one."""
    return Call(edition_id, "", None, None, DEFAULT_TYPES, (), blind=False, active=False)


def question_from_json(number: int, stored: Mapping[str, Any]) -> Question:
    """A question as `calls.questions` has it; `number` is its place, from 1 on."""
    return Question(
        id=number,
        code=stored["code"],
        kind=QuestionKind(stored["kind"]),
        label=stored["label"],
        help=stored.get("help", ""),
        choices=tuple(stored.get("choices", ())),
        required=bool(stored.get("required")),
        sensitive=False,
        purpose="",
        position=number,
        active=True,
        shown_by_id=None,
        shown_if="",
        ticket_types=frozenset(),
    )


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a proposal: who proposes has position 0, co-speakers come after. `biography` is Markdown."""

    id: int
    position: int
    name: str
    email: str
    title: str
    organisation: str
    biography: str
    speaker_id: int | None

    @property
    def role_line(self) -> str:
        return ", ".join(part for part in (self.title, self.organisation) if part)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody offers. Texts are Markdown, `notes` for organisers alone; `answers` are by the question's code.

    A decision is the organisers' own until `told_at`. `session_code` is the session that it became.
    """

    id: int
    edition_id: int
    code: str
    secret: str
    status: ProposalStatus
    type: SessionType
    track: TrackRef | None
    title: str
    abstract: str
    description: str
    language: str
    level: SessionLevel
    minutes: int | None
    notes: str
    answers: Mapping[str, Any] = field(hash=False)
    decided_by: str
    session_code: str | None
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    told_at: datetime | None
    people: tuple[Person, ...]

    @property
    def path(self) -> str:
        """Its own page; whoever knows the address may change it."""
        return f"/proposals/{self.secret}/"

    @property
    def proposer(self) -> Person | None:
        return self.people[0] if self.people else None

    @property
    def names(self) -> str:
        return ", ".join(person.name or person.email for person in self.people)

    @property
    def told_status(self) -> ProposalStatus:
        """What its proposers know: a decision that they haven't been told is none yet."""
        if self.status.is_decision and self.told_at is None:
            return ProposalStatus.SUBMITTED
        return self.status

    def is_editable(self, call: Call, moment: datetime) -> bool:
        """Whether its proposers may change it: until the deadline, unless it is withdrawn, decided and told, or planned."""
        may_change = self.told_status in (ProposalStatus.DRAFT, ProposalStatus.SUBMITTED) and self.session_code is None
        return may_change and call.is_open(moment)

    @property
    def may_be_withdrawn(self) -> bool:
        """What stands in the programme is the organisers' to take out."""
        over = (ProposalStatus.WITHDRAWN, ProposalStatus.REJECTED)
        return self.told_status not in over and self.session_code is None

    @property
    def may_be_erased(self) -> bool:
        """Whether its proposers may have it deleted with all that they wrote (GDPR article 17)."""
        over = (ProposalStatus.DRAFT, ProposalStatus.WITHDRAWN, ProposalStatus.REJECTED)
        return self.told_status in over and self.session_code is None

    def is_by(self, email: str) -> bool:
        """Whether somebody with this address is one of its people."""
        return any(person.email.casefold() == email.casefold() for person in self.people if person.email)

    def key_for(self, person: Person) -> str:
        """What a co-speaker's link has instead of a password: nobody can make it without the proposal's secret."""
        return hmac.new(self.secret.encode(), person.email.casefold().encode(), hashlib.sha256).hexdigest()[:32]

    def named_path(self, person: Person) -> str:
        """The page on which a co-speaker may be taken away from the proposal."""
        return f"/proposals/named/{self.code}/{self.key_for(person)}/"


@dataclass(frozen=True, slots=True)
class Review:
    """One reviewer's judgement: a score from 1 to 5 with a comment, or a conflict of interest without either."""

    user_id: int
    reviewer: str
    score: int | None
    comment: str
    conflict: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: an organiser sees everybody's names, a reviewer only where the call isn't blind."""

    user_id: int
    email: str
    organises: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A proposal as one viewer may see it, with the reviews that this viewer may see.

    `own` is the viewer's review, `is_own` whether the viewer is one of its people. `reviews` is None where the viewer has
    an interest in it, or hasn't judged it yet.
    """

    proposal: Proposal
    own: Review | None
    is_own: bool
    reviews: tuple[Review, ...] | None

    @property
    def has_conflict(self) -> bool:
        return self.is_own or (self.own is not None and self.own.conflict)

    @property
    def awaits_viewer(self) -> bool:
        """Whether the viewer should still judge it."""
        undecided = self.proposal.status in (ProposalStatus.SUBMITTED, ProposalStatus.WAITING)
        return undecided and self.own is None and not self.is_own

    @property
    def scores(self) -> list[int]:
        return [review.score for review in self.reviews or () if review.score is not None]

    @property
    def mean(self) -> float | None:
        return sum(self.scores) / len(self.scores) if self.scores else None

    @property
    def spread(self) -> int:
        """From the lowest score to the highest."""
        return max(self.scores) - min(self.scores) if self.scores else 0


def as_seen_by(viewer: Viewer, call: Call, proposal: Proposal, reviews: Sequence[Review]) -> Judged:
    """The proposal and its `reviews` without what the viewer may not see: the only way from the database to a page.

    Reviewers never see secrets, addresses or notes to the organisers, and in a blind call not who proposes. Nobody with an
    interest sees scores and comments, organisers neither, and no reviewer with one sees a decision that isn't told. Reviewers
    see what others think after giving a score of their own.
    """
    own = next((review for review in reviews if review.user_id == viewer.user_id), None)
    is_own = proposal.is_by(viewer.email)
    conflict = is_own or (own is not None and own.conflict)
    may_see = not conflict and (viewer.organises or (own is not None and own.score is not None))
    seen = proposal
    if not viewer.organises:
        people = () if call.blind else tuple(replace(person, email="") for person in proposal.people)
        seen = replace(seen, people=people, secret="", notes="", decided_by="")
        if conflict:
            seen = replace(seen, status=proposal.told_status, session_code=None, decided_at=None)
    return Judged(seen, own, is_own, tuple(reviews) if may_see else None)
