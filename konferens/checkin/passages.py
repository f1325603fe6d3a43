"""In and out at one list, by the clock: who is inside is what the latest passage says, not the upload that came last.

Phones without network send what they have when they can: somebody's way out may be known before their way in.
"""

from bisect import bisect_left, insort
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from konferens.checkin.model import Answer, Direction, FirstScan, Scan, Status
from konferens.database import Database
from konferens.tables import scans

_RECORDED = 1_000_000_000
"""More passages than anybody has."""

Key = tuple[int, int]
"""List and ticket, by their ids."""


@dataclass(frozen=True, slots=True, order=True)
class Passage:
    """Somebody went through the door. `number` tells apart those of one moment: clocks of other programs know seconds."""

    at: datetime
    number: int
    is_in: bool
    device: str
    nonce: str

    @property
    def scan(self) -> FirstScan:
        return FirstScan(self.at, self.device, self.nonce)


class Passages:
    """One ticket's passages at one list."""

    def __init__(self) -> None:
        self._known: list[Passage] = []

    def add(self, scan: Scan | FirstScan, *, is_in: bool, place: int = 0) -> None:
        """Add a passage, unless the one with its nonce is known. `place` is its scan's in an upload, from 1; 0 for what was
        recorded before, which is added in the order of its recording."""
        if all(each.nonce != scan.nonce for each in self._known):
            number = place or len(self._known) - _RECORDED
            insort(self._known, Passage(scan.scanned_at, number, is_in, scan.device, scan.nonce))

    def standing(self, scan: Scan, place: int) -> FirstScan | None:
        """The way in that a scan meets: the one before it, or for a way in the one after it, with no way out between."""
        others = [each for each in self._known if each.nonce != scan.nonce]
        at = bisect_left(others, (scan.scanned_at, place), key=lambda each: (each.at, each.number))
        if at and others[at - 1].is_in:
            return others[at - 1].scan
        follows = others[at : at + 1] if scan.direction is Direction.IN else []
        return follows[0].scan if follows and follows[0].is_in else None

    @property
    def inside_since(self) -> FirstScan | None:
        """The way in since which somebody is inside, the first one since they were out last; None for who is outside."""
        since = None
        for each in self._known:
            since = (since or each.scan) if each.is_in else None
        return since


def went_through(scan: Scan, answer: Answer) -> bool:
    """Whether somebody has passed the door: let in by the rules or, before the rules were asked, by the phone; or out, which nobody is kept from."""
    if scan.direction is Direction.OUT:
        return answer.status is not Status.REFUSED
    return answer.status is Status.ADMITTED or (answer.status is Status.ALREADY and answer.conflict)


async def passages_of(db: Database, keys: Collection[Key]) -> dict[Key, Passages]:
    """The passages of each key, empty where there were none; what was taken back isn't one. One query."""
    found = {key: Passages() for key in keys}
    if not found:
        return found
    way_in = and_(
        scans.c.direction == Direction.IN.value,
        or_(scans.c.status == Status.ADMITTED.value, and_(scans.c.status == Status.ALREADY.value, scans.c.conflict)),
    )
    way_out = and_(scans.c.direction == Direction.OUT.value, scans.c.status != Status.REFUSED.value)
    query = (
        select(scans.c.list_id, scans.c.ticket_id, scans.c.scanned_at, scans.c.device, scans.c.nonce, scans.c.direction)
        .where(
            scans.c.list_id.in_({list_id for list_id, _ in found}),
            scans.c.ticket_id.in_({ticket_id for _, ticket_id in found}),
            scans.c.undone_at.is_(None),
            or_(way_in, way_out),
        )
        .order_by(scans.c.id)
    )
    for row in await db.fetch_all(query):
        passages = found.get((row.list_id, row.ticket_id))
        if passages is not None:
            passages.add(FirstScan(row.scanned_at, row.device, row.nonce), is_in=row.direction == Direction.IN.value)
    return found


async def passages_with(
    db: Database, coming: Sequence[tuple[Key, Scan, int]], before: Mapping[Key, FirstScan]
) -> dict[Key, Passages]:
    """The passages of each scan's key as they are before these scans, with their places in the upload, are decided; `before`
    says who was inside.

    Ways out among the scans are there already: they tell whether a way in that is earlier belongs to another one.
    """
    found = await passages_of(db, {key for key, _, _ in coming})
    for key, passages in found.items():
        if key in before:  # a list whose rule was another then may know no more
            passages.add(before[key], is_in=True)
    for key, scan, place in coming:
        if scan.direction is Direction.OUT:
            found[key].add(scan, is_in=False, place=place)
    return found
