"""Pictures of the demo for people to look at: screenshots/ (not kept in the repository), on a phone and on a desktop."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from os import environ
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from konferens.database import Database
from konferens.tables import orders
from tests.journeys.conftest import Launch
from tests.journeys.server import Server, running_server

FOLDER = Path(__file__).parents[2] / "screenshots"
EMAIL, PASSWORD = "admin@example.org", "en-ko-pa-taket"
PUBLIC = {
    "front": "/",
    "edition": "/lokalekonomidagarna/2027/",
    "programme": "/lokalekonomidagarna/2027/programme",
    "registration": "/lokalekonomidagarna/2027/register",
    "speakers": "/omstallningskonferensen/2027/speakers/",
}
OFFICE = {
    "orders": "/organiser/lokalekonomidagarna/2027/orders",
    "check-in": "/checkin/",
}


async def _order_page(db: Database) -> str:
    row = await db.fetch_one(select(orders.c.code, orders.c.secret).order_by(orders.c.id).limit(1))
    assert row is not None
    return f"/orders/{row.code}/{row.secret}/"


@pytest.fixture(scope="module")
def demo(assets: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the demo."""
    folder = tmp_path_factory.mktemp("demo")
    with running_server(folder) as server:
        settings = {**environ, "DATABASE_URL": server.database_url, "DATA_DIR": str(folder)}
        subprocess.run([sys.executable, "-m", "konferens", "demo"], env=settings, check=True, capture_output=True)
        yield server


@contextmanager
def _page(browser: Browser, server: Server, width: int, height: int) -> Iterator[Page]:
    page = browser.new_page(
        base_url=server.base_url,
        viewport={"width": width, "height": height},
        locale="sv-SE",
        reduced_motion="reduce",
    )
    yield page
    page.close()


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 800)])
def test_pictures(width: int, height: int, demo: Server, launch: Launch) -> None:
    FOLDER.mkdir(exist_ok=True)
    public = {**PUBLIC, "order": demo.db(_order_page)}
    with _page(launch(), demo, width, height) as page:
        for name, path in public.items():
            _picture(page, name, path, width)
        _sign_in(page)
        for name, path in OFFICE.items():
            _picture(page, name, path, width)


def _sign_in(page: Page) -> None:
    page.goto("/login")
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/organiser/**")


def _picture(page: Page, name: str, path: str, width: int) -> None:
    response = page.goto(path)
    assert response is not None
    assert response.status == 200, path
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.screenshot(path=FOLDER / f"{name}-{width}.png")


# (path, width and height of the window, scale, place): what the README shows at a glance
COLLAGE = (
    ("/", 1280, 800, 0.6, (20, 20)),
    ("/lokalekonomidagarna/2027/programme?day=2027-05-11", 1280, 800, 0.6, (808, 20)),
    ("/lokalekonomidagarna/2027/", 360, 760, 0.65, (20, 520)),
    ("/omstallningskonferensen/2027/programme?day=2027-09-25", 360, 760, 0.65, (274, 520)),
    ("/drivmedelskonferensen/2027/register", 360, 760, 0.65, (528, 520)),
    ("/organiser/lokalekonomidagarna/2027/orders", 1280, 988, 0.5, (782, 520)),
    ("/checkin/", 240, 822, 0.6, (1442, 520)),
)


def test_the_readme_s_picture(demo: Server, launch: Launch) -> None:
    """The main pages side by side: screenshots/konferens.webp."""
    FOLDER.mkdir(exist_ok=True)
    collage = Image.new("RGB", (1600, 1034), "#e4e3d8")
    with _page(launch(), demo, 1280, 800) as page:
        _sign_in(page)
        for path, width, height, scale, place in COLLAGE:
            page.set_viewport_size({"width": width, "height": height})
            page.goto(path)
            page.evaluate("document.fonts.ready")
            picture = Image.open(BytesIO(page.screenshot()))
            small = picture.resize((round(width * scale), round(height * scale)), Image.Resampling.LANCZOS)
            collage.paste(small, place)
    collage.save(FOLDER / "konferens.webp", quality=80, method=6)
