"""What the clock does to waiting lists."""

from datetime import datetime

from sqlalchemy import and_, case, func, or_, select

from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import all_editions
from konferens.offering.seats import next_ticket_changes
from konferens.tables import waiting_entries
from konferens.waiting.actions import expire_offers, pass_on_seats, types_to_offer
from konferens.waiting.model import MOST_OFFERS, WaitingStatus


async def keep_lists_moving(db: Database, moment: datetime, *, base_url: str) -> None:
    """End the offers whose time is over at `moment`, and offer what is free to those who wait: also seats that became free
    without anybody passing them on, as when a quota grows. Nothing is written where nothing is to do.
    """
    overdue = await _editions_with_something_to_do(db, moment)
    if not overdue:
        return
    for edition in await all_editions(db, published_only=True):
        if edition.id not in overdue:
            continue
        if overdue[edition.id]:
            while await expire_offers(db, edition, moment, base_url=base_url) == MOST_OFFERS:
                pass
        await _offer_what_is_free(db, edition, moment, base_url=base_url)


async def _editions_with_something_to_do(db: Database, moment: datetime) -> dict[int, bool]:
    """Edition id → whether one of its offers is over, for those with somebody waiting or such an offer. One query."""
    is_over = and_(waiting_entries.c.status == WaitingStatus.OFFERED.value, waiting_entries.c.offer_ends_at <= moment)
    query = (
        select(waiting_entries.c.edition_id, func.max(case((is_over, 1), else_=0)).label("overdue"))
        .where(or_(waiting_entries.c.status == WaitingStatus.WAITING.value, is_over))
        .group_by(waiting_entries.c.edition_id)
    )
    return {row.edition_id: bool(row.overdue) for row in await db.fetch_all(query)}


async def _offer_what_is_free(db: Database, edition: Edition, moment: datetime, *, base_url: str) -> None:
    """The look before the transaction is what it costs every time; the transaction comes when there is something to offer."""
    if not await types_to_offer(db, edition, moment):
        return
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        await pass_on_seats(db, edition, base_url=base_url, moment=moment)
