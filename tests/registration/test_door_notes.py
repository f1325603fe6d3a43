"""What organisers tell the door of somebody."""

from datetime import datetime

from sqlalchemy import select, update

from konferens.checkin.guest_queries import delta
from konferens.database import Database
from konferens.events.model import Edition
from konferens.privacy.purging import purge
from konferens.registration.door_notes import notes_of, save_note
from konferens.tables import audit, editions, tickets
from tests.browser import Browser
from tests.checkin.factories import make_list
from tests.factories import make_order, make_ticket_type

ORDERS = "/organiser/lokalekonomidagarna/2027/orders"


async def test_the_door_gets_the_note_with_its_next_look(db: Database, edition: Edition, office: Browser) -> None:
    await make_ticket_type(db, edition)
    order = await make_order(db, edition, "ordinarie", "ordinarie", source="organiser")
    entrance = await make_list(db, edition.id)
    before = await delta(db, entrance, "")
    page = f"{ORDERS}/{order.code}"
    answer = office.post(f"{page}/tickets/2/note", {"note": "  Behöver\nramp "}, page=page)
    assert (answer.status_code, "Till dörren: Behöver ramp" in office.visible(page)) == (303, True)
    changed = (await delta(db, entrance, before.cursor)).items
    assert [(each.guest.name, each.guest.note) for each in changed] == [("Deltagare 2", "Behöver ramp")]
    assert "ramp" not in str([row.after for row in await db.fetch_all(select(audit.c.after))])
    assert office.post(f"{page}/tickets/2/note", {}, page=page).status_code == 303
    assert await notes_of(db, order.id) == {}
    assert office.post(f"{page}/tickets/3/note", {"note": "x"}, page=page).status_code == 404


async def test_notes_go_with_the_sensitive_answers(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    order = await make_order(db, edition, "ordinarie", "ordinarie", source="organiser")
    for position in (1, 2):
        await save_note(db, order, position, "VIP", actor="anna@example.org")
    await db.execute(update(editions).values(sensitive_days=30, personal_days=90))
    entrance = await make_list(db, edition.id)
    before = await delta(db, entrance, "")
    await purge(db, datetime(2027, 6, 11, 12, tzinfo=edition.zone))
    assert await notes_of(db, order.id) == {1: "VIP", 2: "VIP"}
    await purge(db, datetime(2027, 6, 12, 12, tzinfo=edition.zone))
    assert await notes_of(db, order.id) == {}
    assert len((await delta(db, entrance, before.cursor)).items) == 2
    changes = [row.change for row in await db.fetch_all(select(tickets.c.change))]
    assert len(set(changes)) == 2
