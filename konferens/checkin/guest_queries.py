"""Tickets as the door sees them: by code, by name, as answered before, and what has changed since a cursor."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select

from konferens.checkin.copies import Delta, Standing, standing
from konferens.checkin.model import (
    Answer,
    CheckinList,
    FirstScan,
    Guest,
    Reason,
    Status,
    read_token,
)
from konferens.checkin.names import matches
from konferens.clock import now
from konferens.database import Database
from konferens.errors import InvalidError
from konferens.tables import (
    admissions,
    orders,
    scans,
    ticket_addons,
    ticket_sessions,
    ticket_types,
    tickets,
)

SETTLING = timedelta(seconds=30)
"""How long a transaction with scans can take at most; see change_marks."""


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
            tickets.c.note,
            orders.c.status.label("order_status"),
            orders.c.total,
            orders.c.paid,
            ticket_types.c.name.label("type_name"),
            *more,
        )
        .join(orders, tickets.c.order_id == orders.c.id)
        .join(ticket_types, tickets.c.ticket_type_id == ticket_types.c.id)
    )


def _guest(row: Any, held: "Holdings | None" = None) -> Guest:
    """An order that costs nothing has nothing to pay, whatever its status."""
    unpaid = row.order_status == "pending" and row.total > 0
    return Guest(
        ticket_id=row.id,
        edition_id=row.edition_id,
        ticket_type_id=row.ticket_type_id,
        token=row.token,
        name=row.attendee_name,
        type=row.type_name,
        organisation=row.attendee_organisation,
        cancelled=row.status != "valid" or row.order_status in ("cancelled", "expired"),
        unpaid=unpaid,
        note=row.note,
        owes=max(row.total - row.paid, 0) if unpaid else 0,
        addons=held.addons.get(row.id, frozenset()) if held else frozenset(),
        sessions=held.sessions.get(row.id, frozenset()) if held else frozenset(),
    )


@dataclass(frozen=True, slots=True)
class Holdings:
    """Ids of the add-ons and sessions that tickets have, by the ticket's id: of those that lists ask for."""

    addons: Mapping[int, frozenset[int]]
    sessions: Mapping[int, frozenset[int]]


async def holdings(
    db: Database, lists: Collection[CheckinList], ticket_ids: Collection[int] | None = None
) -> Holdings | None:
    """What the tickets (None: all) have of the add-ons and sessions that `lists` ask for; None, without a query, where they ask for none."""
    addon_ids = frozenset[int]().union(*(each.addons for each in lists))
    session_ids = {each.session_id for each in lists if each.session_id is not None}
    if not addon_ids and not session_ids:
        return None
    bought = select(ticket_addons.c.ticket_id, ticket_addons.c.addon_id.label("held")).where(
        ticket_addons.c.addon_id.in_(addon_ids), ticket_addons.c.status == "valid"
    )
    chosen = select(ticket_sessions.c.ticket_id, ticket_sessions.c.session_id.label("held")).where(
        ticket_sessions.c.session_id.in_(session_ids)
    )
    if ticket_ids is not None:
        bought = bought.where(ticket_addons.c.ticket_id.in_(ticket_ids))
        chosen = chosen.where(ticket_sessions.c.ticket_id.in_(ticket_ids))
    return Holdings(
        _by_ticket(await db.fetch_all(bought)) if addon_ids else {},
        _by_ticket(await db.fetch_all(chosen)) if session_ids else {},
    )


def _by_ticket(rows: Sequence[Any]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for row in rows:
        found.setdefault(row.ticket_id, set()).add(row.held)
    return {ticket_id: frozenset(ids) for ticket_id, ids in found.items()}


# Made once: every scan asks them.
_GUESTS = _select_guests().where(tickets.c.token.in_(bindparam("tokens", expanding=True))).order_by(tickets.c.id)
_GUESTS_LOCKED = _GUESTS.with_for_update(of=tickets, key_share=True)
_ADMISSIONS = select(admissions).where(
    admissions.c.ticket_id.in_(bindparam("tickets", expanding=True)),
    admissions.c.list_id.in_(bindparam("lists", expanding=True)),
)
_ANSWERED = select(
    scans.c.nonce, scans.c.ticket_id, scans.c.status, scans.c.reason, scans.c.first_nonce, scans.c.conflict
).where(scans.c.nonce.in_(bindparam("nonces", expanding=True)))


async def guests_by_token(
    db: Database, tokens: Collection[str], lists: Collection[CheckinList] = (), *, lock: bool = False
) -> dict[str, Guest]:
    """The tickets with these tokens, as `lists` need to know them. `lock` keeps other transactions from deciding about them
    until this one ends.

    Rows are locked in the order of their ids, so that two batches never wait for each other; SQLite needs no such lock,
    its transactions write one at a time.
    """
    rows = await db.fetch_all(_GUESTS_LOCKED if lock else _GUESTS, {"tokens": list(tokens)})
    held = await holdings(db, lists, [row.id for row in rows])
    return {row.token: _guest(row, held) for row in rows}


async def admissions_of(db: Database, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], FirstScan]:
    """Those of the (list id, ticket id) that are in."""
    values = {"tickets": list({ticket_id for _, ticket_id in keys}), "lists": list({list_id for list_id, _ in keys})}
    return {
        (row.list_id, row.ticket_id): FirstScan(row.scanned_at, row.device, row.scan_nonce)
        for row in await db.fetch_all(_ADMISSIONS, values)
    }


async def answers_by_nonce(db: Database, nonces: Collection[str]) -> dict[str, Answer]:
    """What earlier uploads of these nonces were answered."""
    rows = await db.fetch_all(_ANSWERED, {"nonces": list(nonces)})
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
            conflict=row.conflict,
        )
        for row in rows
    }


async def guests_of(
    db: Database, checkin_list: CheckinList, *, changed_after: tuple[int, int] | None = None
) -> list[Standing]:
    """How the list's edition's tickets stand on it, by name; 'gone' are those that it isn't for.

    `changed_after` (a tickets.change and a scan's id) keeps those with a later change or a later scan on this list.
    """
    query = (
        _select_guests(admissions.c.scanned_at.label("admitted_at"), admissions.c.device.label("admitted_by"))
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
    held = await holdings(db, [checkin_list])
    return [
        _standing(checkin_list, _guest(row, held), row.admitted_at, row.admitted_by or "")
        for row in await db.fetch_all(query)
    ]


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


async def delta(db: Database, checkin_list: CheckinList, since: str) -> Delta:
    """What has changed on the list since the cursor; everything for '' and for a cursor from before its rules changed.

    Items may come again that were told before: they say how things stand, so taking them twice does no harm. Tickets
    that left the list are told only to those who can have them. Raises InvalidError for what never was a cursor.
    """
    rules = checkin_list.rules
    change, scan_id, known_rules = _read_cursor(since) if since else (0, 0, "")
    full = known_rules != rules
    marks = await change_marks(db, checkin_list, settled_before=now() - SETTLING)
    items = await guests_of(db, checkin_list, changed_after=None if full else (change, scan_id))
    elsewhere = tuple(item.guest.token for item in items if item.status == "gone")
    if full:
        items = [item for item in items if item.status != "gone"]
    return Delta(items, f"{marks[0]}.{marks[1]}.{rules}", full, elsewhere)


def _standing(checkin_list: CheckinList, guest: Guest, admitted_at: datetime | None, admitted_by: str = "") -> Standing:
    valid_on = checkin_list.valid_on(guest.ticket_type_id)
    return Standing(guest, standing(checkin_list, guest), admitted_at, valid_on, admitted_by)


async def standing_of(db: Database, checkin_list: CheckinList, token: str) -> Standing | None:
    """How one ticket stands on the list; None for a token that no ticket of its conference has."""
    guest = (await guests_by_token(db, [token], [checkin_list])).get(token)
    if guest is None or guest.edition_id != checkin_list.edition_id:
        return None
    first = (await admissions_of(db, [(checkin_list.id, guest.ticket_id)])).get((checkin_list.id, guest.ticket_id))
    return _standing(checkin_list, guest, first.scanned_at if first else None, first.device if first else "")


def _read_cursor(since: str) -> tuple[int, int, str]:
    match = re.fullmatch(r"([0-9]{1,18})\.([0-9]{1,9})\.([0-9a-f]{8})", since)
    if match is None:
        raise InvalidError({"since": ["Not a cursor from an earlier answer."]})
    return int(match[1]), int(match[2]), match[3]


async def search(db: Database, checkin_list: CheckinList, words: str, *, limit: int = 20) -> list[Standing]:
    """The list's tickets whose holder or organisation matches `words`, by name (see names.matches), or with that token.

    Names are compared here rather than in the database, where SQLite knows no upper case beyond A–Z.
    """
    if not words.strip():
        return []
    token = read_token(words)
    found = [
        item
        for item in await guests_of(db, checkin_list)
        if item.status != "gone" and (item.guest.token == token or matches(item.guest, words))
    ]
    return found[:limit]
