"""What people thought of the sessions of the demo's earlier conferences."""

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.feedback.model import respondent
from konferens.programme.queries import published_sessions
from konferens.tables import session_feedback

_LIKED = (
    "Äntligen någon som berättar hur det faktiskt gick till.",
    "Bra exempel och lagom långt. Tack!",
    "Vi ska prova samma sak hemma i byn.",
    "Kunnig och rolig. Gärna mer tid för frågor.",
    "Det här borde fler kommuner få höra.",
)
_MISSED = (
    "Svårt att höra längst bak.",
    "Lite väl mycket siffror på bilderna.",
    "Hade gärna hört mer om pengarna.",
)
_RATINGS = (1, 2, 3, 4, 5)
_TASTES = ((0, 1, 3, 10, 14), (0, 1, 6, 12, 6), (1, 3, 8, 7, 3))
"""How many of a session's people give 1, 2, 3, 4 and 5: much liked, liked, and so-so."""


async def judge_what_has_been(db: Database, edition: Edition, chance: random.Random) -> None:
    """Answers about every session of an edition that is over: from nobody at all to two dozen people."""
    moment = now()
    if not edition.is_over(moment):
        return
    rows: list[dict[str, Any]] = []
    for session in await published_sessions(db, edition.id):
        if session.type.is_pause or session.is_cancelled or session.ends_at is None:
            continue
        taste = chance.choices(_TASTES, (3, 4, 1))[0]
        for number, rating in enumerate(chance.choices(_RATINGS, taste, k=chance.randrange(25))):
            at = session.ends_at + timedelta(minutes=chance.randrange(2000))
            comment = chance.choice(_LIKED if rating > 3 else _MISSED) if chance.random() < 0.15 else ""  # noqa: PLR2004
            rows.append(
                {
                    "session_id": session.id,
                    "respondent": respondent("demo", session.id, str(number)),
                    "rating": rating,
                    "comment": comment,
                    "created_at": at,
                    "updated_at": at,
                }
            )
    await db.execute_many(insert(session_feedback), rows)
