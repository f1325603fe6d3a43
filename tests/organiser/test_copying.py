"""Next year's conference made of this one: all that is alike every year, and nothing of people."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, select

from konferens.badges.designs import design_of, save_design
from konferens.badges.papers import Paper
from konferens.badges.standard import standard_design
from konferens.checkin.actions import save_list
from konferens.checkin.model import Mark, Repeat, Rules
from konferens.checkin.queries import lists_of
from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id, rooms_of, tracks_of
from konferens.mail.actions import save_text
from konferens.mail.model import MailText
from konferens.mail.queries import own_texts
from konferens.offering.queries import addons_of, ticket_types_of
from konferens.organiser.copying import parts_of, start_next_edition
from konferens.organiser.next_edition import Part
from konferens.programme.actions import delete_session
from konferens.programme.model import SessionStatus, SessionType
from konferens.programme.queries import all_sessions, find_session
from konferens.programme.releases import add_release
from konferens.proposals.queries import call_of, proposals_where
from konferens.questions.queries import questions_of
from konferens.tables import editions, metadata, proposals, rooms, tracks
from tests.factories import (
    ACTOR,
    make_addon,
    make_discount_code,
    make_login,
    make_order,
    make_quota,
    make_room,
    make_session,
    make_speaker,
    make_ticket_type,
    make_track,
    wall,
)
from tests.organiser.factories import LATER, copied
from tests.proposals.factories import open_call, propose
from tests.questions.factories import make_question


async def rows_of(db: Database, table: Table, edition: Edition) -> list[dict[str, Any]]:
    """Without ids, by which alone a copy would differ."""
    query = select(table).where(table.c.edition_id == edition.id).order_by(*table.primary_key.columns)
    return [
        {name: value for name, value in row.items() if name not in ("id", "edition_id")}
        for row in await db.fetch_all(query)
    ]


async def everything(db: Database) -> dict[str, list[dict[Any, Any]]]:
    return {
        table.name: [dict(row) for row in await db.fetch_all(select(table).order_by(*table.primary_key.columns))]
        for table in metadata.sorted_tables
    }


async def test_what_is_sold_comes_along_with_nothing_sold(db: Database, edition: Edition) -> None:
    quota, dinner = await make_quota(db, edition, 80), await make_quota(db, edition, 40, "Middagen")
    await make_ticket_type(
        db,
        edition,
        quota=quota,
        early_price=99_500,
        early_until=datetime(2027, 3, 31, 22, tzinfo=UTC),  # midnight, summer time
        on_sale_from=datetime(2027, 1, 1, 8, tzinfo=UTC),
    )
    await make_ticket_type(db, edition, "student", quota=quota, valid_on=date(2027, 5, 12), hidden=True)
    await make_addon(
        db,
        edition,
        quota=dinner,
        types=["student"],
        starts_at=datetime(2027, 5, 11, 17, tzinfo=UTC),
        on_sale_until=datetime(2027, 4, 30, 22, tzinfo=UTC),
    )
    await make_order(db, edition, "ordinarie", "student", source="organiser")
    created = await copied(db, edition)
    ordinary, student = await ticket_types_of(db, created.id)
    assert [(q.name, q.size, q.taken) for q in ordinary.quotas] == [("Platser", 80, 0)]
    assert [q.id for q in ordinary.quotas] == [q.id for q in student.quotas]
    assert ordinary.quotas[0].id != quota
    assert (ordinary.price, ordinary.early_price) == (125_000, 99_500)
    assert ordinary.early_until == datetime(2028, 3, 29, 22, tzinfo=UTC)
    assert ordinary.on_sale_from == datetime(2027, 12, 31, 8, tzinfo=UTC)
    assert (student.valid_on, student.hidden) == (date(2028, 5, 10), True)
    (addon,) = await addons_of(db, created.id)
    assert (addon.code, addon.ticket_types) == ("middag", frozenset({"student"}))
    assert addon.quota is not None
    assert (addon.quota.name, addon.quota.taken) == ("Middagen", 0)
    assert addon.quota.id != dinner
    assert addon.starts_at == datetime(2028, 5, 9, 17, tzinfo=UTC)
    assert addon.on_sale_until == datetime(2028, 4, 28, 22, tzinfo=UTC)


async def test_rooms_and_tracks_come_along_in_their_order(db: Database, edition: Edition) -> None:
    for position, name in enumerate(("Stora salen", "Ladan")):
        await make_room(db, edition, name, capacity=80 + position, position=1 - position)
    await make_track(db, edition, colour="#123456")
    created = await copied(db, edition)
    for table in (rooms, tracks):
        assert await rows_of(db, table, created) == await rows_of(db, table, edition)
    assert [room.name for room in await rooms_of(db, created.id)] == ["Ladan", "Stora salen"]
    assert len(await tracks_of(db, created.id)) == 1


async def test_badges_look_as_they_did(db: Database, edition: Edition) -> None:
    design = standard_design(Paper.A7)[1:]
    await save_design(db, edition.id, Paper.A7, design, actor=ACTOR)
    assert await design_of(db, (await copied(db, edition)).id, Paper.A7) == design


async def test_the_programme_begins_without_versions(db: Database, edition: Edition) -> None:
    async with db.transaction():
        await add_release(db, edition, name="1.0", actor=ACTOR)
    assert (await copied(db, await edition_by_id(db, edition.id))).release == ""


async def test_questions_come_along_with_their_conditions(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    student = await make_ticket_type(db, edition, "student")
    travel = await make_question(db, edition, "Resa", "choice", choices=["Tåg", "Buss"], required=True)
    await make_question(
        db, edition, "Avgång", "text", type_ids=(student,), shown_by_id=travel.id, shown_if="Tåg", sensitive=True
    )
    created = await copied(db, edition)
    asked, shown = await questions_of(db, created.id)
    assert (asked.label, asked.choices, asked.required) == ("Resa", ("Tåg", "Buss"), True)
    assert asked.id != travel.id
    assert (shown.shown_by_id, shown.shown_if) == (asked.id, "Tåg")
    assert (shown.ticket_types, shown.sensitive) == (frozenset({"student"}), True)


async def test_check_in_lists_and_mail_texts_come_along(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    student = await make_ticket_type(db, edition, "student")
    await save_list(db, edition.id, None, name="Entrén", ticket_type_ids=None, admit_unpaid=True, actor=ACTOR)
    await save_list(db, edition.id, None, name="Studenter", ticket_type_ids=[student], admit_unpaid=False, actor=ACTOR)
    dinner = await make_addon(db, edition)
    session = await find_session(db, edition.id, await make_session(db, edition, "Verkstad", signup=True))
    opens = datetime(2027, 5, 11, 16, tzinfo=UTC)
    for name, rules in (
        (
            "Middag",
            Rules(addons=frozenset({dinner}), repeat=Repeat.DAILY, opens_at=opens, shows=frozenset({Mark.DIET})),
        ),
        ("Verkstad", Rules(session_id=session.id)),
    ):
        await save_list(
            db, edition.id, None, name=name, ticket_type_ids=None, admit_unpaid=True, rules=rules, actor=ACTOR
        )
    words = MailText("Tack, {namn}", "Hej **{namn}**!")
    await save_text(db, edition.id, "event_thanks", "sv", words, actor=ACTOR)
    created = await copied(db, edition)
    entrance, students, dining = await lists_of(db, created.id)
    assert (entrance.name, entrance.all_ticket_types, entrance.admit_unpaid) == ("Entrén", True, True)
    types = {one.code: one.id for one in await ticket_types_of(db, created.id)}
    assert (students.name, students.all_ticket_types, students.admit_unpaid) == ("Studenter", False, False)
    assert students.ticket_types == {types["student"]}
    assert dining.own_rules == Rules(
        addons=frozenset(one.id for one in await addons_of(db, created.id)),
        repeat=Repeat.DAILY,
        opens_at=opens + timedelta(days=(created.starts_on - edition.starts_on).days),
        shows=frozenset({Mark.DIET}),
    )
    assert await own_texts(db, created.id) == {("event_thanks", "sv"): words}


async def test_what_recurs_in_the_programme_comes_along_as_sessions_of_its_own(db: Database, edition: Edition) -> None:
    room, track = await make_room(db, edition), await make_track(db, edition)
    speaker = await make_speaker(db, edition)
    opening = await make_session(
        db,
        edition,
        "Inledning",
        type=SessionType.CEREMONY.value,
        wall_starts=wall(11, 9),
        room_id=room,
        track_id=track,
        speakers=[(speaker, "moderator")],
        abstract="Välkomna",
        stream_url="https://example.org/2027",
    )
    await make_session(db, edition, "Kaffe", type=SessionType.BREAK.value, all_rooms=True)
    await make_session(db, edition, "Föredrag", wall_starts=wall(11, 10))
    await make_session(db, edition, "Inställt", type=SessionType.MEAL.value, status=SessionStatus.CANCELLED.value)
    gone = await make_session(db, edition, "Borttaget", type=SessionType.MEAL.value)
    await delete_session(db, edition, gone, actor=ACTOR)
    created = await copied(db, edition)
    coffee, welcome = sorted(await all_sessions(db, created.id), key=lambda session: session.title, reverse=True)
    assert (coffee.title, coffee.starts_at, coffee.all_rooms) == ("Kaffe", None, True)
    assert (welcome.title, welcome.abstract, welcome.speakers) == ("Inledning", "Välkomna", ())
    assert (welcome.starts_at, welcome.ends_at) == (
        datetime(2028, 5, 9, 7, tzinfo=UTC),
        datetime(2028, 5, 9, 8, tzinfo=UTC),
    )
    assert [welcome.room.id if welcome.room else 0] == [one.id for one in await rooms_of(db, created.id)]
    assert [welcome.track.id if welcome.track else 0] == [one.id for one in await tracks_of(db, created.id)]
    assert (welcome.stream_url, welcome.sequence) == ("", 0)
    originals = {one.code: one.guid for one in await all_sessions(db, edition.id)}
    assert welcome.code not in originals
    assert welcome.guid not in originals.values()
    assert opening in originals


async def test_nothing_of_people_comes_along_and_the_original_stays(db: Database, edition: Edition) -> None:
    quota = await make_quota(db, edition, 80)
    await make_ticket_type(db, edition, quota=quota)
    await make_addon(db, edition, quota=quota)
    await make_discount_code(db, edition, percent=10)
    await make_question(db, edition, "Resa", "text")
    await save_list(db, edition.id, None, name="Entrén", ticket_type_ids=None, admit_unpaid=True, actor=ACTOR)
    speaker = await make_speaker(db, edition)
    await make_session(db, edition, "Lunch", type="meal", wall_starts=wall(11, 12), speakers=[(speaker, "speaker")])
    await make_room(db, edition)
    await make_login(db, edition=edition)
    await make_order(db, edition)
    before = await everything(db)
    await copied(db, edition)
    after = await everything(db)
    assert {name: after[name][: len(rows)] for name, rows in before.items()} == before
    assert {name: len(rows) - len(before[name]) for name, rows in after.items() if rows[len(before[name]) :]} == {
        "audit": 2,
        "editions": 1,
        "rooms": 1,
        "quotas": 1,
        "ticket_types": 1,
        "ticket_type_quotas": 1,
        "addons": 1,
        "questions": 1,
        "checkin_lists": 1,
        "sessions": 1,
    }


async def test_what_isnt_chosen_stays(db: Database, edition: Edition) -> None:
    room = await make_room(db, edition)
    await make_question(db, edition, "Resa")
    await save_list(db, edition.id, None, name="Entrén", ticket_type_ids=None, admit_unpaid=True, actor=ACTOR)
    await save_text(db, edition.id, "event_thanks", "sv", MailText("Tack", "Hej"), actor=ACTOR)
    for number in range(2):
        await make_session(db, edition, f"Lunch {number}", type="meal", room_id=room)
    counts = {Part.QUESTIONS: 1, Part.CHECKIN_LISTS: 1, Part.MAIL_TEXTS: 1, Part.PROGRAMME: 2}
    assert await parts_of(db, edition.id) == counts
    for number, part in enumerate(Part):
        created = await copied(db, edition, {part}, slug=f"2028-{number}")
        assert await parts_of(db, created.id) == {part: counts[part]}
        assert len(await rooms_of(db, created.id)) == 1
    assert await parts_of(db, (await copied(db, edition, ())).id) == {}


async def test_of_two_at_once_one_is_told_that_the_address_is_taken(db: Database, edition: Edition) -> None:
    await make_room(db, edition)
    both = await asyncio.gather(copied(db, edition), copied(db, edition), return_exceptions=True)
    assert sorted(type(one).__name__ for one in both) == ["ConflictError", "Edition"]
    assert len(await db.fetch_all(select(editions.c.id))) == 2
    assert len(await db.fetch_all(select(rooms.c.id))) == 2


async def test_a_taken_address_changes_nothing(db: Database, edition: Edition) -> None:
    before = await everything(db)
    with pytest.raises(ConflictError):
        await copied(db, edition, slug="2027")
    with pytest.raises(NotFoundError):
        await start_next_edition(db, 0, slug="2028", name="", starts_on=LATER, parts=(), actor=ACTOR)
    assert await everything(db) == before


async def test_more_rows_need_no_more_statements(
    db: Database, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def counting(method: Any) -> Any:
        async def counted(self: Database, *args: Any) -> Any:
            asked.append(args)
            return await method(self, *args)

        return counted

    for name in ("fetch_all", "fetch_one", "fetch_val", "execute", "execute_many"):
        monkeypatch.setattr(Database, name, counting(getattr(Database, name)))
    needed = []
    for number in range(2):
        for each in range(1 + 5 * number):
            name = f"{number}-{each}"
            quota = await make_quota(db, edition, 80, name)
            await make_ticket_type(db, edition, name, quota=quota)
            await make_addon(db, edition, name, types=[name])
            await make_question(db, edition, name)
            await make_session(db, edition, name, type="meal")
        asked.clear()
        await copied(db, edition, slug=f"2028-{number}")
        needed.append(len(asked))
    assert needed[0] == needed[1]


async def test_the_call_for_proposals_is_the_same_later_and_closed(db: Database, edition: Edition) -> None:
    question = {"code": "nytt", "kind": "yes_no", "label": "Nytt?", "help": "", "choices": [], "required": True}
    closes = datetime(2027, 2, 1, 22, 59, tzinfo=UTC)
    await open_call(db, edition, closes_at=closes, introduction="Vi söker", blind=True, questions=[question])
    await propose(db, edition, submit=False)
    new = await copied(db, edition)
    before, after = await call_of(db, edition.id), await call_of(db, new.id)
    assert after == replace(before, edition_id=new.id, active=False, closes_at=closes + timedelta(days=364))
    assert await proposals_where(db, proposals.c.edition_id == new.id) == []
