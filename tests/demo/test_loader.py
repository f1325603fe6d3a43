"""The demo: whole, the same for a seed, and within its own quotas."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image as Pictures
from sqlalchemy import func, select

from konferens.accounts.signing_in import sign_in
from konferens.database import Database, open_database
from konferens.demo.editions import edition_files, portrait_looks
from konferens.demo.loader import LOGINS, PASSWORD, DemoReport, load_demo
from konferens.demo.orders import Extras, plan_orders
from konferens.demo.portraits import draw_portrait
from konferens.events.model import THEMES
from konferens.events.queries import all_editions
from konferens.feedback.queries import judged_sessions
from konferens.offering.addon_actions import sold_by_addon
from konferens.offering.model import Addon, DiscountCode, Quota, TicketType
from konferens.offering.queries import addons_of, discount_codes_of, ticket_types_of
from konferens.programme.conflicts import find_conflicts
from konferens.programme.imports import load_schedule_file
from konferens.programme.queries import published_sessions
from konferens.proposals.queries import call_of
from konferens.questions.queries import questions_of
from konferens.signups.model import clashes
from konferens.signups.queries import signed_up, signup_lists
from konferens.speakers.queries import public_speakers
from konferens.tables import (
    checkin_lists,
    discount_codes,
    images,
    mail_outbox,
    orders,
    proposal_reviews,
    proposals,
    quotas,
    speakers,
    ticket_types,
    tickets,
)
from tests.conftest import DATABASES, new_database


@pytest.fixture(scope="module", params=DATABASES)
def loaded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, DemoReport]]:
    """The address of a database with the demo, which tests only read: it takes seconds to load."""

    async def load(db: Database) -> DemoReport:
        await db.connect()
        try:
            return await load_demo(db)
        finally:
            await db.disconnect()

    with new_database(request, tmp_path_factory.mktemp("demo")) as url:
        yield url, asyncio.run(load(open_database(url)))


@pytest.fixture
async def demo(loaded: tuple[str, DemoReport]) -> AsyncIterator[Database]:
    """The database with the demo."""
    database = open_database(loaded[0])
    await database.connect()
    yield database
    await database.disconnect()


async def test_the_demo_is_whole(demo: Database, loaded: tuple[str, DemoReport]) -> None:
    db, report = demo, loaded[1]
    found = await all_editions(db, published_only=True)
    assert [(edition.ref, edition.theme) for edition in found] == [
        ("omstallningskonferensen/2027", "omstallning"),
        ("lokalekonomidagarna/2027", "lokalekonomi"),
        ("drivmedelskonferensen/2027", "drivmedel"),
        ("lokalekonomidagarna/2025", "lokalekonomi"),
    ]
    assert {edition.theme for edition in found} <= set(THEMES)
    assert (report.sessions, report.speakers, report.orders) == (102, 60, 300)

    statuses = await db.fetch_all(select(orders.c.status, func.count().label("n")).group_by(orders.c.status))
    assert {row.status for row in statuses} == {"pending", "paid", "cancelled", "expired"}
    answered = [each.result.count for each in await judged_sessions(db, found[-1])]
    assert max(answered) > 10 > min(answered)
    assert await db.fetch_val(select(func.count()).select_from(mail_outbox)) == 0
    assert await db.fetch_val(select(func.count()).select_from(checkin_lists)) == 6
    for edition in found[:3]:
        types = await ticket_types_of(db, edition.id)
        assert any(kind.hidden for kind in types)
        assert any(kind.early_price for kind in types)
        extras = {addon.id for addon in await addons_of(db, edition.id)}
        assert set(await sold_by_addon(db, edition.id)) == extras
        codes = await discount_codes_of(db, edition.id)
        assert all(code.used for code in codes)
        assert [code.code for code in codes if code.max_uses and code.used > code.max_uses] == []
        assert {question.code for question in await questions_of(db, edition.id)} > {"diet", "phone", "photo"}
    for edition in found[:3]:  # some to wait for, nobody at two things at once
        lists = await signup_lists(db, edition.id)
        assert [each.session.taken for each in lists] == [len(each.participants) for each in lists]
        assert any(each.waiting for each in lists)
        holders = {person.ticket_id for each in lists for person in each.participants}
        assert [each for theirs in (await signed_up(db, holders)).values() for each in clashes(theirs)] == []
    call = await call_of(db, found[0].id)
    assert (call.active, len(call.questions)) == (True, 2)
    scores = select(proposals.c.status, func.count(proposal_reviews.c.score).label("n")).outerjoin(proposal_reviews)
    rows = await db.fetch_all(scores.group_by(proposals.c.id, proposals.c.status).order_by(proposals.c.id))
    assert [(row.status, row.n) for row in rows] == [("draft", 0), *[("submitted", n) for n in (1, 2, 2, 2)]]
    for email, _, _ in LOGINS:
        assert await sign_in(db, email=email, password=PASSWORD, address="192.0.2.1")


async def test_every_speaker_has_a_biography_and_a_portrait_of_their_own(demo: Database) -> None:
    for edition in await all_editions(demo, published_only=True):
        for speaker in await public_speakers(demo, edition.id):
            assert 2 <= speaker.biography.count(". ") + 1 <= 4, speaker.name
            assert speaker.image_digest
    assert await demo.fetch_val(select(func.count()).select_from(images)) == 60


async def test_nobody_is_in_two_places_and_no_room_is_taken_twice(demo: Database) -> None:
    for edition in await all_editions(demo, published_only=True):
        conflicts = find_conflicts(await published_sessions(demo, edition.id))
        assert [(each.problem, each.session.title, each.what) for each in conflicts] == []


@pytest.mark.parametrize("attendees", [10, 600])
async def test_the_number_of_attendees_is_what_was_asked_for(db: Database, attendees: int) -> None:
    report = await load_demo(db, attendees=attendees)
    assert report.tickets == attendees
    assert await db.fetch_val(select(func.count()).select_from(tickets)) == attendees


async def test_seats_taken_are_those_of_valid_tickets(demo: Database) -> None:
    valid = await demo.fetch_val(
        select(func.count())
        .select_from(tickets.join(ticket_types, ticket_types.c.id == tickets.c.ticket_type_id))
        .where(tickets.c.status == "valid", ticket_types.c.digital.is_(False))
    )
    taken = await demo.fetch_val(select(func.sum(quotas.c.taken)).where(quotas.c.name == "Platser"))
    assert int(taken) == valid
    assert await demo.fetch_all(select(quotas.c.id).where(quotas.c.taken > quotas.c.size)) == []


async def test_who_holds_a_hidden_ticket_came_with_its_code(demo: Database) -> None:
    query = (
        select(discount_codes.c.percent, discount_codes.c.amount)
        .select_from(
            tickets.join(ticket_types, ticket_types.c.id == tickets.c.ticket_type_id)
            .join(orders, orders.c.id == tickets.c.order_id)
            .outerjoin(discount_codes, discount_codes.c.id == orders.c.discount_code_id)
        )
        .where(ticket_types.c.hidden)
    )
    found = await demo.fetch_all(query)
    assert found
    assert {(row.percent, row.amount) for row in found} == {(None, None)}
    assert (
        await demo.fetch_val(
            select(func.count())
            .select_from(tickets.join(ticket_types, ticket_types.c.id == tickets.c.ticket_type_id).join(orders))
            .where(ticket_types.c.hidden, orders.c.discount_code_id.is_(None))
        )
        == 0
    )


def test_nobody_plans_with_more_than_there_is() -> None:
    addon = Addon(
        id=1, code="buss", name="Buss", description="", price=100, vat_rate=6, position=1, on_sale_until=None, active=True,
        starts_at=None, ends_at=None, location="", quota=Quota(id=7, name="Buss", size=3, taken=0),
        ticket_types=frozenset({"a"}),
    )  # fmt: skip
    code = DiscountCode(
        id=1, code="RABATT", note="", percent=10, amount=None, max_uses=4, used=0, valid_from=None, valid_until=None,
        active=True, ticket_types=frozenset({"a"}),
    )  # fmt: skip
    extras = Extras((addon,), (code,), shares={"buss": 100, "RABATT": 100})
    plans = plan_orders([_ticket_type("a", 200)], {"a": 1}, random.Random(1), extras, count=40)  # noqa: S311
    asked = [ticket for plan in plans for ticket in plan.request.tickets]
    assert sum(len(ticket.addons) for ticket in asked) == 3
    with_code = [plan for plan in plans if plan.request.discount_code]
    assert sum(len(plan.request.tickets) for plan in with_code) == 4


async def test_the_same_seed_gives_the_same_people(db: Database) -> None:
    edition_types = [_ticket_type("a", 1_000), _ticket_type("b", 50)]
    plans = [
        [
            (plan.request, plan.status)
            for plan in plan_orders(edition_types, {"a": 3, "b": 1}, random.Random(seed), count=50)  # noqa: S311
        ]
        for seed in (1, 1, 2)
    ]
    assert (plans[0] == plans[1], plans[0] == plans[2]) == (True, False)


def _ticket_type(code: str, seats: int) -> TicketType:
    values: dict[str, Any] = dict.fromkeys(("on_sale_from", "on_sale_until", "vat_rate"))
    quota = Quota(id=seats, name=code, size=seats, taken=0)
    return TicketType(
        id=seats, code=code, name=code, description="", price=100, colour="#000000", position=1, max_per_order=20,
        active=True, quotas=(quota,), **values,
    )  # fmt: skip


def test_planning_stops_when_the_seats_are_gone() -> None:
    plans = plan_orders([_ticket_type("a", 7)], {"a": 1}, random.Random(1), count=50)  # noqa: S311
    assert sum(len(plan.request.tickets) for plan in plans) == 7


def test_a_portrait_is_the_same_each_time_and_opens() -> None:
    first, again = (draw_portrait("Åsa Öberg", "1 bob grey glasses") for _ in range(2))
    assert first == again
    with Pictures.open(BytesIO(first.data)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (480, 480))


def test_every_invented_speaker_has_a_look() -> None:
    names = {person.name for file in edition_files() for person in load_schedule_file(file.schedule).people.values()}
    assert names == set(portrait_looks())


async def test_speakers_keep_their_codes(demo: Database) -> None:
    codes = {row.name: row.code for row in await demo.fetch_all(select(speakers.c.name, speakers.c.code))}
    told = {p.name: p.code for file in edition_files() for p in load_schedule_file(file.schedule).people.values()}
    assert codes == told
