"""A visitor registers: on a phone and on a desktop, with and without scripts, and what comes with the mail."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.request import urlopen

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect
from sqlalchemy import func, select, update

from konferens.database import Database
from konferens.tables import orders, quotas, tickets
from tests.badges.paper import read_pages
from tests.factories import make_edition, make_quota, make_room, make_session, make_ticket_type, wall
from tests.journeys.conftest import BrowserPage
from tests.journeys.mailbox import Mailbox, enclosed, links, text_of
from tests.journeys.server import Server

Axe = Callable[[Page], None]
PHONE, DESKTOP = (360, 740), (1280, 800)
EDITION = "/bygdetinget/2027/"
ORDER_PAGE = re.compile(r"/orders/[A-Z2-9]{6}/[^/]+/$")


@dataclass(frozen=True)
class Event:
    """Bygdetinget 2027, with seats without limit (Ordinarie) and a few (Student), whose quota this is."""

    few_seats: int


async def _event(db: Database) -> Event:
    edition = await make_edition(
        db, "bygdetinget", name="Bygdetinget 2027", contact_email="ting@example.org", bankgiro="5050-1055"
    )
    room = await make_room(db, edition)
    await make_session(db, edition, "Så bygger vi ett solkraftverk", room_id=room, wall_starts=wall(11, 9))
    await make_session(db, edition, "Bykrogens återkomst", room_id=room, wall_starts=wall(11, 11))
    few = await make_quota(db, edition, 3, "Studentplatser")
    await make_ticket_type(db, edition, "ordinarie")
    await make_ticket_type(db, edition, "student", quota=few, price=40_000)
    return Event(few_seats=few)


@pytest.fixture(scope="module")
def event(server: Server) -> Event:
    return server.db(_event)


def placed_by(server: Server, email: str) -> int:
    """How many orders this person has placed."""

    async def count(db: Database) -> int:
        return int(await db.fetch_val(select(func.count()).where(orders.c.buyer_email == email)))

    return server.db(count)


def tokens_of(server: Server, email: str) -> list[str]:
    """The QR tokens of the tickets that this person has bought, in order."""

    async def read(db: Database) -> list[str]:
        query = select(tickets.c.token).join(orders).where(orders.c.buyer_email == email).order_by(tickets.c.position)
        return [row.token for row in await db.fetch_all(query)]

    return server.db(read)


def seats_taken(server: Server, quota: int) -> int:
    async def read(db: Database) -> int:
        return int(await db.fetch_val(select(quotas.c.taken).where(quotas.c.id == quota)))

    return server.db(read)


def fill_in(page: Page, number: int, name: str, email: str = "", ticket: str = "Ordinarie") -> None:
    """The form's attendee `number`, counted from 0."""
    attendee = page.locator(f"#tickets-{number}")
    attendee.wait_for()
    choice = attendee.get_by_role("radio", name=ticket)
    if not choice.is_visible():  # others begin with the first one's ticket, folded
        attendee.locator("summary", has_text="Biljett").click()
    choice.check()
    page.fill(f"[name=tickets-{number}-name]", name)
    page.fill(f"[name=tickets-{number}-email]", email)


def send(page: Page) -> None:
    page.get_by_role("button", name="Skicka bindande anmälan").click()


def register(page: Page, name: str, email: str, ticket: str = "Ordinarie") -> None:
    """Place an order for one person; ends on its page."""
    page.goto(f"{EDITION}register")
    fill_in(page, 0, name, email, ticket)
    send(page)
    page.wait_for_url(ORDER_PAGE)


def nothing(page: Page) -> None:
    """Instead of `axe` where scripts are off; the HTML is the same."""


def fits(page: Page) -> bool:
    """Whether nothing makes the page wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
@pytest.mark.parametrize("scripts", [True, False])
def test_two_people_register(
    size: tuple[int, int], scripts: bool, event: Event, server: Server, *, browser_page: BrowserPage, axe: Axe
) -> None:
    page = browser_page(*size, scripts=scripts)
    check = axe if scripts else nothing
    email = f"elin-{size[0]}-{scripts}@example.org".lower()
    page.goto("/")
    page.get_by_role("link", name="Bygdetinget 2027").first.click()
    page.get_by_role("link", name="Anmäl dig").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmälan")

    fill_in(page, 0, "Elin Ågren", "elin(at)example.org")
    page.get_by_role("button", name="Lägg till en person").click()
    fill_in(page, 1, "")
    page.fill("[name=message]", "Vi kommer med tåg.")
    assert fits(page)
    send(page)

    summary = page.get_by_role("alert")
    expect(summary.get_by_role("link")).to_have_text(
        [
            "Deltagare 1, e-post: Det ser inte ut som en e-postadress. Den ska vara som namn@exempel.se.",
            "Deltagare 2, namn: Skriv deltagarens namn.",
        ]
    )
    expect(page.locator("#tickets-0-email-error")).to_be_visible()
    expect(page.locator("#tickets-1-name-error")).to_have_text("Skriv deltagarens namn.")
    expect(page.get_by_label("E-post").first).to_have_attribute("aria-invalid", "true")
    assert page.input_value("[name=tickets-0-name]") == "Elin Ågren"
    assert page.input_value("[name=tickets-0-email]") == "elin(at)example.org"
    assert page.input_value("[name=message]") == "Vi kommer med tåg."
    assert page.locator("[name=tickets-1-type]:checked").count() == 1
    check(page)

    page.fill("[name=tickets-0-email]", email)
    page.fill("[name=tickets-1-name]", "Nils Ågren")
    send(page)
    page.wait_for_url(ORDER_PAGE)
    expect(page.locator(".order-ticket h3")).to_have_text(["Elin Ågren", "Nils Ågren"])
    expect(page.locator(".order-total")).to_contain_text("2 500 kr")
    assert fits(page)
    check(page)
    assert placed_by(server, email) == 1


def test_the_mail_brings_the_tickets_and_leads_back(
    event: Event, server: Server, mailbox: Mailbox, browser_page: BrowserPage
) -> None:
    page = browser_page(*PHONE)
    register(page, "Örjan Sjö", "orjan@example.org")
    letter = mailbox.letter("orjan@example.org")
    files = enclosed(letter)

    assert "Bygdetinget 2027" in letter["Subject"]
    assert "Hej Örjan Sjö!" in text_of(letter, "plain")
    assert "Örjan Sjö" in text_of(letter, "html")
    [token] = tokens_of(server, "orjan@example.org")
    [ticket] = read_pages(files["application/pdf"])
    assert [code.text for code in ticket.codes] == [f"{server.base_url}/t/{token}"]
    [entry] = Calendar.from_ical(files["text/calendar"]).events
    assert str(entry["SUMMARY"]) == "Bygdetinget 2027"

    own_page = page.url
    page.goto("about:blank")
    [way_back] = [link for link in links(text_of(letter, "plain")) if "/orders/" in link]
    assert way_back == own_page
    page.goto(way_back)
    expect(page.locator(".order-ticket h3")).to_have_text("Örjan Sjö")
    page.goto(f"/t/{token}")
    expect(page.locator(".ticket-name")).to_have_text("Örjan Sjö")


@pytest.mark.parametrize("scripts", [True, False])
def test_changes_afterwards(scripts: bool, event: Event, server: Server, browser_page: BrowserPage, axe: Axe) -> None:
    """Another name, and sessions of one's own, which one's calendar then has."""
    page = browser_page(*PHONE, scripts=scripts)
    check = axe if scripts else nothing
    register(page, "Rut Berg", f"rut-{scripts}@example.org".lower())
    page.get_by_text("Rätta namn och uppgifter").click()
    page.fill("[name=attendees-0-name]", "Sten Berg")
    check(page)
    page.get_by_role("button", name="Spara ändringarna").click()
    expect(page.get_by_text("Ändringarna är sparade.")).to_be_visible()
    expect(page.locator(".order-ticket h3")).to_have_text("Sten Berg")

    page.get_by_role("link", name="Eget program").click()
    expect(page.get_by_role("button", name="Spara programmet")).to_be_visible()  # the page before has gone
    check(page)
    assert fits(page)
    page.get_by_label("Bykrogens återkomst").check()
    page.get_by_role("button", name="Spara programmet").click()
    expect(page.get_by_text("Programmet är sparat, och kalendern följer med.")).to_be_visible()

    subscription = page.get_by_role("link", name="Prenumerera i kalendern").get_attribute("href") or ""
    assert subscription.startswith("webcal://")
    with urlopen(subscription.replace("webcal:", "http:")) as answer:  # noqa: S310 - our own server
        feed = Calendar.from_ical(answer.read())
    assert [str(entry["SUMMARY"]) for entry in feed.events] == ["Bygdetinget 2027", "Bykrogens återkomst"]
    expect(page.get_by_label("Bykrogens återkomst")).to_be_checked()


def test_a_double_click_places_one_order(event: Event, server: Server, browser_page: BrowserPage) -> None:
    page = browser_page(*DESKTOP)
    page.goto(f"{EDITION}register")
    fill_in(page, 0, "Maja Dubbel", "maja@example.org")
    page.get_by_role("button", name="Skicka bindande anmälan").dblclick()
    page.wait_for_url(ORDER_PAGE)
    expect(page.locator(".order-ticket h3")).to_have_text("Maja Dubbel")
    assert placed_by(server, "maja@example.org") == 1


def test_sold_out_in_between_keeps_what_was_typed(
    event: Event, server: Server, browser_page: BrowserPage, axe: Axe
) -> None:
    async def sell_all(db: Database, left: int = 0) -> None:
        await db.execute(update(quotas).where(quotas.c.id == event.few_seats).values(size=quotas.c.taken + left))

    page = browser_page(*PHONE)
    page.goto(f"{EDITION}register")
    fill_in(page, 0, "Kim Sen", "kim@example.org", "Student")
    page.fill("[name=message]", "Ser fram emot det.")
    server.db(sell_all)
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("Platserna räckte inte.")
    assert page.input_value("[name=tickets-0-name]") == "Kim Sen"
    assert page.input_value("[name=message]") == "Ser fram emot det."
    axe(page)
    page.get_by_role("radio", name="Ordinarie").check()
    send(page)
    page.wait_for_url(ORDER_PAGE)
    assert placed_by(server, "kim@example.org") == 1
    server.db(lambda db: sell_all(db, 3))


@pytest.mark.parametrize("scripts", [True, False])
def test_cancelling_frees_the_seat(
    scripts: bool, event: Event, server: Server, mailbox: Mailbox, *, browser_page: BrowserPage, axe: Axe
) -> None:
    page = browser_page(*PHONE, scripts=scripts)
    check = axe if scripts else nothing
    email = f"bo-{scripts}@example.org".lower()
    before = seats_taken(server, event.few_seats)
    register(page, "Bo Student", email, "Student")
    assert seats_taken(server, event.few_seats) == before + 1

    page.get_by_role("link", name="Avboka hela bokningen").click()
    check(page)
    page.get_by_role("link", name="Nej, behåll").click()
    page.wait_for_url(ORDER_PAGE)
    assert seats_taken(server, event.few_seats) == before + 1
    page.get_by_role("link", name="Avboka hela bokningen").click()
    page.get_by_role("button", name="Ja, avboka").click()
    expect(page.get_by_text("Avbokat. Ett mejl som bekräftar det är på väg.")).to_be_visible()
    check(page)
    assert seats_taken(server, event.few_seats) == before
    assert "gäller inte längre" in text_of(mailbox.letter(email, "Avbok"), "plain")
