"""The audit trail: every change by a person is a row with what stood there before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import insert, select

from konferens.clock import now
from konferens.database import Database
from konferens.tables import audit


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the trail. `before` and `after` hold the changed values as JSON has them."""

    at: datetime
    actor: str
    action: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


async def latest_changes(db: Database, subject: str, *, limit: int = 10) -> list[Change]:
    """The last changes of `subject`, the newest first."""
    query = (
        select(audit.c.at, audit.c.actor, audit.c.action, audit.c.before, audit.c.after)
        .where(audit.c.subject == subject)
        .order_by(audit.c.id.desc())
        .limit(limit)
    )
    return [
        Change(row.at, row.actor, row.action, row.before or {}, row.after or {}) for row in await db.fetch_all(query)
    ]


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


async def record_many(
    db: Database,
    *,
    actor: str,
    action: str,
    edition_id: int | None,
    changes: Sequence[tuple[str, Mapping[str, Any], Mapping[str, Any]]],
) -> None:
    """As record for the same action on many subjects: each (subject, before, after). One call, however many."""
    shared = {"at": now(), "actor": actor, "action": action, "edition_id": edition_id}
    rows = [
        {**shared, "subject": subject, "before": _plain(before), "after": _plain(after)}
        for subject, before, after in changes
    ]
    await db.execute_many(insert(audit), rows)


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {
        key: value.isoformat() if isinstance(value, date | datetime | time) else value for key, value in values.items()
    }
