"""What attendees choose, and what the office does for them by hand."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select

from konferens.audit import record
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError
from konferens.events.model import Edition
from konferens.offering.seats import next_ticket_changes
from konferens.programme.model import Session
from konferens.programme.queries import find_session, published_sessions, sessions_where
from konferens.signups.actions import give_back_seats, mark_changed, pass_on_session_seats, take_session_seats
from konferens.signups.model import day_messages, is_on, require_no_clash
from konferens.signups.queries import signed_up
from konferens.signups.telling import tell_of_choices
from konferens.tables import orders, session_waiting, sessions, ticket_sessions, ticket_types, tickets


@dataclass(frozen=True, slots=True)
class _Holder:
    """A valid ticket, while its choice is made."""

    id: int
    order_code: str
    position: int
    valid_on: date | None


async def choose_sessions(
    db: Database,
    edition: Edition,
    ticket_id: int,
    session_ids: Collection[int],
    waiting_ids: Collection[int] = (),
    *,
    actor: str,
    base_url: str,
) -> list[Session]:
    """Make these the ticket's sessions, and those of `waiting_ids` the ones that it waits for; gives what was full.

    Leaving a session frees its seat, which goes to who waits; entering one takes a seat. A session that is full by now stays
    out, the rest is kept. Cancelled and removed sessions can neither be entered nor left: the personal calendar has to tell
    that they are off. A place in a waiting list is kept. Unknown ids are passed over.

    Raises ConflictError for a ticket that isn't valid, InvalidError (field 'sessions', naming what is wrong) for two sessions
    to sign up for that go on at the same time, and for one on another day than the ticket's. Nothing is changed then.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        holder = await _holder(db, edition.id, ticket_id)
        had = {row.session_id for row in await db.fetch_all(_sessions_in(ticket_sessions, ticket_id))}
        waited = {row.session_id for row in await db.fetch_all(_sessions_in(session_waiting, ticket_id))}
        concerned = had | waited | set(session_ids) | set(waiting_ids)
        known = await sessions_where(db, sessions.c.edition_id == edition.id, sessions.c.id.in_(sorted(concerned)))
        live = {session.id: session for session in known if not session.is_cancelled}
        wanted = {session_id for session_id in session_ids if session_id in live}
        full = {session_id for session_id in wanted - had if live[session_id].is_full}
        entering = wanted - had - full
        leaving = (had & live.keys()) - wanted
        waits = {each for each in waiting_ids if each in live and live[each].signup} - (had - leaving) - entering
        signups = [live[each] for each in (had & wanted) | entering if live[each].signup]
        new = [live[each] for each in sorted(entering | (waits - waited))]
        if messages := day_messages(new, holder.valid_on, edition.zone):
            raise InvalidError({"sessions": messages})
        require_no_clash(signups, edition.zone)

        await give_back_seats(db, edition.id, [(ticket_id, session_id) for session_id in leaving])
        await take_session_seats(db, edition.id, {session_id: [ticket_id] for session_id in entering})
        left_lists = (waited & live.keys()) - waits
        await _leave_waiting_lists(db, ticket_id, left_lists)
        await _join_waiting_lists(db, ticket_id, waits - waited)
        if entering or leaving or left_lists or waits - waited:
            await mark_changed(db, edition.id, [ticket_id])
            codes = {session.id: session.code for session in known}
            await _note(
                db,
                edition,
                holder,
                actor,
                before=sorted(codes[each] for each in had),
                after=sorted(codes[each] for each in (had - leaving) | entering),
            )
        await tell_of_choices(
            db,
            edition,
            base_url=base_url,
            gained=[(ticket_id, each) for each in entering],
            lost=[(ticket_id, each) for each in leaving],
        )
        await pass_on_session_seats(db, edition, base_url=base_url)
        return [live[session_id] for session_id in sorted(full - waits)]


async def remember_sessions(
    db: Database, edition: Edition, ticket_id: int, codes: Collection[str], *, actor: str
) -> list[Session]:
    """Put sessions on the ticket's list of what not to forget, beside what is there; gives those that stay out of it since one
    has to sign up for them.

    Passed over are unknown codes and what is cancelled, has no time, or is on another day than the ticket's. Raises
    ConflictError for a ticket that isn't valid.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        holder = await _holder(db, edition.id, ticket_id)
        had = {row.session_id for row in await db.fetch_all(_sessions_in(ticket_sessions, ticket_id))}
        named = [
            session
            for session in await published_sessions(db, edition.id)
            if session.code in codes and session.id not in had and not session.is_cancelled
        ]
        new = [each for each in named if not each.signup and is_on(each, holder.valid_on, edition.zone)]
        if new:
            await take_session_seats(db, edition.id, {each.id: [ticket_id] for each in new})
            await mark_changed(db, edition.id, [ticket_id])
            await _note(db, edition, holder, actor, before=[], after=sorted(each.code for each in new))
        return [each for each in named if each.signup]


async def sign_up(db: Database, edition: Edition, code: str, ticket_id: int, *, actor: str, base_url: str) -> None:
    """Give a ticket a seat at the session, whoever waits for it, and tell its holder.

    Nothing happens when it has one. Raises NotFoundError for an unknown session, SoldOutError when it is full, ConflictError
    for one that is cancelled or needs no sign-up and for a ticket that isn't valid, InvalidError (field 'sessions') when the
    ticket is signed up for something at the same time or is for another day.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        holder = await _holder(db, edition.id, ticket_id)
        session = await find_session(db, edition.id, code)
        if not session.signup:
            raise ConflictError(f"session {session.code} needs no sign-up")
        held = (await signed_up(db, [ticket_id]))[ticket_id]
        if any(other.id == session.id for other in held):
            return
        if messages := day_messages([session], holder.valid_on, edition.zone):
            raise InvalidError({"sessions": messages})
        require_no_clash([*(other for other in held if other.overlaps(session)), session], edition.zone)
        await take_session_seats(db, edition.id, {session.id: [ticket_id]})
        await _leave_waiting_lists(db, ticket_id, [session.id])
        await mark_changed(db, edition.id, [ticket_id])
        await _note(db, edition, holder, actor, before=[], after=[session.code])
        await tell_of_choices(db, edition, base_url=base_url, gained=[(ticket_id, session.id)])


async def withdraw(db: Database, edition: Edition, code: str, ticket_id: int, *, actor: str, base_url: str) -> None:
    """Take a ticket off the session's list, or off its waiting list; a seat that it had goes to who waits.

    Nothing happens when it stands on neither. Raises NotFoundError for an unknown session, ConflictError for a ticket that
    isn't valid.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        holder = await _holder(db, edition.id, ticket_id)
        session = await find_session(db, edition.id, code)
        had = {row.session_id for row in await db.fetch_all(_sessions_in(ticket_sessions, ticket_id))}
        waited = {row.session_id for row in await db.fetch_all(_sessions_in(session_waiting, ticket_id))}
        if session.id not in had | waited:
            return
        await give_back_seats(db, edition.id, [(ticket_id, session.id)])
        await _leave_waiting_lists(db, ticket_id, [session.id])
        await mark_changed(db, edition.id, [ticket_id])
        await _note(db, edition, holder, actor, before=[session.code], after=[])
        lost = [(ticket_id, session.id)] if session.id in had else []
        await tell_of_choices(db, edition, base_url=base_url, lost=lost)
        await pass_on_session_seats(db, edition, base_url=base_url)


async def _holder(db: Database, edition_id: int, ticket_id: int) -> _Holder:
    """Raises ConflictError for a ticket that is cancelled, of a cancelled order or of another edition."""
    row = await db.fetch_one(
        select(tickets.c.id, orders.c.code.label("order_code"), tickets.c.position, ticket_types.c.valid_on)
        .join(orders, orders.c.id == tickets.c.order_id)
        .join(ticket_types, ticket_types.c.id == tickets.c.ticket_type_id)
        .where(
            tickets.c.id == ticket_id,
            tickets.c.edition_id == edition_id,
            tickets.c.status == "valid",
            orders.c.status.in_(("pending", "paid")),
        )
    )
    if row is None:
        raise ConflictError(f"ticket {ticket_id} is not valid")
    return _Holder(**row)


def _sessions_in(table: Any, ticket_id: int) -> Any:
    return select(table.c.session_id).where(table.c.ticket_id == ticket_id)


async def _leave_waiting_lists(db: Database, ticket_id: int, session_ids: Collection[int]) -> None:
    if session_ids:
        await db.execute(
            delete(session_waiting).where(
                session_waiting.c.ticket_id == ticket_id, session_waiting.c.session_id.in_(sorted(session_ids))
            )
        )


async def _join_waiting_lists(db: Database, ticket_id: int, session_ids: Collection[int]) -> None:
    moment = now()
    rows = [{"session_id": each, "ticket_id": ticket_id, "created_at": moment} for each in sorted(session_ids)]
    await db.execute_many(insert(session_waiting), rows)


async def _note(
    db: Database, edition: Edition, holder: _Holder, actor: str, *, before: list[str], after: list[str]
) -> None:
    """In the order's trail, under the ticket's number."""
    if before == after:
        return
    await record(
        db,
        actor=actor,
        action="ticket.sessions",
        subject=f"order:{holder.order_code}",
        edition_id=edition.id,
        before={str(holder.position): before},
        after={str(holder.position): after},
    )
