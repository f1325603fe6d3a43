"""Ticket types and quotas change under people who buy: nothing sold gets lost, and no quota overflows."""

from typing import Any

import pytest
from sqlalchemy import select

from konferens.audit import latest_changes
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError, NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.offering.actions import (
    Sold,
    delete_ticket_type,
    save_ticket_type,
    sold_by_type,
)
from konferens.offering.queries import quotas_of, ticket_types_of
from konferens.offering.quota_actions import delete_quota, save_quota
from konferens.registration.actions import cancel_order
from konferens.tables import ticket_type_quotas, tickets
from tests.factories import ACTOR, make_edition, make_order, make_quota, make_ticket_type

VALUES: dict[str, Any] = {"name": "Student", "price": 45_000, "vat_rate": 25, "colour": "#0f5752", "position": 1}


@pytest.fixture
async def edition(db: Database) -> Edition:
    return await make_edition(db)


async def version(db: Database, edition: Edition) -> int:
    return (await edition_by_id(db, edition.id)).version


async def test_a_new_type_takes_seats_of_its_quotas(db: Database, edition: Edition) -> None:
    quota = await make_quota(db, edition, 2)
    await save_ticket_type(db, edition.id, None, VALUES | {"code": "student"}, quota_ids={quota}, actor=ACTOR)
    await make_order(db, edition, "student")
    assert [(each.code, each.price, each.available) for each in await ticket_types_of(db, edition.id)] == [
        ("student", 45_000, 1)
    ]


async def test_every_change_renews_public_pages_and_is_noted(db: Database, edition: Edition) -> None:
    before = await version(db, edition)
    type_id = await save_ticket_type(db, edition.id, None, VALUES | {"code": "student"}, quota_ids=(), actor=ACTOR)
    await save_ticket_type(db, edition.id, type_id, {"price": 50_000}, quota_ids=(), actor=ACTOR)
    assert await version(db, edition) == before + 2
    last = (await latest_changes(db, f"ticket-type:{type_id}"))[0]
    assert (last.actor, last.before, last.after) == (
        ACTOR,
        {"price": 45_000, "quotas": []},
        {"price": 50_000, "quotas": []},
    )


async def test_a_code_can_be_taken_once_in_an_edition(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition, "student")
    with pytest.raises(ConflictError):
        await save_ticket_type(db, edition.id, None, VALUES | {"code": "student"}, quota_ids=(), actor=ACTOR)
    other = await make_edition(db, "drivmedel")
    assert await save_ticket_type(db, other.id, None, VALUES | {"code": "student"}, quota_ids=(), actor=ACTOR)


async def test_what_is_sold_keeps_its_price(db: Database, edition: Edition) -> None:
    type_id = await make_ticket_type(db, edition, price=125_000)
    await make_order(db, edition)
    await save_ticket_type(db, edition.id, type_id, {"price": 200_000, "vat_rate": 6}, quota_ids=(), actor=ACTOR)
    row = await db.fetch_one(select(tickets))
    assert row is not None
    assert (row.price, row.vat_rate, row.vat_amount) == (125_000, 25, 25_000)


async def test_a_quota_that_is_added_counts_what_is_sold_already(db: Database, edition: Edition) -> None:
    type_id = await make_ticket_type(db, edition)
    await make_order(db, edition, "ordinarie", "ordinarie")
    quota = await make_quota(db, edition, 5)
    await save_ticket_type(db, edition.id, type_id, {}, quota_ids={quota}, actor=ACTOR)
    assert [each.taken for each in await quotas_of(db, edition.id)] == [2]
    await save_ticket_type(db, edition.id, type_id, {}, quota_ids=(), actor=ACTOR)
    assert [each.taken for each in await quotas_of(db, edition.id)] == [0]


async def test_a_quota_too_small_for_what_is_sold_is_refused(db: Database, edition: Edition) -> None:
    type_id = await make_ticket_type(db, edition)
    await make_order(db, edition, "ordinarie", "ordinarie")
    quota = await make_quota(db, edition, 1, "Loftet")
    with pytest.raises(InvalidError) as refused:
        await save_ticket_type(db, edition.id, type_id, {"price": 1}, quota_ids={quota}, actor=ACTOR)
    assert refused.value.errors == {"quotas": ["Kvoten Loftet har 1 platser, men 2 är redan tagna."]}
    assert [(each.price, each.quotas) for each in await ticket_types_of(db, edition.id)] == [(125_000, ())]


async def test_another_editions_quota_is_not_found(db: Database, edition: Edition) -> None:
    quota = await make_quota(db, await make_edition(db, "drivmedel"), 5)
    type_id = await make_ticket_type(db, edition)
    with pytest.raises(NotFoundError):
        await save_ticket_type(db, edition.id, type_id, {}, quota_ids={quota}, actor=ACTOR)


async def test_only_what_never_was_sold_can_be_removed(db: Database, edition: Edition) -> None:
    quota = await make_quota(db, edition, 5)
    sold = await make_ticket_type(db, edition, quota=quota)
    unsold = await make_ticket_type(db, edition, "student", quota=quota)
    order = await make_order(db, edition)
    await cancel_order(db, edition, order, actor=ACTOR, base_url="http://testserver")
    with pytest.raises(ConflictError):
        await delete_ticket_type(db, edition.id, sold, actor=ACTOR)
    await delete_ticket_type(db, edition.id, unsold, actor=ACTOR)
    assert [each.id for each in await ticket_types_of(db, edition.id)] == [sold]
    assert [row.ticket_type_id for row in await db.fetch_all(select(ticket_type_quotas))] == [sold]
    assert await sold_by_type(db, edition.id) == {sold: Sold(valid=0, ever=1)}


async def test_another_editions_type_is_not_found(db: Database, edition: Edition) -> None:
    theirs = await make_ticket_type(db, await make_edition(db, "drivmedel"))
    with pytest.raises(NotFoundError):
        await save_ticket_type(db, edition.id, theirs, {"price": 0}, quota_ids=(), actor=ACTOR)
    with pytest.raises(NotFoundError):
        await delete_ticket_type(db, edition.id, theirs, actor=ACTOR)


async def test_a_quota_shrinks_to_what_is_taken_and_no_further(db: Database, edition: Edition) -> None:
    quota = await make_quota(db, edition, 10)
    await make_ticket_type(db, edition, quota=quota)
    await make_order(db, edition, "ordinarie", "ordinarie")
    with pytest.raises(InvalidError) as refused:
        await save_quota(db, edition.id, quota, name="Platser", size=1, actor=ACTOR)
    assert list(refused.value.errors) == ["size"]
    await save_quota(db, edition.id, quota, name="Salen", size=2, actor=ACTOR)
    assert [(each.name, each.size, each.taken) for each in await quotas_of(db, edition.id)] == [("Salen", 2, 2)]


async def test_a_quotas_name_is_its_own(db: Database, edition: Edition) -> None:
    quota = await make_quota(db, edition, 10, "Salen")
    with pytest.raises(ConflictError):
        await save_quota(db, edition.id, None, name="Salen", size=5, actor=ACTOR)
    assert await save_quota(db, edition.id, quota, name="Salen", size=11, actor=ACTOR) == quota


async def test_a_quota_with_seats_taken_stays(db: Database, edition: Edition) -> None:
    quota = await make_quota(db, edition, 10)
    await make_ticket_type(db, edition, quota=quota)
    order = await make_order(db, edition)
    with pytest.raises(ConflictError):
        await delete_quota(db, edition.id, quota, actor=ACTOR)
    await cancel_order(db, edition, order, actor=ACTOR, base_url="http://testserver")
    await delete_quota(db, edition.id, quota, actor=ACTOR)
    assert [each.available for each in await ticket_types_of(db, edition.id)] == [None]


async def test_another_editions_quota_cannot_be_touched(db: Database, edition: Edition) -> None:
    theirs = await make_quota(db, await make_edition(db, "drivmedel"), 5)
    with pytest.raises(NotFoundError):
        await save_quota(db, edition.id, theirs, name="Vår", size=1, actor=ACTOR)
    with pytest.raises(NotFoundError):
        await delete_quota(db, edition.id, theirs, actor=ACTOR)
