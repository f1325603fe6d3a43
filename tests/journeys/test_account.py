"""A volunteer is invited by mail, chooses a password, forgets it, and looks after the account."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import BrowserPage
from tests.journeys.mailbox import Mailbox, links, text_of
from tests.journeys.test_register import fits

OFFICE = "/organiser/lokalekonomidagarna/2027/"
ERIK = "erik.entre@example.org"
FIRST, SECOND = "en egen mening", "en helt annan mening"


def link_in(mailbox: Mailbox, subject: str) -> str:
    return next(each for each in links(text_of(mailbox.letter(ERIK, subject), "plain")) if "/login/password/" in each)


def enter(page: Page, password: str) -> None:
    page.goto("/login")
    page.get_by_label("E-post").fill(ERIK)
    page.get_by_label("Lösenord").fill(password)
    page.get_by_role("button", name="Logga in").click()
    page.wait_for_url("**/checkin/")


def test_a_volunteer_s_account_from_the_invitation_on(
    browser_page: BrowserPage, sign_in: Callable[[Page, str], None], mailbox: Mailbox, axe: Callable[[Page], None]
) -> None:
    organiser = browser_page()
    sign_in(organiser, f"{OFFICE}colleagues")
    organiser.get_by_label("E-post").fill(ERIK)
    organiser.get_by_label("Namn").fill("Erik Entré")
    organiser.get_by_role("button", name="Lägg till").click()
    expect(organiser.get_by_text("Ett mejl är på väg")).to_be_visible()
    axe(organiser)

    phone = browser_page(360, 740)
    phone.goto(link_in(mailbox, "Ditt konto hos"))
    axe(phone)
    phone.get_by_label("Nytt lösenord").fill(FIRST)
    phone.get_by_role("button", name="Spara lösenordet").click()
    expect(phone.get_by_text("Ditt nya lösenord gäller.")).to_be_visible()
    enter(phone, FIRST)

    computer = browser_page()
    computer.goto("/login")
    computer.get_by_role("link", name="Glömt lösenordet?").click()
    computer.get_by_label("E-post").fill(ERIK)
    axe(computer)
    computer.get_by_role("button", name="Skicka länken").click()
    expect(computer.get_by_role("heading", name="Titta i din mejl")).to_be_visible()
    computer.goto(link_in(mailbox, "Välj ett nytt lösenord"))
    computer.get_by_label("Nytt lösenord").fill(SECOND)
    computer.get_by_role("button", name="Spara lösenordet").click()

    phone.goto("/organiser/account")
    expect(phone.get_by_role("heading", name="Logga in")).to_be_visible()  # signed out by the new password
    enter(computer, SECOND)
    enter(phone, SECOND)
    phone.get_by_role("link", name="Mitt konto").click()
    expect(phone.get_by_role("row")).to_have_count(3)
    axe(phone)
    assert fits(phone)
    phone.get_by_role("button", name="Logga ut alla andra").click()
    expect(phone.get_by_text("De andra inloggningarna är avslutade.")).to_be_visible()
    computer.goto("/organiser/account")
    expect(computer.get_by_role("heading", name="Logga in")).to_be_visible()
