"""The attendee's own page."""

from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import insert, select, update
from starlette.testclient import TestClient

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.privacy.purging import purge
from konferens.questions.queries import answers_of
from konferens.registration.actions import cancel_order
from konferens.registration.model import Buyer, Order, Ticket, TicketRequest
from konferens.registration.queries import order_by_id
from konferens.tables import audit, editions, questions, tickets
from tests.attendee.test_self_service import BASE_URL, post
from tests.factories import ACTOR, make_addon, make_edition, make_order, make_session, make_ticket_type, wall


@pytest.fixture
async def edition(db: Database) -> Edition:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    await make_addon(db, edition, starts_at=edition.starts_at + timedelta(hours=19), location="Krogen")
    for code, values in (("titel", {"required": True}), ("kost", {"sensitive": True})):
        row = {"edition_id": edition.id, "code": code, "kind": "text", "label": code.title(), "choices": []}
        await db.execute(insert(questions).values(**row, **values))
    return edition


@pytest.fixture
async def order(db: Database, edition: Edition) -> Order:
    asked = (
        TicketRequest("ordinarie", "Deltagare 1", "d1@example.org", addons=("middag",), details_later=True),
        TicketRequest("ordinarie", "Deltagare 2", "d2@example.org"),
    )
    buyer = Buyer("Anna Öberg", "anna.oberg@example.org", "Östersunds kommun")
    return await make_order(db, edition, buyer=buyer, tickets=asked)


@pytest.fixture
def own(order: Order) -> Ticket:
    return order.tickets[0]


async def held(db: Database, order: Order) -> Ticket:
    return (await order_by_id(db, order.id)).tickets[0]


async def test_it_shows_this_ticket_and_neither_money_nor_others(client: TestClient, order: Order, own: Ticket) -> None:
    response = client.get(own.own_path)
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-robots-tag"] == "noindex"
    assert "Deltagare 1" in response.text
    for foreign in ("Deltagare 2", "d2@example.org", "Anna Öberg", "Östersunds kommun", order.secret, "\u00a0kr"):
        assert foreign not in response.text


async def test_it_is_for_those_who_know_its_secret(client: TestClient, own: Ticket) -> None:
    for secret in ("A" * 24, own.token, own.calendar_token, "å", "x" * 3000):
        assert client.get(f"/tickets/{secret}/").status_code == 404


async def test_details_are_filled_in(client: TestClient, db: Database, order: Order, own: Ticket) -> None:
    data = {"name": "Dan Ek", "email": "dan@example.org", "organisation": "Byn", "q-titel": "Chef", "q-kost": "Vegan"}
    assert "Fyll i dina uppgifter" in client.get(own.own_path).text
    assert post(client, own.own_path, data) == (303, f"{own.own_path}?done=saved")
    saved = await held(db, order)
    assert (saved.name, saved.email, saved.organisation) == ("Dan Ek", "dan@example.org", "Byn")
    assert (saved.details_later, saved.token) == (False, own.token)
    ordinary, sensitive = await answers_of(db, [own.id]), await answers_of(db, [own.id], sensitive=True)
    assert [list(found[own.id].values()) for found in (ordinary, sensitive)] == [["Chef"], ["Vegan"]]
    page = client.get(own.own_path).text
    assert 'value="Vegan"' in page
    assert "Fyll i dina uppgifter" not in page
    trail = await db.fetch_all(select(audit.c.after).where(audit.c.subject == f"order:{order.code}"))
    assert "Vegan" not in str([row.after for row in trail])


@pytest.mark.parametrize("wrong", [{"name": ""}, {"email": "x"}, {"q-titel": ""}])
async def test_what_is_wrong_is_told_and_the_rest_kept(
    client: TestClient, db: Database, order: Order, own: Ticket, wrong: dict[str, Any]
) -> None:
    data = {"csrf_token": "", "name": "Dan", "email": "dan@example.org", "organisation": "Byn", "q-titel": "Chef"}
    assert post(client, own.own_path, {key: value for key, value in (data | wrong).items() if key != "csrf_token"}) == (
        422,
        "",
    )
    assert await held(db, order) == own


async def test_the_ticket_alone(client: TestClient, own: Ticket) -> None:
    assert client.get(f"{own.own_path}ticket.pdf").headers["content-type"] == "application/pdf"


async def test_a_new_address_for_the_calendar(
    client: TestClient, db: Database, edition: Edition, order: Order, own: Ticket
) -> None:
    assert post(client, own.own_path, path=f"{own.own_path}calendar") == (303, f"{own.own_path}?done=calendar")
    renewed = await held(db, order)
    old, new = (client.get(f"/my/{each.calendar_token}/calendar.ics") for each in (own, renewed))
    assert (old.status_code, new.status_code) == (200, 200)
    [notice] = Calendar.from_ical(old.content).walk("VEVENT")
    assert str(notice["SUMMARY"]) == "Den här kalenderadressen gäller inte längre"
    secrets = {own.secret, own.token, renewed.calendar_token, own.name}
    assert [secret for secret in secrets if secret in old.text] == []
    assert old.headers["cache-control"] == new.headers["cache-control"]
    again = client.get(f"/my/{own.calendar_token}/calendar.ics", headers={"If-None-Match": old.headers["etag"]})
    assert again.status_code == 304
    await purge(db, edition.ends_at + timedelta(days=edition.personal_days + 1))
    assert client.get(f"/my/{own.calendar_token}/calendar.ics").status_code == 404


async def test_add_ons_with_a_time_are_in_the_personal_calendar(
    client: TestClient, db: Database, edition: Edition, order: Order, own: Ticket
) -> None:
    feeds = [
        Calendar.from_ical(client.get(f"/my/{ticket.calendar_token}/calendar.ics").content) for ticket in order.tickets
    ]
    titles = [[str(event["SUMMARY"]) for event in feed.walk("VEVENT")] for feed in feeds]
    assert titles == [[edition.name, "Middag"], [edition.name]]
    dinner: Any = feeds[0].walk("VEVENT")[1]
    assert dinner["DTSTART"].dt == edition.starts_at + timedelta(hours=19)
    assert str(dinner["LOCATION"]) == "Krogen"
    await cancel_order(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    gone: Any = Calendar.from_ical(client.get(f"/my/{own.calendar_token}/calendar.ics").content).walk("VEVENT")[1]
    assert (gone["UID"], gone["STATUS"], gone["SEQUENCE"]) == (dinner["UID"], "CANCELLED", dinner["SEQUENCE"] + 1)


async def test_the_own_programme(client: TestClient, db: Database, edition: Edition, own: Ticket) -> None:
    code = await make_session(db, edition, "Mack", wall_starts=wall(11, 9))
    assert post(client, f"{own.own_path}programme", {"session": code})[0] == 303
    assert "Mack" in client.get(own.own_path).text


async def test_it_is_given_to_somebody_else(client: TestClient, db: Database, order: Order, own: Ticket) -> None:
    url = f"{own.own_path}transfer"
    assert post(client, url, {"name": "Nils"})[0] == 422
    assert post(client, url, {"name": "Nils", "email": "nils@example.org"}) == (200, "")
    assert client.get(own.own_path).status_code == 404
    assert (await held(db, order)).name == "Nils"
    ended = client.get(f"/my/{own.calendar_token}/calendar.ics").text
    assert ("gäller inte längre" in ended, "Nils" in ended) == (True, False)


async def test_a_cancelled_ticket_says_so_and_changes_nothing(
    client: TestClient, db: Database, edition: Edition, order: Order, own: Ticket
) -> None:
    data = {"name": "Dan", "q-titel": "x"}
    form = client.get(own.own_path)
    await cancel_order(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    assert "Biljetten är avbokad och gäller inte." in client.get(own.own_path).text
    for path in ("", "calendar", "transfer", "programme"):
        posted = client.post(
            f"{own.own_path}{path}",
            data={**data, "csrf_token": form.text.split('csrf_token" value="')[1].split('"')[0]},
        )
        assert posted.status_code == 404


async def test_the_certificate_is_there_afterwards(client: TestClient, db: Database, own: Ticket) -> None:
    assert "certificate.pdf" not in client.get(own.own_path).text
    yesterday = now().date() - timedelta(days=1)
    await db.execute(update(editions).values(starts_on=yesterday, ends_on=yesterday))
    assert "certificate.pdf" in client.get(own.own_path).text


def of_second(**values: str) -> dict[str, str]:
    """The attendees' form of the order, with the second ticket's fields as they are here."""
    people = (("1", "Deltagare 1", "d1@example.org"), ("2", "Deltagare 2", "d2@example.org"))
    form = {
        f"attendees-{n}-{name}": value
        for n, person in enumerate(people)
        for name, value in zip(("position", "name", "email"), person, strict=True)
    }
    return form | {f"attendees-1-{name}": value for name, value in values.items()}


async def test_the_buyer_is_led_to_nobody_else_s_page(client: TestClient, db: Database, order: Order) -> None:
    await db.execute(update(tickets).where(tickets.c.position == 2).values(attendee_email=order.buyer.email))
    page = client.get(order.path).text
    mine, others = order.tickets[1], order.tickets[0]
    assert mine.own_path in page
    assert others.secret not in page
    assert others.calendar_token not in page


async def test_a_new_address_gives_a_new_page(client: TestClient, db: Database, order: Order) -> None:
    """Whoever had the link before doesn't read what the new holder tells."""
    former = order.tickets[1]
    assert post(client, order.path, of_second(email="ny@example.org"), path=f"{order.path}attendees")[0] == 303
    first, second = (await order_by_id(db, order.id)).tickets
    assert (first.secret, second.token) == (order.tickets[0].secret, former.token)
    assert client.get(former.own_path).status_code == 404
    assert client.get(second.own_path).status_code == 200


async def test_what_a_holder_told_of_health_can_t_be_sent_to_the_buyer(
    client: TestClient, db: Database, order: Order
) -> None:
    own = order.tickets[1]
    data = {"name": "Deltagare 2", "email": "d2@example.org", "q-titel": "Vd", "q-kost": "Nötter"}
    assert post(client, own.own_path, data)[0] == 303
    form, address = of_second(email=order.buyer.email), f"{order.path}attendees"
    await db.execute(update(tickets).values(created_at=now() - timedelta(hours=1)))
    assert post(client, order.path, form, path=address)[0] == 422
    assert (await order_by_id(db, order.id)).tickets[1].email == "d2@example.org"
    assert post(client, order.path, of_second(name="Deltagare Två"), path=address)[0] == 303
    told = client.get(f"{order.path}data.json").json()["tickets"][1]
    assert (told["name"], told["answers"]) == ("Deltagare Två", [])


async def test_a_form_from_before_a_ticket_was_given_away_takes_it_from_nobody(
    client: TestClient, db: Database, order: Order
) -> None:
    own = order.tickets[1]
    stale = of_second(token=own.token)
    post(client, f"{own.own_path}transfer", {"name": "Ny", "email": "ny@example.org"})
    assert post(client, order.path, stale, path=f"{order.path}attendees")[0] == 409
    assert (await order_by_id(db, order.id)).tickets[1].name == "Ny"
