"""Tickets that speakers get for nothing."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import bindparam, exists, func, or_, select, update

from konferens.audit import record_many
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
from konferens.speakers.queries import participations_of, speakers_of
from konferens.tables import audit, edition_speakers, orders, tickets

_HOLDS = ("pending", "paid")
"""States of orders whose tickets hold."""


async def free_types(db: Database, edition_id: int) -> list[TicketType]:
    """The ticket types that cost nothing, which are those that speakers may be given."""
    return [each for each in await ticket_types_of(db, edition_id) if each.price == 0]


async def give_tickets(
    db: Database,
    edition: Edition,
    codes: Collection[str],
    *,
    language: str,
    actor: str,
    base_url: str,
    announce: bool = True,
) -> list[Order]:
    """Give each of those speakers a ticket of the edition's `speaker_ticket_type`, in an order of their own: it is mailed to them
    unless `announce` is false, and what attendees are asked they answer on its page. Gives the orders; all or none.

    Nobody gets a second ticket who has a valid one: given before, or with their own name and address on it. Such a one isn't
    theirs to open from their page: they write name and address there themselves. Raises
    ConflictError (no such type any more, or one that costs something; no address to send it to), SoldOutError and
    InvalidError as `place_orders`.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)  # one at a time: nobody gets two
        people = [each for each in await speakers_of(db, edition.id) if each.code in set(codes)]
        given = {each: agreed.ticket_id for each, agreed in (await participations_of(db, edition.id)).items()}
        held = await _held(db, edition.id, people, given)
        lacking = [each for each in people if each.id not in held]
        requests = await _requests(db, edition, lacking, language)
        orders_placed = await place_orders(db, edition, requests, base_url=base_url, announce=announce)
        new = [(each, order.tickets[0].id) for each, order in zip(lacking, orders_placed, strict=True)]
        await _keep(db, edition.id, new, actor)
        return orders_placed


async def _requests(db: Database, edition: Edition, people: Sequence[Speaker], language: str) -> list[OrderRequest]:
    code = edition.speaker_ticket_type
    if not people:
        return []
    if not any(each.code == code for each in await free_types(db, edition.id)):
        raise ConflictError(f"there is no ticket type {code!r} that costs nothing")
    if without := [each.code for each in people if not each.email]:
        raise ConflictError(f"speakers {without} have no address")
    is_asked = bool(asked_of((await catalogue_of(db, edition.id)).questions, code, {}))
    return [
        OrderRequest(
            buyer=Buyer(each.name, each.email, each.organisation),
            tickets=(TicketRequest(code, each.name, each.email, each.organisation, details_later=is_asked),),
            language=language,
            source="organiser",
            payment_method="free",
        )
        for each in people
    ]


async def _held(
    db: Database, edition_id: int, people: Sequence[Speaker], given: Mapping[int, int | None]
) -> dict[int, int]:
    """The id of a valid ticket of theirs, by the speaker's id: the one that they were given, else one with their name and
    address on it.
    """
    ids = {each.id: given[each.id] for each in people if given[each.id] is not None}
    addresses = {each.email.lower() for each in people if each.email}
    rows = await db.fetch_all(
        select(tickets.c.id, tickets.c.attendee_name, func.lower(tickets.c.attendee_email).label("email"))
        .join(orders, orders.c.id == tickets.c.order_id)
        .where(
            orders.c.edition_id == edition_id,
            orders.c.status.in_(_HOLDS),
            tickets.c.status == "valid",
            or_(
                tickets.c.id.in_(sorted(filter(None, ids.values()))),
                func.lower(tickets.c.attendee_email).in_(sorted(addresses)),
            ),
        )
        .order_by(tickets.c.id.desc())
    )
    valid = {row.id for row in rows}
    named = {(row.attendee_name, row.email): row.id for row in rows}  # the first one bought, where there are several
    found: dict[int, int] = {}
    for each in people:
        ticket_id = ids.get(each.id)
        own = ticket_id if ticket_id in valid else named.get((each.name, each.email.lower()))
        if own is not None:
            found[each.id] = own
    return found


async def ticket_path(db: Database, ticket_id: int | None) -> str | None:
    """The own page of the ticket that a speaker was given; None where there is none, it no longer holds, or they have given it
    away: its page is another person's then.
    """
    if ticket_id is None:
        return None
    given_away = exists().where(audit.c.subject == "order:" + orders.c.code, audit.c.action == "order.transfer")
    secret = await db.fetch_val(
        select(tickets.c.secret)
        .join(orders, orders.c.id == tickets.c.order_id)
        .where(tickets.c.id == ticket_id, tickets.c.status == "valid", orders.c.status.in_(_HOLDS), ~given_away)
    )
    return f"/tickets/{secret}/" if secret else None


async def ticket_holders(db: Database, edition_id: int) -> dict[int, str]:
    """The code of the order with each speaker's ticket that holds, by the speaker's id; see `give_tickets`."""
    given = {each: agreed.ticket_id for each, agreed in (await participations_of(db, edition_id)).items()}
    held = await _held(db, edition_id, await speakers_of(db, edition_id), given)
    query = (
        select(tickets.c.id, orders.c.code)
        .join(orders, orders.c.id == tickets.c.order_id)
        .where(tickets.c.id.in_(sorted(held.values())))
    )
    codes = {row.id: row.code for row in await db.fetch_all(query)}
    return {speaker_id: codes[ticket_id] for speaker_id, ticket_id in held.items()}


async def _keep(db: Database, edition_id: int, kept: Sequence[tuple[Speaker, int]], actor: str) -> None:
    """Note whose ticket is whose."""
    await db.execute_many(
        update(edition_speakers)
        .where(edition_speakers.c.edition_id == edition_id, edition_speakers.c.speaker_id == bindparam("of"))
        .values(ticket_id=bindparam("ticket")),
        [{"of": each.id, "ticket": ticket_id} for each, ticket_id in kept],
    )
    await record_many(
        db,
        actor=actor,
        action="speaker.ticket",
        edition_id=edition_id,
        changes=[(f"speaker:{each.code}", {}, {"ticket": ticket_id}) for each, ticket_id in kept],
    )


async def require_free_type(db: Database, edition_id: int, code: str) -> None:
    """Raises NotFoundError for a code that is neither '' nor that of a type that costs nothing."""
    if code and not any(each.code == code for each in await free_types(db, edition_id)):
        raise NotFoundError(f"no free ticket type {code!r}")
