"""What is known of a person, as JSON (GDPR articles 15 and 20): of a ticket's holder, and of a buyer with all of the order.

Keys are English and stable, times RFC 3339 in UTC, money {"amount": öre, "currency"}. Whoever has acted is told by part, not
by name: colleagues' names are theirs.
"""

import base64
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, and_, func, select

from konferens.clock import now
from konferens.database import Database, Row
from konferens.events.model import Edition
from konferens.payments.queries import invoices_of_order
from konferens.privacy.history import history
from konferens.questions.queries import ORDERING_TAKES
from konferens.registration.model import Order, Ticket
from konferens.tables import (
    answers,
    checkin_lists,
    erasure_requests,
    mail_outbox,
    open_topics,
    payments,
    questions,
    retired_feeds,
    scans,
    sensitive_answers,
    session_waiting,
    sessions,
    ticket_sessions,
    tickets,
    waiting_entries,
)

Json = dict[str, Any]


async def ticket_data(db: Database, edition: Edition, order: Order, ticket: Ticket) -> Json:
    """Everything about the ticket's holder, and nothing about others of the order."""
    parts = await _Parts.read(db, [ticket.id])
    return {
        **_head(edition),
        "order": {"code": order.code, "status": order.status.value},
        "ticket": parts.ticket(ticket, order, own=True),
        "mails": await _mails(db, order, ticket),
        "erasure_requests": await _requests(db, order, ticket),
        "history": await history(db, order, ticket),
    }


async def order_data(db: Database, edition: Edition, order: Order) -> Json:
    """Everything about the buyer and the order. What concerns health, what holders told later themselves, and where people
    were, only of the buyer's own tickets.
    """
    parts = await _Parts.read(db, [ticket.id for ticket in order.tickets])
    paid = select(payments).where(payments.c.order_id == order.id).order_by(payments.c.id)
    queued = select(waiting_entries).where(waiting_entries.c.order_id == order.id)
    return {
        **_head(edition),
        "order": {
            "code": order.code,
            "status": order.status.value,
            "source": order.source,
            "language": order.language,
            "placed_at": _plain(order.placed_at),
            "due_on": _plain(order.due_on),
            "paid_at": _plain(order.paid_at),
            "cancelled_at": _plain(order.cancelled_at),
            "total": _money(order.total, order),
            "paid": _money(order.paid, order),
            "payment_method": order.payment_method,
            "payment_reference": order.payment_reference,
            "message": order.message,
            "buyer": {name: getattr(order.buyer, name) for name in order.buyer.__slots__},
        },
        "tickets": [parts.ticket(ticket, order, own=_is_buyers(ticket, order)) for ticket in order.tickets],
        "invoices": [
            {
                "number": each.number,
                "kind": each.kind.value,
                "issued_on": _plain(each.issued_on),
                "total": {"amount": each.total, "currency": each.currency},
                "buyer": {name: getattr(each.buyer, name) for name in each.buyer.__slots__},
                "lines": [{"text": line.text, "note": line.note, "quantity": line.quantity} for line in each.lines],
            }
            for each in await invoices_of_order(db, order.id)
        ],
        "payments": [
            {
                "amount": {"amount": row.amount, "currency": order.currency},
                "method": row.method,
                "reference": row.reference,
                "paid_on": _plain(row.paid_on),
            }
            for row in await db.fetch_all(paid)
        ],
        "waiting_list": [
            {"name": row.name, "email": row.email, "status": row.status, "joined_at": _plain(row.created_at)}
            for row in await db.fetch_all(queued)
        ],
        "mails": await _mails(db, order, None),
        "erasure_requests": await _requests(db, order, None),
        "history": await history(db, order, None),
    }


def _is_buyers(ticket: Ticket, order: Order) -> bool:
    """Whether the buyer is the ticket's holder: the same address and name, so that to write one's own address on somebody's
    ticket is not enough."""
    same_name = ticket.name.casefold() == order.buyer.name.casefold()
    return same_name and ticket.email.casefold() in ("", order.buyer.email.casefold())


def _head(edition: Edition) -> Json:
    return {
        "exported_at": _plain(now()),
        "conference": {
            "name": edition.name,
            "organiser": edition.series.organisation or edition.series.name,
            "contact": edition.contact_email,
        },
    }


class _Parts:
    """What hangs on tickets, by their ids."""

    def __init__(self, rows: Mapping[str, Mapping[int, Sequence[Row]]]) -> None:
        self._rows = rows

    @classmethod
    async def read(cls, db: Database, ids: Collection[int]) -> "_Parts":
        """A query for each kind of thing, however many tickets."""
        queries = {
            "columns": select(tickets, tickets.c.id.label("ticket_id")).where(tickets.c.id.in_(ids)),
            "answers": _answers(answers, ids),
            "sensitive": _answers(sensitive_answers, ids),
            "sessions": _sessions(ticket_sessions, ids),
            "queues": _sessions(session_waiting, ids),
            "feeds": select(retired_feeds)
            .where(retired_feeds.c.ticket_id.in_(ids))
            .order_by(retired_feeds.c.retired_at),
            "topics": select(open_topics).where(open_topics.c.ticket_id.in_(ids)).order_by(open_topics.c.id),
            "scans": (
                select(scans, checkin_lists.c.name.label("list"))
                .join(checkin_lists, checkin_lists.c.id == scans.c.list_id)
                .where(scans.c.ticket_id.in_(ids))
                .order_by(scans.c.id)
            ),
        }
        found: dict[str, defaultdict[int, list[Row]]] = {}
        for name, query in queries.items():
            found[name] = defaultdict(list)
            for row in await db.fetch_all(query):
                found[name][row.ticket_id].append(row)
        return cls(found)

    def ticket(self, ticket: Ticket, order: Order, *, own: bool) -> Json:
        """`own` tells what only the holder gets to see, too."""
        columns = self._rows["columns"][ticket.id][0]
        told: Json = {
            "position": ticket.position,
            "type": ticket.type_name,
            "status": ticket.status,
            "name": ticket.name,
            "email": ticket.email,
            "organisation": ticket.organisation,
            "price": _money(ticket.price, order),
            "discount": _money(ticket.discount, order),
            "addons": [
                {"name": addon.name, "status": addon.status, "price": _money(addon.price, order)}
                for addon in ticket.addons
            ],
            "created_at": _plain(columns.created_at),
            "updated_at": _plain(columns.updated_at),
            "badge_printed_at": _plain(columns.badge_printed_at),
            "erased_at": _plain(columns.erased_at),
            "answers": [
                _answer(row, sensitive=False)
                for row in self._rows["answers"][ticket.id]
                if own or row.answered_at - columns.created_at <= ORDERING_TAKES
            ],
            "sessions": [_session(row) for row in self._rows["sessions"][ticket.id]],
            "waiting_for_sessions": [_session(row) for row in self._rows["queues"][ticket.id]],
        }
        if own:
            told["qr_code"] = ticket.token
            told["calendar_addresses_ended_at"] = [_plain(row.retired_at) for row in self._rows["feeds"][ticket.id]]
            told["note_for_the_door"] = columns.note
            told["answers"] += [_answer(row, sensitive=True) for row in self._rows["sensitive"][ticket.id]]
            told["open_space"] = [_topic(row) for row in self._rows["topics"][ticket.id]]
            told["scans"] = [_scan(row) for row in self._rows["scans"][ticket.id]]
        return told


def _answers(table: Table, ids: Collection[int]) -> Any:
    return (
        select(table, questions.c.code, questions.c.label)
        .join(questions, questions.c.id == table.c.question_id)
        .where(table.c.ticket_id.in_(ids))
        .order_by(questions.c.position, questions.c.id)
    )


def _sessions(table: Table, ids: Collection[int]) -> Any:
    return (
        select(table.c.ticket_id, table.c.created_at, sessions.c.code, sessions.c.title, sessions.c.starts_at)
        .join(sessions, sessions.c.id == table.c.session_id)
        .where(table.c.ticket_id.in_(ids))
        .order_by(sessions.c.starts_at, sessions.c.id)
    )


def _answer(row: Row, *, sensitive: bool) -> Json:
    told: Json = {
        "question": row.label,
        "code": row.code,
        "answer": row.value,
        "sensitive": sensitive,
        "answered_at": _plain(row.answered_at),
    }
    if row.file is not None:
        told["file"] = {"media_type": row.file_type, "base64": base64.b64encode(bytes(row.file)).decode("ascii")}
    return told


def _session(row: Row) -> Json:
    return {
        "code": row.code,
        "title": row.title,
        "starts_at": _plain(row.starts_at),
        "chosen_at": _plain(row.created_at),
    }


def _topic(row: Row) -> Json:
    return {
        "title": row.title,
        "text": row.abstract,
        "name": row.name,
        "status": row.status,
        "proposed_at": _plain(row.created_at),
    }


def _scan(row: Row) -> Json:
    return {
        "list": row.list,
        "direction": row.direction,
        "status": row.status,
        "reason": row.reason,
        "scanned_at": _plain(row.scanned_at),
        "device": row.device,
    }


async def _mails(db: Database, order: Order, ticket: Ticket | None) -> list[Json]:
    """Of this order alone: an address on a ticket can be anybody's, and must not tell what else was sent there."""
    of_order = mail_outbox.c.order_id == order.id
    if ticket is not None:
        address = ticket.email.lower() or None  # no address is nobody's
        of_order = and_(of_order, func.lower(mail_outbox.c.to_email) == address)
    query = select(mail_outbox).where(of_order).order_by(mail_outbox.c.id)
    return [
        {
            "kind": row.kind,
            "to": row.to_email,
            "subject": row.subject,
            "status": row.status,
            "written_at": _plain(row.created_at),
            "sent_at": _plain(row.sent_at),
        }
        for row in await db.fetch_all(query)
    ]


async def _requests(db: Database, order: Order, ticket: Ticket | None) -> list[Json]:
    query = select(erasure_requests).where(erasure_requests.c.order_id == order.id).order_by(erasure_requests.c.id)
    if ticket is not None:
        query = query.where(erasure_requests.c.ticket_id == ticket.id)
    return [
        {
            "status": row.status,
            "message": row.message,
            "answer": row.answer,
            "asked_at": _plain(row.asked_at),
            "answered_at": _plain(row.handled_at),
        }
        for row in await db.fetch_all(query)
    ]


def _money(amount: int, order: Order) -> Json:
    return {"amount": amount, "currency": order.currency}


def _plain(value: datetime | date | None) -> str | None:
    return value.isoformat() if value else None
