"""The demo's calls for proposals: open, with some proposals, of which reviewers have read most."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from konferens.clock import now
from konferens.codes import new_code, new_token
from konferens.database import Database
from konferens.demo.goods import ACTOR
from konferens.events.model import Edition
from konferens.events.queries import tracks_of
from konferens.programme.model import resolve_wall
from konferens.proposals.actions import save_call
from konferens.tables import proposal_people, proposal_reviews, proposals, users


async def let_people_propose(db: Database, edition: Edition, file: Mapping[str, Any], reviewers: Sequence[str]) -> None:
    """Open the call of a proposals.toml, with its proposals; the first score is that of the first of `reviewers` (addresses of
    accounts), and so on. Nobody is written to.
    """
    call, moment = file["call"], now()
    tracks = {track.slug: track.id for track in await tracks_of(db, edition.id)}
    rows = await db.fetch_all(select(users.c.id, users.c.email).where(users.c.email.in_(reviewers)))
    ids = {row.email: row.id for row in rows}
    async with db.transaction():
        closes_at = resolve_wall(call["closes_at"], edition.zone)
        await save_call(db, edition, {**call, "closes_at": closes_at, "active": True}, actor=ACTOR)
        for age, each in enumerate(reversed(file["proposals"]), 1):  # a handful
            made_at = moment - timedelta(days=age, hours=3)
            proposal_id = await db.fetch_val(
                insert(proposals)
                .values(
                    edition_id=edition.id,
                    code=new_code(),
                    secret=new_token(),
                    track_id=tracks.get(each.get("track", "")),
                    created_at=made_at,
                    updated_at=made_at,
                    submitted_at=made_at if each["status"] != "draft" else None,
                    language=each.get("language", edition.language),
                    minutes=each.get("minutes"),
                    **{
                        name: each[name]
                        for name in ("status", "type", "title", "abstract", "description", "notes", "answers")
                    },
                )
                .returning(proposals.c.id)
            )
            people = [{**one, "proposal_id": proposal_id, "position": n} for n, one in enumerate(each["people"])]
            await db.execute_many(insert(proposal_people), people)
            judged = zip(reviewers, each["scores"], each["comments"], strict=False)
            reviews = [
                {"proposal_id": proposal_id, "user_id": ids[email], "score": score, "comment": comment}
                for email, score, comment in judged
            ]
            await db.execute_many(
                insert(proposal_reviews), [{**one, "conflict": False, "updated_at": moment} for one in reviews]
            )
