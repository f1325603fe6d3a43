"""Orders for programs."""

from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from konferens.accounts.actions import create_api_token
from konferens.database import Database
from konferens.events.model import Edition
from konferens.tables import orders
from tests.factories import make_edition, make_order, make_quota, make_ticket_type

URL = "/api/v1/events/lokalekonomidagarna/2027/orders"
ORDER = {
    "buyer": {"name": "Anna Öberg", "email": "anna@example.org"},
    "tickets": [{"type": "ordinarie", "name": "Anna Öberg", "email": "anna@example.org"}],
    "language": "sv",
}


@pytest.fixture
async def edition(db: Database) -> Edition:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    return edition


@pytest.fixture
async def headers(db: Database, edition: Edition) -> dict[str, str]:
    return {"Authorization": f"Bearer {await create_api_token(db, name='skript', scopes=['orders'])}"}


def fields(document: dict[str, Any]) -> list[str]:
    return [error["field"] for error in document["errors"]]


async def test_an_order_is_placed(client: TestClient, headers: dict[str, str]) -> None:
    response = client.post(URL, json={**ORDER, "colour": "unknown fields pass"}, headers=headers)
    assert response.status_code == 201
    order = response.json()
    assert order["status"] == "pending"
    assert order["total"] == {"amount": 125_000, "currency": "SEK"}
    assert order["url"] == f"http://testserver/orders/{order['code']}/{order['secret']}/"
    (ticket,) = order["tickets"]
    assert (ticket["type"], ticket["name"], ticket["status"]) == ("ordinarie", "Anna Öberg", "valid")
    assert ticket["url"] == f"http://testserver/t/{ticket['token']}"
    assert response.headers["location"] == f"/api/v1/orders/{order['code']}"
    assert client.get(response.headers["location"], headers=headers).json() == order


async def test_a_repeated_request_gives_the_same_order(
    client: TestClient, db: Database, headers: dict[str, str]
) -> None:
    keyed = {**headers, "Idempotency-Key": "k1"}
    first, again = client.post(URL, json=ORDER, headers=keyed), client.post(URL, json=ORDER, headers=keyed)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = client.post(URL, json={**ORDER, "message": "Hej"}, headers=keyed)
    assert (other.status_code, other.headers["content-type"]) == (409, "application/problem+json")
    assert await db.fetch_val(select(func.count()).select_from(orders)) == 1


async def test_sold_out_is_a_problem_of_its_own_type(client: TestClient, db: Database, headers: dict[str, str]) -> None:
    edition = await make_edition(db, slug="2028")
    await make_ticket_type(db, edition, quota=await make_quota(db, edition, 0))
    response = client.post(URL.replace("2027", "2028"), json=ORDER, headers=headers)
    assert response.status_code == 409
    assert response.json()["type"].endswith("/sold-out")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ([], ["body"]),
        ({}, ["buyer.name", "buyer.email", "tickets"]),
        ({**ORDER, "buyer": None}, ["buyer", "buyer.name", "buyer.email"]),
        ({**ORDER, "buyer": {"name": 1, "email": "anna@"}}, ["buyer.name", "buyer.email"]),
        ({**ORDER, "tickets": {}}, ["tickets"]),
        ({**ORDER, "tickets": [1]}, ["tickets.0"]),
        ({**ORDER, "tickets": [{"type": "ordinarie", "name": "A", "email": "fel"}]}, ["tickets.0.email"]),
        ({**ORDER, "tickets": [{"type": "ordinarie", "name": "A" * 201}]}, ["tickets.0.name"]),
        ({**ORDER, "tickets": [{"type": "finns-inte", "name": "A"}]}, ["tickets.0.type"]),
        ({**ORDER, "tickets": ORDER["tickets"] * 51}, ["tickets"]),  # type: ignore[operator]
        ({**ORDER, "language": "xx"}, ["language"]),
        ({**ORDER, "language": ["sv"]}, ["language"]),
    ],
)
async def test_what_is_wrong_is_told_by_field(
    client: TestClient, headers: dict[str, str], body: object, wrong: list[str]
) -> None:
    response = client.post(URL, json=body, headers=headers)
    assert response.status_code == 422
    assert fields(response.json()) == wrong


async def test_who_may_do_what(client: TestClient, db: Database, edition: Edition, headers: dict[str, str]) -> None:
    other = await make_edition(db, slug="2028")
    order = await make_order(db, edition)
    elsewhere = await create_api_token(db, name="annan", scopes=["orders"], edition_id=other.id)
    scanner = await create_api_token(db, name="skanner", scopes=["checkin"])
    for url in (URL, f"/api/v1/orders/{order.code}"):
        assert client.get(url).status_code == 401
        for token in (elsewhere, scanner):
            assert client.get(url, headers={"Authorization": f"Bearer {token}"}).status_code == 403
        assert client.get(url, headers=headers).status_code == 200
    assert client.post(URL, json=ORDER).status_code == 401
    assert client.get("/api/v1/orders/ABCDEF", headers=headers).status_code == 404


async def test_an_order_is_paid_and_cancelled(
    client: TestClient, db: Database, edition: Edition, headers: dict[str, str]
) -> None:
    order = await make_order(db, edition)
    url = f"/api/v1/orders/{order.code}"
    answers = [
        client.post(f"{url}/{step}", headers=headers)
        for step in ("mark-paid", "mark-paid", "cancel", "cancel", "mark-paid")
    ]
    assert [answer.status_code for answer in answers] == [200, 409, 200, 409, 409]
    assert [answer.json()["status"] for answer in (answers[0], answers[2])] == ["paid", "cancelled"]
    assert [ticket["status"] for ticket in client.get(url, headers=headers).json()["tickets"]] == ["cancelled"]


async def test_lists_lead_from_page_to_page(
    client: TestClient, db: Database, edition: Edition, headers: dict[str, str]
) -> None:
    placed = [await make_order(db, edition) for _ in range(5)]
    found, url = [], f"{URL}?limit=2"
    while url:
        page = client.get(url, headers=headers).json()
        found += [item["code"] for item in page["items"]]
        url = page["next"]
    assert found == [order.code for order in reversed(placed)]
    for query in ("limit=0", "limit=x", "before=-1", "status=okänd"):
        assert client.get(f"{URL}?{query}", headers=headers).status_code == 422


@pytest.mark.parametrize("code", [5, ["RABATT"], "R" * 41])
async def test_a_code_that_is_none_is_told_and_not_passed_over(
    client: TestClient, db: Database, headers: dict[str, str], code: object
) -> None:
    response = client.post(URL, json={**ORDER, "discount_code": code}, headers=headers)
    assert (response.status_code, fields(response.json())) == (422, ["discount_code"])
    assert await db.fetch_val(select(func.count()).select_from(orders)) == 0
