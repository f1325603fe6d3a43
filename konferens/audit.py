"""The audit trail: every change by a person is a row with what stood there before and after."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert

from konferens.clock import now
from konferens.database import Database
from konferens.tables import audit


async def record(
    db: Database,
    *,
    actor: str,
    action: str,
    subject: str,
    edition_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write one audit row, inside the caller's transaction.

    `actor` is a user's e-mail, 'token:NAME', 'buyer:CODE' or 'system'; `subject` is 'kind:id'.
    """
    await db.execute(
        insert(audit).values(
            at=now(),
            actor=actor,
            action=action,
            subject=subject,
            edition_id=edition_id,
            before=_plain(before),
            after=_plain(after),
        )
    )


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {key: value.isoformat() if isinstance(value, date | datetime) else value for key, value in values.items()}
