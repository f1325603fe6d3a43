"""Stars of a browser that are kept with a ticket: on the attendee's list, without taking anybody's seat."""

from datetime import date

from konferens.database import Database
from konferens.events.model import Edition
from konferens.programme.queries import chosen_sessions
from tests.browser import browser
from tests.factories import make_order, make_session, make_ticket_type, wall
from tests.signups.factories import make_signup


async def test_stars_join_what_the_ticket_has_and_take_no_seats(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition, valid_on=date(2027, 5, 11))
    ticket = (await make_order(db, edition)).tickets[0]
    first = await make_session(db, edition, "Mack", wall_starts=wall(11, 9))
    second = await make_session(db, edition, "Bank", wall_starts=wall(11, 9))
    other_day = await make_session(db, edition, "Bageri", wall_starts=wall(12, 9))
    off = await make_session(db, edition, "Borta", wall_starts=wall(11, 9), status="cancelled")
    visit = await make_signup(db, edition, "Studiebesöket", capacity=5)
    address = f"{ticket.own_path}stars"
    with browser(db) as visitor:
        kept = visitor.post(address, {"codes": first.lower()}, page=ticket.own_path)
        assert kept.headers["location"] == f"{ticket.own_path}?done=stars"
        many = f"{first} {second} {other_day} {off} {visit.code} ZZZZZZ <b>"
        kept = visitor.post(address, {"codes": many}, page=ticket.own_path)
        assert kept.headers["location"] == f"{ticket.own_path}?done=signup"
        assert "En stjärna är ingen plats" in visitor.text(kept.headers["location"])
        assert f'data-chosen="{first} {second}"' in visitor.text(ticket.own_path)
    assert [session.code for session in await chosen_sessions(db, ticket.id)] == [first, second]
