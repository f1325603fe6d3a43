"""What people are told about their data, and what they get of it."""

import json
from typing import Any

from sqlalchemy import select, update
from starlette.testclient import TestClient

from konferens.database import Database
from konferens.events.model import Edition
from konferens.privacy.queries import last_request
from konferens.registration.actions import Attendee, change_attendees
from konferens.registration.model import TicketRequest
from konferens.registration.queries import order_by_id
from konferens.tables import editions, erasure_requests, questions, tickets
from tests.browser import Browser
from tests.factories import make_order, make_session, make_ticket_type, wall
from tests.privacy.factories import (
    ALLERGY,
    BUYER,
    EARLIER,
    EMAIL,
    NAME,
    ORGANISATION,
    PHONE,
    SELLER,
    answer,
    make_question,
    make_traces,
)

EDITION = "/lokalekonomidagarna/2027/"


def page(client: TestClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.text


def data(client: TestClient, path: str) -> dict[str, Any]:
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-disposition"].startswith('attachment; filename="')
    found: dict[str, Any] = json.loads(response.content)
    return found


async def test_the_page_tells_what_the_edition_collects(db: Database, client: TestClient, edition: Edition) -> None:
    assert "bokföringslagen" not in page(client, f"{EDITION}privacy")
    await db.execute(update(editions).values(contact_email="hej@example.org", version=2, **SELLER))
    await make_ticket_type(db, edition)
    await make_question(db, edition, "diet", sensitive=True, purpose="Så att köket vet.")
    await make_question(db, edition, "hidden", active=False)
    text = page(client, f"{EDITION}privacy")
    for expected in (
        "Hela Bygden lever", "hej@example.org", "bokföringslagen (1999:1078) 7 kap. 2\u00a0§", "31 dec. 2034", "Diet",
        "Så att köket vet.", "artikel 9.2 a", "11 juni 2027", "11 maj 2028", "imy.se", "<code>language</code>",
    ):  # fmt: skip
        assert expected in text
    assert "Hidden" not in text


def test_every_public_page_leads_there(client: TestClient, edition: Edition) -> None:
    text = page(client, EDITION)
    assert f'href="{EDITION}privacy"' in text
    assert f'href="{EDITION}accessibility"' in text
    assert "2018:1937" in page(client, f"{EDITION}accessibility")


async def test_a_holder_gets_what_is_known_of_the_holder(db: Database, client: TestClient, edition: Edition) -> None:
    order = await make_traces(db, edition)
    told = data(client, f"{order.tickets[0].own_path}data.json")
    ticket = told["ticket"]
    assert (ticket["name"], ticket["email"], ticket["organisation"]) == (NAME, EMAIL, ORGANISATION)
    assert {each["code"]: (each["answer"], each["sensitive"]) for each in ticket["answers"]} == {
        "phone": (PHONE, False),
        "diet": (ALLERGY, True),
    }
    assert [each["title"] for each in ticket["sessions"]] == ["Studiebesök"]
    assert [each["status"] for each in ticket["scans"]] == ["admitted"]
    assert {each["subject"] for each in told["mails"]} == {f"Hej {NAME}"}
    changes = [each for each in told["history"] if each["action"] == "order.change-attendees"]
    assert changes[0]["before"] == {"1": [EARLIER, EMAIL, ORGANISATION]}


async def test_a_holder_gets_nothing_of_others(db: Database, client: TestClient, edition: Edition) -> None:
    order = await make_traces(db, edition)
    text = json.dumps(data(client, f"{order.tickets[1].own_path}data.json"), ensure_ascii=False)
    assert [
        word for word in (NAME, EMAIL, PHONE, ALLERGY, BUYER.name, BUYER.email, BUYER.address) if word in text
    ] == []
    assert "Cecilia Ny" in text


async def test_a_ticket_that_was_somebody_else_s_tells_nothing_of_them(
    db: Database, client: TestClient, edition: Edition
) -> None:
    order = await make_traces(db, edition)
    new = [Attendee("Dag Ek", "dag@example.org", ""), Attendee("Cecilia Ny", "", "")]
    await change_attendees(db, order, new, actor=f"buyer:{order.code}")
    told = data(client, f"{order.tickets[0].own_path}data.json")
    text = json.dumps([told["history"], told["mails"]], ensure_ascii=False)
    assert [word for word in (NAME, EMAIL, EARLIER) if word in text] == []


async def test_a_buyer_gets_the_order_but_not_what_others_said_of_their_health(
    db: Database, client: TestClient, edition: Edition
) -> None:
    order = await make_traces(db, edition)
    told = data(client, f"{order.path}data.json")
    assert told["order"]["buyer"]["email"] == BUYER.email
    assert told["order"]["total"] == {"amount": 250_000, "currency": "SEK"}
    assert [each["amount"]["amount"] for each in told["payments"]] == [250_000]
    assert [each["name"] for each in told["tickets"]] == [NAME, "Cecilia Ny"]
    assert ALLERGY not in json.dumps(told, ensure_ascii=False)
    assert "scans" not in told["tickets"][0]


async def test_a_buyer_who_comes_gets_the_own_sensitive_answers(
    db: Database, client: TestClient, edition: Edition
) -> None:
    await make_ticket_type(db, edition)
    asked = (TicketRequest("ordinarie", BUYER.name, BUYER.email),)
    order = await make_order(db, edition, buyer=BUYER, tickets=asked)
    diet = await make_question(db, edition, "diet", sensitive=True)
    await answer(db, edition, {order.tickets[0].id: {diet: ALLERGY}})
    told = data(client, f"{order.path}data.json")
    assert [each["answer"] for each in told["tickets"][0]["answers"]] == [ALLERGY]


async def test_asking_to_be_erased(db: Database, client: TestClient, edition: Edition) -> None:
    order = await make_traces(db, edition)
    address, visitor = f"{order.tickets[0].own_path}erase", Browser(client)
    assert "Biljetten slutar gälla" in page(client, address)
    answered = visitor.post(address, {"message": "Tack för mig"})
    assert (answered.status_code, answered.headers["location"]) == (303, address)
    assert "Vi har tagit emot det" in page(client, address)
    assert [row.message for row in await db.fetch_all(select(erasure_requests.c.message))] == ["Tack för mig"]
    assert (await order_by_id(db, order.id)).tickets[0].name == NAME


async def test_a_message_that_is_too_long_is_kept_in_the_form(
    db: Database, client: TestClient, edition: Edition
) -> None:
    order = await make_traces(db, edition)
    answered = Browser(client).post(f"{order.path}erase", {"message": "å" * 2001})
    assert answered.status_code == 422
    assert "å" * 2001 in answered.text
    assert await last_request(db, order.id, None) is None


async def test_the_list_shows_those_who_said_yes_in_swedish_order(
    db: Database, client: TestClient, edition: Edition
) -> None:
    await make_ticket_type(db, edition)
    names = ("Örjan", "Åsa", "Adam", "Bo")
    order = await make_order(db, edition, tickets=tuple(TicketRequest("ordinarie", name) for name in names))
    address = f"{order.tickets[3].own_path}attendees"
    assert client.get(address).status_code == 404
    consent = await make_question(db, edition, "attendee-list", kind="yes_no")
    said = [True, True, True, False]
    await answer(db, edition, {each.id: {consent: yes} for each, yes in zip(order.tickets, said, strict=True)})
    response = client.get(address)
    text = response.text.partition("<main")[2]
    assert [name for name in text.replace("<bdi>", "</bdi>").split("</bdi>") if name in names] == [
        "Adam",
        "Åsa",
        "Örjan",
    ]
    assert response.headers["cache-control"] == "no-store"
    await db.execute(update(questions).values(active=False))
    assert client.get(address).status_code == 404


async def test_the_list_is_not_for_those_who_have_cancelled(db: Database, client: TestClient, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    await make_question(db, edition, "attendee-list", kind="yes_no")
    order = await make_order(db, edition)
    await db.execute(update(tickets).values(status="cancelled"))
    assert client.get(f"{order.tickets[0].own_path}attendees").status_code == 404
    assert client.get(f"/tickets/{'A' * 24}/attendees").status_code == 404


async def test_the_programme_is_told_of_where_there_is_one(db: Database, client: TestClient, edition: Edition) -> None:
    assert "Eget program" not in page(client, f"{EDITION}privacy")
    await make_session(db, edition, wall_starts=wall(11, 9))
    assert "Eget program" in page(client, f"{EDITION}privacy")
