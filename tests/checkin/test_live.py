"""The page on which organisers follow check-in."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from konferens.accounts.model import Role
from konferens.checkin.actions import record_scans
from konferens.checkin.afterwards import undo
from konferens.checkin.live import curve_of, live_version, quarters_of
from konferens.checkin.model import Scan
from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from tests.browser import Browser
from tests.checkin.factories import make_list
from tests.factories import make_login, make_order, make_ticket_type

MOMENT = datetime(2027, 5, 11, 7, 14, 59, tzinfo=UTC)


def test_quarters_have_no_holes() -> None:
    moments = [MOMENT + timedelta(minutes=n) for n in (0, 0, 1, 50)]
    found = [(f"{each.starts_at:%H:%M}", each.admitted) for each in quarters_of(moments)]
    assert found == [("07:00", 2), ("07:15", 1), ("07:30", 0), ("07:45", 0), ("08:00", 1)]
    assert len(quarters_of([MOMENT, MOMENT + timedelta(days=1)])) == 40
    assert quarters_of([]) == ()


async def test_numbers_curve_scans_and_news(db: Database, edition: Edition, office: Browser) -> None:
    address = f"/organiser{edition.path}checkin-lists/live"
    assert "Det finns ingen lista än" in office.text(address)
    await make_ticket_type(db, edition)
    order = await make_order(db, edition, "ordinarie", "ordinarie")
    entrance = await make_list(db, edition.id, "Entrén")
    assert "Ingen har släppts in här än" in office.text(address)
    versions = [await live_version(db)]
    nonces = [str(uuid4()) for _ in order.tickets]
    sent = [Scan(each.token, nonce, now(), "Grind 1") for each, nonce in zip(order.tickets, nonces, strict=True)]
    await record_scans(db, entrance, sent, "device:Grind 1")
    versions.append(await live_version(db))
    await undo(db, entrance, nonces[1], actor="device:Grind 1")
    versions.append(await live_version(db))
    assert versions == sorted(set(versions))
    curve = await curve_of(db, entrance, edition.zone)
    assert curve is not None
    assert sum(each.admitted for each in curve.quarters) == 1
    page = office.text(f"{address}?list={entrance.id}&part=1")
    assert ["<html" in page, "av 2 har kommit" in page, "Grind 1" in page, "ångrad" in page] == [
        False,
        True,
        True,
        True,
    ]
    assert f"events?version={versions[-1]}" in office.text(address)
    stream = office.client.head(f"{address}/events")
    assert (stream.status_code, stream.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    staff = await make_login(db, Role.STAFF, edition, email="staff@example.org")
    office.client.cookies.set("login", staff)
    assert [office.get(address).status_code, office.client.head(f"{address}/events").status_code] == [403, 403]
