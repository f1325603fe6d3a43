"""`konferens import-schedule`: what it prints, what it changes, and with `--dry-run` that it changes nothing."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.programme.queries import all_sessions
from konferens.tables import audit
from tests.programme.test_imports import event, schedule
from tests.test_cli import Shell


@pytest.fixture
def konferens(database_url: str, tmp_path: Path) -> Shell:
    return Shell(database_url, tmp_path / "data")


async def state(db: Database, edition: Edition) -> tuple[Any, ...]:
    """All that an import could have touched."""
    trail = await db.fetch_val(select(func.count()).select_from(audit))
    return await edition_by_id(db, edition.id), await all_sessions(db, edition.id), trail


def words(*lines: str) -> str:
    return "\n".join([*lines, ""])


def counts(sessions: str, *, places: int = 0) -> str:
    return f"sessions: {sessions}; rooms and tracks: {places} new or changed; people: 0 new or changed"


async def test_a_dry_run_tells_what_would_change_and_changes_nothing(
    db: Database, edition: Edition, konferens: Shell, tmp_path: Path
) -> None:
    """Twice: into an empty programme, and into one that the file has been read into before."""
    file, command = tmp_path / "schedule.json", ("import-schedule", edition.ref, str(tmp_path / "schedule.json"))
    file.write_bytes(schedule(event(1), event(2)))
    before = await state(db, edition)
    first = counts("2 new, 0 changed, 0 unchanged, 0 removed", places=1)
    told = words(
        "New sessions (2)",
        "  Session 1 – Tuesday 11 May 09:00, Stora salen",
        "  Session 2 – Tuesday 11 May 09:00, Stora salen",
        "New rooms (1)",
        "  Stora salen",
        first,
    )
    assert konferens(*command, "--dry-run") == (0, told, "")
    assert await state(db, edition) == before
    assert konferens(*command) == (0, words(first), "")
    assert [session.title for session in await all_sessions(db, edition.id)] == ["Session 1", "Session 2"]

    before = await state(db, edition)
    told = words("nothing would change", counts("0 new, 0 changed, 2 unchanged, 0 removed"))
    assert konferens(*command, "--dry-run") == (0, told, "")
    file.write_bytes(schedule(event(1, title="Macken", date="2027-05-11T10:00:00+02:00"), event(3)))
    told = words(
        "New sessions (1)",
        "  Session 3 – Tuesday 11 May 09:00, Stora salen",
        "Changed sessions (1)",
        "  Macken – Tuesday 11 May 10:00, Stora salen",
        "    Title: Session 1 → Macken",
        "    Starts: Tuesday 11 May 09:00 → Tuesday 11 May 10:00",
        "    Ends: Tuesday 11 May 10:00 → Tuesday 11 May 11:00",
        "Sessions that are removed (1)",
        "  Session 2 – Tuesday 11 May 09:00, Stora salen",
        counts("1 new, 1 changed, 0 unchanged, 1 removed"),
    )
    assert konferens(*command, "--dry-run") == (0, told, "")
    assert await state(db, edition) == before


async def test_a_file_with_mistakes_ends_with_1_and_tells_all_of_them(
    db: Database, edition: Edition, konferens: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "schedule.json"
    file.write_bytes(schedule({**event(1), "guid": "x"}, {**event(2), "duration": ""}))
    before = await state(db, edition)
    status, out, err = konferens("import-schedule", edition.ref, str(file), "--dry-run")
    at = 'schedule.conference.days[0].rooms["Stora salen"]'
    assert (status, out) == (1, "")
    assert [
        line.removeprefix("konferens: ").startswith(f"{at}[{n}]") for n, line in enumerate(err.splitlines()[:2])
    ] == [
        True,
        True,
    ]
    file.write_bytes(schedule(event(1)))
    nowhere = konferens("import-schedule", "no/2027", str(file), "--dry-run")
    assert nowhere == (1, "", "konferens: there is no edition no/2027\n")
    assert konferens("import-schedule", edition.ref, "--dry-run")[0] == 2
    assert await state(db, edition) == before
