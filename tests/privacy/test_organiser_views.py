"""People's rights in the office."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select, update

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.privacy.actions import request_erasure
from konferens.privacy.model import ERASED_NAME, ErasureRequest, RequestStatus, kept_until, month_after
from konferens.registration.queries import order_by_id
from konferens.tables import erasure_requests, waiting_entries
from tests.browser import Browser
from tests.factories import make_order, make_ticket_type
from tests.privacy.factories import EMAIL, NAME, make_traces, make_waiting

OFFICE = "/organiser/lokalekonomidagarna/2027/"


async def ask(db: Database, edition: Edition) -> ErasureRequest:
    order = await make_traces(db, edition)
    return await request_erasure(db, order, order.tickets[0], message="Glöm mig", actor="attendee")


async def test_requests_are_listed_with_their_age(db: Database, office: Browser, edition: Edition) -> None:
    await ask(db, edition)
    day = now().astimezone(edition.zone).date() - timedelta(days=40)  # whatever the hour is, and summer time or not
    asked_at = datetime.combine(day, time(12), edition.zone).astimezone(UTC)
    await db.execute(update(erasure_requests).values(asked_at=asked_at))
    text = office.text(f"{OFFICE}privacy")
    assert NAME in text
    assert "Glöm mig" in text
    assert "40 dagar" in text
    assert "skulle ha besvarats" in text


async def test_a_request_is_done(db: Database, office: Browser, edition: Edition) -> None:
    asked = await ask(db, edition)
    address = f"{OFFICE}privacy/requests/{asked.id}"
    assert "Biljetten slutar gälla" in office.text(address)
    answered = office.post(address, {"answer": "yes", "keep": "0"})
    assert (answered.status_code, answered.headers["location"]) == (303, f"{OFFICE}privacy?notice=erased")
    order = await order_by_id(db, asked.order_id)
    assert [(ticket.name, ticket.status) for ticket in order.tickets] == [
        (ERASED_NAME, "cancelled"),
        ("Cecilia Ny", "valid"),
    ]
    assert office.post(address, {"answer": "yes"}, page=f"{OFFICE}settings").status_code == 409


async def test_a_refusal_wants_a_reason(db: Database, office: Browser, edition: Edition) -> None:
    asked = await ask(db, edition)
    address = f"{OFFICE}privacy/requests/{asked.id}"
    assert office.post(address, {"answer": "no", "reason": " "}).status_code == 422
    assert office.post(address, {"answer": "no", "reason": "Fakturan är obetald."}).status_code == 303
    row = await db.fetch_one(select(erasure_requests))
    assert row is not None
    assert (row.status, row.answer) == (RequestStatus.REFUSED, "Fakturan är obetald.")
    order = await order_by_id(db, asked.order_id)
    own_page = office.text(f"{order.tickets[0].own_path}erase")
    assert "Fakturan är obetald." in own_page
    assert "imy.se" in own_page


async def test_what_is_kept_is_a_percentage(db: Database, office: Browser, edition: Edition) -> None:
    asked = await ask(db, edition)
    answered = office.post(f"{OFFICE}privacy/requests/{asked.id}", {"answer": "yes", "keep": "101"})
    assert answered.status_code == 422
    assert "Skriv ett tal från 0 till 100." in answered.text


async def test_somebody_is_looked_up_and_erased_by_hand(db: Database, office: Browser, edition: Edition) -> None:
    await make_ticket_type(db, edition, price=0)
    order = await make_order(db, edition)
    address = f"{OFFICE}privacy/orders/{order.code}/tickets/1/erase"
    assert f'href="{address}"' in office.text(f"{OFFICE}privacy?q=deltagare")
    assert office.post(address, {}).status_code == 303
    assert (await order_by_id(db, order.id)).tickets[0].name == ERASED_NAME


async def test_somebody_on_the_waiting_list_too(db: Database, office: Browser, edition: Edition) -> None:
    entry = await make_waiting(db, edition, await make_ticket_type(db, edition), NAME, EMAIL)
    address = f"{OFFICE}privacy/waiting/{entry}/erase"
    assert f'href="{address}"' in office.text(f"{OFFICE}privacy?q={EMAIL}")
    assert office.post(address, {}).status_code == 303
    row = await db.fetch_one(select(waiting_entries))
    assert row is not None
    assert (row.name, row.email, row.status) == (ERASED_NAME, "", "left")


async def test_the_register_tells_the_same_facts(db: Database, office: Browser, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    text = office.text(f"{OFFICE}privacy/register")
    assert "GDPR artikel 30" in text
    assert "bokföringslagen (1999:1078) 7 kap. 2\u00a0§" in text


def test_a_month_is_the_same_date_of_the_next() -> None:
    days = [date(2027, 1, 31), date(2027, 12, 15), date(2028, 1, 30)]
    assert [month_after(day) for day in days] == [date(2027, 2, 28), date(2028, 1, 15), date(2028, 2, 29)]


def test_the_seven_years_are_counted_from_the_later_year() -> None:
    assert kept_until(date(2026, 11, 1), date(2027, 5, 12)) == date(2034, 12, 31)
    assert kept_until(date(2027, 6, 1), date(2027, 5, 12)) == date(2034, 12, 31)


def test_a_request_is_answered_by_the_day_of_the_conference_s_zone(edition: Edition) -> None:
    asked = ErasureRequest(
        id=1, edition_id=1, order_id=1, order_code="ABC234", ticket_id=None, position=None, name="", email="",
        status=RequestStatus.OPEN, message="", answer="", asked_at=datetime(2027, 1, 31, 23, 30, tzinfo=UTC),
        handled_at=None, handled_by="",
    )  # fmt: skip
    assert asked.answer_by(edition.zone) == date(2027, 3, 1)
