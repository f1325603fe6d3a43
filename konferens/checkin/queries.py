"""Check-in lists with their numbers and logs, read from the database."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select, true

from konferens.checkin.model import (
    CheckinList,
    Counts,
    LoggedScan,
    Mark,
    Reason,
    Repeat,
    Status,
)
from konferens.clock import now
from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.tables import (
    admissions,
    checkin_list_addons,
    checkin_list_ticket_types,
    checkin_lists,
    editions,
    orders,
    scans,
    series,
    ticket_types,
    tickets,
)


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """A list with the conference it belongs to; `event` is 'series/edition'."""

    list: CheckinList
    event: str
    event_name: str
    time_zone: str
    ends_on: date


async def find_list(db: Database, list_id: int) -> CheckinList:
    """Raises NotFoundError."""
    found = await lists_by_id(db, [list_id])
    if list_id not in found:
        raise NotFoundError(f"check-in list {list_id}")
    return found[list_id]


async def lists_by_id(db: Database, ids: Collection[int]) -> dict[int, CheckinList]:
    """Those of the lists that exist."""
    return {listed.id: listed for listed in await _lists(db, checkin_lists.c.id.in_(ids))}


async def lists_of(db: Database, edition_id: int) -> list[CheckinList]:
    """The edition's lists in their own order."""
    return await _lists(db, checkin_lists.c.edition_id == edition_id)


async def _lists(db: Database, condition: Any) -> list[CheckinList]:
    query = (
        select(checkin_lists, editions.c.time_zone, checkin_list_ticket_types.c.ticket_type_id)
        .join(editions, editions.c.id == checkin_lists.c.edition_id)
        .outerjoin(checkin_list_ticket_types, checkin_list_ticket_types.c.list_id == checkin_lists.c.id)
        .where(condition)
        .order_by(checkin_lists.c.position, checkin_lists.c.id)
    )
    found: dict[int, dict[str, Any]] = {}
    types: dict[int, set[int]] = {}
    for row in await db.fetch_all(query):
        values = dict(row._mapping)  # noqa: SLF001
        type_id = values.pop("ticket_type_id")
        found[row.id] = values
        types.setdefault(row.id, set()).update([] if type_id is None else [type_id])
    demanded: dict[int, set[int]] = {}
    for row in await db.fetch_all(select(checkin_list_addons).where(checkin_list_addons.c.list_id.in_(found))):
        demanded.setdefault(row.list_id, set()).add(row.addon_id)
    return [
        CheckinList(
            **values
            | {
                "shows": frozenset(map(Mark, values["shows"])),
                "repeat": Repeat(values["repeat"]),
                "ticket_types": frozenset(types[list_id]),
                "addons": frozenset(demanded.get(list_id, ())),
            }
        )
        for list_id, values in found.items()
    ]


async def lists_with_events(db: Database, edition_ids: Collection[int] | None) -> list[ListedEvent]:
    """Every list of these editions (None: of all): coming editions first, the next one on top, then the past ones."""
    condition = true() if edition_ids is None else checkin_lists.c.edition_id.in_(edition_ids)
    listed = await _lists(db, condition)
    query = (
        select(
            editions.c.id,
            editions.c.slug,
            editions.c.name,
            editions.c.time_zone,
            editions.c.ends_on,
            series.c.slug.label("series"),
        )
        .join(series, editions.c.series_id == series.c.id)
        .where(editions.c.id.in_({one.edition_id for one in listed}))
    )
    events = {row.id: row for row in await db.fetch_all(query)}
    together = [
        ListedEvent(one, f"{event.series}/{event.slug}", event.name, event.time_zone, event.ends_on)
        for one in listed
        for event in [events[one.edition_id]]
    ]
    today = now().date()
    coming = sorted((one for one in together if one.ends_on >= today), key=lambda one: one.ends_on)
    past = sorted((one for one in together if one.ends_on < today), key=lambda one: one.ends_on, reverse=True)
    return coming + past


def _on_list(checkin_list: CheckinList) -> Any:
    """The condition that a ticket is expected at the list: right edition, right type, not cancelled.

    All types are all but the digital ones: who takes part from afar and comes nevertheless is let in, but not waited for.
    """
    conditions = [
        tickets.c.edition_id == checkin_list.edition_id,
        tickets.c.status == "valid",
        orders.c.status.in_(("pending", "paid")),
    ]
    if checkin_list.all_ticket_types:
        digital = select(ticket_types.c.id).where(
            ticket_types.c.edition_id == checkin_list.edition_id, ticket_types.c.digital
        )
        conditions.append(tickets.c.ticket_type_id.not_in(digital))
    else:
        conditions.append(tickets.c.ticket_type_id.in_(checkin_list.ticket_types))
    return and_(*conditions)


async def counts(db: Database, checkin_list: CheckinList) -> Counts:
    """How many of those expected have come. Who came and was cancelled later counts on neither side."""
    row = await db.fetch_one(
        select(func.count(admissions.c.ticket_id).label("admitted"), func.count().label("expected"))
        .select_from(tickets)
        .join(orders, tickets.c.order_id == orders.c.id)
        .outerjoin(admissions, and_(admissions.c.ticket_id == tickets.c.id, admissions.c.list_id == checkin_list.id))
        .where(_on_list(checkin_list))
    )
    return Counts(row.admitted, row.expected) if row else Counts(0, 0)


async def counts_by_list(db: Database, listed: Collection[CheckinList]) -> Mapping[int, Counts]:
    """Counts of several lists, by their ids, in one question for each number."""
    edition_ids = {one.edition_id for one in listed}
    expected = await db.fetch_all(
        select(tickets.c.edition_id, tickets.c.ticket_type_id, ticket_types.c.digital, func.count().label("n"))
        .join(ticket_types, ticket_types.c.id == tickets.c.ticket_type_id)
        .join(orders, tickets.c.order_id == orders.c.id)
        .where(
            tickets.c.edition_id.in_(edition_ids),
            tickets.c.status == "valid",
            orders.c.status.in_(("pending", "paid")),
        )
        .group_by(tickets.c.edition_id, tickets.c.ticket_type_id, ticket_types.c.digital)
    )
    admitted = await db.fetch_all(
        select(admissions.c.list_id, tickets.c.ticket_type_id, ticket_types.c.digital, func.count().label("n"))
        .join(tickets, admissions.c.ticket_id == tickets.c.id)
        .join(ticket_types, ticket_types.c.id == tickets.c.ticket_type_id)
        .join(orders, tickets.c.order_id == orders.c.id)
        .where(
            admissions.c.list_id.in_({one.id for one in listed}),
            tickets.c.status == "valid",
            orders.c.status.in_(("pending", "paid")),
        )
        .group_by(admissions.c.list_id, tickets.c.ticket_type_id, ticket_types.c.digital)
    )
    return {
        one.id: Counts(
            admitted=sum(row.n for row in admitted if row.list_id == one.id and _is_awaited(one, row)),
            expected=sum(row.n for row in expected if row.edition_id == one.edition_id and _is_awaited(one, row)),
        )
        for one in listed
    }


def _is_awaited(checkin_list: CheckinList, row: Any) -> bool:
    """As `_on_list` has it, for a row's type."""
    return not row.digital if checkin_list.all_ticket_types else row.ticket_type_id in checkin_list.ticket_types


async def last_scans(db: Database, edition_id: int, list_id: int, *, limit: int = 50) -> list[LoggedScan]:
    """The list's latest scans, the newest first."""
    query = (
        select(scans, tickets.c.attendee_name)
        .outerjoin(tickets, and_(scans.c.ticket_id == tickets.c.id, tickets.c.edition_id == edition_id))
        .where(scans.c.list_id == list_id)
        .order_by(scans.c.id.desc())
        .limit(limit)
    )
    return [
        LoggedScan(
            scanned_at=row.scanned_at,
            status=Status(row.status),
            reason=Reason(row.reason) if row.reason else None,
            direction=row.direction,
            name=row.attendee_name or "",
            device=row.device,
            actor=row.actor,
        )
        for row in await db.fetch_all(query)
    ]


async def ticket_type_names(db: Database, edition_id: int) -> list[tuple[int, str]]:
    """(id, name) of the edition's ticket types, for the form that says whom a list admits."""
    query = (
        select(ticket_types.c.id, ticket_types.c.name)
        .where(ticket_types.c.edition_id == edition_id)
        .order_by(ticket_types.c.position, ticket_types.c.id)
    )
    return [(row.id, row.name) for row in await db.fetch_all(query)]
