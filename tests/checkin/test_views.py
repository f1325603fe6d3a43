"""The web app's page and JSON, the plain forms, and the office's pages about lists."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from konferens.accounts.model import Role
from konferens.checkin.actions import record_scans
from konferens.checkin.model import Repeat, Scan
from konferens.checkin.queries import find_list, lists_of
from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.programme.queries import find_session
from konferens.questions.ready import add_ready_made
from tests.browser import Browser
from tests.checkin.factories import MOMENT, make_edition, make_list, make_ticket, make_type
from tests.factories import ACTOR, make_addon, make_login, make_session, make_ticket_type, wall


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
            "admitted_by": None,
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
    [nonce] = set(re.findall(r'name="undo" value="([^"]+)"', "".join(answers)))
    undone = desk.browser.post(path, {"undo": nonce}, page=f"{path}?q=åsa").text
    assert ("Incheckningen är ångrad." in undone, "0 av 1 har kommit" in undone) == (True, True)
    assert desk.browser.post(path, {"undo": "another"}, page=f"{path}?q=åsa").status_code == 404
    assert desk.client.post(path, data={"token": desk.token}).status_code == 403


def test_the_app_can_be_installed(desk: Desk) -> None:
    manifest = desk.browser.get("/checkin/manifest.webmanifest")
    assert manifest.headers["content-type"] == "application/manifest+json"
    assert (manifest.json()["scope"], manifest.json()["start_url"]) == ("/checkin/", "/checkin/")
    assert [desk.browser.get(icon["src"]).status_code for icon in manifest.json()["icons"]] == [200, 200, 200]
    worker = desk.browser.get("/checkin/worker.js")
    assert worker.headers["service-worker-allowed"] == "/checkin/"
    shell = re.match(r'self\.SHELL=\["(.*?)"\];self\.BUILD="(.*?)";', worker.text)
    assert shell is not None
    assert {desk.browser.get(path).status_code for path in shell[1].split('", "')} == {200}
    assert desk.browser.get("/checkin/").headers["checkin-build"] == shell[2]


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


async def test_the_office_says_whom_a_list_admits_and_makes_ready_ones(
    db: Database, edition: Edition, office: Browser
) -> None:
    lists = f"/organiser{edition.path}checkin-lists"
    type_id = await make_ticket_type(db, edition)
    dinner = await make_addon(db, edition, name="Middagen", starts_at=MOMENT, ends_at=MOMENT)
    code = await make_session(db, edition, "Verkstaden", wall_starts=wall(11, 10), signup=True)
    session = await find_session(db, edition.id, code)
    assert "Känsliga uppgifter" not in office.text(f"{lists}/new")
    await add_ready_made(db, edition, "diet", actor=ACTOR)
    form = office.form(f"{lists}/new")
    form |= {"name": "Mingel", "admits": "some", "types": [type_id], "addons": [dinner], "session": session.id}
    form |= {"repeat": "daily", "opens_at": "2027-05-11T18:00", "closes_at": "2027-05-11T17:00", "shows": ["diet"]}
    refused = office.post(f"{lists}/new", form)
    assert (refused.status_code, "Listan måste stänga efter" in refused.text) == (422, True)
    assert office.post(f"{lists}/new", form | {"closes_at": "2027-05-11T23:00"}).status_code == 303
    page = office.visible(lists)
    assert "Ordinarie med tillvalet Middagen som har valt ”Verkstaden” Visar: Mat och allergier" in page
    assert "En gång om dagen, tisdag 11 maj kl. 18.00–23.00" in page
    (mingle,) = await lists_of(db, edition.id)
    assert mingle.opens_at == datetime(2027, 5, 11, 16, tzinfo=UTC)
    assert office.post(f"{lists}/{mingle.id}/edit", {"name": "Mingel", "admits": "all"}).status_code == 303
    kept = replace(mingle.own_rules, addons=frozenset(), shows=frozenset())  # boxes that aren't sent aren't ticked
    assert (await find_list(db, mingle.id)).own_rules == kept
    assert (kept.repeat, kept.session_id) == (Repeat.DAILY, session.id)
    for kind in ("days", "addons", "sessions", "days", "nonsense"):
        assert office.post(f"{lists}/ready", {"ready": kind}, page=f"{lists}/new").status_code == 303
    made = (await lists_of(db, edition.id))[1:]
    days = ["Entré tisdag 11 maj", "Entré onsdag 12 maj"]
    assert [one.name for one in made] == [*days, "Middagen", "Verkstaden"]
    assert [(one.day, one.addons, one.session_id) for one in made] == [
        (date(2027, 5, 11), frozenset(), None),
        (date(2027, 5, 12), frozenset(), None),
        (None, frozenset({dinner}), None),
        (None, frozenset(), session.id),
    ]
    assert "Färdiga listor" not in office.text(lists)


async def test_the_log_has_pages_and_is_a_file(db: Database, edition: Edition, office: Browser) -> None:
    entrance = await make_list(db, edition.id)
    await record_scans(db, entrance, [Scan(f"X{n}", str(uuid4()), MOMENT, f"Grind {n}") for n in range(51)], "=door")
    address = f"/organiser{edition.path}checkin-lists/{entrance.id}"
    first, second = office.text(address), office.text(f"{address}?page=2")
    assert (first.count("Okänd kod"), second.count("Okänd kod")) == (50, 1)
    assert ["Grind 50" in first, "Grind 0<" in second] == [True, True]
    assert office.get(f"{address}?page=99999999999999").status_code == 200
    answer = office.get(f"{address}/log.csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert (len(lines), lines[1]) == (52, "2027-05-11 09:00:00;In;Okänd kod;;Grind 0;'=door;")
