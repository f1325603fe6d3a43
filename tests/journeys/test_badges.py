"""An organiser designs a badge by mouse and keys, with a picture that follows, and prints one at the desk."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from konferens.badges.designs import design_of
from konferens.badges.elements import Elements
from konferens.badges.papers import Paper
from konferens.database import Database
from konferens.events.model import Edition
from konferens.registration.model import TicketRequest
from tests.factories import make_edition, make_order, make_ticket_type
from tests.journeys.conftest import BrowserPage
from tests.journeys.server import Server

Axe = Callable[[Page], None]
SignIn = Callable[[Page, str], None]
OFFICE = "/organiser/skyltmotet/2027/"
NO_DIALOG = """
Object.defineProperty(HTMLIFrameElement.prototype, "contentWindow", { get: () => ({ focus() {}, print() {} }) });
Object.defineProperty(Navigator.prototype, "pdfViewerEnabled", { get: () => true });
"""
"""A browser without a screen has no print dialog, and ends a page that asks for it."""


async def _made(db: Database) -> Edition:
    edition = await make_edition(db, "skyltmotet", name="Skyltmötet 2027")
    await make_ticket_type(db, edition)
    people = (TicketRequest("ordinarie", "Anna Åkesson"), TicketRequest("ordinarie", "Örjan Öberg"))
    await make_order(db, edition, tickets=people)
    return edition


@pytest.fixture(scope="module")
def edition(server: Server) -> Edition:
    return server.db(_made)


def drag(page: Page, what: Locator, across: float, down: float) -> None:
    """By so many pixels, from the middle of `what`, once it stands still."""
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + across / 2, y + down / 2, steps=4)
    page.mouse.move(x + across, y + down, steps=4)
    page.mouse.up()


def test_a_badge_is_designed(
    server: Server, edition: Edition, browser_page: BrowserPage, sign_in: SignIn, axe: Axe
) -> None:
    page = browser_page(1280, 1000)
    sign_in(page, f"{OFFICE}badges/designs/a7")
    axe(page)
    picture = page.locator("[data-part=picture]")
    before = picture.get_attribute("src") or ""
    dates = page.get_by_role("group", name="Datum, 5 mm från vänster, 13 mm uppifrån")
    dates.focus()
    for key in ("ArrowRight", "ArrowUp", "Alt+ArrowUp", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    moved = page.get_by_role("group", name="Datum, 6 mm från vänster, 11,9 mm uppifrån, 63 × 3,5 mm")
    expect(moved).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Från vänster, mm").nth(1)).to_be_focused()

    with page.expect_response(lambda answer: ".png?" in answer.url and answer.ok):
        stage = page.locator("[data-part=stage]").bounding_box()
        assert stage is not None
        name = page.get_by_role("group", name="Hela namnet,")
        drag(page, name, 0, -stage["width"] / 74)  # a millimetre up
    expect(picture).not_to_have_attribute("src", before)
    expect(page.get_by_role("group", name="Hela namnet, 5 mm från vänster, 17 mm uppifrån")).to_be_focused()
    code = page.get_by_role("group", name="QR-kod,")
    drag(page, code.locator(".badge-corner"), -200, -200)  # as small as it may be
    label = code.get_attribute("aria-label") or ""
    assert float(label.rpartition(", ")[2].partition(" ")[0].replace(",", ".")) >= 31

    page.get_by_role("button", name="Spara utseendet").click()
    expect(page.get_by_text("Sparat.")).to_be_visible()

    async def kept(db: Database) -> Elements:
        return await design_of(db, edition.id, Paper.A7)

    design = server.db(kept)
    assert (design[1].x, design[1].y, design[1].width) == (6.0, 11.9, 63.0)
    assert (design[2].x, design[2].y) == (5.0, 17.0)
    assert design[7].width == design[7].height >= 31


def test_one_badge_is_printed_at_the_desk(
    edition: Edition, browser_page: BrowserPage, sign_in: SignIn, axe: Axe
) -> None:
    page = browser_page(360, 740)
    page.add_init_script(NO_DIALOG)
    sign_in(page, f"{OFFICE}badges/desk")
    page.get_by_label("Namn, organisation eller bokning").fill("öberg")
    page.get_by_label("Papper i skrivaren").select_option(label="Etikett 89 × 36 mm (Dymo 99012)")
    page.get_by_role("button", name="Sök").click()
    expect(page.get_by_role("heading", name="1 träff")).to_be_visible()
    axe(page)
    with page.expect_response("**/badges/desk/print") as asked:
        page.get_by_role("button", name="Skriv ut Örjan Öberg").click()
    expect(page.get_by_text("Klart, och markerad som utskriven.")).to_be_visible()
    answer = page.request.get(asked.value.json()["url"])
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    expect(page.get_by_role("button", name="Skriv ut igen Örjan Öberg")).to_be_visible()
    page.reload()
    page.get_by_role("button", name=re.compile("^Den kom inte ut ?: Örjan")).click()
    expect(page.get_by_text("Markerade som inte utskrivna.")).to_be_visible()


def test_many_are_counted_while_they_are_made(
    edition: Edition, browser_page: BrowserPage, sign_in: SignIn, axe: Axe
) -> None:
    page = browser_page(360, 740)
    page.add_init_script(NO_DIALOG)
    sign_in(page, f"{OFFICE}badges")
    page.get_by_role("button", name="Skriv ut 2 namnskyltar").click()
    link = page.get_by_role("link", name="Skriv ut", exact=True)
    expect(link).to_be_visible()
    axe(page)
    answer = page.request.get(link.get_attribute("href") or "")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    page.get_by_role("button", name="Markera dem som utskrivna").click()
    expect(page.get_by_text("Markerade som utskrivna.")).to_be_visible()
    expect(page.get_by_text("Alla namnskyltar är utskrivna.")).to_be_visible()
