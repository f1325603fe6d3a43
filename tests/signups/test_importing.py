"""A file into a programme that has versions: live as the next one, or as drafts."""

import json
from typing import Any

import pytest

from konferens.database import Database
from konferens.errors import ConflictError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.programme.drafts import drafts_of, save_draft, working_sessions
from konferens.programme.imports import load_schedule_file
from konferens.programme.queries import all_sessions
from konferens.programme.releases import add_release, find_release
from konferens.signups.importing import Imported, import_programme
from tests.factories import ACTOR, make_session, wall


def event(guid: str, title: str) -> dict[str, Any]:
    return {"guid": guid, "title": title, "date": "2027-05-11T09:00:00+02:00", "duration": "01:00", "persons": []}


async def load(db: Database, edition: Edition, *events: dict[str, Any], drafts: bool = False) -> Imported:
    conference = {"title": "A", "days": [{"rooms": {"Stora salen": list(events)}}]}
    data = json.dumps({"schedule": {"base_url": "https://a.example.org/", "conference": conference}}).encode()
    return await import_programme(
        db, edition, load_schedule_file(data), actor=ACTOR, base_url="http://testserver", drafts=drafts
    )


async def titles(db: Database, edition: Edition) -> list[str]:
    return sorted(session.title for session in await all_sessions(db, edition.id))


@pytest.fixture
async def released(db: Database, edition: Edition) -> Edition:
    """An edition whose version 1.0 has a session that is in no file."""
    await make_session(db, edition, "Gammal", wall_starts=wall(11, 9))
    async with db.transaction():
        await add_release(db, edition, name="1.0", actor=ACTOR)
    return await edition_by_id(db, edition.id)


async def test_a_file_is_the_next_version_and_drops_the_drafts_that_it_rewrites(
    db: Database, released: Edition
) -> None:
    [old] = await all_sessions(db, released.id)
    await save_draft(db, released, old.code, {"title": "Gammalt utkast"}, actor=ACTOR)
    await save_draft(db, released, None, {"title": "Nytt utkast"}, actor=ACTOR)
    done = await load(db, released, event("11111111-0000-4000-8000-000000000001", "Ur filen"))
    assert str(done).splitlines()[1:] == [
        "version 1.1 is public now",
        "note: drafts dropped, since the file rewrote their sessions: Gammalt utkast",
    ]
    assert await titles(db, released) == ["Ur filen"]
    assert [draft.values["title"] for draft in (await drafts_of(db, released.id)).values()] == ["Nytt utkast"]
    assert [change.kind.value for change in (await find_release(db, released.id, "1.1")).changes] == [
        "removed",
        "added",
    ]
    assert (await load(db, released, event("11111111-0000-4000-8000-000000000001", "Ur filen"))).release == ""


async def test_a_file_as_drafts_changes_nothing_public(db: Database, released: Edition) -> None:
    done = await load(db, released, event("11111111-0000-4000-8000-000000000001", "Ur filen"), drafts=True)
    assert (done.report.created, done.report.removed, done.release) == (1, 1, "")
    assert await titles(db, released) == ["Gammal"]
    assert [session.title for session in await working_sessions(db, released)] == ["Ur filen"]


async def test_there_are_no_drafts_before_the_first_version(db: Database, edition: Edition) -> None:
    with pytest.raises(ConflictError):
        await load(db, edition, event("11111111-0000-4000-8000-000000000001", "Ur filen"), drafts=True)
