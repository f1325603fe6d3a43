"""An order's money in the office: payments and refunds by hand, papers, the invoice written anew."""

from dataclasses import replace

import pytest

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.payments.model import Method
from konferens.payments.queries import invoices_of_order, payments_of_order
from konferens.registration.actions import cancel_order, mark_paid
from konferens.registration.corrections import correct_order
from konferens.registration.model import Order, OrderStatus
from konferens.registration.queries import order_by_code
from tests.browser import Browser
from tests.factories import ACTOR, make_edition, make_order, make_ticket_type
from tests.payments.test_actions import SELLER
from tests.registration.office import OFFICE

BASE_URL = "http://testserver"


@pytest.fixture
async def edition(db: Database) -> Edition:
    edition = await make_edition(db, **SELLER)
    await make_ticket_type(db, edition)
    return edition


@pytest.fixture
async def order(db: Database, edition: Edition) -> Order:
    return await make_order(db, edition)


async def test_a_payment_is_written_down_with_day_method_and_reference(
    db: Database, edition: Edition, order: Order, office: Browser
) -> None:
    page = f"{OFFICE}/orders/{order.code}/payment"
    typed = office.form(page)
    assert (typed["amount"], typed["method"], typed["paid_on"], typed["announce"]) == (
        "1250",
        "bankgiro",
        now().astimezone(edition.zone).date().isoformat(),
        "y",
    )
    done = office.post(
        page, typed | {"amount": "500,50", "method": "swish", "paid_on": "2026-11-03", "reference": "BG 1"}
    )
    assert (done.status_code, done.headers["location"]) == (303, f"{OFFICE}/orders/{order.code}?notice=payment")
    (payment,) = await payments_of_order(db, order.id)
    assert (payment.amount, payment.method, payment.paid_on.isoformat(), payment.reference, payment.actor) == (
        50_050,
        Method.SWISH,
        "2026-11-03",
        "BG 1",
        ACTOR,
    )
    shown = office.text(f"{OFFICE}/orders/{order.code}")
    assert "Kvar att betala</span><span>749,50\xa0kr" in shown
    assert "registrerade en betalning" in shown
    assert f'href="{order.path}receipt.pdf"' in shown
    assert (await order_by_code(db, order.code)).status is OrderStatus.PENDING
    assert office.form(page)["amount"] == "749,50"


@pytest.mark.parametrize(
    "wrong",
    [
        ("amount", "", "Skriv ett belopp."),
        ("amount", "0", "Beloppet ska vara mer än 0 kr."),
        ("amount", "tusen", "Skriv beloppet i kronor, till exempel 1250 eller 1250,50."),
        ("paid_on", "", "Skriv vilken dag det var."),
        ("paid_on", "0001-01-01", "Skriv ett år mellan 2000 och 2199."),
        ("method", "guld", ""),
    ],
)
async def test_what_is_wrong_stands_beside_the_field(
    db: Database, order: Order, office: Browser, wrong: tuple[str, str, str]
) -> None:
    field, value, message = wrong
    page = f"{OFFICE}/orders/{order.code}/payment"
    response = office.post(page, office.form(page) | {"reference": "Behållen", field: value})
    assert response.status_code == 422
    assert message in response.text
    assert 'value="Behållen"' in response.text
    assert await payments_of_order(db, order.id) == []


async def test_a_form_that_is_sent_twice_counts_once(db: Database, order: Order, office: Browser) -> None:
    page = f"{OFFICE}/orders/{order.code}/payment"
    typed = office.form(page)
    assert [office.client.post(page, data=typed, follow_redirects=False).status_code for _ in range(2)] == [303, 409]
    assert (await order_by_code(db, order.code)).paid == 125_000


async def test_what_comes_for_a_cancelled_order_is_paid_back(
    db: Database, edition: Edition, order: Order, office: Browser
) -> None:
    await mark_paid(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    page = f"{OFFICE}/orders/{order.code}/refund"
    assert "Det finns inget att betala tillbaka." in office.text(page)
    await cancel_order(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    assert "Att återbetala</span><span>1\xa0250\xa0kr" in office.text(f"{OFFICE}/orders/{order.code}")
    too_much = office.post(page, office.form(page) | {"amount": "1300"})
    assert too_much.status_code == 422
    assert "Högst 1\xa0250\xa0kr." in too_much.text
    done = office.post(page, office.form(page))
    assert done.headers["location"] == f"{OFFICE}/orders/{order.code}?notice=refunded"
    assert [payment.amount for payment in await payments_of_order(db, order.id)] == [125_000, -125_000]
    assert "Att återbetala" not in office.text(f"{OFFICE}/orders/{order.code}")


async def test_an_invoice_with_old_details_is_written_anew(
    db: Database, edition: Edition, order: Order, office: Browser
) -> None:
    page = f"{OFFICE}/orders/{order.code}"
    assert "Gör en ny faktura" not in office.text(page)
    buyer = replace(order.buyer, organisation="Östersunds kommun", reference="ZZ4711")
    await correct_order(db, order, buyer, None, actor=ACTOR)
    done = office.post(f"{page}/invoice", {}, page=page)
    assert (done.status_code, done.headers["location"]) == (303, f"{page}?notice=reissued")
    first, credit, second = await invoices_of_order(db, order.id)
    assert (credit.credits_id, credit.total, credit.credits_all) == (first.id, -125_000, True)
    assert (second.buyer.organisation, second.buyer.reference, second.total) == ("Östersunds kommun", "ZZ4711", 125_000)
    assert (await order_by_code(db, order.code)).ocr == second.ocr
    shown = office.text(page)
    assert [f"{order.path}invoices/{number}.pdf" in shown for number in (1001, 1002, 1003)] == [True] * 3
    assert "Gör en ny faktura" not in shown


async def test_only_an_order_with_an_invoice_has_one_to_write_anew(
    db: Database, edition: Edition, office: Browser
) -> None:
    order = await make_order(db, edition, payment_method="swish")
    page = f"{OFFICE}/orders/{order.code}"
    assert await invoices_of_order(db, order.id) == []
    assert office.post(f"{page}/invoice", {}, page=page).status_code == 409
