"""The office's page about badges: what is chosen is what is printed, and only a button changes anything."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, insert, select

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.registration.actions import cancel_order
from konferens.registration.model import Order, TicketRequest
from konferens.signups.actions import take_session_seats
from konferens.tables import ticket_sessions, tickets
from tests.badges.paper import read_pages
from tests.browser import Browser
from tests.factories import ACTOR, make_addon, make_edition, make_order, make_ticket_type, wall
from tests.signups.factories import make_signup, wait_for

OFFICE = "/organiser/lokalekonomidagarna/2027"


@pytest.fixture
async def edition(db: Database) -> Edition:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    await make_ticket_type(db, edition, "student")
    return edition


@pytest.fixture
async def order(db: Database, edition: Edition) -> Order:
    return await make_order(
        db,
        edition,
        tickets=(TicketRequest("ordinarie", "Örjan Öberg"), TicketRequest("student", "Anna Åkesson", "", "Macken")),
    )


async def printed(db: Database) -> int:
    return int(await db.fetch_val(select(func.count()).where(tickets.c.badge_printed_at.is_not(None))))


async def test_everybodys_badges_are_one_pdf_whose_codes_are_the_tickets(office: Browser, order: Order) -> None:
    response = office.get(f"{OFFICE}/badges.pdf?layout=a6")
    assert (response.status_code, response.headers["content-type"]) == (200, "application/pdf")
    assert response.headers["cache-control"] == "no-store"
    base_url = office.client.app.state.settings.base_url  # type: ignore[attr-defined]
    pages = read_pages(response.content)
    expected = [f"{base_url}/t/{ticket.token}" for ticket in reversed(order.tickets)]
    assert [code.text for page in pages for code in page.codes] == expected
    assert [(page.width_mm, page.height_mm) for page in pages] == [(105, 148), (105, 148)]
    assert "Macken" in pages[0].text


async def test_four_badges_share_an_a4(office: Browser, order: Order) -> None:
    (page,) = read_pages(office.get(f"{OFFICE}/badges.pdf?layout=a6-on-a4").content)
    assert (page.width_mm, page.height_mm, len(page.codes)) == (210, 297, len(order.tickets))


async def test_one_badge_is_printed_for_one_ticket(office: Browser, order: Order) -> None:
    response = office.get(f"{OFFICE}/badges.pdf?layout=a6&order={order.code.lower()}&position=1")
    (page,) = read_pages(response.content)
    assert page.codes[0].text.endswith(order.tickets[0].path)


@pytest.mark.parametrize(
    "query", ["order=ABC234", "order={}&position=3", "order={}&position=x", "order={}&position=-1"]
)
async def test_a_ticket_that_is_not_there_has_no_badge(office: Browser, order: Order, query: str) -> None:
    assert office.get(f"{OFFICE}/badges.pdf?layout=a6&{query.format(order.code)}").status_code == 404


async def test_a_cancelled_order_has_no_badges(db: Database, edition: Edition, office: Browser, order: Order) -> None:
    await cancel_order(db, edition, order, actor=ACTOR, base_url="http://testserver")
    assert office.get(f"{OFFICE}/badges.pdf?layout=a6&order={order.code}").status_code == 404
    assert "Det finns ingen giltig biljett än" in office.text(f"{OFFICE}/badges")


@pytest.mark.parametrize("query", ["layout=a5", "layout=a6&type=x", "layout=a6&type=999", "layout="])
async def test_a_choice_that_cannot_be_is_told(office: Browser, order: Order, query: str) -> None:
    for page in ("badges", "badges.pdf"):
        response = office.get(f"{OFFICE}/{page}?{query}")
        assert response.status_code == 422
        assert 'class="error-summary"' in response.text


async def test_nothing_to_print_leads_back_to_the_choice(office: Browser, order: Order) -> None:
    response = office.get(f"{OFFICE}/badges.pdf?layout=a6&paid=1")
    assert (response.status_code, response.headers["location"]) == (303, f"{OFFICE}/badges?layout=a6&paid=1")
    assert "Ingen passar in på urvalet." in office.text(response.headers["location"])


async def test_looking_and_downloading_mark_nothing(db: Database, office: Browser, order: Order) -> None:
    office.text(f"{OFFICE}/badges")
    office.get(f"{OFFICE}/badges.pdf?layout=a6")
    assert await printed(db) == 0


async def test_exactly_those_shown_are_marked(db: Database, edition: Edition, office: Browser, order: Order) -> None:
    page = f"{OFFICE}/badges?layout=a6&unprinted=1"
    filled = office.form(page)
    assert filled["ids"] == ",".join(str(ticket.id) for ticket in reversed(order.tickets))
    late = await make_order(db, edition)
    done = office.client.post(f"{OFFICE}/badges/printed", data=filled, follow_redirects=False)
    assert done.headers["location"] == f"{OFFICE}/badges?layout=a6&unprinted=1&notice=printed"
    assert await printed(db) == len(order.tickets)
    assert office.form(page)["ids"] == str(late.tickets[0].id)


async def test_marks_are_taken_back(db: Database, office: Browser, order: Order) -> None:
    filled = office.form(f"{OFFICE}/badges")
    office.client.post(f"{OFFICE}/badges/printed", data=filled, follow_redirects=False)
    undo = office.form(f"{OFFICE}/badges")
    assert undo["printed"] == "0"
    office.client.post(f"{OFFICE}/badges/printed", data=undo, follow_redirects=False)
    assert await printed(db) == 0


@pytest.mark.parametrize("ids", ["", "x", "x,,٣", "99999999999999999999", "-1", "1;DROP TABLE tickets"])
async def test_strange_ids_mark_nothing_and_break_nothing(
    db: Database, office: Browser, order: Order, ids: str
) -> None:
    done = office.post(f"{OFFICE}/badges/printed", {"ids": ids, "layout": "a6"}, page=f"{OFFICE}/badges")
    assert done.status_code == 303
    assert await printed(db) == 0


async def test_a_badge_tells_what_one_is_signed_up_for_and_nothing_else(
    db: Database, edition: Edition, office: Browser, order: Order
) -> None:
    holder = order.tickets[0].id
    going = await make_signup(db, edition, "Studiebesök i Sörvik", wall_starts=wall(11, 13))
    waited = await make_signup(db, edition, "Kvarnen", wall_starts=wall(11, 15), capacity=0)
    starred = await make_signup(db, edition, "Föredraget", signup=False, wall_starts=wall(12, 9))
    await take_session_seats(db, edition.id, {going.id: [holder], starred.id: [holder]})
    await wait_for(db, waited, holder)
    page = read_pages(office.get(f"{OFFICE}/badges.pdf?order={order.code}&position=1").content)[0]
    assert "tis 13.00 Studiebesök i Sörvik" in page.text
    assert ("Kvarnen" in page.text, "Föredraget" in page.text) == (False, False)


async def test_a_folded_badge_has_what_one_has_chosen_and_bought_inside(
    db: Database, edition: Edition, office: Browser
) -> None:
    await make_addon(
        db,
        edition,
        name="Middag",
        starts_at=datetime(2027, 5, 11, 16, tzinfo=UTC),
        ends_at=datetime(2027, 5, 11, 19, tzinfo=UTC),
        location="Logen",
    )
    await make_addon(db, edition, "lunch", name="Lunchpåse")
    bought = TicketRequest("ordinarie", "Anna Åkesson", addons=("middag", "lunch"))
    order = await make_order(db, edition, tickets=(bought,))
    chosen = await make_signup(db, edition, "Föredraget", signup=False, wall_starts=wall(12, 9), wall_ends=wall(12, 10))
    await make_signup(db, edition, "Något annat", signup=False, wall_starts=wall(12, 13))
    await db.execute(
        insert(ticket_sessions).values(ticket_id=order.tickets[0].id, session_id=chosen.id, created_at=now())
    )
    page = read_pages(office.get(f"{OFFICE}/badges.pdf?order={order.code}&layout=a4-folded").content)[0]
    inside = page.text.partition("Mitt program")[2]
    wanted = ["Tisdag 11 maj", "Middag", "Logen", "Onsdag 12 maj", "Föredraget", "Lunchpåse"]
    assert sorted(wanted, key=inside.index) == wanted
    assert ("18.00–21.00" in inside, "9.00–10.00" in inside) == (True, True)
    assert "Något annat" not in inside


async def test_only_our_own_pages_may_frame_the_pdf(office: Browser, order: Order) -> None:
    response = office.get(f"{OFFICE}/badges.pdf?layout=a6")
    assert (
        response.headers["x-frame-options"],
        "frame-ancestors 'self'" in response.headers["content-security-policy"],
    ) == (
        "SAMEORIGIN",
        True,
    )
