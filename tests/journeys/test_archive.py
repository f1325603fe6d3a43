"""An archive in a browser, from a folder: no server, no network."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from konferens.app import create_app
from konferens.archive.writing import write_archive
from konferens.database import Database
from konferens.settings import load_settings
from tests.archive.test_archive import make_past
from tests.journeys.conftest import BrowserPage
from tests.journeys.server import Server

Axe = Callable[[Page], None]


@pytest.fixture(scope="module")
def archive(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("usb") / "Mina konferenser" / "arkiv"
    folder.parent.mkdir()
    settings = load_settings({"DATABASE_URL": server.database_url, "BASE_URL": "http://testserver"})

    async def run(db: Database) -> None:
        edition = await make_past(db, "arkivdagarna")
        app = create_app(settings)
        await app.state.database.connect()
        await write_archive(app, edition.ref, folder)
        await app.state.database.disconnect()

    server.db(run)
    return folder


def test_it_opens_from_a_folder(browser_page: BrowserPage, axe: Axe, archive: Path) -> None:
    page = browser_page(360, 740)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("requestfailed", lambda request: said.append(f"{request.failure}: {request.url}"))
    for file in sorted(archive.rglob("*.html")):
        # The icon in the tab may still be on its way when the page has loaded.
        page.goto(file.as_uri(), wait_until="networkidle")
        assert page.evaluate("[...document.images].every(image => image.loading === 'lazy' || image.naturalWidth > 0)")
        assert page.evaluate("getComputedStyle(document.querySelector('.skip-link')).position") == "absolute"
    assert said == []
    page.goto((archive / "index.html").as_uri())
    assert page.evaluate("document.fonts.ready.then(() => [...document.fonts].some(font => font.status === 'loaded'))")
    page.click("text=Se programmet")
    page.click("text=onsdag 7 maj")
    expect(page.locator(".session-card")).to_have_count(2)
    page.click("text=Avslutning")
    page.click("h3 >> text=Åsa Öberg")
    expect(page.locator("h1")).to_have_text("Åsa Öberg")
    expect(page.locator("img.portrait")).to_have_js_property("naturalWidth", 480)
    assert said == []
    axe(page)  # last: it reads the stylesheets in a way that folders don't allow
