"""Receipts and certificates, as their addresses give them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from starlette.testclient import TestClient

from konferens import typesetting
from konferens.attendee import certificate
from konferens.attendee.documents import attachment_maker
from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.mail.queries import mails_of_order
from konferens.programme.queries import published_sessions
from konferens.registration.actions import cancel_order
from konferens.registration.model import Order
from konferens.registration.settling import receive_payment
from konferens.tables import editions, sessions, ticket_sessions
from tests.factories import ACTOR, make_edition, make_order, make_session, make_ticket_type, wall
from tests.payments.papers import pages_of
from tests.payments.test_actions import BUYER, SELLER

BASE_URL = "http://testserver"


@pytest.fixture
async def edition(db: Database) -> Edition:
    edition = await make_edition(db, **SELLER, venue_name="Folkets hus", venue_city="Byn")
    await make_ticket_type(db, edition)
    await make_ticket_type(db, edition, "student", price=50_000, vat_rate=None)
    return edition


async def pay(db: Database, edition: Edition, order: Order, amount: int, method: str = "swish") -> Order:
    return await receive_payment(
        db,
        edition,
        order,
        amount,
        method=method,
        reference="",
        paid_on=now().astimezone(edition.zone).date(),
        actor=ACTOR,
        base_url=BASE_URL,
    )


def text_of(client: TestClient, path: str) -> str:
    response = client.get(path)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/pdf")
    assert response.headers["cache-control"] == "no-store"
    return " ".join(" ".join(pages_of(response.content)).split())


async def test_there_is_a_receipt_once_something_is_paid(client: TestClient, db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, "ordinarie", "student", buyer=BUYER)
    assert client.get(f"{order.path}receipt.pdf").status_code == 404
    await pay(db, edition, order, 100_000)
    text = text_of(client, f"{order.path}receipt.pdf")
    today = now().astimezone(edition.zone).date().isoformat()
    for words in (
        f"Kvitto Datum {today} Bokning {order.code} Faktura 1001",
        "Köpare Östersunds kommun Åsa Öberg",
        "Ordinarie Deltagare 1 1 st 1 000,00 25 % 1 000,00",
        "Student Deltagare 2 1 st 500,00 momsfritt 500,00",
        "25 % 1 000,00 250,00",
        "Summa 1 750,00 kr",
        f"Betalningar {today} Swish 1 000,00 kr",
        "Betalt 1 000,00 kr",
        "Kvar att betala 750,00 kr",
        "SE802016000101",
    ):
        assert words in text
    await pay(db, edition, order, 75_000, "bankgiro")
    text = text_of(client, f"{order.path}receipt.pdf")
    assert "Bankgiro eller bankkonto 750,00 kr Betalt 1 750,00 kr" in text
    assert "Kvar att betala" not in text


async def test_a_receipt_tells_what_is_to_be_paid_back(client: TestClient, db: Database, edition: Edition) -> None:
    order = await pay(db, edition, await make_order(db, edition), 125_000)
    await cancel_order(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    text = text_of(client, f"{order.path}receipt.pdf")
    assert "Betalt 1 250,00 kr Att återbetala 1 250,00 kr" in text


async def test_the_receipt_comes_with_the_mail(db: Database, edition: Edition) -> None:
    order = await pay(db, edition, await make_order(db, edition, payment_method="swish"), 125_000)
    mail = (await mails_of_order(db, order.id))[-1]
    assert (mail.kind, mail.attachments) == ("order_paid", ("tickets.pdf", "receipt.pdf"))
    attachment = await attachment_maker(db, BASE_URL)(mail, "receipt.pdf")
    assert attachment
    assert attachment.filename == f"lokalekonomidagarna-2027-{order.code}-kvitto.pdf"
    assert "Faktura" not in pages_of(attachment.content)[0]


async def over(db: Database, edition: Edition) -> Edition:
    """The edition when it ended yesterday."""
    yesterday = now().astimezone(edition.zone).date() - timedelta(days=1)
    days = {"starts_on": yesterday - timedelta(days=1), "ends_on": yesterday}
    await db.execute(update(editions).where(editions.c.id == edition.id).values(**days))
    return await edition_by_id(db, edition.id)


async def test_the_certificate_tells_who_took_part_in_what(client: TestClient, db: Database, edition: Edition) -> None:
    code = await make_session(db, edition, "Bygg en växtbädd", wall_starts=wall(11, 13), signup=True, capacity=10)
    session_id = await db.fetch_val(select(sessions.c.id).where(sessions.c.code == code))
    order = await make_order(db, edition)
    (ticket,) = order.tickets
    seat = {"ticket_id": ticket.id, "session_id": session_id, "created_at": now()}
    await db.execute(insert(ticket_sessions).values(**seat))
    path = f"{ticket.own_path}certificate.pdf"
    assert client.get(path).status_code == 404
    await over(db, edition)
    text = text_of(client, path)
    for words in (
        "Härmed intygas att Deltagare 1 har deltagit i Lokalekonomidagarna 2027",
        "Folkets hus, Byn",
        "11 maj 2027 Bygg en växtbädd",
        "Hela Bygden lever",
        order.code,
    ):
        assert words in text


async def test_the_certificate_serves_screen_readers(
    db: Database, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Typst refuses to declare PDF/UA-1 where tags, title, language or alternative texts are missing."""

    def checked(template: str, data: dict[str, Any]) -> bytes:
        return typesetting.typeset(template, data, standard="ua-1")

    monkeypatch.setattr(certificate, "typeset", checked)
    await make_session(db, edition, "Bygg en växtbädd", wall_starts=wall(11, 13))
    order = await make_order(db, edition)
    sessions_shown = await published_sessions(db, edition.id)
    assert len(sessions_shown) == 1
    assert certificate.certificate_pdf(edition, order, order.tickets[0], sessions_shown).startswith(b"%PDF")


async def test_only_valid_tickets_have_a_certificate(client: TestClient, db: Database, edition: Edition) -> None:
    await over(db, edition)
    order = await make_order(db, edition, source="organiser")
    await cancel_order(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    assert client.get(f"{order.tickets[0].own_path}certificate.pdf").status_code == 404
    assert client.get("/tickets/AAAAAAAAAAAAAAAAAAAAAAAA/certificate.pdf").status_code == 404


async def test_a_day_ticket_is_certified_for_its_day(client: TestClient, db: Database, edition: Edition) -> None:
    ended = await over(db, edition)
    await make_ticket_type(db, edition, "dag", valid_on=ended.ends_on)
    order = await make_order(db, edition, "dag", source="organiser")
    text = text_of(client, f"{order.tickets[0].own_path}certificate.pdf")
    assert "–" not in text.partition("Lokalekonomidagarna 2027")[2].partition("Folkets hus")[0]
