"""Where invoices are seen: the buyer's page, and the office."""

from datetime import date

import pytest
from peppol import validate_xsd
from starlette.testclient import TestClient

from konferens.database import Database
from konferens.events.model import Edition
from konferens.registration.actions import cancel_order
from konferens.registration.model import Buyer, Order
from tests.browser import Browser
from tests.factories import ACTOR, make_edition, make_login, make_order, make_ticket_type
from tests.payments.papers import pages_of
from tests.payments.test_actions import SELLER

BASE_URL = "http://testserver"
OFFICE = "/organiser/lokalekonomidagarna/2027"


@pytest.fixture
async def edition(db: Database) -> Edition:
    edition = await make_edition(db, **SELLER)
    await make_ticket_type(db, edition)
    await make_ticket_type(db, edition, "gratis", price=0)
    return edition


@pytest.fixture
async def order(db: Database, edition: Edition) -> Order:
    return await make_order(db, edition)


async def test_the_buyer_gets_the_invoice_from_the_orders_page(client: TestClient, order: Order) -> None:
    page = client.get(order.path).text
    assert f'href="{order.path}invoices/1001.pdf"' in page
    assert "<dt>OCR-nummer</dt><dd><strong>10017</strong></dd>" in page
    response = client.get(f"{order.path}invoice.pdf")
    assert (response.status_code, response.headers["content-type"]) == (200, "application/pdf")
    assert response.headers["content-disposition"] == 'inline; filename="lokalekonomidagarna-2027-faktura-1001.pdf"'
    assert response.headers["cache-control"] == "no-store"
    assert "Lokalekonomidagarna 2027" in pages_of(response.content)[0]
    assert client.get(f"{order.path}credit-note.pdf").status_code == 404


async def test_after_the_cancellation_both_are_there(
    client: TestClient, db: Database, edition: Edition, order: Order
) -> None:
    await cancel_order(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    page = client.get(order.path).text
    assert f'href="{order.path}invoices/1001.pdf"' in page
    assert f'href="{order.path}invoices/1002.pdf"' in page
    texts = [pages_of(client.get(f"{order.path}{name}.pdf").content)[0] for name in ("invoice", "credit-note")]
    assert ["Avser faktura" in text for text in texts] == [False, True]
    by_number = [client.get(f"{order.path}invoices/{number}.pdf") for number in (1001, 1002, 1003)]
    assert [pages_of(response.content)[0] for response in by_number[:2]] == texts
    assert by_number[2].status_code == 404


async def test_a_buyer_who_takes_e_invoices_gets_one(
    client: TestClient, db: Database, edition: Edition, office: Browser
) -> None:
    buyer = Buyer(
        "Anna", "anna@example.org", "Sunne kommun", address="Box 1\n686 30 Sunne", peppol="0088:7300010000001"
    )
    order = await make_order(db, edition, buyer=buyer)
    response = client.get(f"{order.path}invoices/1001.xml")
    assert (response.status_code, response.headers["content-type"]) == (200, "application/xml")
    assert response.headers["content-disposition"] == 'inline; filename="lokalekonomidagarna-2027-faktura-1001.xml"'
    assert validate_xsd(response.content) == (True, [])
    assert "7300010000001" in response.text
    assert f"{order.path}invoices/1001.xml" in office.get(f"{OFFICE}/orders/{order.code}").text
    private = await make_order(db, edition)
    assert client.get(f"{private.path}invoices/1002.xml").status_code == 404


async def test_nobody_else_gets_it(client: TestClient, db: Database, edition: Edition, order: Order) -> None:
    other = await make_order(db, edition)
    for path in (
        f"/orders/{order.code}/AAAAAAAAAAAAAAAAAAAAAAAA/invoice.pdf",
        f"/orders/{order.code}/{other.secret}/invoice.pdf",
        f"/orders/{order.code}/{other.secret}/credit-note.pdf",
        f"/orders/{order.code}/{other.secret}/invoices/1001.pdf",
        f"/orders/{other.code}/{other.secret}/invoices/1001.pdf",
        f"/orders/{order.code}/{other.secret}/receipt.pdf",
        f"/orders/ABCDEF/{order.secret}/invoice.pdf",
    ):
        assert client.get(path).status_code == 404


async def test_a_free_order_has_none(client: TestClient, db: Database, edition: Edition) -> None:
    free = await make_order(db, edition, "gratis")
    assert "invoice.pdf" not in client.get(free.path).text
    assert client.get(f"{free.path}invoice.pdf").status_code == 404


async def test_the_office_sees_the_numbers_and_the_papers(
    db: Database, edition: Edition, order: Order, office: Browser
) -> None:
    assert "En kreditfaktura utfärdas" in office.text(f"{OFFICE}/orders/{order.code}/cancellation")
    assert "Fakturan är redan utfärdad" in office.text(f"{OFFICE}/orders/{order.code}/edit")
    await cancel_order(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    page = office.text(f"{OFFICE}/orders/{order.code}")
    assert f'href="{order.path}invoices/1001.pdf">Faktura 1001<' in page
    assert f'href="{order.path}invoices/1002.pdf">Kreditfaktura 1002<' in page
    assert "<dd>10017</dd>" in page


@pytest.mark.parametrize("words", ["10017", "1001", "1002", "10025"])
async def test_an_order_is_found_by_the_number_or_ocr_of_its_papers(
    db: Database, edition: Edition, order: Order, office: Browser, words: str
) -> None:
    await cancel_order(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    other = await make_order(db, edition)  # 1003
    page = office.text(f"{OFFICE}/orders?q={words}")
    assert f"orders/{order.code}" in page
    assert f"orders/{other.code}" not in page


@pytest.mark.parametrize("words", ["100", "9" * 18, "9" * 60, "١٠٠١"])
async def test_no_other_digits_find_it(order: Order, office: Browser, words: str) -> None:
    assert f"orders/{order.code}" not in office.text(f"{OFFICE}/orders?q={words}")


async def test_the_overview_tells_what_invoices_lack(db: Database, office: Browser) -> None:
    lacking = await make_edition(db, slug="2028", **{**SELLER, "seller_orgnr": "", "seller_vat_number": ""})
    free = await make_edition(db, slug="2029")
    await make_ticket_type(db, lacking)
    await make_ticket_type(db, free, price=0)
    over = await make_edition(db, slug="2025", starts_on=date(2025, 5, 6), ends_on=date(2025, 5, 7))
    await make_ticket_type(db, over)
    token = await make_login(db, email="cia@example.org")
    office.client.cookies.set("login", token)
    assert "saknas organisationsnummer och momsregistreringsnummer." in office.text(
        "/organiser/lokalekonomidagarna/2028/"
    )
    for slug in ("2025", "2027", "2029"):
        assert "Inga fakturor skickas" not in office.text(f"/organiser/lokalekonomidagarna/{slug}/")
