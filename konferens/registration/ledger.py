"""Orders as the office looks at them: sums, what happened to each ticket, and the whole list for a spreadsheet."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from konferens.database import Database
from konferens.registration.model import OrderStatus
from konferens.registration.queries import orders_matching
from konferens.tables import admissions, checkin_lists, orders, ticket_types, tickets


@dataclass(frozen=True, slots=True)
class OrderSum:
    """How many orders there are, and their sum in öre, VAT included."""

    count: int
    total: int


async def order_sums(db: Database, edition_id: int, *, words: str = "") -> dict[OrderStatus, OrderSum]:
    """For every status, the orders that a search for `words` finds; one query."""
    query = (
        select(orders.c.status, func.count().label("n"), func.sum(orders.c.total).label("total"))
        .where(*orders_matching(edition_id, words=words))
        .group_by(orders.c.status)
    )
    found = {row.status: OrderSum(count=int(row.n), total=int(row.total)) for row in await db.fetch_all(query)}
    return {status: found.get(status.value, OrderSum(0, 0)) for status in OrderStatus}


@dataclass(frozen=True, slots=True)
class TicketTrace:
    """What happened to a ticket: when its badge was printed, and (check-in list, moment) for where it was let in."""

    printed_at: datetime | None
    admissions: tuple[tuple[str, datetime], ...]


async def ticket_traces(db: Database, order_id: int) -> dict[int, TicketTrace]:
    """Ticket id → its trace, for every ticket of an order; one query."""
    query = (
        select(tickets.c.id, tickets.c.badge_printed_at, checkin_lists.c.name, admissions.c.scanned_at)
        .select_from(
            tickets.outerjoin(admissions, admissions.c.ticket_id == tickets.c.id).outerjoin(
                checkin_lists, checkin_lists.c.id == admissions.c.list_id
            )
        )
        .where(tickets.c.order_id == order_id)
        .order_by(tickets.c.position, admissions.c.scanned_at)
    )
    rows = await db.fetch_all(query)
    admitted: defaultdict[int, list[tuple[str, datetime]]] = defaultdict(list)
    for row in rows:
        if row.scanned_at is not None:
            admitted[row.id].append((row.name, row.scanned_at))
    return {row.id: TicketTrace(row.badge_printed_at, tuple(admitted[row.id])) for row in rows}


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One ticket with its order. Amounts are öre, VAT included; `vat_rate` None is exempt."""

    code: str
    status: OrderStatus
    placed_at: datetime
    paid_at: datetime | None
    cancelled_at: datetime | None
    source: str
    buyer_name: str
    buyer_email: str
    buyer_organisation: str
    buyer_orgnr: str
    buyer_address: str
    buyer_reference: str
    message: str
    type_name: str
    is_valid: bool
    attendee_name: str
    attendee_email: str
    attendee_organisation: str
    price: int
    vat_rate: int | None
    vat_amount: int


async def ledger(
    db: Database, edition_id: int, *, words: str = "", status: OrderStatus | None = None
) -> list[LedgerLine]:
    """Every ticket of the orders that `orders_of` finds, the latest order first; one query."""
    query = (
        select(
            orders.c.code,
            orders.c.status,
            orders.c.placed_at,
            orders.c.paid_at,
            orders.c.cancelled_at,
            orders.c.source,
            orders.c.buyer_name,
            orders.c.buyer_email,
            orders.c.buyer_organisation,
            orders.c.buyer_orgnr,
            orders.c.buyer_address,
            orders.c.buyer_reference,
            orders.c.message,
            ticket_types.c.name.label("type_name"),
            tickets.c.status.label("ticket_status"),
            tickets.c.attendee_name,
            tickets.c.attendee_email,
            tickets.c.attendee_organisation,
            tickets.c.price,
            tickets.c.vat_rate,
            tickets.c.vat_amount,
        )
        .select_from(
            orders.join(tickets, tickets.c.order_id == orders.c.id).join(
                ticket_types, ticket_types.c.id == tickets.c.ticket_type_id
            )
        )
        .where(*orders_matching(edition_id, words=words, status=status))
        .order_by(orders.c.id.desc(), tickets.c.position)
    )
    lines = []
    for row in await db.fetch_all(query):
        values = dict(row)
        is_valid = values.pop("ticket_status") == "valid"
        lines.append(LedgerLine(**{**values, "status": OrderStatus(row.status)}, is_valid=is_valid))
    return lines
