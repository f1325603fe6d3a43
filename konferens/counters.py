"""Numbers that rise without gaps, taken inside the transaction that uses them: its rollback gives them back."""

from sqlalchemy import text

from konferens.database import Database

# The same statement on SQLite and PostgreSQL; makes the counter where there is none.
_RESERVE = text(
    "INSERT INTO counters (name, value) VALUES (:name, :n) "
    "ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value RETURNING value"
)


async def reserve_numbers(db: Database, name: str, n: int) -> int:
    """Take the counter's next `n` numbers, from 1 on, and give the last. Others who take some wait for the transaction's end."""
    return int(await db.fetch_val(_RESERVE.bindparams(name=name, n=n)))
