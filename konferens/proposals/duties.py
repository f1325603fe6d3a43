"""What the clock does to proposals."""

from datetime import datetime, timedelta

from konferens.database import Database
from konferens.events.queries import all_editions
from konferens.mail.actions import enqueue
from konferens.mail.queries import own_texts
from konferens.proposals import letters
from konferens.proposals.queries import call_of, late_drafts

BEFORE_DEADLINE = timedelta(days=2)


async def remind_of_drafts(db: Database, moment: datetime, *, base_url: str) -> None:
    """Write once, by day, to those whose draft isn't sent in though the deadline is within two days."""
    drafts = await late_drafts(db, moment, BEFORE_DEADLINE)
    if not drafts:
        return
    for edition in await all_editions(db, published_only=True):
        own = [draft for draft in drafts if draft.edition_id == edition.id]
        if not own or not edition.is_day(moment):
            continue
        call, texts = await call_of(db, edition.id), await own_texts(db, edition.id)
        rows = [
            letters.row(
                letters.reminder(edition, call, each, base_url=base_url), edition, each, texts, base_url=base_url
            )
            for each in own
        ]
        async with db.transaction():
            await enqueue(db, rows)
