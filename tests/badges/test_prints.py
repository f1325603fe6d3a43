"""Printing: many with a page that counts, one at a desk; two who print at the same time hear of each other."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from konferens.badges.actions import mark_printed
from konferens.badges.making import PART, make_prints
from konferens.badges.papers import Paper
from konferens.badges.prints import (
    LEASE,
    PDF_KEPT,
    PrintedMeanwhileError,
    claim_print,
    find_print,
    forget_prints,
    pdf_of,
    print_one,
    start_print,
)
from konferens.clock import now
from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.registration.model import Order, TicketRequest
from konferens.tables import badge_prints, tickets
from tests.badges.paper import read_pages
from tests.browser import Browser
from tests.factories import ACTOR, make_edition, make_order, make_ticket_type

OFFICE = "/organiser/lokalekonomidagarna/2027"
BASE_URL = "http://testserver"


@pytest.fixture
async def edition(db: Database) -> Edition:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    return edition


@pytest.fixture
async def order(db: Database, edition: Edition) -> Order:
    people = ("Örjan Öberg", "Anna Åkesson")
    return await make_order(db, edition, tickets=tuple(TicketRequest("ordinarie", name) for name in people))


async def printed(db: Database) -> int:
    return int(await db.fetch_val(select(func.count()).where(tickets.c.badge_printed_at.is_not(None))))


async def start(db: Database, order: Order, paper: Paper = Paper.A6, *, seen: int = 0) -> int:
    ids = [ticket.id for ticket in order.tickets]
    return await start_print(db, order.edition_id, ids, paper, actor=ACTOR, seen=seen)


async def test_those_that_the_page_showed_are_printed_and_then_noted(
    db: Database, edition: Edition, office: Browser, order: Order
) -> None:
    choice = f"{OFFICE}/badges?layout=a6&unprinted=1"
    filled = office.form(choice, action=f"{OFFICE}/badges/prints")
    late = await make_order(db, edition)
    started = office.client.post(f"{OFFICE}/badges/prints", data=filled, follow_redirects=False)
    page = started.headers["location"]
    assert started.status_code == 303
    office.do_called_duties()
    assert office.get(f"{page}/progress").json() == {"made": 2, "total": 2, "ready": True, "failed": False}
    pages = read_pages(office.get(f"{page}/badges.pdf").content)
    assert [code.text[-24:] for each in pages for code in each.codes] == [
        ticket.token for ticket in reversed(order.tickets)
    ]
    assert await printed(db) == 0
    assert "Kom de här ut ur skrivaren?" in office.text(choice)
    done = office.client.post(f"{page}/printed", data=office.form(page), follow_redirects=False)
    assert done.headers["location"] == f"{OFFICE}/badges?layout=a6&unprinted=1&notice=printed"
    assert await printed(db) == len(order.tickets)
    left = office.text(choice)
    assert "Kom de här ut ur skrivaren?" not in left
    assert office.form(choice, action=f"{OFFICE}/badges/prints")["ids"] == str(late.tickets[0].id)


async def test_the_page_reloads_itself_without_scripts_until_all_are_made(
    db: Database, office: Browser, order: Order
) -> None:
    print_id = await start(db, order)
    page = f"{OFFICE}/badges/prints/{print_id}"
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in office.text(page)
    assert "0 av 2 är klara" in office.visible(page)
    assert office.get(f"{page}/badges.pdf").status_code == 404
    await make_prints(db, now(), base_url=BASE_URL)
    shown = office.text(page)
    assert ("http-equiv" in shown, f'href="{page}/badges.pdf"' in shown) == (False, True)


async def test_two_who_print_the_same_hear_of_each_other(db: Database, office: Browser, order: Order) -> None:
    filled = office.form(f"{OFFICE}/badges", action=f"{OFFICE}/badges/prints")
    await start(db, order)
    refused = office.client.post(f"{OFFICE}/badges/prints", data=filled, follow_redirects=False)
    assert (refused.status_code, "började skriva ut 2 av de här namnskyltarna" in refused.text) == (409, True)
    filled |= {"seen": str(await db.fetch_val(select(func.max(badge_prints.c.id))))}
    assert office.client.post(f"{OFFICE}/badges/prints", data=filled, follow_redirects=False).status_code == 303


@pytest.mark.parametrize("ids", ["", "x,,٣", "999999999", "1;DROP TABLE tickets"])
async def test_strange_ids_print_nothing(db: Database, office: Browser, order: Order, ids: str) -> None:
    answer = office.post(f"{OFFICE}/badges/prints", {"ids": ids, "layout": "a6"}, page=f"{OFFICE}/badges")
    assert (answer.status_code, await db.fetch_val(select(func.count()).select_from(badge_prints))) == (200, 0)


async def test_many_are_made_in_parts_of_full_sheets(
    db: Database, edition: Edition, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("konferens.badges.making.PART", 9)
    more = await make_order(db, edition, *["ordinarie"] * 8)
    ids = [ticket.id for each in (order, more) for ticket in each.tickets]
    print_id = await start_print(db, edition.id, ids, Paper.A7_ON_A4, actor=ACTOR, seen=0)
    await make_prints(db, now(), base_url=BASE_URL)
    pages = read_pages(await pdf_of(db, print_id) or b"")
    assert [len(page.codes) for page in pages] == [8, 2]
    assert (await find_print(db, edition.id, print_id)).made == len(ids)
    assert [PART - PART % paper.per_sheet for paper in (Paper.A6, Paper.A7_ON_A4, Paper.PIN_ON_A4)] == [100, 96, 100]


async def test_what_a_process_left_undone_another_one_makes(db: Database, edition: Edition, order: Order) -> None:
    print_id = await start(db, order)
    claimed = await claim_print(db, now())
    assert claimed is not None
    assert claimed.id == print_id
    assert await claim_print(db, now()) is None
    again = await claim_print(db, now() + LEASE + timedelta(seconds=1))
    assert again is not None
    assert again.id == print_id


async def test_what_cannot_be_made_is_told(db: Database, office: Browser, edition: Edition, order: Order) -> None:
    print_id = await start(db, order)
    await db.execute(update(tickets).values(status="cancelled"))
    await make_prints(db, now(), base_url=BASE_URL)
    assert "kunde inte göras" in office.text(f"{OFFICE}/badges/prints/{print_id}")


async def test_a_pdf_is_kept_for_an_hour_and_the_print_for_a_month(
    db: Database, office: Browser, edition: Edition, order: Order
) -> None:
    print_id = await start(db, order)
    await make_prints(db, now(), base_url=BASE_URL)
    await forget_prints(db, now() + PDF_KEPT - timedelta(minutes=1))
    assert (await find_print(db, edition.id, print_id)).has_pdf
    await forget_prints(db, now() + PDF_KEPT + timedelta(minutes=1))
    assert not (await find_print(db, edition.id, print_id)).has_pdf
    assert await claim_print(db, now() + PDF_KEPT + timedelta(minutes=1)) is None
    await forget_prints(db, now() + timedelta(days=31))
    with pytest.raises(NotFoundError):
        await find_print(db, edition.id, print_id)


async def test_the_desk_prints_one_badge_and_notes_it_at_once(
    db: Database, edition: Edition, office: Browser, order: Order
) -> None:
    desk = f"{OFFICE}/badges/desk?q=%C3%B6berg&layout=89x36"
    shown = office.text(desk)
    assert ("Örjan Öberg" in shown, "Anna Åkesson" in shown) == (True, False)
    filled = office.form(desk, action=f"{OFFICE}/badges/desk/print")
    answer = office.client.post(f"{OFFICE}/badges/desk/print", data=filled, follow_redirects=False)
    response = office.get(answer.headers["location"])
    (page,) = read_pages(response.content)
    assert (page.width_mm, page.height_mm, page.codes[0].text[-24:]) == (89, 36, order.tickets[0].token)
    assert (await printed(db), response.headers["x-frame-options"]) == (1, "SAMEORIGIN")
    twice = office.client.post(f"{OFFICE}/badges/desk/print", data=filled, follow_redirects=False)
    assert (twice.status_code, "Örjan Öberg fick sin namnskylt utskriven" in twice.text) == (409, True)
    again = office.form(desk, action=f"{OFFICE}/badges/desk/print")
    assert again["again"] == "1"
    asked = office.client.post(f"{OFFICE}/badges/desk/print", data=again, headers={"Accept": "application/json"})
    assert office.get(asked.json()["url"]).status_code == 200
    undone = office.client.post(f"{OFFICE}/badges/printed", data=office.form(desk), follow_redirects=False)
    assert undone.headers["location"] == f"{desk}&notice=unprinted"
    assert await printed(db) == 0


async def test_a_badge_s_address_opens_it_for_a_quarter_of_an_hour(
    db: Database, edition: Edition, office: Browser, order: Order
) -> None:
    made = await print_one(db, edition.id, order.tickets[0].id, Paper.A7, actor=ACTOR, again=False)
    with pytest.raises(PrintedMeanwhileError) as told:
        await print_one(db, edition.id, order.tickets[0].id, Paper.A7, actor="b@example.org", again=False)
    assert (told.value.moment, told.value.actor) == (made.printed_at, ACTOR)
    assert office.get(f"/badges/{made.secret}.pdf").status_code == 200
    await db.execute(update(badge_prints).values(created_at=now() - timedelta(minutes=16)))
    assert office.get(f"/badges/{made.secret}.pdf").status_code == 404


async def test_another_edition_s_prints_and_tickets_are_not_ours(
    db: Database, edition: Edition, office: Browser, order: Order
) -> None:
    other = await make_edition(db, "drivmedel")
    print_id = await start(db, order)
    with pytest.raises(NotFoundError):
        await find_print(db, other.id, print_id)
    with pytest.raises(NotFoundError):
        await print_one(db, other.id, order.tickets[0].id, Paper.A7, actor=ACTOR, again=True)
    assert await mark_printed(db, other.id, [order.tickets[0].id], printed=True, actor=ACTOR) == 0
