"""Changes that are public without a release, and telling them to those who have chosen the sessions.

A session keeps how it stood when they last knew (`sessions.told`) until they have been told, nobody needs to be, or it stands as
it did: so one mail tells where a session that was moved about has ended up. Where people sign up they are always told, since
their calendars hold an invitation that would be wrong; others are when an organiser says so.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, union, update

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.mail.actions import enqueue
from konferens.mail.queries import own_texts
from konferens.offering.seats import next_ticket_changes
from konferens.programme.actions import delete_session
from konferens.programme.model import Session, resolve_wall
from konferens.programme.queries import find_session, sessions_where
from konferens.programme.release_words import people_in
from konferens.programme.releases import speaker_names
from konferens.programme.snapshots import Change, ChangeKind, compare, public_part, snapshot_of
from konferens.signups.affected import affected_attendees
from konferens.signups.release_letters import letter_rows
from konferens.tables import editions, orders, session_waiting, sessions, ticket_sessions, tickets

SETTLES = timedelta(minutes=10)
"""How long a session that people sign up for must have stood still before they are told by themselves: who plans moves it more
than once."""


@dataclass(frozen=True, slots=True)
class Untold:
    """A session that stands otherwise than those know who have chosen it: `readers` of them. Those who sign up are told by
    themselves (`is_signup`)."""

    change: Change
    readers: int
    is_signup: bool


async def choosers(db: Database, session_ids: Collection[int]) -> dict[int, int]:
    """Session id → how many valid tickets have chosen it, or wait for a seat; sessions that nobody has are absent."""
    if not session_ids:
        return {}
    chosen = union(
        *(select(table.c.ticket_id, table.c.session_id) for table in (ticket_sessions, session_waiting))
    ).subquery()
    query = (
        select(chosen.c.session_id, func.count().label("n"))
        .join(tickets, tickets.c.id == chosen.c.ticket_id)
        .join(orders, orders.c.id == tickets.c.order_id)
        .where(
            chosen.c.session_id.in_(sorted(session_ids)),
            tickets.c.status == "valid",
            orders.c.status.in_(("pending", "paid")),
        )
        .group_by(chosen.c.session_id)
    )
    return {row.session_id: int(row.n) for row in await db.fetch_all(query)}


async def note_changes(db: Database, edition: Edition, before: Sequence[Session], after: Sequence[Session]) -> None:
    """Keep how sessions stood (`before`) whose time, place or status is another one (`after`), where somebody has chosen them.

    What is over needs no telling. A fixed number of statements, in the caller's transaction.
    """
    entries = {entry["code"]: entry for entry in _entries(before, edition)}
    changed = {change.code for change in _told_of(edition, entries, _by_code(_entries(after, edition)))}
    found = [session for session in after if session.code in changed]
    chosen = await choosers(db, [session.id for session in found])
    if not chosen:
        return
    known = await _known(db, edition.id, changed)
    kept = [
        {"row_id": session.id, "entry": dict(entries[session.code])}
        for session in found
        if session.id in chosen and session.code not in known and session.code in entries
    ]
    query = update(sessions).where(sessions.c.id == bindparam("row_id")).values(told=bindparam("entry"))
    await db.execute_many(query, kept)
    if known:
        differing = {change.code for change in await _changes(db, edition, known)}
        await forget_untold(db, edition, known.keys() - differing)


async def untold(db: Database, edition: Edition) -> list[Untold]:
    """What those who have chosen it don't know yet, in the order of releases; nothing that is over. A fixed number of queries."""
    changes = await _changes(db, edition)
    if not changes:
        return []
    codes = [change.code for change in changes]
    query = select(sessions.c.id, sessions.c.code, sessions.c.signup).where(
        sessions.c.edition_id == edition.id, sessions.c.code.in_(codes)
    )
    rows = {row.code: row for row in await db.fetch_all(query)}
    counts = await choosers(db, [row.id for row in rows.values()])
    return [
        Untold(change, counts[rows[change.code].id], bool(rows[change.code].signup))
        for change in changes
        if rows[change.code].id in counts
    ]


async def tell_changes(db: Database, edition: Edition, *, base_url: str, codes: Collection[str] | None = None) -> None:
    """Write to those who have chosen what is `untold`, of these `codes` or of all: one mail each, with what changes their
    calendars.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)  # of two who tell at the same moment one does
        changes = await _changes(db, edition, codes)
        readers = await affected_attendees(db, edition, changes)
        people = await speaker_names(db, edition.id, people_in(changes))
        texts = await own_texts(db, edition.id)
        rows = letter_rows(edition, readers, people, release="", note="", base_url=base_url, own_texts=texts)
        await enqueue(db, rows)
        await forget_untold(db, edition, codes)


async def forget_untold(db: Database, edition: Edition, codes: Collection[str] | None = None) -> None:
    """Nobody needs to be told of these (None: of any)."""
    mine = [sessions.c.edition_id == edition.id, sessions.c.told.is_not(None)]
    if codes is not None:
        mine.append(sessions.c.code.in_(sorted(codes)))
    await db.execute(update(sessions).where(*mine).values(told=None))


async def tell_of_signups(db: Database, moment: datetime, *, base_url: str) -> None:
    """A duty: tell those who signed up of what was changed where nobody was asked, as on the schedule's board, once it settles."""
    query = (
        select(sessions.c.edition_id, sessions.c.code)
        .join(editions, editions.c.id == sessions.c.edition_id)
        .where(sessions.c.told.is_not(None), sessions.c.signup, sessions.c.updated_at <= moment - SETTLES)
        .order_by(sessions.c.edition_id)
    )
    waiting: dict[int, list[str]] = {}
    for row in await db.fetch_all(query):
        waiting.setdefault(row.edition_id, []).append(row.code)
    for edition_id, codes in waiting.items():
        await tell_changes(db, await edition_by_id(db, edition_id), base_url=base_url, codes=codes)


async def remove_session(
    db: Database, edition: Edition, code: str, *, actor: str, base_url: str, tell: bool = False
) -> None:
    """As `programme.actions.delete_session`, with its errors; who signed up is told, and with `tell` whoever has chosen it."""
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        session = await find_session(db, edition.id, code)
        await delete_session(db, edition, code, actor=actor)
        await note_changes(db, edition, [session], await sessions_where(db, sessions.c.id == session.id))
        if tell or session.signup:
            await tell_changes(db, edition, base_url=base_url, codes=[session.code])


def _entries(these: Sequence[Session], edition: Edition) -> Sequence[Mapping[str, Any]]:
    entries: Sequence[Mapping[str, Any]] = snapshot_of(
        [session for session in these if session.deleted_at is None], edition.zone
    )["sessions"]
    return entries


def _by_code(entries: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {entry["code"]: entry for entry in entries}


def _told_of(
    edition: Edition, before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]
) -> tuple[Change, ...]:
    """What is told without a release: another time, place or status of what is still to come, or was to."""
    moment = now()
    return tuple(
        change
        for change in compare(*(public_part({"sessions": list(entries.values())}) for entries in (before, after)))
        if change.is_for_attendees
        and change.kind is not ChangeKind.CHANGED
        and any(_is_to_come(entries.get(change.code), edition, moment) for entries in (before, after))
    )


def _is_to_come(entry: Mapping[str, Any] | None, edition: Edition, moment: datetime) -> bool:
    ends = (entry["wall_ends"] or entry["wall_starts"]) if entry else None
    return ends is not None and resolve_wall(datetime.fromisoformat(ends), edition.zone) > moment


async def _known(db: Database, edition_id: int, codes: Collection[str] | None = None) -> dict[str, Mapping[str, Any]]:
    """Code → how the session stood when those who chose it last knew, where that is not how it stands."""
    query = select(sessions.c.code, sessions.c.told).where(
        sessions.c.edition_id == edition_id, sessions.c.told.is_not(None)
    )
    if codes is not None:
        query = query.where(sessions.c.code.in_(sorted(codes)))
    return {row.code: row.told for row in await db.fetch_all(query)}


async def _changes(db: Database, edition: Edition, codes: Collection[str] | None = None) -> tuple[Change, ...]:
    known = await _known(db, edition.id, codes)
    if not known:
        return ()
    these = (sessions.c.edition_id == edition.id, sessions.c.code.in_(sorted(known)))
    standing = _by_code(_entries(await sessions_where(db, *these), edition))
    return _told_of(edition, known, standing)
