"""An organiser fills a session in, on a wide and a narrow window: people in order, links, a file, a warning, the public page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from konferens.database import Database
from tests.factories import make_edition, make_session, make_speaker, wall
from tests.journeys.conftest import BrowserPage
from tests.journeys.server import Server

Axe = Callable[[Page], None]
SignIn = Callable[[Page, str], None]
OFFICE, PUBLIC = "/organiser/vallmotet/2027/", "/vallmotet/2027/"
NAMES = ["Åsa Öberg", "Bo Ek", "Cilla Dahl", "Dag Frost"]


async def _made(db: Database) -> dict[int, str]:
    """Two sessions of Vallmötet 2027 with four people each; gives their codes by the width of the window."""
    edition = await make_edition(db, "vallmotet", name="Vallmötet 2027")
    people = [(await make_speaker(db, edition, name), "speaker") for name in NAMES]
    return {
        width: await make_session(db, edition, f"Gräs {width}", wall_starts=wall(11, 9), speakers=people)
        for width in (1280, 360)
    }


@pytest.fixture(scope="module")
def codes(server: Server) -> dict[int, str]:
    return server.db(_made)


def names(page: Page) -> list[str]:
    return page.locator(".people-row:has(input:checked) label").all_inner_texts()


@pytest.mark.parametrize("width", [1280, 360])
def test_a_session_is_filled_in(
    codes: dict[int, str], browser_page: BrowserPage, sign_in: SignIn, axe: Axe, width: int
) -> None:
    code = codes[width]
    page = browser_page(width, 800)
    sign_in(page, f"{OFFICE}sessions/{code}")
    axe(page)
    page.get_by_role("button", name="Flytta upp: Cilla Dahl").click()
    assert names(page) == ["Åsa Öberg", "Cilla Dahl", "Bo Ek", "Dag Frost"]
    expect(page.get_by_role("button", name="Flytta upp: Cilla Dahl")).to_be_focused()
    page.get_by_role("checkbox", name="Åsa Öberg").uncheck()
    page.get_by_role("checkbox", name="Åsa Öberg").check()
    assert names(page) == ["Cilla Dahl", "Bo Ek", "Dag Frost", "Åsa Öberg"]
    drag(page, "Åsa Öberg", "Cilla Dahl")
    assert names(page) == ["Åsa Öberg", "Cilla Dahl", "Bo Ek", "Dag Frost"]
    page.get_by_label("Roll för Cilla Dahl").select_option(label="Värd")

    page.get_by_text("Länkar", exact=True).click()
    page.get_by_label("Länkens text").fill("Vår rapport")
    page.get_by_label("Adress").fill("https://example.org/rapport")
    page.get_by_role("button", name="Fler rader").click()
    expect(page.get_by_label("Länkens text")).to_have_count(4)  # and three empty ones
    assert page.get_by_label("Länkens text").first.input_value() == "Vår rapport"
    axe(page)

    warned: list[str] = []

    def stay(dialog: object) -> None:
        warned.append(dialog.type)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", stay)
    page.evaluate("setTimeout(() => { location.href = '/'; })")
    page.wait_for_timeout(0)
    page.wait_for_function("() => true")
    expect(page.get_by_label("Länkens text").first).to_have_value("Vår rapport")
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.locator(".notice-success")).to_be_visible()
    assert warned == ["beforeunload"]

    page.get_by_role("link", name="Lägg till eller ta bort filer").click()
    page.set_input_files("#file", {"name": "Bilder.pdf", "mimeType": "text/html", "buffer": b"%PDF-1.7"})
    page.get_by_role("button", name="Lägg till filen").click()
    expect(page.get_by_text("Filen är sparad.")).to_be_visible()
    axe(page)

    page.goto(f"{PUBLIC}sessions/{code}")
    assert page.locator(".speaker-card h3").all_inner_texts() == ["Åsa Öberg", "Cilla Dahl", "Bo Ek", "Dag Frost"]
    expect(page.locator(".speaker-card").nth(1)).to_contain_text("Värd")
    expect(page.get_by_role("link", name="Bilder.pdf")).to_be_visible()
    expect(page.get_by_role("link", name="Vår rapport")).to_be_visible()
    axe(page)


def drag(page: Page, who: str, over: str) -> None:
    """By the handle of one row to the upper half of another."""
    handle = page.locator(".people-row", has_text=who).locator(".people-handle")
    handle.scroll_into_view_if_needed()
    start = handle.bounding_box()
    row = page.locator(".people-row", has_text=over).bounding_box()
    assert start is not None
    assert row is not None
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(start["x"], row["y"] + 3, steps=8)
    page.mouse.up()
