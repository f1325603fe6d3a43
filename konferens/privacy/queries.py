"""Requests for erasure, what an erasure leads to, and who agreed to be listed, read from the database."""

from typing import Any

from sqlalchemy import Select, Text, and_, cast, func, or_, select

from konferens.clock import now
from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.offering.queries import addons_of, ticket_types_of
from konferens.payments.model import missing_for_invoices, seller_of
from konferens.payments.queries import invoices_of_order
from konferens.privacy.model import (
    Consequences,
    ErasureRequest,
    Found,
    KeptInvoice,
    Listed,
    RequestStatus,
    kept_until,
)
from konferens.privacy.processing import Collected
from konferens.programme.queries import published_sessions
from konferens.proposals.queries import has_proposals, proposers_matching
from konferens.questions.queries import questions_of
from konferens.questions.ready import ATTENDEE_LIST
from konferens.registration.model import Order, Ticket
from konferens.registration.queries import orders_matching, orders_where
from konferens.speakers.model import by_swedish_name
from konferens.speakers.queries import speakers_of
from konferens.tables import answers, erasure_requests, orders, payments, questions, tickets, waiting_entries

HANDLED_SHOWN = 50
FOUND_SHOWN = 30


def _select_requests() -> Select[Any]:
    return (
        select(
            erasure_requests,
            orders.c.code.label("order_code"),
            tickets.c.position,
            func.coalesce(tickets.c.attendee_name, orders.c.buyer_name).label("name"),
            func.coalesce(tickets.c.attendee_email, orders.c.buyer_email).label("email"),
        )
        .join(orders, orders.c.id == erasure_requests.c.order_id)
        .outerjoin(tickets, tickets.c.id == erasure_requests.c.ticket_id)
    )


def _request(row: Any) -> ErasureRequest:
    values = dict(row._mapping)  # noqa: SLF001
    return ErasureRequest(**{**values, "status": RequestStatus(row.status)})


async def open_requests(db: Database, edition_id: int) -> list[ErasureRequest]:
    """The edition's requests that wait for an answer, the oldest first."""
    query = _select_requests().where(
        erasure_requests.c.edition_id == edition_id, erasure_requests.c.status == RequestStatus.OPEN.value
    )
    return [_request(row) for row in await db.fetch_all(query.order_by(erasure_requests.c.asked_at))]


async def handled_requests(db: Database, edition_id: int) -> list[ErasureRequest]:
    """The edition's answered requests, the last answered first; at most `HANDLED_SHOWN`."""
    query = _select_requests().where(
        erasure_requests.c.edition_id == edition_id, erasure_requests.c.status != RequestStatus.OPEN.value
    )
    rows = await db.fetch_all(query.order_by(erasure_requests.c.handled_at.desc()).limit(HANDLED_SHOWN))
    return [_request(row) for row in rows]


async def find_request(db: Database, edition_id: int, request_id: int) -> ErasureRequest:
    """Raises NotFoundError, also for a request of another edition."""
    query = _select_requests().where(erasure_requests.c.id == request_id, erasure_requests.c.edition_id == edition_id)
    row = await db.fetch_one(query)
    if row is None:
        raise NotFoundError(f"erasure request {request_id}")
    return _request(row)


async def last_request(db: Database, order_id: int, ticket_id: int | None) -> ErasureRequest | None:
    """The latest request for the ticket, or with `ticket_id` None for the whole order."""
    about = erasure_requests.c.ticket_id == ticket_id if ticket_id else erasure_requests.c.ticket_id.is_(None)
    query = _select_requests().where(erasure_requests.c.order_id == order_id, about)
    row = await db.fetch_one(query.order_by(erasure_requests.c.id.desc()).limit(1))
    return None if row is None else _request(row)


async def consequences(db: Database, edition: Edition, order: Order, ticket: Ticket | None) -> Consequences:
    """What erasing the ticket, or with None the whole order, leads to now."""
    issued = await invoices_of_order(db, order.id)
    paid = await db.fetch_val(select(func.count()).select_from(payments).where(payments.c.order_id == order.id))
    whole = takes_buyer(order, ticket)
    erased = order.tickets if ticket is None else (ticket,)
    addresses = {each.email for each in erased} | ({order.buyer.email} if whole else set())
    queued = select(func.count()).select_from(waiting_entries).where(same_address(edition.id, addresses))
    return Consequences(
        whole=whole,
        ending=tuple((each.name, each.type_name) for each in ending(edition, order, ticket)),
        invoices=tuple(
            KeptInvoice(each.number, each.is_credit, kept_until(each.issued_on, each.supplied_until)) for each in issued
        ),
        keeps_payer=whole and bool(paid) and not issued,
        balance=order.balance if order.is_active else 0,
        waiting=int(await db.fetch_val(queued)),
    )


def ending(edition: Edition, order: Order, ticket: Ticket | None) -> list[Ticket]:
    """The tickets that stop being valid when `ticket` (None: all of the order) is erased: those for days to come."""
    if not order.is_active or edition.is_over(now()):
        return []
    return [each for each in order.valid_tickets if ticket is None or each.id == ticket.id]


def takes_buyer(order: Order, ticket: Ticket | None) -> bool:
    """Whether the buyer is erased with `ticket` (None: all of the order): whose own ticket is the order's only one."""
    if ticket is None:
        return True
    email, name = ticket.email.lower(), ticket.name.casefold()
    is_buyer = email == order.buyer.email.lower() if email else name == order.buyer.name.casefold()
    return is_buyer and len(order.tickets) == 1


def same_address(edition_id: int, addresses: set[str]) -> Any:
    """Condition on `waiting_entries`: the edition's with one of these addresses, in either case; '' is nobody's."""
    wanted = sorted({address.lower() for address in addresses if address})
    return and_(waiting_entries.c.edition_id == edition_id, func.lower(waiting_entries.c.email).in_(wanted))


async def people_matching(db: Database, edition_id: int, words: str) -> list[Found]:
    """Orders, tickets, places on the waiting list and people of proposals in which every one of `words` is found; '' finds nothing."""
    if not words.strip():
        return []
    found: list[Found] = []
    for order in await orders_where(db, *orders_matching(edition_id, words=words), limit=FOUND_SHOWN):
        buyer = order.buyer
        found.append(Found(buyer.name, buyer.email, buyer.organisation, gettext("Hela bokningen"), code=order.code))
        found += [
            Found(each.name, each.email, each.organisation, each.type_name, code=order.code, position=each.position)
            for each in order.tickets
        ]
    named = [
        or_(
            func.lower(waiting_entries.c.name).contains(word.lower(), autoescape=True),
            func.lower(waiting_entries.c.email).contains(word.lower(), autoescape=True),
        )
        for word in words.split()[:8]
    ]
    query = select(waiting_entries).where(waiting_entries.c.edition_id == edition_id, *named).limit(FOUND_SHOWN)
    found += [
        Found(row.name, row.email, "", gettext("Väntelista"), waiting_id=row.id) for row in await db.fetch_all(query)
    ]
    return found + [
        Found(person.name or person.email, person.email, person.organisation, proposal.title, proposal=proposal.code)
        for proposal, person in await proposers_matching(db, edition_id, words, limit=FOUND_SHOWN)
    ]


async def waiting_person(db: Database, edition_id: int, entry_id: int) -> Found:
    """Who has that place on a waiting list of the edition. Raises NotFoundError."""
    query = select(waiting_entries).where(waiting_entries.c.id == entry_id, waiting_entries.c.edition_id == edition_id)
    row = await db.fetch_one(query)
    if row is None:
        raise NotFoundError(f"waiting entry {entry_id}")
    return Found(row.name, row.email, "", gettext("Väntelista"), waiting_id=row.id)


async def collected(db: Database, edition: Edition) -> Collected:
    """What there is now in the edition that collects anything of anybody."""
    types = await ticket_types_of(db, edition.id)
    extras = await addons_of(db, edition.id)
    rates = [each.vat_rate for each in types if each.price] + [each.vat_rate for each in extras if each.price]
    sells = bool(rates)
    return Collected(
        questions=tuple(await questions_of(db, edition.id)),
        addons=tuple(addon.name for addon in extras),
        sells=sells,
        sells_by_invoice=sells and edition.accepts_invoice and not missing_for_invoices(seller_of(edition), rates),
        waiting_list=any(each.waiting_list for each in types),
        sessions=bool(await published_sessions(db, edition.id)),
        checkin=bool(types),
        speakers=bool(await speakers_of(db, edition.id)),
        proposals=await has_proposals(db, edition.id),
    )


async def has_attendee_list(db: Database, edition_id: int) -> bool:
    """Whether the edition asks who wants to be on the attendee list."""
    query = select(questions.c.id).where(
        questions.c.edition_id == edition_id, questions.c.code == ATTENDEE_LIST, questions.c.active
    )
    return await db.fetch_val(query) is not None


async def attendee_list(db: Database, edition_id: int) -> list[Listed]:
    """Who said yes to being listed and comes, by name in Swedish order; nobody where it is no longer asked."""
    query = (
        select(tickets.c.attendee_name, tickets.c.attendee_organisation)
        .join(orders, orders.c.id == tickets.c.order_id)
        .join(answers, answers.c.ticket_id == tickets.c.id)
        .join(questions, questions.c.id == answers.c.question_id)
        .where(
            tickets.c.edition_id == edition_id,
            tickets.c.status == "valid",
            tickets.c.erased_at.is_(None),
            orders.c.status.in_(("pending", "paid")),
            questions.c.edition_id == edition_id,
            questions.c.code == ATTENDEE_LIST,
            questions.c.active,
            cast(answers.c.value, Text) == "true",
        )
    )
    people = [Listed(row.attendee_name, row.attendee_organisation) for row in await db.fetch_all(query)]
    return sorted(people, key=lambda person: (by_swedish_name(person.name), by_swedish_name(person.organisation)))
