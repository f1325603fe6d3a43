"""What an organiser's change of a session does to those who signed up or wait."""

import pytest
from sqlalchemy import select

from konferens.database import Database
from konferens.errors import InvalidError
from konferens.events.model import Edition
from konferens.signups.actions import take_session_seats
from konferens.signups.editing import save_session_with_seats
from konferens.tables import mail_outbox, sessions
from tests.factories import ACTOR, make_ticket_type, wall
from tests.signups.factories import (
    BASE_URL,
    make_signup,
    make_tickets,
    signed_tickets,
    taken_and_rows,
    wait_for,
    waiting_tickets,
)


@pytest.fixture
async def type_id(db: Database, edition: Edition) -> int:
    return await make_ticket_type(db, edition)


async def save(db: Database, edition: Edition, code: str | None, **values: object) -> str:
    return await save_session_with_seats(db, edition, code, values, actor=ACTOR, base_url=BASE_URL)


async def test_new_seats_go_to_those_who_wait(db: Database, edition: Edition, type_id: int) -> None:
    session = await make_signup(db, edition, capacity=1)
    people = await make_tickets(db, edition, 4, type_id=type_id)
    await take_session_seats(db, edition.id, {session.id: people[:1]})
    await wait_for(db, session, *people[1:])
    await save(db, edition, session.code, capacity=3)
    assert (await signed_tickets(db, session), await waiting_tickets(db, session)) == (people[:3], people[3:])


async def test_fewer_seats_than_are_taken_are_refused_with_the_number(
    db: Database, edition: Edition, type_id: int
) -> None:
    session = await make_signup(db, edition, capacity=3)
    await take_session_seats(db, edition.id, {session.id: await make_tickets(db, edition, 2, type_id=type_id)})
    with pytest.raises(InvalidError) as raised:
        await save(db, edition, session.code, capacity=1)
    assert raised.value.errors == {
        "capacity": ["2 är redan anmälda. Skriv minst 2, eller ta först bort någon från anmälningslistan."]
    }
    await save(db, edition, session.code, capacity=2)


async def test_cancelling_a_session_frees_nothing(db: Database, edition: Edition, type_id: int) -> None:
    session = await make_signup(db, edition, capacity=1)
    first, second = await make_tickets(db, edition, 2, type_id=type_id)
    await take_session_seats(db, edition.id, {session.id: [first]})
    await wait_for(db, session, second)
    await save(db, edition, session.code, status="cancelled")
    assert (await signed_tickets(db, session), await waiting_tickets(db, session)) == ([first], [second])


async def test_who_had_it_in_the_programme_gets_the_seats_when_sign_ups_begin(
    db: Database, edition: Edition, type_id: int
) -> None:
    session = await make_signup(db, edition, signup=False)
    people = await make_tickets(db, edition, 3, type_id=type_id)
    await take_session_seats(db, edition.id, {session.id: people})
    await save(db, edition, session.code, signup=True, capacity=2)
    assert (await signed_tickets(db, session), await waiting_tickets(db, session)) == (people[:2], people[2:])
    assert await taken_and_rows(db, session) == (2, 2)


async def test_who_waited_has_it_in_the_programme_when_sign_ups_end(
    db: Database, edition: Edition, type_id: int
) -> None:
    session = await make_signup(db, edition, capacity=1)
    first, second = await make_tickets(db, edition, 2, type_id=type_id)
    await take_session_seats(db, edition.id, {session.id: [first]})
    await wait_for(db, session, second)
    await save(db, edition, session.code, signup=False)
    assert (await signed_tickets(db, session), await waiting_tickets(db, session)) == ([first, second], [])
    assert await taken_and_rows(db, session) == (0, 2)
    assert await db.fetch_all(select(mail_outbox.c.id)) == []


async def test_a_new_session_can_need_sign_ups(db: Database, edition: Edition) -> None:
    code = await save(db, edition, None, title="Bageriet", wall_starts=wall(11, 13), signup=True, capacity=2)
    row = await db.fetch_one(select(sessions.c.signup, sessions.c.taken).where(sessions.c.code == code))
    assert row is not None
    assert (bool(row.signup), row.taken) == (True, 0)


async def test_calendars_are_not_told_of_seats(db: Database, edition: Edition, type_id: int) -> None:
    session = await make_signup(db, edition, capacity=2)
    await take_session_seats(db, edition.id, {session.id: await make_tickets(db, edition, 2, type_id=type_id)})
    row = await db.fetch_one(select(sessions.c.sequence, sessions.c.updated_at))
    assert row is not None
    assert (row.sequence, row.updated_at) == (session.sequence, session.updated_at)


async def test_cancelling_what_was_in_the_way_gives_a_seat_elsewhere(
    db: Database, edition: Edition, type_id: int
) -> None:
    bakery = await make_signup(db, edition, "Bageriet", capacity=1)
    mill = await make_signup(db, edition, "Kvarnen")
    (ticket,) = await make_tickets(db, edition, 1, type_id=type_id)
    await take_session_seats(db, edition.id, {mill.id: [ticket]})
    await wait_for(db, bakery, ticket)
    await save(db, edition, mill.code, subtitle="Med kaffe")
    assert await signed_tickets(db, bakery) == []
    await save(db, edition, mill.code, status="cancelled")
    assert await signed_tickets(db, bakery) == [ticket]
