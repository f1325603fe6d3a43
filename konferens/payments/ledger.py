"""Money that came, and money that went back: what is written down of it, always inside the transaction of what it is for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, case, cast, insert, update

from konferens.clock import now
from konferens.database import Database
from konferens.mail.actions import rows_of
from konferens.tables import orders, payments


@dataclass(frozen=True, slots=True)
class Incoming:
    """Money for an order, in öre; negative where it went back. `reference` is what the payer wrote."""

    order_id: int
    amount: int
    method: str
    paid_on: date
    reference: str = ""


def correction_of(payment_id: int) -> str:
    """The reference of what takes back a payment that was recorded for the wrong order: rows are added, never changed."""
    return f"Rättar nr {payment_id}"


async def record_payment(
    db: Database,
    *,
    edition_id: int,
    order_id: int,
    amount: int,
    method: str,
    reference: str,
    paid_on: date,
    actor: str,
) -> int:
    """Write down a payment of `amount` öre (negative: paid back) and add it to the order's; gives the payment's id.

    In the caller's transaction. What it means for the order's state is `registration.settling`'s business.
    """
    incoming = Incoming(order_id, amount, method, paid_on, reference)
    return (await record_payments(db, edition_id, [incoming], actor=actor))[0]


async def record_payments(db: Database, edition_id: int, incoming: Sequence[Incoming], *, actor: str) -> list[int]:
    """As record_payment for many, of different orders or one; their ids in the same order. A statement for each table."""
    if not incoming:
        return []
    moment = now()
    ids = await db.fetch_all(
        insert(payments)
        .values(
            rows_of(
                [
                    {
                        "edition_id": edition_id,
                        "order_id": each.order_id,
                        "amount": each.amount,
                        "method": each.method,
                        "reference": each.reference[:200],
                        "paid_on": each.paid_on,
                        "recorded_at": moment,
                        "actor": actor,
                    }
                    for each in incoming
                ]
            )
        )
        .returning(payments.c.id)
    )
    sums: dict[int, int] = {}
    for each in incoming:
        sums[each.order_id] = sums.get(each.order_id, 0) + each.amount
    # Cast, since PostgreSQL takes bare parameters in a CASE for text.
    received = case({order_id: cast(total, BigInteger) for order_id, total in sums.items()}, value=orders.c.id, else_=0)
    await db.execute(
        update(orders).where(orders.c.id.in_(sorted(sums))).values(paid=orders.c.paid + cast(received, BigInteger))
    )
    # Rows of one INSERT get their numbers in their order, on both databases; RETURNING may give them in another.
    return sorted(int(row.id) for row in ids)
