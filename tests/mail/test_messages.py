"""The messages themselves, in both languages."""

import pytest

from konferens.database import Database
from konferens.mail.messages import TEMPLATES, render_draft
from konferens.registration import letters
from konferens.registration.model import Buyer
from tests.factories import make_edition, make_order, make_ticket_type

BASE_URL = "https://konferens.example.org"
LETTERS = {
    "order_confirmation": letters.confirmation,
    "order_paid": letters.paid,
    "order_cancelled": letters.cancelled,
}


def test_every_folder_is_a_message() -> None:
    assert {path.name for path in TEMPLATES.iterdir() if path.is_dir()} == set(LETTERS)


@pytest.mark.parametrize("kind", LETTERS)
@pytest.mark.parametrize("language", ["sv", "en"])
async def test_names_are_text_and_never_markup(db: Database, kind: str, language: str) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    buyer = Buyer("<script>alert(1)</script>\nBcc: alla@example.org", "asa@example.org")
    order = await make_order(db, edition, buyer=buyer, language=language)
    rendered = render_draft(LETTERS[kind](edition, order, BASE_URL))
    assert "<script" not in rendered.html
    assert "&lt;script&gt;" in rendered.html
    assert "\n" not in rendered.subject
    assert order.code in rendered.subject


async def test_a_confirmation_says_how_to_pay(db: Database) -> None:
    edition = await make_edition(db, bankgiro="5050-1055", swish_number="123 456 78 90")
    await make_ticket_type(db, edition, price=125_050)
    order = await make_order(db, edition)
    payment = letters.payment_for(edition, order)
    assert payment is not None
    assert payment.swish_text == f"C1234567890;1250.50;{order.code};0"
    rendered = render_draft(letters.confirmation(edition, order, BASE_URL))
    for body in (rendered.text, rendered.html):
        assert "5050-1055" in body
        assert order.code in body
        assert "1\u00a0250,50\u00a0kr" in body
        assert f"{BASE_URL}{order.path}" in body


async def test_nothing_is_said_of_payment_where_there_is_none(db: Database) -> None:
    edition = await make_edition(db, bankgiro="5050-1055")
    await make_ticket_type(db, edition, price=0)
    order = await make_order(db, edition)
    assert letters.payment_for(edition, order) is None
    assert "5050-1055" not in render_draft(letters.confirmation(edition, order, BASE_URL)).text
