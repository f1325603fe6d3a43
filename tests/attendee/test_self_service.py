"""What the buyer changes alone: cancelling by the terms, adding people and add-ons, giving tickets away, mail again."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.mail.queries import mails_of_order
from konferens.registration.actions import mark_paid
from konferens.registration.model import Order, OrderStatus, TicketRequest
from konferens.registration.queries import order_by_id
from konferens.tables import editions, mail_outbox
from tests.attendee.test_views import token
from tests.factories import ACTOR, make_addon, make_edition, make_order, make_quota, make_ticket_type

BASE_URL = "http://testserver"


@pytest.fixture
async def edition(db: Database) -> Edition:
    edition = await make_edition(
        db, contact_email="info@example.org", cancel_free_until=date(2026, 1, 1), cancel_keep_percent=40
    )
    await make_ticket_type(db, edition, quota=await make_quota(db, edition, 4))
    await make_addon(db, edition, quota=await make_quota(db, edition, 2, "Middag"))
    return edition


@pytest.fixture
async def order(db: Database, edition: Edition) -> Order:
    """Two tickets with dinner, paid."""
    asked = tuple(TicketRequest("ordinarie", f"Deltagare {n}", f"d{n}@example.org", addons=("middag",)) for n in (1, 2))
    placed = await make_order(db, edition, tickets=asked)
    return await mark_paid(db, edition, placed, actor=ACTOR, base_url=BASE_URL)


def post(client: TestClient, page: str, data: dict[str, Any] | None = None, *, path: str = "") -> tuple[int, str]:
    """(status, where it leads) of the form at `page`, sent to `path`."""
    filled = {"csrf_token": token(client.get(page)), **(data or {})}
    response = client.post(path or page, data=filled)
    return response.status_code, response.headers.get("location", "")


async def kinds(db: Database, order: Order) -> list[str]:
    return [mail.kind for mail in await mails_of_order(db, order.id)]


async def test_a_ticket_is_cancelled_when_it_is_known_what_it_costs(
    client: TestClient, db: Database, order: Order
) -> None:
    url = f"{order.path}tickets/1/cancel"
    page = client.get(url).text
    amounts = re.findall(r"<dd><strong>([\d\u00a0 ]+)\u00a0kr", page)
    assert amounts == ["658", "987", "987"]  # 40 % of 1 645 is kept, the rest comes back
    assert post(client, url, {"keep": "40"}) == (303, f"{order.path}?done=cancelled")
    changed = await order_by_id(db, order.id)
    assert [ticket.status for ticket in changed.tickets] == ["cancelled", "valid"]
    assert changed.balance == -98_700
    assert "987\u00a0kr ska betalas tillbaka" in client.get(order.path).text
    assert client.get(url).status_code == 404
    assert post(client, f"{order.path}tickets/2/cancel", {"keep": "40"}, path=url) == (303, order.path)
    assert await order_by_id(db, order.id) == changed


async def test_dearer_terms_than_were_told_are_told_first(client: TestClient, db: Database, order: Order) -> None:
    url = f"{order.path}tickets/1/cancel"
    assert post(client, url, {"keep": "0"}) == (409, "")
    assert post(client, f"{order.path}cancel", {"keep": "x"}) == (409, "")
    assert await order_by_id(db, order.id) == order


async def test_without_terms_a_paid_ticket_is_the_office_s(client: TestClient, db: Database, order: Order) -> None:
    await db.execute(update(editions).values(cancel_free_until=None))
    page = client.get(f"{order.path}tickets/1/cancel").text
    assert "mailto:info@example.org" in page
    assert 'value="Ja, avboka"' not in page
    assert post(client, order.path, {"keep": "0"}, path=f"{order.path}tickets/1/cancel") == (409, "")


async def test_an_add_on_is_cancelled(client: TestClient, db: Database, order: Order) -> None:
    (addon,) = order.tickets[0].addons
    url = f"{order.path}tickets/1/addons/{addon.id}/cancel"
    assert post(client, url, {"keep": "40"})[0] == 303
    assert [each.status for each in (await order_by_id(db, order.id)).tickets[0].addons] == ["cancelled"]
    assert client.get(url).status_code == 404
    assert client.get(f"{order.path}tickets/2/addons/{addon.id}/cancel").status_code == 404


async def test_the_whole_order_is_cancelled(client: TestClient, db: Database, order: Order) -> None:
    assert post(client, f"{order.path}cancel", {"keep": "40"})[0] == 303
    changed = await order_by_id(db, order.id)
    assert (changed.status, changed.balance) == (OrderStatus.CANCELLED, -197_400)
    assert "1\u00a0974\u00a0kr ska betalas tillbaka" in client.get(order.path).text


PERSON = {"tickets-0-type": "ordinarie", "tickets-0-name": "Ny Person", "seen": "2"}


async def test_a_person_is_added_once(client: TestClient, db: Database, order: Order) -> None:
    url = f"{order.path}add"
    data = {"csrf_token": token(client.get(url)), **PERSON}
    answers = [client.post(url, data=data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 409]
    assert 'value="Ny Person"' in answers[1].text
    changed = await order_by_id(db, order.id)
    assert [ticket.name for ticket in changed.tickets] == ["Deltagare 1", "Deltagare 2", "Ny Person"]
    assert changed.status is OrderStatus.PENDING
    assert "1\u00a0250\u00a0kr" in client.get(order.path).text
    assert (await kinds(db, order))[-1] == "order_changed"


async def test_what_is_wrong_is_told_and_what_was_typed_kept(client: TestClient, db: Database, order: Order) -> None:
    url = f"{order.path}add"
    form = {"csrf_token": token(client.get(url)), **PERSON}
    wrong = client.post(url, data={**form, "tickets-0-name": "", "tickets-0-organisation": "Byn"})
    assert (wrong.status_code, 'value="Byn"' in wrong.text) == (422, True)
    more = client.post(url, data={**form, "step": "add"})
    assert (more.status_code, more.text.count('name="tickets-1-name"')) == (200, 1)
    people = {
        f"tickets-{n}-{field}": value for n in range(3) for field, value in (("type", "ordinarie"), ("name", "N"))
    }
    assert client.post(url, data={**form, **people}).status_code == 409
    assert await order_by_id(db, order.id) == order
    for seen in ("", "²", "9" * 50, "-1"):
        assert client.post(url, data={**form, "seen": seen}).status_code == 409


async def test_add_ons_are_added(client: TestClient, db: Database, edition: Edition, order: Order) -> None:
    url = f"{order.path}tickets/1/addons"
    assert "inga fler tillval" in client.get(url).text
    await make_addon(db, edition, "buss", price=5_000)
    assert post(client, url, {"addons": "buss"}) == (303, f"{order.path}?done=added")
    assert post(client, f"{order.path}tickets/2/addons", {"addons": "tåg"})[0] == 422
    assert post(client, f"{order.path}tickets/2/addons")[0] == 422
    changed = await order_by_id(db, order.id)
    assert [[each.code for each in ticket.addons] for ticket in changed.tickets] == [["middag", "buss"], ["middag"]]


async def test_one_that_ran_out_is_told(client: TestClient, db: Database, edition: Edition, order: Order) -> None:
    await make_addon(db, edition, "buss", quota=await make_quota(db, edition, 0, "Buss"))
    assert post(client, f"{order.path}tickets/1/addons", {"addons": "buss"})[0] == 409


async def test_a_ticket_is_given_to_somebody_else(client: TestClient, db: Database, order: Order) -> None:
    url, former = f"{order.path}tickets/2/transfer", order.tickets[1]
    new = {"token": former.token, "name": "Nils Ny", "email": "nils@example.org"}
    assert post(client, url, {**new, "email": ""})[0] == 422
    assert post(client, url, new) == (303, f"{order.path}?done=transferred")
    assert post(client, url, new) == (303, order.path)  # a second click changes nothing
    assert (await kinds(db, order)).count("ticket_transferred") == 1
    (mail,) = [mail for mail in await mails_of_order(db, order.id) if mail.kind == "ticket_transferred"]
    assert (mail.to_email, mail.ticket_id) == ("nils@example.org", former.id)
    held = (await order_by_id(db, order.id)).tickets[1]
    assert client.get(former.path).status_code == 404
    assert "Nils Ny" in client.get(held.path).text


async def test_an_attendee_is_asked_for_details_once_a_minute(
    client: TestClient, db: Database, edition: Edition
) -> None:
    asked = TicketRequest("ordinarie", "Deltagare", "d@example.org", details_later=True)
    order = await make_order(db, edition, tickets=(asked,))
    assert "Uppgifter saknas" in client.get(order.path).text
    for _ in range(2):
        assert post(client, order.path, path=f"{order.path}tickets/1/details") == (303, f"{order.path}?done=asked")
    mails = [mail for mail in await mails_of_order(db, order.id) if mail.kind == "attendee_details"]
    assert 1 <= len(mails) <= 2  # a minute may have turned between
    assert mails[0].to_email == "d@example.org"
    assert order.tickets[0].own_path in mails[0].body_text


async def test_the_confirmation_comes_again(client: TestClient, db: Database, order: Order) -> None:
    before = (await kinds(db, order)).count("order_confirmation")
    assert post(client, order.path, path=f"{order.path}confirmation") == (303, f"{order.path}?done=sent")
    assert (await kinds(db, order)).count("order_confirmation") == before + 1


async def test_cancelled_tickets_keep_their_names(client: TestClient, db: Database, order: Order) -> None:
    post(client, f"{order.path}tickets/1/cancel", {"keep": "40"})
    data = {"attendees-0-position": "2", "attendees-0-name": "Cia Ström"}
    assert post(client, order.path, data, path=f"{order.path}attendees")[0] == 303
    assert [ticket.name for ticket in (await order_by_id(db, order.id)).tickets] == ["Deltagare 1", "Cia Ström"]
    wrong = {**data, "attendees-0-position": "1"}
    assert post(client, order.path, wrong, path=f"{order.path}attendees")[0] == 409


async def test_the_papers_and_calendars_are_linked(client: TestClient, order: Order) -> None:
    page = client.get(order.path).text
    for part in ("receipt.pdf", "calendar.ics", "calendar.google.com", "outlook.live.com", "outlook.office.com"):
        assert part in page


async def test_nobody_is_flooded_by_somebody_s_order(client: TestClient, db: Database, order: Order) -> None:
    """Addresses on an order may be anybody's: five mails of a kind within a day, whatever is clicked."""
    for n in range(7):
        await db.execute(update(mail_outbox).values(once_key=None))  # as a minute later
        post(client, order.path, path=f"{order.path}tickets/1/details")
        post(client, order.path, path=f"{order.path}confirmation")
        url = f"{order.path}tickets/2/transfer"
        held = (await order_by_id(db, order.id)).tickets[1]
        data = {"name": f"Ny {n}", "email": "offer@example.org", "token": held.token}
        assert post(client, url, data)[0] == (303 if n < 5 else 409)
    written = await kinds(db, order)
    mails = ("attendee_details", "order_confirmation", "ticket_transferred")
    assert [written.count(kind) for kind in mails] == [5, 5, 5]
    await db.execute(update(mail_outbox).values(created_at=now() - timedelta(days=2)))
    post(client, order.path, path=f"{order.path}tickets/1/details")
    assert (await kinds(db, order)).count("attendee_details") == 6
