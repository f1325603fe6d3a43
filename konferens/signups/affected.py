"""Whom changes of a programme concern: who takes part in a session, and who has chosen it or waits for a seat."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select, union

from konferens.database import Database
from konferens.events.model import Edition
from konferens.programme.snapshots import Change
from konferens.speakers.model import SpeakerStatus, by_swedish_name
from konferens.tables import edition_speakers, orders, session_waiting, sessions, speakers, ticket_sessions, tickets

SPEAKER = "programme_changed_speaker"
ATTENDEE = "programme_changed_attendee"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody to write to once, about all that concerns them. `kind` is the mail's; `path` their own page.

    `names` are the attendees whom it is about: one who booked for several without addresses gets one mail.
    """

    kind: str
    name: str
    email: str
    language: str
    path: str
    names: tuple[str, ...]
    changes: tuple[Change, ...]
    order_id: int | None = None
    ticket_id: int | None = None

    @property
    def is_reachable(self) -> bool:
        return bool(self.email)


async def affected_speakers(db: Database, edition: Edition, changes: Sequence[Change]) -> list[Reader]:
    """Who takes part, or did, in a session that differs in what matters to them; by name. Not those who have declined. One
    query.
    """
    concerned: defaultdict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if change.is_for_speakers:
            for code in change.people:
                concerned[code].append(change)
    if not concerned:
        return []
    query = (
        select(speakers.c.code, speakers.c.name, speakers.c.email, edition_speakers.c.secret)
        .outerjoin(
            edition_speakers,
            and_(edition_speakers.c.speaker_id == speakers.c.id, edition_speakers.c.edition_id == edition.id),
        )
        .where(
            speakers.c.code.in_(sorted(concerned)),
            or_(edition_speakers.c.status.is_(None), edition_speakers.c.status != SpeakerStatus.DECLINED.value),
        )
    )
    found = [
        Reader(
            kind=SPEAKER,
            name=row.name,
            email=row.email,
            language=edition.language,
            path=f"/speaking/{row.secret}/" if row.secret else f"{edition.path}programme",
            names=(row.name,),
            changes=tuple(concerned[row.code]),
        )
        for row in await db.fetch_all(query)
    ]
    return sorted(found, key=lambda reader: by_swedish_name(reader.name))


async def affected_attendees(db: Database, edition: Edition, changes: Sequence[Change]) -> list[Reader]:
    """Whose valid ticket has chosen, or waits for, a session with another time, place or name, or one that is off or on
    again; one for each address, by name. One query.
    """
    concerned = {change.code: change for change in changes if change.is_for_attendees}
    if not concerned:
        return []
    chosen = union(
        *(select(table.c.ticket_id, table.c.session_id) for table in (ticket_sessions, session_waiting))
    ).subquery()
    query = (
        select(
            sessions.c.code,
            tickets.c.id.label("ticket_id"),
            tickets.c.attendee_name,
            tickets.c.attendee_email,
            tickets.c.secret,
            orders.c.id.label("order_id"),
            orders.c.buyer_name,
            orders.c.buyer_email,
            orders.c.language,
        )
        .select_from(chosen)
        .join(sessions, sessions.c.id == chosen.c.session_id)
        .join(tickets, tickets.c.id == chosen.c.ticket_id)
        .join(orders, orders.c.id == tickets.c.order_id)
        .where(
            sessions.c.edition_id == edition.id,
            sessions.c.code.in_(sorted(concerned)),
            tickets.c.status == "valid",
            orders.c.status.in_(("pending", "paid")),
        )
        .order_by(tickets.c.id)
    )
    by_address = defaultdict(list)
    for row in await db.fetch_all(query):
        by_address[(row.attendee_email or row.buyer_email).casefold()].append(row)
    found = []
    for rows in by_address.values():
        first, codes = rows[0], {row.code for row in rows}
        found.append(
            Reader(
                kind=ATTENDEE,
                name=first.attendee_name if first.attendee_email else first.buyer_name,
                email=first.attendee_email or first.buyer_email,
                language=first.language,
                path=f"/tickets/{first.secret}/",
                names=tuple(dict.fromkeys(row.attendee_name for row in rows)),
                changes=tuple(change for change in changes if change.code in codes and change.is_for_attendees),
                order_id=first.order_id,
                ticket_id=first.ticket_id,
            )
        )
    return sorted(found, key=lambda reader: by_swedish_name(reader.name))
