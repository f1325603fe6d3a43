"""Seats of sessions: never more than there are, and passed on to those who wait."""

import pytest
from sqlalchemy import select, update

from konferens.database import Database
from konferens.errors import ConflictError, SoldOutError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.offering.seats import next_ticket_changes
from konferens.signups.actions import leave_sessions, pass_on_session_seats, take_session_seats
from konferens.signups.queries import signed_up
from konferens.tables import mail_outbox, sessions, tickets
from tests.factories import make_session, make_ticket_type, wall
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


async def test_seats_are_taken_for_several_tickets_at_several_sessions(
    db: Database, edition: Edition, type_id: int
) -> None:
    bakery = await make_signup(db, edition, "Bageriet", capacity=5)
    mill = await make_signup(db, edition, "Kvarnen", wall_starts=wall(11, 15))
    first, second = await make_tickets(db, edition, 2, type_id=type_id)
    await take_session_seats(db, edition.id, {bakery.id: [first, second], mill.id: [second]})
    found = await signed_up(db, [first, second])
    assert {ticket_id: [each.title for each in theirs] for ticket_id, theirs in found.items()} == {
        first: ["Bageriet"],
        second: ["Bageriet", "Kvarnen"],
    }
    assert [each.taken for each in found[second]] == [2, 1]


async def test_nothing_is_taken_when_one_session_has_too_few_seats(
    db: Database, edition: Edition, type_id: int
) -> None:
    roomy = await make_signup(db, edition, "Bageriet")
    small = await make_signup(db, edition, "Kvarnen", capacity=1)
    first, second = await make_tickets(db, edition, 2, type_id=type_id)
    with pytest.raises(SoldOutError) as raised:
        async with db.transaction():
            await take_session_seats(db, edition.id, {roomy.id: [first], small.id: [first, second]})
    assert (raised.value.quota, raised.value.session) == ("Kvarnen", small.code)
    assert [await taken_and_rows(db, each) for each in (roomy, small)] == [(0, 0), (0, 0)]


@pytest.mark.parametrize("change", [{"status": "cancelled"}, {"deleted_at": "now"}, {"edition_id": "other"}])
async def test_cancelled_removed_and_foreign_sessions_cannot_be_entered(
    db: Database, edition: Edition, type_id: int, change: dict[str, str]
) -> None:
    session = await make_signup(db, edition)
    (ticket,) = await make_tickets(db, edition, 1, type_id=type_id)
    edition_id = edition.id + 1 if "edition_id" in change else edition.id
    if "deleted_at" in change:
        await db.execute(update(sessions).values(deleted_at=sessions.c.created_at))
    elif "status" in change:
        await db.execute(update(sessions).values(status="cancelled"))
    with pytest.raises(ConflictError) as raised:
        async with db.transaction():
            await take_session_seats(db, edition_id, {session.id: [ticket]})
    assert not isinstance(raised.value, SoldOutError)
    assert await taken_and_rows(db, session) == (0, 0)


async def test_a_session_without_sign_up_has_no_seats_to_take(db: Database, edition: Edition, type_id: int) -> None:
    session = await make_signup(db, edition, signup=False, capacity=1)
    both = await make_tickets(db, edition, 2, type_id=type_id)
    await take_session_seats(db, edition.id, {session.id: both})
    assert await taken_and_rows(db, session) == (0, 2)


async def test_public_pages_are_renewed_only_when_the_level_changes(
    db: Database, edition: Edition, type_id: int
) -> None:
    session = await make_signup(db, edition, capacity=12)
    versions = []
    for ticket in await make_tickets(db, edition, 12, type_id=type_id):
        await take_session_seats(db, edition.id, {session.id: [ticket]})
        versions.append((await edition_by_id(db, edition.id)).version)
    start = versions[0]
    assert [version - start for version in versions] == [0, *[1] * 10, 2]  # few at ten left, full at none


async def test_the_freed_seat_goes_to_the_first_who_waits_with_a_mail(
    db: Database, edition: Edition, type_id: int
) -> None:
    session = await make_signup(db, edition, "Bageriet", capacity=1)
    gone, first, second = await make_tickets(db, edition, 3, type_id=type_id)
    await take_session_seats(db, edition.id, {session.id: [gone]})
    await wait_for(db, session, first, second)
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 1)
        await db.execute(update(tickets).where(tickets.c.id == gone).values(status="cancelled"))
        await leave_sessions(db, edition, [gone], base_url=BASE_URL)
    assert await signed_tickets(db, session) == [first]
    assert await waiting_tickets(db, session) == [second]
    assert await taken_and_rows(db, session) == (1, 1)
    mails = await db.fetch_all(select(mail_outbox.c.kind, mail_outbox.c.to_email, mail_outbox.c.body_text))
    assert [(mail.kind, mail.to_email) for mail in mails] == [
        ("session_choice", "deltagare1@example.org"),
        ("session_seat", "deltagare2@example.org"),
    ]
    assert all("Bageriet" in mail.body_text for mail in mails)


async def test_a_cancelled_ticket_no_longer_waits(db: Database, edition: Edition, type_id: int) -> None:
    session = await make_signup(db, edition, capacity=1)
    first, gone, last = await make_tickets(db, edition, 3, type_id=type_id)
    await take_session_seats(db, edition.id, {session.id: [first]})
    await wait_for(db, session, gone, last)
    await leave_sessions(db, edition, [gone], base_url=BASE_URL)
    assert await waiting_tickets(db, session) == [last]


async def test_sessions_without_sign_up_stay_in_a_cancelled_tickets_programme(
    db: Database, edition: Edition, type_id: int
) -> None:
    session = await make_signup(db, edition, signup=False)
    (ticket,) = await make_tickets(db, edition, 1, type_id=type_id)
    await take_session_seats(db, edition.id, {session.id: [ticket]})
    await leave_sessions(db, edition, [ticket], base_url=BASE_URL)
    assert await signed_tickets(db, session) == [ticket]


async def test_who_has_something_else_at_the_time_is_passed_over_and_still_waits(
    db: Database, edition: Edition, type_id: int
) -> None:
    bakery = await make_signup(db, edition, "Bageriet", capacity=1)
    mill = await make_signup(db, edition, "Kvarnen", wall_starts=wall(11, 13, 30))
    busy, free = await make_tickets(db, edition, 2, type_id=type_id)
    await take_session_seats(db, edition.id, {mill.id: [busy]})
    await wait_for(db, bakery, busy, free)
    assert await pass_on_session_seats(db, edition, base_url=BASE_URL) == [free]
    assert await waiting_tickets(db, bakery) == [busy]


async def test_two_free_seats_at_the_same_time_are_not_given_to_one_ticket(
    db: Database, edition: Edition, type_id: int
) -> None:
    bakery = await make_signup(db, edition, "Bageriet", capacity=1)
    mill = await make_signup(db, edition, "Kvarnen", capacity=1)
    first, second = await make_tickets(db, edition, 2, type_id=type_id)
    await wait_for(db, bakery, first)
    await wait_for(db, mill, first, second)
    await pass_on_session_seats(db, edition, base_url=BASE_URL)
    assert (await signed_tickets(db, bakery), await signed_tickets(db, mill)) == ([first], [second])


async def test_a_ticket_for_another_day_is_passed_over(db: Database, edition: Edition) -> None:
    session = await make_signup(db, edition, capacity=1)
    for_wednesday = await make_ticket_type(db, edition, "onsdag", valid_on=edition.ends_on)
    (ticket,) = await make_tickets(db, edition, 1, type_id=for_wednesday)
    await wait_for(db, session, ticket)
    assert await pass_on_session_seats(db, edition, base_url=BASE_URL) == []


@pytest.mark.parametrize("values", [{"status": "cancelled"}, {"starts_at": None}])
async def test_nobody_gets_a_seat_at_a_session_that_is_cancelled_or_has_begun(
    db: Database, edition: Edition, type_id: int, values: dict[str, str]
) -> None:
    session = await make_signup(db, edition, capacity=1)
    (ticket,) = await make_tickets(db, edition, 1, type_id=type_id)
    await wait_for(db, session, ticket)
    begun = {"starts_at": sessions.c.created_at, "ends_at": sessions.c.created_at}
    await db.execute(update(sessions).values(**(begun if "starts_at" in values else values)))
    assert await pass_on_session_seats(db, edition, base_url=BASE_URL) == []


async def test_each_ticket_that_gets_a_seat_has_a_change_number_of_its_own(
    db: Database, edition: Edition, type_id: int
) -> None:
    session = await make_signup(db, edition, capacity=2)
    both = await make_tickets(db, edition, 2, type_id=type_id)
    await wait_for(db, session, *both)
    before = await next_ticket_changes(db, edition.id, 1)
    await pass_on_session_seats(db, edition, base_url=BASE_URL)
    rows = await db.fetch_all(select(tickets.c.change).order_by(tickets.c.id))
    assert [row.change for row in rows] == [before + 1, before + 2]


async def test_a_session_starts_with_no_seats_taken(db: Database, edition: Edition) -> None:
    code = await make_session(db, edition, signup=True)
    assert await db.fetch_val(select(sessions.c.taken).where(sessions.c.code == code)) == 0
