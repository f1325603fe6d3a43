"""The office's page about payments: reports read in, lines matched by hand, sums and the bookkeeper's list."""

import asyncio
import csv
import io

import pytest
from sqlalchemy import select

from konferens.database import Database
from konferens.events.model import Edition
from konferens.mail.queries import mails_of_order
from konferens.payments.queries import payments_of_order
from konferens.registration.actions import cancel_order, mark_paid
from konferens.registration.bank_import import import_report
from konferens.registration.bank_lines import lines_without_order
from konferens.registration.model import OrderStatus
from konferens.registration.queries import order_by_id
from konferens.registration.sales import orders_to_follow_up, payment_lines, sales_of
from konferens.tables import bank_rows
from tests.browser import Browser
from tests.factories import ACTOR, make_edition, make_order, make_ticket_type
from tests.payments.test_actions import SELLER
from tests.registration.office import OFFICE, counted_queries

BASE_URL = "http://testserver"
PAGE = f"{OFFICE}/payments"


@pytest.fixture
async def edition(db: Database) -> Edition:
    edition = await make_edition(db, **SELLER)
    await make_ticket_type(db, edition)
    await make_ticket_type(db, edition, "student", price=50_000, vat_rate=None)
    return edition


def report(*rows: tuple[str, str, str]) -> bytes:
    """A bank's list of (amount, payer, message) on 24 November 2026."""
    lines = [f"2026-11-24;{amount};{payer};{message}" for amount, payer, message in rows]
    return "\r\n".join(["Bokföringsdag;Belopp;Namn;Meddelande", *lines]).encode("cp1252")


def upload(office: Browser, content: bytes, **data: str) -> tuple[int, str]:
    """The status, and where it leads or the page."""
    response = office.post(PAGE, data, files={"report": ("rapport.csv", content, "text/csv")})
    return response.status_code, response.headers.get("location", response.text)


async def statuses(db: Database) -> list[str]:
    return [row.status for row in await db.fetch_all(select(bank_rows.c.status).order_by(bank_rows.c.id))]


async def test_a_report_pays_the_orders_that_it_names(db: Database, edition: Edition, office: Browser) -> None:
    by_ocr = await make_order(db, edition)
    by_code = await make_order(db, edition, payment_method="swish")
    part = await make_order(db, edition)
    content = report(
        ("1 250,00", "Åsa Öberg", f"OCR{by_ocr.ocr}"),
        ("1250,00", "Bo", f"biljett {by_code.code.lower()}, tack"),
        ("-300,00", "Hyra", ""),
        ("500,00", "Cia", part.ocr),
        ("77,00", "Dan", "Fika"),
    )
    status, location = upload(office, content, announce="1")
    told = "matched=3&unmatched=1&known=0&outgoing=1"
    assert (status, location) == (303, f"{PAGE}?{told}")
    assert [(await order_by_id(db, order.id)).status for order in (by_ocr, by_code, part)] == [
        OrderStatus.PAID,
        OrderStatus.PAID,
        OrderStatus.PENDING,
    ]
    assert [mail.kind for mail in await mails_of_order(db, by_ocr.id)] == ["order_confirmation", "order_paid"]
    page = office.text(location)
    for words in (
        "3 betalningar fick sin bokning.",
        "1 hittade ingen bokning.",
        "1 rad var ingen inbetalning.",
        "Texten nämner ingen bokning.",
        "750\xa0kr kvar",
        f'href="{OFFICE}/orders/{part.code}"',
    ):
        assert words in page
    again = upload(office, content)
    assert again == (303, f"{PAGE}?matched=0&unmatched=0&known=4&outgoing=1")
    assert [payment.amount for payment in await payments_of_order(db, by_ocr.id)] == [125_000]


async def test_a_report_with_a_wrong_line_changes_nothing(db: Database, edition: Edition, office: Browser) -> None:
    order = await make_order(db, edition)
    status, page = upload(office, report(("1250,00", "Åsa", order.ocr), ("tolv", "Bo", "")))
    assert status == 422
    assert "Rad 3: ”tolv” är inget belopp" in page
    assert await statuses(db) == []
    assert (await order_by_id(db, order.id)).paid == 0


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"PK\x03\x04", b"a;b\n1;2\n"])
async def test_what_is_no_report_is_refused(db: Database, office: Browser, content: bytes) -> None:
    status, page = upload(office, content)
    assert status == 422
    assert "Filen lästes inte in. Ingenting är ändrat." in page


async def test_nothing_is_uploaded(db: Database, office: Browser) -> None:
    assert office.post(PAGE, {}).status_code == 422


async def test_a_line_is_matched_by_hand(db: Database, edition: Edition, office: Browser) -> None:
    order = await make_order(db, edition)
    upload(office, report(("1250,00", "Mormor", "Annas biljett")))
    row_id = await db.fetch_val(select(bank_rows.c.id))
    wrong = office.post(f"{PAGE}/{row_id}/order", {"code": "ZZZZZZ"}, page=PAGE)
    assert wrong.status_code == 422
    assert "Det finns ingen bokning med den koden." in wrong.text
    assert 'value="ZZZZZZ"' in wrong.text
    done = office.post(f"{PAGE}/{row_id}/order", {"code": f" {order.code.lower()} "}, page=PAGE)
    assert (done.status_code, done.headers["location"]) == (303, f"{PAGE}?notice=matched#reports")
    assert (await order_by_id(db, order.id)).status is OrderStatus.PAID
    assert await statuses(db) == ["matched"]
    assert office.post(f"{PAGE}/{row_id}/order", {"code": order.code}, page=PAGE).status_code == 409
    assert (await order_by_id(db, order.id)).paid == 125_000


async def test_a_payment_for_the_wrong_order_waits_for_the_right_one(
    db: Database, edition: Edition, office: Browser
) -> None:
    wrong, right = await make_order(db, edition), await make_order(db, edition)
    upload(office, report(("1250,00", "Eva", wrong.code)))
    (payment,) = await payments_of_order(db, wrong.id)
    page = f"{OFFICE}/orders/{wrong.code}"
    action = f"{page}/payments/{payment.id}/correction"
    assert action in office.text(page)
    done = office.post(action, {}, page=page)
    assert (done.status_code, done.headers["location"]) == (303, f"{page}?notice=corrected")
    waiting = await order_by_id(db, wrong.id)
    assert (waiting.status, waiting.paid, waiting.paid_at) == (OrderStatus.PENDING, 0, None)
    assert [(each.amount, each.reference) for each in await payments_of_order(db, wrong.id)] == [
        (125_000, wrong.code),
        (-125_000, f"Rättar nr {payment.id}"),
    ]
    assert action not in office.text(page)
    assert office.post(action, {}, page=page).status_code == 409
    assert office.post(f"{page}/payments/99999/correction", {}, page=page).status_code == 404
    row_id = await db.fetch_val(select(bank_rows.c.id))
    office.post(f"{PAGE}/{row_id}/order", {"code": right.code}, page=PAGE)
    assert (await order_by_id(db, right.id)).status is OrderStatus.PAID


async def test_the_same_report_at_the_same_time_counts_once(db: Database, edition: Edition) -> None:
    order = await make_order(db, edition)
    content = report(("1250,00", "Eva", order.ocr), ("5,00", "Eva", ""))
    counts = await asyncio.gather(
        *(import_report(db, edition, content, actor=ACTOR, base_url=BASE_URL) for _ in range(4))
    )
    assert sorted(count.known for count in counts) == [0, 2, 2, 2]
    assert (await order_by_id(db, order.id)).paid == 125_000
    assert await statuses(db) == ["matched", "unmatched"]


async def test_a_line_is_put_aside_and_taken_up_again(db: Database, edition: Edition, office: Browser) -> None:
    upload(office, report(("80,00", "Kommunen", "Bidrag")))
    row_id = await db.fetch_val(select(bank_rows.c.id))
    office.post(f"{PAGE}/{row_id}/aside", {}, page=PAGE)
    assert await statuses(db) == ["ignored"]
    assert "1 betalning lagd åt sidan" in office.text(PAGE)
    office.post(f"{PAGE}/{row_id}/take-up", {}, page=PAGE)
    assert await statuses(db) == ["unmatched"]


async def test_a_line_of_another_conference_is_out_of_reach(db: Database, edition: Edition, office: Browser) -> None:
    other = await make_edition(db, slug="2028", **SELLER)
    await make_ticket_type(db, other)
    theirs = await make_order(db, other)
    upload(office, report(("1250,00", "Eva", theirs.ocr)))
    assert f"Texten nämner en bokning till {other.name}." in office.text(PAGE)
    assert (await order_by_id(db, theirs.id)).paid == 0
    await db.execute(bank_rows.update().values(edition_id=other.id))
    row_id = await db.fetch_val(select(bank_rows.c.id))
    for end in ("order", "aside", "take-up"):
        assert office.post(f"{PAGE}/{row_id}/{end}", {"code": "ABCDEF"}, page=PAGE).status_code == 404


async def test_a_text_that_names_two_orders_is_left_to_people(db: Database, edition: Edition, office: Browser) -> None:
    one, two = await make_order(db, edition), await make_order(db, edition)
    upload(office, report(("2500,00", "Eva", f"{one.code} och {two.code}")))
    assert f"Texten nämner flera bokningar: {one.code} och {two.code}." in office.text(PAGE)


async def test_the_sums_are_those_of_the_orders(db: Database, edition: Edition, office: Browser) -> None:
    paid = await make_order(db, edition, "ordinarie", "student")
    await mark_paid(db, edition, paid, actor=ACTOR, base_url=BASE_URL)
    gone = await make_order(db, edition)
    await mark_paid(db, edition, gone, actor=ACTOR, base_url=BASE_URL)
    await cancel_order(db, edition, gone, actor=ACTOR, base_url=BASE_URL)
    await make_order(db, edition)
    page = office.text(PAGE)
    values = {"Sålt": "3\xa0000", "Betalt": "3\xa0000", "Kvar att betala": "1\xa0250", "Att återbetala": "1\xa0250"}
    for label, sum_ in values.items():
        assert f'{sum_}\xa0kr</span><span class="stat-label">{label}</span>' in page
    assert "1\xa0250\xa0kr att återbetala" in page


async def test_the_bookkeeper_gets_every_payment(db: Database, edition: Edition, office: Browser) -> None:
    order = await make_order(db, edition)
    upload(office, report(("500,50", "Eva", f"{order.ocr} =HYPERLINK(1)")))
    response = office.get(f"{OFFICE}/payments.csv")
    assert response.headers["content-disposition"] == 'attachment; filename="lokalekonomidagarna-2027-payments.csv"'
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[1][1:9] == [
        "2026-11-24",
        "500,50",
        "Bankgiro eller bankkonto",
        order.code,
        order.ocr,
        "Anna Öberg",
        "",
        f"{order.ocr} =HYPERLINK(1)",
    ]
    assert rows[1][10] == ACTOR


async def test_there_are_as_many_queries_for_many_as_for_one(db: Database, edition: Edition) -> None:
    counts = []
    for count in (1, 5):
        placed = [await make_order(db, edition) for _ in range(count)]
        lines = [
            (f"{count}00,00", "Eva", text) for order in placed for text in (order.ocr, order.code, f"? {order.id}")
        ]
        with counted_queries() as seen:
            await import_report(db, edition, report(*lines), actor=ACTOR, base_url=BASE_URL)
            await lines_without_order(db, edition)
            await orders_to_follow_up(db, edition.id)
            await payment_lines(db, edition.id)
            await sales_of(db, edition.id)
        counts.append(len(seen))
    assert counts[0] == counts[1]
