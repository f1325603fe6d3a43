"""The web app's page and JSON, the plain forms, and the office's pages about lists."""

import re
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from konferens.accounts.model import Role
from konferens.database import Database
from konferens.events.queries import edition_by_id
from tests.browser import Browser
from tests.checkin.factories import make_edition, make_list, make_ticket, make_type
from tests.factories import make_login


class Desk:
    """Somebody on staff at an edition with a list and one ticket."""

    browser: Browser
    client: TestClient
    edition_id: int
    type_id: int
    list_id: int
    token: str

    def scan(self, list_id: int | None = None, **headers: str) -> Any:
        body = [{"token": self.token, "nonce": str(uuid4()), "device": "Entré 1"}]
        path = f"/checkin/api/lists/{list_id or self.list_id}/scans"
        return self.client.post(path, json=body, headers={"Sec-Fetch-Site": "same-origin", **headers})


@pytest.fixture
async def desk(db: Database, client: TestClient) -> Desk:
    made = Desk()
    made.client, made.browser = client, Browser(client)
    made.edition_id = await make_edition(db, "drivmedel")
    made.type_id = await make_type(db, made.edition_id)
    made.list_id = (await make_list(db, made.edition_id)).id
    made.token = await make_ticket(db, made.edition_id, made.type_id, order_status="pending")
    edition = await edition_by_id(db, made.edition_id)
    client.cookies.set("login", await make_login(db, Role.STAFF, edition, email="staff@example.org"))
    return made


async def test_the_page_offers_only_lists_of_ones_own_editions(desk: Desk, db: Database) -> None:
    other = await make_list(db, await make_edition(db))
    page = desk.browser.text("/checkin/")
    assert re.findall(r'href="/checkin/list/(\d+)"', page) == [str(desk.list_id)]
    assert [item["id"] for item in desk.browser.get("/checkin/api/lists").json()["items"]] == [desk.list_id]
    assert desk.scan(other.id).status_code == 403
    assert desk.browser.get(f"/checkin/list/{other.id}").status_code == 403


def test_strangers_sign_in_first(desk: Desk) -> None:
    desk.client.cookies.clear()
    assert desk.browser.get("/checkin/?ticket=ABC").headers["location"] == "/login?next=/checkin/%3Fticket%3DABC"
    assert desk.browser.get("/checkin/api/lists").status_code == 401
    assert desk.scan().status_code == 401


def test_a_scan_from_the_page(desk: Desk) -> None:
    document = desk.scan().json()
    assert document["counts"] == {"admitted": 1, "expected": 1}
    assert [(a["status"], a["attendee"]["unpaid"]) for a in document["answers"]] == [("admitted", True)]
    assert desk.scan().json()["answers"][0]["first_scan"]["device"] == "Entré 1"
    assert desk.browser.get(f"/checkin/api/lists/{desk.list_id}").json() == {"admitted": 1, "expected": 1}


def test_other_sites_cannot_scan(desk: Desk) -> None:
    assert desk.scan(None, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert desk.scan(None, **{"Content-Type": "text/plain"}).status_code == 415
    assert desk.scan().json()["answers"][0]["status"] == "admitted"


def test_search(desk: Desk) -> None:
    items = desk.browser.get(f"/checkin/api/lists/{desk.list_id}/search?q=öb").json()["items"]
    assert items == [
        {
            "token": desk.token,
            "status": "unpaid",
            "name": "Åsa Öberg",
            "type": "Medlem",
            "organisation": None,
            "admitted_at": None,
            "owes": 125_000,
            "note": None,
            "valid_on": None,
            "marks": {},
        }
    ]


def test_without_javascript(desk: Desk) -> None:
    path = f"/checkin/list/{desk.list_id}"
    page = desk.browser.text(f"{path}?q=åsa")
    assert ("Åsa Öberg" in page, "0 av 1 har kommit" in page) == (True, True)
    form = {"token": desk.token, "csrf_token": desk.browser.token(f"{path}?ticket={desk.token}")}
    answers = [desk.client.post(path, data=form).text for _ in range(2)]
    assert ["Välkommen" in answer and "1 av 1 har kommit" in answer for answer in answers] == [True, True]
    second = {"token": desk.token, "csrf_token": desk.browser.token(f"{path}?q=åsa")}
    assert "Redan incheckad" in desk.client.post(path, data=second).text
    assert desk.client.post(path, data={"token": desk.token}).status_code == 403


def test_the_app_can_be_installed(desk: Desk) -> None:
    manifest = desk.browser.get("/checkin/manifest.webmanifest")
    assert manifest.headers["content-type"] == "application/manifest+json"
    assert (manifest.json()["scope"], manifest.json()["start_url"]) == ("/checkin/", "/checkin/")
    assert [desk.browser.get(icon["src"]).status_code for icon in manifest.json()["icons"]] == [200, 200, 200]
    worker = desk.browser.get("/checkin/worker.js")
    assert worker.headers["service-worker-allowed"] == "/checkin/"
    shell = re.match(r'self\.SHELL=\["(.*?)"\];', worker.text)
    assert shell is not None
    assert [desk.browser.get(path).status_code for path in shell[1].split('", "')] == [200, 200, 200, 200]


async def test_the_office_edits_lists(desk: Desk, db: Database) -> None:
    office = "/organiser/drivmedel/2027/checkin-lists"
    assert desk.browser.get(office).status_code == 403
    desk.client.cookies.set("login", await make_login(db, Role.ORGANISER))
    data = {"name": "Middag", "admits": "some", "types": [desk.type_id]}
    assert desk.browser.post(f"{office}/new", data).headers["location"] == f"{office}?notice=created"
    assert desk.browser.post(f"{office}/new", data).status_code == 422
    assert desk.browser.post(f"{office}/new", {"name": "Lunch", "admits": "some"}).status_code == 422
    assert (
        desk.browser.post(f"{office}/{desk.list_id}/edit", {"name": "Huvudentré", "admits": "all"}).status_code == 303
    )
    page = desk.browser.text(office)
    assert ["Huvudentré" in page, "Middag" in page, "Släpps inte in" in page] == [True, True, True]
    desk.scan()
    assert "Obetald" in desk.browser.text(f"{office}/{desk.list_id}")
