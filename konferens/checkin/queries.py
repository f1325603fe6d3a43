"""Check-in lists with their numbers and logs, read from the database."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select, true

from konferens.checkin.model import (
    CheckinList,
    Counts,
    LoggedScan,
    Mark,
    Reason,
    Repeat,
    Status,
)
from konferens.clock import midnight, now
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
    ticket_addons,
    ticket_sessions,
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
    return {listed.id: listed for listed in await _lists(db, _LISTS_BY_ID, {"ids": list(ids)})}


async def lists_of(db: Database, edition_id: int) -> list[CheckinList]:
    """The edition's lists in their own order, those that have ended last."""
    found = await _lists(db, _LISTS.where(checkin_lists.c.edition_id == edition_id))
    return sorted(found, key=lambda one: one.ended_at is not None)


# Made once: every scan asks them.
_LISTS = (
    select(checkin_lists, editions.c.time_zone, checkin_list_ticket_types.c.ticket_type_id)
    .join(editions, editions.c.id == checkin_lists.c.edition_id)
    .outerjoin(checkin_list_ticket_types, checkin_list_ticket_types.c.list_id == checkin_lists.c.id)
    .order_by(checkin_lists.c.position, checkin_lists.c.id)
)
_LISTS_BY_ID = _LISTS.where(checkin_lists.c.id.in_(bindparam("ids", expanding=True)))
_DEMANDED = select(checkin_list_addons).where(checkin_list_addons.c.list_id.in_(bindparam("lists", expanding=True)))
_SPECIAL_TYPES = select(
    ticket_types.c.id, ticket_types.c.edition_id, ticket_types.c.digital, ticket_types.c.valid_on
).where(
    ticket_types.c.edition_id.in_(bindparam("editions", expanding=True)),
    or_(ticket_types.c.digital, ticket_types.c.valid_on.is_not(None)),
)
"""The editions' types that a list for all types doesn't mean, or not always."""


async def _lists(db: Database, query: Select[Any], values: dict[str, Any] | None = None) -> list[CheckinList]:
    found: dict[int, dict[str, Any]] = {}
    types: dict[int, set[int]] = {}
    for row in await db.fetch_all(query, values):
        columns = dict(row._mapping)  # noqa: SLF001
        type_id = columns.pop("ticket_type_id")
        found[row.id] = columns
        types.setdefault(row.id, set()).update([] if type_id is None else [type_id])
    if not found:
        return []
    demanded: dict[int, set[int]] = {}
    for row in await db.fetch_all(_DEMANDED, {"lists": list(found)}):
        demanded.setdefault(row.list_id, set()).add(row.addon_id)
    edition_ids = sorted({columns["edition_id"] for columns in found.values()})
    special = await db.fetch_all(_SPECIAL_TYPES, {"editions": edition_ids})
    return [
        CheckinList(
            **columns
            | {
                "shows": frozenset(map(Mark, columns["shows"])),
                "repeat": Repeat(columns["repeat"]),
                "ticket_types": frozenset(types[list_id]),
                "addons": frozenset(demanded.get(list_id, ())),
                "digital": frozenset(
                    row.id for row in special if row.digital and row.edition_id == columns["edition_id"]
                ),
                "day_types": frozenset(
                    (row.id, row.valid_on)
                    for row in special
                    if row.valid_on and row.edition_id == columns["edition_id"]
                ),
            }
        )
        for list_id, columns in found.items()
    ]


async def lists_with_events(db: Database, edition_ids: Collection[int] | None) -> list[ListedEvent]:
    """Every list of these editions (None: of all) that hasn't ended: coming editions first, the next one on top, then the past ones."""
    condition = true() if edition_ids is None else checkin_lists.c.edition_id.in_(edition_ids)
    listed = await _lists(db, _LISTS.where(condition, checkin_lists.c.ended_at.is_(None)))
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


_IS_AWAITED = and_(tickets.c.status == "valid", orders.c.status.in_(("pending", "paid")))
"""Of a ticket with its order. Who came and was cancelled later counts on neither side."""


async def counts(db: Database, checkin_list: CheckinList) -> Counts:
    """How many of those expected have come: in, of late, or today on a list that lets in once a day."""
    return (await counts_by_list(db, [checkin_list]))[checkin_list.id]


async def counts_by_list(db: Database, listed: Collection[CheckinList]) -> Mapping[int, Counts]:
    """Counts of several lists, by their ids; at most three questions, however many lists there are."""
    admitted = await db.fetch_all(
        select(admissions.c.list_id, tickets.c.ticket_type_id, func.count().label("n"))
        .join(tickets, admissions.c.ticket_id == tickets.c.id)
        .join(orders, tickets.c.order_id == orders.c.id)
        .join(checkin_lists, checkin_lists.c.id == admissions.c.list_id)
        .where(admissions.c.list_id.in_({one.id for one in listed}), _IS_AWAITED, _HAS_CHOSEN, _came_lately(listed))
        .group_by(admissions.c.list_id, tickets.c.ticket_type_id)
    )
    everybody, choosers = await _expected(db, listed)
    found = {}
    for one in listed:
        is_for_some = bool(one.addons) or one.session_id is not None
        expected = choosers.get(one.id, {}) if is_for_some else everybody.get(one.edition_id, {})
        found[one.id] = Counts(
            admitted=sum(row.n for row in admitted if row.list_id == one.id and one.admits_type(row.ticket_type_id)),
            expected=sum(n for type_id, n in expected.items() if one.admits_type(type_id)),
        )
    return found


Numbers = dict[int, dict[int, int]]
"""Edition or list → ticket type → how many."""


async def _expected(db: Database, listed: Collection[CheckinList]) -> tuple[Numbers, Numbers]:
    """Everybody by edition, and by list those who have what it asks for."""
    choosing = {one.id for one in listed if one.addons or one.session_id is not None}
    open_to_all = {one.edition_id for one in listed if one.id not in choosing}
    by_edition: Numbers = {}
    by_list: Numbers = {}
    if open_to_all:
        query = (
            select(tickets.c.edition_id, tickets.c.ticket_type_id, func.count().label("n"))
            .join(orders, tickets.c.order_id == orders.c.id)
            .where(tickets.c.edition_id.in_(open_to_all), _IS_AWAITED)
            .group_by(tickets.c.edition_id, tickets.c.ticket_type_id)
        )
        for row in await db.fetch_all(query):
            by_edition.setdefault(row.edition_id, {})[row.ticket_type_id] = row.n
    if choosing:
        query = (
            select(checkin_lists.c.id, tickets.c.ticket_type_id, func.count().label("n"))
            .join(tickets, tickets.c.edition_id == checkin_lists.c.edition_id)
            .join(orders, tickets.c.order_id == orders.c.id)
            .where(checkin_lists.c.id.in_(choosing), _IS_AWAITED, _HAS_CHOSEN)
            .group_by(checkin_lists.c.id, tickets.c.ticket_type_id)
        )
        for row in await db.fetch_all(query):
            by_list.setdefault(row.id, {})[row.ticket_type_id] = row.n
    return by_edition, by_list


def _has_chosen() -> ColumnElement[bool]:
    """Of a list and a ticket: the ticket has one of the list's add-ons and its session, where the list asks for them."""
    asked = exists().where(checkin_list_addons.c.list_id == checkin_lists.c.id)
    bought = (
        exists()
        .where(
            checkin_list_addons.c.list_id == checkin_lists.c.id,
            ticket_addons.c.addon_id == checkin_list_addons.c.addon_id,
            ticket_addons.c.ticket_id == tickets.c.id,
            ticket_addons.c.status == "valid",
        )
        .correlate(checkin_lists, tickets)
    )
    chosen = exists().where(
        ticket_sessions.c.ticket_id == tickets.c.id, ticket_sessions.c.session_id == checkin_lists.c.session_id
    )
    return and_(or_(~asked, bought), or_(checkin_lists.c.session_id.is_(None), chosen))


_HAS_CHOSEN = _has_chosen()


def _came_lately(listed: Collection[CheckinList]) -> ColumnElement[bool]:
    """Of an admission: it is today's, where its list lets people in once a day. Days are those of the lists' zones."""
    moment = now()
    daily: dict[datetime, set[int]] = {}
    for one in listed:
        if one.repeat is Repeat.DAILY:
            zone = ZoneInfo(one.time_zone)
            daily.setdefault(midnight(moment.astimezone(zone).date(), zone), set()).add(one.id)
    others = admissions.c.list_id.not_in(set().union(*daily.values()))
    today = [and_(admissions.c.list_id.in_(ids), admissions.c.scanned_at >= start) for start, ids in daily.items()]
    return or_(others, *today)


async def scan_count(db: Database, list_id: int) -> int:
    """How many scans the list has answered."""
    return int(await db.fetch_val(select(func.count()).select_from(scans).where(scans.c.list_id == list_id)))


async def last_scans(
    db: Database, edition_id: int, list_id: int | None, *, limit: int | None = 50, skip: int = 0
) -> list[LoggedScan]:
    """Scans of the list, or with None of all the edition's lists, the newest first; without a `limit` all of them."""
    mine = select(checkin_lists.c.id).where(checkin_lists.c.edition_id == edition_id)
    query = (
        select(scans, tickets.c.attendee_name, checkin_lists.c.name.label("list_name"))
        .join(checkin_lists, checkin_lists.c.id == scans.c.list_id)
        .outerjoin(tickets, and_(scans.c.ticket_id == tickets.c.id, tickets.c.edition_id == edition_id))
        .where(scans.c.list_id.in_(mine) if list_id is None else scans.c.list_id == list_id)
        .order_by(scans.c.id.desc())
        .limit(limit)
        .offset(skip)
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
            list_name=row.list_name,
            undone_at=row.undone_at,
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
