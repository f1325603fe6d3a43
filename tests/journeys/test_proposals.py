"""From a proposal to the programme: handed in with a co-speaker, judged by two, accepted, told, and parked in the schedule."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from konferens.accounts.actions import create_user
from konferens.accounts.model import Role
from konferens.clock import now
from konferens.database import Database
from konferens.proposals.actions import save_call
from tests.factories import make_edition, make_track
from tests.journeys.conftest import PASSWORD, BrowserPage
from tests.journeys.mailbox import Mailbox, links, text_of
from tests.journeys.server import Server

Axe = Callable[[Page], None]
SignIn = Callable[[Page, str], None]
PUBLIC, OFFICE = "/landsbygdsdagarna/2027/", "/organiser/landsbygdsdagarna/2027/"
REVIEWERS = {"rut@example.org": "5", "sven@example.org": "4"}


async def _called(db: Database) -> None:
    edition = await make_edition(db, "landsbygdsdagarna", name="Landsbygdsdagarna 2027")
    await make_track(db, edition, "Service i byn")
    question = {"code": "forut", "kind": "yes_no", "label": "Har du hållit det förut?", "required": True}
    await save_call(
        db,
        edition,
        {
            "active": True,
            "closes_at": now() + timedelta(days=7),
            "types": ["talk", "workshop"],
            "introduction": "Vi söker **berättelser**.",
            "questions": [question],
            "blind": True,
        },
        actor="anna@example.org",
    )
    for email in REVIEWERS:
        name = f"{email.partition('@')[0].capitalize()} Granskare"
        await create_user(db, email=email, password=PASSWORD, role=Role.REVIEWER, edition_id=edition.id, name=name)


def test_from_proposal_to_programme(
    server: Server, mailbox: Mailbox, browser_page: BrowserPage, sign_in: SignIn, axe: Axe
) -> None:
    server.db(_called)
    proposer = browser_page(360, 740)
    _propose(proposer, axe)
    expect(proposer.locator(".notice-success")).to_contain_text("Tack! Förslaget har kommit fram")
    axe(proposer)
    assert links(text_of(mailbox.letter("kajsa@example.org", "tagit emot"), "plain"))[0] in proposer.url
    named = text_of(mailbox.letter("olle@example.org", "vill medverka"), "plain")
    assert "Kajsa Åberg har lämnat förslaget" in named

    for email, score in REVIEWERS.items():
        _review(browser_page(), email, score, axe)

    organiser = browser_page()
    sign_in(organiser, f"{OFFICE}proposals")
    expect(organiser.locator(".proposal-row")).to_contain_text("4,5")
    expect(organiser.locator(".proposal-row")).to_contain_text("Kajsa Åberg, Olle Lind")
    axe(organiser)
    _choose(organiser, "Anta")
    organiser.get_by_role("link", name="Läs mejlen och meddela").click()
    expect(organiser.get_by_role("main")).to_contain_text("Ditt förslag är antaget: Macken som inte dog")
    axe(organiser)
    organiser.get_by_role("button", name="Skicka mejlen").click()
    mailbox.letter("kajsa@example.org", "Ditt förslag är antaget: Macken som inte dog")
    _choose(organiser, "Lägg i programmet")
    mailbox.letter("olle@example.org", "Landsbygdsdagarna 2027")
    organiser.get_by_role("link", name="Se programpunkten").click()
    expect(organiser.get_by_label("Titel", exact=True)).to_have_value("Macken som inte dog")
    organiser.goto(f"{OFFICE}sessions")
    parked = organiser.locator("section", has=organiser.get_by_role("heading", name="Utan tid"))
    expect(parked).to_contain_text("Macken som inte dog")
    expect(parked).to_contain_text("Kajsa Åberg, Olle Lind")

    proposer.goto(proposer.url)
    expect(proposer.get_by_role("main")).to_contain_text("Förslaget är antaget.")
    axe(proposer)


def _propose(page: Page, axe: Axe) -> None:
    page.goto(PUBLIC)
    page.get_by_role("link", name="Lämna förslag till programmet").click()
    axe(page)
    page.get_by_label("Titel", exact=True).fill("Macken som inte dog")
    page.get_by_label("Längd i minuter").fill("45")
    page.get_by_role("button", name="Lägg till någon som är med").click()
    expect(page.get_by_label("Titel", exact=True)).to_have_value("Macken som inte dog")
    page.fill("[name=people-1-name]", "Olle Lind")
    page.fill("[name=people-1-email]", "olle@example.org")
    page.fill("[name=people-0-name]", "Kajsa Åberg")
    page.fill("[name=people-0-email]", "kajsa@example.org")
    page.get_by_role("button", name="Skicka in").click()
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Sammanfattning: Skriv en sammanfattning.")
    expect(summary).to_contain_text("Har du hållit det förut?: Välj ett svar.")
    axe(page)
    page.get_by_label("Sammanfattning").fill("Byn köpte sin mack.")
    page.get_by_role("group", name="Har du hållit det förut?").get_by_label("Nej").check()
    page.get_by_role("button", name="Skicka in").click()


def _review(page: Page, email: str, score: str, axe: Axe) -> None:
    """By the keyboard, as far as that goes."""
    page.goto("/login")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"**{OFFICE}proposals")
    axe(page)
    page.get_by_role("link", name="Läs nästa olästa").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Macken som inte dog")
    expect(page.get_by_role("main")).not_to_contain_text("Kajsa")
    axe(page)
    page.get_by_label(f"{score} –").press("Space")
    page.get_by_label("Kommentar").fill(f"Ett bra förslag, tycker {email}")
    page.get_by_role("button", name="Spara och läs nästa").press("Enter")
    expect(page.locator(".notice-success")).to_contain_text("Du har bedömt alla förslag.")


def _choose(page: Page, button: str) -> None:
    page.get_by_label("Välj Macken som inte dog").check()
    page.get_by_role("button", name=button).click()
    expect(page.locator(".notice-success")).to_be_visible()
