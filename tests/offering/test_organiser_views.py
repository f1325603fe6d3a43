"""The office's pages about ticket types and quotas."""

from datetime import UTC, date, datetime, timedelta

import pytest

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.formats import day
from konferens.offering.queries import quotas_of, ticket_types_of
from tests.browser import Browser
from tests.factories import make_edition, make_order, make_quota, make_ticket_type
from tests.registration.office import OFFICE, counted_queries

FILLED = {
    "name": "Student",
    "price": "450,50",
    "vat_rate": "6",
    "colour": "#0f5752",
    "min_per_order": "1",
    "max_per_order": "5",
    "active": "y",
}


async def test_a_ticket_type_is_added(db: Database, edition: Edition, office: Browser) -> None:
    quota = await make_quota(db, edition, 30)
    added = office.post(f"{OFFICE}/ticket-types/new", FILLED | {"quotas": str(quota)})
    assert (added.status_code, added.headers["location"]) == (303, f"{OFFICE}/ticket-types?notice=created")
    (made,) = await ticket_types_of(db, edition.id)
    assert (made.code, made.name, made.price, made.vat_rate, made.max_per_order, made.active) == (
        "student",
        "Student",
        45_050,
        6,
        5,
        True,
    )
    assert [each.id for each in made.quotas] == [quota]
    assert "450,50\xa0kr" in office.text(f"{OFFICE}/ticket-types")


async def test_saving_a_type_unchanged_changes_nothing(db: Database, edition: Edition, office: Browser) -> None:
    quota = await make_quota(db, edition, 30)
    type_id = await make_ticket_type(
        db,
        edition,
        quota=quota,
        vat_rate=None,
        position=3,
        early_price=80_000,
        early_until=datetime(2027, 3, 1, 23, 0, tzinfo=UTC),
        min_per_order=2,
        hidden=True,
        digital=True,
        valid_on=date(2027, 5, 12),
        waiting_list=False,
    )
    before = await ticket_types_of(db, edition.id)
    page = f"{OFFICE}/ticket-types/{type_id}"
    assert office.client.post(page, data=office.form(page), follow_redirects=False).status_code == 303
    assert await ticket_types_of(db, edition.id) == before


async def test_the_list_tells_the_early_price_the_day_and_who_sees_it(
    db: Database, edition: Edition, office: Browser
) -> None:
    ends = now() + timedelta(days=3)
    await make_ticket_type(
        db,
        edition,
        early_price=80_000,
        early_until=ends,
        valid_on=date(2027, 5, 12),
        digital=True,
        hidden=True,
    )
    page = office.visible(f"{OFFICE}/ticket-types")
    last = day((ends - timedelta(microseconds=1)).astimezone(edition.zone).date())
    assert f"800 kr 25 % moms till och med {last}, sedan 1 250 kr" in page
    assert "onsdag 12 maj · digitalt" in page
    assert "dold" in page


async def test_the_day_of_a_conference_that_was_moved_has_to_be_chosen_anew(
    db: Database, edition: Edition, office: Browser
) -> None:
    type_id = await make_ticket_type(db, edition, valid_on=date(2027, 5, 20))
    page = f"{OFFICE}/ticket-types/{type_id}"
    response = office.client.post(page, data=office.form(page), follow_redirects=False)
    assert response.status_code == 422
    assert "Dagen ligger utanför konferensen. Välj en annan." in response.text


async def test_a_code_is_not_changed_afterwards(db: Database, edition: Edition, office: Browser) -> None:
    type_id = await make_ticket_type(db, edition, "ordinarie")
    office.post(f"{OFFICE}/ticket-types/{type_id}", FILLED | {"code": "ny-kod"})
    assert [each.code for each in await ticket_types_of(db, edition.id)] == ["ordinarie"]


async def test_a_type_is_put_aside(db: Database, edition: Edition, office: Browser) -> None:
    type_id = await make_ticket_type(db, edition)
    office.post(f"{OFFICE}/ticket-types/{type_id}", {name: FILLED[name] for name in FILLED if name != "active"})
    assert await ticket_types_of(db, edition.id) == []
    assert "säljs inte" in office.text(f"{OFFICE}/ticket-types")


async def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(office: Browser) -> None:
    typed = FILLED | {"price": "<b>gratis</b>", "description": "Två nätter & frukost", "on_sale_from": "i morgon"}
    response = office.post(f"{OFFICE}/ticket-types/new", typed)
    assert response.status_code == 422
    assert 'value="&lt;b&gt;gratis&lt;/b&gt;"' in response.text
    assert 'id="price-error"' in response.text
    assert 'value="i morgon"' in response.text
    assert "Två nätter &amp; frukost" in response.text


async def test_a_code_that_is_taken_is_told(db: Database, edition: Edition, office: Browser) -> None:
    await make_ticket_type(db, edition, "student")
    response = office.post(f"{OFFICE}/ticket-types/new", FILLED)
    assert response.status_code == 422
    assert "Det finns redan en biljettyp med koden student. Välj en annan kod." in response.text


async def test_a_quota_that_is_too_small_is_told(db: Database, edition: Edition, office: Browser) -> None:
    type_id = await make_ticket_type(db, edition)
    await make_order(db, edition, "ordinarie", "ordinarie")
    quota = await make_quota(db, edition, 1, "Loftet")
    response = office.post(f"{OFFICE}/ticket-types/{type_id}", FILLED | {"quotas": str(quota)})
    assert response.status_code == 422
    assert "Kvoten Loftet har 1 platser, men 2 är redan tagna." in response.text


async def test_what_is_sold_is_not_removed(db: Database, edition: Edition, office: Browser) -> None:
    type_id = await make_ticket_type(db, edition)
    unsold = await make_ticket_type(db, edition, "student")
    await make_order(db, edition)
    page = f"{OFFICE}/ticket-types/{type_id}/delete"
    assert "Det går inte: 1 biljett är såld." in office.text(page)
    assert office.post(page, {}, page=f"{OFFICE}/ticket-types/{type_id}").status_code == 409
    assert office.post(f"{OFFICE}/ticket-types/{unsold}/delete", {}).status_code == 303
    assert [each.id for each in await ticket_types_of(db, edition.id)] == [type_id]


async def test_quotas_are_added_changed_and_removed(db: Database, edition: Edition, office: Browser) -> None:
    office.post(f"{OFFICE}/quotas/new", {"name": "Salen", "size": "50"})
    (quota,) = await quotas_of(db, edition.id)
    office.post(f"{OFFICE}/quotas/{quota.id}", {"name": "Stora salen", "size": "60"})
    assert [(each.name, each.size) for each in await quotas_of(db, edition.id)] == [("Stora salen", 60)]
    office.post(f"{OFFICE}/quotas/{quota.id}/delete", {})
    assert await quotas_of(db, edition.id) == []


async def test_the_list_of_quotas_shows_how_full_they_are(db: Database, edition: Edition, office: Browser) -> None:
    quota = await make_quota(db, edition, 3)
    await make_ticket_type(db, edition, quota=quota)
    await make_order(db, edition, "ordinarie", "ordinarie")
    assert '<meter class="meter" min="0" max="3" value="2"' in office.text(f"{OFFICE}/quotas")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"name": "", "size": "5"}, "Skriv vad kvoten heter."),
        ({"name": "Salen", "size": "-1"}, "Skriv ett tal från 0 till 100\u00a0000."),
        ({"name": "Salen", "size": "många"}, "Skriv ett heltal med siffror."),
        ({"name": "Platser", "size": "5"}, "Det finns redan en kvot med det namnet. Välj ett annat namn."),
    ],
)
async def test_what_no_quota_can_be_is_told(
    db: Database, edition: Edition, office: Browser, typed: dict[str, str], message: str
) -> None:
    await make_quota(db, edition, 5)
    response = office.post(f"{OFFICE}/quotas/new", typed)
    assert response.status_code == 422
    assert message in response.text
    assert len(await quotas_of(db, edition.id)) == 1


async def test_a_quota_does_not_shrink_under_what_is_taken(db: Database, edition: Edition, office: Browser) -> None:
    quota = await make_quota(db, edition, 5)
    await make_ticket_type(db, edition, quota=quota)
    await make_order(db, edition, "ordinarie", "ordinarie")
    response = office.post(f"{OFFICE}/quotas/{quota}", {"name": "Platser", "size": "1"})
    assert response.status_code == 422
    assert "2 platser är redan tagna" in response.text


@pytest.mark.parametrize("path", ["ticket-types/{}", "ticket-types/{}/delete", "quotas/{}", "quotas/{}/delete"])
async def test_another_editions_are_not_found(db: Database, office: Browser, path: str) -> None:
    other = await make_edition(db, "drivmedel")
    theirs = await make_ticket_type(db, other) if path.startswith("t") else await make_quota(db, other, 5)
    page = f"{OFFICE}/{path.format(theirs)}"
    assert office.get(page).status_code == 404
    assert office.post(page, FILLED, page=f"{OFFICE}/quotas/new").status_code == 404


@pytest.mark.parametrize("page", ["ticket-types", "quotas"])
async def test_lists_ask_as_often_for_many_as_for_one(
    db: Database, edition: Edition, office: Browser, page: str
) -> None:
    counts = []
    office.text(f"{OFFICE}/{page}")
    for n in (1, 3):
        for number in range(n):
            quota = await make_quota(db, edition, 5, f"Kvot {n} {number}")
            await make_ticket_type(db, edition, f"typ-{n}-{number}", quota=quota)
        with counted_queries() as seen:
            office.text(f"{OFFICE}/{page}")
        counts.append(len(seen))
    assert counts[1] <= counts[0]  # the first may look up what is then known for a while
