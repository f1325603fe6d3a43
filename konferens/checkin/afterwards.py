"""What is done about scans afterwards: taken back at the door, looked at by organisers, or sent by a phone that was revoked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, insert, select, update

from konferens.audit import record
from konferens.checkin.actions import record_scans, settle
from konferens.checkin.devices import Device
from konferens.checkin.model import CheckinList, Direction, Repeat, Scan, Status
from konferens.checkin.queries import find_list
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError, DeviceEndedError, NotFoundError
from konferens.tables import admissions, checkin_lists, devices, held_scans, scans, tickets

UNDO_LASTS = timedelta(seconds=60)
"""The app offers it for ten seconds; a slow network is given the rest."""

MAX_HELD = 5000
"""Scans that are kept of a phone after it was revoked: more than anybody's day at a door. It may be in a stranger's hands."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody was let in at the door whom the rules, or an earlier scan, keep out. `first_at` is that earlier scan's time."""

    id: int
    list_name: str
    name: str
    reason: str | None
    told: str
    scanned_at: datetime
    device: str
    first_at: datetime | None
    first_device: str
    seen_by: str


@dataclass(frozen=True, slots=True)
class HeldScan:
    """A scan that a revoked phone has sent; `name` is '' for a token that no ticket has."""

    id: int
    device: str
    list_id: int
    list_name: str
    name: str
    scan: Mapping[str, Any]
    received_at: datetime

    @property
    def scanned_at(self) -> datetime:
        """When the phone scanned it, put right by what its clock said."""
        return datetime.fromisoformat(self.scan["scanned_at"])


async def undo(db: Database, checkin_list: CheckinList, nonce: str, *, actor: str) -> bool:
    """Take back the admission of this scan, or where it goes in and out the way out; False where it changed nothing, or has
    been taken back already.

    Raises NotFoundError for a nonce that this list doesn't have, ConflictError when it is too long ago.
    """
    async with db.transaction():
        row = await db.fetch_one(
            select(scans.c.id, scans.c.ticket_id, scans.c.status, scans.c.received_at, scans.c.undone_at)
            .where(scans.c.nonce == nonce, scans.c.list_id == checkin_list.id)
            .with_for_update()
        )
        if row is None:
            raise NotFoundError("no such scan on this list")
        if row.undone_at is not None:
            return False
        if row.received_at < now() - UNDO_LASTS:
            raise ConflictError("the scan was too long ago")
        await db.execute(update(scans).where(scans.c.id == row.id).values(undone_at=now()))
        if checkin_list.repeat is Repeat.IN_OUT and row.ticket_id is not None:
            undone = bool(row.status == Status.ADMITTED.value)
            await settle(db, (checkin_list.id, row.ticket_id), undone=nonce)
        else:
            undone = bool(
                await db.execute(
                    delete(admissions).where(admissions.c.list_id == checkin_list.id, admissions.c.scan_nonce == nonce)
                )
            )
        await record(
            db,
            actor=actor,
            action="scan.undo",
            subject=f"ticket:{row.ticket_id}",
            edition_id=checkin_list.edition_id,
            before={"nonce": nonce, "list": checkin_list.name},
        )
        return undone


async def conflicts_of(db: Database, edition_id: int, *, limit: int = 200) -> list[Conflict]:
    """The edition's conflicts, those that nobody has looked at first, then the latest."""
    first = scans.alias("first")
    query = (
        select(
            scans.c.id,
            checkin_lists.c.name.label("list_name"),
            func.coalesce(tickets.c.attendee_name, "").label("name"),
            scans.c.reason,
            scans.c.told,
            scans.c.scanned_at,
            scans.c.device,
            first.c.scanned_at.label("first_at"),
            func.coalesce(first.c.device, "").label("first_device"),
            scans.c.seen_by,
        )
        .select_from(
            scans.join(checkin_lists, checkin_lists.c.id == scans.c.list_id)
            .outerjoin(tickets, and_(tickets.c.id == scans.c.ticket_id, tickets.c.edition_id == edition_id))
            .outerjoin(first, first.c.nonce == scans.c.first_nonce)
        )
        .where(checkin_lists.c.edition_id == edition_id, scans.c.conflict)
        .order_by(scans.c.seen_by != "", scans.c.id.desc())
        .limit(limit)
    )
    return [Conflict(**row._mapping) for row in await db.fetch_all(query)]  # noqa: SLF001


async def mark_seen(db: Database, edition_id: int, scan_id: int, *, actor: str) -> None:
    """Somebody has looked at a conflict. Raises NotFoundError."""
    mine = select(checkin_lists.c.id).where(checkin_lists.c.edition_id == edition_id)
    done = await db.execute(
        update(scans).where(scans.c.id == scan_id, scans.c.conflict, scans.c.list_id.in_(mine)).values(seen_by=actor)
    )
    if not done:
        raise NotFoundError(f"conflict {scan_id}")


async def hold_scans(db: Database, device: Device, checkin_list: CheckinList, sent: Sequence[Scan]) -> None:
    """Keep what a revoked phone has sent, for organisers to look at; what was sent before isn't kept twice.

    Raises DeviceEndedError where there are `MAX_HELD` of it.
    """
    async with db.transaction():
        nonces = [scan.nonce for scan in sent]
        known = {
            row.nonce
            for table in (held_scans, scans)
            for row in await db.fetch_all(select(table.c.nonce).where(table.c.nonce.in_(nonces)))
        }
        rows = {
            scan.nonce: {
                "device_id": device.id,
                "list_id": checkin_list.id,
                "nonce": scan.nonce,
                "scan": {
                    "token": scan.token[:200],
                    "scanned_at": scan.scanned_at.isoformat(),
                    "device": scan.device,
                    "direction": scan.direction.value,
                    "told": scan.told,
                },
                "received_at": now(),
            }
            for scan in sent
            if scan.nonce not in known
        }
        query = select(func.count()).where(held_scans.c.device_id == device.id)
        if await db.fetch_val(query) + len(rows) > MAX_HELD:
            raise DeviceEndedError(device)
        await db.execute_many(insert(held_scans), list(rows.values()))


async def held_of(db: Database, edition_id: int, *, limit: int = 500) -> list[HeldScan]:
    """What waits to be looked at, the oldest first."""
    query = (
        select(
            held_scans.c.id,
            devices.c.name.label("device"),
            held_scans.c.list_id,
            checkin_lists.c.name.label("list_name"),
            held_scans.c.scan,
            held_scans.c.received_at,
        )
        .join(devices, devices.c.id == held_scans.c.device_id)
        .join(checkin_lists, checkin_lists.c.id == held_scans.c.list_id)
        .where(devices.c.edition_id == edition_id, held_scans.c.status == "open")
        .order_by(held_scans.c.id)
        .limit(limit)
    )
    rows = await db.fetch_all(query)
    named = select(tickets.c.token, tickets.c.attendee_name).where(
        tickets.c.edition_id == edition_id, tickets.c.token.in_({row.scan["token"] for row in rows})
    )
    names = {row.token: row.attendee_name for row in await db.fetch_all(named)} if rows else {}
    return [HeldScan(**row._mapping, name=names.get(row.scan["token"], "")) for row in rows]  # noqa: SLF001


async def settle_held(db: Database, edition_id: int, ids: Sequence[int], *, keep: bool, actor: str) -> int:
    """Record held scans as if they had come in time (`keep`), or drop them; gives how many there were."""
    async with db.transaction():
        wanted = set(ids)
        found = [held for held in await held_of(db, edition_id) if held.id in wanted]
        rows = await db.fetch_all(
            select(held_scans.c.id, held_scans.c.nonce).where(held_scans.c.id.in_([held.id for held in found]))
        )
        nonces = {row.id: row.nonce for row in rows}
        if keep:
            for list_id in sorted({held.list_id for held in found}):
                together = [_scan(held, nonces[held.id]) for held in found if held.list_id == list_id]
                await record_scans(db, await find_list(db, list_id), together, actor)
        await db.execute(
            update(held_scans)
            .where(held_scans.c.id.in_([held.id for held in found]))
            .values(status="recorded" if keep else "dropped", handled_at=now(), handled_by=actor)
        )
        await record(
            db,
            actor=actor,
            action="scans.record-held" if keep else "scans.drop-held",
            subject=f"edition:{edition_id}",
            edition_id=edition_id,
            after={"scans": len(found)},
        )
        return len(found)


def _scan(held: HeldScan, nonce: str) -> Scan:
    scan = held.scan
    return Scan(
        token=scan["token"],
        nonce=nonce,
        scanned_at=held.scanned_at,
        device=scan["device"],
        direction=Direction(scan["direction"]),
        told=scan["told"],
    )
