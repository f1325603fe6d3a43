"""What attendees choose: sessions in their programme, seats, and places in waiting lists."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import select, update

from konferens.database import Database, open_database
from konferens.errors import ConflictError, InvalidError, SoldOutError
from konferens.events.model import Edition
from konferens.programme.model import Session
from konferens.signups.choosing import choose_sessions, sign_up, withdraw
from konferens.signups.queries import signup_lists, waiting_positions, waiting_sizes
from konferens.tables import audit, mail_outbox, orders, sessions, tickets
from tests.factories import make_ticket_type, wall
from tests.signups.factories import (
    BASE_URL,
    make_signup,
    make_tickets,
    signed_tickets,
    taken_and_rows,
    wait_for,
    waiting_tickets,
)

ACTOR = "ticket:1"


@pytest.fixture
async def type_id(db: Database, edition: Edition) -> int:
    return await make_ticket_type(db, edition)


async def choose(
    db: Database, edition: Edition, ticket: int, *chosen: Session, waiting: tuple[Session, ...] = ()
) -> list[str]:
    """Titles of what was full."""
    full = await choose_sessions(
        db,
        edition,
        ticket,
        [session.id for session in chosen],
        [session.id for session in waiting],
        actor=ACTOR,
        base_url=BASE_URL,
    )
    return [session.title for session in full]


async def test_a_choice_takes_seats_and_a_later_one_gives_them_back(
    db: Database, edition: Edition, type_id: int
) -> None:
    bakery = await make_signup(db, edition, "Bageriet", capacity=1)
    talk = await make_signup(db, edition, "Föredraget", signup=False, wall_starts=wall(11, 9))
    (ticket,) = await make_tickets(db, edition, 1, type_id=type_id)
    assert await choose(db, edition, ticket, bakery, talk) == []
    assert [await taken_and_rows(db, each) for each in (bakery, talk)] == [(1, 1), (0, 1)]
    assert await choose(db, edition, ticket, talk) == []
    assert [await taken_and_rows(db, each) for each in (bakery, talk)] == [(0, 0), (0, 1)]


async def test_a_full_session_stays_out_and_the_rest_is_kept(db: Database, edition: Edition, type_id: int) -> None:
    bakery = await make_signup(db, edition, "Bageriet", capacity=1)
    mill = await make_signup(db, edition, "Kvarnen", wall_starts=wall(11, 15))
    first, second = await make_tickets(db, edition, 2, type_id=type_id)
    await choose(db, edition, first, bakery)
    assert await choose(db, edition, second, bakery, mill) == ["Bageriet"]
    assert (await signed_tickets(db, bakery), await signed_tickets(db, mill)) == ([first], [second])
    assert await waiting_tickets(db, bakery) == []


async def test_who_waits_keeps_the_place_until_leaving_the_list(db: Database, edition: Edition, type_id: int) -> None:
    bakery = await make_signup(db, edition, "Bageriet", capacity=1)
    first, second, third = await make_tickets(db, edition, 3, type_id=type_id)
    await choose(db, edition, first, bakery)
    await choose(db, edition, second, waiting=(bakery,))
    await choose(db, edition, third, waiting=(bakery,))
    await choose(db, edition, second, waiting=(bakery,))
    assert [await waiting_positions(db, ticket) for ticket in (first, second, third)] == [
        {},
        {bakery.id: 1},
        {bakery.id: 2},
    ]
    assert await waiting_sizes(db, edition.id) == {bakery.id: 2}
    await choose(db, edition, second)
    assert await waiting_positions(db, third) == {bakery.id: 1}


async def test_leaving_gives_the_seat_to_the_next(db: Database, edition: Edition, type_id: int) -> None:
    bakery = await make_signup(db, edition, "Bageriet", capacity=1)
    first, second, third = await make_tickets(db, edition, 3, type_id=type_id)
    await choose(db, edition, first, bakery)
    await choose(db, edition, second, waiting=(bakery,))
    await choose(db, edition, third, waiting=(bakery,))
    await choose(db, edition, first)
    assert (await signed_tickets(db, bakery), await waiting_tickets(db, bakery)) == ([second], [third])
    assert await taken_and_rows(db, bakery) == (1, 1)
    seat = select(mail_outbox.c.to_email).where(mail_outbox.c.kind == "session_seat")
    assert await db.fetch_val(seat) == "deltagare2@example.org"


async def test_leaving_what_was_in_the_way_gives_a_seat_that_was_waited_for(
    db: Database, edition: Edition, type_id: int
) -> None:
    bakery = await make_signup(db, edition, "Bageriet", capacity=2)
    mill = await make_signup(db, edition, "Kvarnen")
    first, second = await make_tickets(db, edition, 2, type_id=type_id)
    await choose(db, edition, second, mill)
    await db.execute(update(sessions).where(sessions.c.id == bakery.id).values(capacity=0))
    await choose(db, edition, second, mill, waiting=(bakery,))
    await db.execute(update(sessions).where(sessions.c.id == bakery.id).values(capacity=2))
    await choose(db, edition, first, bakery)
    assert await signed_tickets(db, bakery) == [first]
    await choose(db, edition, second, waiting=(bakery,))
    assert await signed_tickets(db, bakery) == [first, second]


async def test_sessions_at_the_same_time_are_refused_with_both_names_and_times(
    db: Database, edition: Edition, type_id: int
) -> None:
    bakery = await make_signup(db, edition, "Bageriet")
    mill = await make_signup(db, edition, "Kvarnen", wall_starts=wall(11, 13, 30))
    (ticket,) = await make_tickets(db, edition, 1, type_id=type_id)
    with pytest.raises(InvalidError) as raised:
        await choose(db, edition, ticket, mill, bakery)
    first, second = "Bageriet (tisdag 11 maj kl.\u00a013.00–14.00)", "Kvarnen (tisdag 11 maj kl.\u00a013.30–14.30)"
    assert raised.value.errors == {"sessions": [f"{first} och {second} pågår samtidigt. Välj en av dem."]}
    assert [await taken_and_rows(db, each) for each in (bakery, mill)] == [(0, 0), (0, 0)]


async def test_one_after_the_other_is_no_clash_nor_is_what_needs_no_sign_up(
    db: Database, edition: Edition, type_id: int
) -> None:
    bakery = await make_signup(db, edition, "Bageriet")
    mill = await make_signup(db, edition, "Kvarnen", wall_starts=wall(11, 14))
    talk = await make_signup(db, edition, "Föredraget", signup=False)
    (ticket,) = await make_tickets(db, edition, 1, type_id=type_id)
    assert await choose(db, edition, ticket, bakery, mill, talk) == []


async def test_a_ticket_for_one_day_is_not_for_sessions_of_another(db: Database, edition: Edition) -> None:
    bakery = await make_signup(db, edition, "Bageriet")
    wednesday = await make_ticket_type(db, edition, "onsdag", valid_on=date(2027, 5, 12))
    (ticket,) = await make_tickets(db, edition, 1, type_id=wednesday)
    with pytest.raises(InvalidError) as raised:
        await choose(db, edition, ticket, bakery)
    assert raised.value.errors == {
        "sessions": ["Biljetten gäller onsdag 12 maj, men Bageriet är tisdag 11 maj kl.\u00a013.00–14.00."]
    }
    with pytest.raises(InvalidError):
        await choose(db, edition, ticket, waiting=(bakery,))


async def test_a_cancelled_session_can_neither_be_entered_nor_left(
    db: Database, edition: Edition, type_id: int
) -> None:
    bakery = await make_signup(db, edition, "Bageriet")
    first, second = await make_tickets(db, edition, 2, type_id=type_id)
    await choose(db, edition, first, bakery)
    await db.execute(update(sessions).values(status="cancelled"))
    assert await choose(db, edition, first) == []
    assert await choose(db, edition, second, bakery) == []
    assert await signed_tickets(db, bakery) == [first]


@pytest.mark.parametrize("gone", ["ticket", "order"])
async def test_a_cancelled_ticket_chooses_nothing(db: Database, edition: Edition, type_id: int, gone: str) -> None:
    bakery = await make_signup(db, edition)
    (ticket,) = await make_tickets(db, edition, 1, type_id=type_id)
    await db.execute(update(tickets if gone == "ticket" else orders).values(status="cancelled"))
    with pytest.raises(ConflictError):
        await choose(db, edition, ticket, bakery)
    assert await taken_and_rows(db, bakery) == (0, 0)


async def test_a_choice_changes_the_ticket_and_stands_in_the_trail_and_the_same_again_does_not(
    db: Database, edition: Edition, type_id: int
) -> None:
    bakery = await make_signup(db, edition, "Bageriet")
    (ticket,) = await make_tickets(db, edition, 1, type_id=type_id)
    await choose(db, edition, ticket, bakery)
    change = await db.fetch_val(select(tickets.c.change))
    assert change > 0
    await choose(db, edition, ticket, bakery)
    assert await db.fetch_val(select(tickets.c.change)) == change
    rows = await db.fetch_all(select(audit).where(audit.c.action == "ticket.sessions"))
    assert [(row.actor, row.before, row.after) for row in rows] == [(ACTOR, {"1": []}, {"1": [bakery.code]})]


async def test_the_office_signs_up_who_waits_and_takes_others_off(db: Database, edition: Edition, type_id: int) -> None:
    bakery = await make_signup(db, edition, "Bageriet", capacity=1)
    first, second, third = await make_tickets(db, edition, 3, type_id=type_id)
    await sign_up(db, edition, bakery.code, first, actor=ACTOR, base_url=BASE_URL)
    await sign_up(db, edition, bakery.code, first, actor=ACTOR, base_url=BASE_URL)
    await wait_for(db, bakery, second, third)
    with pytest.raises(SoldOutError):
        await sign_up(db, edition, bakery.code, third, actor=ACTOR, base_url=BASE_URL)
    await db.execute(update(sessions).values(capacity=2))
    await sign_up(db, edition, bakery.code, third, actor=ACTOR, base_url=BASE_URL)
    (listed,) = await signup_lists(db, edition.id)
    assert [each.ticket_id for each in listed.participants] == [first, third]
    assert [each.ticket_id for each in listed.waiting] == [second]
    await withdraw(db, edition, bakery.code, first, actor=ACTOR, base_url=BASE_URL)
    (listed,) = await signup_lists(db, edition.id)
    assert [each.ticket_id for each in listed.participants] == [third, second]
    assert await taken_and_rows(db, bakery) == (2, 2)


async def test_the_office_cannot_sign_somebody_up_for_two_things_at_once(
    db: Database, edition: Edition, type_id: int
) -> None:
    bakery = await make_signup(db, edition, "Bageriet")
    mill = await make_signup(db, edition, "Kvarnen")
    (ticket,) = await make_tickets(db, edition, 1, type_id=type_id)
    await sign_up(db, edition, bakery.code, ticket, actor=ACTOR, base_url=BASE_URL)
    with pytest.raises(InvalidError):
        await sign_up(db, edition, mill.code, ticket, actor=ACTOR, base_url=BASE_URL)


async def test_forty_on_several_connections_share_the_last_five_seats(
    db: Database, database_url: str, edition: Edition, type_id: int
) -> None:
    session = await make_signup(db, edition, "Bageriet", capacity=5)
    people = await make_tickets(db, edition, 40, type_id=type_id)
    processes = [open_database(database_url) for _ in range(4)]
    for process in processes:
        await process.connect()
    joined: list[int] = []

    async def want(process: Database, ticket: int) -> None:
        if await choose(process, edition, ticket, session):
            await choose(process, edition, ticket, waiting=(session,))
            joined.append(ticket)

    async def leave(process: Database, ticket: int) -> None:
        await choose(process, edition, ticket)

    try:
        await asyncio.gather(*(want(processes[index % 4], ticket) for index, ticket in enumerate(people)))
        inside, queue = await signed_tickets(db, session), await waiting_tickets(db, session)
        assert (len(inside), await taken_and_rows(db, session)) == (5, (5, 5))
        assert sorted(inside + queue) == people
        assert sorted(queue) == sorted(joined)
        await asyncio.gather(*(leave(processes[index % 4], ticket) for index, ticket in enumerate(inside[:3])))
        assert await signed_tickets(db, session) == sorted([*inside[3:], *queue[:3]])
        assert await waiting_tickets(db, session) == queue[3:]
        assert await taken_and_rows(db, session) == (5, 5)
    finally:
        for process in processes:
            await process.disconnect()
