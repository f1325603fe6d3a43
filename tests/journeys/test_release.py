"""From a draft that only the office sees to a new version: pages, calendars and mails follow."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.request import urlopen

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from konferens.database import Database
from konferens.programme.queries import find_session
from konferens.signups.actions import take_session_seats
from tests.factories import make_edition, make_order, make_room, make_session, make_speaker, make_ticket_type, wall
from tests.journeys.conftest import BrowserPage
from tests.journeys.mailbox import Mailbox
from tests.journeys.server import Server
from tests.journeys.test_register import fits

OFFICE, PUBLIC = "/organiser/ullmassan/2027/", "/ullmassan/2027/"


@dataclass(frozen=True)
class Shown:
    """Ullmässan 2027: a session that an attendee has chosen, and the attendee's feed."""

    session: str
    feed: str


async def _shown(db: Database) -> Shown:
    edition = await make_edition(db, "ullmassan", name="Ullmässan 2027")
    await make_room(db, edition)
    room = await make_room(db, edition, "Logen")
    tova = await make_speaker(db, edition, "Tova Ull", email="tova@example.org")
    code = await make_session(
        db, edition, "Spinn en tråd", room_id=room, wall_starts=wall(11, 9), speakers=[(tova, "speaker")]
    )
    await make_ticket_type(db, edition, "medlem")
    order = await make_order(db, edition, "medlem")
    session = await find_session(db, edition.id, code)
    async with db.transaction():
        await take_session_seats(db, edition.id, {session.id: [order.tickets[0].id]})
    return Shown(code, f"/my/{order.tickets[0].calendar_token}/calendar.ics")


@pytest.fixture(scope="module")
def shown(server: Server) -> Shown:
    return server.db(_shown)


@dataclass(frozen=True)
class Entry:
    """The session as a calendar has it."""

    uid: str
    title: str
    place: str
    sequence: int


def entry(server: Server, path: str) -> Entry:
    """The session in a calendar feed."""
    with urlopen(server.base_url + path) as answer:  # noqa: S310 - our own server
        events = Calendar.from_ical(answer.read()).events
    [found] = [
        Entry(str(event["UID"]), title, str(event["LOCATION"]).split(",")[0], int(str(event["SEQUENCE"])))
        for event in events
        if (title := str(event["SUMMARY"])).startswith("Spinn")
    ]
    return found


def press(page: Page, button: str) -> None:
    """Send the form, and see that it was taken."""
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".notice-success")).to_be_visible()


def test_a_draft_becomes_a_version(
    *,
    browser_page: BrowserPage,
    server: Server,
    mailbox: Mailbox,
    shown: Shown,
    sign_in: Callable[[Page, str], None],
    axe: Callable[[Page], None],
) -> None:
    office = browser_page(360, 740)
    sign_in(office, f"{OFFICE}releases")
    axe(office)
    fits(office)
    press(office, "Släpp versionen")
    before = entry(server, shown.feed)

    office.goto(f"{OFFICE}sessions/{shown.session}")
    office.locator("#title").fill("Spinn två trådar")
    office.locator("#room").select_option(label="Stora salen")
    press(office, "Spara")
    visitor = browser_page()
    visitor.goto(f"{PUBLIC}programme")
    expect(visitor.get_by_role("main")).to_contain_text("Spinn en tråd")
    assert entry(server, shown.feed) == before

    office.goto(f"{OFFICE}sessions")
    expect(office.locator(".session-row-state")).to_contain_text("Utkast")
    office.get_by_role("link", name="Granska och släpp").click()
    expect(office.locator(".change-row")).to_contain_text("Logen → Stora salen")
    for folded in ("1 deltagare", "Mejlet till deltagare", "Mejlet till medverkande"):
        office.get_by_text(folded, exact=True).click()
    axe(office)
    fits(office)
    office.locator("#note").fill("Nu blir det **två** trådar.")
    press(office, "Släpp versionen")

    visitor.reload()
    expect(visitor.get_by_role("main")).to_contain_text("Spinn två trådar")
    visitor.get_by_role("link", name="Version 1.1 – vad är ändrat?").click()
    expect(visitor.locator(".release").first).to_contain_text("Nu blir det två trådar.")
    expect(visitor.locator(".change-row")).to_contain_text("Spinn en tråd → Spinn två trådar")
    axe(visitor)
    fits(visitor)
    for feed in (shown.feed, f"{PUBLIC}calendar.ics"):
        assert entry(server, feed) == Entry(before.uid, "Spinn två trådar", "Stora salen", before.sequence + 1)
    to_speaker = mailbox.letter("tova@example.org", "Ditt program är ändrat").get_body(("plain",))
    to_attendee = mailbox.letter("deltagare1@example.org", "Programmet är ändrat: Ullm").get_body(("plain",))
    for letter in (to_speaker, to_attendee):
        assert letter is not None
        text = " ".join(letter.get_content().split())
        assert "Spinn två trådar. Titel: Spinn en tråd → Spinn två trådar. Rum: Logen → Stora salen." in text
        assert "Nu blir det två trådar." in text
