"""What changes speakers: the person (name, e-mail, portrait) and what one edition tells about them."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, insert, select, update

from konferens.audit import record
from konferens.clock import now
from konferens.codes import new_code
from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError
from konferens.events.actions import touch_edition
from konferens.speakers.model import Image
from konferens.speakers.queries import find_speaker
from konferens.tables import edition_speakers, images, session_speakers, sessions, speakers

PERSON = ("name", "email", "image_digest")
EDITION_TEXTS = ("title", "organisation", "biography", "website")


async def store_image(db: Database, image: Image) -> str:
    """Keep the picture, inside the caller's transaction; the same picture is kept once. Gives its digest."""
    if await db.fetch_val(select(images.c.digest).where(images.c.digest == image.digest)) is None:
        await db.execute(
            insert(images).values(
                digest=image.digest,
                media_type=image.media_type,
                width=image.width,
                height=image.height,
                data=image.data,
                created_at=now(),
            )
        )
    return image.digest


async def create_speaker(
    db: Database, edition_id: int, values: Mapping[str, Any], *, actor: str, portrait: Image | None = None
) -> str:
    """A new person who speaks in the edition; gives their code.

    `values`: 'name' and any of 'email', 'title', 'organisation', 'biography', 'website'.
    """
    async with db.transaction():
        moment = now()
        digest = await store_image(db, portrait) if portrait else None
        code = await _free_code(db)
        speaker_id = await db.fetch_val(
            insert(speakers)
            .values(
                code=code,
                guid=str(uuid4()),
                name=values["name"],
                email=values.get("email", ""),
                image_digest=digest,
                created_at=moment,
                updated_at=moment,
            )
            .returning(speakers.c.id)
        )
        texts = {name: values[name] for name in EDITION_TEXTS if name in values}
        await db.execute(insert(edition_speakers).values(edition_id=edition_id, speaker_id=speaker_id, **texts))
        await touch_edition(db, edition_id)
        await record(
            db,
            actor=actor,
            action="speaker.create",
            subject=f"speaker:{code}",
            edition_id=edition_id,
            after={"name": values["name"], **texts},
        )
        return code


async def add_speaker(db: Database, edition_id: int, code: str, *, actor: str) -> None:
    """Let someone from another edition speak in this one too; their latest texts come along.

    Raises NotFoundError for an unknown code, ConflictError when they are here already.
    """
    async with db.transaction():
        person = await db.fetch_one(select(speakers.c.id, speakers.c.name).where(speakers.c.code == code))
        if person is None:
            raise NotFoundError(f"speaker {code}")
        told = await db.fetch_all(
            select(edition_speakers)
            .where(edition_speakers.c.speaker_id == person.id)
            .order_by(edition_speakers.c.edition_id.desc())
        )
        if any(row.edition_id == edition_id for row in told):
            raise ConflictError(f"speaker {code} is in edition {edition_id} already")
        texts = {name: told[0][name] for name in EDITION_TEXTS} if told else {}
        await db.execute(insert(edition_speakers).values(edition_id=edition_id, speaker_id=person.id, **texts))
        await touch_edition(db, edition_id)
        await record(
            db,
            actor=actor,
            action="speaker.add",
            subject=f"speaker:{code}",
            edition_id=edition_id,
            after={"name": person.name},
        )


async def update_speaker(
    db: Database,
    edition_id: int,
    code: str,
    values: Mapping[str, Any],
    *,
    actor: str,
    portrait: Image | None = None,
    remove_portrait: bool = False,
) -> None:
    """Change a speaker; `values` as for `create_speaker`. Nothing is written when nothing differs.

    A new name or portrait shows in every edition where the person speaks, so all of these rise; a new name also stands in
    calendar entries (RFC 5545 SEQUENCE). Texts are the edition's own. Raises NotFoundError.
    """
    async with db.transaction():
        speaker = await find_speaker(db, edition_id, code)
        wanted = dict(values)
        if portrait:
            wanted["image_digest"] = await store_image(db, portrait)
        elif remove_portrait:
            wanted["image_digest"] = None
        changed = {
            name: wanted[name]
            for name in (*PERSON, *EDITION_TEXTS)
            if name in wanted and wanted[name] != getattr(speaker, name)
        }
        if not changed:
            return
        person = {name: value for name, value in changed.items() if name in PERSON}
        texts = {name: value for name, value in changed.items() if name in EDITION_TEXTS}
        await db.execute(update(speakers).where(speakers.c.id == speaker.id).values(updated_at=now(), **person))
        if texts:
            await db.execute(
                update(edition_speakers)
                .where(edition_speakers.c.speaker_id == speaker.id, edition_speakers.c.edition_id == edition_id)
                .values(**texts)
            )
        if "name" in person:
            await _touch_sessions(db, speaker.id)
        if person.keys() & {"name", "image_digest"}:
            for each in await _edition_ids(db, speaker.id):
                await touch_edition(db, each)
        elif texts:
            await touch_edition(db, edition_id)
        await record(
            db,
            actor=actor,
            action="speaker.update",
            subject=f"speaker:{speaker.code}",
            edition_id=edition_id,
            before={name: getattr(speaker, name) for name in changed},
            after=changed,
        )


async def remove_speaker(db: Database, edition_id: int, code: str, *, actor: str) -> None:
    """Take a speaker away from the edition and its sessions; the person and other editions stay. Raises NotFoundError."""
    async with db.transaction():
        speaker = await find_speaker(db, edition_id, code)
        await _touch_sessions(db, speaker.id, edition_id)
        here = select(sessions.c.id).where(sessions.c.edition_id == edition_id)
        await db.execute(
            delete(session_speakers).where(
                session_speakers.c.speaker_id == speaker.id, session_speakers.c.session_id.in_(here)
            )
        )
        await db.execute(
            delete(edition_speakers).where(
                edition_speakers.c.speaker_id == speaker.id, edition_speakers.c.edition_id == edition_id
            )
        )
        await touch_edition(db, edition_id)
        await record(
            db,
            actor=actor,
            action="speaker.remove",
            subject=f"speaker:{speaker.code}",
            edition_id=edition_id,
            before={"name": speaker.name, **{name: getattr(speaker, name) for name in EDITION_TEXTS}},
        )


async def _touch_sessions(db: Database, speaker_id: int, edition_id: int | None = None) -> None:
    spoken = select(session_speakers.c.session_id).where(session_speakers.c.speaker_id == speaker_id)
    query = update(sessions).where(sessions.c.id.in_(spoken))
    if edition_id is not None:
        query = query.where(sessions.c.edition_id == edition_id)
    await db.execute(query.values(sequence=sessions.c.sequence + 1, updated_at=now()))


async def _edition_ids(db: Database, speaker_id: int) -> list[int]:
    """In a fixed order, so that two changes at once take the rows' locks in the same order."""
    query = select(edition_speakers.c.edition_id).where(edition_speakers.c.speaker_id == speaker_id)
    return [row.edition_id for row in await db.fetch_all(query.order_by(edition_speakers.c.edition_id))]


async def _free_code(db: Database) -> str:
    code = new_code()
    while await db.fetch_val(select(speakers.c.id).where(speakers.c.code == code)):
        code = new_code()
    return code
