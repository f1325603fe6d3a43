"""What changes waiting lists. Seats that are offered are taken in their quotas, so that nobody else can have them.

Everything here happens under the lock of `next_ticket_changes`, as all that changes an edition's seats: the functions that
say "in the caller's transaction" rely on the caller having it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from konferens.clock import now
from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.mail.actions import enqueue, outbox_row
from konferens.mail.queries import own_texts
from konferens.offering.model import TicketType
from konferens.offering.queries import ticket_types_of
from konferens.offering.seats import free_quota_seats, next_ticket_changes, seats_wanted, take_seats
from konferens.tables import waiting_entries
from konferens.waiting import letters
from konferens.waiting.model import MOST_OFFERS, OfferOverError, WaitingEntry, WaitingStatus
from konferens.waiting.queries import entry_from_row, entry_where, select_entries, waiting_counts


async def pass_on_seats(db: Database, edition: Edition, *, base_url: str, moment: datetime | None = None) -> None:
    """Offer the seats that are free to those who wait for them, in the order of joining, and write to them.

    In the caller's transaction; call it after seats were freed. One query where nobody waits. Nothing is offered while the
    type isn't on sale or registration isn't open, for then nobody could take it. `moment` is when it is offered, now unless told: a later one is
    when the letters go out.
    """
    moment = moment or now()
    types = await types_to_offer(db, edition, moment)
    if types:
        chosen = _who_gets_seats(await _first_waiting(db, types), types)
        await offer_seats(db, edition, chosen, types, base_url=base_url, moment=moment)


async def types_to_offer(db: Database, edition: Edition, moment: datetime) -> dict[int, TicketType]:
    """The types, by their ids, that somebody waits for and that have seats to offer; one query where nobody waits."""
    waiting = await waiting_counts(db, edition.id)
    if not waiting or edition.registration_state(moment) != "open":
        return {}
    return {
        each.id: each
        for each in await ticket_types_of(db, edition.id)
        if each.id in waiting and each.is_on_sale(moment) and not each.is_sold_out
    }


async def _first_waiting(db: Database, types: dict[int, TicketType]) -> list[WaitingEntry]:
    """Those who may get one of the seats that are left: of each type as many as it has seats, the first first."""
    place = func.row_number().over(partition_by=waiting_entries.c.ticket_type_id, order_by=waiting_entries.c.id)
    queue = (
        select(waiting_entries.c.id, place.label("place"))
        .where(
            waiting_entries.c.ticket_type_id.in_(list(types)),
            waiting_entries.c.status == WaitingStatus.WAITING.value,
        )
        .subquery()
    )
    most = max(MOST_OFFERS if each.available is None else each.available for each in types.values())
    query = (
        select_entries()
        .join(queue, queue.c.id == waiting_entries.c.id)
        .where(queue.c.place <= min(most, MOST_OFFERS))
        .limit(MOST_OFFERS)
    )
    return [entry_from_row(row) for row in await db.fetch_all(query)]


def _who_gets_seats(queue: Sequence[WaitingEntry], types: dict[int, TicketType]) -> list[WaitingEntry]:
    """Quotas may be shared by types: each seat goes to the first in the queue who can use it."""
    left = {quota.id: quota.left for each in types.values() for quota in each.quotas}
    chosen = []
    for entry in queue:
        needed = types[entry.ticket_type_id].quotas
        if all(left[quota.id] > 0 for quota in needed):
            chosen.append(entry)
            for quota in needed:
                left[quota.id] -= 1
    return chosen


async def offer_seats(
    db: Database,
    edition: Edition,
    chosen: Sequence[WaitingEntry],
    types: dict[int, TicketType],
    *,
    base_url: str,
    moment: datetime,
) -> None:
    """Take a seat for each of `chosen`, hold it for the edition's `offer_hours` from `moment` on, and write to them.

    In the caller's transaction. `types` has each one's type by its id. Raises SoldOutError where a quota is full.
    """
    if not chosen:
        return
    wanted = [types[entry.ticket_type_id] for entry in chosen]
    await take_seats(db, edition.id, seats_wanted(wanted), wanted)
    ends_at = moment + timedelta(hours=edition.offer_hours)
    await db.execute(
        update(waiting_entries)
        .where(waiting_entries.c.id.in_([entry.id for entry in chosen]))
        .values(status=WaitingStatus.OFFERED.value, offered_at=moment, offer_ends_at=ends_at)
    )
    offered = [
        replace(entry, status=WaitingStatus.OFFERED, offered_at=moment, offer_ends_at=ends_at) for entry in chosen
    ]
    own = await own_texts(db, edition.id, kind="waiting_offer")
    await enqueue(
        db,
        [
            {
                **outbox_row(
                    letters.offer(edition, entry, base_url), base_url=base_url, edition_id=edition.id, own_texts=own
                ),
                "next_attempt_at": moment,
            }
            for entry in offered
        ],
    )


async def offer_of(db: Database, edition_id: int, secret: str, moment: datetime) -> WaitingEntry:
    """The offer with this secret, which can be taken now.

    Raises NotFoundError for an unknown secret or another edition's, OfferOverError (a ConflictError, whose `text` tells
    people why) when nothing is offered, or not any more.
    """
    entry = await entry_where(db, waiting_entries.c.secret == secret)
    if entry.edition_id != edition_id:
        raise NotFoundError(f"an offer of edition {edition_id}")
    if entry.status_at(moment) is not WaitingStatus.OFFERED:
        raise OfferOverError(entry.status_at(moment))
    return entry


async def accept_offer(db: Database, secret: str, order_id: int, moment: datetime) -> None:
    """The offer becomes a ticket of this order, which takes over its seat: it takes one seat less of the offer's type.

    In the caller's transaction. Raises OfferOverError as `offer_of`, and NotFoundError.
    """
    row = await db.fetch_one(
        update(waiting_entries)
        .where(
            waiting_entries.c.secret == secret,
            waiting_entries.c.status == WaitingStatus.OFFERED.value,
            waiting_entries.c.offer_ends_at > moment,
        )
        .values(status=WaitingStatus.ACCEPTED.value, order_id=order_id)
        .returning(waiting_entries.c.id)
    )
    if row is None:
        entry = await entry_where(db, waiting_entries.c.secret == secret)
        raise OfferOverError(entry.status_at(moment))


async def end_offers(
    db: Database,
    edition: Edition,
    entries: Sequence[WaitingEntry],
    status: WaitingStatus,
    *,
    base_url: str,
    moment: datetime | None = None,
) -> None:
    """These entries end with `status`; the seats that were held for some of them go on to others.

    In the caller's transaction, which has read `entries` under the lock.
    """
    await db.execute(
        update(waiting_entries)
        .where(waiting_entries.c.id.in_([entry.id for entry in entries]))
        .values(status=status.value)
    )
    held = Counter(entry.ticket_type_id for entry in entries if entry.status is WaitingStatus.OFFERED)
    if not held:
        return
    types = [each for each in await ticket_types_of(db, edition.id, active_only=False) if each.id in held]
    freed = seats_wanted(each for each in types for _ in range(held[each.id]))
    await free_quota_seats(db, edition.id, freed)
    await pass_on_seats(db, edition, base_url=base_url, moment=moment)


async def expire_offers(db: Database, edition: Edition, moment: datetime, *, base_url: str) -> int:
    """End the offers whose time is over at `moment`, and pass their seats on. Gives how many there were.

    At night the seats are held for those who come next, who are written to in the morning, and have their time from then on.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        query = select_entries().where(
            waiting_entries.c.edition_id == edition.id,
            waiting_entries.c.status == WaitingStatus.OFFERED.value,
            waiting_entries.c.offer_ends_at <= moment,
        )
        overdue = [entry_from_row(row) for row in await db.fetch_all(query.limit(MOST_OFFERS))]
        if overdue:
            at = edition.by_day(moment)
            await end_offers(db, edition, overdue, WaitingStatus.EXPIRED, base_url=base_url, moment=at)
    return len(overdue)
