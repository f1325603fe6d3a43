"""Accounts and tokens, read from the database."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, or_, select

from konferens.accounts.model import ApiToken, Colleague, Grant, Role, User
from konferens.accounts.passwords import UNSET
from konferens.clock import now
from konferens.database import Database
from konferens.tables import api_tokens as tokens
from konferens.tables import logins, user_roles, users


def digest(token: str) -> str:
    """What is stored of a token: its SHA-256, in hexadecimal.

    Tokens have 120 random bits or more, so a plain hash can't be reversed, and looking it up by index tells nothing
    about a token by its timing.
    """
    return hashlib.sha256(token.encode()).hexdigest()


async def user_by_login(db: Database, token: str) -> User | None:
    """Whoever is signed in with the cookie's `token`, or None when it is unknown or has expired."""
    query = (
        select(users.c.id, users.c.email, users.c.name, user_roles.c.role, user_roles.c.edition_id)
        .select_from(logins.join(users).outerjoin(user_roles, user_roles.c.user_id == users.c.id))
        .where(logins.c.token_digest == digest(token), logins.c.expires_at > now())
    )
    rows = await db.fetch_all(query)
    if not rows:
        return None
    grants = tuple(Grant(Role(row.role), row.edition_id) for row in rows if row.role)
    return User(id=rows[0].id, email=rows[0].email, name=rows[0].name, grants=grants)


async def api_token(db: Database, token: str) -> ApiToken | None:
    """The API token, or None when it is unknown, revoked or expired."""
    return (await api_tokens(db, [token]))[0]


_TOKENS = select(tokens).where(
    tokens.c.token_digest.in_(bindparam("digests", expanding=True)), tokens.c.revoked_at.is_(None)
)


async def api_tokens(db: Database, wanted: Sequence[str]) -> list[ApiToken | None]:
    """As api_token for several requests at once, in their order."""
    digests = [digest(token) for token in wanted]
    found = {
        row.token_digest: ApiToken(
            id=row.id,
            name=row.name,
            scopes=frozenset(row.scopes.split(",")),
            edition_id=row.edition_id,
            expires_at=row.expires_at,
        )
        for row in await db.fetch_all(_TOKENS, {"digests": list(set(digests))})
        if not _has_passed(row.expires_at)
    }
    return [found.get(one) for one in digests]


def _has_passed(moment: datetime | None) -> bool:
    return moment is not None and moment <= now()


async def accounts_among(db: Database, emails: Collection[str]) -> set[str]:
    """Those of `emails` (lower case) that have an account."""
    rows = await db.fetch_all(select(users.c.email).where(users.c.email.in_(list(emails))))
    return {row.email for row in rows}


async def colleagues_of(db: Database, edition_id: int) -> list[Colleague]:
    """Everybody who has a role in the edition, by e-mail; somebody with two roles is there twice."""
    query = (
        select(
            users.c.id,
            users.c.email,
            users.c.name,
            user_roles.c.role,
            user_roles.c.edition_id,
            (users.c.password_hash == UNSET).label("invited"),
        )
        .select_from(user_roles.join(users))
        .where(or_(user_roles.c.edition_id == edition_id, user_roles.c.edition_id.is_(None)))
        .order_by(users.c.email, user_roles.c.role)
    )
    return [
        Colleague(
            row.id, row.email, row.name, Role(row.role), everywhere=row.edition_id is None, invited=bool(row.invited)
        )
        for row in await db.fetch_all(query)
    ]
