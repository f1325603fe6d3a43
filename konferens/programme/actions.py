"""What changes sessions."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, insert, select, update

from konferens.audit import record
from konferens.clock import now
from konferens.codes import new_code
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError
from konferens.events.actions import touch_edition
from konferens.events.model import Edition
from konferens.events.queries import rooms_of, tracks_of
from konferens.i18n import gettext
from konferens.programme.editing import IN_CALENDARS, changed_fields, values_of, version_of
from konferens.programme.model import Session, resolve_wall
from konferens.programme.queries import find_session
from konferens.speakers.queries import speakers_of
from konferens.tables import session_speakers, sessions


async def save_session(
    db: Database,
    edition: Edition,
    code: str | None,
    values: Mapping[str, Any],
    *,
    actor: str,
    version: str | None = None,
) -> str:
    """Create a session (`code` None) or change one; gives its code.

    `values` are any of `editing.FIELDS`; those that are absent keep what they have, or get the column's default. Pages are
    made anew only when something differs, and calendars told (SEQUENCE, `updated_at`) when they show it. `version` is the one that the
    editor saw (`editing.version_of`): ConflictError when the session has been changed since. Raises NotFoundError for an
    unknown code, InvalidError for a room, track or speaker of another edition, for an end that is not after the start, and for
    fewer seats than are taken by those who signed up. What `signup` means for attendees is `signups.editing`'s to see to.
    """
    async with db.transaction():
        await check_values(db, edition, values)
        if code is None:
            return await _create(db, edition, values, actor=actor)
        await _lock(db, edition.id, code)
        session = await find_session(db, edition.id, code, everyone=True)
        before = values_of(session, edition.zone)
        if version is not None and version != version_of(before):
            raise ConflictError(f"session {session.code} has been changed by somebody else")
        changed = changed_fields(before, values)
        if not changed:
            return session.code
        after = {name: values[name] for name in changed}
        _require_seats(session, after)
        told = {"sequence": sessions.c.sequence + 1, "updated_at": now()} if IN_CALENDARS & after.keys() else {}
        await db.execute(
            update(sessions).where(sessions.c.id == session.id).values(**told, **_columns(after, edition.zone))
        )
        if "speakers" in after:
            await db.execute(delete(session_speakers).where(session_speakers.c.session_id == session.id))
            await _add_speakers(db, edition.id, session.id, after["speakers"])
        await touch_edition(db, edition.id)
        await record(
            db,
            actor=actor,
            action="session.update",
            subject=f"session:{session.code}",
            edition_id=edition.id,
            before={name: before[name] for name in changed},
            after=after,
        )
        return session.code


async def delete_session(db: Database, edition: Edition, code: str, *, actor: str) -> None:
    """Take a session out of the programme. The row stays, so that calendars can be told. Raises NotFoundError."""
    async with db.transaction():
        session = await find_session(db, edition.id, code, everyone=True)
        moment = now()
        await db.execute(
            update(sessions)
            .where(sessions.c.id == session.id)
            .values(deleted_at=moment, updated_at=moment, sequence=sessions.c.sequence + 1)
        )
        await touch_edition(db, edition.id)
        await record(
            db,
            actor=actor,
            action="session.delete",
            subject=f"session:{session.code}",
            edition_id=edition.id,
            before=values_of(session, edition.zone),
        )


async def change_zone(db: Database, edition_id: int, zone: ZoneInfo) -> None:
    """Move an edition's sessions to the moments when clocks in `zone` show the times that were planned.

    Call it in the transaction that changes the edition's zone.
    """
    query = select(sessions.c.id, sessions.c.wall_starts, sessions.c.wall_ends).where(
        sessions.c.edition_id == edition_id, sessions.c.wall_starts.is_not(None)
    )
    moved = [
        {
            "session_id": row.id,
            "starts": resolve_wall(row.wall_starts, zone),
            "ends": resolve_wall(row.wall_ends, zone) if row.wall_ends else None,
        }
        for row in await db.fetch_all(query)
    ]
    await db.execute_many(
        update(sessions)
        .where(sessions.c.id == bindparam("session_id"))
        .values(
            starts_at=bindparam("starts"),
            ends_at=bindparam("ends"),
            sequence=sessions.c.sequence + 1,
            updated_at=now(),
        ),
        moved,
    )


async def _lock(db: Database, edition_id: int, code: str) -> None:
    """Let a second editor wait, so that it compares its version with what the first one has written."""
    await db.fetch_one(
        select(sessions.c.id)
        .where(sessions.c.edition_id == edition_id, sessions.c.code == code.upper())
        .with_for_update()
    )


async def check_values(db: Database, edition: Edition, values: Mapping[str, Any]) -> None:
    """Raises InvalidError for a room, track or speaker that the edition doesn't have, or an end not after the start."""
    errors: dict[str, list[str]] = {}
    room, track, starts, ends = (values.get(name) for name in ("room_id", "track_id", "wall_starts", "wall_ends"))
    if room is not None and room not in {each.id for each in await rooms_of(db, edition.id)}:
        errors["room"] = [gettext("Rummet finns inte längre. Välj ett annat.")]
    if track is not None and track not in {each.id for each in await tracks_of(db, edition.id)}:
        errors["track"] = [gettext("Spåret finns inte längre. Välj ett annat.")]
    if ends is not None and (starts is None or ends <= starts):
        errors["ends"] = [gettext("Slutet måste komma efter början.")]
    if values.get("speakers"):
        known = {speaker.code for speaker in await speakers_of(db, edition.id)}
        if any(code not in known for code, _ in values["speakers"]):
            errors["speakers"] = [
                gettext("En av de medverkande finns inte längre i konferensen. Spara igen utan den personen.")
            ]
    if errors:
        raise InvalidError(errors)


def _require_seats(session: Session, after: Mapping[str, Any]) -> None:
    """Raises InvalidError for a new capacity below the seats that are taken: nobody who signed up is thrown out."""
    capacity = after.get("capacity")
    if session.signup and after.get("signup", True) and capacity is not None and capacity < session.taken:
        text = gettext("%(n)s är redan anmälda. Skriv minst %(n)s, eller ta först bort någon från anmälningslistan.")
        raise InvalidError({"capacity": [text % {"n": session.taken}]})


async def _create(db: Database, edition: Edition, values: Mapping[str, Any], *, actor: str) -> str:
    code = await _free_code(db)
    moment = now()
    session_id = int(
        await db.fetch_val(
            insert(sessions)
            .values(
                edition_id=edition.id,
                code=code,
                guid=str(uuid4()),
                created_at=moment,
                updated_at=moment,
                **_columns(values, edition.zone),
            )
            .returning(sessions.c.id)
        )
    )
    await _add_speakers(db, edition.id, session_id, values.get("speakers", ()))
    await touch_edition(db, edition.id)
    await record(
        db,
        actor=actor,
        action="session.create",
        subject=f"session:{code}",
        edition_id=edition.id,
        after=values,
    )
    return code


def _columns(values: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """`values` as columns, the moments resolved from the wall-clock times."""
    columns = {name: value for name, value in values.items() if name != "speakers"}
    for wall, moment in (("wall_starts", "starts_at"), ("wall_ends", "ends_at")):
        if wall in values:
            columns[moment] = resolve_wall(values[wall], zone) if values[wall] else None
    return columns


async def _add_speakers(db: Database, edition_id: int, session_id: int, people: list[tuple[str, str]]) -> None:
    if not people:
        return
    ids = {speaker.code: speaker.id for speaker in await speakers_of(db, edition_id)}
    await db.execute(
        insert(session_speakers).values(
            [
                {"session_id": session_id, "speaker_id": ids[code], "role": role, "position": position}
                for position, (code, role) in enumerate(people)
            ]
        )
    )


async def _free_code(db: Database) -> str:
    code = new_code()
    while await db.fetch_val(select(sessions.c.id).where(sessions.c.code == code)):
        code = new_code()
    return code
