"""What journeys share: one server for the run, a real browser for each file, the accessibility check."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from konferens.accounts.actions import create_user
from konferens.accounts.model import Role
from konferens.database import Database
from tests.checkin.factories import make_list, make_type
from tests.conftest import missing
from tests.factories import make_edition, make_room, make_session, make_track
from tests.journeys.mailbox import Mailbox, running_mailbox
from tests.journeys.server import Server, running_server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CAMERA = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]

expect.set_options(timeout=15_000)  # what is expected comes at once, but for a machine with much else to do

EMAIL, PASSWORD = "anna@example.org", "ett långt lösenord"
"""The account of `server`; it may do everything."""

BrowserPage = Callable[..., Page]
Launch = Callable[..., Browser]


async def _small_event(db: Database) -> None:
    """Lokalekonomidagarna 2027: a room, a track, a session, a ticket type, a check-in list, and somebody to sign in."""
    edition = await make_edition(db, name="Lokalekonomidagarna 2027")
    await make_room(db, edition)
    await make_track(db, edition)
    await make_session(db, edition)
    await make_type(db, edition.id, "Medlem, båda dagarna")
    await make_list(db, edition.id, "Entré tisdag")
    await create_user(db, email=EMAIL, password=PASSWORD, role=Role.ADMIN, name="Anna Arrangör")


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    """Where the mail of `server` arrives."""
    with running_mailbox() as started:
        yield started


@pytest.fixture(scope="session")
def server(assets: None, mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A started server with a small event (`_small_event`), the same for all journeys: make what you change yourself."""
    with running_server(tmp_path_factory.mktemp("server"), SMTP_URL=mailbox.url) as started:
        started.db(_small_event)
        yield started


@pytest.fixture(scope="module")
def launch() -> Iterator[Launch]:
    """`launch(camera=None)`: a browser, where `camera` is a y4m file that the camera shows, over and over.

    One without such a file is the same for the whole file of tests: to start one takes longer than many a journey. Files
    don't share it, since no async test can run while it does.
    """
    if CHROMIUM is None:
        missing("there is no Chromium", "apt-get install chromium")
    with sync_playwright() as playwright:

        @cache
        def start(camera: Path | None = None) -> Browser:
            show = [f"--use-file-for-fake-video-capture={camera}"] if camera else []
            return playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *CAMERA, *show])

        yield start


@pytest.fixture
def browser_page(server: Server, launch: Launch) -> Iterator[BrowserPage]:
    """`browser_page(width, height, camera=None, scripts=True)`: a page with nothing kept from others, in Swedish.

    `camera` as for `launch`. `page.goto` takes paths of the server. A page's own script errors fail the test.
    """
    errors: list[str] = []
    with ExitStack() as stack:

        def open_page(
            width: int = 1280, height: int = 800, *, camera: Path | None = None, scripts: bool = True
        ) -> Page:
            context = launch(camera).new_context(
                base_url=server.base_url,
                viewport={"width": width, "height": height},
                locale="sv-SE",
                permissions=["camera"],
                java_script_enabled=scripts,
            )
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.on("pageerror", lambda error: errors.append(str(error)))
            return page

        yield open_page
    assert errors == []


@pytest.fixture
def sign_in() -> Callable[[Page, str], None]:
    """`sign_in(page, path)`: as `EMAIL`, arriving at `path`."""

    def run(page: Page, path: str) -> None:
        page.goto(f"/login?next={path}")
        page.fill("[name=email]", EMAIL)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(f"**{path}")

    return run


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)`: no violation of WCAG 2.2 A and AA, nor of axe's best practices, on the page as it stands.

    The page needs its scripts: where they are off, axe would never end.
    """
    if not AXE.exists():
        missing("axe-core isn't installed", "npm ci")
    source = AXE.read_text(encoding="utf-8")

    def run(page: Page) -> None:
        page.evaluate(source)
        violations = page.evaluate(
            """async () => {
                const passing = document.getAnimations().filter((one) => one.effect.getTiming().iterations !== Infinity);
                await Promise.allSettled(passing.map((one) => one.finished)); // half faded in, nothing has contrast
                return (await axe.run()).violations;
            }"""
        )
        told = [
            {"rule": one["id"], "help": one["help"], "nodes": [node["html"][:200] for node in one["nodes"]]}
            for one in violations
        ]
        assert told == [], json.dumps(told, indent=1, ensure_ascii=False)

    return run
