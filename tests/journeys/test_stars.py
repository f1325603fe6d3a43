"""Finding, starring and judging sessions in a browser: without an account, on a phone, with the keyboard."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from konferens.clock import now
from konferens.database import Database
from konferens.events.queries import find_edition
from konferens.programme.model import wall_of
from konferens.programme.queries import chosen_sessions, find_session
from konferens.tables import session_feedback
from tests.factories import (
    make_edition,
    make_order,
    make_room,
    make_session,
    make_speaker,
    make_ticket_type,
    zone_at_noon,
)
from tests.feedback.factories import answer
from tests.journeys.conftest import BrowserPage
from tests.journeys.server import Server

Axe = Callable[[Page], None]
EDITION = "/stjarndagarna/2027/"
PICTURES = os.environ.get("PICTURES")
"""A folder for pictures of the pages on the way, to be looked at."""


async def _programme(db: Database) -> dict[str, str]:
    """Today: a talk that has ended, and two at the same time and one after them, and an attendee."""
    noon = zone_at_noon()
    today = wall_of(now(), ZoneInfo(noon)).replace(minute=0, second=0, microsecond=0)
    edition = await make_edition(
        db,
        "stjarndagarna",
        name="Stjärndagarna 2027",
        theme="lokalekonomi",
        time_zone=noon,
        starts_on=today.date(),
        ends_on=(today + timedelta(days=1)).date(),
    )
    await make_ticket_type(db, edition)
    halls = [await make_room(db, edition, name) for name in ("Stora salen", "Kaféet")]
    asa = await make_speaker(db, edition, "Åsa Öberg", organisation="Bymackarna", biography="Driver en lanthandel.")
    made = {}
    for name, room, hours, values in (
        ("Så startar du en mack", 0, -3, {"speakers": [(asa, "speaker")], "abstract": "Från idé till invigning."}),
        ("Kommunens roll på landsbygden", 0, 2, {"abstract": "Vad gör kommuner för **butiker** och mackar?"}),
        ("Andelsjordbruk i praktiken", 1, 2, {}),
        ("Besök på bygdemacken", 1, 4, {"type": "visit", "signup": True, "capacity": 20}),
    ):
        made[name.split()[0]] = await make_session(
            db, edition, name, room_id=halls[room], wall_starts=today + timedelta(hours=hours), **values
        )
    order = await make_order(db, edition)
    return {**made, "own": order.tickets[0].own_path, "ticket": str(order.tickets[0].id)}


@pytest.fixture(scope="module")
def made(server: Server) -> dict[str, str]:
    return server.db(_programme)


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def test_one_searches_from_the_header_as_one_types(browser_page: BrowserPage, made: dict[str, str], axe: Axe) -> None:
    page = browser_page(360, 740)
    page.goto(EDITION)
    page.get_by_role("link", name="Sök", exact=True).click()
    picture(page, "search-empty")
    axe(page)
    page.get_by_label("Ämne, namn, rum …").press_sequentially("mackar")
    expect(page.get_by_role("status")).to_have_text("4 träffar på ”mackar”")
    expect(page.locator("mark", has_text="Bymackarna")).to_be_visible()
    picture(page, "search-phone")
    axe(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    picture(page, "search-wide")


def test_stars_are_kept_in_the_browser_and_become_a_programme(
    server: Server, browser_page: BrowserPage, made: dict[str, str], axe: Axe
) -> None:
    page = browser_page(360, 740)
    page.goto(f"{EDITION}programme")
    star = page.get_by_role("button", name="Stjärnmärk: Andelsjordbruk i praktiken")
    expect(star).to_have_attribute("aria-pressed", "false")
    box = star.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    star.focus()
    page.keyboard.press("Space")
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("link", name="★ Mitt program (1)")).to_be_visible()
    picture(page, "programme-phone")
    axe(page)

    page.goto(f"{EDITION}sessions/{made['Besök']}")
    page.get_by_role("button", name="Stjärnmärk", exact=True).click()
    expect(page.get_by_role("button", name="Stjärnmärkt", exact=True)).to_be_visible()
    expect(page.get_by_text("En stjärna är ingen plats.")).to_be_visible()
    picture(page, "session-phone")
    axe(page)
    page.goto(f"{EDITION}programme?q=kommun")
    page.get_by_role("button", name="Stjärnmärk: Kommunens roll på landsbygden").click()
    page.get_by_role("link", name="★ Mitt program (3)").click()

    mine = page.get_by_role("region", name="Mitt program")
    expect(mine.get_by_role("heading", level=3)).to_contain_text(["Kommunens", "Andelsjordbruk", "Besök"])
    expect(mine.get_by_text("Samtidigt: Andelsjordbruk i praktiken")).to_be_visible()
    expect(page.get_by_label("Sök i programmet")).to_be_hidden()
    picture(page, "mine-phone")
    axe(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    picture(page, "mine-wide")

    # The ticket's page keeps them, and is found again from here where its owner wants that.
    page.goto(made["own"])
    expect(page.get_by_text("Stjärnmärkt men inte i biljetten: 3")).to_be_visible()
    page.get_by_label("Kom ihåg min biljett").check()
    picture(page, "own-wide")
    axe(page)
    page.goto(f"{EDITION}programme#mine")
    page.get_by_role("link", name="Spara i min biljett").click()
    page.get_by_role("button", name="Spara stjärnorna i min biljett").click()
    expect(page.get_by_text("Stjärnorna är sparade i ditt program.")).to_be_visible()
    expect(page.get_by_text("Stjärnmärkt men inte i biljetten: 1")).to_be_visible()  # one signs up for it

    async def kept(db: Database) -> list[str]:
        return [session.code for session in await chosen_sessions(db, int(made["ticket"]))]

    assert sorted(server.db(kept)) == sorted([made["Kommunens"], made["Andelsjordbruk"]])
    assert page.context.cookies() == []


def test_without_scripts_there_are_no_stars(browser_page: BrowserPage, made: dict[str, str]) -> None:
    page = browser_page(360, 740, scripts=False)
    page.goto(f"{EDITION}programme")
    expect(page.get_by_text("Mitt program")).to_have_count(0)
    expect(page.get_by_role("button")).to_have_count(3)  # the filter's and the languages'


def test_a_session_is_judged_when_it_has_ended(
    server: Server,
    browser_page: BrowserPage,
    made: dict[str, str],
    axe: Axe,
    sign_in: Callable[[Page, str], None],
) -> None:
    page = browser_page(360, 740)
    page.goto(f"{EDITION}now")
    page.get_by_role("link", name="Tyck till om det som varit").click()
    axe(page)
    page.get_by_role("link", name="Så startar du en mack").click()
    page.goto(f"{EDITION}sessions/{made['Så']}")
    page.get_by_role("link", name="Vad tyckte du?").click()
    page.get_by_role("button", name="Skicka").click()
    expect(page.get_by_role("alert")).to_contain_text("Välj hur bra det var.")
    axe(page)
    page.get_by_label("Mycket bra").check()
    page.get_by_label("Något att tillägga?").fill("Jag vill starta en mack!")
    picture(page, "feedback-phone")
    page.get_by_role("button", name="Skicka").click()
    expect(page.get_by_role("status")).to_contain_text("Tack! Ditt svar är sparat.")
    axe(page)

    async def answers(db: Database) -> list[tuple[int, str]]:
        rows = await db.fetch_all(select(session_feedback.c.rating, session_feedback.c.comment))
        return [(row.rating, row.comment) for row in rows]

    assert server.db(answers) == [(5, "Jag vill starta en mack!")]

    async def two_more(db: Database) -> None:
        edition = await find_edition(db, "stjarndagarna", "2027", published_only=True)
        await answer(db, edition, await find_session(db, edition.id, made["Så"]), (4, "Bra"), (3, ""))

    server.db(two_more)
    sign_in(page, f"/organiser{EDITION}feedback")
    expect(page.get_by_text("4,0")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Dölj för medverkande").first.click()
    expect(page.get_by_text("Dold för dem som medverkade.")).to_be_visible()
