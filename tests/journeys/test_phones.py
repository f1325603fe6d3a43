"""Phones at the door that nobody signs in on: set up by a code, on their own without network, together again with it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from konferens.checkin.afterwards import conflicts_of, held_of
from konferens.checkin.devices import devices_of, prepare_device, revoke_device
from konferens.clock import now
from konferens.database import Database
from konferens.tables import checkin_lists, editions
from tests.journeys.conftest import BrowserPage
from tests.journeys.server import Server
from tests.journeys.test_checkin import KEEPS_A_LIST, PHONE, new_ticket, recorded, scan_by_keys

ACTOR = "organiser@example.org"
NewPhone = Callable[[str], Page]


async def _edition(db: Database) -> int:
    return int(await db.fetch_val(select(editions.c.id)))


@pytest.fixture
def new_phone(server: Server, browser_page: BrowserPage) -> NewPhone:
    """`new_phone(name)`: a phone that has scanned the organiser's code, and stands ready at 'Entré tisdag'."""

    def ready(name: str) -> Page:
        async def prepare(db: Database) -> str:
            edition = await _edition(db)
            entrance = await db.fetch_val(select(checkin_lists.c.id).where(checkin_lists.c.name == "Entré tisdag"))
            end = now() + timedelta(days=1)
            made = await prepare_device(
                db, edition, name=name, list_ids=[entrance], may_sell=False, expires_at=end, actor=ACTOR
            )
            return made[1]

        page = browser_page(*PHONE)
        page.goto(f"/checkin/setup#{server.db(prepare)}")
        page.wait_for_url("**/checkin/")
        page.click("text=Entré tisdag")
        expect(page.locator("[data-part=hint]")).to_have_text("Håll koden framför kameran")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.wait_for_function("() => caches.match('/checkin/').then(Boolean)")
        page.wait_for_function(KEEPS_A_LIST)
        return page

    return ready


def test_two_phones_without_network_and_together_again(server: Server, new_phone: NewPhone) -> None:
    both, one = new_ticket(server, "Elin Skog"), new_ticket(server, "Ove Fjäll")
    first, second = new_phone("Grind 1"), new_phone("Grind 2")
    for phone in (first, second):
        phone.context.set_offline(True)
        scan_by_keys(phone, f"{server.base_url}/t/{both}")
        expect(phone.locator(".scan-word")).to_have_text("Välkommen")
        expect(phone.locator(".scan-name")).to_have_text("Elin Skog")
    scan_by_keys(first, both)
    expect(first.locator(".scan-word")).to_have_text("Redan incheckad")
    expect(first.locator(".scan-detail")).to_contain_text("Grind 1")

    second.reload()  # the app, the list and the queue are there without network
    expect(second.locator("[data-part=name]")).to_have_text("Entré tisdag")
    expect(second.locator("[data-part=network]")).to_contain_text("1 väntar på att skickas")
    scan_by_keys(second, one)
    expect(second.locator(".scan-name")).to_have_text("Ove Fjäll")
    assert recorded(server, both, 0) == []

    for phone in (first, second):
        phone.context.set_offline(False)
        expect(phone.locator("[data-part=network]")).to_be_hidden(timeout=15_000)
    expect(second.locator("[data-part=note]")).to_have_text("Nekades när nätet kom tillbaka: Elin Skog")
    assert recorded(server, both, 3) == ["admitted", "already", "already"]
    assert recorded(server, one) == ["admitted"]

    async def conflicts(db: Database) -> list[tuple[str, str, str]]:
        found = await conflicts_of(db, await _edition(db))
        return [(each.name, each.first_device, each.device) for each in found]

    assert server.db(conflicts) == [("Elin Skog", "Grind 1", "Grind 2")]


def test_a_ticket_that_was_sold_meanwhile(server: Server, new_phone: NewPhone) -> None:
    phone = new_phone("Grind 3")
    phone.context.set_offline(True)
    token = new_ticket(server, "Sen Anmäld")
    scan_by_keys(phone, token)
    expect(phone.locator(".scan-word")).to_have_text("Inte på min lista")
    expect(phone.locator(".scan-detail")).to_contain_text("Listan är från kl.")
    phone.click("text=Släpp in ändå")
    expect(phone.locator(".scan-word")).to_have_text("Insläppt")
    phone.context.set_offline(False)
    expect(phone.locator("[data-part=network]")).to_be_hidden(timeout=15_000)
    assert recorded(server, token) == ["admitted"]


def test_a_slip_of_the_hand_is_taken_back_though_the_scan_is_on_its_way(server: Server, new_phone: NewPhone) -> None:
    token = new_ticket(server, "Fel Person")
    phone = new_phone("Grind 4")
    sent: list[Route] = []
    phone.route("**/scans", lambda route: sent.append(route), times=1)  # noqa: PLW0108 - it wraps what it gets
    with phone.expect_request("**/scans"):
        scan_by_keys(phone, token)
    expect(phone.locator(".scan-name")).to_have_text("Fel Person")
    phone.click("text=Nästa")
    phone.click("text=Ångra")
    sent[0].continue_()
    expect(phone.locator("[data-part=note]")).to_have_text("Incheckningen är ångrad.")
    with phone.expect_response("**/scans"):
        scan_by_keys(phone, token)
    expect(phone.locator(".scan-word")).to_have_text("Välkommen")
    assert recorded(server, token, 2) == ["admitted", "admitted"]
    phone.fill("#door-words", "fal persson")  # misspelt
    expect(phone.locator(".door-person-name").first).to_have_text("Fel Person")


def test_a_phone_that_is_lost(server: Server, new_phone: NewPhone) -> None:
    token = new_ticket(server, "Borta Bra")
    phone = new_phone("Borttappad")
    phone.context.set_offline(True)
    scan_by_keys(phone, token)
    expect(phone.locator(".scan-word")).to_have_text("Välkommen")

    async def end(db: Database) -> None:
        edition = await _edition(db)
        lost = next(each for each in await devices_of(db, edition) if each.name == "Borttappad")
        await revoke_device(db, edition, lost.id, actor=ACTOR)

    server.db(end)
    phone.context.set_offline(False)
    expect(phone.locator("[data-part=unknown]")).to_have_text(re.compile("Telefonen är utloggad"), timeout=15_000)
    expect(phone.locator(".door-choice")).to_have_count(0)
    kept = phone.evaluate(
        "new Promise((done) => { const r = indexedDB.open('konferens-checkin'); r.onsuccess = () => {"
        " const t = r.result.transaction(['tickets', 'facts', 'scans']); const n = {};"
        " for (const s of ['tickets', 'facts', 'scans']) t.objectStore(s).count().onsuccess = (e) => (n[s] = e.target.result);"
        " t.oncomplete = () => done(n); }; })"
    )
    assert kept == {"tickets": 0, "facts": 0, "scans": 0}
    assert recorded(server, token, 0) == []

    async def held(db: Database) -> list[str]:
        return [each.name for each in await held_of(db, await _edition(db))]

    assert server.db(held) == ["Borta Bra"]
