"""The page that tells how to subscribe."""

from starlette.testclient import TestClient

from konferens.database import Database
from konferens.events.model import Edition
from konferens.qr import qr_code
from tests.factories import make_room

PAGE = "/lokalekonomidagarna/2027/calendar"


async def test_every_calendar_has_its_way_in(db: Database, client: TestClient, edition: Edition) -> None:
    await make_room(db, edition, "Stora salen")
    page = client.get(PAGE).text
    feed = "testserver/lokalekonomidagarna/2027/calendar.ics"
    assert f'href="webcal://{feed}"' in page
    assert f"calendar.google.com/calendar/r?cid=webcal%3A%2F%2F{feed.replace('/', '%2F')}" in page
    assert page.count("addfromweb?url=http%3A%2F%2Ftestserver") == 2
    assert qr_code(f"webcal://{feed}").path in page
    assert 'href="/lokalekonomidagarna/2027/rooms/stora-salen.ics"' in page
