"""Keys for scripts: made, listed and ended in the office, for one edition only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from konferens.accounts.actions import create_api_token
from konferens.audit import record
from konferens.clock import now
from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.tables import api_tokens


@dataclass(frozen=True, slots=True)
class TokenLine:
    """An API token as a list shows it; the key itself is stored nowhere."""

    id: int
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def is_valid(self, moment: datetime) -> bool:
        """Whether a script can still use it at `moment`."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > moment)


async def tokens_of(db: Database, edition_id: int) -> list[TokenLine]:
    """The edition's own tokens, the latest first. Those for every edition are the administrator's, made by command."""
    query = (
        select(
            api_tokens.c.id,
            api_tokens.c.name,
            api_tokens.c.scopes,
            api_tokens.c.created_at,
            api_tokens.c.expires_at,
            api_tokens.c.revoked_at,
        )
        .where(api_tokens.c.edition_id == edition_id)
        .order_by(api_tokens.c.id.desc())
    )
    return [
        TokenLine(**{**row._mapping, "scopes": tuple(row.scopes.split(","))})  # noqa: SLF001
        for row in await db.fetch_all(query)
    ]


async def issue_token(
    db: Database, edition_id: int, *, name: str, scopes: list[str], expires_at: datetime | None, actor: str
) -> str:
    """A new token for this edition; the text that is given back is shown once. Raises InvalidError (field 'scope')."""
    async with db.transaction():
        token = await create_api_token(db, name=name, scopes=scopes, edition_id=edition_id, expires_at=expires_at)
        await record(
            db,
            actor=actor,
            action="token.issue",
            subject=f"token:{name}"[:120],
            edition_id=edition_id,
            after={"scopes": sorted(scopes), "expires_at": expires_at.isoformat() if expires_at else None},
        )
        return token


async def end_token(db: Database, edition_id: int, token_id: int, *, actor: str) -> None:
    """End a token of this edition at once and for good. Raises NotFoundError, also for one that has ended."""
    async with db.transaction():
        name = await db.fetch_val(
            update(api_tokens)
            .where(
                api_tokens.c.id == token_id, api_tokens.c.edition_id == edition_id, api_tokens.c.revoked_at.is_(None)
            )
            .values(revoked_at=now())
            .returning(api_tokens.c.name)
        )
        if name is None:
            raise NotFoundError(f"API token {token_id}")
        await record(db, actor=actor, action="token.end", subject=f"token:{name}"[:120], edition_id=edition_id)
