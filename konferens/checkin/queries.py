"""Check-in, read from the database."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, true

from konferens.checkin.model import (
    Answer,
    CheckinList,
    Counts,
    Delta,
    FirstScan,
    Guest,
    LoggedScan,
    Reason,
    Standing,
    Status,
    matches,
    read_token,
    standing,
)
from konferens.clock import now
from konferens.database import Database
from konferens.errors import InvalidError, NotFoundError
from konferens.tables import (
    admissions,
    checkin_list_ticket_types,
    checkin_lists,
    editions,
    orders,
    scans,
    series,
    ticket_types,
    tickets,
)

SETTLING = timedelta(seconds=30)
"""How long a transaction with scans can take at most; see change_marks."""


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
        select(checkin_lists, checkin_list_ticket_types.c.ticket_type_id)
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
    return [CheckinList(**values, ticket_types=frozenset(types[list_id])) for list_id, values in found.items()]


async def lists_with_events(db: Database, edition_ids: Collection[int] | None) -> list[ListedEvent]:
    """Every list of these editions (None: of all), the edition that comes last first."""
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
    return sorted(together, key=lambda one: one.ends_on, reverse=True)


def _select_guests(*more: Any) -> Select[Any]:
    return (
        select(
            tickets.c.id,
            tickets.c.edition_id,
            tickets.c.ticket_type_id,
            tickets.c.token,
            tickets.c.attendee_name,
            tickets.c.attendee_organisation,
            tickets.c.status,
            orders.c.status.label("order_status"),
            orders.c.total,
            ticket_types.c.name.label("type_name"),
            *more,
        )
        .join(orders, tickets.c.order_id == orders.c.id)
        .join(ticket_types, tickets.c.ticket_type_id == ticket_types.c.id)
    )


def _guest(row: Any) -> Guest:
    """An order that costs nothing has nothing to pay, whatever its status."""
    return Guest(
        ticket_id=row.id,
        edition_id=row.edition_id,
        ticket_type_id=row.ticket_type_id,
        token=row.token,
        name=row.attendee_name,
        type=row.type_name,
        organisation=row.attendee_organisation,
        cancelled=row.status != "valid" or row.order_status in ("cancelled", "expired"),
        unpaid=row.order_status == "pending" and row.total > 0,
    )


async def guests_by_token(db: Database, tokens: Collection[str], *, lock: bool = False) -> dict[str, Guest]:
    """The tickets with these tokens. `lock` keeps other transactions from deciding about them until this one ends.

    Rows are locked in the order of their ids, so that two batches never wait for each other; SQLite needs no such lock,
    its transactions write one at a time.
    """
    query = _select_guests().where(tickets.c.token.in_(tokens)).order_by(tickets.c.id)
    if lock:
        query = query.with_for_update(of=tickets, key_share=True)
    return {row.token: _guest(row) for row in await db.fetch_all(query)}


async def admissions_of(db: Database, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], FirstScan]:
    """Those of the (list id, ticket id) that are in."""
    query = select(admissions).where(
        admissions.c.ticket_id.in_({ticket_id for _, ticket_id in keys}),
        admissions.c.list_id.in_({list_id for list_id, _ in keys}),
    )
    return {
        (row.list_id, row.ticket_id): FirstScan(row.scanned_at, row.device, row.scan_nonce)
        for row in await db.fetch_all(query)
    }


async def answers_by_nonce(db: Database, nonces: Collection[str]) -> dict[str, Answer]:
    """What earlier uploads of these nonces were answered."""
    rows = await db.fetch_all(
        select(scans.c.nonce, scans.c.ticket_id, scans.c.status, scans.c.reason, scans.c.first_nonce).where(
            scans.c.nonce.in_(nonces)
        )
    )
    if not rows:
        return {}
    firsts = {
        row.nonce: FirstScan(row.scanned_at, row.device, row.nonce)
        for row in await db.fetch_all(
            select(scans.c.nonce, scans.c.scanned_at, scans.c.device).where(
                scans.c.nonce.in_({row.first_nonce for row in rows if row.first_nonce})
            )
        )
    }
    guests = {
        row.id: _guest(row)
        for row in await db.fetch_all(
            _select_guests().where(tickets.c.id.in_({row.ticket_id for row in rows if row.ticket_id}))
        )
    }
    return {
        row.nonce: Answer(
            nonce=row.nonce,
            status=Status(row.status),
            reason=Reason(row.reason) if row.reason else None,
            guest=guests.get(row.ticket_id),
            first_scan=firsts.get(row.first_nonce),
        )
        for row in rows
    }


def _on_list(checkin_list: CheckinList) -> Any:
    """The condition that a ticket is expected at the list: right edition, right type, not cancelled."""
    conditions = [
        tickets.c.edition_id == checkin_list.edition_id,
        tickets.c.status == "valid",
        orders.c.status.in_(("pending", "paid")),
    ]
    if not checkin_list.all_ticket_types:
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


async def guests_of(
    db: Database, checkin_list: CheckinList, *, changed_after: tuple[int, int] | None = None
) -> list[tuple[Guest, datetime | None]]:
    """The list's edition's tickets with when each was admitted here, by name.

    `changed_after` (a tickets.change and a scan's id) keeps those with a later change or a later scan on this list.
    """
    query = (
        _select_guests(admissions.c.scanned_at.label("admitted_at"))
        .outerjoin(admissions, and_(admissions.c.ticket_id == tickets.c.id, admissions.c.list_id == checkin_list.id))
        .where(tickets.c.edition_id == checkin_list.edition_id)
        .order_by(tickets.c.attendee_name, tickets.c.id)
    )
    if changed_after is not None:
        change, scan_id = changed_after
        scanned = select(scans.c.ticket_id).where(
            scans.c.list_id == checkin_list.id, scans.c.id > scan_id, scans.c.ticket_id.is_not(None)
        )
        query = query.where(or_(tickets.c.change > change, tickets.c.id.in_(scanned)))
    return [(_guest(row), row.admitted_at) for row in await db.fetch_all(query)]


async def change_marks(db: Database, checkin_list: CheckinList, *, settled_before: datetime) -> tuple[int, int]:
    """The edition's highest tickets.change, and the highest id of the list's scans received before `settled_before`.

    Numbers of scans are given out before their transaction commits, so a lower one can appear after a higher one;
    after `settled_before` such a thing is still possible.
    """
    change = await db.fetch_val(
        select(func.max(tickets.c.change)).where(tickets.c.edition_id == checkin_list.edition_id)
    )
    scan_id = await db.fetch_val(
        select(func.max(scans.c.id)).where(scans.c.list_id == checkin_list.id, scans.c.received_at < settled_before)
    )
    return change or 0, scan_id or 0


async def counts_by_list(db: Database, listed: Collection[CheckinList]) -> Mapping[int, Counts]:
    """Counts of several lists, by their ids, in one question for each number."""
    edition_ids = {one.edition_id for one in listed}
    expected = await db.fetch_all(
        select(tickets.c.edition_id, tickets.c.ticket_type_id, func.count().label("n"))
        .join(orders, tickets.c.order_id == orders.c.id)
        .where(
            tickets.c.edition_id.in_(edition_ids),
            tickets.c.status == "valid",
            orders.c.status.in_(("pending", "paid")),
        )
        .group_by(tickets.c.edition_id, tickets.c.ticket_type_id)
    )
    admitted = await db.fetch_all(
        select(admissions.c.list_id, tickets.c.ticket_type_id, func.count().label("n"))
        .join(tickets, admissions.c.ticket_id == tickets.c.id)
        .join(orders, tickets.c.order_id == orders.c.id)
        .where(
            admissions.c.list_id.in_({one.id for one in listed}),
            tickets.c.status == "valid",
            orders.c.status.in_(("pending", "paid")),
        )
        .group_by(admissions.c.list_id, tickets.c.ticket_type_id)
    )
    return {
        one.id: Counts(
            admitted=sum(row.n for row in admitted if row.list_id == one.id and one.admits_type(row.ticket_type_id)),
            expected=sum(
                row.n for row in expected if row.edition_id == one.edition_id and one.admits_type(row.ticket_type_id)
            ),
        )
        for one in listed
    }


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


async def delta(db: Database, checkin_list: CheckinList, since: str) -> Delta:
    """What has changed on the list since the cursor; everything for '' and for a cursor from before its rules changed.

    Items may come again that were told before: they say how things stand, so taking them twice does no harm. Tickets
    that left the list are told only to those who can have them. Raises InvalidError for what never was a cursor.
    """
    rules = checkin_list.rules
    change, scan_id, known_rules = _read_cursor(since) if since else (0, 0, "")
    full = known_rules != rules
    marks = await change_marks(db, checkin_list, settled_before=now() - SETTLING)
    rows = await guests_of(db, checkin_list, changed_after=None if full else (change, scan_id))
    items = [Standing(guest, standing(checkin_list, guest), admitted_at) for guest, admitted_at in rows]
    if full:
        items = [item for item in items if item.status != "gone"]
    return Delta(items, f"{marks[0]}.{marks[1]}.{rules}", full)


def _read_cursor(since: str) -> tuple[int, int, str]:
    match = re.fullmatch(r"([0-9]{1,18})\.([0-9]{1,9})\.([0-9a-f]{8})", since)
    if match is None:
        raise InvalidError({"since": ["Not a cursor from an earlier answer."]})
    return int(match[1]), int(match[2]), match[3]


async def search(db: Database, checkin_list: CheckinList, words: str, *, limit: int = 20) -> list[Standing]:
    """The list's tickets whose holder or organisation matches `words`, by name (see model.matches), or with that token.

    Names are compared here rather than in the database, where SQLite knows no upper case beyond A–Z.
    """
    if not words.strip():
        return []
    token = read_token(words)
    found = [
        Standing(guest, standing(checkin_list, guest), admitted_at)
        for guest, admitted_at in await guests_of(db, checkin_list)
        if checkin_list.admits_type(guest.ticket_type_id) and (guest.token == token or matches(guest, words))
    ]
    return found[:limit]
