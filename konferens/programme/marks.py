"""Whether the working programme has changed since somebody looked."""

from sqlalchemy import func, select

from konferens.database import Database
from konferens.events.model import Edition
from konferens.tables import session_drafts


async def working_mark(db: Database, edition: Edition) -> str:
    """A mark that differs after any change of what is public or planned; one query, however large the programme is."""
    query = select(func.count().label("n"), func.max(session_drafts.c.updated_at).label("latest"))
    row = await db.fetch_one(query.where(session_drafts.c.edition_id == edition.id))
    drafts = f"{row.n}-{row.latest.timestamp():.6f}" if row and row.latest else "0"
    return f"{edition.version}-{drafts}"
