"""A new version of the check-in app arrives while scans wait in the phone."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from konferens.accounts.actions import create_user
from konferens.accounts.model import Role
from konferens.database import Database
from konferens.tables import scans
from konferens.web.assets import DIST
from tests.checkin.factories import make_list, make_type
from tests.factories import make_edition
from tests.journeys.conftest import EMAIL, PASSWORD, BrowserPage
from tests.journeys.server import Server, free_port, running_server
from tests.journeys.test_checkin import KEEPS_A_LIST, PHONE, new_ticket, recorded, scan_by_keys

VERSION_1 = """
async () => {
  const request = indexedDB.open("konferens-checkin", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("scans", { keyPath: "id", autoIncrement: true });
  const db = await new Promise((done, failed) => Object.assign(request, { onsuccess: () => done(request.result), onerror: failed }));
  const adding = db.transaction("scans", "readwrite");
  for (const [list, scan] of %s) adding.objectStore("scans").add({ list, scan });
  await new Promise((done, failed) => Object.assign(adding, { oncomplete: done, onabort: failed })); // else leaving the page undoes it
  db.close();
}
"""


async def small_event(db: Database) -> None:
    edition = await make_edition(db)
    await make_type(db, edition.id, "Medlem, båda dagarna")
    await make_list(db, edition.id, "Entré tisdag")
    await create_user(db, email=EMAIL, password=PASSWORD, role=Role.ADMIN, name="Anna Arrangör")


def later_build(folder: Path) -> Path:
    """The front end of today with another app script, `checkinVersion` is 2, under another name; the old one is gone."""
    dist = folder / "dist"
    shutil.copytree(DIST, dist, ignore=shutil.ignore_patterns("*.gz", "*.br"))
    names = json.loads((dist / "manifest.json").read_text())
    script = dist / names["js/checkin.js"]
    (dist / "checkin-LATER123.js").write_text(script.read_text() + "\nglobalThis.checkinVersion = 2;")
    script.unlink()
    (dist / "manifest.json").write_text(json.dumps(names | {"js/checkin.js": "checkin-LATER123.js"}))
    return dist


def sign_in_at(page: Page, server: Server) -> None:
    page.goto(f"{server.base_url}/login?next=/checkin/")
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/checkin/")


def all_scans(server: Server) -> int:
    async def count(db: Database) -> int:
        return int(await db.fetch_val(select(func.count()).select_from(scans)))

    return server.db(count)


def test_an_open_app_becomes_the_new_version_between_two_people_and_sends_what_waited(
    assets: None, browser_page: BrowserPage, tmp_path: Path
) -> None:
    port = free_port()
    page = browser_page(*PHONE)
    result, network = page.locator("[data-part=result]"), page.locator("[data-part=network]")
    with running_server(tmp_path, port=port) as server:
        server.db(small_event)
        tokens = [new_ticket(server, name) for name in ("Ebba Ek", "Finn Fors", "Gun Gran", "Hugo Hav")]
        sign_in_at(page, server)
        page.click("text=Entré tisdag")
        page.wait_for_function("async () => Boolean(await caches.match('/checkin/'))")
        page.wait_for_function(KEEPS_A_LIST)
        page.context.set_offline(True)
        for token in tokens[:3]:
            scan_by_keys(page, token)
            expect(result).to_have_class("scan-result scan-admitted")
        expect(network).to_contain_text("3 väntar på att skickas")

    page.route("**/scans", lambda route: route.abort())  # the network is back, and bad still
    with running_server(tmp_path, port=port, dist=later_build(tmp_path)) as server:
        scan_by_keys(page, tokens[3])
        expect(result).to_have_class("scan-result scan-admitted")
        page.fill("#door-words", "hugo")  # somebody is looked for, however long it takes
        page.context.set_offline(False)
        page.wait_for_function("async () => (await caches.keys()).length === 2")
        page.wait_for_function("async () => (await navigator.serviceWorker.getRegistration()).installing === null")
        assert page.evaluate("globalThis.checkinVersion ?? 1") == 1
        page.fill("#door-words", "")
        expect(page.locator("[data-part=note]")).to_contain_text("Appen är uppdaterad.", timeout=40_000)
        assert page.evaluate("globalThis.checkinVersion") == 2
        expect(page.locator("[data-part=name]")).to_have_text("Entré tisdag")
        expect(network).to_contain_text("4 väntar på att skickas")
        assert all_scans(server) == 0

        page.unroute("**/scans")
        page.evaluate("dispatchEvent(new Event('online'))")  # or the next tick, ten seconds later
        expect(network).to_be_hidden(timeout=25_000)
        assert [recorded(server, token) for token in tokens] == [["admitted"]] * 4
        page.wait_for_function("async () => (await caches.keys()).length === 1")
        page.context.set_offline(True)
        page.reload()
        expect(page.locator("[data-part=name]")).to_have_text("Entré tisdag")
        assert page.evaluate("globalThis.checkinVersion") == 2


def test_the_queue_of_the_apps_first_version_is_sent_once(
    server: Server, browser_page: BrowserPage, sign_in: Callable[[Page, str], None]
) -> None:
    """The first version's store, version 1, had the queue and nothing else, and its scans didn't say what was told."""
    token = new_ticket(server, "Vera Version")
    page = browser_page(*PHONE)
    page.goto("/login")
    scan = {
        "token": token,
        "nonce": "5f4b9c2e-7c11-4a53-9d34-0b3b0e5c2a10",
        "scanned_at": "2026-05-11T07:00:00.000Z",
        "device": "Gammal telefon",
    }
    page.evaluate(VERSION_1 % json.dumps([["1", scan]]))
    sign_in(page, "/checkin/")
    page.click("text=Entré tisdag")
    page.fill("#door-words", "Vera Version")
    expect(page.locator(".door-person-state")).to_contain_text("Kom ")
    page.reload()
    expect(page.locator("[data-part=counter]")).to_contain_text(" har kommit")
    assert recorded(server, token) == ["admitted"]
