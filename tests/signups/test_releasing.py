"""From a saved draft to a version that everybody sees, with what it means for those who signed up."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, select

from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError
from konferens.events.actions import delete_place
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.programme.drafts import (
    Plan,
    delete_in_draft,
    drafts_of,
    find_working_session,
    plan_many,
    save_draft,
    undo_draft,
    working_sessions,
)
from konferens.programme.editing import values_of, version_of
from konferens.programme.queries import all_sessions, find_session
from konferens.programme.releases import (
    Release,
    find_release,
    pending_release,
    releases_of,
    restore,
    snapshot_at,
    speaker_names,
)
from konferens.signups.actions import take_session_seats
from konferens.signups.editing import plan_session
from konferens.signups.releasing import publish_release
from konferens.tables import (
    edition_speakers,
    mail_outbox,
    session_files,
    session_speakers,
    sessions,
    speakers,
    tickets,
)
from tests.factories import ACTOR, make_room, make_session, make_speaker, make_ticket_type, wall
from tests.signups.factories import (
    BASE_URL,
    make_signup,
    make_tickets,
    signed_tickets,
    taken_and_rows,
    wait_for,
    waiting_tickets,
)


async def release(db: Database, edition: Edition, name: str, **values: Any) -> Release:
    pending = await pending_release(db, await edition_by_id(db, edition.id))
    asked = {"note": "", "seen": pending.mark, "tell_speakers": False, "tell_attendees": False, **values}
    return await publish_release(db, edition, name=name, actor=ACTOR, base_url=BASE_URL, **asked)


async def released(db: Database, edition: Edition) -> Edition:
    """The edition with its first version."""
    await release(db, edition, "1.0")
    return await edition_by_id(db, edition.id)


async def plan(db: Database, edition: Edition, code: str | None, **values: Any) -> str:
    return await plan_session(db, edition, code, values, actor=ACTOR, base_url=BASE_URL)


async def titles(db: Database, edition: Edition) -> list[str]:
    return sorted(session.title for session in await all_sessions(db, edition.id))


async def sequences(db: Database, edition: Edition) -> dict[str, int]:
    return {session.title: session.sequence for session in await all_sessions(db, edition.id)}


async def mails(db: Database) -> list[tuple[str, str]]:
    query = select(mail_outbox.c.kind, mail_outbox.c.to_email).where(mail_outbox.c.kind.startswith("programme_"))
    return [(row.kind, row.to_email) for row in await db.fetch_all(query.order_by(mail_outbox.c.id))]


async def test_drafts_are_public_when_they_are_released_and_not_before(db: Database, edition: Edition) -> None:
    asa, bo = await make_speaker(db, edition), await make_speaker(db, edition, "Bo Lind")
    gone = await make_session(db, edition, "Bort", wall_starts=wall(11, 9))
    changed = await make_session(db, edition, "Ändras", wall_starts=wall(11, 10), speakers=[(asa, "speaker")])
    await make_session(db, edition, "Stannar", wall_starts=wall(11, 11))
    before = await released(db, edition)
    await delete_in_draft(db, before, gone, actor=ACTOR)
    await plan(db, before, changed, title="Ändrad", speakers=[(bo, "moderator"), (asa, "speaker")])
    new = await plan(db, before, None, title="Ny", wall_starts=wall(12, 9), wall_ends=wall(12, 10))
    guid = (await find_working_session(db, before, new)).guid
    assert await titles(db, edition) == ["Bort", "Stannar", "Ändras"]
    assert [session.title for session in await working_sessions(db, before)] == ["Ändrad", "Stannar", "Ny"]

    done = await release(db, before, "1.1", note="Hej")
    after = await edition_by_id(db, edition.id)
    assert (after.release, after.version > before.version) == ("1.1", True)
    assert [(change.kind.value, change.title) for change in done.changes] == [
        ("removed", "Bort"),
        ("added", "Ny"),
        ("changed", "Ändrad"),
    ]
    assert await sequences(db, edition) == {"Ny": 0, "Stannar": 0, "Ändrad": 1}
    assert [(one.name, one.role) for one in (await find_session(db, edition.id, changed)).speakers] == [
        ("Bo Lind", "moderator"),
        ("Åsa Öberg", "speaker"),
    ]
    assert (await find_session(db, edition.id, new)).guid == guid
    assert await drafts_of(db, edition.id) == {}
    assert [(each.name, each.note, each.is_first) for each in await releases_of(db, edition.id)] == [
        ("1.1", "Hej", False),
        ("1.0", "", True),
    ]


async def test_what_another_organiser_changed_since_the_preview_is_not_released(db: Database, edition: Edition) -> None:
    code = await make_session(db, edition, wall_starts=wall(11, 9))
    edition = await released(db, edition)
    await plan(db, edition, code, title="Det ena")
    seen = (await pending_release(db, edition)).mark
    await plan(db, edition, code, title="Det andra")
    with pytest.raises(ConflictError):
        await release(db, edition, "1.1", seen=seen)
    assert await titles(db, edition) == ["Så startar du en mack"]
    seen = (await pending_release(db, edition)).mark
    await release(db, edition, "1.1", seen=seen)
    with pytest.raises(ConflictError):  # the second of two who press the button
        await release(db, edition, "1.1", seen=seen)
    with pytest.raises(InvalidError) as raised:
        await release(db, edition, "1.0")
    assert raised.value.errors == {"name": ["Det finns redan en version som heter så."]}


async def test_a_release_that_throws_nobody_out(db: Database, edition: Edition) -> None:
    session = await make_signup(db, edition, capacity=3)
    people = await make_tickets(db, edition, 4, type_id=await make_ticket_type(db, edition))
    await take_session_seats(db, edition.id, {session.id: people[:3]})
    await wait_for(db, session, people[3])
    edition = await released(db, edition)
    await plan(db, edition, session.code, capacity=2)
    with pytest.raises(InvalidError) as raised:
        await release(db, edition, "1.1")
    text = "Studiebesök: 3 är anmälda, men utkastet har bara plats för 2. Höj antalet, eller ta först bort någon från"
    assert raised.value.errors == {"seats": [f"{text} anmälningslistan."]}
    await plan(db, edition, session.code, capacity=4)
    await release(db, edition, "1.1")
    assert (await signed_tickets(db, session), await waiting_tickets(db, session)) == (people, [])
    assert await taken_and_rows(db, session) == (4, 4)


async def test_sessions_that_begin_or_end_to_need_signups(db: Database, edition: Edition) -> None:
    begins = await make_signup(db, edition, "Börjar", signup=False)
    ends = await make_signup(db, edition, "Slutar", capacity=1, wall_starts=wall(11, 15))
    first, second = await make_tickets(db, edition, 2, type_id=await make_ticket_type(db, edition))
    await take_session_seats(db, edition.id, {begins.id: [second], ends.id: [first]})
    await take_session_seats(db, edition.id, {begins.id: [first]})
    await wait_for(db, ends, second)
    edition = await released(db, edition)
    await plan_many(
        db,
        edition,
        [Plan(begins.code, None, {"signup": True, "capacity": 1}), Plan(ends.code, None, {"signup": False})],
        actor=ACTOR,
    )
    await release(db, edition, "1.1")
    assert (await signed_tickets(db, begins), await waiting_tickets(db, begins)) == ([second], [first])
    assert (await signed_tickets(db, ends), await taken_and_rows(db, ends)) == ([first, second], (0, 2))


async def test_one_mail_to_each_about_what_matters_to_them(db: Database, edition: Edition) -> None:
    asa = await make_speaker(db, edition, email="asa@example.org")
    hall = await make_room(db, edition)
    who = [(asa, "speaker")]
    moved = await make_signup(db, edition, "Flyttas", signup=False, speakers=who)
    off = await make_signup(db, edition, "Ställs in", signup=False, wall_starts=wall(12, 9), speakers=who)
    text = await make_signup(db, edition, "Ny text", signup=False, wall_starts=wall(12, 13))
    type_id = await make_ticket_type(db, edition)
    both, reader, cancelled = await make_tickets(db, edition, 3, type_id=type_id)
    await take_session_seats(
        db, edition.id, {moved.id: [both, cancelled], off.id: [both, cancelled], text.id: [both, reader]}
    )
    await db.execute(tickets.update().where(tickets.c.id == cancelled).values(status="cancelled"))
    edition = await released(db, edition)
    await plan(db, edition, moved.code, room_id=hall, abstract="Nytt")
    await plan(db, edition, off.code, status="cancelled")
    await plan(db, edition, text.code, abstract="Nytt")
    await release(db, edition, "1.1", note="Välkomna!", tell_speakers=True, tell_attendees=True)
    assert await mails(db) == [
        ("programme_changed_speaker", "asa@example.org"),
        ("programme_changed_attendee", "deltagare1@example.org"),
    ]
    query = select(mail_outbox.c.body_text).where(mail_outbox.c.kind == "programme_changed_attendee")
    lines = [line for line in (await db.fetch_val(query)).splitlines() if line.startswith("–") or "Välk" in line]
    assert lines == [
        "– Ställs in (onsdag 12 maj kl.\u00a009.00–10.00) är inställd.",
        "– Flyttas. Rum: inget rum → Stora salen.",
        "Välkomna!",
    ]


async def test_saved_and_public_at_once_is_a_small_version_of_its_own(db: Database, edition: Edition) -> None:
    hall = await make_room(db, edition)
    code = await make_session(db, edition, "Byter rum", wall_starts=wall(11, 9))
    other = await make_session(db, edition, "Väntar", wall_starts=wall(11, 11))
    edition = await released(db, edition)
    await plan(db, edition, other, title="Utkast")
    await plan(db, edition, code, abstract="Nytt")
    seen = version_of(values_of(await find_working_session(db, edition, code), edition.zone))
    saving = {"actor": ACTOR, "base_url": BASE_URL, "at_once": True, "version": seen}
    await plan_session(db, edition, code, {"room_id": hall}, **saving)  # type: ignore[arg-type]
    session = await find_session(db, edition.id, code)
    assert (session.room and session.room.id, session.abstract, session.sequence) == (hall, "Nytt", 1)
    assert list(await drafts_of(db, edition.id)) == [other]
    assert [each.name for each in await releases_of(db, edition.id)] == ["1.0.1", "1.0"]
    with pytest.raises(ConflictError):
        await plan_session(db, edition, code, {"room_id": None}, **saving)  # type: ignore[arg-type]
    new = await plan_session(db, edition, None, {"title": "Ny"}, actor=ACTOR, base_url=BASE_URL, at_once=True)
    assert (await find_session(db, edition.id, new)).title == "Ny"


async def test_an_older_version_comes_back_with_the_next_release(db: Database, edition: Edition) -> None:
    kept = await make_session(db, edition, "Förr", wall_starts=wall(11, 9))
    gone = await make_session(db, edition, "Bort", wall_starts=wall(11, 10))
    edition = await released(db, edition)
    await plan(db, edition, kept, title="Nu")
    await delete_in_draft(db, edition, gone, actor=ACTOR)
    added = await plan(db, edition, None, title="Ny")
    await release(db, edition, "1.1")
    edition = await edition_by_id(db, edition.id)
    await plan(db, edition, None, title="Ett utkast")

    assert await restore(db, edition, "1.0", actor=ACTOR) == 3
    assert await titles(db, edition) == ["Nu", "Ny"]
    assert [session.title for session in await working_sessions(db, edition)] == ["Förr", "Bort"]
    await release(db, edition, "1.2")
    assert await titles(db, edition) == ["Bort", "Förr"]
    query = select(sessions.c.sequence).where(sessions.c.code.in_([gone, added])).order_by(sessions.c.id)
    assert [row.sequence for row in await db.fetch_all(query)] == [2, 1]
    first, last = await find_release(db, edition.id, "1.0"), await find_release(db, edition.id, "1.2")
    assert await snapshot_at(db, first.id) == await snapshot_at(db, last.id)


async def test_a_draft_that_is_as_the_public_has_it_is_none(db: Database, edition: Edition) -> None:
    code = await make_session(db, edition, "Förr", wall_starts=wall(11, 9))
    edition = await released(db, edition)
    await plan(db, edition, code, title="Nu")
    await plan(db, edition, code, title="Förr")
    assert await drafts_of(db, edition.id) == {}
    await delete_in_draft(db, edition, await plan(db, edition, None, title="Ny"), actor=ACTOR)
    assert await drafts_of(db, edition.id) == {}
    await delete_in_draft(db, edition, code, actor=ACTOR)
    await undo_draft(db, edition, code, actor=ACTOR)
    assert [session.title for session in await working_sessions(db, edition)] == ["Förr"]


async def test_the_files_of_a_draft_go_with_it(db: Database, edition: Edition) -> None:
    edition = await released(db, edition)
    code, other = [await plan(db, edition, None, title=title) for title in ("Med bilder", "Också")]
    file = {"name": "bilder.pdf", "media_type": "application/pdf", "size": 1, "data": b"x", "actor": ACTOR}
    for one in (code, other):
        await db.execute(
            insert(session_files).values(edition_id=edition.id, session_code=one, created_at=now(), **file)
        )
    await undo_draft(db, edition, code, actor=ACTOR)
    assert [row.session_code for row in await db.fetch_all(select(session_files.c.session_code))] == [other]
    await release(db, edition, "1.1")
    assert [row.session_code for row in await db.fetch_all(select(session_files.c.session_code))] == [other]


async def test_of_two_who_release_at_the_same_moment_one_does(db: Database, edition: Edition) -> None:
    code = await make_session(db, edition, "Förr", wall_starts=wall(11, 9))
    edition = await released(db, edition)
    await plan(db, edition, code, title="Nu")
    seen = (await pending_release(db, edition)).mark
    both = await asyncio.gather(
        *(release(db, edition, name, seen=seen) for name in ("1.1", "1.2")), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in both) == ["ConflictError", "Release"]
    assert len(await releases_of(db, edition.id)) == 2
    assert await titles(db, edition) == ["Nu"]


async def test_a_room_that_is_gone_leaves_no_draft_behind(db: Database, edition: Edition) -> None:
    hall, small = await make_room(db, edition), await make_room(db, edition, "Lilla salen")
    code = await make_session(db, edition, wall_starts=wall(11, 9), room_id=hall)
    edition = await released(db, edition)
    await plan(db, edition, code, room_id=small, title="Ny titel")
    await delete_place(db, "rooms", edition.id, small, actor=ACTOR)
    await release(db, edition, "1.1")
    session = await find_session(db, edition.id, code)
    assert (session.room, session.title) == (None, "Ny titel")


async def test_who_has_declined_stays_in_drafts_and_nobody_is_named_in_versions(db: Database, edition: Edition) -> None:
    asa, bo = await make_speaker(db, edition), await make_speaker(db, edition, "Bo Lind")
    people = [(asa, "speaker"), (bo, "speaker")]
    code = await make_session(db, edition, wall_starts=wall(11, 9), speakers=people)
    await db.execute(edition_speakers.update().values(status="declined"))
    edition = await released(db, edition)
    await plan(db, edition, code, title="Ny titel", speakers=[*reversed(people)])
    done = await release(db, edition, "1.1")
    query = select(speakers.c.code).join(session_speakers).order_by(session_speakers.c.position)
    assert [row.code for row in await db.fetch_all(query)] == [bo, asa]
    assert done.changes[0].fields["speakers"] == (
        [list(one) for one in people],
        [list(one) for one in reversed(people)],
    )
    assert await speaker_names(db, edition.id, [asa, bo]) == {}
    assert "Öberg" not in str(await snapshot_at(db, done.id))


async def test_a_release_takes_as_many_statements_for_many_sessions_as_for_few(
    db: Database, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = await released(db, edition)
    calls: list[str] = []
    for name in ("fetch_all", "fetch_one", "fetch_val", "execute", "execute_many"):
        _count(monkeypatch, name, calls)
    numbers = []
    for number, n in enumerate((3, 60), start=2):
        plans = [
            Plan(None, None, {"title": f"{n}-{each}", "wall_starts": wall(11, 9), "wall_ends": wall(11, 10)})
            for each in range(n)
        ]
        codes = await plan_many(db, edition, plans, actor=ACTOR)
        await release(db, edition, f"{number}.0")
        edition = await edition_by_id(db, edition.id)
        await plan_many(db, edition, [Plan(code, None, {"title": f"{code}!"}) for code in codes], actor=ACTOR)
        calls.clear()
        await release(db, edition, f"{number}.1", tell_speakers=True, tell_attendees=True)
        numbers.append(len(calls))
        edition = replace(edition, release=f"{number}.1")
    assert numbers[0] == numbers[1]


def _count(monkeypatch: pytest.MonkeyPatch, name: str, calls: list[str]) -> None:
    original = getattr(Database, name)

    async def counted(self: Database, *arguments: Any, **options: Any) -> Any:
        calls.append(name)
        return await original(self, *arguments, **options)

    monkeypatch.setattr(Database, name, counted)


async def test_who_edits_a_planned_session_twice_sees_that_it_was_changed(db: Database, edition: Edition) -> None:
    code = await make_session(db, edition, "Förr", wall_starts=wall(11, 9))
    edition = await released(db, edition)
    seen = version_of(values_of(await find_working_session(db, edition, code), edition.zone))
    await save_draft(db, edition, code, {"title": "Annas"}, actor=ACTOR, version=seen)
    with pytest.raises(ConflictError):
        await save_draft(db, edition, code, {"title": "Bos"}, actor=ACTOR, version=seen)
