"""Files between their preview and their import: what was looked at is what is done."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from konferens.clock import now
from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.tables import uploads

KEPT = timedelta(days=1)
_MAX_NAME = 200
Files = Sequence[tuple[str, bytes]]
"""(name, contents)"""


async def keep_upload(db: Database, edition_id: int, files: Files, *, actor: str) -> int:
    """Keep the files for a day; gives the number that they are found by."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for number, (_, data) in enumerate(files):
            archive.writestr(str(number), data)
    values = {"actor": actor, "name": "\n".join(name[:_MAX_NAME] for name, _ in files)[:_MAX_NAME], "created_at": now()}
    new = insert(uploads).values(edition_id=edition_id, data=packed.getvalue(), **values)
    return int(await db.fetch_val(new.returning(uploads.c.id)))


async def find_upload(db: Database, edition_id: int, upload_id: int) -> list[tuple[str, bytes]]:
    """The files. Raises NotFoundError for those that are gone, or another edition's."""
    row = await db.fetch_one(
        select(uploads.c.name, uploads.c.data).where(uploads.c.id == upload_id, uploads.c.edition_id == edition_id)
    )
    if row is None:
        raise NotFoundError(f"upload {upload_id}")
    with zipfile.ZipFile(io.BytesIO(row.data)) as archive:
        names = [*row.name.split("\n"), *("",) * len(archive.namelist())]
        return [(name, archive.read(part)) for name, part in zip(names, archive.namelist(), strict=False)]


async def drop_upload(db: Database, upload_id: int) -> None:
    """Forget the files."""
    await db.execute(delete(uploads).where(uploads.c.id == upload_id))


async def drop_old_uploads(db: Database, moment: datetime) -> None:
    """Forget what nobody went on with within a day: such files name people."""
    await db.execute(delete(uploads).where(uploads.c.created_at < moment - KEPT))
