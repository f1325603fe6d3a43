"""Accounts, signing in, and API tokens."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from konferens.accounts.actions import create_api_token, create_user, remove_user, revoke_api_token
from konferens.accounts.model import ApiToken, Grant, Role, User
from konferens.accounts.queries import api_token, user_by_login
from konferens.accounts.signing_in import SIGN_INS, choose_password, make_link, sign_in, sign_out
from konferens.attempts import TooManyAttemptsError
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ForbiddenError, InvalidError, NotFoundError
from konferens.tables import api_tokens, attempts, logins, user_roles, users

PASSWORD = "en bra lång mening"


def user(*grants: Grant) -> User:
    return User(id=1, email="a@example.org", name="", grants=grants)


@pytest.mark.parametrize(
    ("grants", "role", "edition", "may"),
    [
        ((), Role.STAFF, 1, False),
        ((Grant(Role.STAFF, 1),), Role.STAFF, 1, True),
        ((Grant(Role.STAFF, 1),), Role.STAFF, 2, False),
        ((Grant(Role.STAFF, 1),), Role.ORGANISER, 1, False),
        ((Grant(Role.ORGANISER, 1),), Role.STAFF, 1, True),
        ((Grant(Role.ORGANISER, 1),), Role.ORGANISER, None, False),
        ((Grant(Role.ORGANISER, None),), Role.ORGANISER, 7, True),
        ((Grant(Role.ORGANISER, None),), Role.ADMIN, None, False),
        ((Grant(Role.ADMIN, None),), Role.ADMIN, None, True),
        ((Grant(Role.ADMIN, None),), Role.STAFF, 7, True),
    ],
)
def test_what_a_user_may(grants: tuple[Grant, ...], role: Role, edition: int | None, may: bool) -> None:
    assert user(*grants).may(role, edition) is may


@pytest.mark.parametrize(
    ("scope", "token_edition", "edition", "may"),
    [("orders", None, 1, True), ("orders", 1, 1, True), ("orders", 2, 1, False), ("checkin", None, 1, False)],
)
def test_what_a_token_may(scope: str, token_edition: int | None, edition: int, may: bool) -> None:
    token = ApiToken(id=1, name="x", scopes=frozenset({"orders"}), edition_id=token_edition, expires_at=None)
    assert token.may(scope, edition) is may


async def test_sign_in_and_out(db: Database) -> None:
    await create_user(db, email="Eva@Example.org ", password=PASSWORD, role=Role.ORGANISER)
    token = await sign_in(db, email=" eva@example.ORG", password=PASSWORD, address="192.0.2.1")
    found = await user_by_login(db, token)
    assert found is not None
    assert (found.email, found.grants) == ("eva@example.org", (Grant(Role.ORGANISER, None),))
    await sign_out(db, token)
    assert await user_by_login(db, token) is None


async def test_a_login_ends_by_itself(db: Database) -> None:
    await create_user(db, email="eva@example.org", password=PASSWORD, role=Role.STAFF)
    token = await sign_in(db, email="eva@example.org", password=PASSWORD, address="")
    await db.execute(update(logins).values(expires_at=now() - timedelta(seconds=1)))
    assert await user_by_login(db, token) is None


async def test_neither_passwords_nor_tokens_are_stored(db: Database) -> None:
    await create_user(db, email="eva@example.org", password=PASSWORD, role=Role.STAFF)
    login = await sign_in(db, email="eva@example.org", password=PASSWORD, address="")
    token = await create_api_token(db, name="kassan", scopes=["orders"])
    hashed = await db.fetch_val(select(users.c.password_hash))
    stored = [await db.fetch_val(select(logins.c.token_digest)), await db.fetch_val(select(api_tokens.c.token_digest))]
    assert hashed.startswith("$argon2id$")
    assert PASSWORD not in hashed
    assert [text for text in stored if login in text or token in text] == []


@pytest.mark.parametrize(("email", "password"), [("eva@example.org", "fel"), ("okand@example.org", PASSWORD), ("", "")])
async def test_wrong_e_mail_or_password(db: Database, email: str, password: str) -> None:
    await create_user(db, email="eva@example.org", password=PASSWORD, role=Role.STAFF)
    with pytest.raises(ForbiddenError):
        await sign_in(db, email=email, password=password, address="192.0.2.1")
    assert await db.fetch_val(select(func.count()).select_from(attempts)) == 1


async def test_guessing_from_one_address_is_stopped_and_shuts_nobody_else_out(db: Database) -> None:
    await create_user(db, email="eva@example.org", password=PASSWORD, role=Role.STAFF)
    for _ in range(SIGN_INS.by_both or 0):
        with pytest.raises(ForbiddenError):
            await sign_in(db, email="eva@example.org", password="fel", address="192.0.2.1")
    with pytest.raises(TooManyAttemptsError) as caught:
        await sign_in(db, email="eva@example.org", password=PASSWORD, address="192.0.2.1")
    assert 13 <= caught.value.minutes <= 15
    assert await sign_in(db, email="eva@example.org", password=PASSWORD, address="198.51.100.1") != ""
    await db.execute(update(attempts).values(attempted_at=now() - timedelta(minutes=16)))
    assert await sign_in(db, email="eva@example.org", password=PASSWORD, address="192.0.2.1") != ""


async def test_guessing_from_everywhere_is_stopped_until_a_mailed_link_chooses_a_new_password(db: Database) -> None:
    await create_user(db, email="eva@example.org", password=PASSWORD, role=Role.STAFF)
    guess = {"kind": "login", "name": "eva@example.org", "attempted_at": now()}
    many = [{**guess, "address": f"192.0.2.{number}"} for number in range(SIGN_INS.by_name or 0)]
    await db.execute(insert(attempts).values(many))
    with pytest.raises(TooManyAttemptsError):
        await sign_in(db, email="eva@example.org", password=PASSWORD, address="198.51.100.1")
    link = await make_link(db, await db.fetch_val(select(users.c.id)), lasts=timedelta(minutes=1))
    await choose_password(db, link, PASSWORD + "!")
    assert await sign_in(db, email="eva@example.org", password=PASSWORD + "!", address="198.51.100.1") != ""


async def test_one_address_does_not_guess_at_many_accounts(db: Database) -> None:
    guess = {"kind": "login", "address": "192.0.2.1", "attempted_at": now()}
    many = [{**guess, "name": f"{number}@example.org"} for number in range(SIGN_INS.by_address)]
    await db.execute(insert(attempts).values(many))
    with pytest.raises(TooManyAttemptsError):
        await sign_in(db, email="eva@example.org", password="fel", address="192.0.2.1")


async def test_a_short_password_is_refused(db: Database) -> None:
    with pytest.raises(InvalidError) as caught:
        await create_user(db, email="eva@example.org", password="kort", role=Role.STAFF)
    assert caught.value.errors == {"password": ["Lösenordet måste ha minst tio tecken."]}


async def test_adding_again_gives_a_second_role_and_the_new_password(db: Database) -> None:
    await create_user(db, email="eva@example.org", password=PASSWORD, role=Role.STAFF)
    await create_user(db, email="eva@example.org", password=PASSWORD + "!", role=Role.ORGANISER)
    await create_user(db, email="eva@example.org", password=PASSWORD + "!", role=Role.ORGANISER)
    assert await db.fetch_val(select(func.count()).select_from(user_roles)) == 2
    assert await sign_in(db, email="eva@example.org", password=PASSWORD + "!", address="") != ""


async def test_api_tokens(db: Database) -> None:
    token = await create_api_token(db, name="kassan", scopes=["orders", "checkin", "orders"])
    found = await api_token(db, token)
    assert found is not None
    assert (found.name, found.scopes, found.edition_id) == ("kassan", frozenset({"orders", "checkin"}), None)
    assert await api_token(db, token + "x") is None
    await db.execute(update(api_tokens).values(expires_at=now()))
    assert await api_token(db, token) is None


async def test_a_revoked_token(db: Database) -> None:
    token = await create_api_token(db, name="kassan", scopes=["orders"])
    await db.execute(update(api_tokens).values(revoked_at=now()))
    assert await api_token(db, token) is None


@pytest.mark.parametrize("scopes", [[], ["everything"], ["orders", "root"]])
async def test_unknown_scopes(db: Database, scopes: list[str]) -> None:
    with pytest.raises(InvalidError):
        await create_api_token(db, name="x", scopes=scopes)


async def test_a_removed_account_is_signed_out_and_unknown(db: Database) -> None:
    await create_user(db, email="eva@example.org", password=PASSWORD, role=Role.STAFF)
    token = await sign_in(db, email="eva@example.org", password=PASSWORD, address="")
    await remove_user(db, " Eva@example.org")
    assert await user_by_login(db, token) is None
    with pytest.raises(ForbiddenError):
        await sign_in(db, email="eva@example.org", password=PASSWORD, address="")
    with pytest.raises(NotFoundError):
        await remove_user(db, "eva@example.org")


async def test_tokens_end_by_their_name(db: Database) -> None:
    ended = [await create_api_token(db, name="kassan", scopes=["orders"]) for _ in range(2)]
    kept = await create_api_token(db, name="dörren", scopes=["checkin"])
    assert await revoke_api_token(db, "kassan") == 2
    assert [await api_token(db, token) for token in ended] == [None, None]
    assert await api_token(db, kept) is not None
    with pytest.raises(NotFoundError):
        await revoke_api_token(db, "kassan")
