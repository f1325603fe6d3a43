"""The page on which an attendee signs up, waits, and notes what not to forget."""

import html
import re
from datetime import date

import pytest
from sqlalchemy import update

from konferens.database import Database
from konferens.events.model import Edition
from konferens.registration.model import Order
from konferens.signups.actions import take_session_seats
from konferens.tables import sessions
from tests.browser import browser
from tests.factories import make_order, make_ticket_type, wall
from tests.signups.factories import make_signup, make_tickets, signed_tickets, wait_for, waiting_tickets


@pytest.fixture
async def type_id(db: Database, edition: Edition) -> int:
    return await make_ticket_type(db, edition)


@pytest.fixture
async def order(db: Database, edition: Edition, type_id: int) -> Order:
    return await make_order(db, edition, "ordinarie")


def page_of(order: Order) -> str:
    return f"{order.path}tickets/1/programme"


def ticked(page: str) -> list[tuple[str, str]]:
    """(name, value) of every ticked box, in order."""
    boxes = re.findall(r'<input type="checkbox" name="(\w+)" value="(\w+)"([^>]*)>', page)
    return [(name, value) for name, value, rest in boxes if "checked" in rest]


async def test_sessions_stand_by_when_they_begin_with_the_seats_that_are_left(
    db: Database, edition: Edition, order: Order, type_id: int
) -> None:
    bakery = await make_signup(db, edition, "Bageriet", capacity=3, meeting_point="Bussen")
    await make_signup(db, edition, "Kvarnen", wall_starts=wall(12, 9))
    (other,) = await make_tickets(db, edition, 1, type_id=type_id)
    await take_session_seats(db, edition.id, {bakery.id: [other]})
    with browser(db) as visitor:
        text = visitor.visible(page_of(order))
    legends = ["tisdag 11 maj kl. 13.00 ", "onsdag 12 maj kl. 09.00 "]
    assert [text.index(each) for each in legends] == sorted(text.index(each) for each in legends)
    assert "Bageriet 13.00–14.00, Bussen. 2 platser kvar." in text


async def test_an_attendee_signs_up_and_leaves(db: Database, edition: Edition, order: Order) -> None:
    bakery = await make_signup(db, edition, "Bageriet", capacity=1)
    talk = await make_signup(db, edition, "Föredraget", signup=False)
    with browser(db) as visitor:
        saved = visitor.post(page_of(order), {"session": [bakery.code, talk.code, "ZZZZZZ"]})
        assert (saved.status_code, saved.headers["location"]) == (303, f"{page_of(order)}?done=1")
        assert await signed_tickets(db, bakery) == [order.tickets[0].id]
        page = visitor.text(f"{page_of(order)}?done=1")
        assert ticked(page) == [("session", bakery.code), ("session", talk.code)]
        assert "Du har en plats." in page
        visitor.post(page_of(order), {"session": [talk.code]})
    assert await signed_tickets(db, bakery) == []


async def test_a_full_session_can_be_waited_for_and_tells_the_place(
    db: Database, edition: Edition, order: Order, type_id: int
) -> None:
    bakery = await make_signup(db, edition, "Bageriet", capacity=1)
    inside, before = await make_tickets(db, edition, 2, type_id=type_id)
    await take_session_seats(db, edition.id, {bakery.id: [inside]})
    await wait_for(db, bakery, before)
    with browser(db) as visitor:
        assert "Kryssa i för att stå på väntelistan. 1 väntar." in visitor.visible(page_of(order))
        visitor.post(page_of(order), {"waiting": [bakery.code]})
        assert await waiting_tickets(db, bakery) == [before, order.tickets[0].id]
        page = visitor.text(page_of(order))
        assert ticked(page) == [("waiting", bakery.code)]
        assert "Du står på plats 2 i väntelistan." in page
        visitor.post(page_of(order), {})
    assert await waiting_tickets(db, bakery) == [before]


async def test_what_was_full_by_then_is_told_and_the_rest_is_saved(
    db: Database, edition: Edition, order: Order, type_id: int
) -> None:
    bakery = await make_signup(db, edition, "Bageriet", capacity=1)
    mill = await make_signup(db, edition, "Kvarnen", wall_starts=wall(11, 15))
    (faster,) = await make_tickets(db, edition, 1, type_id=type_id)
    with browser(db) as visitor:
        visitor.text(page_of(order))
        await take_session_seats(db, edition.id, {bakery.id: [faster]})
        saved = visitor.post(page_of(order), {"session": [bakery.code, mill.code]})
        assert saved.headers["location"] == f"{page_of(order)}?done=1&full={bakery.code}"
        page = visitor.text(saved.headers["location"])
    assert "Bageriet hann bli fullt. Du kan ställa dig på väntelistan nedanför." in page
    assert ticked(page) == [("session", mill.code)]


async def test_clashes_are_told_beside_both_sessions_and_nothing_that_was_ticked_is_lost(
    db: Database, edition: Edition, order: Order, type_id: int
) -> None:
    bakery = await make_signup(db, edition, "Bageriet", capacity=5)
    mill = await make_signup(db, edition, "Kvarnen", wall_starts=wall(11, 13, 30))
    full = await make_signup(db, edition, "Smedjan", wall_starts=wall(12, 9), capacity=1)
    talk = await make_signup(db, edition, "Föredraget", signup=False)
    await take_session_seats(db, edition.id, {full.id: await make_tickets(db, edition, 1, type_id=type_id)})
    with browser(db) as visitor:
        refused = visitor.post(page_of(order), {"session": [bakery.code, mill.code, talk.code], "waiting": [full.code]})
    assert refused.status_code == 422
    assert ticked(refused.text) == [
        ("session", bakery.code),
        ("session", mill.code),
        ("waiting", full.code),
        ("session", talk.code),
    ]
    words = " ".join(html.unescape(refused.text).split())
    for code, text in ((bakery.code, "Kvarnen"), (mill.code, "Bageriet")):
        beside = re.search(rf'id="session-{code}-error">([^<]*)<', words)
        assert beside is not None
        assert beside[1].startswith(f"Pågår samtidigt som {text} (tisdag 11 maj")
    assert await signed_tickets(db, bakery) == await waiting_tickets(db, full) == []


async def test_a_ticket_for_one_day_is_shown_that_day(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition, "onsdag", valid_on=date(2027, 5, 12))
    await make_signup(db, edition, "Bageriet")
    await make_signup(db, edition, "Kvarnen", wall_starts=wall(12, 9))
    order = await make_order(db, edition, "onsdag")
    with browser(db) as visitor:
        text = visitor.visible(page_of(order))
    assert "Kvarnen" in text
    assert "Bageriet" not in text


async def test_who_was_signed_up_is_told_that_it_is_off(db: Database, edition: Edition, order: Order) -> None:
    bakery = await make_signup(db, edition, "Bageriet")
    await take_session_seats(db, edition.id, {bakery.id: [order.tickets[0].id]})
    await db.execute(update(sessions).where(sessions.c.id == bakery.id).values(status="cancelled"))
    with browser(db) as visitor:
        assert "Bageriet är inställt. Du var anmäld." in visitor.visible(page_of(order))


async def test_waiting_is_not_in_the_calendar_but_a_seat_is(
    db: Database, edition: Edition, order: Order, type_id: int
) -> None:
    bakery = await make_signup(db, edition, "Bageriet", capacity=1)
    mill = await make_signup(db, edition, "Kvarnen", wall_starts=wall(11, 15))
    await take_session_seats(db, edition.id, {bakery.id: await make_tickets(db, edition, 1, type_id=type_id)})
    with browser(db) as visitor:
        visitor.post(page_of(order), {"session": [mill.code], "waiting": [bakery.code]})
        feed = visitor.get(f"/my/{order.tickets[0].calendar_token}/calendar.ics").text
    assert ("SUMMARY:Kvarnen" in feed, "SUMMARY:Bageriet" in feed) == (True, False)
