"""The office's pages about orders."""

import pytest
from sqlalchemy import insert, select, update

from konferens.audit import latest_changes
from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.offering.queries import quotas_of
from konferens.registration.actions import cancel_order, mark_paid
from konferens.registration.model import Buyer, OrderStatus, TicketRequest
from konferens.registration.queries import order_by_code
from konferens.tables import admissions, checkin_lists, mail_outbox, tickets
from tests.browser import Browser
from tests.factories import ACTOR, make_edition, make_order, make_quota, make_ticket_type
from tests.registration.office import OFFICE, counted_queries

BASE_URL = "http://testserver"


@pytest.fixture
async def edition(db: Database) -> Edition:
    edition = await make_edition(db)
    await make_ticket_type(db, edition, quota=await make_quota(db, edition, 100))
    return edition


async def mail_kinds(db: Database) -> list[str]:
    return [row.kind for row in await db.fetch_all(select(mail_outbox.c.kind).order_by(mail_outbox.c.id))]


@pytest.mark.parametrize(
    "words",
    [
        "ÅSTRÖM",
        "åström",
        "kund@",
        "byggemenskapen",
        "ÄPPEL",
        "äppel öst",
        "lillemor",
        "LILLEMOR@EXAMPLE.ORG",
        "växjö-åsa",
    ],
)
async def test_an_order_is_found_by_any_word_of_it_in_either_case(
    db: Database, edition: Edition, office: Browser, words: str
) -> None:
    order = await make_order(
        db,
        edition,
        buyer=Buyer("Örjan Åström", "kund@example.org", "BYGGEMENSKAPEN VÄXJÖ-ÅSA"),
        tickets=(TicketRequest("ordinarie", "Lillemor Äppelgren", "lillemor@example.org", "Östergården"),),
    )
    other = await make_order(db, edition)
    page = office.client.get(f"{OFFICE}/orders", params={"q": words}).text
    assert f"orders/{order.code}" in page
    assert f"orders/{other.code}" not in page


async def test_an_order_is_found_by_its_code_in_lower_case(db: Database, edition: Edition, office: Browser) -> None:
    order = await make_order(db, edition)
    assert f"orders/{order.code}" in office.text(f"{OFFICE}/orders?q={order.code.lower()}")


@pytest.mark.parametrize("words", ["100%", "_", "'", '"><script>alert(1)</script>', "😀", "\\"])
async def test_signs_in_a_search_are_only_signs(db: Database, edition: Edition, office: Browser, words: str) -> None:
    order = await make_order(db, edition)
    page = office.client.get(f"{OFFICE}/orders", params={"q": words}).text
    assert "Ingen bokning passar in på det du söker." in page
    assert order.code not in page
    assert "<script>alert" not in page


async def test_the_list_narrows_to_a_status_and_tells_sums(db: Database, edition: Edition, office: Browser) -> None:
    pending = await make_order(db, edition)
    paid = await make_order(db, edition, "ordinarie", "ordinarie")
    await mark_paid(db, edition, paid, actor=ACTOR, base_url=BASE_URL)
    page = office.text(f"{OFFICE}/orders?status=paid")
    assert f"orders/{paid.code}" in page
    assert f"orders/{pending.code}" not in page
    assert '<span class="stat-value">2\xa0500\xa0kr</span>' in page
    assert '<span class="stat-value">1\xa0250\xa0kr</span>' in page


async def test_only_the_editions_own_orders_are_shown(db: Database, edition: Edition, office: Browser) -> None:
    other = await make_edition(db, "drivmedel")
    await make_ticket_type(db, other)
    theirs = await make_order(db, other)
    assert theirs.code not in office.text(f"{OFFICE}/orders")
    for page in (f"orders/{theirs.code}", f"orders/{theirs.code}/edit", f"badges.pdf?order={theirs.code}"):
        assert office.get(f"{OFFICE}/{page}").status_code == 404
    for action in ("payment", "cancellation", "confirmation", "edit"):
        posted = office.post(f"{OFFICE}/orders/{theirs.code}/{action}", {}, page=f"{OFFICE}/quotas/new")
        assert posted.status_code == 404
    assert (await order_by_code(db, theirs.code)).status is OrderStatus.PENDING


@pytest.mark.parametrize("query", ["before=abc", "before=99999999999", "before=-1", "status=stulen", "q=%20%20", "x=1"])
async def test_a_strange_address_shows_the_list(db: Database, edition: Edition, office: Browser, query: str) -> None:
    order = await make_order(db, edition)
    assert f"orders/{order.code}" in office.text(f"{OFFICE}/orders?{query}")


async def test_the_list_goes_on_where_the_last_page_ended(db: Database, edition: Edition, office: Browser) -> None:
    oldest = await make_order(db, edition)
    for _ in range(50):
        await make_order(db, edition)
    first = office.text(f"{OFFICE}/orders")
    assert "51 bokningar" in first
    assert oldest.code not in first
    following = first.partition('rel="next" href="')[2].partition('"')[0]
    assert oldest.code in office.text(following)


async def test_the_list_asks_as_often_for_many_as_for_one(db: Database, edition: Edition, office: Browser) -> None:
    counts = []
    office.text(f"{OFFICE}/orders")
    for n in (1, 3):
        for _ in range(n):
            await make_order(db, edition, "ordinarie", "ordinarie")
        with counted_queries() as seen:
            office.text(f"{OFFICE}/orders")
        counts.append(len(seen))
    assert counts[0] == counts[1]


async def test_an_order_shows_all_that_belongs_to_it(db: Database, edition: Edition, office: Browser) -> None:
    await make_ticket_type(db, edition, "middag", price=30_000, vat_rate=12)
    order = await make_order(db, edition, "ordinarie", "middag", message="Vi kommer sent.\n<b>Hej</b>")
    list_id = await db.fetch_val(
        insert(checkin_lists).values(edition_id=edition.id, name="Entrén").returning(checkin_lists.c.id)
    )
    row = {"list_id": list_id, "ticket_id": order.tickets[0].id, "scan_nonce": "n", "scanned_at": now()}
    await db.execute(insert(admissions).values(**row))
    await db.execute(update(mail_outbox).values(status="failed", last_error="550 User <unknown>"))
    page = office.text(f"{OFFICE}/orders/{order.code}")
    for shown in (
        "Anna Öberg",
        "Deltagare 2",
        "deltagare1@example.org",
        "Med 25\xa0% moms",
        "varav moms 250\xa0kr",
        "varav moms 32,14\xa0kr",
        "1\xa0550\xa0kr",
        "Entrén",
        "550 User &lt;unknown&gt;",
        "&lt;b&gt;Hej&lt;/b&gt;",
        f'href="{order.path}"',
        f"badges.pdf?layout=a6&amp;order={order.code}&amp;position=2",
    ):
        assert shown in page, shown


async def test_an_order_is_marked_as_paid_and_the_buyer_told(db: Database, edition: Edition, office: Browser) -> None:
    order = await make_order(db, edition)
    page = f"{OFFICE}/orders/{order.code}/payment"
    done = office.post(page, office.form(page))
    assert (done.status_code, done.headers["location"]) == (303, f"{OFFICE}/orders/{order.code}?notice=paid")
    assert (await order_by_code(db, order.code)).status is OrderStatus.PAID
    assert await mail_kinds(db) == ["order_confirmation", "order_paid"]
    assert "markerade bokningen som betald" in office.text(f"{OFFICE}/orders/{order.code}")


async def test_the_buyer_needs_not_be_told(db: Database, edition: Edition, office: Browser) -> None:
    order = await make_order(db, edition)
    page = f"{OFFICE}/orders/{order.code}/payment"
    filled = office.form(page)
    del filled["announce"]
    assert office.post(page, filled).status_code == 303
    assert await mail_kinds(db) == ["order_confirmation"]


async def test_a_cancelled_order_frees_its_seats(db: Database, edition: Edition, office: Browser) -> None:
    order = await make_order(db, edition, "ordinarie", "ordinarie")
    await mark_paid(db, edition, order, actor=ACTOR, base_url=BASE_URL, announce=False)
    page = f"{OFFICE}/orders/{order.code}/cancellation"
    assert "2\xa0500\xa0kr är betalt." in office.text(page)
    assert office.post(page, {"tickets": ["1", "2"], "keep": "0", "announce": "y"}).status_code == 303
    assert (await order_by_code(db, order.code)).status is OrderStatus.CANCELLED
    assert [quota.taken for quota in await quotas_of(db, edition.id)] == [0]
    assert await mail_kinds(db) == ["order_confirmation", "order_cancelled"]
    assert office.post(page, {}, page=f"{OFFICE}/quotas/new").status_code == 409


async def test_one_ticket_is_cancelled_and_a_part_of_its_price_kept(
    db: Database, edition: Edition, office: Browser
) -> None:
    order = await make_order(db, edition, "ordinarie", "ordinarie")
    page = f"{OFFICE}/orders/{order.code}/cancellation"
    assert f'href="{page}?ticket=2"' in office.text(f"{OFFICE}/orders/{order.code}")
    ticked = [office.text(f"{page}?ticket={ticket}").count(" checked") for ticket in ("2", "7", "x")]
    assert ticked == [2, 3, 3]  # that ticket, or all of them where there is none; and that the buyer is told
    for wrong in ({"tickets": [], "keep": "0"}, {"tickets": ["1"], "keep": "101"}, {"tickets": ["7"], "keep": "0"}):
        assert office.post(page, wrong).status_code == 422
    assert office.post(page, {"tickets": ["2"], "keep": "40"}).status_code == 303
    changed = await order_by_code(db, order.code)
    assert [(ticket.is_valid, ticket.kept) for ticket in changed.tickets] == [(True, 0), (False, 50_000)]
    assert (changed.status, changed.total, changed.balance) == (OrderStatus.PENDING, 175_000, 175_000)
    assert await mail_kinds(db) == ["order_confirmation"]


async def test_the_confirmation_is_sent_again(db: Database, edition: Edition, office: Browser) -> None:
    order = await make_order(db, edition)
    page = f"{OFFICE}/orders/{order.code}"
    assert office.post(f"{page}/confirmation", {}, page=page).headers["location"] == f"{page}?notice=resent"
    assert await mail_kinds(db) == ["order_confirmation", "order_confirmation"]
    await cancel_order(db, edition, order, actor=ACTOR, base_url=BASE_URL, announce=False)
    assert office.post(f"{page}/confirmation", {}, page=f"{OFFICE}/quotas/new").status_code == 409


async def test_buyer_and_attendees_are_corrected(db: Database, edition: Edition, office: Browser) -> None:
    order = await make_order(db, edition, "ordinarie", "ordinarie")
    page = f"{OFFICE}/orders/{order.code}/edit"
    changed = office.form(page) | {
        "ticket-2-name": "Åke  Ny",
        "ticket-2-organisation": "Macken",
        "buyer-email": "ny@Example.org",
        "buyer-orgnr": "5560125790",
    }
    assert office.client.post(page, data=changed, follow_redirects=False).status_code == 303
    saved = await order_by_code(db, order.code)
    assert [(ticket.name, ticket.organisation) for ticket in saved.tickets] == [
        ("Deltagare 1", ""),
        ("Åke Ny", "Macken"),
    ]
    assert saved.buyer == Buyer("Anna Öberg", "ny@example.org", orgnr="556012-5790")
    noted = await latest_changes(db, f"order:{order.code}")
    assert [(change.actor, change.action) for change in noted] == [
        (ACTOR, "order.change-attendees"),
        (ACTOR, "order.change-buyer"),
    ]
    assert noted[1].before == {"email": "anna.oberg@example.org", "orgnr": ""}
    history = office.text(f"{OFFICE}/orders/{order.code}")
    assert "<del>anna.oberg@example.org</del> → ny@example.org" in history


async def test_saving_an_order_unchanged_leaves_no_trace(db: Database, edition: Edition, office: Browser) -> None:
    order = await make_order(db, edition)
    page = f"{OFFICE}/orders/{order.code}/edit"
    office.client.post(page, data=office.form(page), follow_redirects=False)
    assert await order_by_code(db, order.code) == order
    assert await latest_changes(db, f"order:{order.code}") == []


async def test_corrections_that_cannot_be_keep_what_was_typed(db: Database, edition: Edition, office: Browser) -> None:
    order = await make_order(db, edition, "ordinarie", "ordinarie")
    page = f"{OFFICE}/orders/{order.code}/edit"
    typed = office.form(page) | {
        "ticket-1-name": "",
        "ticket-2-email": "ingen adress",
        "buyer-orgnr": "123",
        "buyer-reference": 'Ref "<1>"',
    }
    response = office.client.post(page, data=typed)
    assert response.status_code == 422
    for message in (
        "Biljett 1, namn: Skriv deltagarens namn.",
        "Biljett 2, e-post:",
        "Den som bokade, organisationsnummer:",
    ):
        assert message in response.text
    assert 'value="ingen adress"' in response.text
    assert 'value="Ref &#34;&lt;1&gt;&#34;"' in response.text
    assert await order_by_code(db, order.code) == order


async def test_a_cancelled_orders_buyer_can_be_corrected(db: Database, edition: Edition, office: Browser) -> None:
    order = await make_order(db, edition)
    await cancel_order(db, edition, order, actor=ACTOR, base_url=BASE_URL)
    page = f"{OFFICE}/orders/{order.code}/edit"
    assert "ticket-1-name" not in office.text(page)
    office.post(page, {"buyer-name": "Anna Berg", "buyer-email": "anna@example.org", "ticket-1-name": "Någon annan"})
    saved = await order_by_code(db, order.code)
    assert (saved.buyer.name, saved.tickets[0].name) == ("Anna Berg", "Deltagare 1")


async def test_the_list_is_downloaded_for_spreadsheets(db: Database, edition: Edition, office: Browser) -> None:
    buyer = Buyer("=HYPERLINK(1)", "kund@example.org", address="Storgatan 1\n662 31 Åmål")
    order = await make_order(db, edition, "ordinarie", "ordinarie", buyer=buyer, message="-1+1;\nHej")
    other = await make_order(db, edition)
    response = office.get(f"{OFFICE}/orders.csv?q={order.code}")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.content.startswith(b"\xef\xbb\xbfBokning;Status;")
    text = response.content.decode("utf-8-sig")
    assert text.count("\r\n") == 3
    assert "'=HYPERLINK(1)" in text
    assert '"\'-1+1; Hej"' in text
    assert "Storgatan 1, 662 31 Åmål" in text
    assert ";1250,00;25 %;250,00;ja;" in text
    assert other.code not in text


@pytest.mark.parametrize("code", ["ABC234", "abc234", "ABC234-med-ord"])
async def test_an_order_that_is_not_there_is_not_found(office: Browser, code: str) -> None:
    assert office.get(f"{OFFICE}/orders/{code}").status_code == 404


async def test_tickets_are_told_by_their_own_traces(db: Database, edition: Edition, office: Browser) -> None:
    order = await make_order(db, edition, "ordinarie", "ordinarie")
    printed = update(tickets).where(tickets.c.id == order.tickets[1].id).values(badge_printed_at=now())
    await db.execute(printed)
    page = office.text(f"{OFFICE}/orders/{order.code}")
    assert page.count("namnskylt utskriven") == 1
    assert page.count("inte incheckad") == 2
