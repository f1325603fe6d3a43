"""Registration as a browser without scripts sees it."""

import re
from collections.abc import Mapping
from datetime import timedelta
from html import unescape

import pytest
from httpx2 import Response
from sqlalchemy import func, select
from starlette.testclient import TestClient

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.registration.queries import orders_of
from konferens.tables import orders
from tests.factories import make_edition, make_order, make_quota, make_ticket_type

URL = "/lokalekonomidagarna/2027/register"
ANNA = {
    "tickets-0-type": "ordinarie",
    "tickets-0-name": "Anna Öberg",
    "tickets-0-email": "anna@example.org",
}


def token(response: Response) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', response.text)
    assert found
    return found[1]


def send(client: TestClient, data: Mapping[str, str], *, at: str = URL) -> Response:
    return client.post(at, data={"csrf_token": token(client.get(at)), **data})


def fields(response: Response) -> dict[str, str]:
    """What stands in the form's text fields and which radio buttons are chosen."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", response.text):
        attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if attributes.get("type") == "hidden" or "name" not in attributes:
            continue
        if attributes.get("type") != "radio" or " checked" in tag:
            found[attributes["name"]] = unescape(attributes.get("value", ""))
    return found


def errors(response: Response) -> list[str]:
    return [unescape(text) for text in re.findall(r'<p class="field-error"[^>]*>([^<]*)</p>', response.text)]


async def number_of_orders(db: Database) -> int:
    return int(await db.fetch_val(select(func.count()).select_from(orders)))


@pytest.fixture
async def edition(db: Database) -> Edition:
    edition = await make_edition(db, contact_email="info@example.org")
    await make_ticket_type(db, edition, "ordinarie")
    await make_ticket_type(db, edition, "medlem", price=95_000)
    return edition


async def test_one_person_registers(client: TestClient, db: Database, edition: Edition) -> None:
    response = send(client, ANNA)
    (order,) = (await orders_of(db, edition.id)).orders
    assert (response.status_code, response.headers["location"]) == (303, order.path)
    assert (order.buyer.name, order.buyer.email) == ("Anna Öberg", "anna@example.org")
    assert [(ticket.name, ticket.type) for ticket in order.tickets] == [("Anna Öberg", "ordinarie")]
    page = client.get(order.path)
    assert page.status_code == 200
    assert "1\u00a0250\u00a0kr" in page.text


async def test_somebody_else_books_for_several_and_an_organisation_pays(
    client: TestClient, db: Database, edition: Edition
) -> None:
    send(
        client,
        {
            **ANNA,
            "tickets-1-type": "medlem",
            "tickets-1-name": "محمد علي",
            "buyer_name": "Bo Berg",
            "buyer_email": "bo@EXAMPLE.org",
            "buyer_organisation": "Sunne kommun",
            "buyer_orgnr": "2120001843",
            "buyer_address": "Stora gatan 1\r\n686 30 Sunne",
            "buyer_reference": "ZZ123",
            "message": "Vi kommer med tåg 🚆",
        },
    )
    (order,) = (await orders_of(db, edition.id)).orders
    assert (order.buyer.email, order.buyer.orgnr) == ("bo@example.org", "212000-1843")
    assert order.buyer.address == "Stora gatan 1\n686 30 Sunne"
    assert (order.total, order.message) == (220_000, "Vi kommer med tåg 🚆")
    assert [ticket.name for ticket in order.tickets] == ["Anna Öberg", "محمد علي"]


async def test_a_double_click_places_one_order(client: TestClient, db: Database, edition: Edition) -> None:
    data = {"csrf_token": token(client.get(URL)), **ANNA}
    first, second = client.post(URL, data=data), client.post(URL, data=data)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    changed = client.post(URL, data={**data, "tickets-0-name": "Någon annan"})
    assert changed.status_code == 409
    assert fields(changed)["tickets-0-name"] == "Någon annan"
    assert await number_of_orders(db) == 1


async def test_people_are_added_and_removed_with_everything_typed_kept(client: TestClient, edition: Edition) -> None:
    one = {**ANNA, "tickets-0-organisation": "Byalaget", "buyer_reference": "ZZ123"}
    two = send(client, {**one, "step": "add"})
    assert two.status_code == 200
    assert {key: value for key, value in fields(two).items() if value} == {
        **one,
        "tickets-1-type": "ordinarie",
        "tickets-1-organisation": "Byalaget",
    }
    three = send(client, {**one, "tickets-1-name": "Bo", "step": "add"})
    assert "tickets-2-name" in fields(three)
    removed = send(client, {**one, "tickets-1-name": "Bo", "tickets-2-name": "Cia", "step": "remove-tickets-1"})
    assert fields(removed)["tickets-2-name"] == "Cia"
    assert "tickets-1-name" not in fields(removed)
    placed = send(client, {**one, "tickets-2-name": "Cia", "tickets-2-type": "medlem"})
    assert placed.status_code == 303
    last = send(client, {**one, "step": "remove-tickets-0"})
    assert fields(last)["tickets-0-name"] == "Anna Öberg"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tickets-0-name": ""}, "Skriv deltagarens namn."),
        ({"tickets-0-name": " \t "}, "Skriv deltagarens namn."),
        ({"tickets-0-type": ""}, "Välj en biljett."),
        ({"tickets-0-type": "finns-inte"}, "Biljettypen finns inte. Välj en annan."),
        ({"tickets-0-email": ""}, "Skriv en e-postadress. Dit skickar vi bekräftelsen och biljetterna."),
        ({"tickets-0-email": "anna@"}, "Det ser inte ut som en e-postadress. Den ska vara som namn@exempel.se."),
        ({"buyer_email": "å@example.org"}, "Det ser inte ut som en e-postadress. Den ska vara som namn@exempel.se."),
        ({"buyer_orgnr": "556012-5791"}, "Organisationsnumret stämmer inte. Det har tio siffror, som 556012-5790."),
    ],
)
async def test_what_is_wrong_is_said_beside_the_field(
    client: TestClient, db: Database, edition: Edition, changes: dict[str, str], message: str
) -> None:
    response = send(client, {**ANNA, **changes})
    assert response.status_code == 422
    assert errors(response) == [message]
    assert await number_of_orders(db) == 0


async def test_a_name_of_ten_thousand_characters_is_kept_and_told_to_be_too_long(
    client: TestClient, edition: Edition
) -> None:
    response = send(client, {**ANNA, "tickets-0-name": "Ö" * 10_000})
    assert response.status_code == 422
    assert len(errors(response)) == 1
    assert fields(response)["tickets-0-name"] == "Ö" * 10_000


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "👩‍🌾 Åsa", "שרה כהן", 'O\'Brien & "Söner"', "{{ 7 * 7 }}"]
)
async def test_any_name_is_shown_as_it_was_written(
    client: TestClient, db: Database, edition: Edition, name: str
) -> None:
    path = send(client, {**ANNA, "tickets-0-name": name}).headers["location"]
    (order,) = (await orders_of(db, edition.id)).orders
    assert order.tickets[0].name == name
    page = client.get(path).text
    assert "<script>alert" not in page
    assert name in unescape(page)


async def test_sold_out_keeps_everything_typed(client: TestClient, db: Database, edition: Edition) -> None:
    quota = await make_quota(db, edition, 1)
    await make_ticket_type(db, edition, "middag", quota=quota)
    two = {**ANNA, "tickets-0-type": "middag", "tickets-1-type": "middag", "tickets-1-name": "Bo"}
    response = send(client, two)
    assert response.status_code == 409
    assert fields(response)["tickets-1-name"] == "Bo"
    assert errors(response) == ["Så många platser finns inte kvar."] * 2
    await make_order(db, edition, "middag")
    again = send(client, {**ANNA, "tickets-0-type": "middag"})
    assert again.status_code == 409
    assert fields(again)["tickets-0-name"] == "Anna Öberg"
    assert await number_of_orders(db) == 1


async def test_a_forged_form_is_shown_again_and_works_then(client: TestClient, db: Database, edition: Edition) -> None:
    forged = client.post(URL, data={"csrf_token": "x", **ANNA})
    assert forged.status_code == 403
    assert {key: value for key, value in fields(forged).items() if value} == ANNA
    assert await number_of_orders(db) == 0
    other_site = client.post(URL, data={"csrf_token": token(forged), **ANNA}, headers={"Sec-Fetch-Site": "cross-site"})
    assert other_site.status_code == 403
    assert client.post(URL, data={"csrf_token": token(forged), **ANNA}).status_code == 303


async def test_before_and_after_registration_there_is_no_form(client: TestClient, db: Database) -> None:
    opened = await make_edition(db)
    await make_ticket_type(db, opened)
    early = await make_edition(db, slug="2028", registration_opens_at=now() + timedelta(days=1))
    closed = await make_edition(db, slug="2026", registration_closes_at=now() - timedelta(days=1))
    for edition in (early, closed):
        await make_ticket_type(db, edition)
        page = client.get(f"{edition.path}register")
        assert (page.status_code, "csrf_token" in page.text) == (200, False)
        posted = client.post(f"{edition.path}register", data={"csrf_token": token(client.get(URL)), **ANNA})
        assert posted.status_code == 409
    assert await number_of_orders(db) == 0


async def test_when_all_is_sold_out_the_page_says_so(client: TestClient, db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition, quota=await make_quota(db, edition, 0))
    page = client.get(URL)
    assert page.status_code == 200
    assert "Slutsålt" in page.text
    assert "csrf_token" not in page.text


@pytest.mark.parametrize("types", [[], [timedelta(days=1)]])
async def test_without_any_ticket_on_sale_nothing_is_called_sold_out(
    types: list[timedelta], client: TestClient, db: Database
) -> None:
    edition = await make_edition(db)
    for wait in types:
        await make_ticket_type(db, edition, on_sale_from=now() + wait)
    page = client.get(URL)
    assert "Det finns inga biljetter att boka just nu." in page.text
    assert ("Slutsålt" in page.text, "csrf_token" in page.text) == (False, False)


async def test_an_unknown_or_unpublished_conference_is_not_found(client: TestClient, db: Database) -> None:
    await make_edition(db, published=False)
    assert [client.get(url).status_code for url in (URL, "/finns-inte/2027/register")] == [404, 404]


async def test_the_form_is_never_kept_by_caches(client: TestClient, edition: Edition) -> None:
    assert client.get(URL).headers["cache-control"] == "no-store"


async def test_a_wanted_ticket_is_chosen_already(client: TestClient, edition: Edition) -> None:
    assert fields(client.get(f"{URL}?type=medlem"))["tickets-0-type"] == "medlem"
    assert "tickets-0-type" not in fields(client.get(f"{URL}?type=finns-inte"))
