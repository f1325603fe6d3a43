"""The working programme: what organisers have changed since the last release lies over what is public.

An edition without a release has no drafts: there, whatever is saved is public at once.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, insert, select

from konferens.audit import record, record_many
from konferens.clock import now
from konferens.codes import new_code
from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError
from konferens.events.actions import take_turns
from konferens.events.model import Edition
from konferens.programme.actions import check_values
from konferens.programme.editing import changed_fields, from_json, to_json, values_of, version_of
from konferens.programme.model import Session
from konferens.programme.planned import Draft, Places, new_values, planned_session, planned_values
from konferens.programme.queries import all_sessions, find_session, sessions_where
from konferens.tables import session_drafts, session_files, sessions


class Plan(NamedTuple):
    """What to plan for a session: `code` None makes a new one, `guid` None one of its own. `values` are any of
    `editing.FIELDS`; what they don't tell stays as it is planned already."""

    code: str | None
    guid: str | None
    values: Mapping[str, Any]
    deleted: bool = False


async def drafts_of(db: Database, edition_id: int) -> dict[str, Draft]:
    """The edition's drafts by the session's code."""
    return await _drafts_where(db, session_drafts.c.edition_id == edition_id)


async def _drafts_where(db: Database, *conditions: ColumnElement[bool]) -> dict[str, Draft]:
    return {
        row.code: Draft(row.code, row.guid, from_json(row.planned), row.deleted, row.actor, row.updated_at)
        for row in await db.fetch_all(select(session_drafts).where(*conditions))
    }


async def working_sessions(db: Database, edition: Edition, *, texts: bool = True) -> list[Session]:
    """What organisers see: `queries.all_sessions` with the drafts applied, by start and room; those without a time last.

    A session that only the next release brings has the id 0. Without `texts` only when, where and with whom is right.
    """
    drafts = await drafts_of(db, edition.id) if edition.release else {}
    public = await all_sessions(db, edition.id, texts=texts)
    places = await Places.read(db, edition.id, _people(drafts, public)) if drafts else Places({}, {}, {})
    return with_drafts(public, drafts, edition, places)


def _people(drafts: Mapping[str, Draft], public: Iterable[Session], plans: Iterable[Plan] = ()) -> set[str]:
    """Codes of all who are planned to take part in what the drafts change."""
    changes = [*(draft.values for draft in drafts.values()), *(plan.values for plan in plans)]
    told = [values["speakers"] for values in changes if "speakers" in values]
    shown = {person.code for session in public if session.code in drafts for person in session.speakers}
    return shown | {code for people in told for code, _ in people}


def with_drafts(
    public: Sequence[Session], drafts: Mapping[str, Draft], edition: Edition, places: Places
) -> list[Session]:
    """The sessions as the drafts will make them, in the order of `working_sessions`. Pure."""
    held = {session.code: session for session in public}
    working = [session for session in public if session.code not in drafts]
    working += [
        planned_session(draft, held.get(draft.code), edition, places) for draft in drafts.values() if not draft.deleted
    ]
    # `all_sessions` has its rooms in order already, so that sorting by start alone keeps it where there are no drafts.
    positions = {room.id: room.position for room in places.rooms.values()}
    return sorted(
        working,
        key=lambda session: (
            session.starts_at is None,
            session.starts_at.timestamp() if session.starts_at else 0,
            positions.get(session.room.id, 0) if session.room else -1,
        ),
    )


async def draft_of(db: Database, edition: Edition, code: str) -> Draft | None:
    """What is planned for one session; None where nothing is."""
    this = (session_drafts.c.edition_id == edition.id, session_drafts.c.code == code.upper())
    return (await _drafts_where(db, *this)).get(code.upper()) if edition.release else None


async def find_working_session(db: Database, edition: Edition, code: str) -> Session:
    """One of `working_sessions`. Raises NotFoundError for a code (either case) that isn't among them."""
    code = code.upper()
    draft = await draft_of(db, edition, code)
    if draft is None:
        return await find_session(db, edition.id, code, everyone=True)
    if draft.deleted:
        raise NotFoundError(f"session {code}")
    public = await _public(db, edition.id, [code])
    places = await Places.read(db, edition.id, _people({code: draft}, public.values()))
    return planned_session(draft, public.get(code), edition, places)


async def _public(db: Database, edition_id: int, codes: Collection[str]) -> dict[str, Session]:
    """What the public has of these, by code."""
    ours = (sessions.c.edition_id == edition_id, sessions.c.deleted_at.is_(None), sessions.c.code.in_(sorted(codes)))
    return {session.code: session for session in await sessions_where(db, *ours, everyone=True)}


async def save_draft(
    db: Database,
    edition: Edition,
    code: str | None,
    values: Mapping[str, Any],
    *,
    actor: str,
    version: str | None = None,
) -> str:
    """Plan a new session (`code` None) or a change of one for the next release; gives its code.

    Values, version and errors are as for `programme.actions.save_session`. What is as the public has it needs no draft.
    """
    async with db.transaction():
        await take_turns(db, edition.id)
        await check_values(db, edition, values)
        held = await find_working_session(db, edition, code) if code is not None else None
        before = values_of(held, edition.zone) if held else {}
        if held and version is not None and version != version_of(before):
            raise ConflictError(f"session {held.code} has been changed by somebody else")
        if held and not changed_fields(before, values):
            return held.code
        plan = Plan(held.code if held else None, held.guid if held else None, values)
        return (await plan_many(db, edition, [plan], actor=actor))[0]


async def delete_in_draft(db: Database, edition: Edition, code: str, *, actor: str) -> None:
    """Plan that the next release takes a session away; one that is only a draft is gone. Raises NotFoundError."""
    async with db.transaction():
        await take_turns(db, edition.id)
        held = await find_working_session(db, edition, code)
        await plan_many(db, edition, [Plan(held.code, held.guid, {}, deleted=True)], actor=actor)
        await _drop_files(db, edition.id, [held.code])


async def plan_many(
    db: Database, edition: Edition, plans: Sequence[Plan | tuple[Any, ...]], *, actor: str
) -> list[str]:
    """Plan all of it for the next release, in a fixed number of statements; gives the codes, in the order of `plans`.

    Rooms, tracks and people that the edition doesn't have are left out. What then is as the public has it needs no draft,
    nor does the deletion of what was never public.
    """
    async with db.transaction():
        await take_turns(db, edition.id)
        wanted = [Plan(*plan) for plan in plans]
        new_codes = await _free_codes(db, sum(plan.code is None for plan in wanted))
        codes = [plan.code or new_codes.pop() for plan in wanted]
        public = await _public(db, edition.id, codes)
        these = (session_drafts.c.edition_id == edition.id, session_drafts.c.code.in_(sorted(codes)))
        drafts = await _drafts_where(db, *these)
        shown_people = {person.code for session in public.values() for person in session.speakers}
        places = await Places.read(db, edition.id, _people(drafts, (), wanted) | shown_people)
        moment = now()
        rows, trail = [], []
        for code, plan in zip(codes, wanted, strict=True):
            shown, draft = public.get(code), drafts.get(code)
            known = new_values(edition.language) if shown is None else values_of(shown, edition.zone)
            before = planned_values(draft, shown, edition, places) if draft else known
            after = places.cleared({**before, **plan.values})
            is_needed = shown is not None if plan.deleted else shown is None or bool(changed_fields(known, after))
            if is_needed:
                guid = (shown or draft).guid if shown or draft else plan.guid or str(uuid4())  # type: ignore[union-attr]
                rows.append(
                    {
                        "edition_id": edition.id,
                        "code": code,
                        "guid": guid,
                        "planned": to_json(after),
                        "deleted": plan.deleted,
                        "actor": actor,
                        "updated_at": moment,
                    }
                )
            changed = changed_fields(before, after)
            if plan.deleted or changed or not (shown or draft):
                trail.append((f"session:{code}", plan.deleted, _only(before, changed), _only(after, changed)))
        await forget(db, edition.id, codes)
        await db.execute_many(insert(session_drafts), rows)
        for action, deleted in (("session.draft", False), ("session.draft-delete", True)):
            changes = [(subject, old, new) for subject, gone, old, new in trail if gone is deleted]
            await record_many(db, actor=actor, action=action, edition_id=edition.id, changes=changes)
        return codes


def _only(values: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return to_json({name: values[name] for name in names})


async def forget(db: Database, edition_id: int, codes: Collection[str]) -> None:
    """Forget what is planned for these sessions, inside the caller's transaction: they are as the public has them."""
    if codes:
        await db.execute(
            delete(session_drafts).where(
                session_drafts.c.edition_id == edition_id, session_drafts.c.code.in_(sorted(codes))
            )
        )


async def undo_draft(db: Database, edition: Edition, code: str, *, actor: str) -> None:
    """Throw away what is planned for one session. Raises NotFoundError where nothing is."""
    async with db.transaction():
        await take_turns(db, edition.id)
        draft = await draft_of(db, edition, code)
        if draft is None:
            raise NotFoundError(f"draft of session {code}")
        await forget(db, edition.id, [draft.code])
        await _drop_files(db, edition.id, [draft.code])
        await record(
            db,
            actor=actor,
            action="session.draft-undo",
            subject=f"session:{draft.code}",
            edition_id=edition.id,
            before=to_json(draft.values),
        )


async def discard_drafts(db: Database, edition: Edition, *, actor: str) -> int:
    """Throw away all that is planned; gives how many sessions that was."""
    async with db.transaction():
        await take_turns(db, edition.id)
        drafts = await drafts_of(db, edition.id)
        await forget(db, edition.id, drafts)
        await _drop_files(db, edition.id, drafts)
        await record_many(
            db,
            actor=actor,
            action="session.draft-undo",
            edition_id=edition.id,
            changes=[(f"session:{draft.code}", to_json(draft.values), {}) for draft in drafts.values()],
        )
        return len(drafts)


async def _drop_files(db: Database, edition_id: int, codes: Collection[str]) -> None:
    """Delete the files of those of these codes that are no session any more, nor were one: nobody gets at them."""
    if codes:
        known = select(sessions.c.code).where(sessions.c.code.in_(sorted(codes)))
        await db.execute(
            delete(session_files).where(
                session_files.c.edition_id == edition_id,
                session_files.c.session_code.in_(sorted(codes)),
                session_files.c.session_code.not_in(known),
            )
        )


async def _free_codes(db: Database, n: int) -> list[str]:
    """Codes that neither a session nor a draft has."""
    found: set[str] = set()
    while len(found) < n:
        tried = {new_code() for _ in range(n - len(found))}
        taken = (
            select(sessions.c.code)
            .where(sessions.c.code.in_(tried))
            .union_all(select(session_drafts.c.code).where(session_drafts.c.code.in_(tried)))
        )
        found |= tried - {row.code for row in await db.fetch_all(taken)}
    return list(found)
