"""Check-in as it goes on, for organisers: how many have come where, when they came, by which phones."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from konferens.checkin.model import CheckinList
from konferens.clock import midnight
from konferens.database import Database
from konferens.live.hub import Versions
from konferens.tables import audit, checkin_lists, devices, held_scans, scans

CHANNEL = "checkin"
"""The one channel of check-in's hub."""

QUARTER = timedelta(minutes=15)
MAX_QUARTERS = 40
"""Rows of a curve: ten hours, the latest ones."""

_LET_IN = (scans.c.status == "admitted", scans.c.direction == "in", scans.c.undone_at.is_(None))


@dataclass(frozen=True, slots=True)
class Quarter:
    """How many were let in from `starts_at` on, a quarter of an hour long."""

    starts_at: datetime
    admitted: int


@dataclass(frozen=True, slots=True)
class Curve:
    """A day's quarters, from the first to the last with somebody in it; the empty ones between count too."""

    day: date
    quarters: tuple[Quarter, ...]

    @property
    def most(self) -> int:
        return max(each.admitted for each in self.quarters)


@dataclass(frozen=True, slots=True)
class ToLookAt:
    """What organisers have to look at: conflicts that nobody has seen, and scans of ended phones."""

    conflicts: int
    held: int


async def live_version(db: Database) -> int:
    """A number that rises with every scan, and with all that organisers do; two look-ups, however much there is."""
    row = await db.fetch_one(
        select(
            select(func.max(scans.c.id)).scalar_subquery().label("scan"),
            select(func.max(audit.c.id)).scalar_subquery().label("deed"),
        )
    )
    return ((row.scan or 0) + (row.deed or 0)) if row else 0


async def live_versions(db: Database) -> Versions:
    """For the hub of the pages that are open."""
    return {CHANNEL: (await live_version(db), True)}


async def no_moments(_: str) -> list[datetime]:
    """The clock alone changes nothing here."""
    return []


async def curve_of(db: Database, checkin_list: CheckinList, zone: ZoneInfo) -> Curve | None:
    """The latest day on which somebody was let in at the list; None where nobody was. Two queries."""
    mine = (scans.c.list_id == checkin_list.id, *_LET_IN)
    latest = await db.fetch_one(select(scans.c.scanned_at).where(*mine).order_by(scans.c.scanned_at.desc()).limit(1))
    if latest is None:
        return None
    day = latest.scanned_at.astimezone(zone).date()
    rows = await db.fetch_all(select(scans.c.scanned_at).where(*mine, scans.c.scanned_at >= midnight(day, zone)))
    return Curve(day, quarters_of([row.scanned_at for row in rows]))


def quarters_of(moments: Sequence[datetime]) -> tuple[Quarter, ...]:
    """The quarters of an hour from the first moment to the last, at most `MAX_QUARTERS`; clocks' quarters are UTC's."""
    found = Counter(_quarter(moment) for moment in moments)
    if not found:
        return ()
    last = max(found)
    first = max(min(found), last - (MAX_QUARTERS - 1) * QUARTER)
    return tuple(Quarter(first + n * QUARTER, found[first + n * QUARTER]) for n in range((last - first) // QUARTER + 1))


def _quarter(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)


async def to_look_at(db: Database, edition_id: int) -> ToLookAt:
    lists = select(checkin_lists.c.id).where(checkin_lists.c.edition_id == edition_id)
    phones = select(devices.c.id).where(devices.c.edition_id == edition_id)
    conflicts = (
        select(func.count())
        .select_from(scans)
        .where(scans.c.list_id.in_(lists), scans.c.conflict, scans.c.seen_by == "")
        .scalar_subquery()
    )
    held = (
        select(func.count())
        .select_from(held_scans)
        .where(held_scans.c.device_id.in_(phones), held_scans.c.status == "open")
        .scalar_subquery()
    )
    row = await db.fetch_one(select(conflicts.label("conflicts"), held.label("held")))
    return ToLookAt(row.conflicts, row.held) if row else ToLookAt(0, 0)
