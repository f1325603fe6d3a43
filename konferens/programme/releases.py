"""Versions of a programme: which there are, what the next one would change, and how one is added.

With its first version a programme's drafts begin: from then on, what organisers save is seen by everybody when it is
released, and not before.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from konferens.audit import record
from konferens.clock import now
from konferens.database import Database, Row
from konferens.errors import InvalidError, NotFoundError
from konferens.events.actions import take_turns, touch_edition
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.programme.drafts import Plan, discard_drafts, drafts_of, plan_many, with_drafts
from konferens.programme.editing import from_json
from konferens.programme.model import Session
from konferens.programme.planned import Draft, Places
from konferens.programme.queries import all_sessions
from konferens.programme.release_names import small_name
from konferens.programme.snapshots import (
    Change,
    ChangeKind,
    Snapshot,
    changes_from_json,
    changes_to_json,
    compare,
    mark_of,
    public_part,
    snapshot_of,
)
from konferens.speakers.model import SpeakerStatus
from konferens.tables import edition_speakers, editions, releases, speakers
from konferens.webhooks.actions import announce


@dataclass(frozen=True, slots=True)
class Release:
    """A version of a programme. `note` is Markdown for everybody; `changes` are against the version before, of what
    everybody sees, and none for the first one."""

    id: int
    name: str
    note: str
    released_at: datetime
    actor: str
    changes: tuple[Change, ...]
    is_first: bool

    @property
    def groups(self) -> list[tuple[ChangeKind, list[Change]]]:
        """The changes by kind, in the order of `snapshots.ChangeKind`."""
        return grouped(self.changes)


@dataclass(frozen=True, slots=True)
class Pending:
    """What the next release would do: every change, and those that the public sees. `mark` is another one as soon as
    anybody has changed anything."""

    drafts: Mapping[str, Draft]
    public: Sequence[Session]
    working: Sequence[Session]
    changes: tuple[Change, ...]
    public_changes: tuple[Change, ...]
    mark: str

    @property
    def groups(self) -> list[tuple[ChangeKind, list[Change]]]:
        return grouped(self.changes)


def grouped(changes: Sequence[Change]) -> list[tuple[ChangeKind, list[Change]]]:
    """Changes by kind, kinds without any left out."""
    found = [(kind, [change for change in changes if change.kind is kind]) for kind in ChangeKind]
    return [(kind, these) for kind, these in found if these]


_COLUMNS = [column for column in releases.c if column.name not in ("snapshot", "edition_id")]


async def releases_of(db: Database, edition_id: int) -> list[Release]:
    """The edition's versions, the latest first; without their snapshots, which are large."""
    query = select(*_COLUMNS).where(releases.c.edition_id == edition_id).order_by(releases.c.id.desc())
    rows = await db.fetch_all(query)
    return [_release(row, is_first=row is rows[-1]) for row in rows]


async def find_release(db: Database, edition_id: int, name: str) -> Release:
    """Raises NotFoundError when the edition has no version of that name."""
    for release in await releases_of(db, edition_id):
        if release.name == name:
            return release
    raise NotFoundError(f"release {name}")


async def snapshot_at(db: Database, release_id: int) -> Snapshot:
    """The programme as it was in that version."""
    stored: Snapshot = await db.fetch_val(select(releases.c.snapshot).where(releases.c.id == release_id))
    return stored


async def speaker_names(
    db: Database, edition_id: int, codes: Collection[str], *, everyone: bool = False
) -> dict[str, str]:
    """What people are called now, by code. Absent are those who are gone, and who have declined, but for organisers
    (`everyone`).
    """
    if not codes:
        return {}
    query = select(speakers.c.code, speakers.c.name).where(speakers.c.code.in_(sorted(codes)))
    if not everyone:
        declined = select(edition_speakers.c.speaker_id).where(
            edition_speakers.c.edition_id == edition_id, edition_speakers.c.status == SpeakerStatus.DECLINED.value
        )
        query = query.where(speakers.c.id.not_in(declined))
    return {row.code: row.name for row in await db.fetch_all(query)}


async def pending_release(db: Database, edition: Edition) -> Pending:
    """What would change for everybody if the edition's drafts were released now."""
    public = await all_sessions(db, edition.id)
    drafts = await drafts_of(db, edition.id) if edition.release else {}
    working = with_drafts(public, drafts, edition, await Places.read(db, edition.id))
    before, after = snapshot_of(public, edition.zone), snapshot_of(working, edition.zone)
    changes = compare(before, after)
    return Pending(
        drafts=drafts,
        public=public,
        working=working,
        changes=changes,
        public_changes=compare(public_part(before), public_part(after)),
        mark=mark_of(edition.release, changes),
    )


async def add_release(db: Database, edition: Edition, *, name: str, note: str = "", actor: str) -> Release:
    """Make what is public now a version with this name, inside the caller's transaction.

    Raises InvalidError (field 'name') when the edition has one of that name.
    """
    held = await releases_of(db, edition.id)
    if name in {release.name for release in held}:
        raise InvalidError({"name": [gettext("Det finns redan en version som heter så.")]})
    after = snapshot_of(await all_sessions(db, edition.id), edition.zone)
    before = await snapshot_at(db, held[0].id) if held else None
    changes = compare(public_part(before), public_part(after)) if before else ()
    values = {"name": name, "note": note, "released_at": now(), "actor": actor}
    row = await db.fetch_one(
        insert(releases)
        .values(edition_id=edition.id, snapshot=after, changes=changes_to_json(changes), **values)
        .returning(*_COLUMNS)
    )
    await db.execute(update(editions).where(editions.c.id == edition.id).values(release=name))
    await touch_edition(db, edition.id)
    await record(
        db,
        actor=actor,
        action="programme.release",
        subject=f"edition:{edition.id}",
        edition_id=edition.id,
        before={"release": held[0].name if held else ""},
        after={"release": name, "changes": len(changes)},
    )
    facts = {"name": name, "note": note, "changes": len(changes), "path": f"{edition.path}changes"}
    await announce(db, edition, "programme.released", [{"release": facts}])
    return _release(row, is_first=not held)  # type: ignore[arg-type] # an INSERT gives its row


async def add_small_release(db: Database, edition: Edition, *, actor: str) -> Release:
    """As `add_release`, for what was published without preparation: the name is the next small one ('1.2' → '1.2.1')."""
    used = {release.name for release in await releases_of(db, edition.id)}
    return await add_release(db, edition, name=small_name(edition.release, used), actor=actor)


async def restore(db: Database, edition: Edition, name: str, *, actor: str) -> int:
    """Plan that the programme becomes what it was in that version; gives how many sessions differ. Nothing public changes
    before the next release. Drafts that there were are replaced. Raises NotFoundError.
    """
    async with db.transaction():
        await take_turns(db, edition.id)
        release = await find_release(db, edition.id, name)
        entries = (await snapshot_at(db, release.id))["sessions"]
        await discard_drafts(db, edition, actor=actor)
        codes = {entry["code"] for entry in entries}
        public = await all_sessions(db, edition.id)
        plans = [Plan(entry["code"], entry["guid"], from_json(entry)) for entry in entries]
        plans += [Plan(session.code, session.guid, {}, True) for session in public if session.code not in codes]
        await plan_many(db, edition, plans, actor=actor)
        planned = await drafts_of(db, edition.id)
        await record(
            db,
            actor=actor,
            action="programme.restore",
            subject=f"edition:{edition.id}",
            edition_id=edition.id,
            after={"release": name, "sessions": len(planned)},
        )
        return len(planned)


def _release(row: Row, *, is_first: bool) -> Release:
    values: dict[str, Any] = dict(row)
    return Release(**values | {"changes": changes_from_json(values["changes"])}, is_first=is_first)
