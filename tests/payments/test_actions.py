"""Invoices with orders: numbered without gaps, frozen, taken back by credit notes."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from konferens.attendee.documents import attachment_maker
from konferens.database import Database
from konferens.errors import ConflictError, SoldOutError
from konferens.events.model import Edition
from konferens.mail.queries import mails_of_order
from konferens.payments.model import Customer, Invoice, InvoiceKind, InvoiceLine, Seller, VatTotal
from konferens.payments.queries import invoices_of_order
from konferens.registration.actions import Attendee, Desk, cancel_order, mark_paid, place_order, place_orders
from konferens.registration.corrections import correct_order
from konferens.registration.letters import payment_for
from konferens.registration.model import Buyer, Order
from konferens.registration.queries import order_by_id
from konferens.tables import counters, invoices, orders
from tests.factories import ACTOR, make_edition, make_order, make_quota, make_ticket_type, order_request

BASE_URL = "http://testserver"
SELLER: dict[str, Any] = {
    "seller_name": "Hela Bygden lever",
    "seller_address": "Byavägen 1\n123 45 Byn",
    "seller_orgnr": "802016-0001",
    "seller_vat_number": "SE802016000101",
    "f_tax": True,
    "bankgiro": "5050-1055",
    "swish_number": "1231181189",
}
BUYER = Buyer("Åsa Öberg", "asa@example.org", "Östersunds kommun", "212000-2528", "Box 1\n831 82 Östersund", "ZZ4711")


@pytest.fixture
async def edition(db: Database) -> Edition:
    edition = await make_edition(db, **SELLER)
    await make_ticket_type(db, edition, quota=await make_quota(db, edition, 30))
    await make_ticket_type(db, edition, "student", price=50_000, vat_rate=None)
    await make_ticket_type(db, edition, "gratis", price=0)
    return edition


async def numbers(db: Database) -> list[int]:
    return [row.number for row in await db.fetch_all(select(invoices.c.number).order_by(invoices.c.number))]


async def cancel(db: Database, edition: Edition, order: Order) -> Order:
    return await cancel_order(db, edition, order, actor=ACTOR, base_url=BASE_URL)


async def test_an_order_is_invoiced_as_it_is_placed(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, "ordinarie", "ordinarie", "student", "gratis", buyer=BUYER, language="en")
    (invoice,) = await invoices_of_order(db, order.id)
    assert invoice == Invoice(
        id=invoice.id,
        edition_id=edition.id,
        order_id=order.id,
        number=1001,
        kind=InvoiceKind.INVOICE,
        credits_id=None,
        credits_number=None,
        issued_at=order.placed_at,
        issued_on=order.placed_at.astimezone(edition.zone).date(),
        due_on=order.due_on,
        supplied_from=edition.starts_on,
        supplied_until=edition.ends_on,
        language="en",
        title=edition.name,
        order_code=order.code,
        seller=Seller(
            "Hela Bygden lever",
            "Byavägen 1\n123 45 Byn",
            "802016-0001",
            "SE802016000101",
            f_tax=True,
            bankgiro="5050-1055",
            swish_number="1231181189",
            email="",
            exemption="",
        ),
        buyer=Customer(
            "Åsa Öberg",
            "Östersunds kommun",
            "212000-2528",
            "Box 1\n831 82 Östersund",
            "ZZ4711",
            "asa@example.org",
        ),
        lines=(
            InvoiceLine("Ordinarie", "Deltagare 1, Deltagare 2", 2, 100_000, 25, 200_000, 50_000),
            InvoiceLine("Student", "Deltagare 3", 1, 50_000, None, 50_000, 0),
        ),
        vat=(VatTotal(25, 200_000, 50_000), VatTotal(None, 50_000, 0)),
        ocr="10017",
        total=300_000,
        currency="SEK",
    )
    assert order == await order_by_id(db, order.id)
    assert (order.ocr, order.payment_reference) == ("10017", "10017")


async def test_payments_are_marked_with_the_ocr(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition)
    payment = payment_for(edition, order)
    assert payment
    assert (payment.reference, payment.swish_text) == ("10017", "C1231181189;1250;10017;0")
    (mail,) = await mails_of_order(db, order.id)
    assert "OCR-nummer: 10017\n" in mail.body_text
    assert "<strong>10017</strong>" in mail.body_html
    assert "msg=10017&amp;src" in mail.body_html
    assert mail.attachments == ("tickets.pdf", "invoice.pdf", "calendar.ics")
    attachment = await attachment_maker(db, BASE_URL)(mail, "invoice.pdf")
    assert attachment
    assert attachment.filename == "lokalekonomidagarna-2027-faktura-1001.pdf"
    assert attachment.content.startswith(b"%PDF")


async def test_free_orders_have_no_invoice(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, "gratis")
    assert await invoices_of_order(db, order.id) == []
    (mail,) = await mails_of_order(db, order.id)
    assert mail.attachments == ("tickets.pdf", "calendar.ics")
    assert (await cancel(db, edition, order)).ocr == ""
    assert await numbers(db) == []


@pytest.mark.parametrize("lacking", ["seller_name", "seller_address", "seller_orgnr", "seller_vat_number", "bankgiro"])
async def test_without_all_of_the_seller_there_is_no_invoice(db: Database, edition: Edition, lacking: str) -> None:
    without: dict[str, Any] = {lacking: ""}
    incomplete = replace(edition, **without)
    order = await make_order(db, incomplete)
    assert await numbers(db) == []
    assert order.payment_reference == order.code
    (mail,) = await mails_of_order(db, order.id)
    assert f"Märk betalningen: {order.code}" in mail.body_text


async def test_what_is_exempt_is_invoiced_without_a_vat_number(db: Database, edition: Edition) -> None:
    await make_order(db, replace(edition, seller_vat_number=""), "student")
    assert await numbers(db) == [1001]


async def test_a_seller_has_one_series_over_all_conferences(db: Database, edition: Edition) -> None:
    same = await make_edition(db, slug="2028", **SELLER)
    other = await make_edition(db, "omstallning", **{**SELLER, "seller_orgnr": "802416-1005"})
    for each in (same, other):
        await make_ticket_type(db, each)
    found = [(await make_order(db, each)).ocr for each in (edition, same, other, edition)]
    assert found == ["10017", "10025", "10017", "10033"]


async def test_many_at_once_are_numbered_in_their_order(db: Database, edition: Edition) -> None:
    requests = [order_request("gratis" if number % 3 == 0 else "student") for number in range(120)]
    placed = await place_orders(db, edition, requests, base_url=BASE_URL)
    assert await numbers(db) == list(range(1001, 1081))
    rows = await db.fetch_all(select(invoices.c.order_id, invoices.c.ocr).order_by(invoices.c.number))
    assert [(row.order_id, row.ocr) for row in rows] == [(order.id, order.ocr) for order in placed if order.total]


async def test_forty_at_once_leave_no_gap_though_some_are_sold_out(db: Database, edition: Edition) -> None:
    """Two desks, as in two processes, and single orders beside them; another conference of the seller sells too."""
    other = await make_edition(db, slug="2028", **SELLER)
    await make_ticket_type(db, other)
    desks = [Desk(db, BASE_URL), Desk(db, BASE_URL)]

    async def one(number: int) -> Order:
        request = order_request("ordinarie", "ordinarie") if number % 2 else order_request()
        if number % 4 == 0:
            return await place_order(db, other if number % 8 == 0 else edition, request, base_url=BASE_URL)
        return await desks[number % 2].place(edition, request)

    results = await asyncio.gather(*(one(number) for number in range(40)), return_exceptions=True)
    placed = [result for result in results if isinstance(result, Order)]
    failed = [result for result in results if not isinstance(result, Order)]
    assert failed
    assert all(isinstance(result, SoldOutError) for result in failed)
    assert await numbers(db) == list(range(1001, 1001 + len(placed)))
    assert await db.fetch_val(select(counters.c.value).where(counters.c.name == "invoices:802016-0001")) == len(placed)
    assert len({order.ocr for order in placed}) == len(placed)
    stored = await db.fetch_all(
        select(orders.c.ocr, orders.c.code, invoices.c.ocr.label("invoice_ocr"), invoices.c.order_code).join(
            invoices, invoices.c.order_id == orders.c.id
        )
    )
    assert {(row.code, row.ocr) for row in stored} == {(row.order_code, row.invoice_ocr) for row in stored}


async def test_a_failed_order_burns_no_number(db: Database, edition: Edition) -> None:
    await make_order(db, edition)
    with pytest.raises(SoldOutError):
        await make_order(db, edition, *["ordinarie"] * 30, source="organiser")
    await make_order(db, edition, key="k1")
    with pytest.raises(ConflictError):
        await make_order(db, edition, "student", key="k1")
    await make_order(db, edition)
    assert await numbers(db) == [1001, 1002, 1003]


async def test_the_same_request_again_is_invoiced_once(db: Database, edition: Edition) -> None:
    desk = Desk(db, BASE_URL)
    placed = await asyncio.gather(*(desk.place(edition, order_request(key="k1")) for _ in range(10)))
    assert {order.ocr for order in placed} == {"10017"}
    assert (await make_order(db, edition, key="k2")).ocr == "10025"
    assert await numbers(db) == [1001, 1002]


async def test_cancelling_takes_the_invoice_back_with_a_credit_note(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition, "ordinarie", "student", buyer=BUYER)
    await mark_paid(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    changed = await cancel(db, replace(edition, seller_name="Ett annat namn"), order)
    invoice, credit = await invoices_of_order(db, order.id)
    assert (credit.kind, credit.number, credit.credits_id, credit.credits_number) == (
        InvoiceKind.CREDIT,
        1002,
        invoice.id,
        1001,
    )
    assert (credit.total, credit.due_on) == (-175_000, None)
    assert credit.issued_at == changed.cancelled_at
    assert (credit.seller, credit.buyer) == (invoice.seller, invoice.buyer)
    assert credit.vat == (VatTotal(25, -100_000, -25_000), VatTotal(None, -50_000, 0))
    assert [(line.quantity, line.unit_price, line.net) for line in credit.lines] == [
        (-1, 100_000, -100_000),
        (-1, 50_000, -50_000),
    ]
    mail = next(mail for mail in await mails_of_order(db, order.id) if mail.kind == "order_cancelled")
    assert mail.attachments == ("credit-note.pdf",)
    assert "Kreditfakturan ligger som PDF i mejlet." in mail.body_text
    attachment = await attachment_maker(db, BASE_URL)(mail, "credit-note.pdf")
    assert attachment
    assert attachment.filename == "lokalekonomidagarna-2027-kreditfaktura-1002.pdf"


async def test_only_one_of_two_cancellations_credits(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition)
    results = await asyncio.gather(*(cancel(db, edition, order) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(result, ConflictError) for result in results) == 4
    assert await numbers(db) == [1001, 1002]


async def test_an_invoice_stays_as_it_was_issued(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition)
    before = await invoices_of_order(db, order.id)
    await correct_order(db, order, Buyer("Någon annan", "annan@example.org"), [Attendee("Ny", "", "")], actor=ACTOR)
    assert await invoices_of_order(db, order.id) == before


async def test_there_are_as_many_statements_for_twenty_as_for_one(
    db: Database, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    for name in ("fetch_all", "execute", "execute_many"):
        original = getattr(db, name)

        async def counted(query: object, *args: object, original: Any = original, **kwargs: object) -> object:
            seen.append(query)
            return await original(query, *args, **kwargs)

        monkeypatch.setattr(db, name, counted)
    counts = []
    for n in (1, 20):
        seen.clear()
        await place_orders(db, edition, [order_request("student")] * n, base_url=BASE_URL)
        counts.append(len(seen))
    assert counts[0] == counts[1]


async def test_numbers_are_unique_in_the_database_itself(db: Database, edition: Edition) -> None:
    await make_order(db, edition)
    await db.execute(counters.update().where(counters.c.name == "invoices:802016-0001").values(value=0))
    with pytest.raises(Exception, match=r"(?i)unique"):
        await make_order(db, edition)
    assert await db.fetch_val(select(func.count()).select_from(orders)) == 1
