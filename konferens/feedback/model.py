"""Judgements of sessions, and what they come to. Pure."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from konferens.formats import one_decimal
from konferens.i18n import gettext
from konferens.programme.model import Session

SHOWN_FROM = 3
"""Answers that there must be before anybody sees any of them: fewer would tell who said what."""

RATINGS = (5, 4, 3, 2, 1)
MAX_COMMENT = 2_000


def rating_label(rating: int) -> str:
    """What a rating from 1 to 5 is called, in the current language."""
    return {
        5: gettext("Mycket bra"),
        4: gettext("Bra"),
        3: gettext("Helt okej"),
        2: gettext("Mindre bra"),
        1: gettext("Dålig"),
    }[rating]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One person's answer about a session."""

    rating: int
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote; speakers don't see a `hidden` one."""

    id: int
    rating: int
    text: str
    hidden: bool
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Result:
    """All answers about a session: `distribution` has how many gave 1, 2, 3, 4 and 5. The newest comment comes first.

    Until SHOWN_FROM have answered only their number is known: the rest is empty, and `mean` None.
    """

    count: int = 0
    mean: float | None = None
    distribution: tuple[int, ...] = (0, 0, 0, 0, 0)
    comments: tuple[Comment, ...] = ()

    @property
    def is_shown(self) -> bool:
        return self.mean is not None

    @property
    def mean_text(self) -> str:
        """'4,3' in the current language; '' while it isn't shown."""
        return one_decimal(self.mean) if self.mean is not None else ""

    @property
    def told(self) -> tuple[Comment, ...]:
        """The comments that speakers see."""
        return tuple(comment for comment in self.comments if not comment.hidden)

    def given(self, rating: int) -> int:
        """How many gave this rating."""
        return self.distribution[rating - 1]


NOTHING = Result()


def result_of(ratings: Sequence[int], comments: Sequence[Comment]) -> Result:
    """What `ratings` come to."""
    if len(ratings) < SHOWN_FROM:
        return Result(len(ratings))
    distribution = tuple(ratings.count(rating) for rating in sorted(RATINGS))
    return Result(len(ratings), sum(ratings) / len(ratings), distribution, tuple(comments))


@dataclass(frozen=True, slots=True)
class Judged:
    """A session with what people think of it."""

    session: Session
    result: Result


def respondent(secret_key: str, session_id: int, secret: str) -> str:
    """A digest of whoever has `secret`, another one for each session: nobody can tell which answers come from one person."""
    return hmac.new(secret_key.encode(), f"feedback:{session_id}:{secret}".encode(), hashlib.sha256).hexdigest()
