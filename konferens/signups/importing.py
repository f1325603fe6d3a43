"""A programme from a file, with what it means for versions, drafts, and those who signed up."""

from collections.abc import Collection
from dataclasses import dataclass

from konferens.database import Database
from konferens.errors import ConflictError
from konferens.events.actions import take_turns
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.offering.seats import next_ticket_changes
from konferens.programme.drafts import drafts_of, forget
from konferens.programme.imports import ImportReport, import_schedule
from konferens.programme.queries import sessions_where
from konferens.programme.release_names import next_name
from konferens.programme.releases import add_release, releases_of
from konferens.programme.schedule import ImportedSchedule
from konferens.programme.snapshots import compare, snapshot_of
from konferens.signups.actions import pass_on_session_seats
from konferens.signups.informing import note_changes
from konferens.signups.switching import follow_signups
from konferens.tables import sessions


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `release` is the version that it made, '' for none; `dropped` are the titles of drafts that are gone
    since the file told something else about their sessions.
    """

    report: ImportReport
    release: str = ""
    dropped: tuple[str, ...] = ()

    def __str__(self) -> str:
        text = str(self.report)
        if self.release:
            text += f"\nversion {self.release} is public now"
        if self.dropped:
            text += f"\nnote: drafts dropped, since the file rewrote their sessions: {', '.join(self.dropped)}"
        return text


async def import_programme(
    db: Database,
    edition: Edition,
    imported: ImportedSchedule,
    *,
    actor: str,
    base_url: str,
    drafts: bool = False,
    remove: bool = True,
    seen: str | None = None,
    mine: Collection[int] | None = None,
) -> Imported:
    """As `programme.imports.import_schedule`, with its errors; seats and waiting lists follow, in one transaction.

    On an edition with versions the imported programme is public as the next one, and drafts of sessions that the file
    rewrote are dropped; with `drafts` nothing of the sessions is public before the next release. ConflictError for `drafts`
    on an edition without versions, where there are none. Nobody is written to at once (`signups.informing`).
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        await take_turns(db, edition.id)
        edition = await edition_by_id(db, edition.id)
        if drafts:
            if not edition.release:
                raise ConflictError(
                    f"{edition.ref} has no version of its programme yet: what is saved is public at once"
                )
            return Imported(
                await import_schedule(
                    db, edition, imported, actor=actor, drafts=True, remove=remove, seen=seen, mine=mine
                )
            )
        everything = sessions.c.edition_id == edition.id
        before = await sessions_where(db, everything, everyone=True)
        report = await import_schedule(db, edition, imported, actor=actor, remove=remove, seen=seen, mine=mine)
        after = await sessions_where(db, everything, everyone=True)
        await follow_signups(db, edition.id, before, after)
        await note_changes(db, edition, before, after)
        await pass_on_session_seats(db, edition, base_url=base_url)
        changes = compare(
            *(
                snapshot_of([each for each in these if each.deleted_at is None], edition.zone)
                for these in (before, after)
            )
        )
        if not edition.release or not changes:
            return Imported(report)
        rewritten = {change.code for change in changes}
        dropped = [draft for code, draft in (await drafts_of(db, edition.id)).items() if code in rewritten]
        await forget(db, edition.id, [draft.code for draft in dropped])
        name = next_name(edition.release, {release.name for release in await releases_of(db, edition.id)})
        await add_release(db, edition, name=name, actor=actor)
        return Imported(report, name, tuple(sorted(draft.values["title"] for draft in dropped)))
