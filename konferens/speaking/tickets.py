"""Tickets that speakers get for nothing."""

from sqlalchemy import ColumnElement, func, select, update

from konferens.audit import record
from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError
from konferens.events.model import Edition
from konferens.offering.model import TicketType
from konferens.offering.queries import ticket_types_of
from konferens.offering.seats import next_ticket_changes
from konferens.questions.model import asked_of
from konferens.registration.catalogue import catalogue_of
from konferens.registration.model import Buyer, Order, OrderRequest, TicketRequest
from konferens.registration.placing import place_orders
from konferens.speakers.model import Speaker
from konferens.speakers.queries import find_participation, find_speaker
from konferens.tables import edition_speakers, orders, tickets


async def free_types(db: Database, edition_id: int) -> list[TicketType]:
    """The ticket types that cost nothing, which are those that speakers may be given."""
    return [each for each in await ticket_types_of(db, edition_id) if each.price == 0]


async def give_ticket(
    db: Database, edition: Edition, code: str, *, language: str, actor: str, base_url: str, announce: bool = True
) -> Order | None:
    """Give the speaker a ticket of the edition's `speaker_ticket_type`, in an order of their own: it is mailed to them unless
    `announce` is false, and what attendees are asked they answer on its page. Gives the order.

    None, and no second ticket, where they have a valid one: given before, or with their own name and address on it. Raises
    NotFoundError, ConflictError (no such type any more, or one that costs something; no address to send it to), SoldOutError
    and InvalidError as `place_order`.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)  # one at a time: nobody gets two
        speaker = await find_speaker(db, edition.id, code)
        agreed = await find_participation(db, edition.id, speaker.id)
        held = await _held(db, edition, speaker, agreed.ticket_id)
        if held is not None:
            if held != agreed.ticket_id:
                await _keep(db, edition.id, speaker, held, actor=actor)
            return None
        request = await _request(db, edition, speaker, language)
        [order] = await place_orders(db, edition, [request], base_url=base_url, announce=announce)
        await _keep(db, edition.id, speaker, order.tickets[0].id, actor=actor)
        return order


async def _request(db: Database, edition: Edition, speaker: Speaker, language: str) -> OrderRequest:
    code = edition.speaker_ticket_type
    if not any(each.code == code for each in await free_types(db, edition.id)):
        raise ConflictError(f"there is no ticket type {code!r} that costs nothing")
    if not speaker.email:
        raise ConflictError(f"speaker {speaker.code} has no address")
    questions = (await catalogue_of(db, edition.id)).questions
    ticket = TicketRequest(
        type=code,
        name=speaker.name,
        email=speaker.email,
        organisation=speaker.organisation,
        details_later=bool(asked_of(questions, code, {})),
    )
    buyer = Buyer(speaker.name, speaker.email, speaker.organisation)
    return OrderRequest(buyer=buyer, tickets=(ticket,), language=language, source="organiser", payment_method="free")


async def _held(db: Database, edition: Edition, speaker: Speaker, ticket_id: int | None) -> int | None:
    """The id of a valid ticket of theirs: the one that they were given, or one with their name and address on it."""
    given = await _valid(db, edition.id, tickets.c.id == ticket_id) if ticket_id is not None else None
    if given is not None or not speaker.email:
        return given
    return await _valid(
        db,
        edition.id,
        func.lower(tickets.c.attendee_email) == speaker.email.lower(),
        tickets.c.attendee_name == speaker.name,
    )


async def _valid(db: Database, edition_id: int, *conditions: ColumnElement[bool]) -> int | None:
    query = (
        select(tickets.c.id)
        .join(orders, orders.c.id == tickets.c.order_id)
        .where(
            orders.c.edition_id == edition_id,
            orders.c.status.in_(("pending", "paid")),
            tickets.c.status == "valid",
            *conditions,
        )
        .order_by(tickets.c.id)
        .limit(1)
    )
    found: int | None = await db.fetch_val(query)
    return found


async def ticket_path(db: Database, ticket_id: int | None) -> str | None:
    """The own page of the ticket that a speaker was given; None where there is none, or it no longer holds."""
    if ticket_id is None:
        return None
    secret = await db.fetch_val(
        select(tickets.c.secret)
        .join(orders, orders.c.id == tickets.c.order_id)
        .where(tickets.c.id == ticket_id, tickets.c.status == "valid", orders.c.status.in_(("pending", "paid")))
    )
    return f"/tickets/{secret}/" if secret else None


async def ticket_holders(db: Database, edition_id: int) -> dict[int, str]:
    """The code of the order with each speaker's ticket that holds, by the speaker's id."""
    query = (
        select(edition_speakers.c.speaker_id, orders.c.code)
        .join(tickets, tickets.c.id == edition_speakers.c.ticket_id)
        .join(orders, orders.c.id == tickets.c.order_id)
        .where(
            edition_speakers.c.edition_id == edition_id,
            tickets.c.status == "valid",
            orders.c.status.in_(("pending", "paid")),
        )
    )
    return {row.speaker_id: row.code for row in await db.fetch_all(query)}


async def _keep(db: Database, edition_id: int, speaker: Speaker, ticket_id: int, *, actor: str) -> None:
    await db.execute(
        update(edition_speakers)
        .where(edition_speakers.c.edition_id == edition_id, edition_speakers.c.speaker_id == speaker.id)
        .values(ticket_id=ticket_id)
    )
    await record(
        db,
        actor=actor,
        action="speaker.ticket",
        subject=f"speaker:{speaker.code}",
        edition_id=edition_id,
        after={"ticket": ticket_id},
    )


async def require_free_type(db: Database, edition_id: int, code: str) -> None:
    """Raises NotFoundError for a code that is neither '' nor that of a type that costs nothing."""
    if code and not any(each.code == code for each in await free_types(db, edition_id)):
        raise NotFoundError(f"no free ticket type {code!r}")
