"""Seats at sessions: taken, given back, and passed on to those who wait.

All of it happens inside a transaction that began with `offering.seats.next_ticket_changes`, so that an edition's seats change
one at a time: what has been read stays true until it is written.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Integer, and_, case, cast, delete, insert, or_, select, update

from konferens.clock import now
from konferens.database import Database, Row
from konferens.errors import ConflictError, SoldOutError
from konferens.events.actions import touch_edition
from konferens.events.model import Edition
from konferens.levels import level_of
from konferens.mail.actions import enqueue
from konferens.mail.queries import own_texts
from konferens.offering.seats import next_ticket_changes
from konferens.programme.model import Session
from konferens.programme.queries import sessions_where
from konferens.signups.letters import seat_rows
from konferens.signups.model import Recipient, is_on
from konferens.signups.queries import signed_up
from konferens.signups.telling import tell_of_choices
from konferens.tables import orders, session_waiting, sessions, ticket_sessions, ticket_types, tickets


async def take_session_seats(db: Database, edition_id: int, wanted: Mapping[int, Sequence[int]]) -> None:
    """Sign tickets up: session id → ids of tickets that aren't signed up for it yet. All or none; at most four statements.

    A conditional UPDATE takes the seats, so that no session ever has more than its capacity; at sessions that nobody has to
    sign up for there is nothing to take. Raises SoldOutError with the title and code of a session that has too few seats
    left, ConflictError for one that is cancelled, removed or of another edition; the caller's transaction must then be
    rolled back. Public pages are renewed when what they say about a session changes.
    """
    counts = {session_id: len(ticket_ids) for session_id, ticket_ids in sorted(wanted.items()) if ticket_ids}
    if not counts:
        return
    n = _per_session(counts)
    rows = await db.fetch_all(
        update(sessions)
        .where(
            sessions.c.id.in_(list(counts)),
            sessions.c.edition_id == edition_id,
            sessions.c.deleted_at.is_(None),
            sessions.c.status != "cancelled",
            sessions.c.signup,
            or_(sessions.c.capacity.is_(None), sessions.c.taken + n <= sessions.c.capacity),
        )
        .values(taken=sessions.c.taken + n)
        .returning(sessions.c.id, sessions.c.taken, sessions.c.capacity)
    )
    if len(rows) < len(counts):
        await _explain(db, edition_id, set(counts) - {row.id for row in rows})
    moment = now()
    await db.execute_many(
        insert(ticket_sessions),
        [
            {"ticket_id": ticket_id, "session_id": session_id, "created_at": moment}
            for session_id in counts
            for ticket_id in wanted[session_id]
        ],
    )
    await _renew(db, edition_id, rows, {session_id: -count for session_id, count in counts.items()})


async def _explain(db: Database, edition_id: int, refused: Collection[int]) -> None:
    """Tell why these sessions gave no seats; nothing is wrong with those that nobody has to sign up for."""
    query = (
        select(sessions.c.code, sessions.c.title, sessions.c.status, sessions.c.signup)
        .where(sessions.c.id.in_(sorted(refused)), sessions.c.edition_id == edition_id, sessions.c.deleted_at.is_(None))
        .order_by(sessions.c.title)
    )
    rows = await db.fetch_all(query)
    if len(rows) < len(refused):
        raise ConflictError("a session has been removed")
    for row in rows:
        if row.status == "cancelled":
            raise ConflictError(f"session {row.code} is cancelled")
    for row in rows:
        if row.signup:
            raise SoldOutError(row.title, session=row.code)


async def give_back_seats(db: Database, edition_id: int, ticket_sessions_left: Collection[tuple[int, int]]) -> None:
    """Take these (ticket id, session id) off the sessions' lists; their seats are free then, but not yet passed on."""
    if not ticket_sessions_left:
        return
    by_session: dict[int, list[int]] = {}
    for ticket_id, session_id in sorted(ticket_sessions_left):
        by_session.setdefault(session_id, []).append(ticket_id)
    of_these = [
        and_(ticket_sessions.c.session_id == session_id, ticket_sessions.c.ticket_id.in_(ticket_ids))
        for session_id, ticket_ids in by_session.items()
    ]
    gone = await db.fetch_all(delete(ticket_sessions).where(or_(*of_these)).returning(ticket_sessions.c.session_id))
    await _free(db, edition_id, Counter(row.session_id for row in gone))


async def leave_sessions(
    db: Database, edition: Edition, ticket_ids: Collection[int], *, base_url: str, tell: bool = True
) -> None:
    """Free the seats of tickets that are no longer valid, and take them off the waiting lists; those who wait move up.

    Call it after the tickets are cancelled. Sessions that need no sign-up stay in the tickets' programmes, whose calendars
    tell that they are off. Who held the seats is told, unless not to `tell`.
    """
    if not ticket_ids:
        return
    await db.execute(delete(session_waiting).where(session_waiting.c.ticket_id.in_(sorted(ticket_ids))))
    with_signup = select(sessions.c.id).where(sessions.c.edition_id == edition.id, sessions.c.signup)
    gone = await db.fetch_all(
        delete(ticket_sessions)
        .where(ticket_sessions.c.ticket_id.in_(sorted(ticket_ids)), ticket_sessions.c.session_id.in_(with_signup))
        .returning(ticket_sessions.c.ticket_id, ticket_sessions.c.session_id)
    )
    counts = Counter(row.session_id for row in gone)
    await _free(db, edition.id, counts)
    if tell:
        await tell_of_choices(db, edition, base_url=base_url, lost=[(row.ticket_id, row.session_id) for row in gone])
    await pass_on_session_seats(db, edition, base_url=base_url)


async def _free(db: Database, edition_id: int, counts: Mapping[int, int]) -> None:
    """Session id → how many seats are free again."""
    if not counts:
        return
    n = _per_session(counts)
    rows = await db.fetch_all(
        update(sessions)
        .where(sessions.c.id.in_(sorted(counts)), sessions.c.signup)
        .values(taken=sessions.c.taken - n, departures=sessions.c.departures + 1)
        .returning(sessions.c.id, sessions.c.taken, sessions.c.capacity)
    )
    await _renew(db, edition_id, rows, counts)


async def count_departures(db: Database, session_ids: Collection[int]) -> None:
    """Note that somebody has lost a seat at these, where another one got it in the same moment: who has lost it is told by an
    invitation that is withdrawn (`calendar.invitations`).
    """
    if session_ids:
        these = sessions.c.id.in_(sorted(session_ids))
        await db.execute(update(sessions).where(these).values(departures=sessions.c.departures + 1))


async def _renew(db: Database, edition_id: int, rows: Sequence[Row], freed: Mapping[int, int]) -> None:
    """Raise the edition's version when the level of a session is another one than before its `freed` seats."""
    for row in rows:
        left = None if row.capacity is None else row.capacity - row.taken
        if left is not None and level_of(left) is not level_of(left - freed[row.id]):
            await touch_edition(db, edition_id)
            return


def _per_session(seats: Mapping[int, int]) -> ColumnElement[int]:
    """The number of seats for the row's id; cast, since PostgreSQL takes bare parameters in a CASE for text."""
    return case(
        {session_id: cast(n, Integer) for session_id, n in seats.items()}, value=sessions.c.id, else_=cast(0, Integer)
    )


@dataclass(frozen=True, slots=True)
class _Award:
    session: Session
    recipient: Recipient


async def pass_on_session_seats(db: Database, edition: Edition, *, base_url: str) -> list[int]:
    """Give the free seats of the edition's sessions to those who wait, the longest waiting first, and write to them.

    All sessions, since a seat that is left at one may be what kept somebody from another. Passed over, and still waiting, is who is signed up for something at the same time or has a ticket for another day. Nobody
    gets a seat at a session that has begun or is cancelled. Gives the ids of the tickets that got one. A fixed number of
    statements.
    """
    awards = await _awards(db, edition)
    if not awards:
        return []
    wanted: dict[int, list[int]] = {}
    for award in awards:
        wanted.setdefault(award.session.id, []).append(award.recipient.ticket_id)
    await take_session_seats(db, edition.id, wanted)
    await db.execute(
        delete(session_waiting).where(session_waiting.c.id.in_([award.recipient.waiting_id for award in awards]))
    )
    await mark_changed(db, edition.id, {award.recipient.ticket_id for award in awards})
    pairs = [(award.session, award.recipient) for award in awards]
    own = await own_texts(db, edition.id, kind="session_seat")
    await enqueue(db, seat_rows(edition, pairs, base_url=base_url, own_texts=own))
    return [award.recipient.ticket_id for award in awards]


async def _awards(db: Database, edition: Edition) -> list[_Award]:
    """Who gets which seat, decided with what each of them has got meanwhile in mind."""
    waiting = await _waiting(db, edition.id)
    if not waiting:
        return []
    offered = await sessions_where(db, sessions.c.id.in_(sorted(waiting)))
    held = await signed_up(db, {each.ticket_id for session in offered for each in waiting[session.id]})
    awards = []
    for session in offered:
        left = session.left
        for recipient in waiting[session.id]:
            if left == 0:
                break
            theirs = held[recipient.ticket_id]
            is_free = not any(session.overlaps(other) and not other.is_cancelled for other in theirs)
            if is_free and is_on(session, recipient.valid_on, edition.zone):
                theirs.append(session)
                awards.append(_Award(session, recipient))
                left = None if left is None else left - 1
    return awards


async def _waiting(db: Database, edition_id: int) -> dict[int, list[Recipient]]:
    """Session id → who waits for it with a valid ticket, the longest waiting first; only for sessions that still take place
    and have a free seat.
    """
    query = (
        select(
            session_waiting.c.session_id,
            session_waiting.c.id.label("waiting_id"),
            tickets.c.id.label("ticket_id"),
            tickets.c.attendee_name.label("name"),
            tickets.c.attendee_email.label("email"),
            tickets.c.secret,
            orders.c.id.label("order_id"),
            orders.c.buyer_name,
            orders.c.buyer_email,
            orders.c.language,
            ticket_types.c.valid_on,
        )
        .join(sessions, sessions.c.id == session_waiting.c.session_id)
        .join(tickets, tickets.c.id == session_waiting.c.ticket_id)
        .join(orders, orders.c.id == tickets.c.order_id)
        .join(ticket_types, ticket_types.c.id == tickets.c.ticket_type_id)
        .where(
            sessions.c.edition_id == edition_id,
            sessions.c.signup,
            sessions.c.deleted_at.is_(None),
            sessions.c.status != "cancelled",
            or_(sessions.c.starts_at.is_(None), sessions.c.starts_at > now()),
            or_(sessions.c.capacity.is_(None), sessions.c.taken < sessions.c.capacity),
            tickets.c.status == "valid",
            orders.c.status.in_(("pending", "paid")),
        )
        .order_by(session_waiting.c.id)
    )
    found: dict[int, list[Recipient]] = {}
    for row in await db.fetch_all(query):
        values = dict(row)
        found.setdefault(values.pop("session_id"), []).append(Recipient(**values))
    return found


async def mark_changed(db: Database, edition_id: int, ticket_ids: Collection[int]) -> None:
    """Give each of these tickets a change number of its own, and its calendar a new date."""
    if not ticket_ids:
        return
    ordered = sorted(ticket_ids)
    first = await next_ticket_changes(db, edition_id, len(ordered))
    numbers = {ticket_id: cast(number, tickets.c.change.type) for number, ticket_id in enumerate(ordered, first)}
    await db.execute(
        update(tickets)
        .where(tickets.c.id.in_(ordered))
        .values(change=case(numbers, value=tickets.c.id, else_=tickets.c.change), updated_at=now())
    )
