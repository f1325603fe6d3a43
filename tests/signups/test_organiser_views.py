"""The office's lists of who signed up."""

import pytest
from sqlalchemy import update

from konferens.database import Database
from konferens.events.model import Edition
from konferens.signups.actions import take_session_seats
from konferens.tables import sessions
from tests.browser import Browser
from tests.factories import make_edition, make_ticket_type
from tests.registration.office import OFFICE, counted_queries
from tests.signups.factories import (
    make_signup,
    make_tickets,
    signed_tickets,
    taken_and_rows,
    wait_for,
    waiting_tickets,
)


@pytest.fixture
async def people(db: Database, edition: Edition) -> list[int]:
    return await make_tickets(db, edition, 4, type_id=await make_ticket_type(db, edition))


async def test_every_session_with_its_numbers(
    db: Database, edition: Edition, office: Browser, people: list[int]
) -> None:
    session = await make_signup(db, edition, "Bageriet", capacity=2)
    await make_signup(db, edition, "Föredraget", signup=False)
    await take_session_seats(db, edition.id, {session.id: people[:2]})
    await wait_for(db, session, people[2])
    text = office.visible(f"{OFFICE}/signups")
    assert "Bageriet tisdag 11 maj 13.00–14.00 2 av 2 full 2/2 1" in text
    assert "Föredraget" not in text


async def test_the_number_of_queries_does_not_rise_with_the_sessions(
    db: Database, edition: Edition, office: Browser, people: list[int]
) -> None:
    counts = []
    for title in ("Bageriet", "Kvarnen", "Smedjan"):
        session = await make_signup(db, edition, title)
        await take_session_seats(db, edition.id, {session.id: people})
        with counted_queries() as queries:
            office.text(f"{OFFICE}/signups")
        counts.append(len(queries))
    assert counts == [counts[0]] * 3


async def test_the_office_finds_somebody_and_adds_them(
    db: Database, edition: Edition, office: Browser, people: list[int]
) -> None:
    session = await make_signup(db, edition, "Bageriet")
    page = f"{OFFICE}/signups/{session.code}"
    assert "Deltagare 3" in office.visible(f"{page}?q=deltagare+3")
    added = office.post(f"{page}/add", {"ticket": str(people[2])}, page=page)
    assert (added.status_code, added.headers["location"]) == (303, f"{page}?notice=saved")
    assert await signed_tickets(db, session) == [people[2]]
    assert "Redan anmäld" in office.visible(f"{page}?q=deltagare+3")


async def test_who_waits_is_given_a_seat_when_there_is_one(
    db: Database, edition: Edition, office: Browser, people: list[int]
) -> None:
    session = await make_signup(db, edition, "Bageriet", capacity=1)
    await take_session_seats(db, edition.id, {session.id: people[:1]})
    await wait_for(db, session, people[1], people[2])
    page = f"{OFFICE}/signups/{session.code}"
    refused = office.post(f"{page}/add", {"ticket": str(people[2])}, page=page)
    assert refused.status_code == 409
    assert "Det är fullt. Höj först antalet platser." in refused.text
    await db.execute(update(sessions).values(capacity=2))
    office.post(f"{page}/add", {"ticket": str(people[2])}, page=page)
    assert (await signed_tickets(db, session), await waiting_tickets(db, session)) == (
        [people[0], people[2]],
        [people[1]],
    )


async def test_taking_somebody_off_lets_the_next_one_in(
    db: Database, edition: Edition, office: Browser, people: list[int]
) -> None:
    session = await make_signup(db, edition, "Bageriet", capacity=1)
    await take_session_seats(db, edition.id, {session.id: people[:1]})
    await wait_for(db, session, people[1])
    page = f"{OFFICE}/signups/{session.code}"
    office.post(f"{page}/remove", {"ticket": str(people[0])}, page=page)
    assert await signed_tickets(db, session) == [people[1]]
    assert await taken_and_rows(db, session) == (1, 1)


async def test_a_cancelled_session_tells_whom_to_write_to(
    db: Database, edition: Edition, office: Browser, people: list[int]
) -> None:
    session = await make_signup(db, edition, "Bageriet")
    await take_session_seats(db, edition.id, {session.id: people[:2]})
    await db.execute(update(sessions).values(status="cancelled"))
    text = office.visible(f"{OFFICE}/signups/{session.code}")
    assert "2 anmälda behöver få veta det." in text
    assert "deltagare1@example.org, deltagare2@example.org" in text


async def test_the_csv_file_has_those_who_come_and_those_who_wait(
    db: Database, edition: Edition, office: Browser, people: list[int]
) -> None:
    session = await make_signup(db, edition, "Bageriet", capacity=1)
    await take_session_seats(db, edition.id, {session.id: people[:1]})
    await wait_for(db, session, people[1])
    file = office.get(f"{OFFICE}/signups/{session.code}.csv")
    rows = [line.split(";") for line in file.content.decode("utf-8-sig").splitlines()]
    assert [(row[0], row[1], row[5]) for row in rows] == [
        ("Namn", "E-post", "Plats i väntelistan"),
        ("Deltagare 1", "deltagare1@example.org", ""),
        ("Deltagare 2", "deltagare2@example.org", "1"),
    ]


async def test_tickets_and_sessions_of_others_are_out_of_reach(
    db: Database, edition: Edition, office: Browser, people: list[int]
) -> None:
    other = await make_edition(db, slug="2028")
    strangers = await make_tickets(db, other, 1, type_id=await make_ticket_type(db, other))
    session = await make_signup(db, edition, "Bageriet")
    theirs = await make_signup(db, other, "Kvarnen")
    page = f"{OFFICE}/signups/{session.code}"
    assert office.post(f"{page}/add", {"ticket": str(strangers[0])}, page=page).status_code == 409
    for ticket in ("", "0x1", "9" * 12):
        assert office.post(f"{page}/add", {"ticket": ticket}, page=page).status_code == 404
    assert office.get(f"{OFFICE}/signups/{theirs.code}").status_code == 404
    assert await signed_tickets(db, session) == []


async def test_the_session_editor_asks_for_sign_ups_and_moves_the_list_on(
    db: Database, edition: Edition, office: Browser, people: list[int]
) -> None:
    session = await make_signup(db, edition, "Bageriet", capacity=1)
    await take_session_seats(db, edition.id, {session.id: people[:1]})
    await wait_for(db, session, people[1], people[2])
    page = f"{OFFICE}/sessions/{session.code}"
    form = office.form(page)
    assert form["signup"] == "y"
    assert office.post(page, form | {"capacity": "2"}).status_code == 303
    assert await signed_tickets(db, session) == people[:2]
    refused = office.post(page, office.form(page) | {"capacity": "1"})
    assert refused.status_code == 422
    assert "2 är redan anmälda." in refused.text


async def test_the_notice_after_a_change_is_a_sentence(
    db: Database, edition: Edition, office: Browser, people: list[int]
) -> None:
    session = await make_signup(db, edition, "Bageriet")
    assert "Sparat." in office.visible(f"{OFFICE}/signups/{session.code}?notice=saved")
    assert "Macro" not in office.text(f"{OFFICE}/signups/{session.code}")


async def test_the_editor_of_a_cancelled_session_leads_to_those_it_concerns(
    db: Database, edition: Edition, office: Browser, people: list[int]
) -> None:
    session = await make_signup(db, edition, "Bageriet")
    await take_session_seats(db, edition.id, {session.id: people[:2]})
    await db.execute(update(sessions).values(status="cancelled"))
    text = office.visible(f"{OFFICE}/sessions/{session.code}")
    assert "2 anmälda berörs. Se vilka och skriv till dem" in text
    assert "2 anmälda berörs. Se vilka innan du tar bort den" in office.visible(
        f"{OFFICE}/sessions/{session.code}/delete"
    )


async def test_too_many_sign_ups_are_told_on_the_overview(
    db: Database, edition: Edition, office: Browser, people: list[int]
) -> None:
    session = await make_signup(db, edition, "Bageriet", capacity=3)
    await take_session_seats(db, edition.id, {session.id: people[:3]})
    await db.execute(update(sessions).values(capacity=2))
    assert "Bageriet har fler anmälda än platser: 3/2" in office.visible(OFFICE + "/")
