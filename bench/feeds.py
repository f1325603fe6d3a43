"""Whose personal feed the measurements read."""

import asyncio

from sqlalchemy import func, select

from konferens.database import open_database
from konferens.tables import editions, series, ticket_sessions, tickets


def fullest_feed(database_url: str, ref: str) -> str:
    """The path of the feed, in the edition 'series/edition', of the attendee who has chosen most sessions."""
    return asyncio.run(_fullest(database_url, *ref.split("/")))


async def _fullest(database_url: str, series_slug: str, edition_slug: str) -> str:
    query = (
        select(tickets.c.calendar_token)
        .join(editions, editions.c.id == tickets.c.edition_id)
        .join(series, series.c.id == editions.c.series_id)
        .outerjoin(ticket_sessions, ticket_sessions.c.ticket_id == tickets.c.id)
        .where(series.c.slug == series_slug, editions.c.slug == edition_slug, tickets.c.status == "valid")
        .group_by(tickets.c.id, tickets.c.calendar_token)
        .order_by(func.count(ticket_sessions.c.session_id).desc(), tickets.c.id)
        .limit(1)
    )
    db = open_database(database_url)
    await db.connect()
    try:
        return f"/my/{await db.fetch_val(query)}/calendar.ics"
    finally:
        await db.disconnect()
