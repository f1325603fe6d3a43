"""What is known of a speaker, and how it is taken away."""

from typing import Any

from sqlalchemy import ColumnElement, Text, and_, bindparam, cast, delete, exists, func, or_, select, update

from konferens.audit import record
from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.privacy import clearing
from konferens.privacy.history import trail
from konferens.privacy.model import ERASED_NAME
from konferens.speakers.actions import remove_speaker
from konferens.speakers.model import Speaker
from konferens.speakers.queries import find_speaker
from konferens.tables import (
    audit,
    edition_speakers,
    editions,
    image_sizes,
    images,
    mail_outbox,
    series,
    session_drafts,
    session_files,
    session_speakers,
    sessions,
    speakers,
)

Json = dict[str, Any]

_TOLD = (
    "title",
    "organisation",
    "biography",
    "website",
    "links",
    "status",
    "message",
    "needs",
    "unavailable",
    "consent",
    "recording",
)


async def speaker_data(db: Database, edition: Edition, speaker: Speaker) -> Json:
    """Everything about the person as a speaker, in all editions, as JSON (GDPR articles 15 and 20). The ticket that they may have
    is told of on its own page.
    """
    return {
        "exported_at": now().isoformat(),
        "conference": {
            "name": edition.name,
            "organiser": edition.series.organisation or edition.series.name,
            "contact": edition.contact_email,
        },
        "speaker": {
            "code": speaker.code,
            "name": speaker.name,
            "email": speaker.email,
            "portrait": speaker.image_url,
            "created_at": speaker.created_at.isoformat(),
            "updated_at": speaker.updated_at.isoformat(),
        },
        "conferences": await _conferences(db, speaker),
        "files": await _files(db, speaker),
        "imported": await imported_data(db, speaker.guid),
        "mails": await _mails(db, speaker),
        "history": await trail(db, audit.c.subject == f"speaker:{speaker.code}"),
    }


async def _conferences(db: Database, speaker: Speaker) -> list[Json]:
    spoken = (
        select(sessions.c.edition_id, sessions.c.code, sessions.c.title, session_speakers.c.role)
        .join(sessions, sessions.c.id == session_speakers.c.session_id)
        .where(session_speakers.c.speaker_id == speaker.id, sessions.c.deleted_at.is_(None))
        .order_by(sessions.c.starts_at, sessions.c.id)
    )
    by_edition: dict[int, list[Json]] = {}
    for row in await db.fetch_all(spoken):
        by_edition.setdefault(row.edition_id, []).append({"code": row.code, "title": row.title, "role": row.role})
    rows = await db.fetch_all(
        select(edition_speakers, editions.c.name, editions.c.slug, series.c.slug.label("series"))
        .join(editions, editions.c.id == edition_speakers.c.edition_id)
        .join(series, series.c.id == editions.c.series_id)
        .where(edition_speakers.c.speaker_id == speaker.id)
        .order_by(editions.c.starts_on)
    )
    return [
        {
            "name": row.name,
            "path": f"/{row.series}/{row.slug}/",
            **{name: row[name] for name in _TOLD},
            "invited_at": row.invited_at.isoformat() if row.invited_at else None,
            "answered_at": row.answered_at.isoformat() if row.answered_at else None,
            "sessions": by_edition.get(row.edition_id, []),
        }
        for row in rows
    ]


async def _files(db: Database, speaker: Speaker) -> list[Json]:
    """What they have added to sessions; the files themselves are where everybody gets them."""
    names = ("session_code", "name", "media_type", "size", "created_at")
    query = select(*(session_files.c[name] for name in names)).where(session_files.c.actor == f"speaker:{speaker.code}")
    return [
        {
            "session": row.session_code,
            "name": row.name,
            "media_type": row.media_type,
            "size": row.size,
            "added_at": row.created_at.isoformat(),
        }
        for row in await db.fetch_all(query.order_by(session_files.c.id))
    ]


async def _mails(db: Database, speaker: Speaker) -> list[Json]:
    """Those with the link to a page of theirs: an address can be anybody's, and whoever writes another's on the own page must not
    read what the other was written.
    """
    own = select(edition_speakers.c.secret).where(
        edition_speakers.c.speaker_id == speaker.id, edition_speakers.c.secret.is_not(None)
    )
    pages = [mail_outbox.c.body_text.contains(f"/speaking/{row.secret}/") for row in await db.fetch_all(own)]
    if not speaker.email or not pages:
        return []
    query = select(mail_outbox).where(*_letters(speaker.email), or_(*pages)).order_by(mail_outbox.c.id)
    return [
        {
            "to": row.to_email,
            "kind": row.kind,
            "subject": row.subject,
            "text": row.body_text,
            "status": row.status,
            "written_at": row.created_at.isoformat(),
        }
        for row in await db.fetch_all(query)
    ]


def _letters(email: str) -> tuple[Any, ...]:
    """What was written to them as a speaker, or about them to the organisers."""
    return mail_outbox.c.kind.contains("speaker"), func.lower(mail_outbox.c.to_email) == email.lower()


async def erase_speaker(db: Database, edition: Edition, code: str, *, actor: str) -> None:
    """Take somebody out of the edition and its sessions, with texts, needs, answer, mails, trail and the files that they added;
    the person too, picture and address, who speaks in no other edition. Sessions stay, and so does a ticket: it is erased as
    all tickets are. Raises NotFoundError.
    """
    async with db.transaction():
        speaker = await find_speaker(db, edition.id, code)
        await forget_in_extras(db, edition.id, speaker.guid)
        await remove_speaker(db, edition.id, speaker.code, actor=actor)
        added = and_(session_files.c.edition_id == edition.id, session_files.c.actor == f"speaker:{speaker.code}")
        await db.execute(delete(session_files).where(added))
        mine = mail_outbox.c.edition_id == edition.id
        to_them = and_(*_letters(speaker.email)) if speaker.email else mail_outbox.c.id.is_(None)
        about_them = and_(mail_outbox.c.kind == "speaker_declined", mail_outbox.c.subject.contains(speaker.name))
        await clearing.clear_mails(db, and_(mine, or_(to_them, about_them)))
        elsewhere = exists().where(edition_speakers.c.speaker_id == speaker.id)
        if not await db.fetch_val(select(elsewhere)):
            nobody = {"name": ERASED_NAME, "email": "", "image_digest": None, "updated_at": now()}
            await db.execute(update(speakers).where(speakers.c.id == speaker.id).values(**nobody))
            await _forget_picture(db, speaker.image_digest)
        subject = audit.c.subject == f"speaker:{speaker.code}"
        await clearing.clear_audit(db, and_(audit.c.edition_id == edition.id, subject))
        await record(
            db,
            actor=actor,
            action="privacy.erase",
            subject=f"speaker:{speaker.code}",
            edition_id=edition.id,
        )


async def imported_data(db: Database, guid: str) -> list[Json]:
    """What imported files told of the person beside what has its place here: numbers, picture, answers in another system."""
    rows = await db.fetch_all(select(sessions.c.code, sessions.c.extras).where(_names_in_extras(guid)))
    found = [(row.code, row.extras.get("persons", {}).get(guid)) for row in rows]
    return [{"session": code, **told} for code, told in found if told]


async def forget_in_extras(db: Database, edition_id: int, guid: str) -> None:
    """Take that away, in the edition's sessions and in those that are planned."""
    query = select(sessions.c.id, sessions.c.extras).where(sessions.c.edition_id == edition_id, _names_in_extras(guid))
    await db.execute_many(
        update(sessions).where(sessions.c.id == bindparam("row_id")).values(extras=bindparam("new_extras")),
        [{"row_id": row.id, "new_extras": _without(row.extras, guid)} for row in await db.fetch_all(query)],
    )
    drafts = await db.fetch_all(
        select(session_drafts.c.id, session_drafts.c.planned).where(
            session_drafts.c.edition_id == edition_id, cast(session_drafts.c.planned, Text).contains(guid)
        )
    )
    await db.execute_many(
        update(session_drafts)
        .where(session_drafts.c.id == bindparam("row_id"))
        .values(planned=bindparam("new_planned")),
        [
            {"row_id": row.id, "new_planned": {**row.planned, "extras": _without(row.planned["extras"], guid)}}
            for row in drafts
            if "extras" in row.planned
        ],
    )


def _names_in_extras(guid: str) -> ColumnElement[bool]:
    return cast(sessions.c.extras, Text).contains(guid)


def _without(extras: Json, guid: str) -> Json:
    persons = {other: told for other, told in extras.get("persons", {}).items() if other != guid}
    kept = {name: value for name, value in extras.items() if name != "persons"}
    return {**kept, "persons": persons} if persons else kept


async def _forget_picture(db: Database, digest: str | None) -> None:
    """The same file may be somebody else's picture, too."""
    if digest is None or await db.fetch_val(select(speakers.c.id).where(speakers.c.image_digest == digest).limit(1)):
        return
    await db.execute(delete(image_sizes).where(image_sizes.c.digest == digest))
    await db.execute(delete(images).where(images.c.digest == digest))


async def purge_needs(db: Database, edition_id: int) -> int:
    """Delete what the edition's speakers said that they need; gives how many had said something."""
    told = and_(edition_speakers.c.edition_id == edition_id, edition_speakers.c.needs != "")
    return await db.execute(update(edition_speakers).where(told).values(needs=""))


async def purge_agreements(db: Database, edition_id: int) -> int:
    """Delete what the edition's speakers told its organisers alone, and close their own pages; gives for how many. What is
    published stays.
    """
    told = and_(
        edition_speakers.c.edition_id == edition_id,
        or_(edition_speakers.c.message != "", edition_speakers.c.secret.is_not(None)),
    )
    nothing: Json = {"message": "", "secret": None, "unavailable": []}
    return await db.execute(update(edition_speakers).where(told).values(**nothing))
