"""What lets a phone keep a ticket: headers of its pages, the worker, the manifest."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from konferens.attendee.offline_views import KEPT_AFTER
from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.registration.changes import cancel_order
from konferens.registration.model import Order, Ticket
from konferens.tables import editions
from tests.attendee.test_self_service import BASE_URL
from tests.factories import ACTOR, make_edition, make_order, make_ticket_type

NEVER = "Thu, 01 Jan 1970 00:00:00 GMT"


async def ticket_of(db: Database, edition: Edition) -> tuple[Order, Ticket]:
    await make_ticket_type(db, edition)
    order = await make_order(db, edition)
    return order, order.tickets[0]


def offline(client: TestClient, path: str) -> dict[str, str]:
    headers = client.get(path).headers
    return {name: value for name, value in headers.items() if name.startswith("offline-")}


async def test_a_ticket_may_be_kept_until_two_weeks_after_the_conference(client: TestClient, db: Database) -> None:
    _, ticket = await ticket_of(db, await make_edition(db))  # 11–12 May 2027
    assert offline(client, ticket.path) == {"offline-until": "Wed, 26 May 2027 22:00:00 GMT"}
    assert offline(client, ticket.own_path) == {"offline-copy": ticket.path}
    assert client.get(ticket.path).headers["cache-control"] == "no-store"  # by the worker, and by nobody on the way


async def test_a_cancelled_ticket_is_forgotten(client: TestClient, db: Database) -> None:
    edition = await make_edition(db)
    order, ticket = await ticket_of(db, edition)
    await cancel_order(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    for path in (ticket.path, ticket.own_path):
        assert offline(client, path) == {"offline-until": NEVER}
        assert "kept-ticket" not in client.get(path).text
        assert client.get(f"{path.rstrip('/')}/manifest.webmanifest").status_code == 404


async def test_a_conference_that_is_long_over_is_forgotten(client: TestClient, db: Database) -> None:
    edition = await make_edition(db)
    _, ticket = await ticket_of(db, edition)
    last = (now() - KEPT_AFTER - timedelta(days=2)).date()
    await db.execute(update(editions).values(starts_on=last, ends_on=last).where(editions.c.id == edition.id))
    for path in (ticket.path, ticket.own_path):
        assert offline(client, path) == {"offline-until": NEVER}
        assert "kept-ticket" not in client.get(path).text


@pytest.mark.parametrize("path", ["/t/worker.js", "/tickets/worker.js"])
def test_the_worker_rules_over_one_kind_of_page_only(client: TestClient, path: str) -> None:
    worker = client.get(path)
    assert worker.headers["content-type"] == "text/javascript; charset=utf-8"
    assert worker.headers["cache-control"] == "no-cache"
    assert "service-worker-allowed" not in worker.headers
    assert "set-cookie" not in worker.headers
    assert "Offline-Until" in worker.text


async def test_the_icon_on_the_home_screen_opens_the_ticket(client: TestClient, db: Database) -> None:
    _, ticket = await ticket_of(db, await make_edition(db))
    for path in (ticket.path, ticket.own_path):
        address = f"{path.rstrip('/')}/manifest.webmanifest"
        assert f'<link rel="manifest" href="{address}">' in client.get(path).text
        manifest = client.get(address)
        assert manifest.headers["content-type"] == "application/manifest+json"
        assert manifest.headers["cache-control"] == "no-store"
        assert (manifest.json()["start_url"], manifest.json()["scope"]) == (path, path)
        assert [client.get(icon["src"]).status_code for icon in manifest.json()["icons"]] == [200, 200]
