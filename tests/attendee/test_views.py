"""The buyer's own page and the ticket's page."""

import re
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from io import BytesIO

import pypdfium2 as pdfium
import pytest
from httpx2 import Response
from icalendar import Calendar
from starlette.testclient import TestClient

from konferens.accounts.model import Role
from konferens.attendee.documents import attachment_maker
from konferens.database import Database
from konferens.events.model import Edition
from konferens.mail.queries import mails_of_order
from konferens.programme.queries import chosen_sessions
from konferens.registration.actions import cancel_order, mark_paid
from konferens.registration.model import Order, OrderStatus
from konferens.registration.queries import order_by_id
from tests.factories import ACTOR, make_edition, make_login, make_order, make_session, make_ticket_type

BASE_URL = "http://testserver"


@pytest.fixture
async def edition(db: Database) -> Edition:
    edition = await make_edition(db, contact_email="info@example.org", bankgiro="5050-1055", swish_number="1234567890")
    await make_ticket_type(db, edition)
    await make_ticket_type(db, edition, "gratis", price=0)
    return edition


@pytest.fixture
async def order(db: Database, edition: Edition) -> Order:
    return await make_order(db, edition, "ordinarie", "ordinarie")


def token(response: Response) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', response.text)
    assert found
    return found[1]


async def test_the_page_is_for_those_who_know_its_secret(client: TestClient, order: Order) -> None:
    assert client.get(order.path).status_code == 200
    for path in (
        f"/orders/{order.code}/AAAAAAAAAAAAAAAAAAAAAAAA/",
        f"/orders/ABCDEF/{order.secret}/",
        f"/orders/{order.code}/ÅÄÖ/",
        f"/orders/{order.code}/AAAA/tickets.pdf",
        f"/orders/{order.code}/AAAA/cancel",
    ):
        assert client.get(path).status_code == 404


async def test_personal_pages_stay_private(client: TestClient, order: Order) -> None:
    ticket = order.tickets[0]
    for path in (
        order.path,
        f"{order.path}cancel",
        f"{order.path}tickets.pdf",
        f"{order.path}calendar.ics",
        f"{order.path}swish.svg",
        f"{order.path}tickets/1/programme",
        ticket.path,
        f"{ticket.path}/qr.svg",
    ):
        response = client.get(path)
        assert response.status_code == 200
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["referrer-policy"] == "same-origin"
        assert response.headers["x-robots-tag"] == "noindex"


async def test_it_tells_how_to_pay_until_that_is_done(
    client: TestClient, db: Database, edition: Edition, order: Order
) -> None:
    assert "5050-1055" in client.get(order.path).text
    await mark_paid(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    assert "5050-1055" not in client.get(order.path).text
    assert client.get(f"{order.path}swish.svg").status_code == 404


async def test_people_are_changed(client: TestClient, db: Database, order: Order) -> None:
    data = {
        "csrf_token": token(client.get(order.path)),
        "attendees-0-position": "1",
        "attendees-0-name": "Cia Ström",
        "attendees-0-email": "cia@example.org",
        "attendees-1-position": "2",
        "attendees-1-name": "Deltagare 2",
    }
    response = client.post(f"{order.path}attendees", data=data)
    assert (response.status_code, response.headers["location"]) == (303, f"{order.path}?done=changed")
    changed = await order_by_id(db, order.id)
    assert [(ticket.name, ticket.email) for ticket in changed.tickets] == [
        ("Cia Ström", "cia@example.org"),
        ("Deltagare 2", ""),
    ]
    wrong = client.post(f"{order.path}attendees", data={**data, "attendees-1-name": " ", "attendees-0-name": "Dan"})
    assert wrong.status_code == 422
    assert 'value="Dan"' in wrong.text
    missing = client.post(f"{order.path}attendees", data={"csrf_token": data["csrf_token"], "attendees-0-name": "Dan"})
    assert missing.status_code == 409
    assert await order_by_id(db, order.id) == changed


async def test_a_pending_order_is_cancelled_after_one_more_question(
    client: TestClient, db: Database, order: Order
) -> None:
    url = f"{order.path}cancel"
    assert client.post(url, data={"csrf_token": "x"}).status_code == 403
    data = {"csrf_token": token(client.get(url)), "keep": "0"}
    response = client.post(url, data=data)
    assert (response.status_code, response.headers["location"]) == (303, f"{order.path}?done=cancelled")
    assert (await order_by_id(db, order.id)).status is OrderStatus.CANCELLED
    assert client.post(url, data=data).status_code == 409
    assert client.get(f"{order.path}tickets.pdf").status_code == 404
    assert client.get(f"{order.path}tickets/1/programme").status_code == 404


async def test_a_paid_order_is_cancelled_by_the_organiser_only(
    client: TestClient, db: Database, edition: Edition, order: Order
) -> None:
    data = {"csrf_token": token(client.get(f"{order.path}cancel")), "keep": "0"}
    await mark_paid(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    assert client.post(f"{order.path}cancel", data=data).status_code == 409
    assert (await order_by_id(db, order.id)).status is OrderStatus.PAID
    assert "mailto:info@example.org" in client.get(f"{order.path}cancel").text


async def test_an_attendee_chooses_sessions(client: TestClient, db: Database, edition: Edition, order: Order) -> None:
    codes = [
        await make_session(db, edition, title, wall_starts=datetime(2027, 5, 11, hour))  # noqa: DTZ001 - on the wall
        for title, hour in (("A", 9), ("B", 10))
    ]
    url, ticket = f"{order.path}tickets/2/programme", order.tickets[1]
    data = {"csrf_token": token(client.get(url))}
    client.post(url, data={**data, "session": [*codes, "ZZZZZZ"]})
    assert [session.code for session in await chosen_sessions(db, ticket.id)] == codes
    client.post(url, data={**data, "session": codes[1]})
    assert [session.code for session in await chosen_sessions(db, ticket.id)] == codes[1:]
    assert client.get(url).text.count(" checked") == 1
    assert f"sessions/{codes[1]}" in client.get(ticket.path).text
    client.post(url, data=data)
    assert await chosen_sessions(db, ticket.id) == []
    assert client.get(f"{order.path}tickets/3/programme").status_code == 404


async def test_the_files(client: TestClient, edition: Edition, order: Order) -> None:
    pdf = client.get(f"{order.path}tickets.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert len(pdfium.PdfDocument(BytesIO(pdf.content))) == 2
    ics = client.get(f"{order.path}calendar.ics")
    assert ics.headers["content-type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(ics.content).walk("VEVENT")
    assert str(event["SUMMARY"]) == edition.name


async def test_the_ticket_shows_name_and_type_and_no_address(client: TestClient, order: Order) -> None:
    ticket = order.tickets[0]
    page = client.get(ticket.path.lower())
    assert page.status_code == 200
    assert ticket.name in page.text
    assert ticket.email not in page.text
    assert order.secret not in page.text
    assert client.get(f"{ticket.path}/qr.svg").headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize("token_text", ["AAAAAAAAAAAAAAAAAAAAAAAA", "x", "å", "%3Cscript%3E", "A" * 3000])
async def test_an_unknown_code_leads_to_a_kind_page(client: TestClient, edition: Edition, token_text: str) -> None:
    response = client.get(f"/t/{token_text}")
    assert response.status_code == 404
    assert "Biljetten finns inte" in response.text
    assert client.get(f"/t/{token_text}/qr.svg").status_code == 404


async def test_a_cancelled_ticket_says_so(client: TestClient, db: Database, edition: Edition, order: Order) -> None:
    await cancel_order(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    assert "Biljetten är avbokad och gäller inte." in client.get(order.tickets[0].path).text


async def test_staff_who_scan_it_come_to_check_in(
    client: TestClient, db: Database, edition: Edition, order: Order
) -> None:
    ticket = order.tickets[0]
    other = await make_edition(db, slug="2028")
    answers = []
    for email, of in (("a@example.org", edition), ("b@example.org", other)):
        client.cookies.set("login", await make_login(db, Role.STAFF, of, email=email))
        answers.append(client.get(ticket.path))
    assert (answers[0].status_code, answers[0].headers["location"]) == (303, f"/checkin/?ticket={ticket.token}")
    assert answers[1].status_code == 200


async def test_the_mail_carries_tickets_and_calendar(db: Database, edition: Edition, order: Order) -> None:
    (mail,) = await mails_of_order(db, order.id)
    make = attachment_maker(db, BASE_URL)
    made = [await make(mail, name) for name in mail.attachments]
    assert [one.media_type for one in made if one] == ["application/pdf", "text/calendar"]
    await cancel_order(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    assert await make(mail, "tickets.pdf") is None


async def test_a_confirmation_is_written_to_a_file_after_registering(
    client: TestClient, db: Database, edition: Edition
) -> None:
    form = client.get(f"{edition.path}register")
    client.post(
        f"{edition.path}register",
        data={
            "csrf_token": token(form),
            "tickets-0-type": "gratis",
            "tickets-0-name": "Anna",
            "tickets-0-email": "anna@example.org",
        },
    )
    folder = client.app.state.settings.data_dir / "mail"  # type: ignore[attr-defined]
    assert client.portal
    client.portal.call(client.app.state.sender.send_due)  # type: ignore[attr-defined, call-arg]
    (file,) = folder.glob("*.eml")
    message = message_from_bytes(file.read_bytes(), policy=default)
    assert [part.get_content_type() for part in message.iter_attachments()] == ["application/pdf", "text/calendar"]
