"""Badges printed at the door: by staff, and by phones that may sell; nobody's twice without being told."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from konferens.accounts.model import Role
from konferens.badges.papers import Paper
from konferens.checkin.model import CheckinList
from konferens.database import Database
from konferens.events.model import Edition
from konferens.registration.model import Order, TicketRequest
from tests.badges.paper import read_pages
from tests.browser import Browser, browser
from tests.checkin.factories import make_list
from tests.checkin.test_sales import phone_for
from tests.factories import make_edition, make_login, make_order, make_ticket_type


@pytest.fixture
async def edition(db: Database) -> Edition:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    return edition


@pytest.fixture
async def order(db: Database, edition: Edition) -> Order:
    return await make_order(db, edition, tickets=(TicketRequest("ordinarie", "Örjan Öberg"),))


@pytest.fixture
async def entrance(db: Database, edition: Edition) -> CheckinList:
    return await make_list(db, edition.id)


@pytest.fixture
async def staff_login(db: Database, edition: Edition) -> str:
    return await make_login(db, Role.STAFF, edition, email="staff@example.org")


@pytest.fixture
def staff(db: Database, staff_login: str) -> Iterator[Browser]:
    with browser(db, staff_login) as found:
        yield found


async def test_a_phone_that_may_sell_prints_and_hears_when_it_was_done_already(
    db: Database, client: TestClient, entrance: CheckinList, order: Order
) -> None:
    phone = await phone_for(db, client, entrance, may_sell=True)
    token = order.tickets[0].token
    answer = phone.ask("POST", "badges", {"token": token, "paper": "62"})
    (page,) = read_pages(client.get(answer.json()["url"]).content)
    assert (answer.status_code, page.width_mm, page.codes[0].text[-24:]) == (200, 62, token)
    twice = phone.ask("POST", "badges", {"token": token})
    assert (twice.status_code, twice.json()["who"], "printed_at" in twice.json()) == (409, "Kassan", True)
    again = phone.ask("POST", "badges", {"token": token, "again": "1"})
    (page,) = read_pages(client.get(again.json()["url"]).content)
    assert page.width_mm == 62  # as last time
    assert phone.ask("POST", "badges", {"token": "OKÄND"}).status_code == 404
    assert phone.ask("POST", "badges", ["x"]).status_code == 422


async def test_a_phone_that_may_not_sell_may_not_print(
    db: Database, client: TestClient, entrance: CheckinList, order: Order
) -> None:
    phone = await phone_for(db, client, entrance, may_sell=False)
    assert phone.ask("POST", "badges", {"token": order.tickets[0].token}).status_code == 403
    lists = client.get("/checkin/api/lists", headers={"Authorization": f"Device {phone.key}"}).json()["items"]
    assert [each["may_print"] for each in lists] == [False]


async def test_staff_print_without_scripts_after_letting_somebody_in(
    entrance: CheckinList, order: Order, staff: Browser
) -> None:
    place, token = f"/checkin/list/{entrance.id}", order.tickets[0].token
    inside = staff.post(place, {"token": token}, page=f"{place}?q=%C3%96berg")
    form = f"{place}/badge?token={token}"
    assert f'href="{form}"' in inside.text
    first = staff.post(f"{place}/badge", {"token": token, "paper": Paper.A7.value}, page=form)
    (page,) = read_pages(staff.get(first.headers["location"]).content)
    assert (first.status_code, page.width_mm) == (303, 74)
    twice = staff.post(f"{place}/badge", {"token": token, "paper": Paper.A7.value}, page=form)
    assert (twice.status_code, "av staff@example.org." in twice.text, 'name="again"' in twice.text) == (409, True, True)
