"""Everybody's own account in the office."""

import pytest
from sqlalchemy import select

from konferens.accounts.actions import create_user
from konferens.accounts.browsers import browser_words
from konferens.accounts.model import Role
from konferens.accounts.queries import user_by_login
from konferens.accounts.signing_in import sign_in
from konferens.database import Database
from konferens.events.model import Edition
from konferens.tables import users
from tests.browser import browser

PAGE = "/organiser/account"
EVA = "eva@example.org"
PASSWORD = "en bra lång mening"
NEW = "en helt annan mening"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"


@pytest.mark.parametrize("role", Role)
async def test_everybody_changes_name_and_password_and_signs_the_others_out(
    db: Database, edition: Edition, role: Role
) -> None:
    await create_user(db, email=EVA, password=PASSWORD, role=role, edition_id=edition.id)
    here = await sign_in(db, email=EVA, password=PASSWORD, address="")
    phone = await sign_in(db, email=EVA, password=PASSWORD, address="", browser=PHONE)
    with browser(db, here) as eva:
        assert "Chrome, Android" in eva.visible(PAGE)
        eva.post(PAGE, {"name": "Eva Ek"}, page=PAGE)
        assert await db.fetch_val(select(users.c.name)) == "Eva Ek"
        assert eva.post(f"{PAGE}/logins", {}, page=PAGE).headers["location"] == f"{PAGE}?notice=signed-out"
        assert await user_by_login(db, phone) is None
        phone = await sign_in(db, email=EVA, password=PASSWORD, address="")
        changed = eva.post(f"{PAGE}/password", {"current": PASSWORD, "password": NEW}, page=PAGE)
        assert changed.headers["location"] == f"{PAGE}?notice=password-changed"
        assert eva.get(PAGE).status_code == 200
    assert await user_by_login(db, phone) is None
    assert await sign_in(db, email=EVA, password=NEW, address="")


async def test_what_is_wrong_with_a_new_password(db: Database) -> None:
    await create_user(db, email=EVA, password=PASSWORD, role=Role.STAFF)
    with browser(db, await sign_in(db, email=EVA, password=PASSWORD, address="")) as eva:
        wrong = eva.post(f"{PAGE}/password", {"current": "fel", "password": NEW}, page=PAGE)
        assert (wrong.status_code, "Det stämmer inte med ditt nuvarande lösenord." in wrong.text) == (422, True)
        short = eva.post(f"{PAGE}/password", {"current": PASSWORD, "password": "kort"}, page=PAGE)
        assert (short.status_code, "minst tio tecken" in short.text) == (422, True)
        guesses = [eva.post(f"{PAGE}/password", {"current": "fel", "password": NEW}, page=PAGE) for _ in range(10)]
        assert guesses[-1].status_code == 429
    assert await sign_in(db, email=EVA, password=PASSWORD, address="192.0.2.1")


async def test_only_for_who_is_signed_in(db: Database) -> None:
    with browser(db) as nobody:
        assert nobody.get(PAGE).headers["location"].startswith("/login?next=")


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (PHONE, "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
        ("", "Okänd webbläsare"),
    ],
)
def test_browsers_in_words(user_agent: str, words: str) -> None:
    assert browser_words(user_agent) == words
