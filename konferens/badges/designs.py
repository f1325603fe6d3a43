"""An edition's own designs of badges: one for each paper, in the place of the standard one."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from konferens.audit import record
from konferens.badges.elements import Element, Elements
from konferens.badges.papers import Paper
from konferens.badges.standard import standard_design
from konferens.clock import now
from konferens.database import Database
from konferens.events.actions import take_turns
from konferens.tables import badge_designs


async def design_of(db: Database, edition_id: int, paper: Paper) -> Elements:
    """The edition's design for this paper, for a sheet that of its badges; the standard one where it has none."""
    query = select(badge_designs.c.elements).where(
        badge_designs.c.edition_id == edition_id, badge_designs.c.paper == paper.badge.value
    )
    row = await db.fetch_one(query)
    return tuple(Element.from_json(each) for each in row.elements) if row else standard_design(paper)


async def designed_papers(db: Database, edition_id: int) -> frozenset[Paper]:
    """The papers that the edition has designs of its own for."""
    query = select(badge_designs.c.paper).where(badge_designs.c.edition_id == edition_id)
    return frozenset(Paper(row.paper) for row in await db.fetch_all(query))


async def save_design(db: Database, edition_id: int, paper: Paper, elements: Sequence[Element], *, actor: str) -> None:
    """Keep these elements, which have no problems, as the edition's design; none of them: go back to the standard one."""
    wanted = [element.as_json() for element in elements]
    async with db.transaction():
        await take_turns(db, edition_id)
        before = await design_of(db, edition_id, paper)
        own = (badge_designs.c.edition_id == edition_id, badge_designs.c.paper == paper.badge.value)
        await db.execute(delete(badge_designs).where(*own))
        if wanted:
            values = {"name": paper.badge.value, "paper": paper.badge.value, "elements": wanted, "updated_at": now()}
            await db.execute(insert(badge_designs).values(edition_id=edition_id, **values))
        await record(
            db,
            actor=actor,
            action="badges.design" if wanted else "badges.standard-design",
            subject=f"badge-design:{paper.badge.value}",
            edition_id=edition_id,
            before={"elements": [element.as_json() for element in before]},
            after={"elements": wanted},
        )
