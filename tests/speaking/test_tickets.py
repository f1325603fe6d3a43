"""Tickets that speakers get for nothing."""

import re

from sqlalchemy import select, update
from starlette.testclient import TestClient

from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.registration.actions import Attendee
from konferens.registration.model import Buyer, TicketRequest
from konferens.registration.queries import order_by_id
from konferens.registration.transfers import transfer
from konferens.speaking.tickets import give_tickets
from konferens.tables import editions, orders, tickets
from tests.browser import Browser
from tests.factories import (
    ACTOR,
    make_order,
    make_quota,
    make_speaker,
    make_ticket_type,
)
from tests.speaking.factories import BASE_URL, OFFICE, invited, letters


async def test_who_confirms_gets_the_editions_ticket_once(
    db: Database, edition: Edition, office: Browser, client: TestClient
) -> None:
    await make_ticket_type(db, edition, "medverkande", price=0, hidden=True)
    await make_ticket_type(db, edition)
    code = await make_speaker(db, edition, email="asa@example.org", organisation="Macken")
    page = OFFICE
    assert re.findall(r'<option value="(\w*)"', office.text(page)) == ["", "medverkande"]
    office.post(f"{OFFICE}/ticket-type", {"type": "medverkande"}, page=page)
    edition = await edition_by_id(db, edition.id)
    [path] = await invited(db, edition, code)
    own = Browser(client)
    for answer in ("yes", "no", "yes"):
        own.post(f"{path}answer", {"answer": answer}, page=path)
    [ticket] = await db.fetch_all(select(tickets))
    assert (ticket.attendee_name, ticket.attendee_email, ticket.attendee_organisation, ticket.price) == (
        "Åsa Öberg",
        "asa@example.org",
        "Macken",
        0,
    )
    first, second = await letters(db, "speaker_confirmed")
    assert (first.attachments, first.ticket_id, second.attachments) == (["tickets.pdf"], ticket.id, [])
    assert await letters(db, "order_confirmation") == []
    assert f'href="/tickets/{ticket.secret}/"' in own.text(path)
    order = await db.fetch_val(select(orders.c.code))
    assert f"Bokning {order}" in office.visible(f"{OFFICE}/{code}/answer")


async def test_the_office_gives_tickets_while_there_are_seats(db: Database, edition: Edition, office: Browser) -> None:
    quota = await make_quota(db, edition, 1)
    await make_ticket_type(db, edition, "medverkande", price=0, quota=quota)
    await make_ticket_type(db, edition, "fri", price=0)
    await db.execute(update(editions).values(speaker_ticket_type="medverkande"))
    edition = await edition_by_id(db, edition.id)
    names = ("Anna", "Bo")
    codes = [await make_speaker(db, edition, name, email=f"{name}@example.org") for name in names]
    for code in codes:
        office.post(f"{OFFICE}/{code}/answer", {"status": "confirmed"})
    response = office.post(f"{OFFICE}/tickets", {}, page=OFFICE)
    assert (response.status_code, "Platserna räckte inte." in response.text) == (409, True)
    assert await db.fetch_all(select(tickets)) == []
    assert office.post(f"{OFFICE}/{codes[0]}/ticket", {}, page=f"{OFFICE}/{codes[0]}/answer").status_code == 303
    assert [row.attendee_name for row in await db.fetch_all(select(tickets))] == ["Anna"]
    assert len(await letters(db, "order_confirmation")) == 1
    # Somebody who has a ticket by themselves needs no second one.
    await make_order(
        db, edition, buyer=Buyer("Bo", "bo@example.org"), tickets=(TicketRequest("fri", "Bo", "Bo@example.org"),)
    )
    assert await give_tickets(db, edition, codes, language="sv", actor=ACTOR, base_url=BASE_URL) == []
    assert len(await db.fetch_all(select(tickets))) == 2


async def test_no_speaker_opens_an_attendee_s_ticket_by_calling_themselves_so(
    db: Database, edition: Edition, office: Browser, client: TestClient
) -> None:
    await make_ticket_type(db, edition)
    await make_ticket_type(db, edition, "medverkande", price=0)
    await db.execute(update(editions).values(speaker_ticket_type="medverkande"))
    cia = TicketRequest("ordinarie", "Cia Ek", "cia@example.org")
    order = await make_order(db, edition, tickets=(cia,))
    code = await make_speaker(db, edition, "Bo Lind", email="bo@example.org")
    [path] = await invited(db, edition, code)
    own = Browser(client)
    own.post(path, own.form(path, action=path) | {"name": cia.name, "email": cia.email})
    own.post(f"{path}answer", {"answer": "yes"}, page=path)
    assert len(await db.fetch_all(select(tickets))) == 1  # it is taken for theirs, and none is given
    assert f"Bokning {order.code}" in office.visible(f"{OFFICE}/{code}/answer")
    assert "/tickets/" not in own.text(path)


async def test_a_ticket_that_was_given_away_is_no_longer_the_speaker_s(
    db: Database, edition: Edition, client: TestClient
) -> None:
    await make_ticket_type(db, edition, "medverkande", price=0)
    await db.execute(update(editions).values(speaker_ticket_type="medverkande"))
    edition = await edition_by_id(db, edition.id)
    code = await make_speaker(db, edition, email="asa@example.org")
    [path] = await invited(db, edition, code)
    own = Browser(client)
    own.post(f"{path}answer", {"answer": "yes"}, page=path)
    assert "/tickets/" in own.text(path)
    order = await order_by_id(db, await db.fetch_val(select(orders.c.id)))
    cia = Attendee("Cia Ek", "cia@example.org", "")
    await transfer(db, edition, order, 1, cia, actor=ACTOR, base_url=BASE_URL)
    assert "/tickets/" not in own.text(path)
    own.post(f"{path}answer", {"answer": "yes"}, page=path)
    assert len(await db.fetch_all(select(tickets))) == 1
