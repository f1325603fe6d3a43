"""At the door, with a phone: the printed badge is held before the camera."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from konferens.badges.model import Badge
from konferens.badges.papers import Paper
from konferens.badges.pdf import badges_pdf
from konferens.database import Database
from konferens.tables import checkin_lists, editions, scans, ticket_types, tickets
from tests.checkin.factories import make_ticket
from tests.journeys.camera import badge_pictures, write_video
from tests.journeys.conftest import BrowserPage
from tests.journeys.server import Server

PHONE = (360, 740)
ANSWERS = """
globalThis.answers = [];
new MutationObserver((changes) => {
  for (const { target } of changes) {
    if (target.hidden || target.dataset.part !== "result") continue;
    const text = (part) => target.querySelector(part).textContent;
    answers.push([target.className, text(".scan-word"), text(".scan-name"), text(".scan-type"), text(".scan-detail")]);
  }
}).observe(document, { subtree: true, attributeFilter: ["hidden"] });
"""
"""Notes what the screen has told, so that a slow test misses nothing that is gone again after two seconds."""

KEEPS_A_LIST = """async () => {
  const db = await new Promise((done) => (indexedDB.open("konferens-checkin").onsuccess = (event) => done(event.target.result)));
  const keys = await new Promise((done) => (db.transaction("facts").objectStore("facts").getAllKeys().onsuccess = (event) => done(event.target.result)));
  db.close();
  return keys.some((key) => String(key).startsWith("list-"));
}"""
"""Whether the phone, which has opened its app, can answer without network."""

SignIn = Callable[[Page, str], None]


def new_ticket(server: Server, name: str, *, order_status: str = "paid") -> str:
    async def make(db: Database) -> str:
        edition_id = await db.fetch_val(select(editions.c.id))
        type_id = await db.fetch_val(select(ticket_types.c.id).where(ticket_types.c.edition_id == edition_id))
        return await make_ticket(
            db, edition_id, type_id, name=name, organisation="Ås byalag", order_status=order_status
        )

    return server.db(make)


def recorded(server: Server, token: str, least: int = 1) -> list[str]:
    """The answers that the ticket's scans were given, in order, once there are so many: phones answer before they send."""

    async def read(db: Database) -> list[str]:
        query = select(scans.c.status).join(tickets).where(tickets.c.token == token).order_by(scans.c.id)
        return [row.status for row in await db.fetch_all(query)]

    until = time.monotonic() + 15
    while len(found := server.db(read)) < least and time.monotonic() < until:
        time.sleep(0.05)
    return found


@pytest.fixture
def door(browser_page: BrowserPage, sign_in: SignIn) -> Callable[..., Page]:
    """`door(camera=None)`: a phone that stands ready at the list 'Entré tisdag'."""

    def ready(camera: Path | None = None) -> Page:
        page = browser_page(*PHONE, camera=camera)
        page.add_init_script(ANSWERS)
        sign_in(page, "/checkin/")
        page.click("text=Entré tisdag")
        expect(page.locator("[data-part=hint]")).to_have_text("Håll koden framför kameran")
        page.wait_for_function(KEEPS_A_LIST)
        return page

    return ready


def scan_by_keys(page: Page, text: str) -> None:
    """As a scanner that types."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_a_badge_admits_once(server: Server, door: Callable[..., Page], tmp_path: Path) -> None:
    token = new_ticket(server, "Örjan Ågren")
    badge = Badge(
        name="Örjan Ågren",
        organisation="Ås byalag",
        ticket_type="Medlem",
        colour="#4a6741",
        qr_text=f"{server.base_url}/t/{token}",
        edition_name="Lokalekonomidagarna 2027",
    )
    [picture] = badge_pictures(badges_pdf([badge], Paper.A6))
    video = write_video(tmp_path / "badge.y4m", [(None, 1.0), (picture, 2.0), (None, 3.4)])
    page = door(camera=video)
    page.wait_for_function("() => answers.length >= 2", timeout=60_000)
    first, second = page.evaluate("answers")[:2]
    about = ["Örjan Ågren", "Medlem, båda dagarna · Ås byalag"]
    assert first == ["scan-result scan-admitted", "Välkommen", *about, ""]
    assert second[:4] == ["scan-result scan-already", "Redan incheckad", *about]
    assert second[4].startswith("Kom kl.\u00a0")
    assert recorded(server, token, 2)[:2] == ["admitted", "already"]


def test_a_scanner_that_types_and_the_counter(server: Server, door: Callable[..., Page]) -> None:
    paid, unpaid = new_ticket(server, "Maja Ek"), new_ticket(server, "Nils Sten", order_status="pending")
    cancelled = new_ticket(server, "Rut Berg", order_status="cancelled")
    page = door()
    result, word = page.locator("[data-part=result]"), page.locator(".scan-word")
    before = page.locator("[data-part=counter]").inner_text()
    scan_by_keys(page, f"{server.base_url}/t/{paid}")
    expect(result).to_have_class("scan-result scan-admitted")
    expect(page.locator("[data-part=counter]")).not_to_have_text(before)
    scan_by_keys(page, unpaid.lower())
    expect(result).to_have_class("scan-result scan-unpaid")
    expect(page.locator(".scan-note")).to_have_text("Ska betala 1\u00a0250 kr")
    scan_by_keys(page, cancelled)
    expect(result).to_have_class("scan-result scan-refused")
    expect(word).to_have_text("Avbokad")
    scan_by_keys(page, "https://example.org/something/else")
    expect(word).to_have_text("Okänd kod")
    page.click("text=Nästa")
    expect(result).to_be_hidden()


def test_a_finger_that_is_on_a_list_when_the_lists_come(browser_page: BrowserPage, sign_in: SignIn) -> None:
    page = browser_page(*PHONE)
    asked: list[Route] = []
    page.route("**/checkin/api/lists", lambda route: asked.append(route), times=1)  # noqa: PLW0108 - it wraps what it gets
    with page.expect_request("**/checkin/api/lists"):
        sign_in(page, "/checkin/")
    page.get_by_role("link", name="Entré tisdag").hover()
    page.mouse.down()
    with page.expect_response("**/checkin/api/lists"):
        asked[0].continue_()
    page.wait_for_function("() => document.querySelector('checkin-app').reached")
    page.mouse.up()
    expect(page.locator("[data-part=hint]")).to_have_text("Håll koden framför kameran")


def test_by_name(server: Server, door: Callable[..., Page], axe: Callable[[Page], None]) -> None:
    token = new_ticket(server, "Inga-Lill Åström")
    page = door()
    axe(page)
    page.fill("#door-words", "lill åst")
    page.click("text=Inga-Lill Åström")
    expect(page.locator("[data-part=result]")).to_have_class("scan-result scan-admitted")
    axe(page)
    page.click("text=Nästa")
    expect(page.locator(".door-person-state")).to_contain_text("Kom kl. ")
    assert recorded(server, token) == ["admitted"]


def test_a_scan_without_network_is_answered_and_sent_later(server: Server, door: Callable[..., Page]) -> None:
    token = new_ticket(server, "Elin Skog")
    page = door()
    page.wait_for_function("async () => Boolean(await caches.match('/checkin/'))")
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("[data-part=name]")).to_have_text("Entré tisdag")
    scan_by_keys(page, token)
    expect(page.locator(".scan-word")).to_have_text("Välkommen")
    expect(page.locator("[data-part=network]")).to_contain_text("Inget nät · listan är från kl.")
    expect(page.locator("[data-part=network]")).to_contain_text("1 väntar på att skickas")
    assert recorded(server, token, 0) == []
    page.context.set_offline(False)
    expect(page.locator("[data-part=network]")).to_be_hidden()
    assert recorded(server, token) == ["admitted"]


def test_the_tickets_own_address_checks_it_in(server: Server, door: Callable[..., Page]) -> None:
    token = new_ticket(server, "Alva Lund")
    page = door()
    page.goto(f"/checkin/?ticket={token}")
    expect(page.locator(".scan-name")).to_have_text("Alva Lund")
    page.reload()
    expect(page.locator("[data-part=door]")).to_be_visible()
    assert recorded(server, token) == ["admitted"]


def test_without_scripts(
    server: Server, browser_page: BrowserPage, sign_in: SignIn, axe: Callable[[Page], None]
) -> None:
    token = new_ticket(server, "Sixten Dahl")
    page = browser_page(*PHONE, scripts=False)
    sign_in(page, "/checkin/")
    page.click("text=Entré tisdag")
    page.fill("[name=q]", "dahl")
    page.press("[name=q]", "Enter")
    page.click("text=Checka in")
    expect(page.locator(".scan-word")).to_have_text("Välkommen")
    expect(page.locator(".scan-name")).to_have_text("Sixten Dahl")
    assert recorded(server, token) == ["admitted"]


def test_the_choice_of_lists_is_accessible(
    server: Server, browser_page: BrowserPage, sign_in: SignIn, axe: Callable[[Page], None]
) -> None:
    async def lists(db: Database) -> list[str]:
        return [
            row.name
            for row in await db.fetch_all(
                select(checkin_lists.c.name).order_by(checkin_lists.c.position, checkin_lists.c.id)
            )
        ]

    page = browser_page(*PHONE)
    sign_in(page, "/checkin/")
    expect(page.locator(".door-choice-name")).to_have_text(server.db(lists))
    axe(page)
