"""The ticket on a phone: large, kept for when there is no network, and forgotten when it no longer holds."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, Route, expect

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.programme.model import wall_of
from konferens.programme.queries import find_session
from konferens.registration.changes import cancel_order
from konferens.registration.model import Order, TicketRequest
from konferens.registration.queries import order_by_id
from konferens.signups.choosing import choose_sessions
from tests.factories import ACTOR, make_edition, make_order, make_room, make_session, make_ticket_type
from tests.journeys.conftest import BrowserPage
from tests.journeys.server import Server

SAVED = re.compile(r"Sparad \d\d\.\d\d")
KEPT = "caches.keys().then((names) => names.filter((name) => name.startsWith('ticket')).sort())"
WORKERS = (
    "navigator.serviceWorker.getRegistrations().then((found) => found.map((one) => new URL(one.scope).pathname).sort())"
)
_numbers = count(1)
Axe = Callable[[Page], None]


@dataclass(frozen=True)
class World:
    """A conference that goes on for a week yet, a family of two with an order, and two sessions to choose."""

    edition: Edition
    order: Order
    sessions: dict[str, int]


async def _world(db: Database) -> World:
    today = now().date()
    edition = await make_edition(
        db, f"natlosa-{next(_numbers)}", name="Nätlösa dagarna", starts_on=today, ends_on=today + timedelta(days=7)
    )
    await make_ticket_type(db, edition)
    room = await make_room(db, edition, "Bystugan")
    sessions = {}
    for hour, name in enumerate(("Bredband i skogen", "Mobil i dalen")):
        begins = wall_of(now(), edition.zone).replace(microsecond=0) + timedelta(days=1, hours=2 * hour)
        code = await make_session(db, edition, name, room_id=room, wall_starts=begins)
        sessions[name] = (await find_session(db, edition.id, code)).id
    family = tuple(TicketRequest("ordinarie", name, "") for name in ("Åsa Öberg", "Ove Öberg"))
    return World(edition, await make_order(db, edition, tickets=family), sessions)


@pytest.fixture
def world(server: Server) -> World:
    return server.db(_world)


def choose(server: Server, world: World, *names: str) -> None:
    """The first ticket's own programme."""

    async def run(db: Database) -> None:
        chosen = frozenset(world.sessions[name] for name in names)
        await choose_sessions(
            db, world.edition, world.order.tickets[0].id, chosen, frozenset(), actor=ACTOR, base_url=server.base_url
        )

    server.db(run)


def keep(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.get_by_text("Biljetten är sparad här")).to_be_visible()


def read_code(page: Page) -> list[str]:
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot())))
    return [code.text for code in found]


def test_it_opens_without_network_and_is_brought_up_to_date_with_it(
    server: Server, browser_page: BrowserPage, world: World, axe: Axe
) -> None:
    first, second = world.order.tickets
    choose(server, world, "Bredband i skogen")
    page = browser_page(360, 740)
    page.emulate_media(color_scheme="dark")
    keep(page, first.path)
    keep(page, second.path)
    assert page.evaluate(WORKERS) == sorted([first.path, second.path])
    axe(page)

    page.context.set_offline(True)
    page.goto(first.path)
    expect(page.locator(".ticket-name")).to_have_text("Åsa Öberg")
    expect(page.get_by_text(SAVED)).to_be_visible()
    expect(page.get_by_role("link", name="Bredband i skogen")).to_be_visible()
    expect(page.get_by_text("Biljetten är sparad här")).to_be_hidden()
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('20px \"Familjen Grotesk\"'))")
    assert read_code(page) == [f"{server.base_url}{first.path}"]
    box = page.locator(".ticket-code > img").bounding_box()
    assert box is not None
    assert box["width"] >= 0.6 * 360
    axe(page)

    page.get_by_role("button", name="Visa stort").click()
    shown = page.get_by_role("dialog", name="QR-kod för incheckning")
    expect(shown.locator(".ticket-shown-name")).to_have_text("Åsa Öberg")
    assert read_code(page) == [f"{server.base_url}{first.path}"]
    axe(page)
    shown.get_by_role("button", name="Stäng").click()
    page.goto(second.path)
    expect(page.locator(".ticket-name")).to_have_text("Ove Öberg")

    choose(server, world, "Mobil i dalen")
    page.goto(first.path)
    expect(page.get_by_role("link", name="Bredband i skogen")).to_be_visible()
    page.context.set_offline(False)  # the page notices by itself
    expect(page.get_by_role("link", name="Mobil i dalen")).to_be_visible()
    expect(page.get_by_text(SAVED)).to_be_hidden()
    expect(page.get_by_role("link", name="Bredband i skogen")).to_have_count(0)
    assert page.context.cookies() == []


def test_the_own_page_becomes_the_ticket_without_its_forms(
    server: Server, browser_page: BrowserPage, world: World
) -> None:
    own = world.order.tickets[0]
    page = browser_page(360, 740)
    keep(page, own.own_path)
    page.get_by_role("link", name="Välj programpunkter").click()
    page.get_by_label("Mobil i dalen").check()
    page.get_by_role("button", name="Spara programmet").click()
    expect(page.get_by_text("Programmet är sparat")).to_be_visible()
    kept = f"caches.match('{own.own_path}').then((page) => page.text())"
    page.wait_for_function(f"() => {kept}.then((text) => text.includes('Mobil i dalen'))")
    assert "csrf_token" not in page.evaluate(kept)

    page.context.set_offline(True)
    page.goto(own.own_path)
    expect(page.get_by_text(SAVED)).to_be_visible()
    expect(page.get_by_role("link", name="Mobil i dalen")).to_be_visible()
    expect(page.get_by_label("E-post")).to_have_count(0)
    assert read_code(page) == [f"{server.base_url}{own.path}"]


def test_a_slow_network_is_not_waited_for(server: Server, browser_page: BrowserPage, world: World) -> None:
    ticket = world.order.tickets[0]
    page = browser_page(360, 740)
    keep(page, ticket.path)
    choose(server, world, "Mobil i dalen")
    held: list[Route] = []
    page.context.route(f"**{ticket.path}", lambda route: held.insert(0, route))  # an address with a query passes
    page.goto(ticket.path)
    expect(page.get_by_text(SAVED)).to_be_visible()
    expect(page.get_by_role("link", name="Mobil i dalen")).to_have_count(0)
    for route in held:
        route.continue_()
    expect(page.get_by_text("Något har ändrats sedan dess.")).to_be_visible()
    page.get_by_role("link", name="Visa det nya").click()
    expect(page.get_by_role("link", name="Mobil i dalen")).to_be_visible()


def test_it_is_forgotten_when_cancelled_and_when_asked(server: Server, browser_page: BrowserPage, world: World) -> None:
    first, second = world.order.tickets
    page = browser_page(360, 740)
    page.goto("/checkin/setup")  # the phone is at the door, too
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    keep(page, second.path)
    page.get_by_role("button", name="Ta bort den härifrån").click()
    expect(page.get_by_text("Borttagen.")).to_be_visible()
    assert (page.evaluate(WORKERS), page.evaluate(KEPT)) == (["/checkin/"], [])

    keep(page, first.path)
    keep(page, first.own_path)
    assert page.evaluate(KEPT) == [f"ticket-1 {path}" for path in sorted([first.path, first.own_path])]

    async def cancel(db: Database) -> None:
        order = await order_by_id(db, world.order.id)
        await cancel_order(db, world.edition, order, actor=ACTOR, base_url=server.base_url)

    server.db(cancel)
    for path in (first.path, first.own_path):
        page.goto(path)
        expect(page.get_by_text("Biljetten är avbokad och gäller inte.")).to_be_visible()
    page.goto("/")
    page.wait_for_function(f"() => {WORKERS}.then((found) => found.join() === '/checkin/')")
    assert page.evaluate(KEPT) == []


def test_without_scripts_the_code_is_as_large(server: Server, browser_page: BrowserPage, world: World) -> None:
    ticket = world.order.tickets[0]
    page = browser_page(360, 740, scripts=False)
    page.goto(ticket.path)
    assert read_code(page) == [f"{server.base_url}{ticket.path}"]
    expect(page.get_by_role("button", name="Visa stort")).to_be_hidden()
    expect(page.get_by_text("Biljetten är sparad här")).to_be_hidden()
