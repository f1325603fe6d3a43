"""What changes speakers: the person (name, e-mail, portrait) and what one edition tells about them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import uuid4

from sqlalchemy import ClauseElement, ColumnElement, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from konferens.audit import record
from konferens.clock import now
from konferens.codes import new_code
from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError
from konferens.events.actions import touch_edition
from konferens.speakers.editing import differences, version_of
from konferens.speakers.images import Portrait
from konferens.speakers.model import Image, Speaker
from konferens.speakers.queries import find_participation, find_speaker
from konferens.tables import edition_speakers, image_sizes, images, session_speakers, sessions, speakers

PERSON = ("name", "email", "image_digest")
EDITION_TEXTS = ("title", "organisation", "biography", "website", "links")
AGREED = ("consent", "recording", "needs", "unavailable")
"""What the speaker tells the organisers. `unavailable` is a list of ['2027-05-11T09:00', '2027-05-11T12:00'], by the
edition's clocks."""

_PUBLIC = {*EDITION_TEXTS, "consent"}


async def store_image(db: Database, portrait: Portrait) -> str:
    """Keep the picture, inside the caller's transaction; the same picture is kept once. Gives its digest."""
    image = portrait.image
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
        await store_sizes(db, portrait.sizes)
    return image.digest


async def store_sizes(db: Database, sizes: Sequence[Image]) -> None:
    """Keep a picture's other sizes, inside the caller's transaction; those that are there already stay."""
    statement = _SIZES[db.dialect]
    await db.execute_many(
        statement,
        [
            {"digest": each.digest, "width": each.width, "media_type": each.media_type, "data": each.data}
            for each in sizes
        ],
    )


_SIZES: dict[str, ClauseElement] = {
    "sqlite": sqlite.insert(image_sizes).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(image_sizes).on_conflict_do_nothing(),
}


async def create_speaker(
    db: Database, edition_id: int, values: Mapping[str, Any], *, actor: str, portrait: Portrait | None = None
) -> str:
    """A new person who speaks in the edition; gives their code.

    `values`: 'name', and any of 'email' and `EDITION_TEXTS`. 'links' is a list of {'title', 'url'}.
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
    portrait: Portrait | None = None,
    remove_portrait: bool = False,
    version: str | None = None,
) -> list[str]:
    """Change a speaker; `values` as for `create_speaker`, and any of `AGREED`. Nothing is written when nothing differs.

    A new name or portrait shows in every edition where the person speaks, so all of these rise; a new name also stands in
    calendar entries (RFC 5545 SEQUENCE). Texts and what is agreed are the edition's own. That the needs were changed is in
    the trail, not what they are. Gives the names of what has changed.

    `version` is what the editor saw (`editing.version_of`; None: whatever there was). Raises ConflictError when somebody has
    changed the speaker since, unless what they made is what is wanted; and NotFoundError.
    """
    async with db.transaction():
        # A second editor waits, and compares its version with what the first one has written.
        await db.fetch_one(select(speakers.c.id).where(speakers.c.code == code).with_for_update())
        speaker = await find_speaker(db, edition_id, code)
        if version and version != version_of(speaker) and differences(speaker, values):
            raise ConflictError(f"speaker {code} has changed")
        wanted = dict(values)
        if portrait:
            wanted["image_digest"] = await store_image(db, portrait)
        elif remove_portrait:
            wanted["image_digest"] = None
        before = await _values_of(db, edition_id, speaker)
        changed = {name: value for name, value in wanted.items() if name in before and value != before[name]}
        if not changed:
            return []
        person = {name: value for name, value in changed.items() if name in PERSON}
        texts = {name: value for name, value in changed.items() if name not in PERSON}
        await db.execute(update(speakers).where(speakers.c.id == speaker.id).values(updated_at=now(), **person))
        if texts:
            await db.execute(update(edition_speakers).where(*_here(edition_id, speaker.id)).values(**texts))
        if "name" in person:
            await touch_sessions(db, speaker.id)
        if person.keys() & {"name", "image_digest"}:
            for each in await _edition_ids(db, speaker.id):
                await touch_edition(db, each)
        elif texts.keys() & _PUBLIC:
            await touch_edition(db, edition_id)
        await record(
            db,
            actor=actor,
            action="speaker.update",
            subject=f"speaker:{speaker.code}",
            edition_id=edition_id,
            before={name: None if name == "needs" else before[name] for name in changed},
            after={name: None if name == "needs" else value for name, value in changed.items()},
        )
        return list(changed)


async def _values_of(db: Database, edition_id: int, speaker: Speaker) -> dict[str, Any]:
    """What `update_speaker` can change, as its `values` have it."""
    agreed = await find_participation(db, edition_id, speaker.id)
    told = {name: getattr(speaker, name) for name in (*PERSON, *EDITION_TEXTS, "consent", "recording")}
    return told | {
        "links": [asdict(link) for link in speaker.links],
        "needs": agreed.needs,
        "unavailable": [
            [starts.isoformat(timespec="minutes"), ends.isoformat(timespec="minutes")]
            for starts, ends in agreed.unavailable
        ],
    }


async def remove_speaker(db: Database, edition_id: int, code: str, *, actor: str) -> None:
    """Take a speaker away from the edition and its sessions; the person and other editions stay. Raises NotFoundError."""
    async with db.transaction():
        speaker = await find_speaker(db, edition_id, code)
        values = await _values_of(db, edition_id, speaker)
        await touch_sessions(db, speaker.id, edition_id)
        here = select(sessions.c.id).where(sessions.c.edition_id == edition_id)
        await db.execute(
            delete(session_speakers).where(
                session_speakers.c.speaker_id == speaker.id, session_speakers.c.session_id.in_(here)
            )
        )
        await db.execute(delete(edition_speakers).where(*_here(edition_id, speaker.id)))
        await touch_edition(db, edition_id)
        await record(
            db,
            actor=actor,
            action="speaker.remove",
            subject=f"speaker:{speaker.code}",
            edition_id=edition_id,
            before={name: values[name] for name in ("name", *EDITION_TEXTS)},
        )


def _here(edition_id: int, speaker_id: int) -> tuple[ColumnElement[bool], ...]:
    return edition_speakers.c.edition_id == edition_id, edition_speakers.c.speaker_id == speaker_id


async def touch_sessions(db: Database, speaker_id: int, edition_id: int | None = None) -> None:
    """Tell calendars of the sessions (of one edition, or of all) where the person speaks, inside the caller's transaction."""
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
