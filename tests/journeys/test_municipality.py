"""A municipality registers eight colleagues with dinners, a code, a study visit with few seats, and pays by invoice."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.request import urlopen

import pytest
from peppol import validate_xsd
from playwright.sync_api import Page, expect
from sqlalchemy import insert, select

from konferens.clock import now
from konferens.database import Database
from konferens.tables import discount_codes, questions, quotas, sessions
from tests.badges.paper import read_pages
from tests.factories import (
    make_addon,
    make_discount_code,
    make_edition,
    make_quota,
    make_session,
    make_ticket_type,
    wall,
)
from tests.journeys.conftest import BrowserPage
from tests.journeys.mailbox import Mailbox, text_of
from tests.journeys.server import Server
from tests.payments.test_actions import SELLER

Axe = Callable[[Page], None]
EDITION = "/kommundagarna/2027/"
ORDER_PAGE = re.compile(r"/orders/[A-Z2-9]{6}/[^/]+/(\?.*)?$")
COLLEAGUES = (
    "Karin Ek",
    "Åke Öberg",
    "Maja Lund",
    "Per Ström",
    "Ali Hassan",
    "Eva Berg",
    "Nils Sjö",
    "Britt Dahl",
)
DINERS = 4


async def _event(db: Database) -> None:
    edition = await make_edition(
        db,
        "kommundagarna",
        name="Kommundagarna 2027",
        contact_email="ekonomi@example.org",
        cancel_free_until=(now() + timedelta(days=10)).date(),
        cancel_keep_percent=50,
        **SELLER,
    )
    await make_ticket_type(db, edition, quota=await make_quota(db, edition, 40))
    await make_addon(db, edition, "middag", name="Middag", quota=await make_quota(db, edition, 20, "Middag"))
    await make_discount_code(db, edition, "KOMMUN20", percent=20, max_uses=16)
    visit = {"wall_starts": wall(11, 13), "wall_ends": wall(11, 15), "capacity": 4, "signup": True}
    await make_session(db, edition, "Studiebesök på macken", **visit)
    await make_session(db, edition, "Workshop om bykassan", **{**visit, "capacity": 30})
    role = {"code": "titel", "kind": "text", "label": "Titel eller roll", "choices": [], "required": True}
    await db.execute(insert(questions).values(edition_id=edition.id, **role))


@pytest.fixture(scope="module")
def event(server: Server) -> None:
    server.db(_event)


def nothing(page: Page) -> None:
    """Instead of `axe` where scripts are off; the HTML is the same."""


def counts(server: Server) -> dict[str, int]:
    """Seats of the conference and the dinner, of the visit, and uses of the code."""

    async def read(db: Database) -> dict[str, int]:
        taken = {row.name: row.taken for row in await db.fetch_all(select(quotas.c.name, quotas.c.taken))}
        visit = select(sessions.c.taken).where(sessions.c.title == "Studiebesök på macken")
        code = select(discount_codes.c.used).where(discount_codes.c.code == "KOMMUN20")
        return {
            "seats": taken["Platser"],
            "dinners": taken["Middag"],
            "visitors": await db.fetch_val(visit),
            "code": await db.fetch_val(code),
        }

    return server.db(read)


def fill_in(page: Page, number: int, name: str) -> None:
    """One colleague. The first is asked for more, the others answer themselves later; half of them have dinner."""
    attendee = page.locator(f"#tickets-{number}")
    page.fill(f"[name=tickets-{number}-name]", name)
    if number < DINERS:
        if number:
            attendee.locator("summary", has_text="Tillval").click()
        attendee.get_by_role("checkbox", name="Middag").check()
    if number:
        page.fill(f"[name=tickets-{number}-email]", f"kollega{number}@kommun.example.org")
        attendee.get_by_label("Deltagaren fyller i resten själv").check()


def register(page: Page, email: str, check: Axe) -> None:
    """Fill the form in, with two mistakes that are told and mended; ends on the order's page."""
    page.goto(f"{EDITION}register?code=kommun20")
    expect(page.locator("#tickets-0").get_by_text("1 000 kr", exact=True)).to_be_visible()
    fill_in(page, 0, COLLEAGUES[0])
    page.fill("[name=tickets-0-email]", email)
    page.fill("[name=tickets-0-q-titel]", "Landsbygdsutvecklare")
    page.get_by_text("Workshoppar och studiebesök").click()
    page.get_by_label("Studiebesök på macken").check()
    page.get_by_label("Workshop om bykassan").check()
    for number, name in enumerate(COLLEAGUES[1:], 1):
        page.get_by_role("button", name="Lägg till en person").click()
        fill_in(page, number, name)
    page.fill("[name=buyer_organisation]", "Sunne kommun")
    page.fill("[name=buyer_orgnr]", "2120001843")
    page.fill("[name=buyer_reference]", "ZZ4711")
    send = page.get_by_role("button", name="Skicka bindande anmälan")
    send.click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Skriv adressen som fakturan ska ställas till.")
    check(page)
    page.fill("[name=buyer_address]", "Stora gatan 1\n686 30 Sunne")
    send.click()
    expect(alert).to_contain_text("Studiebesök på macken")
    expect(alert).to_contain_text("Workshop om bykassan")
    page.locator("#tickets-0").get_by_label("Workshop om bykassan").uncheck()
    assert page.input_value("[name=tickets-7-name]") == COLLEAGUES[7]
    send.click()
    page.wait_for_url(ORDER_PAGE)


@pytest.mark.parametrize(("size", "scripts"), [((360, 740), False), ((1280, 800), True)])
def test_eight_colleagues(
    size: tuple[int, int],
    scripts: bool,
    event: None,
    server: Server,
    *,
    mailbox: Mailbox,
    browser_page: BrowserPage,
    axe: Axe,
) -> None:
    page = browser_page(*size, scripts=scripts)
    check = axe if scripts else nothing
    email = f"karin-{scripts}@kommun.example.org".lower()
    before = counts(server)
    register(page, email, check)
    total = 8 * 1_000 + DINERS * 395
    expect(page.locator(".order-summary")).to_contain_text(kronor(total))
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    check(page)
    assert counts(server) == {
        "seats": before["seats"] + 8,
        "dinners": before["dinners"] + DINERS,
        "visitors": before["visitors"] + 1,
        "code": before["code"] + 8,
    }
    assert f"{EDITION}".strip("/").partition("/")[0].capitalize() in mailbox.letter(email)["Subject"]
    assert "Titel eller roll" in text_of(mailbox.letter("kollega7@kommun.example.org"), "plain")

    page.get_by_text("Rätta namn och uppgifter").click()
    page.fill("[name=attendees-2-name]", "Maja Lund-Ek")
    page.get_by_role("button", name="Spara ändringarna").click()
    expect(page.get_by_role("heading", name="Maja Lund-Ek")).to_be_visible()

    page.get_by_role("link", name=re.compile(rf"Avboka biljetten ?, {COLLEAGUES[7]}")).click()
    expect(page.locator("main")).to_contain_text(kronor(1_000))
    check(page)
    page.get_by_role("button", name="Ja, avboka").click()
    page.wait_for_url(ORDER_PAGE)
    expect(page.locator(".order-summary")).to_contain_text(kronor(total - 1_000))
    assert counts(server)["seats"] == before["seats"] + 7
    assert counts(server)["code"] == before["code"] + 7
    check(page)

    paper = re.compile(r"^(Faktura|Kreditfaktura) \d+ \(PDF\)$")
    papers = page.locator(".order-papers").get_by_role("link", name=paper)
    expect(papers).to_have_count(2)
    invoice, credit = (str(paper.get_attribute("href")) for paper in papers.all())
    assert "9 580,00" in text_of_pdf(server, invoice)
    assert "−1 000,00" in text_of_pdf(server, credit)
    with urlopen(server.base_url + credit.replace(".pdf", ".xml")) as answer:  # noqa: S310 - our own server
        assert validate_xsd(answer.read()) == (True, [])


def kronor(amount: int) -> str:
    """As pages show it: '1 250 kr' with spaces that don't break."""
    return f"{amount:,} kr".replace(",", "\u00a0").replace(" ", "\u00a0")


def text_of_pdf(server: Server, path: str) -> str:
    """A paper's text, with plain spaces."""
    with urlopen(server.base_url + path) as answer:  # noqa: S310 - our own server
        pages = read_pages(answer.read())
    return " ".join(page.text for page in pages).replace("\u00a0", " ")
