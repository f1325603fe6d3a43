"""How fast one address registers people and guesses codes: behind a proxy, as in earnest."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from starlette.requests import Request
from starlette.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from konferens.accounts.actions import create_api_token
from konferens.app import create_app
from konferens.attempts import Limit
from konferens.database import Database
from konferens.events.model import Edition
from konferens.open_space import views as open_space_views
from konferens.registration import api, views
from konferens.settings import Settings
from konferens.tables import orders, waiting_entries
from konferens.waiting import views as waiting_views
from konferens.web.limits import is_a_visitors
from konferens.web.requests import client_address
from tests.browser import Browser
from tests.factories import make_discount_code, make_quota, make_ticket_type
from tests.open_space.factories import make_open_space, make_topic

PAGE = "/lokalekonomidagarna/2027/register"
TOWN_HALL, VILLAGE = "81.2.69.142", "2a02:1234:5678:9abc::1"
ANNA = {"tickets-0-type": "ordinarie", "tickets-0-name": "Anna Öberg", "tickets-0-email": "anna@example.org"}
ORDER = {"buyer": {"name": "Anna", "email": "anna@example.org"}, "tickets": [{"type": "ordinarie", "name": "Anna"}]}


class Visitor(Browser):
    """Somebody whose requests come through a proxy that says where from."""

    def __init__(self, client: TestClient, address: str) -> None:
        super().__init__(client)
        client.headers["X-Forwarded-For"] = address


@pytest.fixture
def proxied(settings: Settings, assets: None) -> Iterator[TestClient]:
    app = ProxyHeadersMiddleware(create_app(settings), trusted_hosts="testclient")  # type: ignore[arg-type]
    with TestClient(app, follow_redirects=False) as client:  # type: ignore[arg-type]
        yield client


@pytest.fixture
async def edition(db: Database, edition: Edition) -> Edition:
    """With a ticket and a code."""
    await make_ticket_type(db, edition)
    await make_discount_code(db, edition, "LEADER27")
    return edition


async def number_of_orders(db: Database) -> int:
    return int(await db.fetch_val(select(func.count()).select_from(orders)))


async def test_one_address_registers_only_so_many(
    db: Database, edition: Edition, proxied: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form comes back with what was typed; others go on, and so does who comes from this machine or a private net."""
    monkeypatch.setattr(views, "REGISTRATIONS", Limit("register", timedelta(minutes=10), by_address=2))
    visitor = Visitor(proxied, TOWN_HALL)
    assert visitor.post(PAGE, {**ANNA, "tickets-0-type": "okänd"}).status_code == 422, "isn't counted"
    assert [visitor.post(PAGE, ANNA).status_code for _ in range(3)] == [303, 303, 429]
    answer = visitor.post(PAGE, ANNA)
    assert "Allt du skrev finns kvar: skicka det igen om 10 minuter." in answer.text
    assert 'value="Anna Öberg"' in answer.text
    assert answer.headers["retry-after"] == "600"
    for address, status in ((VILLAGE, 303), ("127.0.0.1", 303), ("10.0.0.7", 303), (TOWN_HALL, 429)):
        assert Visitor(proxied, address).post(PAGE, ANNA).status_code == status, address
    assert await number_of_orders(db) == 5


async def test_who_guesses_codes_has_to_wait(
    db: Database, edition: Edition, proxied: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Afterwards even the right one isn't told from others, but without a code all goes on; a mistake counts once."""
    monkeypatch.setattr(views, "WRONG_CODES", Limit("code", timedelta(minutes=10), by_address=2))
    visitor = Visitor(proxied, TOWN_HALL)
    assert [visitor.get(f"{PAGE}?code={code}").status_code for code in ("ETT", "ett", "LEADER27", "TVÅ")] == [
        422,
        422,
        200,
        422,
    ]
    for sent in (visitor.get(f"{PAGE}?code=LEADER27"), visitor.post(PAGE, {**ANNA, "discount_code": "LEADER27"})):
        assert (sent.status_code, sent.headers["retry-after"]) == (429, "600")
        assert "Vänta 10 minuter, eller ta bort koden och gå vidare." in sent.text
        assert 'value="LEADER27"' in sent.text
    assert await number_of_orders(db) == 0
    assert visitor.post(PAGE, ANNA).status_code == 303
    assert Visitor(proxied, VILLAGE).get(f"{PAGE}?code=LEADER27").status_code == 200


async def test_programs_that_send_guesses_have_to_wait(
    db: Database, edition: Edition, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "WRONG_CODES_OF_TOKEN", Limit("code", timedelta(minutes=10), by_address=1))
    headers = {"Authorization": f"Bearer {await create_api_token(db, name='byn', scopes=['orders'])}"}
    address = f"/api/v1/events/{edition.ref}/orders"
    answers = [
        client.post(address, json={**ORDER, **code}, headers=headers)
        for code in ({"discount_code": "ETT"}, {"discount_code": "TVÅ"}, {"discount_code": "LEADER27"}, {})
    ]
    assert [answer.status_code for answer in answers] == [422, 429, 429, 201]
    assert answers[1].headers["retry-after"] == "600"
    assert answers[1].json() == {
        "type": "http://testserver/api/docs/problems/too-many-requests",
        "title": "Too Many Requests",
        "status": 429,
        "detail": "Try again in 10 min.",
    }


async def test_waiting_lists_take_only_so_many_from_an_address(
    db: Database, edition: Edition, proxied: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting_views, "JOINS", Limit("waiting", timedelta(minutes=10), by_address=1))
    await make_ticket_type(db, edition, "full", quota=await make_quota(db, edition, 0))
    visitor, page = Visitor(proxied, TOWN_HALL), "/lokalekonomidagarna/2027/waiting"
    vera = {"type": "full", "name": "Vera", "email": "vera@example.org"}
    assert [visitor.post(page, vera).status_code for _ in range(2)] == [303, 429]
    again = visitor.post(page, {**vera, "email": "siv@example.org"})
    assert 'value="siv@example.org"' in again.text
    assert await db.fetch_val(select(func.count()).select_from(waiting_entries)) == 1


async def test_open_space_takes_only_so_many_from_an_address(
    db: Database, proxied: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_space_views, "PROPOSALS", Limit("topic", timedelta(minutes=10), by_address=1))
    monkeypatch.setattr(
        open_space_views, "INTERESTS", Limit("interest", timedelta(minutes=10), by_address=100, by_both=1)
    )
    edition = await make_open_space(db)
    mack, by = await make_topic(db, edition, "Mack"), await make_topic(db, edition, "By")
    visitor, wall = Visitor(proxied, TOWN_HALL), f"{edition.path}open-space"
    interests = [visitor.client.post(f"{wall}/topics/{topic.id}/interest") for topic in (mack, mack, by)]
    assert [answer.status_code for answer in interests] == [303, 429, 303]
    assert interests[1].headers["retry-after"] == "600"
    assert "Ovanligt många har tryckt ”Jag vill vara med” härifrån" in interests[1].text
    proposal = {"title": "Elnät", "abstract": "Kom!", "name": "Åsa"}
    assert [visitor.post(f"{wall}/propose", proposal).status_code for _ in range(2)] == [303, 429]
    assert 'value="Elnät"' in visitor.post(f"{wall}/propose", proposal).text
    assert Visitor(proxied, VILLAGE).post(f"{wall}/propose", proposal).status_code == 303


@pytest.mark.parametrize(
    ("host", "counted", "visitors"),
    [
        (TOWN_HALL, TOWN_HALL, True),
        (VILLAGE, "2a02:1234:5678:9abc::/64", True),
        ("::ffff:81.2.69.142", TOWN_HALL, True),
        ("127.0.0.1", "127.0.0.1", False),
        ("::1", "::1", False),
        ("192.168.1.7", "192.168.1.7", False),
        ("fd00::7", "fd00::/64", False),
        ("testclient", "testclient", False),
    ],
)
def test_whom_an_address_stands_for(host: str, counted: str, visitors: bool) -> None:
    address = client_address(Request({"type": "http", "client": (host, 50000)}))
    assert (address, is_a_visitors(address)) == (counted, visitors)
