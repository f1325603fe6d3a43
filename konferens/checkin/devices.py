"""Volunteers' phones: set up by a code that the organiser shows, each with a token of its own that ends and can be ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from konferens.accounts.queries import digest
from konferens.attempts import Limit
from konferens.audit import record
from konferens.clock import now
from konferens.codes import new_token
from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError
from konferens.tables import checkin_lists, devices

SETUP_LASTS = timedelta(minutes=15)
"""How long a code can be scanned, once."""

CLAIMS = Limit("device", timedelta(minutes=10), by_address=20)
"""Wrong codes from one address before it has to wait; a code has 80 random bits, this only keeps the noise down."""


@dataclass(frozen=True, slots=True)
class Device:
    """A phone, or one that is to be set up (`claimed_at` None). `clock_ms` is how much its clock is ahead."""

    id: int
    edition_id: int
    name: str
    list_ids: tuple[int, ...]
    may_sell: bool
    setup_expires_at: datetime | None
    created_at: datetime
    created_by: str
    claimed_at: datetime | None
    expires_at: datetime
    revoked_at: datetime | None
    seen_at: datetime | None
    clock_ms: int | None
    waiting: int

    def is_valid(self, moment: datetime) -> bool:
        """Whether its token opens anything at `moment`."""
        return self.claimed_at is not None and self.revoked_at is None and self.expires_at > moment


_COLUMNS = [column for column in devices.c if not column.name.endswith("_digest")]


def _device(row: Any) -> Device:
    return Device(**{**row._mapping, "list_ids": tuple(row.list_ids)})  # noqa: SLF001


async def devices_of(db: Database, edition_id: int) -> list[Device]:
    """The edition's phones, the latest first, ended ones too."""
    query = select(*_COLUMNS).where(devices.c.edition_id == edition_id).order_by(devices.c.id.desc())
    return [_device(row) for row in await db.fetch_all(query)]


async def find_device(db: Database, edition_id: int, device_id: int) -> Device:
    """Raises NotFoundError, also for another edition's."""
    row = await db.fetch_one(select(*_COLUMNS).where(devices.c.id == device_id, devices.c.edition_id == edition_id))
    if row is None:
        raise NotFoundError(f"device {device_id}")
    return _device(row)


_BY_TOKEN = select(*_COLUMNS, devices.c.token_digest).where(
    devices.c.token_digest.in_(bindparam("digests", expanding=True))
)


async def devices_by_token(db: Database, tokens: Sequence[str]) -> list[Device | None]:
    """The phones with these tokens in their order, ended ones too; None for a token that no phone has."""
    digests = [digest(token) for token in tokens]
    rows = await db.fetch_all(_BY_TOKEN, {"digests": list(set(digests))})
    found = {row.pop("token_digest"): _device(row) for row in rows}
    return [found.get(one) for one in digests]


async def prepare_device(
    db: Database,
    edition_id: int,
    *,
    name: str,
    list_ids: Sequence[int],
    may_sell: bool,
    expires_at: datetime,
    actor: str,
) -> tuple[int, str]:
    """A phone to be set up within `SETUP_LASTS`: its id, and the code that is shown once. Raises NotFoundError for a list of
    another edition.
    """
    wanted = sorted(set(list_ids))
    async with db.transaction():
        known = select(checkin_lists.c.id).where(
            checkin_lists.c.edition_id == edition_id, checkin_lists.c.id.in_(wanted)
        )
        if not wanted or len(await db.fetch_all(known)) != len(wanted):
            raise NotFoundError(f"one of the check-in lists {wanted}")
        code = new_token()
        device_id = int(
            await db.fetch_val(
                insert(devices)
                .values(
                    edition_id=edition_id,
                    name=name,
                    list_ids=wanted,
                    may_sell=may_sell,
                    setup_digest=digest(code),
                    setup_expires_at=now() + SETUP_LASTS,
                    created_at=now(),
                    created_by=actor,
                    expires_at=expires_at,
                )
                .returning(devices.c.id)
            )
        )
        await record(
            db,
            actor=actor,
            action="device.prepare",
            subject=f"device:{device_id}",
            edition_id=edition_id,
            after={"name": name, "lists": wanted, "may_sell": may_sell, "expires_at": expires_at.isoformat()},
        )
    return device_id, code


async def renew_setup(db: Database, edition_id: int, device_id: int, *, actor: str) -> str:
    """Another code for the same phone, or for the one that takes its place. Raises NotFoundError, and ConflictError for a phone
    that is revoked or past its time.

    A phone that was set up is revoked at once, and the code is for a new one with its name and lists: what the old one has yet
    to send is held for organisers, as any revoked phone's.
    """
    async with db.transaction():
        device = await find_device(db, edition_id, device_id)
        if device.revoked_at is not None or device.expires_at <= now():
            raise ConflictError(f"device {device_id} has ended")
        if device.claimed_at is not None:
            await revoke_device(db, edition_id, device_id, actor=actor)
            _, code = await prepare_device(
                db,
                edition_id,
                name=device.name,
                list_ids=device.list_ids,
                may_sell=device.may_sell,
                expires_at=device.expires_at,
                actor=actor,
            )
            return code
        code = new_token()
        await db.execute(
            update(devices)
            .where(devices.c.id == device_id, devices.c.claimed_at.is_(None))
            .values(setup_digest=digest(code), setup_expires_at=now() + SETUP_LASTS)
        )
        await record(db, actor=actor, action="device.renew", subject=f"device:{device_id}", edition_id=edition_id)
    return code


async def claim_device(db: Database, code: str, *, address: str) -> tuple[Device, str]:
    """Set a phone up with the code that it has scanned: the phone, and its token, which only it will have.

    Raises NotFoundError for a code that is wrong, used or too old, TooManyAttemptsError for an address with too many wrong ones.
    """
    moment = now()
    attempt = await CLAIMS.take(db, address=address)
    token = new_token() + new_token()
    async with db.transaction():
        row = await db.fetch_one(
            update(devices)
            .where(
                devices.c.setup_digest == digest(code.strip().upper()[:100]),
                devices.c.setup_expires_at > moment,
                devices.c.expires_at > moment,
                devices.c.revoked_at.is_(None),
            )
            .values(
                setup_digest=None, setup_expires_at=None, token_digest=digest(token), claimed_at=moment, seen_at=moment
            )
            .returning(*_COLUMNS)
        )
        if row is not None:
            device = _device(row)
            await record(
                db,
                actor=f"device:{device.name}"[:254],
                action="device.claim",
                subject=f"device:{device.id}",
                edition_id=device.edition_id,
            )
            await CLAIMS.forget(db, attempt)
            return device, token
    raise NotFoundError("no phone waits for this code")


async def revoke_device(db: Database, edition_id: int, device_id: int, *, actor: str) -> None:
    """End a phone at once and for good: it is refused at its next contact, and wipes what it has. Raises NotFoundError."""
    async with db.transaction():
        await find_device(db, edition_id, device_id)
        await db.execute(
            update(devices)
            .where(devices.c.id == device_id, devices.c.revoked_at.is_(None))
            .values(revoked_at=now(), setup_digest=None, setup_expires_at=None)
        )
        await record(db, actor=actor, action="device.revoke", subject=f"device:{device_id}", edition_id=edition_id)


async def note_contact(db: Database, device: Device, moment: datetime, *, clock_ms: int | None, waiting: int) -> None:
    """What a phone says of itself when it sends scans, or asks: seldom written, since phones ask often."""
    known = (device.clock_ms if clock_ms is None else clock_ms, waiting)
    is_fresh = device.seen_at is not None and moment - device.seen_at < timedelta(seconds=30)
    if is_fresh and known == (device.clock_ms, device.waiting):
        return
    await db.execute(
        update(devices).where(devices.c.id == device.id).values(seen_at=moment, clock_ms=known[0], waiting=known[1])
    )
