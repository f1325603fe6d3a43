"""Counts over every feature: an edition's overview, and the server's figures."""

from datetime import date
from typing import Any

from sqlalchemy import Label, ScalarSelect, Table, distinct, func, select

from konferens.database import Database
from konferens.events.model import Edition
from konferens.offering.queries import addons_of, ticket_types_of
from konferens.organiser.model import Overview, TicketSales
from konferens.payments.model import missing_for_invoices, seller_of
from konferens.programme.circumstances import conflicts_in
from konferens.programme.drafts import working_sessions
from konferens.tables import (
    admissions,
    edition_speakers,
    mail_outbox,
    orders,
    quotas,
    rooms,
    scans,
    session_drafts,
    session_speakers,
    sessions,
    ticket_type_quotas,
    ticket_types,
    tickets,
    tracks,
)


def _count(table: Table, *conditions: Any) -> ScalarSelect[int]:
    return select(func.count()).select_from(table).where(*conditions).scalar_subquery()


def _sum(*conditions: Any) -> ScalarSelect[int]:
    return select(func.coalesce(func.sum(orders.c.total), 0)).where(*conditions).scalar_subquery()


async def overview(db: Database, edition: Edition, *, today: date) -> Overview:
    """Everything that the edition's first page counts and warns of, in a fixed number of queries, whatever its size.

    `today` decides what is overdue. Conflicts are those of the working programme.
    """
    counts = await db.fetch_one(select(*_overview_counts(edition.id, today)))
    values = {name: int(value) for name, value in counts._mapping.items()} if counts else {}  # noqa: SLF001
    return Overview(
        **values,
        sales=await _sales(db, edition.id),
        conflicts=await conflicts_in(db, edition, await working_sessions(db, edition, texts=False)),
    )


async def missing_in_settings(db: Database, edition: Edition) -> list[str]:
    """What the edition's settings lack for invoices, in the current language; [] also where nothing costs anything."""
    rates = [each.vat_rate for each in await ticket_types_of(db, edition.id) if each.price]
    rates += [each.vat_rate for each in await addons_of(db, edition.id) if each.price]
    return missing_for_invoices(seller_of(edition), rates) if rates else []


async def has_prices(db: Database, edition_id: int) -> bool:
    """Whether a ticket type or an add-on that is sold costs anything."""
    types, extras = await ticket_types_of(db, edition_id), await addons_of(db, edition_id)
    return any(each.price for each in types) or any(each.price for each in extras)


def _overview_counts(edition_id: int, today: date) -> list[Label[int]]:
    present = (sessions.c.edition_id == edition_id, sessions.c.deleted_at.is_(None))
    pending = (orders.c.edition_id == edition_id, orders.c.status == "pending")
    valid = (tickets.c.edition_id == edition_id, tickets.c.status == "valid")
    speaking = (
        select(session_speakers.c.speaker_id)
        .join(sessions, sessions.c.id == session_speakers.c.session_id)
        .where(*present)
    )
    admitted = select(admissions.c.ticket_id).scalar_subquery()
    counts = {
        "sessions": _count(sessions, *present),
        "sessions_tentative": _count(sessions, *present, sessions.c.status == "tentative"),
        "speakers": _count(edition_speakers, edition_speakers.c.edition_id == edition_id),
        "speakers_without_session": _count(
            edition_speakers,
            edition_speakers.c.edition_id == edition_id,
            edition_speakers.c.speaker_id.not_in(speaking),
        ),
        "rooms": _count(rooms, rooms.c.edition_id == edition_id, rooms.c.deleted_at.is_(None)),
        "tracks": _count(tracks, tracks.c.edition_id == edition_id, tracks.c.deleted_at.is_(None)),
        "tickets": _count(tickets, *valid),
        "checked_in": _count(tickets, *valid, tickets.c.id.in_(admitted)),
        "orders_pending": _count(orders, *pending),
        "orders_overdue": _count(orders, *pending, orders.c.due_on < today),
        "sum_pending": _sum(*pending),
        "sum_paid": _sum(orders.c.edition_id == edition_id, orders.c.status == "paid"),
        "drafts": _count(session_drafts, session_drafts.c.edition_id == edition_id),
        "mail_failed": _count(mail_outbox, mail_outbox.c.edition_id == edition_id, mail_outbox.c.status == "failed"),
    }
    return [query.label(name) for name, query in counts.items()]


async def _sales(db: Database, edition_id: int) -> list[TicketSales]:
    sold = (
        select(func.count())
        .where(tickets.c.ticket_type_id == ticket_types.c.id, tickets.c.status == "valid")
        .scalar_subquery()
    )
    left = (
        select(func.min(quotas.c.size - quotas.c.taken))
        .join(ticket_type_quotas, ticket_type_quotas.c.quota_id == quotas.c.id)
        .where(ticket_type_quotas.c.ticket_type_id == ticket_types.c.id)
        .scalar_subquery()
    )
    query = (
        select(
            ticket_types.c.name,
            ticket_types.c.colour,
            ticket_types.c.active,
            sold.label("sold"),
            left.label("left"),
        )
        .where(ticket_types.c.edition_id == edition_id)
        .order_by(ticket_types.c.position, ticket_types.c.id)
    )
    return [
        TicketSales(
            name=row.name,
            colour=row.colour,
            active=row.active,
            sold=row.sold,
            left=None if row.left is None else max(row.left, 0),
        )
        for row in await db.fetch_all(query)
    ]


async def figures(db: Database) -> dict[str, int]:
    """The server's counts for Prometheus, by metric name; one query."""
    counts = {
        "konferens_orders_total": _count(orders),
        "konferens_orders_pending": _count(orders, orders.c.status == "pending"),
        "konferens_orders_paid": _count(orders, orders.c.status == "paid"),
        "konferens_tickets_valid": _count(tickets, tickets.c.status == "valid"),
        "konferens_tickets_checked_in": select(func.count(distinct(admissions.c.ticket_id))).scalar_subquery(),
        "konferens_scans_total": _count(scans),
        "konferens_mail_queued": _count(mail_outbox, mail_outbox.c.status == "queued"),
        "konferens_mail_failed": _count(mail_outbox, mail_outbox.c.status == "failed"),
    }
    row = await db.fetch_one(select(*(query.label(name) for name, query in counts.items())))
    return {name: int(row[name]) for name in counts} if row else {}
