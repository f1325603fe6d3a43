"""Slides and papers of sessions, kept here: stored, listed, fetched, taken away. A file never changes; a new one is a new row."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy import LargeBinary, Select, delete, func, insert, select

from konferens import file_types
from konferens.audit import record
from konferens.clock import now
from konferens.database import Database
from konferens.errors import InvalidError, NotFoundError
from konferens.events.actions import touch_edition
from konferens.events.model import Edition
from konferens.file_types import SUFFIXES, harmless_name
from konferens.i18n import gettext
from konferens.programme.pictures import PICTURES, without_metadata
from konferens.tables import session_files

MEGABYTE = 1024 * 1024
MAX_BYTES = 20 * MEGABYTE
MAX_SESSION_BYTES = 100 * MEGABYTE
"""Of all files of one session."""

MAX_FILES = 30
"""Of one session."""

ACCEPT = ",".join([*SUFFIXES.values(), ".jpeg"])
"""For the accept attribute of a file field."""

_TEXTS = (file_types.TEXT, file_types.MARKDOWN, file_types.CSV)
_SHOWN_BY_BROWSERS = (file_types.PDF, file_types.JPEG, file_types.PNG, file_types.WEBP)


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that may be stored: `read_file` has looked at it."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class SessionFile:
    """What is known of a stored file; `size` in bytes, `actor` who sent it."""

    id: int
    session_code: str
    name: str
    media_type: str
    size: int
    created_at: datetime
    actor: str

    @property
    def path_part(self) -> str:
        """The end of its address, after the edition's: 'sessions/ABC234/files/7/Bilder.pdf', ready for a link."""
        return f"sessions/{self.session_code}/files/{self.id}/{quote(self.name)}"

    @property
    def kind(self) -> str:
        """'PDF', 'PPTX', as people call it."""
        return SUFFIXES.get(self.media_type, "").removeprefix(".").upper()

    @property
    def etag(self) -> str:
        return f'"{self.id}-{self.created_at.timestamp():.0f}"'

    @property
    def is_shown_by_browsers(self) -> bool:
        """Whether a browser shows it rather than keeping it: PDF and pictures, which hold no page of their own."""
        return self.media_type in _SHOWN_BY_BROWSERS

    @property
    def content_type(self) -> str:
        """Texts are sent as plain text, whatever they are, in the one encoding that is accepted."""
        return "text/plain; charset=utf-8" if self.media_type in _TEXTS else self.media_type


def read_file(name: str, data: bytes) -> NewFile:
    """The file with its own media type and a harmless name, a picture without metadata. Raises InvalidError ('file') with a message in the current
    language. Looking at a picture of several megabytes takes a moment: call it in a thread.
    """
    if not data:
        raise InvalidError({"file": [gettext("Välj en fil som inte är tom.")]})
    if len(data) > MAX_BYTES:
        raise InvalidError({"file": [gettext("Filen är för stor. Den får vara högst 20 MB.")]})
    media_type = file_types.media_type_of(data) or file_types.text_type_of(name, data)
    if media_type is None:
        text = gettext("Den sortens fil går inte att ta emot. Välj en PDF, en bild, en presentation eller en textfil.")
        raise InvalidError({"file": [text]})
    if media_type in PICTURES:
        data = without_metadata(data, media_type)
    return NewFile(harmless_name(name, SUFFIXES[media_type]), media_type, data)


async def store_file(db: Database, edition: Edition, session_code: str, upload: NewFile, *, actor: str) -> int:
    """Keep a file of a session, public or planned, and give its id; whether there is such a session is the caller's to know.

    Raises InvalidError ('file') when the session has as many files, or as many bytes, as it may have.
    """
    async with db.transaction():
        await touch_edition(db, edition.id)  # first, so that two uploads at once count each other
        row = await db.fetch_one(
            select(func.count().label("files"), func.coalesce(func.sum(session_files.c.size), 0).label("bytes")).where(
                session_files.c.edition_id == edition.id, session_files.c.session_code == session_code
            )
        )
        if row is not None and (row.files >= MAX_FILES or row.bytes + len(upload.data) > MAX_SESSION_BYTES):
            text = gettext("Programpunktens filer får vara högst 30, och 100 MB tillsammans. Ta först bort någon.")
            raise InvalidError({"file": [text]})
        values = {"name": upload.name, "media_type": upload.media_type, "size": len(upload.data)}
        new = insert(session_files).values(
            edition_id=edition.id,
            session_code=session_code,
            data=upload.data,
            created_at=now(),
            actor=actor,
            **values,
        )
        file_id = int(await db.fetch_val(new.returning(session_files.c.id)))
        await record(
            db,
            actor=actor,
            action="session.file-add",
            subject=f"session:{session_code}",
            edition_id=edition.id,
            after=values,
        )
        return file_id


async def delete_file(db: Database, edition: Edition, session_code: str, file_id: int, *, actor: str) -> None:
    """Take a file away for good. Raises NotFoundError for one that the session doesn't have."""
    async with db.transaction():
        found = await find_file(db, edition.id, session_code, file_id)
        await db.execute(delete(session_files).where(session_files.c.id == found.id))
        await touch_edition(db, edition.id)
        await record(
            db,
            actor=actor,
            action="session.file-delete",
            subject=f"session:{found.session_code}",
            edition_id=edition.id,
            before={"name": found.name, "media_type": found.media_type, "size": found.size},
        )


async def files_of(db: Database, codes: Collection[str]) -> dict[str, list[SessionFile]]:
    """The files of these sessions by the session's code, the first that came first; a session without any is absent."""
    if not codes:
        return {}
    return await _grouped(db, _select_files().where(session_files.c.session_code.in_(sorted(codes))))


async def files_of_edition(db: Database, edition_id: int) -> dict[str, list[SessionFile]]:
    """As `files_of`, for all sessions of an edition."""
    return await _grouped(db, _select_files().where(session_files.c.edition_id == edition_id))


async def find_file(db: Database, edition_id: int, session_code: str, file_id: int) -> SessionFile:
    """A file without its contents. Raises NotFoundError for one that the session (its code in either case) doesn't have."""
    row = await db.fetch_one(
        _select_files().where(
            session_files.c.edition_id == edition_id,
            session_files.c.session_code == session_code.upper(),
            session_files.c.id == file_id,
        )
    )
    if row is None:
        raise NotFoundError(f"file {file_id} of session {session_code}")
    return SessionFile(**row._mapping)  # noqa: SLF001


async def piece_of(db: Database, file_id: int, start: int, length: int) -> bytes:
    """At most `length` bytes of the file's contents from byte `start`. Raises NotFoundError for a file that is gone."""
    piece = func.substr(session_files.c.data, start + 1, length, type_=LargeBinary)
    data = await db.fetch_val(select(piece).where(session_files.c.id == file_id))
    if data is None:
        raise NotFoundError(f"file {file_id}")
    return bytes(data)


_COLUMNS = [column for column in session_files.c if column.name not in ("edition_id", "data")]


def _select_files() -> Select[Any]:
    return select(*_COLUMNS).order_by(session_files.c.id)


async def _grouped(db: Database, query: Select[Any]) -> dict[str, list[SessionFile]]:
    found: dict[str, list[SessionFile]] = defaultdict(list)
    for row in await db.fetch_all(query):
        found[row.session_code].append(SessionFile(**row._mapping))  # noqa: SLF001
    return dict(found)
