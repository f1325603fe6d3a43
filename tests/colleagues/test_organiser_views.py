"""The office's page for who organises and who checks in."""

import asyncio
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from konferens.accounts.actions import create_user
from konferens.accounts.model import Role, User
from konferens.accounts.queries import colleagues_of, user_by_login
from konferens.accounts.signing_in import choose_password, sign_in
from konferens.colleagues.actions import add_colleague
from konferens.database import Database
from konferens.errors import InvalidError
from konferens.events.model import Edition
from konferens.tables import audit, mail_outbox, password_links
from tests.browser import Browser, browser
from tests.colleagues.letters import mailed_links
from tests.factories import ACTOR, make_edition, make_login

OFFICE = "/organiser/lokalekonomidagarna/2027/"
PAGE = f"{OFFICE}colleagues"


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


async def test_a_new_volunteer_chooses_a_password_by_a_link(db: Database, edition: Edition, office: Browser) -> None:
    shown = office.post(PAGE, {"email": "Erik@Example.org ", "name": "Erik Entré", "role": "staff"})
    assert shown.status_code == 200
    assert "Ett mejl är på väg" in shown.text
    assert "har inte valt lösenord" in office.visible(PAGE)
    [link] = await mailed_links(db, "erik@example.org")
    with browser(db) as erik:
        assert 'value="erik@example.org" autocomplete="username"' in erik.text(link)
        chosen = erik.post(link, {"password": "min egen mening"})
        assert (chosen.status_code, chosen.headers["location"]) == (303, "/login?notice=password")
        signed_in = erik.post("/login", {"email": "erik@example.org", "password": "min egen mening"})
        assert signed_in.headers["location"] == "/checkin/"
        user = await user_by_login(db, erik.client.cookies["login"])
    assert user is not None
    assert (user.name, user.may(Role.STAFF, edition.id), user.may(Role.ORGANISER, edition.id)) == (
        "Erik Entré",
        True,
        False,
    )
    assert user.may(Role.STAFF, edition.id + 1) is False
    assert "har inte valt lösenord" not in office.visible(PAGE)
    row = await db.fetch_one(select(audit).where(audit.c.action == "user.grant"))
    assert row is not None
    assert row.actor == ACTOR


async def test_the_link_is_in_no_log_of_the_office(db: Database, edition: Edition, office: Browser) -> None:
    office.post(PAGE, {"email": "erik@example.org", "role": "staff"})
    [link] = await mailed_links(db, "erik@example.org")
    assert "erik@example.org" not in office.visible(f"{OFFICE}mail")
    stored = [str(dict(row)) for table in (password_links, audit) for row in await db.fetch_all(select(table))]
    assert link.rpartition("/")[2] not in "".join(stored)


async def test_who_has_not_chosen_is_invited_again(db: Database, edition: Edition, office: Browser) -> None:
    office.post(PAGE, {"email": "erik@example.org", "role": "staff"})
    [way] = re.findall(rf'action="({PAGE}/\d+/staff/invitation)"', office.text(PAGE))
    assert office.post(way, {}, page=PAGE).headers["location"] == f"{PAGE}?notice=invited"
    first, second = await mailed_links(db, "erik@example.org")
    with browser(db) as erik:
        assert erik.post(second, {"password": "min egen mening"}).status_code == 303
        assert erik.get(first).status_code == 404
    assert office.post(way, {}, page=PAGE).status_code == 409


async def test_an_account_that_exists_keeps_its_password(db: Database, edition: Edition, office: Browser) -> None:
    await create_user(db, email="boss@example.org", password="deras eget lösen", role=Role.ADMIN)
    shown = office.post(PAGE, {"email": "boss@example.org", "role": "organiser"})
    assert "loggar in med sitt eget lösenord" in shown.text
    assert await db.fetch_all(select(mail_outbox)) == []
    assert await sign_in(db, email="boss@example.org", password="deras eget lösen", address="127.0.0.1")


async def test_the_same_role_twice_is_told(db: Database, edition: Edition, office: Browser) -> None:
    office.post(PAGE, {"email": "erik@example.org", "role": "staff"})
    again = office.post(PAGE, {"email": "erik@example.org", "role": "staff"})
    assert again.status_code == 422
    assert "Personen har redan den rollen." in again.text
    assert await held(db, edition) == [(ACTOR, Role.ORGANISER), ("erik@example.org", Role.STAFF)]


async def test_a_form_that_is_sent_twice_at_once_lets_in_once(db: Database, edition: Edition) -> None:
    boss = User(1, ACTOR, "Anna", ())

    async def add() -> bool | str:
        try:
            return await add_colleague(
                db,
                edition,
                email="b@example.org",
                name="Bo",
                role=Role.STAFF,
                inviter=boss,
                base_url="http://testserver",
            )
        except InvalidError as error:
            return str(error.errors["email"][0])

    answers = await asyncio.gather(add(), add())
    assert sorted(map(str, answers)) == ["Personen har redan den rollen.", "True"]
    assert len(await mailed_links(db, "b@example.org")) == 1


@pytest.mark.parametrize("typed", [{"email": "", "role": "staff"}, {"email": "a@example.org", "role": "admin"}])
async def test_what_cannot_be(typed: dict[str, str], db: Database, edition: Edition, office: Browser) -> None:
    assert office.post(PAGE, typed).status_code == 422
    assert await held(db, edition) == [(ACTOR, Role.ORGANISER)]


async def test_removing_works_at_once(db: Database, edition: Edition, office: Browser) -> None:
    office.post(PAGE, {"email": "erik@example.org", "role": "staff"})
    [link] = await mailed_links(db, "erik@example.org")
    await choose_password(db, link.rpartition("/")[2], "min egen mening")
    token = await sign_in(db, email="erik@example.org", password="min egen mening", address="127.0.0.1")
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
        assert 'href="/organiser/"' not in opened.text("/checkin/")
