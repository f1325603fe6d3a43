"""Signing in and out, new accounts and tokens."""

import asyncio
import secrets
from datetime import datetime, timedelta
from functools import cache
from weakref import WeakKeyDictionary

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, insert, select, update

from konferens.accounts.model import SCOPES, Role
from konferens.accounts.queries import digest
from konferens.attempts import Limit
from konferens.audit import record
from konferens.clock import now
from konferens.codes import CODE_ALPHABET
from konferens.database import Database
from konferens.errors import ForbiddenError, InvalidError, NotFoundError
from konferens.i18n import gettext
from konferens.tables import api_tokens, logins, proposal_reviews, user_roles, users

LOGIN_LASTS = timedelta(days=14)
SIGN_INS = Limit("login", timedelta(minutes=15), by_address=50, by_name=10)
MIN_PASSWORD = 10


VERIFIED_AT_ONCE = 2
"""Passwords that a process checks at the same time: each takes 64 MiB and a processor for some 50 ms."""

_verifying = WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore]()


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()  # argon2id with the parameters of RFC 9106's low-memory profile


@cache
def _dummy_hash() -> str:
    """Verified when the e-mail is unknown, so that the time taken doesn't tell who has an account."""
    return _hasher().hash(secrets.token_hex())


async def create_user(
    db: Database, *, email: str, password: str, role: Role, edition_id: int | None = None, name: str = ""
) -> None:
    """A new account with a role, or another role (and this password) for an account that exists.

    A new password signs the account out everywhere: it may have been changed because somebody else knew the old one.
    Raises InvalidError for a password of fewer than 10 characters.
    """
    if len(password) < MIN_PASSWORD:
        raise InvalidError({"password": [gettext("Lösenordet måste ha minst tio tecken.")]})
    password_hash = await asyncio.to_thread(_hasher().hash, password)
    email = email.strip().lower()
    async with db.transaction():
        user_id = await db.fetch_val(select(users.c.id).where(users.c.email == email))
        if user_id is None:
            values = {"email": email, "name": name, "password_hash": password_hash, "created_at": now()}
            user_id = await db.fetch_val(insert(users).values(**values).returning(users.c.id))
        else:
            await db.execute(update(users).where(users.c.id == user_id).values(password_hash=password_hash))
            await db.execute(delete(logins).where(logins.c.user_id == user_id))
        same_edition = (
            user_roles.c.edition_id.is_(None) if edition_id is None else user_roles.c.edition_id == edition_id
        )
        held = select(user_roles.c.id).where(
            user_roles.c.user_id == user_id, user_roles.c.role == role.value, same_edition
        )
        if await db.fetch_val(held) is None:
            await db.execute(insert(user_roles).values(user_id=user_id, role=role.value, edition_id=edition_id))
        await record(
            db,
            actor="system",
            action="user.grant",
            subject=f"user:{user_id}",
            edition_id=edition_id,
            after={"role": role},
        )


async def remove_user(db: Database, email: str) -> None:
    """Take an account away, with its roles, logins and reviews of proposals; what it has done stays in the trail. Raises NotFoundError."""
    email = email.strip().lower()
    async with db.transaction():
        user_id = await db.fetch_val(select(users.c.id).where(users.c.email == email))
        if user_id is None:
            raise NotFoundError(f"there is no account {email}")
        for table in (logins, user_roles, proposal_reviews):
            await db.execute(delete(table).where(table.c.user_id == user_id))
        await db.execute(delete(users).where(users.c.id == user_id))
        await record(db, actor="system", action="user.remove", subject=f"user:{user_id}")


def new_password() -> str:
    """A password to hand over, as 'K7MP-X2QR-9TWD': 60 random bits without letters that look alike."""
    return "-".join("".join(secrets.choice(CODE_ALPHABET) for _ in range(4)) for _ in range(3))


async def add_colleague(db: Database, edition_id: int, *, email: str, name: str, role: Role, actor: str) -> str | None:
    """Let somebody organise or check in at one edition. Gives the password of a new account, to be shown once.

    Gives None for an account that exists: it keeps its password, which nobody but its owner or an admin may set, since
    it may open other editions. Raises InvalidError where the person has that role in the edition already.
    """
    email = email.strip().lower()
    password = new_password()
    password_hash = await asyncio.to_thread(_hasher().hash, password)
    async with db.transaction():
        user_id = await db.fetch_val(select(users.c.id).where(users.c.email == email))
        is_new = user_id is None
        if is_new:
            values = {"email": email, "name": name, "password_hash": password_hash, "created_at": now()}
            user_id = await db.fetch_val(insert(users).values(**values).returning(users.c.id))
        held = select(user_roles.c.id).where(
            user_roles.c.user_id == user_id, user_roles.c.role == role.value, user_roles.c.edition_id == edition_id
        )
        if await db.fetch_val(held) is not None:
            raise InvalidError({"email": [gettext("Personen har redan den rollen.")]})
        await db.execute(insert(user_roles).values(user_id=user_id, role=role.value, edition_id=edition_id))
        await record(
            db,
            actor=actor,
            action="user.grant",
            subject=f"user:{user_id}",
            edition_id=edition_id,
            after={"email": email, "role": role},
        )
    return password if is_new else None


async def remove_colleague(db: Database, edition_id: int, user_id: int, *, role: Role, actor: str) -> None:
    """Take somebody's role in one edition away, from the next request on; the account stays.

    Raises NotFoundError where the person doesn't have it in this edition alone.
    """
    async with db.transaction():
        mine = (
            user_roles.c.user_id == user_id,
            user_roles.c.role == role.value,
            user_roles.c.edition_id == edition_id,
        )
        if await db.fetch_val(delete(user_roles).where(*mine).returning(user_roles.c.id)) is None:
            raise NotFoundError(f"user {user_id} is not {role} of edition {edition_id}")
        await record(
            db,
            actor=actor,
            action="user.revoke",
            subject=f"user:{user_id}",
            edition_id=edition_id,
            before={"role": role},
        )


async def sign_in(db: Database, *, email: str, password: str, address: str) -> str:
    """Check the password and give a new login token for the cookie.

    `address` is the client's IP address. Raises ForbiddenError when e-mail or password is wrong, and ConflictError when
    there have been too many failures for the e-mail or from the address in the last quarter of an hour.
    """
    email, address = email.strip().lower()[:254], address[:64]
    attempt = await SIGN_INS.take(db, address=address, name=email)
    user = await db.fetch_one(select(users.c.id, users.c.password_hash).where(users.c.email == email))
    turn = _verifying.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(VERIFIED_AT_ONCE))
    async with turn:
        is_right = await asyncio.to_thread(_verify, user.password_hash if user else _dummy_hash(), password)
    if not is_right or user is None:
        raise ForbiddenError(f"wrong e-mail or password for {email}")
    moment = now()
    token = secrets.token_urlsafe(32)
    async with db.transaction():
        await db.execute(
            insert(logins).values(
                token_digest=digest(token), user_id=user.id, created_at=moment, expires_at=moment + LOGIN_LASTS
            )
        )
        await db.execute(delete(logins).where(logins.c.expires_at < moment))
        await SIGN_INS.forget(db, attempt)
    return token


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher().verify(password_hash, password[:1024])
    except (VerificationError, InvalidHashError):
        return False


async def sign_out(db: Database, token: str) -> None:
    """Forget the login; an unknown token is no error."""
    await db.execute(delete(logins).where(logins.c.token_digest == digest(token)))


async def create_api_token(
    db: Database, *, name: str, scopes: list[str], edition_id: int | None = None, expires_at: datetime | None = None
) -> str:
    """A new API token; the returned text is shown once, only its digest is stored. Raises InvalidError for a scope."""
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise InvalidError(
            {"scope": [f"unknown scope {', '.join(unknown) or '(none)'}; choose from {', '.join(SCOPES)}"]}
        )
    token = "konf_" + secrets.token_urlsafe(32)
    async with db.transaction():
        await db.execute(
            insert(api_tokens).values(
                name=name,
                token_digest=digest(token),
                scopes=",".join(sorted(set(scopes))),
                edition_id=edition_id,
                created_at=now(),
                expires_at=expires_at,
            )
        )
        await record(db, actor="system", action="token.create", subject=f"token:{name}"[:120], edition_id=edition_id)
    return token


async def revoke_api_token(db: Database, name: str) -> int:
    """End every API token with this name, at once and for good; gives how many. Raises NotFoundError when there is none."""
    async with db.transaction():
        ended = await db.execute(
            update(api_tokens)
            .where(api_tokens.c.name == name, api_tokens.c.revoked_at.is_(None))
            .values(revoked_at=now())
        )
        if not ended:
            raise NotFoundError(f"there is no API token {name} that could be used")
        await record(db, actor="system", action="token.revoke", subject=f"token:{name}"[:120])
        return ended
