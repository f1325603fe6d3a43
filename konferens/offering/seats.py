"""Seats and change numbers: what every change of an edition's orders reserves first, inside its transaction.

The edition's change counter is taken before anything else is written. Its row stays locked until the transaction ends, so
an edition's orders change one at a time, numbers become visible in their order, and nobody waits in a circle.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    ScalarSelect,
    Select,
    case,
    cast,
    func,
    literal,
    select,
    update,
)

from konferens.counters import reserve_numbers
from konferens.database import Database
from konferens.errors import SoldOutError
from konferens.events.actions import touch_edition
from konferens.levels import level_of
from konferens.offering.model import Addon, TicketType
from konferens.tables import addons, quotas, ticket_addons, ticket_type_quotas, tickets, waiting_entries


async def next_ticket_changes(db: Database, edition_id: int, n: int) -> int:
    """Reserve `n` numbers for `tickets.change` and give the first; call first in a transaction that changes tickets."""
    return await reserve_numbers(db, f"tickets:{edition_id}", n) - n + 1


async def mark_changed(db: Database, edition_id: int, ticket_ids: Select[tuple[int]]) -> None:
    """Phones at the door fetch these tickets of the edition anew. Call first in a transaction, as next_ticket_changes."""
    mine = (tickets.c.edition_id == edition_id, tickets.c.id.in_(ticket_ids))
    count = int(await db.fetch_val(select(func.count()).select_from(tickets).where(*mine)) or 0)
    if not count:
        return
    first_change = await next_ticket_changes(db, edition_id, count)
    place = (func.row_number().over(order_by=tickets.c.id) - 1).label("place")
    numbered = select(tickets.c.id, place).where(*mine).subquery()
    await db.execute(
        update(tickets)
        .where(tickets.c.id == numbered.c.id)
        .values(change=literal(first_change, BigInteger) + numbered.c.place)
    )


def seats_wanted(types: Iterable[TicketType], addons: Iterable[Addon] = ()) -> dict[int, int]:
    """Quota id → seats, for tickets of these types and these add-ons, one each."""
    wanted: Counter[int] = Counter(quota.id for ticket_type in types for quota in ticket_type.quotas)
    wanted.update(addon.quota.id for addon in addons if addon.quota is not None)
    return dict(sorted(wanted.items()))


async def take_seats(
    db: Database,
    edition_id: int,
    wanted: Mapping[int, int],
    types: Iterable[TicketType],
    addons: Iterable[Addon] = (),
) -> None:
    """Take seats, all or none: in one conditional UPDATE, so that no quota ever has more taken than its size.

    Raises SoldOutError when one of the quotas has too few left; the caller's transaction must then be rolled back.
    Public pages are renewed when what they say about a quota changes.
    """
    if not wanted:
        return
    n = _per_quota(wanted)
    rows = await db.fetch_all(
        update(quotas)
        .where(quotas.c.id.in_(list(wanted)), quotas.c.taken + n <= quotas.c.size)
        .values(taken=quotas.c.taken + n)
        .returning(quotas.c.id, quotas.c.taken, quotas.c.size)
    )
    if len(rows) < len(wanted):
        raise sold_out(set(wanted) - {row.id for row in rows}, types, addons)
    if any(level_of(row.size - row.taken) != level_of(row.size - row.taken + wanted[row.id]) for row in rows):
        await touch_edition(db, edition_id)


def sold_out(short: set[int], types: Iterable[TicketType], addons: Iterable[Addon] = ()) -> SoldOutError:
    """The error for quotas with these ids, naming the first and a type or add-on that needs it."""
    found = [
        (quota.name, ticket_type.code, "") for ticket_type in types for quota in ticket_type.quotas if quota.id in short
    ]
    found += [
        (addon.quota.name, "", addon.code) for addon in addons if addon.quota is not None and addon.quota.id in short
    ]
    name, type_code, addon_code = min(found)
    return SoldOutError(name, type_code, addon=addon_code)


async def free_quota_seats(db: Database, edition_id: int, freed: Mapping[int, int]) -> None:
    """Give back seats, quota id → how many; never more than are taken. Public pages are renewed as by `take_seats`."""
    if not freed:
        return
    n = _per_quota(freed)
    rows = await db.fetch_all(
        update(quotas)
        .where(quotas.c.id.in_(list(freed)))
        .values(taken=case((quotas.c.taken > n, quotas.c.taken - n), else_=0))
        .returning(quotas.c.id, quotas.c.taken, quotas.c.size)
    )
    if any(level_of(row.size - row.taken) != level_of(row.size - row.taken - freed[row.id]) for row in rows):
        await touch_edition(db, edition_id)


async def recount_seats(db: Database, edition_id: int) -> None:
    """Count again what is taken of every quota: by valid tickets, by valid add-ons, and by offers to those who waited.

    For after it was changed which types share a quota.
    """
    by_tickets = _count(
        ticket_type_quotas.join(tickets, tickets.c.ticket_type_id == ticket_type_quotas.c.ticket_type_id),
        ticket_type_quotas.c.quota_id == quotas.c.id,
        tickets.c.status == "valid",
    )
    by_addons = _count(
        addons.join(ticket_addons, ticket_addons.c.addon_id == addons.c.id),
        addons.c.quota_id == quotas.c.id,
        ticket_addons.c.status == "valid",
    )
    by_offers = _count(
        ticket_type_quotas.join(
            waiting_entries, waiting_entries.c.ticket_type_id == ticket_type_quotas.c.ticket_type_id
        ),
        ticket_type_quotas.c.quota_id == quotas.c.id,
        waiting_entries.c.status == "offered",
    )
    await db.execute(
        update(quotas).where(quotas.c.edition_id == edition_id).values(taken=by_tickets + by_addons + by_offers)
    )
    await touch_edition(db, edition_id)


def _count(rows: FromClause, *where: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many of `rows` a row of `quotas` has."""
    return select(func.count()).select_from(rows).where(*where).correlate(quotas).scalar_subquery()


def _per_quota(seats: Mapping[int, int]) -> ColumnElement[int]:
    """The number of seats for the row's id; cast, since PostgreSQL takes bare parameters in a CASE for text."""
    return case(
        {quota_id: cast(n, Integer) for quota_id, n in seats.items()}, value=quotas.c.id, else_=cast(0, Integer)
    )
