"""What machines read on pages is data to a real browser too: it runs nothing and breaks no rule of the CSP."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from konferens.database import Database
from tests.factories import make_edition, make_session, make_speaker, make_ticket_type, wall
from tests.journeys.conftest import BrowserPage
from tests.journeys.server import Server

PATH = "/oppnadata/2027/"
TITLE = "Så </script><script>window.ran = true</script><!-- <b>"
WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective + " " + event.blockedURI));
"""


async def _pages(db: Database) -> list[str]:
    """A conference with texts that try to get out; gives the addresses of its pages."""
    edition = await make_edition(db, "oppnadata", description=TITLE, venue_name=TITLE, tagline="Öppet")
    await make_ticket_type(db, edition)
    speaker = await make_speaker(db, edition, TITLE)
    session = await make_session(db, edition, TITLE, wall_starts=wall(11, 9), speakers=[(speaker, "speaker")])
    return [PATH, f"{PATH}programme", f"{PATH}sessions/{session}", f"{PATH}speakers/", f"{PATH}speakers/{speaker}"]


def test_linked_data_breaks_no_rule(server: Server, browser_page: BrowserPage) -> None:
    opened = browser_page()
    told: list[str] = []
    opened.on("console", lambda message: told.append(message.text))
    opened.add_init_script(WATCH)
    for path in server.db(_pages):
        opened.goto(f"{server.base_url}{path}")
        opened.wait_for_load_state("networkidle")
        graph = json.loads(opened.locator('script[type="application/ld+json"]').text_content() or "")["@graph"]
        assert graph[-1]["@type"] == "BreadcrumbList"
        assert opened.evaluate("[violations, window.ran]") == [[], None]
    assert told == []


def test_an_inline_script_would_break_one(server: Server, browser_page: BrowserPage) -> None:
    """The watch of the test above sees what it is there for."""
    opened = browser_page()
    opened.add_init_script(WATCH)
    opened.goto(server.base_url)
    opened.evaluate("document.head.append(Object.assign(document.createElement('script'), {textContent: 'ran = 1'}))")
    opened.wait_for_function("violations.length")
    assert opened.evaluate("[violations, window.ran]") == [["script-src-elem inline"], None]


async def _embedded(db: Database) -> str:
    edition = await make_edition(db, "inbaddad")
    for hour in range(9, 17):
        await make_session(db, edition, f"Klockan {hour}", wall_starts=wall(11, hour))
    await make_ticket_type(db, edition, name="Ordinarie")
    return edition.ref


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """A website of somebody else's, on another port: browsers don't let made-up answers load from this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=folder)) as website:
        Thread(target=website.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{website.server_port}/"
        finally:
            website.shutdown()


def test_another_website_shows_programme_and_tickets_as_high_as_they_are(
    server: Server, browser_page: BrowserPage, tmp_path: Path
) -> None:
    event = server.db(_embedded)
    script = f'<script src="{server.base_url}/embed.js" async></script>'
    elements = [f'<konferens-{what} event="{event}"></konferens-{what}>' for what in ("registration", "programme")]
    opened = browser_page()
    body = f"<!doctype html><title>Byn</title>{script.join(['', *elements])}"
    (tmp_path / "index.html").write_text(body)
    with _served(tmp_path) as address:
        opened.goto(address)
        for what, text in (("registration", "Ordinarie"), ("programme", "Klockan 16")):
            frame = opened.frame_locator(f"konferens-{what} iframe")
            frame.get_by_text(text).wait_for()
            own = frame.locator("html").evaluate("(page) => Math.ceil(page.getBoundingClientRect().height)")
            opened.wait_for_function(
                "([what, height]) => document.querySelector(`konferens-${what} iframe`).clientHeight === height",
                arg=[what, own],
            )
