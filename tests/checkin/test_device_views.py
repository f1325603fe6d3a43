"""Phones at the door in the office."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import select

from konferens.checkin.actions import record_scans
from konferens.checkin.devices import claim_device, devices_of
from konferens.checkin.model import Scan
from konferens.checkin.queries import find_list
from konferens.database import Database
from konferens.events.model import Edition
from konferens.qr import qr_code
from konferens.tables import devices
from tests.browser import Browser
from tests.checkin.factories import make_list, make_ticket, make_type
from tests.factories import make_edition

PAGE = "/organiser/lokalekonomidagarna/2027/devices"
SHOWN = re.compile(r"<code>(http://[^<]+/checkin/setup#(\w+))</code>")


async def test_a_phone_is_set_up_ended_and_never_shown_its_code_again(
    db: Database, edition: Edition, office: Browser
) -> None:
    entrance = await make_list(db, edition.id)
    typed = {"name": "Annas telefon", "lists": [str(entrance.id)], "last_day": "2027-05-12"}
    shown = office.post(PAGE, typed)
    [(address, code)] = SHOWN.findall(shown.text)
    assert (shown.headers["cache-control"], qr_code(address).path in shown.text) == ("no-store", True)
    assert "Väntar på koden" in office.visible(PAGE)
    await claim_device(db, code, address="127.0.0.1")
    assert "Klar att använda" in office.visible(PAGE)
    assert code not in str([dict(row._mapping) for row in await db.fetch_all(select(devices))])
    [device] = await devices_of(db, edition.id)
    assert device.expires_at.isoformat() == "2027-05-12T22:00:00+00:00"
    renewed = office.post(f"{PAGE}/{device.id}/code", {}, page=PAGE)
    assert SHOWN.findall(renewed.text) != [(address, code)]
    assert office.post(f"{PAGE}/{device.id}/end", {}, page=PAGE).status_code == 303
    assert "Avslutad" in office.visible(PAGE)
    assert office.post(f"{PAGE}/{device.id}/code", {}, page=PAGE).status_code == 303


async def test_what_is_wrong_is_told_and_nothing_typed_is_lost(db: Database, edition: Edition, office: Browser) -> None:
    await make_list(db, edition.id)
    answer = office.post(PAGE, {"name": "Grinden", "lists": [], "last_day": "2020-01-01"})
    assert answer.status_code == 422
    assert 'value="Grinden"' in answer.text
    assert ("Välj minst en lista." in answer.text, "Välj en dag som inte har varit." in answer.text) == (True, True)


async def test_another_conferences_phones_and_lists_are_not_found(
    db: Database, edition: Edition, office: Browser
) -> None:
    other = await make_edition(db, slug="2028")
    foreign = await make_list(db, other.id)
    await make_list(db, edition.id)
    await db.execute(
        devices.insert().values(
            edition_id=other.id,
            name="Annan",
            list_ids=[foreign.id],
            created_at=edition.created_at,
            created_by="",
            expires_at=other.ends_at,
        )
    )
    [device] = await devices_of(db, other.id)
    assert (await find_list(db, foreign.id)).edition_id == other.id
    assert office.post(f"{PAGE}/{device.id}/end", {}, page=PAGE).status_code == 404
    answer = office.post(PAGE, {"name": "Grinden", "lists": [str(foreign.id)], "last_day": "2027-05-12"})
    assert answer.status_code == 422


async def test_a_conflict_is_told_with_both_times_and_devices_or_with_its_reason(
    db: Database, edition: Edition, office: Browser
) -> None:
    entrance = await make_list(db, edition.id)
    kind = await make_type(db, edition.id)
    twice = await make_ticket(db, edition.id, kind, name="Åsa Öberg")
    cancelled = await make_ticket(db, edition.id, kind, name="Rut Berg", order_status="cancelled")
    at = datetime(2027, 5, 11, 7, 0, 5, tzinfo=UTC)
    came = [(twice, "Grind 1", at), (twice, "Grind 2", at + timedelta(seconds=7)), (cancelled, "Grind 2", at)]
    scans = [Scan(token, str(uuid4()), when, device, told="admitted") for token, device, when in came]
    await record_scans(db, entrance, scans, "system")
    page = office.visible(PAGE)
    assert "Åsa Öberg Entré 2027-05-11 09.00.12, Grind 2 Kom 2027-05-11 09.00.05, Grind 1 Har tittat" in page
    assert "Rut Berg Entré 2027-05-11 09.00.05, Grind 2 Avbokad Har tittat" in page
