"""What every scan asks of the database, asked once for all scans that come at the same time."""

from collections.abc import Sequence
from functools import partial

from konferens.batches import Batches
from konferens.checkin import queries
from konferens.checkin.actions import Upload, record_scans, record_uploads
from konferens.checkin.devices import Device, devices_by_token
from konferens.checkin.model import Answer, CheckinList, Counts, Scan
from konferens.database import Database
from konferens.errors import NotFoundError

SHARED = 20
"""Scans of one upload that still share a transaction with other uploads."""


class Gate:
    """The way in for the door's requests of one process: concurrent ones share a query or a durable commit.

    Correct beside other processes too, since every decision is made by a transaction of record_uploads. Each answer is as
    new as a query's of one's own.
    """

    def __init__(self, db: Database) -> None:
        self._uploads = Batches(partial(record_uploads, db), limit=64)
        self._lists = Batches(self._find)
        self._counts = Batches(self._count)
        self._devices = Batches(partial(devices_by_token, db))
        self._db = db

    async def scan(
        self, checkin_list: CheckinList, new_scans: Sequence[Scan], actor: str, *, device_id: int | None = None
    ) -> list[Answer]:
        """As record_scans. A large upload is a batch by itself."""
        if not new_scans:
            return []
        if len(new_scans) > SHARED:
            return await record_scans(self._db, checkin_list, new_scans, actor, device_id=device_id)
        return await self._uploads.run(Upload(checkin_list, new_scans, actor, device_id))

    async def find_list(self, list_id: int) -> CheckinList:
        """As queries.find_list. Raises NotFoundError."""
        found = await self._lists.run(list_id)
        if found is None:
            raise NotFoundError(f"check-in list {list_id}")
        return found

    async def counts(self, checkin_list: CheckinList) -> Counts:
        """As queries.counts."""
        return await self._counts.run(checkin_list)

    async def device(self, token: str) -> Device | None:
        """The phone with this token, ended ones too; None for a token that no phone has."""
        return await self._devices.run(token)

    async def _find(self, ids: Sequence[int]) -> list[CheckinList | None]:
        found = await queries.lists_by_id(self._db, set(ids))
        return [found.get(list_id) for list_id in ids]

    async def _count(self, asked: Sequence[CheckinList]) -> list[Counts]:
        found = await queries.counts_by_list(self._db, {one.id: one for one in asked}.values())
        return [found[one.id] for one in asked]
