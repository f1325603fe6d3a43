"""The trail of an order, as far as it is about one person."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, select

from konferens.database import Database
from konferens.registration.model import Order, Ticket
from konferens.tables import audit


async def history(db: Database, order: Order, ticket: Ticket | None) -> list[dict[str, Any]]:
    """The trail of the order; for a ticket's holder only its status, and what stood on the ticket under the holder's own name
    or address: the ticket may have been somebody else's before."""
    of_order = (audit.c.edition_id == order.edition_id, audit.c.subject == f"order:{order.code}")
    query = select(audit).where(*of_order).order_by(audit.c.id)
    told = []
    for row in await db.fetch_all(query):
        before, after = row.before or {}, row.after or {}
        if ticket is not None:
            before, after = _about(before, ticket), _about(after, ticket)
        told.append(
            {
                "at": row.at.isoformat(),
                "by": _part(row.actor),
                "action": row.action,
                "before": before,
                "after": after,
            }
        )
    return told


async def trail(db: Database, *conditions: ColumnElement[bool]) -> list[dict[str, Any]]:
    """Those rows of the trail, the oldest first, as exports tell them."""
    rows = await db.fetch_all(select(audit).where(*conditions).order_by(audit.c.id))
    return [
        {
            "at": row.at.isoformat(),
            "by": _part(row.actor),
            "action": row.action,
            "before": row.before or {},
            "after": row.after or {},
        }
        for row in rows
    ]


def _about(values: Mapping[str, Any], ticket: Ticket) -> dict[str, Any]:
    who = {ticket.name, ticket.email} - {""}
    told: dict[str, Any] = {"status": values["status"]} if "status" in values else {}
    own = values.get(str(ticket.position))
    if isinstance(own, list) and who.intersection(part for part in own if isinstance(part, str)):
        told[str(ticket.position)] = own
    return told


def _part(actor: str) -> str:
    if "@" in actor:
        return "organiser"
    part = actor.partition(":")[0]
    return "attendee" if part == "ticket" else part
