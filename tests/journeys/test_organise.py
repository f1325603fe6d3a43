"""An organiser makes a conference from nothing, changes it, and looks after its orders; and a visitor's whole way."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from icalendar import Calendar, Event
from PIL import Image
from playwright.sync_api import Page, expect

from konferens.database import Database
from tests.badges.paper import read_pages
from tests.checkin.factories import make_list
from tests.factories import make_edition, make_order, make_room, make_session, make_ticket_type, wall
from tests.journeys.camera import badge_pictures, write_video
from tests.journeys.conftest import BrowserPage
from tests.journeys.server import Server
from tests.journeys.test_badges import NO_DIALOG
from tests.journeys.test_register import ORDER_PAGE, fill_in, fits, send

Axe = Callable[[Page], None]
SignIn = Callable[[Page, str], None]
OFFICE = "/organiser/skogsdagarna/2027/"
PUBLIC = "/skogsdagarna/2027/"
NEW_OFFICE, NEW_PUBLIC = "/organiser/kvarnmotet/2028/", "/kvarnmotet/2028/"


@dataclass(frozen=True)
class Shown:
    """Skogsdagarna 2027: a session and two orders."""

    session: str
    to_pay: str
    to_cancel: str


async def _shown(db: Database) -> Shown:
    edition = await make_edition(db, "skogsdagarna", name="Skogsdagarna 2027")
    room = await make_room(db, edition)
    await make_room(db, edition, "Logen")
    session = await make_session(db, edition, "Virke som valuta", room_id=room, wall_starts=wall(11, 9))
    await make_ticket_type(db, edition, "medlem")
    await make_list(db, edition.id, "Skogsentrén")
    first, second = [await make_order(db, edition, "medlem") for _ in range(2)]
    return Shown(session, first.code, second.code)


@pytest.fixture(scope="module")
def shown(server: Server) -> Shown:
    return server.db(_shown)


@pytest.fixture
def portrait(tmp_path: Path) -> Path:
    path = tmp_path / "portrait.jpg"
    Image.new("RGB", (900, 600), "#775533").save(path)
    return path


def save(page: Page, button: str = "Spara") -> None:
    """Send the form, and see that it was taken."""
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".notice-success")).to_be_visible()


def read(server: Server, path: str) -> bytes:
    with urlopen(server.base_url + path) as answer:  # noqa: S310 - our own server
        return bytes(answer.read())


def entry(server: Server, title: str) -> Event:
    """The session in the conference's calendar feed."""
    feed = Calendar.from_ical(read(server, f"{PUBLIC}calendar.ics"))
    [found] = [event for event in feed.events if event["SUMMARY"] == title]
    return found


def scheduled(server: Server, title: str) -> dict[str, Any]:
    """The session in schedule.json."""
    schedule = json.loads(read(server, f"{PUBLIC}schedule.json"))["schedule"]
    rooms = [room for day in schedule["conference"]["days"] for room in day["rooms"].values()]
    [found] = [talk for room in rooms for talk in room if talk["title"] == title]
    return dict(found)


def make_conference(page: Page, look: Callable[[], None]) -> None:
    page.get_by_role("link", name="Ny konferens").click()
    look()
    page.select_option("[name=series]", label="En ny serie")
    page.fill("[name=series_name]", "Kvarnmötet")
    page.fill("[name=organisation]", "Kvarnvännerna")
    page.fill("[name=name]", "Kvarnmötet 2028")
    page.fill("[name=slug]", "2028")
    page.fill("[name=starts_on]", "2028-06-02")
    page.fill("[name=ends_on]", "2028-06-03")
    page.get_by_role("button", name="Skapa").click()
    page.wait_for_url(f"**{NEW_OFFICE}**")
    look()


def make_programme(page: Page, look: Callable[[], None], portrait: Path) -> None:
    page.goto(f"{NEW_OFFICE}rooms")
    look()
    page.fill("[name=name]", "Malstugan")
    page.fill("[name=capacity]", "40")
    save(page, "Lägg till")
    page.goto(f"{NEW_OFFICE}tracks")
    page.fill("[name=name]", "Hantverk")
    save(page, "Lägg till")
    look()
    page.goto(f"{NEW_OFFICE}speakers/new")
    page.fill("[name=name]", "Märta Mjölnare")
    page.fill("[name=organisation]", "Övre kvarnen")
    page.set_input_files("[name=portrait]", portrait)
    look()
    save(page)
    page.goto(f"{NEW_OFFICE}sessions/new")
    page.fill("[name=title]", "Att mala dinkel")
    page.get_by_label("Märta Mjölnare", exact=True).check()
    page.select_option("[name=day]", "2028-06-02")
    page.fill("[name=starts]", "10:00")
    page.fill("[name=ends]", "11:30")
    page.select_option("[name=room]", label="Malstugan (40)")
    page.select_option("[name=track]", label="Hantverk")
    look()
    save(page)


def make_tickets(page: Page, look: Callable[[], None]) -> None:
    page.goto(f"{NEW_OFFICE}quotas/new")
    page.fill("[name=name]", "Kvarnen")
    page.fill("[name=size]", "40")
    look()
    save(page)
    page.goto(f"{NEW_OFFICE}ticket-types/new")
    page.fill("[name=name]", "Mjölnare")
    page.fill("[name=price]", "450")
    look()
    save(page)
    look()


def test_a_conference_from_nothing(browser_page: BrowserPage, sign_in: SignIn, axe: Axe, portrait: Path) -> None:
    page = browser_page(1280, 900)

    def look() -> None:
        page.set_viewport_size({"width": 360, "height": 740})
        assert fits(page), page.url
        page.set_viewport_size({"width": 1280, "height": 900})
        axe(page)

    sign_in(page, "/organiser/")
    make_conference(page, look)
    make_programme(page, look, portrait)
    make_tickets(page, look)
    visitor = browser_page()
    response = visitor.goto(NEW_PUBLIC)
    assert response is not None
    assert response.status == 404
    page.goto(f"{NEW_OFFICE}settings")
    look()
    save(page, "Publicera")

    visitor.goto(NEW_PUBLIC)
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Kvarnmötet 2028")
    expect(visitor.locator(".price-list")).to_contain_text("Mjölnare")
    expect(visitor.locator(".price-list")).to_contain_text("450 kr")
    axe(visitor)
    visitor.goto(f"{NEW_PUBLIC}programme")
    visitor.get_by_role("link", name="Att mala dinkel").click()
    expect(visitor.get_by_role("main")).to_contain_text("Malstugan")
    expect(visitor.get_by_role("main")).to_contain_text("Hantverk")
    visitor.get_by_role("link", name="Märta Mjölnare").first.click()
    source = visitor.locator("main img").first.get_attribute("src")
    with Image.open(BytesIO(visitor.request.get(f"{source}").body())) as image:
        assert image.width == image.height
    visitor.goto(f"{NEW_PUBLIC}register")
    expect(visitor.get_by_role("radio", name="Mjölnare")).to_be_checked()


def test_a_change_of_the_programme_shows_everywhere(
    shown: Shown, server: Server, browser_page: BrowserPage, sign_in: SignIn
) -> None:
    before = entry(server, "Virke som valuta")
    page = browser_page()
    sign_in(page, f"{OFFICE}sessions/{shown.session}")
    page.fill("[name=title]", "Skog som valuta")
    page.fill("[name=starts]", "13:15")
    page.fill("[name=ends]", "14:00")
    page.select_option("[name=room]", label="Logen")
    save(page)

    page.goto(f"{PUBLIC}programme")
    expect(page.get_by_role("link", name="Virke som valuta")).to_have_count(0)
    page.get_by_role("link", name="Skog som valuta").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Skog som valuta")
    expect(page.get_by_role("main")).to_contain_text("13.15")
    expect(page.get_by_role("main")).to_contain_text("Logen")
    after = entry(server, "Skog som valuta")
    assert after.uid == before.uid
    assert after.sequence > before.sequence
    assert f"{after.start:%H:%M}" == "13:15"
    talk = scheduled(server, "Skog som valuta")
    assert (talk["start"], talk["duration"], talk["room"]) == ("13:15", "00:45", "Logen")


def test_the_second_of_two_sees_whose_change_it_was(
    shown: Shown, browser_page: BrowserPage, sign_in: SignIn, axe: Axe
) -> None:
    first, second = browser_page(), browser_page(360, 740)
    for page in (first, second):
        sign_in(page, f"{OFFICE}sessions/{shown.session}")
    first.fill("[name=subtitle]", "Från planta till planka")
    save(first)
    second.fill("[name=subtitle]", "Om lån och löv")
    second.get_by_role("button", name="Spara", exact=True).click()

    told = second.get_by_role("alert")
    expect(told).to_contain_text("anna@example.org")
    expect(told).to_contain_text("Från planta till planka")
    assert second.input_value("[name=subtitle]") == "Om lån och löv"
    assert fits(second)
    axe(second)
    save(second)
    assert second.input_value("[name=subtitle]") == "Om lån och löv"


def test_orders_are_paid_and_cancelled(shown: Shown, browser_page: BrowserPage, sign_in: SignIn, axe: Axe) -> None:
    page = browser_page(360, 740)
    sign_in(page, f"{OFFICE}orders")
    axe(page)
    assert fits(page)
    page.get_by_role("link", name=shown.to_pay).click()
    axe(page)
    assert fits(page)
    page.get_by_role("link", name="Registrera betalning").click()
    axe(page)
    assert fits(page)
    save(page, "Registrera betalningen")
    expect(page.locator(".office-head .badge")).to_have_text("Betald")
    axe(page)

    page.goto(f"{OFFICE}orders/{shown.to_cancel}")
    page.get_by_role("link", name="Avboka", exact=True).click()
    axe(page)
    save(page, "Avboka")
    expect(page.locator(".office-head .badge")).to_have_text("Avbokad")


def test_a_report_of_the_bank_is_read_and_matched(
    shown: Shown, browser_page: BrowserPage, sign_in: SignIn, axe: Axe
) -> None:
    page = browser_page(360, 740)
    sign_in(page, f"{OFFICE}payments")

    def upload(*lines: str) -> None:
        content = "\n".join(["Bokföringsdag;Belopp;Namn;Meddelande", *lines]).encode()
        file = {"name": "rapport.csv", "mimeType": "text/csv", "buffer": content}
        page.get_by_label("CSV-fil från banken eller Swish").set_input_files(file)  # type: ignore[arg-type]
        page.get_by_role("button", name="Läs in").click()

    upload("2026-11-24;tolv;Eva;Fika")
    expect(page.get_by_role("alert")).to_be_focused()
    axe(page)
    upload("2026-11-24;12,00;Eva;Fika")
    expect(page.get_by_role("status").first).to_contain_text("1 hittade ingen bokning.")
    axe(page)
    assert fits(page)
    page.get_by_label("Bokningens kod").fill("ZZZZZZ")
    page.get_by_role("button", name="Koppla").click()
    expect(page.get_by_label("Bokningens kod")).to_be_focused()
    axe(page)
    page.get_by_label("Bokningens kod").fill(shown.to_cancel)
    save(page, "Koppla")
    expect(page.get_by_role("link", name=shown.to_cancel).first).to_be_visible()
    axe(page)


def test_a_form_by_keyboard(shown: Shown, browser_page: BrowserPage, sign_in: SignIn) -> None:
    page = browser_page()
    sign_in(page, f"{OFFICE}quotas/new")
    page.get_by_label("Namn").focus()
    page.keyboard.type("Bussen")
    page.keyboard.press("Tab")
    page.keyboard.type("många")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the summary's first link leads to the field
    expect(page.get_by_label("Antal platser")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("48")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Spara")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("cell", name="48")).to_be_visible()


def test_from_registration_to_admission(
    shown: Shown, server: Server, browser_page: BrowserPage, sign_in: SignIn, *, axe: Axe, tmp_path: Path
) -> None:
    """Registered in a browser, the badge printed in the office, shown to the door's camera: welcome."""
    visitor = browser_page(360, 740)
    visitor.goto(f"{PUBLIC}register")
    fill_in(visitor, 0, "Gudrun Granö", "gudrun@example.org", "Medlem")
    send(visitor)
    visitor.wait_for_url(ORDER_PAGE)
    [code] = re.findall(r"/orders/([A-Z2-9]{6})/", visitor.url)

    office = browser_page()
    office.add_init_script(NO_DIALOG)
    sign_in(office, f"{OFFICE}badges")
    axe(office)
    expect(office.locator(".badge-names")).to_contain_text("Gudrun Granö")
    names = office.locator(".badge-names li").count()
    office.get_by_role("button", name=re.compile("^Skriv ut \\d+ namnskylt")).click()
    href = office.get_by_role("link", name=re.compile("^Ladda ner PDF")).get_attribute("href")
    sheet = office.request.get(f"{href}")
    assert sheet.headers["content-type"] == "application/pdf"
    assert sum(len(page.codes) for page in read_pages(sheet.body())) == names
    office.goto(f"{OFFICE}orders/{code}")
    badge = office.get_by_role("link", name="Namnskylt Gudrun Granö").get_attribute("href")
    pdf = office.request.get(f"{badge}").body()
    [printed] = read_pages(pdf)
    assert "Gudrun" in printed.text

    [picture] = badge_pictures(pdf)
    video = write_video(tmp_path / "badge.y4m", [(None, 1.0), (picture, 2.0), (None, 3.0)])
    door = browser_page(360, 740, camera=video)
    sign_in(door, "/checkin/")
    door.get_by_text("Skogsentrén").click()
    result = door.locator("[data-part=result]")
    expect(result).to_be_visible(timeout=30_000)
    expect(result.locator(".scan-name")).to_have_text("Gudrun Granö")
    office.reload()
    expect(office.get_by_role("main")).to_contain_text("Skogsentrén")
