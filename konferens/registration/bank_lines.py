"""The lines of bank reports as the office looks at them: what led to no order, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from konferens.database import Database, Row
from konferens.events.model import Edition
from konferens.formats import listed
from konferens.i18n import gettext
from konferens.payments.model import Method
from konferens.registration.bank_import import Names, names_of
from konferens.tables import bank_rows, editions, orders


@dataclass(frozen=True, slots=True)
class BankLine:
    """A line without an order; `reason` says why, in the current language. `amount` is öre."""

    id: int
    method: Method
    amount: int
    paid_on: date
    payer: str
    reference: str
    imported_at: datetime
    reason: str


async def lines_without_order(
    db: Database, edition: Edition, *, aside: bool = False, limit: int = 200
) -> list[BankLine]:
    """Lines that wait for somebody to say whose they are, the latest first; with `aside` those that were put aside.

    Their reasons are by what is known now: an order may have come, or another edition may have it.
    """
    query = (
        select(bank_rows)
        .where(bank_rows.c.edition_id == edition.id, bank_rows.c.status == ("ignored" if aside else "unmatched"))
        .order_by(bank_rows.c.paid_on.desc(), bank_rows.c.id.desc())
        .limit(limit)
    )
    rows = await db.fetch_all(query)
    if not rows:
        return []
    everywhere = await names_of(db, None)
    named = {row.id: everywhere.named_in(row.reference) for row in rows}
    reasons = await _reasons(db, edition, everywhere, list(named.values()))
    return [
        BankLine(
            id=row.id,
            method=Method(row.method),
            amount=row.amount,
            paid_on=row.paid_on,
            payer=row.payer,
            reference=row.reference,
            imported_at=row.imported_at,
            reason=reason,
        )
        for row, reason in zip(rows, reasons, strict=True)
    ]


async def _reasons(db: Database, edition: Edition, names: Names, named: Sequence[Sequence[int]]) -> list[str]:
    """Why these lines, each of which names orders with these ids, led to none."""
    ids = {order_id for order_ids in named for order_id in order_ids}
    query = (
        select(orders.c.id, orders.c.edition_id, editions.c.name)
        .join(editions, editions.c.id == orders.c.edition_id)
        .where(orders.c.id.in_(sorted(ids)))
    )
    homes = {row.id: row for row in (await db.fetch_all(query) if ids else [])}
    codes = {order_id: code for code, order_id in names.by_code.items()}
    return [_reason(edition, order_ids, homes, codes) for order_ids in named]


def _reason(edition: Edition, order_ids: Sequence[int], homes: Mapping[int, Row], codes: Mapping[int, str]) -> str:
    if not order_ids:
        return gettext("Texten nämner ingen bokning.")
    here = [codes[order_id] for order_id in order_ids if homes[order_id].edition_id == edition.id]
    if len(here) > 1:
        return gettext("Texten nämner flera bokningar: %(codes)s.") % {"codes": listed(here)}
    if here:
        return gettext("Texten nämner en bokning som inte fanns när rapporten lästes: %(code)s.") % {"code": here[0]}
    elsewhere = [homes[order_id].name for order_id in order_ids]
    return gettext("Texten nämner en bokning till %(conference)s.") % {"conference": listed(dict.fromkeys(elsewhere))}
