"""The public pages in a browser: on phones and desktops, with and without scripts, light and dark, for every eye."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from konferens.clock import now
from konferens.database import Database
from konferens.programme.model import wall_of
from tests.factories import make_edition, make_room, make_session, make_speaker, make_track, zone_at_noon
from tests.journeys.conftest import BrowserPage
from tests.journeys.server import Server

Axe = Callable[[Page], None]
EDITION = "/drivmedelskonferensen/2027/"
MANY = "/omstallningskonferensen/2027/"


def at(hour: int, minute: int = 0, *, day: int = 11) -> datetime:
    return datetime(2027, 5, day, hour, minute)  # noqa: DTZ001 - what the wall clock shows


async def _programmes(db: Database) -> dict[str, str]:
    """A conference with long words over two days, and one with nine rooms that goes on right now."""
    edition = await make_edition(
        db,
        "drivmedelskonferensen",
        name="Drivmedelskonferensen 2027",
        theme="drivmedel",
        tagline="Pumpen, stolpen och bygden",
        description="Vi möts för att **lära** av varandra.",
        venue_name="Folkets hus",
        venue_city="Karlstad",
        contact_email="drivmedelskonferensen@example.org",
    )
    rooms = [await make_room(db, edition, name) for name in ("Stora salen", "Kaféet")]
    track = await make_track(db, edition, "Energi", colour="#226688")
    person = await make_speaker(db, edition, "Åsa Öberg", biography="Driver en mack.")
    code = await make_session(
        db,
        edition,
        "Landsbygdsutvecklingsprogrammet efter drivmedelsomställningen",
        room_id=rooms[0],
        track_id=track,
        wall_starts=at(9),
        speakers=[(person, "speaker")],
        abstract="Om **biogas**.",
    )
    await make_session(db, edition, "Bank", room_id=rooms[1], wall_starts=at(9, 30), status="cancelled")
    await make_session(db, edition, "Lunch", type="meal", all_rooms=True, wall_starts=at(12))
    for number in range(3):
        await make_session(db, edition, f"Studiebesök {number}", type="visit", wall_starts=at(13))
    await make_session(db, edition, "Bageri", room_id=rooms[0], wall_starts=at(9, day=12))

    noon = zone_at_noon()
    today = wall_of(now(), ZoneInfo(noon)).replace(minute=0, second=0, microsecond=0)
    many = await make_edition(
        db,
        "omstallningskonferensen",
        name="Omställningskonferensen 2027",
        theme="omstallning",
        time_zone=noon,
        starts_on=today.date(),
        ends_on=(today + timedelta(days=1)).date(),
    )
    for number in range(9):
        room = await make_room(db, many, f"Rum {number}")
        for hour in range(-1, 5):
            starts = today + timedelta(hours=hour)
            await make_session(db, many, f"Pass {hour} i {number}", room_id=room, wall_starts=starts)
    return {"session": code, "speaker": person}


@pytest.fixture(scope="module")
def codes(server: Server) -> dict[str, str]:
    return server.db(_programmes)


@pytest.fixture
def pages(codes: dict[str, str]) -> list[str]:
    """Every kind of public page."""
    return [
        "/",
        "/drivmedelskonferensen/",
        EDITION,
        f"{EDITION}programme",
        f"{EDITION}programme?q=ingenting",
        f"{MANY}programme",
        f"{EDITION}sessions/{codes['session']}",
        f"{EDITION}speakers/",
        f"{EDITION}speakers/{codes['speaker']}",
        "/login",
        "/finns-inte/",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_is_accessible(
    width: int, scheme: str, pages: list[str], browser_page: BrowserPage, axe: Axe
) -> None:
    page = browser_page(width, 800)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    for path in pages:
        page.goto(path)
        axe(page)


@pytest.mark.parametrize("width", [320, 360, 640, 1024, 1280, 1920])
def test_no_page_scrolls_sideways(width: int, pages: list[str], browser_page: BrowserPage) -> None:
    page = browser_page(width, 800)
    for path in pages:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_long_names_stay_in_one_piece(width: int, codes: dict[str, str], browser_page: BrowserPage) -> None:
    """Each word of a title is on one line: its boxes are as many as its words at most."""
    page = browser_page(width, 800)
    for path, selector in (("/", ".poster-name a"), (EDITION, "h1"), (MANY, "h1")):
        page.goto(path)
        page.evaluate("document.fonts.ready")
        broken = page.evaluate(
            """selector => [...document.querySelectorAll(selector)].flatMap(title => {
                const text = title.firstChild, found = [];
                for (const word of text.data.matchAll(/\\S+/g)) {
                    const range = document.createRange();
                    range.setStart(text, word.index);
                    range.setEnd(text, word.index + word[0].length);
                    if (range.getClientRects().length > 1) found.push(word[0]);
                }
                return found;
            })""",
            selector,
        )
        assert broken == []


def test_phone_from_the_front_page_to_a_session(codes: dict[str, str], browser_page: BrowserPage) -> None:
    page = browser_page(360, 740)
    page.goto("/")
    page.get_by_role("link", name="Drivmedelskonferensen 2027").click()
    page.get_by_role("link", name="Se programmet").click()
    page.get_by_role("link", name="Landsbygdsutvecklingsprogrammet").click()
    expect(page.locator("h1")).to_contain_text("Landsbygdsutvecklingsprogrammet")
    expect(page.get_by_text("tisdag 11 maj kl.")).to_be_visible()
    page.get_by_role("link", name="Åsa Öberg").click()
    expect(page.locator("h1")).to_have_text("Åsa Öberg")


def test_targets_are_large_enough_for_thumbs(pages: list[str], browser_page: BrowserPage) -> None:
    """44 px for everything that is not a link in running text."""
    page = browser_page(360, 740)
    for path in pages:
        page.goto(path)
        small = page.evaluate(
            """() => [...document.querySelectorAll("header a, nav a, .button, button, input, select, footer a")]
                .filter(e => e.offsetParent && e.type !== "hidden")
                .filter(e => e.getBoundingClientRect().height < 44)
                .map(e => e.outerHTML.slice(0, 80))"""
        )
        assert small == [], path


def test_the_programme_narrows_as_one_types_and_the_address_follows(
    codes: dict[str, str], browser_page: BrowserPage
) -> None:
    page = browser_page()
    page.goto(f"{EDITION}programme")
    expect(page.get_by_role("button", name="Visa")).to_be_hidden()
    page.evaluate("window.stays = true")
    page.get_by_label("Sök i programmet").fill("biogas")
    expect(page.locator(".session-card")).to_have_count(1)
    expect(page.get_by_role("status")).to_contain_text("1 programpunkt")
    assert page.url.endswith("/programme?q=biogas")
    page.get_by_label("Sök i programmet").fill("")
    expect(page.locator(".session-card")).to_have_count(7)
    assert page.url.endswith("/programme")
    page.get_by_label("Rum").select_option("Kaféet")
    expect(page.locator(".session-card")).to_have_count(1)
    assert page.url.endswith("/programme?room=kafeet")
    assert page.evaluate("window.stays") is True
    page.get_by_role("link", name="onsdag 12 maj").click()
    expect(page.get_by_text("Inget i programmet stämmer")).to_be_visible()
    assert page.url.endswith("/programme?day=2027-05-12&room=kafeet")


def test_the_programme_narrows_without_scripts(codes: dict[str, str], browser_page: BrowserPage) -> None:
    page = browser_page(scripts=False)
    page.goto(f"{EDITION}programme")
    page.get_by_label("Sök i programmet").fill("biogas")
    page.get_by_role("button", name="Visa").click()
    expect(page.locator(".session-card")).to_have_count(1)
    page.get_by_role("link", name="Visa hela programmet").click()
    expect(page.locator(".session-card")).to_have_count(7)


def test_what_goes_on_now_is_marked_and_a_click_away(codes: dict[str, str], browser_page: BrowserPage) -> None:
    page = browser_page()
    page.goto(f"{MANY}programme")
    expect(page.locator(".session-now")).to_have_count(9)
    expect(page.locator(".badge-now").first).to_have_text("Pågår nu")
    page.get_by_role("link", name="Till det som pågår nu").click()
    expect(page.locator("#now")).to_be_in_viewport()
    page.goto(f"{EDITION}programme")
    expect(page.get_by_role("link", name="Till det som pågår nu")).to_be_hidden()


def test_rooms_and_times_stay_in_sight_in_a_wide_programme(codes: dict[str, str], browser_page: BrowserPage) -> None:
    page = browser_page(1280, 700)
    page.goto(f"{MANY}programme")
    window = page.locator(".programme-scroll").first
    window.evaluate("element => element.scrollTo(400, 150)")
    frame = window.bounding_box()
    corner = window.locator("tbody th").nth(1).bounding_box()
    room = window.locator("thead th").nth(5).bounding_box()
    assert frame is not None
    assert corner is not None
    assert room is not None
    assert (round(corner["x"]), round(room["y"])) == (round(frame["x"]), round(frame["y"]))


def test_cards_in_one_cell_stand_under_each_other(codes: dict[str, str], browser_page: BrowserPage) -> None:
    page = browser_page()
    page.goto(f"{EDITION}programme")
    boxes = page.evaluate(
        """() => [...document.querySelectorAll(".session-card")].map(card => {
            const own = card.getBoundingClientRect(), cell = card.closest("td").getBoundingClientRect();
            return own.bottom <= cell.bottom + 1 && own.top >= cell.top - 1;
        })"""
    )
    assert boxes == [True] * 7


def test_the_keyboard_reaches_everything_in_sight(codes: dict[str, str], browser_page: BrowserPage) -> None:
    """Tab from the first link to the last; each one that has focus is shown, not behind a bar that stays."""
    page = browser_page(1280, 800)
    page.goto(f"{EDITION}programme")
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        told = page.evaluate(
            """() => {
                const e = document.activeElement;
                if (e === document.body) return null;
                const box = e.getBoundingClientRect();
                const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
                return [e.textContent.trim() || e.name, top === e || e.contains(top) || top?.contains(e)];
            }"""
        )
        if told is None:
            break
        seen.append(told)
    assert seen[0] == ["Till innehållet", True]
    assert [name for name, shown in seen if not shown] == []
    assert "Bageri" in [name for name, _ in seen]


def test_the_programme_on_paper(codes: dict[str, str], browser_page: BrowserPage, tmp_path: Path) -> None:
    page = browser_page()
    page.goto(f"{EDITION}programme")
    page.emulate_media(media="print")
    for hidden in (".site-header", ".filters", ".site-footer"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.get_by_text("Bageri")).to_be_visible()
    pdf = page.pdf(path=str(tmp_path / "programme.pdf"), format="A4")
    assert pdf.count(b"/Type /Page\n") == 2  # a day each
