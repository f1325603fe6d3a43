"""Accounts and API tokens: made by command, and ended."""

import secrets
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from konferens.accounts.model import SCOPES, Role
from konferens.accounts.passwords import hash_password
from konferens.accounts.queries import digest
from konferens.audit import record
from konferens.clock import now
from konferens.database import Database
from konferens.errors import InvalidError, NotFoundError
from konferens.tables import api_tokens, logins, password_links, proposal_reviews, user_roles, users


async def create_user(
    db: Database, *, email: str, password: str, role: Role, edition_id: int | None = None, name: str = ""
) -> None:
    """A new account with a role, or another role (and this password) for an account that exists.

    A new password signs the account out everywhere: it may have been changed because somebody else knew the old one.
    Raises InvalidError for a password of fewer than 10 characters.
    """
    password_hash = await hash_password(password)
    email = email.strip().lower()
    async with db.transaction():
        user_id = await db.fetch_val(select(users.c.id).where(users.c.email == email))
        if user_id is None:
            values = {"email": email, "name": name, "password_hash": password_hash, "created_at": now()}
            user_id = await db.fetch_val(insert(users).values(**values).returning(users.c.id))
        else:
            await db.execute(update(users).where(users.c.id == user_id).values(password_hash=password_hash))
            for table in (logins, password_links):
                await db.execute(delete(table).where(table.c.user_id == user_id))
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
        for table in (logins, password_links, user_roles, proposal_reviews):
            await db.execute(delete(table).where(table.c.user_id == user_id))
        await db.execute(delete(users).where(users.c.id == user_id))
        await record(db, actor="system", action="user.remove", subject=f"user:{user_id}")


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
