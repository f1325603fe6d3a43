"""The office books for others."""

from datetime import timedelta

import pytest

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.mail.queries import mails_of_order
from konferens.registration.queries import orders_of
from tests.browser import Browser
from tests.factories import make_edition, make_quota, make_ticket_type

OFFICE = "/organiser/lokalekonomidagarna/2027"
PAGE = f"{OFFICE}/orders/new"
SPEAKER = {
    "tickets-0-type": "medverkande",
    "tickets-0-name": "Åsa Öberg",
    "tickets-0-email": "asa@example.org",
}


@pytest.fixture
async def edition(db: Database) -> Edition:
    """Registration has not opened; the speakers' tickets are hidden and the ordinary ones were sold until yesterday."""
    edition = await make_edition(db, registration_opens_at=now() + timedelta(days=3))
    await make_ticket_type(db, edition, on_sale_until=now() - timedelta(days=1))
    await make_ticket_type(db, edition, "medverkande", price=0, hidden=True, quota=await make_quota(db, edition, 1))
    return edition


async def test_the_office_books_what_the_public_cannot(db: Database, edition: Edition, office: Browser) -> None:
    assert f'href="{PAGE}"' in office.text(f"{OFFICE}/orders")
    response = office.post(PAGE, SPEAKER)
    (order,) = (await orders_of(db, edition.id)).orders
    assert response.headers["location"] == f"{OFFICE}/orders/{order.code}?notice=created"
    assert (order.source, order.status.value, order.tickets[0].type) == ("organiser", "paid", "medverkande")
    assert [mail.to_email for mail in await mails_of_order(db, order.id)] == ["asa@example.org"]


async def test_what_was_typed_is_kept_with_what_is_wrong(db: Database, edition: Edition, office: Browser) -> None:
    wrong = office.post(PAGE, SPEAKER | {"tickets-0-email": "åsa"})
    assert (wrong.status_code, "Det ser inte ut som en e-postadress." in wrong.text) == (422, True)
    assert 'value="Åsa Öberg"' in wrong.text
    two = office.post(PAGE, SPEAKER | {"step": "add"})
    assert (two.status_code, 'name="tickets-1-name"' in two.text) == (200, True)
    assert office.post(PAGE, SPEAKER).status_code == 303
    full = office.post(PAGE, SPEAKER | {"tickets-0-name": "Bo Berg"})
    assert (full.status_code, "Gör kvoten större" in full.text) == (409, True)
    assert len((await orders_of(db, edition.id)).orders) == 1
