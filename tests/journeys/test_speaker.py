"""A speaker is invited by mail, answers and uploads a picture on a phone, and stands on the public page."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from konferens.database import Database
from konferens.speakers.answers import invite
from tests.factories import make_edition, make_room, make_session, make_speaker, make_ticket_type, wall
from tests.journeys.conftest import BrowserPage
from tests.journeys.mailbox import Mailbox, links, text_of
from tests.journeys.server import Server
from tests.journeys.test_register import fits

OFFICE, PUBLIC = "/organiser/talardagarna/2027/speakers", "/talardagarna/2027/"
EMAIL = "asa.talare@example.org"


@dataclass(frozen=True)
class Shown:
    """Talardagarna 2027, with Åsa Öberg, who opens it."""

    speaker: str
    session: str


async def _shown(db: Database) -> Shown:
    edition = await make_edition(
        db, "talardagarna", name="Talardagarna 2027", speaker_ticket_type="medverkande", contact_email="vi@example.org"
    )
    room = await make_room(db, edition)
    speaker = await make_speaker(db, edition, "Åsa Öberg", email=EMAIL)
    session = await make_session(
        db, edition, "Macken som aldrig stänger", room_id=room, wall_starts=wall(11, 9), speakers=[(speaker, "speaker")]
    )
    await make_ticket_type(db, edition, "medverkande", price=0, hidden=True)
    return Shown(speaker, session)


@pytest.fixture
def shown(server: Server) -> Shown:
    return server.db(_shown)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture that is blue above and red below."""
    path = tmp_path / "asa.jpg"
    picture = Image.new("RGB", (600, 1200), "#0000ff")
    picture.paste("#ff0000", (0, 600, 600, 1200))
    picture.save(path, quality=95)
    return path


def top_of_portrait(page: Page) -> list[int]:
    """The colour in the upper middle of the shown portrait."""
    colour: list[int] = page.locator("img.portrait").first.evaluate(
        """async (image) => {
            await image.decode();
            const canvas = document.createElement("canvas");
            canvas.width = canvas.height = 10;
            const context = canvas.getContext("2d");
            context.drawImage(image, 0, 0, 10, 10);
            return [...context.getImageData(5, 1, 1, 1).data].slice(0, 3).map((part) => (part > 128 ? 255 : 0));
        }"""
    )
    return colour


def test_from_the_invitation_to_the_public_page(
    shown: Shown,
    browser_page: BrowserPage,
    *,
    mailbox: Mailbox,
    sign_in: Callable[[Page, str], None],
    axe: Callable[[Page], None],
    photo: Path,
) -> None:
    office = browser_page(1280, 800)
    sign_in(office, OFFICE)
    axe(office)
    office.get_by_role("link", name="Bjud in 1 som inte är bjuden").click()
    expect(office.frame_locator("iframe").get_by_text("Hej Åsa Öberg!")).to_be_visible()
    axe(office)
    office.get_by_role("button", name="Skicka", exact=True).click()
    expect(office.locator(".notice-success")).to_have_text("Inbjudan är på väg.")
    expect(office.get_by_role("link", name="Bjuden, har inte svarat", exact=True)).to_be_visible()

    letter = text_of(mailbox.letter(EMAIL, "Inbjudan att medverka"), "plain")
    [own] = {link for link in links(letter) if "/speaking/" in link}
    phone = browser_page(360, 740)
    phone.goto(own)
    assert fits(phone)
    axe(phone)
    phone.get_by_label("Meddelande till arrangören").fill("Jag tar tåget.")
    phone.get_by_role("button", name="Ja, jag medverkar").click()
    expect(phone.get_by_role("heading", name="Du medverkar")).to_be_visible()
    expect(phone.get_by_role("link", name="Macken som aldrig stänger")).to_be_visible()
    expect(phone.get_by_role("link", name="Din biljett")).to_be_visible()
    thanks = mailbox.letter(EMAIL, "Tack för att du medverkar")
    assert [part.get_content_type() for part in thanks.iter_attachments()] == ["application/pdf"]

    phone.set_input_files("[name=portrait]", photo)
    square = phone.locator("portrait-crop canvas")
    expect(square).to_be_visible()
    assert fits(phone)
    axe(phone)
    square.focus()
    for _ in range(60):  # down to the lower edge of the picture
        phone.keyboard.press("ArrowDown")
    phone.get_by_role("button", name="Spara bilden").click()
    expect(phone.locator(".notice-success")).to_have_text("Bilden är sparad.")
    phone.get_by_label("Presentation").fill("Bor i **Koppom**.")
    phone.get_by_role("button", name="Visa hur presentationen blir").click()
    expect(phone.locator("#preview strong")).to_have_text("Koppom")
    phone.get_by_role("button", name="Spara", exact=True).click()
    expect(phone.locator(".notice-success")).to_have_text("Uppgifterna är sparade.")
    axe(phone)
    assert fits(phone)

    phone.goto(f"{PUBLIC}speakers/")
    phone.get_by_role("link", name="Åsa Öberg").click()
    expect(phone.get_by_text("Bor i Koppom.")).to_be_visible()
    assert top_of_portrait(phone) == [255, 0, 0]
    axe(phone)
    assert fits(phone)

    office.goto(f"{OFFICE}/{shown.speaker}/answer")
    expect(office.get_by_text("Jag tar tåget.")).to_be_visible()
    axe(office)


def test_a_speaker_without_scripts_can_do_it_all(browser_page: BrowserPage, server: Server, photo: Path) -> None:
    async def invited(db: Database) -> str:
        edition = await make_edition(db, "talardagarna", slug="2028", name="Talardagarna 2028")
        code = await make_speaker(db, edition, "Bo Lind", email="bo.talare@example.org")
        async with db.transaction():
            return (await invite(db, edition.id, [code], actor="anna@example.org"))[code]

    page = browser_page(360, 740, scripts=False)
    page.goto(f"/speaking/{server.db(invited)}/")
    page.set_input_files("[name=portrait]", photo)
    page.get_by_label("Nederst, eller längst till höger").check()
    page.get_by_role("button", name="Spara bilden").click()
    expect(page.locator(".notice-success")).to_have_text("Bilden är sparad.")
    page.get_by_role("button", name="Nej, jag kan inte").click()
    expect(page.get_by_role("heading", name="Du har tackat nej")).to_be_visible()
