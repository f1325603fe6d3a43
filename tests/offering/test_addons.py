"""Add-ons in the office: made, limited by a quota and to ticket types, changed, put aside, removed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.datastructures import FormData

from konferens.audit import latest_changes
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError, NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.offering.actions import Sold, delete_ticket_type
from konferens.offering.addon_actions import delete_addon, save_addon, sold_by_addon
from konferens.offering.addon_forms import AddonForm, addon_form
from konferens.offering.model import Quota
from konferens.offering.queries import addons_of, quotas_of, ticket_types_of
from konferens.offering.quota_actions import delete_quota, save_quota
from konferens.registration.actions import cancel_order
from konferens.registration.model import TicketRequest
from tests.browser import Browser
from tests.calendar.factories import edition as conference
from tests.factories import ACTOR, make_addon, make_edition, make_order, make_quota, make_ticket_type
from tests.registration.office import OFFICE, counted_queries

VALUES: dict[str, Any] = {"code": "middag", "name": "Middag", "price": 39_500, "vat_rate": 12, "quota_id": None}
FILLED = {"name": "Middag", "price": "395", "vat_rate": "12", "active": "y", "quota_id": ""}


def diner(*addons: str) -> TicketRequest:
    return TicketRequest("ordinarie", "Deltagare 1", "deltagare1@example.org", addons=addons)


def form(**typed: str) -> AddonForm:
    return addon_form(conference(), [Quota(7, "Salen", 50, 0)], [], formdata=FormData(FILLED | typed))


def test_times_are_read_in_the_conferences_zone() -> None:
    filled = form(starts_at="2027-05-11T18:30", ends_at="2027-05-11T22:00", on_sale_until="2027-01-15T00:00")
    assert filled.validate(), filled.errors
    values = filled.values(conference())
    assert (values["starts_at"], values["ends_at"]) == (
        datetime(2027, 5, 11, 16, 30, tzinfo=UTC),
        datetime(2027, 5, 11, 20, 0, tzinfo=UTC),
    )
    assert values["on_sale_until"] == datetime(2027, 1, 14, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "日本"}, "code"),
        ({"code": "new"}, "code"),
        ({"price": ""}, "price"),
        ({"price": "100001"}, "price"),
        ({"vat_rate": "19"}, "vat_rate"),
        ({"quota_id": "8"}, "quota_id"),
        ({"quota_id": "x"}, "quota_id"),
        ({"ticket_types": "8"}, "ticket_types"),
        ({"ends_at": "2027-05-11T22:00"}, "ends_at"),
        ({"starts_at": "2027-05-11T18:00", "ends_at": "2027-05-11T18:00"}, "ends_at"),
        ({"on_sale_until": "9999-12-31T23:59"}, "on_sale_until"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(typed: dict[str, str], field: str) -> None:
    filled = form(**typed)
    assert not filled.validate()
    assert list(filled.errors) == [field]


async def test_an_addon_is_made_for_some_types_and_limited_by_a_quota(db: Database, edition: Edition) -> None:
    quota = await make_quota(db, edition, 40)
    member = await make_ticket_type(db, edition, "medlem")
    before = await edition_by_id(db, edition.id)
    saved = await save_addon(db, edition.id, None, VALUES | {"quota_id": quota}, type_ids={member}, actor=ACTOR)
    (made,) = await addons_of(db, edition.id)
    assert (made.id, made.code, made.price, made.quota, made.ticket_types) == (
        saved,
        "middag",
        39_500,
        Quota(quota, "Platser", 40, 0),
        frozenset({"medlem"}),
    )
    assert (await edition_by_id(db, edition.id)).version == before.version + 1
    last = (await latest_changes(db, f"addon:{saved}"))[0]
    assert (last.actor, last.action, last.after) == (
        ACTOR,
        "addon.save",
        VALUES | {"quota_id": quota, "ticket_types": [member]},
    )


async def test_a_quota_that_is_added_counts_what_is_sold_already(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    addon = await make_addon(db, edition)
    await make_order(db, edition, tickets=(diner("middag"), diner("middag"), diner()))
    quota = await make_quota(db, edition, 5)
    await save_addon(db, edition.id, addon, {"quota_id": quota}, type_ids=(), actor=ACTOR)
    assert [each.taken for each in await quotas_of(db, edition.id)] == [2]
    await save_addon(db, edition.id, addon, {"quota_id": None}, type_ids=(), actor=ACTOR)
    assert [each.taken for each in await quotas_of(db, edition.id)] == [0]
    small = await make_quota(db, edition, 1, "Loftet")
    with pytest.raises(InvalidError) as refused:
        await save_addon(db, edition.id, addon, {"quota_id": small}, type_ids=(), actor=ACTOR)
    assert refused.value.errors == {"quota_id": ["Kvoten Loftet har 1 platser, men 2 är redan tagna."]}
    assert [each.quota for each in await addons_of(db, edition.id)] == [None]


async def test_a_quota_with_addons_neither_shrinks_nor_goes_while_they_are_sold(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    quota = await make_quota(db, edition, 2)
    await make_addon(db, edition, quota=quota)
    order = await make_order(db, edition, tickets=(diner("middag"), diner("middag")))
    with pytest.raises(InvalidError):
        await save_quota(db, edition.id, quota, name="Platser", size=1, actor=ACTOR)
    with pytest.raises(ConflictError):
        await delete_quota(db, edition.id, quota, actor=ACTOR)
    await cancel_order(db, edition, order, actor=ACTOR, base_url="http://testserver")
    await delete_quota(db, edition.id, quota, actor=ACTOR)
    assert [each.quota for each in await addons_of(db, edition.id)] == [None]


async def test_only_what_never_was_sold_can_be_removed(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    sold = await make_addon(db, edition)
    unsold = await make_addon(db, edition, "buss", types=["ordinarie"])
    order = await make_order(db, edition, tickets=(diner("middag"),))
    assert await sold_by_addon(db, edition.id) == {sold: Sold(valid=1, ever=1)}
    await cancel_order(db, edition, order, actor=ACTOR, base_url="http://testserver")
    assert await sold_by_addon(db, edition.id) == {sold: Sold(valid=0, ever=1)}
    with pytest.raises(ConflictError):
        await delete_addon(db, edition.id, sold, actor=ACTOR)
    await delete_addon(db, edition.id, unsold, actor=ACTOR)
    assert [each.code for each in await addons_of(db, edition.id)] == ["middag"]


async def test_another_conferences_things_are_not_found(db: Database, edition: Edition) -> None:
    other = await make_edition(db, "drivmedel")
    theirs = await make_addon(db, other)
    quota, kind = await make_quota(db, other, 5), await make_ticket_type(db, other)
    with pytest.raises(NotFoundError):
        await save_addon(db, edition.id, theirs, {"price": 1, "quota_id": None}, type_ids=(), actor=ACTOR)
    with pytest.raises(NotFoundError):
        await save_addon(db, edition.id, None, VALUES | {"quota_id": quota}, type_ids=(), actor=ACTOR)
    with pytest.raises(NotFoundError):
        await save_addon(db, edition.id, None, VALUES, type_ids={kind}, actor=ACTOR)
    with pytest.raises(NotFoundError):
        await delete_addon(db, edition.id, theirs, actor=ACTOR)
    assert await addons_of(db, edition.id) == []


async def test_a_type_that_alone_may_have_an_addon_is_not_removed(db: Database, edition: Edition) -> None:
    """Without it, everybody might have the add-on."""
    member = await make_ticket_type(db, edition, "medlem")
    student = await make_ticket_type(db, edition, "student")
    await make_addon(db, edition, types=["medlem"])
    await make_addon(db, edition, "buss", types=["medlem", "student"])
    await delete_ticket_type(db, edition.id, student, actor=ACTOR)
    with pytest.raises(ConflictError):
        await delete_ticket_type(db, edition.id, member, actor=ACTOR)
    assert [each.code for each in await ticket_types_of(db, edition.id)] == ["medlem"]


async def test_an_addon_is_added_in_the_office(db: Database, edition: Edition, office: Browser) -> None:
    kind = await make_ticket_type(db, edition)
    quota = await make_quota(db, edition, 40, "Matsalen")
    typed = {"quota_id": str(quota), "ticket_types": str(kind), "starts_at": "2027-05-11T18:30", "location": "Loftet"}
    added = office.post(f"{OFFICE}/addons/new", FILLED | typed)
    assert (added.status_code, added.headers["location"]) == (303, f"{OFFICE}/addons?notice=created")
    page = office.visible(f"{OFFICE}/addons")
    assert "Middag tisdag 11 maj kl. 18.30 · Loftet 395 kr 12 % moms Ordinarie säljs 0 40" in page
    assert "Matsalen 0 av 40 0/40 Middag" in office.visible(f"{OFFICE}/quotas")


async def test_saving_an_addon_unchanged_changes_nothing(db: Database, edition: Edition, office: Browser) -> None:
    quota = await make_quota(db, edition, 40)
    await make_ticket_type(db, edition)
    addon = await make_addon(
        db,
        edition,
        quota=quota,
        types=["ordinarie"],
        vat_rate=None,
        position=3,
        active=False,
        description="Tre rätter",
        location="Loftet",
        starts_at=datetime(2027, 5, 11, 16, 30, tzinfo=UTC),
        ends_at=datetime(2027, 5, 11, 20, 0, tzinfo=UTC),
        on_sale_until=datetime(2027, 5, 1, 20, 0, tzinfo=UTC),
    )
    before = await addons_of(db, edition.id, active_only=False)
    page = f"{OFFICE}/addons/{addon}"
    assert office.client.post(page, data=office.form(page), follow_redirects=False).status_code == 303
    assert await addons_of(db, edition.id, active_only=False) == before


async def test_a_code_that_is_taken_is_told(db: Database, edition: Edition, office: Browser) -> None:
    await make_addon(db, edition)
    response = office.post(f"{OFFICE}/addons/new", FILLED)
    assert response.status_code == 422
    assert "Det finns redan ett tillval med koden middag. Välj en annan kod." in response.text


async def test_a_sold_addon_is_put_aside_instead_of_removed(db: Database, edition: Edition, office: Browser) -> None:
    await make_ticket_type(db, edition)
    addon = await make_addon(db, edition)
    await make_order(db, edition, tickets=(diner("middag"),))
    page = f"{OFFICE}/addons/{addon}"
    assert "1 är såld, så tillvalet kan inte tas bort." in office.visible(page)
    assert "Det går inte: 1 är såld." in office.visible(f"{page}/delete")
    assert office.post(f"{page}/delete", {}, page=page).status_code == 409
    office.post(page, {name: FILLED[name] for name in FILLED if name != "active"})
    assert await addons_of(db, edition.id) == []
    assert "säljs inte" in office.visible(f"{OFFICE}/addons")


async def test_the_list_asks_as_often_for_one_as_for_many(db: Database, edition: Edition, office: Browser) -> None:
    await make_ticket_type(db, edition)
    await make_addon(db, edition, types=["ordinarie"])
    office.text(f"{OFFICE}/addons")  # what runs beside requests has begun by then
    with counted_queries() as one:
        office.text(f"{OFFICE}/addons")
    for number in range(3):
        await make_addon(db, edition, f"buss-{number}", types=["ordinarie"])
    with counted_queries() as many:
        office.text(f"{OFFICE}/addons")
    assert len(many) == len(one)
