"""What machines read on pages is data to a real browser too: it runs nothing and breaks no rule of the CSP."""

import json

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
