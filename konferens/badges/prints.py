"""Badges that somebody has asked for together: who, which, how far their PDF has come, and whether they came out of the printer.

So two desks see what the other one is printing. The PDF is kept for a while, here in the database where every process and
machine finds it. Badges are noted as printed by a button of their own, since printers jam; one badge at a desk is noted at once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, or_, select, update

from konferens.audit import record
from konferens.badges.papers import Paper
from konferens.clock import now
from konferens.codes import new_token
from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError
from konferens.events.actions import take_turns
from konferens.tables import badge_prints, tickets

PDF_KEPT = timedelta(hours=1)
"""So long there is a PDF: it has people's names in it."""

SECRET_LASTS = timedelta(minutes=15)
"""So long the address of one badge opens it."""

OPEN_FOR = timedelta(hours=12)
"""So long a print whose badges aren't noted as printed is told to others."""

KEPT = timedelta(days=30)
LEASE = timedelta(minutes=1)
"""A process that makes a PDF says at least so often that it lives."""

_COLUMNS = [
    *(column for column in badge_prints.c if column.name != "data"),
    badge_prints.c.data.is_not(None).label("has_pdf"),
]


class PrintedMeanwhileError(ConflictError):
    """Somebody else has printed, or is printing, some of the badges since the page was shown."""

    def __init__(self, moment: datetime | None, actor: str, count: int = 1) -> None:
        super().__init__(f"{count} badges printed by {actor} at {moment}")
        self.moment = moment
        self.actor = actor
        self.count = count


@dataclass(frozen=True, slots=True)
class Print:
    """`made` of the badges in `ticket_ids` are typeset; `secret` opens the PDF of a single one for SECRET_LASTS."""

    id: int
    secret: str
    edition_id: int
    actor: str
    paper: Paper
    ticket_ids: tuple[int, ...]
    made: int
    failed: bool
    worked_until: datetime | None
    created_at: datetime
    printed_at: datetime | None
    has_pdf: bool

    @property
    def total(self) -> int:
        """How many badges there are."""
        return len(self.ticket_ids)

    def common(self, ticket_ids: Collection[int]) -> int:
        """How many of its badges are among these."""
        return len(set(ticket_ids).intersection(self.ticket_ids))


def _print(row: Any) -> Print:
    columns = {**row._mapping, "paper": Paper(row.paper), "ticket_ids": tuple(row.ticket_ids)}  # noqa: SLF001
    return Print(**{**columns, "has_pdf": bool(row.has_pdf)})


async def find_print(db: Database, edition_id: int, print_id: int) -> Print:
    """Raises NotFoundError, also for another edition's."""
    row = await db.fetch_one(
        select(*_COLUMNS).where(badge_prints.c.id == print_id, badge_prints.c.edition_id == edition_id)
    )
    if row is None:
        raise NotFoundError(f"print {print_id}")
    return _print(row)


async def print_by_secret(db: Database, secret: str, moment: datetime) -> Print:
    """Raises NotFoundError, also when it is too old."""
    query = select(*_COLUMNS).where(badge_prints.c.secret == secret, badge_prints.c.created_at > moment - SECRET_LASTS)
    row = await db.fetch_one(query)
    if row is None:
        raise NotFoundError("no badge at this address")
    return _print(row)


async def open_prints(db: Database, edition_id: int, moment: datetime) -> list[Print]:
    """Those whose badges nobody has noted as printed, the latest first."""
    query = (
        select(*_COLUMNS)
        .where(
            badge_prints.c.edition_id == edition_id,
            badge_prints.c.printed_at.is_(None),
            badge_prints.c.failed.is_(False),
            badge_prints.c.created_at > moment - OPEN_FOR,
        )
        .order_by(badge_prints.c.id.desc())
    )
    return [_print(row) for row in await db.fetch_all(query)]


async def last_paper(db: Database, edition_id: int, actor: str) -> Paper:
    """What this person, or this phone, printed one badge on last; a label where they have printed none."""
    query = (
        select(badge_prints.c.paper)
        .where(
            badge_prints.c.edition_id == edition_id,
            badge_prints.c.actor == actor,
            badge_prints.c.printed_at == badge_prints.c.created_at,
        )
        .order_by(badge_prints.c.id.desc())
        .limit(1)
    )
    return Paper(await db.fetch_val(query) or Paper.BROTHER)


async def start_print(
    db: Database, edition_id: int, ticket_ids: Sequence[int], paper: Paper, *, actor: str, seen: int
) -> int:
    """Ask for these badges, which some process then makes: the print's id.

    `seen` is the latest print that the asker's page knew of. Raises PrintedMeanwhileError when a later one has some of
    the same badges, ValueError for none at all.
    """
    if not ticket_ids:
        msg = "there are no badges to print"
        raise ValueError(msg)
    async with db.transaction():
        await take_turns(db, edition_id)
        for other in await open_prints(db, edition_id, now()):
            common = other.common(ticket_ids)
            if other.id > seen and common:
                raise PrintedMeanwhileError(other.created_at, other.actor, common)
        return await _insert(db, edition_id, ticket_ids, paper, actor=actor)


async def print_one(db: Database, edition_id: int, ticket_id: int, paper: Paper, *, actor: str, again: bool) -> Print:
    """Print one valid ticket's badge at a desk, and note that it is printed: the print, whose secret opens the PDF.

    Raises PrintedMeanwhileError for one that is printed already, unless `again`; NotFoundError.
    """
    moment = now()
    async with db.transaction():
        unprinted = () if again else (tickets.c.badge_printed_at.is_(None),)
        own = (tickets.c.id == ticket_id, tickets.c.edition_id == edition_id, tickets.c.status == "valid")
        done = await db.fetch_val(
            update(tickets).where(*own, *unprinted).values(badge_printed_at=moment).returning(tickets.c.id)
        )
        if done is None:
            row = await db.fetch_one(select(tickets.c.badge_printed_at).where(*own))
            if row is None:
                raise NotFoundError(f"ticket {ticket_id}")
            raise PrintedMeanwhileError(row.badge_printed_at, await _who_printed(db, edition_id, ticket_id))
        print_id = await _insert(db, edition_id, [ticket_id], paper, actor=actor, made=1, printed_at=moment)
        await record(
            db,
            actor=actor,
            action="badges.printed",
            subject=f"badges:{edition_id}",
            edition_id=edition_id,
            after={"tickets": [ticket_id]},
        )
        return await find_print(db, edition_id, print_id)


async def _insert(
    db: Database, edition_id: int, ticket_ids: Sequence[int], paper: Paper, *, actor: str, **more: Any
) -> int:
    moment = more.get("printed_at") or now()
    values = {"secret": new_token(), "paper": paper.value, "ticket_ids": list(ticket_ids), "created_at": moment, **more}
    new = insert(badge_prints).values(edition_id=edition_id, actor=actor, **values)
    return int(await db.fetch_val(new.returning(badge_prints.c.id)))


async def _who_printed(db: Database, edition_id: int, ticket_id: int) -> str:
    """'' where it isn't known any more."""
    query = select(badge_prints.c.actor, badge_prints.c.ticket_ids).where(
        badge_prints.c.edition_id == edition_id, badge_prints.c.printed_at.is_not(None)
    )
    rows = await db.fetch_all(query.order_by(badge_prints.c.id.desc()))
    return next((row.actor for row in rows if ticket_id in row.ticket_ids), "")


async def note_printed(db: Database, edition_id: int, print_id: int) -> None:
    """The badges came out of the printer, or never will: nobody needs to be told of this print any more."""
    await db.execute(
        update(badge_prints)
        .where(badge_prints.c.id == print_id, badge_prints.c.edition_id == edition_id)
        .values(printed_at=now())
    )


async def pdf_of(db: Database, print_id: int) -> bytes | None:
    """None while it isn't made, and when it isn't kept any more."""
    data: bytes | None = await db.fetch_val(select(badge_prints.c.data).where(badge_prints.c.id == print_id))
    return data


async def claim_print(db: Database, moment: datetime) -> Print | None:
    """The next print that somebody waits for and no process makes: it is this process's, for LEASE. None: there is none."""
    free = (
        badge_prints.c.data.is_(None),
        badge_prints.c.failed.is_(False),
        badge_prints.c.printed_at.is_(None),
        badge_prints.c.created_at > moment - PDF_KEPT,
        or_(badge_prints.c.worked_until.is_(None), badge_prints.c.worked_until < moment),
    )
    first = select(badge_prints.c.id).where(*free).order_by(badge_prints.c.id).limit(1)
    row = await db.fetch_one(
        update(badge_prints)
        .where(badge_prints.c.id == first.scalar_subquery(), *free)
        .values(worked_until=moment + LEASE, made=0)
        .returning(*_COLUMNS)
    )
    return _print(row) if row is not None else None


async def note_made(db: Database, print_id: int, made: int) -> None:
    """So many badges are typeset, and the process that does it lives."""
    await db.execute(
        update(badge_prints).where(badge_prints.c.id == print_id).values(made=made, worked_until=now() + LEASE)
    )


async def keep_pdf(db: Database, print_id: int, data: bytes | None) -> None:
    """Its PDF; None: it can't be made."""
    await db.execute(
        update(badge_prints)
        .where(badge_prints.c.id == print_id)
        .values(data=data, failed=data is None, worked_until=None)
    )


async def forget_prints(db: Database, moment: datetime) -> None:
    """Forget PDFs when they are no longer needed, and later that there was a print."""
    old = (badge_prints.c.created_at < moment - PDF_KEPT, badge_prints.c.data.is_not(None))
    await db.execute(update(badge_prints).where(*old).values(data=None, made=0))
    await db.execute(delete(badge_prints).where(badge_prints.c.created_at < moment - KEPT))
