"""The schedule editor: an organiser drags, resizes, types and takes back; and two organisers at once."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from konferens.database import Database
from tests.factories import make_edition, make_room, make_session, make_track, wall
from tests.journeys.conftest import BrowserPage, Launch
from tests.journeys.server import Server
from tests.journeys.test_register import fits

Axe = Callable[[Page], None]
SignIn = Callable[[Page, str], None]
NUMBERS = count(1)


@dataclass(frozen=True)
class Planned:
    """A conference: two talks in Logen, one parked, a coffee break; and Loftet, which is empty. `path` is its schedule."""

    path: str
    logen: str
    loftet: str
    first: str
    second: str
    parked: str


async def _planned(db: Database) -> Planned:
    edition = await make_edition(db, "byadagarna", f"{next(NUMBERS)}")
    logen = await make_room(db, edition, "Logen", capacity=80)
    loftet = await make_room(db, edition, "Loftet", capacity=30)
    track = await make_track(db, edition, "Energi", colour="#aa3366")
    first = await make_session(db, edition, "Mackar på landet", wall_starts=wall(11, 9), room_id=logen, track_id=track)
    second = await make_session(db, edition, "Bygdens bank", wall_starts=wall(11, 11), room_id=logen)
    parked = await make_session(db, edition, "Elnät för alla")
    await make_session(
        db, edition, "Kaffe", type="break", wall_starts=wall(11, 10), wall_ends=wall(11, 10, 30), all_rooms=True
    )
    return Planned(f"/organiser{edition.path}schedule", str(logen), str(loftet), first, second, parked)


@pytest.fixture
def planned(server: Server) -> Planned:
    return server.db(_planned)


def slot(page: Page, code: str) -> Locator:
    return page.locator(f'.slot[data-code="{code}"]')


def expect_at(page: Page, code: str, place: str, starts: int, minutes: int = 60) -> None:
    """Where it stands, and that the server has it so: nothing waits to be sent."""
    here = slot(page, code)
    expect(here).to_have_attribute("data-place", place)
    expect(here).to_have_attribute("data-starts", str(starts))
    expect(here).to_have_attribute("data-minutes", str(minutes))


def take_hold(page: Page, what: Locator) -> tuple[float, float]:
    """Press the mouse a little inside of `what`, once it stands still; where that is, in pixels."""
    what.hover(position={"x": 30, "y": 8})
    box = what.bounding_box()
    assert box
    page.mouse.down()
    return box["x"] + 30, box["y"] + 8


def drag(page: Page, what: Locator, x: float, y: float) -> None:
    """With the mouse, from a little inside of `what`, by `x` and `y` pixels."""
    from_x, from_y = take_hold(page, what)
    page.mouse.move(from_x + x / 2, from_y + y / 2, steps=3)
    page.mouse.move(from_x + x, from_y + y, steps=3)
    page.mouse.up()


def drag_to(page: Page, what: Locator, target: Locator, *, down: float = 8) -> None:
    what.hover()  # waits until it stands still
    box, there = what.bounding_box(), target.bounding_box()
    assert box
    assert there
    drag(page, what, there["x"] + 40 - box["x"] - 30, there["y"] + down - box["y"] - 8)


def drag_by_edge(page: Page, what: Locator, y: float) -> None:
    what.hover()  # waits until it stands still
    box = what.bounding_box()
    assert box
    x, edge = box["x"] + box["width"] / 2, box["y"] + box["height"] - 4
    page.mouse.move(x, edge)
    page.mouse.down()
    page.mouse.move(x, edge + y / 2, steps=3)
    page.mouse.move(x, edge + y, steps=3)
    page.mouse.up()


def minute(page: Page) -> float:
    """Pixels."""
    return float(
        page.evaluate(
            """() => {
                const list = document.querySelector(".schedule-column:not(.schedule-all) .slots");
                const span = getComputedStyle(list.closest("schedule-editor")).getPropertyValue("--span");
                return list.getBoundingClientRect().height / Number(span);
            }"""
        )
    )


def moved(page: Page, act: Callable[[], None]) -> None:
    """Do what moves a session, and wait until the server has answered."""
    with page.expect_response(lambda response: response.request.method == "POST") as answer:
        act()
    assert answer.value.status == 200, answer.value.text()


def test_sessions_are_dragged(browser_page: BrowserPage, sign_in: SignIn, axe: Axe, planned: Planned) -> None:
    page = browser_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    sign_in(page, planned.path)
    first = slot(page, planned.first)

    # To another room and half an hour later.
    first.hover()  # waits until it stands still
    column = page.locator(f'.slots[data-place="{planned.loftet}"]').bounding_box()
    box = first.bounding_box()
    assert column
    assert box
    moved(page, lambda: drag(page, first, column["x"] - box["x"] + 4, 30 * minute(page)))
    expect_at(page, planned.first, planned.loftet, 570)
    expect(first).to_contain_text("09.30–10.30")
    expect(page.locator("[data-said]")).to_have_text("Mackar på landet: 09.30–10.30, Loftet.")

    # Longer by its lower edge.
    moved(page, lambda: drag_by_edge(page, first, 30 * minute(page)))
    expect_at(page, planned.first, planned.loftet, 570, 90)

    # From the parking place onto the board, and to another day.
    parked = slot(page, planned.parked)
    loftet = page.locator(f'.slots[data-place="{planned.loftet}"]')
    moved(page, lambda: drag_to(page, parked, loftet, down=8 + 200 * minute(page)))
    expect(parked).to_have_attribute("data-place", planned.loftet)
    moved(page, lambda: drag_to(page, parked, page.locator('.schedule-days [data-day="2027-05-12"]')))
    expect(parked).to_have_count(0)
    page.locator('.schedule-days [data-day="2027-05-12"]').click()
    expect(parked).to_have_attribute("data-place", planned.loftet)

    # By the form: a click opens it.
    parked.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Elnät för alla")).to_be_visible()
    axe(page)
    dialog.get_by_label("Börjar").fill("14:10")
    dialog.get_by_label("Slutar").fill("15:00")
    dialog.get_by_label("Rum").select_option(label="Logen (80)")
    moved(page, lambda: dialog.get_by_role("button", name="Flytta", exact=True).click())
    expect_at(page, planned.parked, planned.logen, 850, 50)
    expect(page.get_by_role("heading", name="Utan rum")).to_be_hidden()
    parked.click()
    dialog.get_by_label("Rum").select_option(label="Inget rum")
    moved(page, lambda: dialog.get_by_role("button", name="Flytta", exact=True).click())
    expect_at(page, planned.parked, "none", 850, 50)
    expect(page.get_by_role("heading", name="Utan rum")).to_be_visible()
    expect(parked.locator(".slot-trouble")).to_have_text("⚠ Inget rum")
    assert refused == []


def test_a_session_is_taken_up_again_before_the_answer(
    server: Server, browser_page: BrowserPage, sign_in: SignIn, planned: Planned
) -> None:
    """The answer to the first move comes while the second is under way, and changes the card in the hand."""
    page = browser_page()
    sign_in(page, planned.path)
    sent: list[Route] = []
    page.route(f"**/schedule/{planned.first}", lambda route: sent.append(route), times=1)  # noqa: PLW0108 - it wraps what it gets
    first = slot(page, planned.first)
    drag(page, first, 0, 30 * minute(page))
    expect_at(page, planned.first, planned.logen, 570)
    x, y = take_hold(page, first)
    page.mouse.move(x, y + 15 * minute(page), steps=3)
    expect(first).to_have_class(re.compile("is-dragged"))
    before = first.get_attribute("data-version")
    assert before
    sent[0].continue_()
    expect(first).not_to_have_attribute("data-version", before)
    expect(first).to_have_class(re.compile("is-dragged"))
    page.mouse.move(x, y + 60 * minute(page), steps=3)
    moved(page, page.mouse.up)
    expect_at(page, planned.first, planned.logen, 630)
    expect(first).to_have_count(1)
    page.reload()
    expect_at(page, planned.first, planned.logen, 630)


def finger(page: Page, what: Locator, x: float, y: float) -> None:
    """Put a finger on the middle of `what`, and lift it `x` and `y` pixels from there."""
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    assert box
    at = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        session.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": left, "y": top} for left, top in points]}
        )

    touch("touchStart", at)
    for part in (0.25, 0.5, 0.75, 1):
        touch("touchMove", (at[0] + x * part, at[1] + y * part))
    touch("touchEnd")


def test_a_finger_drags_by_the_handle_and_scrolls_elsewhere(
    server: Server, launch: Launch, sign_in: SignIn, planned: Planned
) -> None:
    context = launch().new_context(
        base_url=server.base_url, viewport={"width": 820, "height": 900}, has_touch=True, is_mobile=True, locale="sv-SE"
    )
    page = context.new_page()
    sign_in(page, planned.path)
    first = slot(page, planned.first)
    moved(page, lambda: finger(page, first.locator(".slot-grip"), 0, 60 * minute(page)))
    expect_at(page, planned.first, planned.logen, 600)
    moved(page, lambda: finger(page, first.locator(".slot-end"), 0, 15 * minute(page)))
    expect_at(page, planned.first, planned.logen, 600, 75)
    title = first.locator(".slot-title")
    before = title.bounding_box()
    assert before
    finger(page, title, 0, -80)
    page.wait_for_function(
        f"() => document.querySelector('#slot-{planned.first} .slot-title').getBoundingClientRect().y < {before['y'] - 10}"
    )
    expect_at(page, planned.first, planned.logen, 600, 75)
    context.close()


def test_sessions_are_moved_by_keys_and_moved_back(
    browser_page: BrowserPage, sign_in: SignIn, axe: Axe, planned: Planned
) -> None:
    page = browser_page()
    sign_in(page, planned.path)
    expect(page.locator("[data-clear]")).to_be_visible()
    axe(page)
    first = slot(page, planned.first)

    # Down and longer: strokes in a row are one move, which then collides.
    first.locator(".slot-title").focus()

    def press() -> None:
        for key in ["ArrowDown"] * 4 + ["Shift+ArrowDown"] * 10:
            page.keyboard.press(key)

    moved(page, press)
    expect_at(page, planned.first, planned.logen, 560, 110)
    expect(page.locator("[data-conflicts]")).to_contain_text("1 att titta på")
    for code in (planned.first, planned.second):
        expect(slot(page, code).locator(".slot-trouble")).to_have_text("⚠ Rummet dubbelbokat")
    page.locator("[data-conflicts] summary").click()
    axe(page)
    page.locator("[data-conflicts] li a").click()
    expect(first.locator(".slot-title")).to_be_focused()
    moved(page, lambda: page.keyboard.press("ArrowRight"))
    expect_at(page, planned.first, planned.loftet, 560, 110)
    expect(page.locator("[data-conflicts]")).to_be_hidden()
    moved(page, lambda: page.keyboard.press("p"))
    expect_at(page, planned.first, "parked", 0)
    expect(first.locator(".slot-title")).to_be_focused()

    # Back step by step, also after the page was left; and forward again.
    undo = page.get_by_role("button", name="Ångra")
    moved(page, lambda: page.keyboard.press("Control+z"))
    expect_at(page, planned.first, planned.loftet, 560, 110)
    moved(page, undo.click)
    expect_at(page, planned.first, planned.logen, 560, 110)
    page.reload()
    moved(page, undo.click)
    expect_at(page, planned.first, planned.logen, 540)
    expect(undo).to_be_disabled()
    moved(page, page.get_by_role("button", name="Gör om").click)
    expect_at(page, planned.first, planned.logen, 560, 110)


def test_empty_time_becomes_a_session(browser_page: BrowserPage, sign_in: SignIn, planned: Planned) -> None:
    page = browser_page()
    sign_in(page, planned.path)
    loftet = page.locator(f'.slots[data-place="{planned.loftet}"]')
    loftet.scroll_into_view_if_needed()
    # 08.00 is the board's first hour; 08.15 is a quarter below its edge.
    loftet.click(position={"x": 60, "y": 20 * minute(page)})
    page.get_by_role("link", name="+ Ny programpunkt 08.15–09.00").click()
    page.wait_for_url("**/sessions/new?**")
    assert page.get_by_label("Börjar").input_value() == "08:15"
    assert page.get_by_label("Slutar").first.input_value() == "09:00"
    assert page.get_by_label("Rum").first.input_value() == planned.loftet


def test_two_organisers_at_once(browser_page: BrowserPage, sign_in: SignIn, axe: Axe, planned: Planned) -> None:
    anna, bo = browser_page(), browser_page(360, 740)
    for page in (anna, bo):
        sign_in(page, planned.path)
    fits(bo)
    # Bo's page doesn't ask for news, as if the network were slow.
    bo.route("**/schedule/state?**", lambda route: route.abort())
    slot(anna, planned.second).locator(".slot-title").focus()
    moved(anna, lambda: anna.keyboard.press("ArrowRight"))
    expect_at(anna, planned.second, planned.loftet, 660)

    slot(bo, planned.second).locator(".slot-title").focus()
    with bo.expect_response(lambda response: response.request.method == "POST") as late:
        bo.keyboard.press("ArrowDown")
    assert late.value.status == 409
    alert = bo.locator("[data-alert]")
    expect(alert).to_contain_text("Bygdens bank är inte flyttad, för någon annan hann före.")
    expect(alert).to_contain_text(re.compile(r"anna@example\.org ändrade .*: rum Loftet\."))
    expect_at(bo, planned.second, planned.loftet, 660)
    axe(bo)

    # Knowingly, Bo moves it all the same; Anna sees it by itself.
    moved(bo, lambda: alert.get_by_role("button", name="Flytta ändå").click())
    expect_at(bo, planned.second, planned.logen, 665)
    expect_at(anna, planned.second, planned.logen, 665)
    expect(anna.locator("[data-said]")).to_have_text("Någon annan har flyttat Bygdens bank.")

    # What Anna did cannot be taken back over Bo's head.
    with anna.expect_response(lambda response: response.request.method == "POST") as undone:
        anna.keyboard.press("Control+z")
    assert undone.value.status == 409
    expect(anna.locator("[data-alert]")).to_contain_text("hann före")
    expect_at(anna, planned.second, planned.logen, 665)
