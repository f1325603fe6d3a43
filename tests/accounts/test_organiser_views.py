"""The office's page for who organises and who checks in."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from konferens.accounts.actions import create_user, sign_in
from konferens.accounts.model import Role
from konferens.accounts.queries import colleagues_of, user_by_login
from konferens.database import Database
from konferens.events.model import Edition
from konferens.tables import audit
from tests.browser import Browser, browser
from tests.factories import ACTOR, make_edition, make_login

PAGE = "/organiser/lokalekonomidagarna/2027/colleagues"
SHOWN = re.compile(r"<code>([A-Z2-9-]{14})</code>")


@pytest.fixture
async def edition(db: Database) -> Edition:
    return await make_edition(db)


@pytest.fixture
async def login(db: Database, edition: Edition) -> str:
    return await make_login(db, Role.ORGANISER, edition)


@pytest.fixture
def office(db: Database, edition: Edition, login: str) -> Iterator[Browser]:
    with browser(db, login) as opened:
        yield opened


async def held(db: Database, edition: Edition) -> list[tuple[str, Role]]:
    return [(one.email, one.role) for one in await colleagues_of(db, edition.id)]


async def test_a_new_volunteer_gets_a_password_that_is_shown_once(
    db: Database, edition: Edition, office: Browser
) -> None:
    shown = office.post(PAGE, {"email": "Erik@Example.org ", "name": "Erik Entré", "role": "staff"})
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "no-store"
    [password] = SHOWN.findall(shown.text)
    token = await sign_in(db, email="erik@example.org", password=password, address="127.0.0.1")
    user = await user_by_login(db, token)
    assert user is not None
    assert (user.may(Role.STAFF, edition.id), user.may(Role.ORGANISER, edition.id)) == (True, False)
    assert user.may(Role.STAFF, edition.id + 1) is False
    assert SHOWN.findall(office.text(PAGE)) == []
    row = await db.fetch_one(select(audit).where(audit.c.action == "user.grant"))
    assert row is not None
    assert (row.actor, password in str(dict(row))) == (ACTOR, False)


async def test_an_account_that_exists_keeps_its_password(db: Database, edition: Edition, office: Browser) -> None:
    await create_user(db, email="boss@example.org", password="deras eget lösen", role=Role.ADMIN)
    shown = office.post(PAGE, {"email": "boss@example.org", "role": "organiser"})
    assert SHOWN.findall(shown.text) == []
    assert "loggar in med sitt eget lösenord" in shown.text
    assert await sign_in(db, email="boss@example.org", password="deras eget lösen", address="127.0.0.1")


async def test_the_same_role_twice_is_told(db: Database, edition: Edition, office: Browser) -> None:
    office.post(PAGE, {"email": "erik@example.org", "role": "staff"})
    again = office.post(PAGE, {"email": "erik@example.org", "role": "staff"})
    assert again.status_code == 422
    assert "Personen har redan den rollen." in again.text
    assert await held(db, edition) == [(ACTOR, Role.ORGANISER), ("erik@example.org", Role.STAFF)]


@pytest.mark.parametrize("typed", [{"email": "", "role": "staff"}, {"email": "a@example.org", "role": "admin"}])
async def test_what_cannot_be(typed: dict[str, str], db: Database, edition: Edition, office: Browser) -> None:
    assert office.post(PAGE, typed).status_code == 422
    assert await held(db, edition) == [(ACTOR, Role.ORGANISER)]


async def test_removing_works_at_once(db: Database, edition: Edition, office: Browser) -> None:
    [password] = SHOWN.findall(office.post(PAGE, {"email": "erik@example.org", "role": "staff"}).text)
    token = await sign_in(db, email="erik@example.org", password=password, address="127.0.0.1")
    [way] = re.findall(rf'href="({PAGE}/\d+/staff/delete)"', office.text(PAGE))
    assert "Ta bort erik@example.org?" in office.text(way)
    assert office.post(way, {}).headers["location"] == f"{PAGE}?notice=deleted"
    user = await user_by_login(db, token)
    assert user is not None
    assert user.may_somewhere(Role.STAFF) is False


async def test_nobody_removes_themselves_nor_those_of_all_conferences(
    db: Database, edition: Edition, office: Browser
) -> None:
    await create_user(db, email="boss@example.org", password="deras eget lösen", role=Role.ADMIN)
    ids = {one.role: one.user_id for one in await colleagues_of(db, edition.id)}
    assert re.findall(r"/\d+/\w+/delete", office.text(PAGE)) == []
    for role in (Role.ORGANISER, Role.ADMIN):
        assert office.get(f"{PAGE}/{ids[role]}/{role}/delete").status_code == 404


async def test_only_for_organisers_of_the_edition(db: Database, edition: Edition) -> None:
    staff = await make_login(db, Role.STAFF, edition, email="staff@example.org")
    other = await make_edition(db, slug="2028")
    stranger = await make_login(db, Role.ORGANISER, other, email="other@example.org")
    for token in (staff, stranger):
        with browser(db, token) as opened:
            assert opened.get(PAGE).status_code == 403


async def test_volunteers_are_led_where_they_may_be(db: Database, edition: Edition) -> None:
    with browser(db, await make_login(db, Role.STAFF, edition, email="staff@example.org")) as opened:
        assert 'href="/login"' in opened.get("/organiser/").text
        assert opened.get("/login").headers["location"] == "/checkin/"
        assert "/organiser/" not in opened.text("/checkin/")
