"""Open space in a hall: proposed on one phone, placed on another, and on the screens and pages of everybody within seconds."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from konferens.clock import now
from konferens.database import Database
from konferens.events.actions import update_edition
from konferens.events.queries import find_edition
from konferens.open_space.slots import add_slots
from konferens.programme.model import wall_of
from tests.factories import ACTOR, make_edition, make_order, make_room, make_session, make_ticket_type, zone_at_noon
from tests.journeys.conftest import BrowserPage
from tests.journeys.server import Server
from tests.journeys.test_register import fits

BASE = "/hallmotet/nu/"
OFFICE = "/organiser/hallmotet/nu/"
SOON = 10_000  # ms: a look of the server's, a moment so that not all ask at once, and a slow machine

Axe = Callable[[Page], None]
SignIn = Callable[[Page, str], None]


async def _hall(db: Database) -> str:
    """A conference that goes on as the test runs; gives the address of an attendee's own page."""
    noon = zone_at_noon()
    minute = wall_of(now(), ZoneInfo(noon)).replace(second=0, microsecond=0)
    edition = await make_edition(
        db,
        "hallmotet",
        "nu",
        name="Hallmötet",
        time_zone=noon,
        starts_on=minute.date() - timedelta(days=1),
        ends_on=minute.date() + timedelta(days=2),
        open_space=True,
    )
    rooms = [await make_room(db, edition, name, position=place) for place, name in enumerate(("Aulan", "Caféet"))]
    before, after = minute - timedelta(minutes=30), minute + timedelta(minutes=60)
    await make_session(db, edition, "Inledning", room_id=rooms[0], wall_starts=before, wall_ends=after)
    await add_slots(
        db, edition, [(rooms[1], before, after), (rooms[1], after, after + timedelta(hours=1))], actor=ACTOR
    )
    await make_ticket_type(db, edition, "medlem")
    return (await make_order(db, edition, "medlem")).tickets[0].own_path


@pytest.fixture(scope="module")
def own_page(server: Server) -> str:
    return server.db(_hall)


def change(server: Server, **values: Any) -> None:
    """Other settings of the conference, by somebody elsewhere."""

    async def work(db: Database) -> None:
        edition = await find_edition(db, "hallmotet", "nu")
        await update_edition(db, edition.id, values, actor=ACTOR)

    server.db(work)


def test_from_a_phone_to_the_board_in_the_hall(
    server: Server, browser_page: BrowserPage, own_page: str, sign_in: SignIn, axe: Axe
) -> None:
    board, phone, programme = browser_page(1920, 1080), browser_page(360, 740), browser_page(1280, 800)
    board.goto(f"{BASE}board")
    phone.goto(f"{BASE}now")
    programme.goto(f"{BASE}programme")
    expect(board.get_by_text("Inledning")).to_be_visible()
    expect(phone.get_by_role("link", name="Inledning")).to_be_visible()
    for page in (board, phone):
        expect(page.get_by_text("Byns elnät")).to_have_count(0)
        page.evaluate("window.same = true")

    attendee = browser_page(360, 740)
    attendee.goto(own_page)
    attendee.get_by_role("link", name="Open space").click()
    axe(attendee)
    attendee.get_by_label("Vad vill du prata om?").fill("Byns elnät")
    attendee.get_by_role("button", name="Sätt upp på väggen").click()
    expect(attendee.get_by_text("Förslaget sitter på väggen")).to_be_visible()
    axe(attendee)

    organiser = browser_page(360, 740)
    sign_in(organiser, f"{OFFICE}open-space")
    axe(organiser)
    fits(organiser)
    organiser.get_by_role("button", name="Placera").click()
    expect(organiser.get_by_text("Placerat. Nu står det i allas program.")).to_be_visible()
    axe(organiser)

    row = board.get_by_role("row").filter(has_text="Caféet")
    expect(row).to_contain_text("Byns elnät", timeout=SOON)
    expect(phone.get_by_role("link", name="Byns elnät")).to_be_visible(timeout=SOON)
    programme.get_by_role("link", name="Visa det nya").click(timeout=SOON)
    expect(programme.get_by_role("link", name="Byns elnät")).to_be_visible()
    attendee.reload()
    expect(attendee.get_by_role("link", name="Se det i programmet")).to_be_visible()
    assert [page.evaluate("window.same") for page in (board, phone)] == [True, True]  # nobody has loaded them anew

    change(server, board_message="Kaffet är klart")
    for page in (board, phone):
        expect(page.get_by_text("Kaffet är klart")).to_be_visible(timeout=SOON)
        axe(page)
        fits(page)
    attendee.goto(f"{BASE}open-space")
    axe(attendee)
    fits(attendee)


def test_the_board_tells_that_it_is_cut_off_and_wakes_up_again(
    server: Server, browser_page: BrowserPage, own_page: str
) -> None:
    board = browser_page(1920, 1080)
    board.clock.install()
    board.goto(f"{BASE}board")
    expect(board.get_by_text("Inledning")).to_be_visible()
    expect(board.locator("html")).to_have_attribute("data-clock-ahead", re.compile("."))  # it has heard of the server
    board.context.set_offline(True)
    board.clock.run_for(70_000)
    expect(board.locator(".board-status")).to_have_text(re.compile(r"^Ingen kontakt sedan \d\d\.\d\d$"))
    change(server, board_message="Välkomna tillbaka")
    board.context.set_offline(False)
    expect(board.get_by_text("Välkomna tillbaka")).to_be_visible(timeout=SOON)
    expect(board.locator(".board-status")).to_have_text("")


async def _many_rooms(db: Database) -> None:
    """A conference with a session in each of nine rooms, which goes on as the test runs."""
    noon = zone_at_noon()
    begins = wall_of(now(), ZoneInfo(noon)).replace(second=0, microsecond=0) - timedelta(minutes=10)
    day = begins.date()
    edition = await make_edition(db, "stormotet", "nu", name="Stormötet", time_zone=noon, starts_on=day, ends_on=day)
    for number in range(1, 10):
        room = await make_room(db, edition, f"Rum {number}", position=number)
        values = {"wall_starts": begins, "wall_ends": begins + timedelta(hours=3)}
        await make_session(db, edition, f"Hur byn tog hand om sin egen skog, del {number}", room_id=room, **values)


def test_the_board_turns_its_pages_and_can_be_stopped(server: Server, browser_page: BrowserPage) -> None:
    server.db(_many_rooms)
    board = browser_page(1280, 800)
    board.emulate_media(reduced_motion="reduce")
    board.clock.install()
    board.clock.pause_at(now() + timedelta(seconds=10))
    board.goto("/stormotet/nu/board")
    count = board.locator(".board-pages span")
    expect(count).to_have_text(re.compile(r"^1 av \d$"))
    pages = int(count.inner_text()[-1])
    seen: list[str] = []
    for number in range(1, pages + 1):
        expect(count).to_have_text(f"{number} av {pages}")
        rows = board.locator(".board-table tbody tr:visible")
        seen += [row.get_by_role("rowheader").inner_text() for row in rows.all()]
        last = rows.last.bounding_box()
        foot = board.locator(".board-foot").bounding_box()
        assert last is not None
        assert foot is not None
        assert last["y"] + last["height"] <= foot["y"]  # nothing is cut off
        board.clock.run_for(12_000)
    assert seen == [f"Rum {number}" for number in range(1, 10)]
    expect(count).to_have_text(f"1 av {pages}")
    board.get_by_role("button", name="Pausa bläddringen").press("Enter")
    board.clock.run_for(30_000)
    expect(count).to_have_text(f"1 av {pages}")
    expect(board.get_by_role("button", name="Fortsätt bläddra")).to_be_visible()
