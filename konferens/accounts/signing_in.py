"""Signing in and out, the browsers that are signed in, and what people change of their own account."""

import secrets
from datetime import timedelta

from sqlalchemy import delete, insert, select, update

from konferens.accounts.model import Login, User
from konferens.accounts.passwords import UNSET, fits, hash_password
from konferens.accounts.queries import digest
from konferens.attempts import Limit
from konferens.audit import record
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ForbiddenError, InvalidError, NotFoundError
from konferens.i18n import gettext
from konferens.tables import logins, password_links, users

LOGIN_LASTS = timedelta(days=14)
LINK_LASTS = timedelta(minutes=60)
"""A link for who has forgotten the password; it is used at once, or asked for again."""

INVITATION_LASTS = timedelta(days=7)
"""A link for somebody new, who reads mail some evening."""

SIGN_INS = Limit("login", timedelta(minutes=15), by_address=50, by_name=100, by_both=10)
"""Wrong passwords. Ten from one address close an account for that address only, so that nobody shuts others out of the
office; a hundred from everywhere close it, which stops a net of machines and takes ten of them.
"""


async def sign_in(db: Database, *, email: str, password: str, address: str, browser: str = "") -> str:
    """Check the password and give a new login token for the cookie.

    `address` is the client's IP address, `browser` what it calls itself. Raises ForbiddenError when e-mail or password is wrong,
    and TooManyAttemptsError when there have been too many failures in the last quarter of an hour.
    """
    user_id, attempt = await _checked(db, email=email, password=password, address=address)
    moment = now()
    token = secrets.token_urlsafe(32)
    async with db.transaction():
        await db.execute(
            insert(logins).values(
                token_digest=digest(token),
                user_id=user_id,
                browser=browser[:200],
                created_at=moment,
                expires_at=moment + LOGIN_LASTS,
            )
        )
        await db.execute(delete(logins).where(logins.c.expires_at < moment))
        await SIGN_INS.forget(db, attempt)
    return token


async def _checked(db: Database, *, email: str, password: str, address: str) -> tuple[int, int]:
    """The account with this password, and the attempt that is noted until it is forgotten. Raises as `sign_in` does."""
    email = email.strip().lower()[:254]
    attempt = await SIGN_INS.take(db, address=address, name=email)
    user = await db.fetch_one(select(users.c.id, users.c.password_hash).where(users.c.email == email))
    if not await fits(password, user.password_hash if user else UNSET) or user is None:
        raise ForbiddenError(f"wrong e-mail or password for {email}")
    return int(user.id), attempt


async def sign_out(db: Database, token: str) -> None:
    """Forget the login; an unknown token is no error."""
    await db.execute(delete(logins).where(logins.c.token_digest == digest(token)))


async def logins_of(db: Database, user_id: int, *, token: str) -> list[Login]:
    """Where the account is signed in, the latest first; `token` is that of the browser that asks."""
    query = (
        select(logins.c.token_digest, logins.c.browser, logins.c.created_at, logins.c.expires_at)
        .where(logins.c.user_id == user_id, logins.c.expires_at > now())
        .order_by(logins.c.created_at.desc())
    )
    return [
        Login(row.browser, row.created_at, row.expires_at, is_this=row.token_digest == digest(token))
        for row in await db.fetch_all(query)
    ]


async def sign_out_others(db: Database, user: User, *, token: str) -> int:
    """End the account's logins but the one with `token`; how many those were."""
    async with db.transaction():
        ended = await _end_logins(db, user.id, but=token)
        await record(db, actor=user.email, action="user.sign-out", subject=f"user:{user.id}", after={"ended": ended})
        return ended


async def _end_logins(db: Database, user_id: int, *, but: str = "") -> int:
    others = (logins.c.user_id == user_id, logins.c.token_digest != digest(but))
    return int(await db.execute(delete(logins).where(*others)) or 0)


async def rename_user(db: Database, user: User, name: str) -> None:
    """The person's own name, as colleagues see it."""
    async with db.transaction():
        await db.execute(update(users).where(users.c.id == user.id).values(name=name))
        await record(
            db,
            actor=user.email,
            action="user.rename",
            subject=f"user:{user.id}",
            before={"name": user.name},
            after={"name": name},
        )


async def change_password(db: Database, user: User, *, current: str, password: str, token: str, address: str) -> None:
    """A new password for whoever knows the current one. Everywhere but here (`token`), the account is signed out.

    Raises InvalidError (fields 'current' and 'password'), and TooManyAttemptsError as signing in does.
    """
    try:
        _, attempt = await _checked(db, email=user.email, password=current, address=address)
    except ForbiddenError as error:
        raise InvalidError({"current": [gettext("Det stämmer inte med ditt nuvarande lösenord.")]}) from error
    await SIGN_INS.forget(db, attempt)
    await _set_password(db, user.id, await hash_password(password), email=user.email, but=token)


async def make_link(db: Database, user_id: int, *, lasts: timedelta) -> str:
    """A token for the address where the account's owner chooses a password, once. Only its digest is kept."""
    token = secrets.token_urlsafe(32)
    moment = now()
    async with db.transaction():
        await db.execute(delete(password_links).where(password_links.c.expires_at < moment))
        await db.execute(
            insert(password_links).values(
                token_digest=digest(token), user_id=user_id, created_at=moment, expires_at=moment + lasts
            )
        )
    return token


async def email_of_link(db: Database, token: str) -> str:
    """Whose password the link chooses. Raises NotFoundError for one that is used, too old, or none."""
    return (await _linked(db, token))[1]


async def _linked(db: Database, token: str) -> tuple[int, str]:
    """The link's account: its id and e-mail."""
    query = select(users.c.id, users.c.email).select_from(password_links.join(users))
    alive = (password_links.c.token_digest == digest(token), password_links.c.expires_at > now())
    row = await db.fetch_one(query.where(*alive))
    if row is None:
        raise NotFoundError("there is no such link, or it has ended")
    return int(row.id), str(row.email)


async def choose_password(db: Database, token: str, password: str) -> None:
    """The new password of the link's account, which is signed out everywhere; its links end, and wrong guesses are forgotten.

    Raises NotFoundError for a link that is used, too old, or none, and InvalidError for a short password.
    """
    user_id, email = await _linked(db, token)
    password_hash = await hash_password(password)
    async with db.transaction():
        mine = delete(password_links).where(password_links.c.token_digest == digest(token))
        if await db.fetch_val(mine.returning(password_links.c.user_id)) is None:  # used at this moment by another
            raise NotFoundError("the link is used")
        await SIGN_INS.forgive(db, name=email)
        await _set_password(db, user_id, password_hash, email=email)


async def _set_password(db: Database, user_id: int, password_hash: str, *, email: str, but: str = "") -> None:
    """The links that are under way end as well: a mailbox that others read would open the account again."""
    async with db.transaction():
        await db.execute(update(users).where(users.c.id == user_id).values(password_hash=password_hash))
        await db.execute(delete(password_links).where(password_links.c.user_id == user_id))
        await _end_logins(db, user_id, but=but)
        await record(db, actor=email, action="user.password", subject=f"user:{user_id}")
