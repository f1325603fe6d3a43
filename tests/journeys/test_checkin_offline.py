"""At the door without network, for long: another day begins, and people come to the wrong list."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

from playwright.sync_api import Page, expect
from sqlalchemy import insert, select

from konferens.checkin.actions import save_list
from konferens.checkin.model import Repeat, Rules
from konferens.database import Database
from konferens.tables import addons, admissions, editions, tickets
from tests.journeys.conftest import BrowserPage
from tests.journeys.server import Server
from tests.journeys.test_checkin import KEEPS_A_LIST, PHONE, new_ticket, scan_by_keys

LATE_ON_MONDAY = datetime(2027, 5, 10, 21, 50, tzinfo=UTC)  # 23.50 in Stockholm
TUESDAY, JUST_WEDNESDAY = "2027-05-11T06:00:00Z", "2027-05-11T22:01:00Z"  # 8.00, and 0.01 the day after


async def add_list(db: Database, name: str, rules: Rules) -> int:
    """A list of the conference for every ticket, also unpaid ones."""
    edition_id = await db.fetch_val(select(editions.c.id))
    return await save_list(
        db, edition_id, None, name=name, ticket_type_ids=None, admit_unpaid=True, rules=rules, actor="system"
    )


def ready_for(server: Server, browser_page: BrowserPage, sign_in: Callable[[Page, str], None], name: str) -> Page:
    """A phone that has the list and knows all that is to be known, and then loses its network."""
    page = browser_page(*PHONE)
    page.clock.set_fixed_time(TUESDAY)
    with page.expect_response("**/checkin/api/lists"):  # before, a tap is only remembered
        sign_in(page, "/checkin/")
    with page.expect_response("**/tickets?*"):
        page.click(f"text={name}")
    page.wait_for_function(KEEPS_A_LIST)
    page.context.set_offline(True)
    expect(page.locator("[data-part=network]")).to_contain_text("Inget nät")
    return page


def test_a_daily_list_counts_its_own_day_across_midnight(
    server: Server, browser_page: BrowserPage, sign_in: Callable[[Page, str], None]
) -> None:
    ada, bo = new_ticket(server, "Ada Alm"), new_ticket(server, "Bo Bäck")

    async def make(db: Database) -> None:
        """The list, at which Ada was let in the evening before."""
        list_id = await add_list(db, "Lunch varje dag", Rules(repeat=Repeat.DAILY))
        ticket_id = await db.fetch_val(select(tickets.c.id).where(tickets.c.token == ada))
        came = {"scan_nonce": str(uuid4()), "scanned_at": LATE_ON_MONDAY, "device": "Grind"}
        await db.execute(insert(admissions).values(list_id=list_id, ticket_id=ticket_id, **came))

    server.db(make)
    page = ready_for(server, browser_page, sign_in, "Lunch varje dag")
    word, counter = page.locator(".scan-word"), page.locator("[data-part=counter]")
    expect(counter).to_contain_text("0 av ")
    for token, answer, came in (
        (ada, "Välkommen", "1 av "),
        (bo, "Välkommen", "2 av "),
        (ada, "Redan incheckad", "2 av "),
    ):
        scan_by_keys(page, token)
        expect(word).to_have_text(answer)
        expect(counter).to_contain_text(came)
    page.clock.set_fixed_time(JUST_WEDNESDAY)
    page.evaluate("dispatchEvent(new Event('offline'))")  # or the next tick, ten seconds later
    expect(counter).to_contain_text("0 av ")
    page.click("text=Nästa")
    page.fill("#door-words", "ada alm")
    expect(page.locator(".door-person-state").first).to_have_text("Checka in")
    page.click(".door-person")
    expect(word).to_have_text("Välkommen")
    expect(counter).to_contain_text("1 av ")


def test_who_belongs_to_another_list_is_refused_without_a_name(
    server: Server, browser_page: BrowserPage, sign_in: Callable[[Page, str], None]
) -> None:
    guest = new_ticket(server, "Gerd Gäst")

    async def make(db: Database) -> None:
        """A dinner, that nobody has."""
        edition_id = await db.fetch_val(select(editions.c.id))
        dinner = {"edition_id": edition_id, "code": "festmiddag", "name": "Festmiddag", "price": 39_500, "vat_rate": 12}
        addon_id = await db.fetch_val(insert(addons).values(**dinner).returning(addons.c.id))
        await add_list(db, "Festmiddagen", Rules(addons=frozenset({addon_id})))

    server.db(make)
    page = ready_for(server, browser_page, sign_in, "Festmiddagen")
    result = page.locator("[data-part=result]")
    scan_by_keys(page, f"{server.base_url}/t/{guest}")
    expect(result).to_have_class("scan-result scan-refused")
    expect(result.locator(".scan-word")).to_have_text("Annan lista")
    expect(result.locator(".scan-detail")).to_contain_text("Biljetten gäller inte här, enligt listan från")
    assert "Gerd" not in page.content()
    assert guest not in page.evaluate(
        """async () => {
            const db = await new Promise((done) => (indexedDB.open("konferens-checkin").onsuccess = (event) => done(event.target.result)));
            const all = (name) => new Promise((done) => (db.transaction(name).objectStore(name).getAll().onsuccess = (event) => done(event.target.result)));
            return JSON.stringify([await all("tickets"), await all("facts")]);
        }"""
    )
    scan_by_keys(page, "ABCDEFGHIJKLMNOPQRSTUVWX")
    expect(result).to_have_class("scan-result scan-provisional")


def out_and_in(page: Page) -> None:
    """On the plain pages, somebody who is inside."""
    page.click("text=Utställningen")
    expect(page.locator(".door-counter")).to_contain_text("1 inne nu")
    for button, said, is_undone in (
        ("Checka ut", "Ute", True),
        ("Checka ut", "Ute", False),
        ("Checka in", "Inne", False),
    ):
        page.fill("[name=q]", "ada utdal")
        page.press("[name=q]", "Enter")
        page.click(f"text={button}")
        expect(page.locator(".scan-word")).to_have_text(said)
        if is_undone:
            page.click("text=Ångra")
            expect(page.locator(".notice")).to_have_text("Utcheckningen är ångrad.")
            expect(page.locator(".door-counter")).to_contain_text("1 inne nu")


def test_in_and_out_with_and_without_network(
    server: Server, browser_page: BrowserPage, sign_in: Callable[[Page, str], None], axe: Callable[[Page], None]
) -> None:
    ada, bo = new_ticket(server, "Ada Utdal"), new_ticket(server, "Bo Utdal")

    server.db(lambda db: add_list(db, "Utställningen", Rules(repeat=Repeat.IN_OUT)))
    page = ready_for(server, browser_page, sign_in, "Utställningen")
    result, word, counter = (page.locator(each) for each in ("[data-part=result]", ".scan-word", "[data-part=counter]"))
    expect(page.get_by_role("radio", name="In", exact=True)).to_be_checked()
    axe(page)

    def scanned(token: str, kind: str, said: str, inside: int) -> None:
        scan_by_keys(page, token)
        expect(word).to_have_text(said)
        expect(result).to_have_class(f"scan-result scan-{kind}")
        expect(counter).to_contain_text(f"{inside} inne nu")

    scanned(ada, "admitted", "Inne", 1)
    scanned(ada, "already", "Redan inne", 1)
    page.click("text=Nästa")
    page.get_by_role("radio", name="Ut", exact=True).check()
    axe(page)
    scanned(bo, "absent", "Redan ute", 1)
    scanned(ada, "left", "Ute", 0)
    axe(page)
    page.click("text=Nästa")
    page.get_by_role("button", name="Ångra").click()
    expect(counter).to_contain_text("1 inne nu")
    page.fill("#door-words", "ada utdal")
    expect(page.locator(".door-person-state").first).to_have_text("Checka ut")
    page.click(".door-person")
    expect(word).to_have_text("Ute")
    page.click("text=Nästa")
    page.fill("#door-words", "")
    page.context.set_offline(False)
    expect(page.locator("[data-part=network]")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("radio", name="Ut", exact=True)).to_be_checked()  # as it was
    expect(page.locator("[data-part=hint]")).to_have_text("Ut: håll koden framför kameran")
    expect(counter).to_contain_text("0 inne nu")
    page.get_by_role("radio", name="In", exact=True).check()
    scanned(ada, "admitted", "Inne", 1)
    page.click("text=Nästa")
    page.get_by_role("radio", name="Ut", exact=True).check()
    scanned(ada, "left", "Ute", 0)
    page.click("text=Nästa")
    page.get_by_role("button", name="Ångra").click()
    expect(counter).to_contain_text("1 inne nu")
    expect(page.locator("[data-part=note]")).to_have_text("Utcheckningen är ångrad.")

    by_hand = browser_page(*PHONE, scripts=False)
    sign_in(by_hand, "/checkin/")
    out_and_in(by_hand)
