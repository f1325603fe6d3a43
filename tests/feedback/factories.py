"""Sessions that have ended, and what people think of them."""

from datetime import timedelta
from typing import Any

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.feedback.actions import judge
from konferens.feedback.model import Judgement, respondent
from konferens.programme.model import Session, wall_of
from konferens.programme.queries import find_session
from tests.factories import make_session


async def ended_session(db: Database, edition: Edition, title: str = "Mack", **values: Any) -> Session:
    """It ended an hour ago."""
    ended = wall_of(now() - timedelta(hours=1), edition.zone)
    code = await make_session(db, edition, title, wall_starts=ended - timedelta(hours=1), wall_ends=ended, **values)
    return await find_session(db, edition.id, code)


async def answer(db: Database, edition: Edition, session: Session, *judgements: tuple[int, str]) -> None:
    """Each by somebody new."""
    for number, (rating, comment) in enumerate(judgements):
        digest = respondent("key", session.id, f"{session.code}{number}{comment}")
        await judge(db, edition, session, digest, Judgement(rating, comment), has_ticket=False, moment=now())
