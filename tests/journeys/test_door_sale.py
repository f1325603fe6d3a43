"""At the door, with a phone: somebody comes without a ticket, somebody hasn't paid."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import insert, select, update

from konferens.checkin.actions import save_list
from konferens.checkin.ending import end_list
from konferens.checkin.model import Rules
from konferens.checkin.queries import find_list
from konferens.database import Database
from konferens.tables import addons, editions, orders, payments, scans, tickets
from tests.journeys.conftest import BrowserPage
from tests.journeys.server import Server
from tests.journeys.test_checkin import new_ticket, scan_by_keys

SignIn = Callable[[Page, str], None]


def told_of(server: Server, name: str) -> tuple[str, str, list[str], list[str]]:
    """The source and status of the order that the ticket of `name` is in, how it was paid, and what the door said."""

    async def read(db: Database) -> tuple[str, str, list[str], list[str]]:
        query = select(tickets.c.id, tickets.c.order_id, orders.c.source, orders.c.status).join(orders)
        [row] = await db.fetch_all(query.where(tickets.c.attendee_name == name))
        money = await db.fetch_all(select(payments.c.method).where(payments.c.order_id == row.order_id))
        said = await db.fetch_all(select(scans.c.status).where(scans.c.ticket_id == row.id).order_by(scans.c.id))
        return row.source, row.status, [each.method for each in money], [each.status for each in said]

    return server.db(read)


@pytest.fixture
def door(server: Server, browser_page: BrowserPage, sign_in: SignIn) -> Iterator[Page]:
    """A phone at the entrance of a conference that takes Swish, as long as it stands there."""

    def take_swish(number: str) -> None:
        async def save(db: Database) -> None:
            await db.execute(update(editions).values(swish_number=number))

        server.db(save)

    take_swish("123 339 22 11")
    page = browser_page(360, 740)
    sign_in(page, "/checkin/")
    page.click("text=Entré tisdag")
    expect(page.locator("[data-part=hint]")).to_have_text("Håll koden framför kameran")
    yield page
    take_swish("")


def test_tickets_are_sold_for_cash_and_swish(server: Server, door: Page, axe: Callable[[Page], None]) -> None:
    page = door
    sale = page.locator("[data-part=sale]")
    page.click("text=Sälj biljett")
    expect(page.locator("#sale-name")).to_be_focused()
    axe(page)
    page.click("text=Betalat kontant")
    expect(sale.locator("[data-error=name]")).to_have_text("Skriv namnet som ska stå på biljetten.")
    page.locator(".sale-type").first.click()
    page.fill("#sale-name", "Kerstin Kontant")
    page.click("text=Betalat kontant")
    expect(sale.locator("[data-part=sale-word]")).to_have_text("Välkommen")
    expect(sale.locator("[data-part=sale-person]")).to_have_text("Kerstin Kontant")
    expect(sale.locator("[data-part=sale-receipt] svg")).to_be_visible()
    expect(sale.locator("text=Skriv ut namnskylt")).to_be_visible()
    axe(page)
    assert told_of(server, "Kerstin Kontant") == ("door", "paid", ["cash"], ["admitted"])

    page.click("text=Sälj en till")
    page.locator(".sale-type").first.click()
    page.fill("#sale-name", "Sven Swish")
    page.fill("#sale-email", "sven@example.org")
    page.click("text=Betala med Swish")
    expect(sale.locator("[data-part=sale-code] svg")).to_be_visible()
    expect(sale.locator("[data-part=sale-amount]")).to_contain_text("Ska betala")
    axe(page)
    assert told_of(server, "Sven Swish") == ("door", "pending", [], [])
    page.click("text=Jag ser betalningen i mobilen")
    expect(sale.locator("[data-part=sale-receipt-text]")).to_have_text("Kvittot skickas med e-post.")
    assert told_of(server, "Sven Swish") == ("door", "paid", ["swish"], ["admitted"])
    sale.locator("text=Klar").click()
    expect(sale).to_be_hidden()


def test_who_has_not_paid_pays(server: Server, door: Page) -> None:
    token = new_ticket(server, "Ove Obetald", order_status="pending")
    door.keyboard.type(token)
    door.keyboard.press("Enter")
    door.click("[data-action=pay]")
    expect(door.locator("[data-part=sale-amount]")).to_have_text("Ska betala 1\u00a0250 kr")
    door.click("text=Betalat kontant >> visible=true")
    expect(door.locator("[data-part=sale-person]")).to_have_text("Ove Obetald")
    source, status, methods, _ = told_of(server, "Ove Obetald")
    assert (source, status, methods) == ("web", "paid", ["cash"])


def test_who_buys_the_supper_at_its_door_is_known_there_without_network(server: Server, door: Page) -> None:
    token = new_ticket(server, "Tage Tillval")

    async def make(db: Database) -> int:
        """The supper, and its list."""
        edition_id = await db.fetch_val(select(editions.c.id))
        supper = {"edition_id": edition_id, "code": "kvallsmat", "name": "Kvällsmat", "price": 9_500, "vat_rate": 12}
        addon_id = await db.fetch_val(insert(addons).values(**supper).returning(addons.c.id))
        rules = Rules(addons=frozenset({addon_id}))
        return await save_list(
            db,
            edition_id,
            None,
            name="Kvällsmaten",
            ticket_type_ids=None,
            admit_unpaid=True,
            rules=rules,
            actor="system",
        )

    list_id = server.db(make)
    page, sale = door, door.locator("[data-part=sale]")
    page.reload()
    page.click("[data-action=lists]")
    with page.expect_response(f"**/{list_id}/tickets?*"):
        page.click("text=Kvällsmaten")
    page.route("**/tickets?*", lambda route: route.abort())  # what the phone knows from now on, it knows by the sale
    scan_by_keys(page, token)
    expect(page.locator(".scan-word")).to_have_text("Annan lista")
    page.click("text=Köp till")
    expect(sale.locator("#sale-title")).to_have_text("Sälj tillval")
    expect(sale.locator(".sale-type-name")).to_have_text("Kvällsmat")
    expect(page.locator("#sale-name")).to_be_hidden()
    page.click("text=Betalat kontant >> visible=true")
    expect(sale.locator("[data-part=sale-person]")).to_have_text("Tage Tillval")
    expect(sale.locator("[data-part=sale-word]")).to_have_text("Välkommen")
    sale.locator("text=Klar").click()
    page.context.set_offline(True)
    scan_by_keys(page, token)
    expect(page.locator(".scan-word")).to_have_text("Redan incheckad")
    expect(page.locator(".scan-name")).to_have_text("Tage Tillval")

    async def end(db: Database) -> None:
        await end_list(db, await find_list(db, list_id), actor="system")

    server.db(end)
    page.unroute("**/tickets?*")
    page.context.set_offline(False)
    expect(page.locator("[data-part=unknown]")).to_have_text("Listan ”Kvällsmaten” är avslutad. Välj en annan.")
    expect(page.locator(".door-choice", has_text="Kvällsmaten")).to_have_count(0)


def test_without_network_nothing_is_sold(door: Page) -> None:
    expect(door.locator("[data-action=sell]")).to_be_visible()
    door.context.set_offline(True)
    door.click("text=Sälj biljett")
    expect(door.locator("[data-part=sale-problem]")).to_contain_text("Försäljning kräver nät.")
