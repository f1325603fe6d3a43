"""Reports of banks and Swish against orders: each line is recorded once, and leads to the order that its text names."""

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from konferens.audit import record
from konferens.clock import now
from konferens.codes import CODE_LENGTH
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError, NotFoundError
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.offering.seats import next_ticket_changes
from konferens.payments.bank_report import ReportRow, read_report
from konferens.payments.ledger import Incoming
from konferens.payments.model import InvoiceKind
from konferens.registration.settling import receive_payments
from konferens.tables import bank_rows, invoices, orders

_NUMBER = re.compile(r"(?<![0-9])[0-9]{4,25}(?![0-9])")
_CODE = re.compile(rf"(?<![^\W_])[A-Za-z2-9]{{{CODE_LENGTH}}}(?![^\W_])")


@dataclass(frozen=True, slots=True)
class Names:
    """What orders are called by those who pay: OCR → order id, and code → order id."""

    by_ocr: Mapping[str, int]
    by_code: Mapping[str, int]

    def named_in(self, text: str) -> list[int]:
        """The ids of the orders that `text` names, each once: by the OCR of an invoice, else by their code, in any case."""
        by_ocr = [self.by_ocr[word] for word in _NUMBER.findall(text) if word in self.by_ocr]
        by_code = [self.by_code[word.upper()] for word in _CODE.findall(text) if word.upper() in self.by_code]
        return list(dict.fromkeys(by_ocr or by_code))


async def names_of(db: Database, edition_id: int | None) -> Names:
    """The names of an edition's orders, or of all editions'; two queries."""
    ocrs = select(invoices.c.ocr, invoices.c.order_id).where(invoices.c.kind == InvoiceKind.INVOICE.value)
    codes = select(orders.c.code, orders.c.id)
    if edition_id is not None:
        ocrs = ocrs.where(invoices.c.edition_id == edition_id)
        codes = codes.where(orders.c.edition_id == edition_id)
    return Names(
        {row.ocr: row.order_id for row in await db.fetch_all(ocrs)},
        {row.code: row.id for row in await db.fetch_all(codes)},
    )


@dataclass(frozen=True, slots=True)
class Imported:
    """How many lines of a report led to an order, how many didn't, were there already, or took money out."""

    matched: int
    unmatched: int
    known: int
    outgoing: int


async def import_report(
    db: Database, edition: Edition, content: bytes, *, actor: str, base_url: str, announce: bool = True
) -> Imported:
    """Record the payments of a report for the orders that they name; all or nothing. The same line twice changes nothing.

    What is more or less than the order has left to pay is recorded too. Buyers of orders that become paid are told, with
    `announce`. Raises InvalidError (field 'report') for a file that can't be read.
    """
    report = await asyncio.to_thread(read_report, content)
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)  # another import at the same time waits here
        seen = select(bank_rows.c.external_id).where(bank_rows.c.edition_id == edition.id)
        known = {row.external_id for row in await db.fetch_all(seen)}
        new = [row for row in report.rows if row.external_id not in known]
        names = await names_of(db, edition.id)
        named = {row.line: names.named_in(row.reference) for row in new}
        matched = [row for row in new if len(named[row.line]) == 1]
        incoming = [
            Incoming(named[row.line][0], row.amount, row.method, row.paid_on, row.reference or row.payer)
            for row in matched
        ]
        ids = await receive_payments(db, edition, incoming, actor=actor, base_url=base_url, announce=announce)
        payment_ids = {row.line: payment_id for row, payment_id in zip(matched, ids, strict=True)}
        await _write(db, edition, new, payment_ids)
        counts = Imported(len(matched), len(new) - len(matched), len(report.rows) - len(new), report.outgoing)
        if new:
            await record(
                db,
                actor=actor,
                action="payments.import",
                subject=f"edition:{edition.ref}",
                edition_id=edition.id,
                after={"matched": counts.matched, "unmatched": counts.unmatched},
            )
    return counts


async def _write(db: Database, edition: Edition, rows: Iterable[ReportRow], payment_ids: Mapping[int, int]) -> None:
    moment = now()
    values: list[dict[str, Any]] = [
        {
            "edition_id": edition.id,
            "external_id": row.external_id,
            "method": row.method.value,
            "amount": row.amount,
            "paid_on": row.paid_on,
            "payer": row.payer,
            "reference": row.reference,
            "status": "matched" if row.line in payment_ids else "unmatched",
            "payment_id": payment_ids.get(row.line),
            "imported_at": moment,
        }
        for row in rows
    ]
    await db.execute_many(insert(bank_rows), values)


async def match_row(db: Database, edition: Edition, row_id: int, code: str, *, actor: str, base_url: str) -> int:
    """The line's money is for the order called `code`; gives the order's id.

    Raises InvalidError (field 'code') when the edition has no such order, ConflictError when the line has an order already,
    NotFoundError when there is no such line.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        row = await require_line(db, edition, row_id)
        if row.status == "matched":
            raise ConflictError(f"bank row {row_id} has an order already")
        of_edition = orders.c.edition_id == edition.id
        order_id = await db.fetch_val(select(orders.c.id).where(of_edition, orders.c.code == code.strip().upper()))
        if order_id is None:
            raise InvalidError({"code": [gettext("Det finns ingen bokning med den koden.")]})
        incoming = Incoming(order_id, row.amount, row.method, row.paid_on, row.reference or row.payer)
        (payment_id,) = await receive_payments(db, edition, [incoming], actor=actor, base_url=base_url)
        await db.execute(
            update(bank_rows).where(bank_rows.c.id == row_id).values(status="matched", payment_id=payment_id)
        )
    return int(order_id)


async def put_aside(db: Database, edition: Edition, row_id: int, *, aside: bool, actor: str) -> None:
    """The line is none of the edition's business, or (`aside` False) it is after all.

    Raises ConflictError when it has an order, NotFoundError when there is no such line.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        row = await require_line(db, edition, row_id)
        if row.status == "matched":
            raise ConflictError(f"bank row {row_id} has an order already")
        status = "ignored" if aside else "unmatched"
        if row.status == status:
            return
        await db.execute(update(bank_rows).where(bank_rows.c.id == row_id).values(status=status))
        await record(
            db,
            actor=actor,
            action="payments.put-aside" if aside else "payments.take-up",
            subject=f"bank-row:{row_id}",
            edition_id=edition.id,
            before={"status": row.status},
            after={"status": status},
        )


async def require_line(db: Database, edition: Edition, row_id: int) -> Any:
    """The row of `bank_rows`. Raises NotFoundError, also for one of another edition."""
    row = await db.fetch_one(select(bank_rows).where(bank_rows.c.id == row_id, bank_rows.c.edition_id == edition.id))
    if row is None:
        raise NotFoundError(f"bank row {row_id}")
    return row
