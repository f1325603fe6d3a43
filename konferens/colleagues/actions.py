"""Colleagues let in and out, and the links that are mailed to choose a password with."""

from datetime import timedelta

from sqlalchemy import ColumnElement, case, delete, insert, select

from konferens.accounts.model import Role, User
from konferens.accounts.passwords import UNSET
from konferens.accounts.signing_in import INVITATION_LASTS, LINK_LASTS, make_link
from konferens.attempts import Limit
from konferens.audit import record
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError, NotFoundError
from konferens.events.actions import take_turns
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.i18n import current_language, gettext
from konferens.mail.actions import queue_mail
from konferens.mail.drafts import account_invitation, account_password
from konferens.tables import editions, user_roles, users

FORGOTTEN = Limit("password", timedelta(hours=1), by_address=20, by_name=10, by_both=3)
"""Links asked for. Each is a mail to somebody who perhaps didn't ask."""


async def add_colleague(
    db: Database, edition: Edition, *, email: str, name: str, role: Role, inviter: User, base_url: str
) -> bool:
    """Let somebody do at one edition what `role` lets. Gives whether an invitation is under way, in the current language: to who
    has no account yet, or hasn't chosen a password. Others have their own password, which opens other editions too.

    Raises InvalidError where the person has that role in the edition already.
    """
    email = email.strip().lower()
    async with db.transaction():
        # Of a form that is sent twice at once, the second one sees what the first has made.
        await take_turns(db, edition.id)
        user = await db.fetch_one(select(users).where(users.c.email == email))
        if user is None:
            values = {"email": email, "name": name, "password_hash": UNSET, "created_at": now()}
            user = await db.fetch_one(insert(users).values(**values).returning(*users.c))
        if user is None:
            raise NotFoundError(f"no account {email}")
        held = select(user_roles.c.id).where(*_held(user.id, role, edition.id))
        if await db.fetch_val(held) is not None:
            raise InvalidError({"email": [gettext("Personen har redan den rollen.")]})
        await db.execute(insert(user_roles).values(user_id=user.id, role=role.value, edition_id=edition.id))
        await record(
            db,
            actor=inviter.email,
            action="user.grant",
            subject=f"user:{user.id}",
            edition_id=edition.id,
            after={"email": email, "role": role},
        )
        is_invited = user.password_hash == UNSET
        if is_invited:
            await _invite(db, edition, user.id, role=role, inviter=inviter, base_url=base_url)
    return bool(is_invited)


async def invite_again(
    db: Database, edition: Edition, user_id: int, *, role: Role, inviter: User, base_url: str
) -> None:
    """Another link for a colleague who hasn't chosen a password yet. Raises NotFoundError for somebody without that role in the
    edition, ConflictError for one who has a password.
    """
    async with db.transaction():
        query = select(users.c.password_hash).select_from(users.join(user_roles))
        query = query.where(*_held(user_id, role, edition.id))
        password_hash = await db.fetch_val(query)
        if password_hash is None:
            raise NotFoundError(f"user {user_id} is not {role} of {edition.path}")
        if password_hash != UNSET:
            raise ConflictError(f"user {user_id} has a password")
        await _invite(db, edition, user_id, role=role, inviter=inviter, base_url=base_url)
        await record(
            db,
            actor=inviter.email,
            action="user.invite",
            subject=f"user:{user_id}",
            edition_id=edition.id,
            after={"role": role},
        )


async def _invite(db: Database, edition: Edition, user_id: int, *, role: Role, inviter: User, base_url: str) -> None:
    """Mails of links belong to no edition's log: whoever read them there could open the account."""
    user = await db.fetch_one(select(users.c.email, users.c.name).where(users.c.id == user_id))
    if user is None:
        raise NotFoundError(f"user {user_id}")
    draft = account_invitation(
        edition,
        name=user.name or user.email,
        email=user.email,
        language=current_language.get(),
        invited_by=inviter.name or inviter.email,
        role=role.allows,
        until=now() + INVITATION_LASTS,
        base_url=base_url,
        path=link_path(await make_link(db, user_id, lasts=INVITATION_LASTS)),
    )
    await queue_mail(db, draft, base_url=base_url, edition_id=None)


async def remove_colleague(db: Database, edition_id: int, user_id: int, *, role: Role, actor: str) -> None:
    """Take somebody's role in one edition away, from the next request on; the account stays.

    Raises NotFoundError where the person doesn't have it in this edition alone.
    """
    async with db.transaction():
        mine = delete(user_roles).where(*_held(user_id, role, edition_id))
        if await db.fetch_val(mine.returning(user_roles.c.id)) is None:
            raise NotFoundError(f"user {user_id} is not {role} of edition {edition_id}")
        await record(
            db,
            actor=actor,
            action="user.revoke",
            subject=f"user:{user_id}",
            edition_id=edition_id,
            before={"role": role},
        )


def _held(user_id: int, role: Role, edition_id: int) -> tuple[ColumnElement[bool], ...]:
    return user_roles.c.user_id == user_id, user_roles.c.role == role.value, user_roles.c.edition_id == edition_id


async def send_password_link(db: Database, email: str, *, language: str, base_url: str) -> None:
    """Mail a link that chooses a new password, in the name of the latest conference that the person works with, or of any,
    rather a published one.

    Nothing happens where there is no such account, or no conference yet: `konferens user add` sets its password then.
    """
    user = await db.fetch_one(select(users).where(users.c.email == email.strip().lower()))
    edition = await _sending_edition(db, user.id) if user is not None else None
    if user is None or edition is None:
        return
    async with db.transaction():
        draft = account_password(
            edition,
            name=user.name or user.email,
            email=user.email,
            language=language,
            until=now() + LINK_LASTS,
            base_url=base_url,
            path=link_path(await make_link(db, user.id, lasts=LINK_LASTS)),
        )
        await queue_mail(db, draft, base_url=base_url, edition_id=None)


async def _sending_edition(db: Database, user_id: int) -> Edition | None:
    theirs = select(user_roles.c.edition_id).where(user_roles.c.user_id == user_id)
    first = case((editions.c.id.in_(theirs), 0), (editions.c.published.is_(True), 1), else_=2)
    query = select(editions.c.id).order_by(first, editions.c.starts_on.desc(), editions.c.id.desc()).limit(1)
    edition_id = await db.fetch_val(query)
    return await edition_by_id(db, edition_id) if edition_id is not None else None


def link_path(token: str) -> str:
    """Where the link's password is chosen, after the base URL."""
    return f"/login/password/{token}"
