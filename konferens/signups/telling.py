"""Tells people by mail what they are signed up for when that changes, so that their calendars can follow."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.mail.actions import enqueue
from konferens.mail.queries import own_texts
from konferens.programme.model import Session
from konferens.programme.queries import sessions_where
from konferens.signups.letters import KIND, choice_rows
from konferens.signups.model import Holder
from konferens.tables import orders, sessions, tickets


@dataclass(frozen=True, slots=True)
class Choice:
    """What one ticket's holder has got and lost seats at."""

    holder: Holder
    gained: Sequence[Session]
    lost: Sequence[Session]


async def tell_of_choices(
    db: Database,
    edition: Edition,
    *,
    base_url: str,
    gained: Iterable[tuple[int, int]] = (),
    lost: Iterable[tuple[int, int]] = (),
) -> None:
    """Write to the holders of tickets about these (ticket id, session id), inside the caller's transaction: one mail a ticket.

    Only about sessions to sign up for that are still to come and take place: what is cancelled is told by the programme's
    changes. A fixed number of statements.
    """
    gained, lost = list(gained), list(lost)
    concerned = {session_id for _, session_id in (*gained, *lost)}
    if not concerned:
        return
    known = {
        each.id: each
        for each in await sessions_where(db, sessions.c.id.in_(sorted(concerned)), texts=False)
        if each.signup and not each.is_cancelled and each.starts_at is not None and each.starts_at > now()
    }
    if known:
        holders = await holders_of(db, {ticket_id for ticket_id, _ in (*gained, *lost)})
        got, gone = _by_ticket(gained, known), _by_ticket(lost, known)
        await tell(
            db,
            edition,
            [Choice(holder, got[holder.ticket_id], gone[holder.ticket_id]) for holder in holders],
            base_url=base_url,
        )


async def tell(db: Database, edition: Edition, choices: Iterable[Choice], *, base_url: str) -> None:
    """As `tell_of_choices`, where holders and sessions are known."""
    told = [each for each in choices if each.gained or each.lost]
    if told:
        own = await own_texts(db, edition.id, kind=KIND)
        rows = choice_rows(
            edition, [(each.holder, each.gained, each.lost) for each in told], base_url=base_url, own_texts=own
        )
        await enqueue(db, rows)


async def holders_of(db: Database, ticket_ids: Collection[int]) -> list[Holder]:
    """Who holds these tickets, valid or not, in the order of the tickets."""
    query = (
        select(
            tickets.c.id.label("ticket_id"),
            tickets.c.attendee_name.label("name"),
            tickets.c.attendee_email.label("email"),
            tickets.c.secret,
            orders.c.id.label("order_id"),
            orders.c.buyer_name,
            orders.c.buyer_email,
            orders.c.language,
        )
        .join(orders, orders.c.id == tickets.c.order_id)
        .where(tickets.c.id.in_(sorted(ticket_ids)))
        .order_by(tickets.c.id)
    )
    return [Holder(**row) for row in await db.fetch_all(query)]


def _by_ticket(pairs: Iterable[tuple[int, int]], known: Mapping[int, Session]) -> defaultdict[int, list[Session]]:
    found: defaultdict[int, list[Session]] = defaultdict(list)
    for ticket_id, session_id in pairs:
        if session_id in known:
            found[ticket_id].append(known[session_id])
    for theirs in found.values():
        theirs.sort(key=lambda each: (each.starts_at, each.id))
    return found
