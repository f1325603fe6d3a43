"""Rows for check-in's tests: an event, ticket types, orders with tickets, lists."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import insert

from konferens.checkin.actions import save_list
from konferens.checkin.model import CheckinList
from konferens.checkin.queries import find_list
from konferens.codes import new_code, new_token
from konferens.database import Database
from konferens.tables import editions, orders, series, ticket_types, tickets

MOMENT = datetime(2027, 5, 11, 7, 0, tzinfo=UTC)
_numbers = count(1)


async def make_edition(db: Database, slug: str = "", **values: Any) -> int:
    """A published conference in May 2027. Gives its id."""
    slug = slug or f"konferens-{next(_numbers)}"
    series_id = await db.fetch_val(insert(series).values(slug=slug, name=slug.title()).returning(series.c.id))
    columns = {
        "series_id": series_id,
        "slug": "2027",
        "name": f"{slug.title()} 2027",
        "starts_on": date(2027, 5, 11),
        "ends_on": date(2027, 5, 12),
        "published": True,
        "created_at": MOMENT,
        "updated_at": MOMENT,
        **values,
    }
    return int(await db.fetch_val(insert(editions).values(**columns).returning(editions.c.id)))


async def make_type(db: Database, edition_id: int, name: str = "Medlem", price: int = 125_000) -> int:
    """A ticket type. Gives its id."""
    columns = {"edition_id": edition_id, "code": f"typ-{next(_numbers)}", "name": name, "price": price}
    return int(await db.fetch_val(insert(ticket_types).values(**columns).returning(ticket_types.c.id)))


async def make_ticket(
    db: Database,
    edition_id: int,
    type_id: int,
    *,
    name: str = "Åsa Öberg",
    organisation: str = "",
    order_status: str = "paid",
    status: str = "valid",
    total: int = 125_000,
    change: int = 0,
) -> str:
    """An order with one ticket. Gives the ticket's token."""
    async with db.transaction():
        order_id = await db.fetch_val(
            insert(orders)
            .values(
                edition_id=edition_id,
                code=new_code(),
                secret=new_token(),
                status=order_status,
                buyer_name=name,
                buyer_email="buyer@example.org",
                total=total,
                placed_at=MOMENT,
            )
            .returning(orders.c.id)
        )
        token = new_token()
        await db.execute(
            insert(tickets).values(
                order_id=order_id,
                edition_id=edition_id,
                ticket_type_id=type_id,
                position=1,
                token=token,
                calendar_token=new_token(),
                secret=new_token(),
                status=status,
                attendee_name=name,
                attendee_email="attendee@example.org",
                attendee_organisation=organisation,
                price=total,
                change=change,
                created_at=MOMENT,
                updated_at=MOMENT,
            )
        )
    return token


async def make_list(
    db: Database, edition_id: int, name: str = "Entré", *, types: list[int] | None = None, admit_unpaid: bool = True
) -> CheckinList:
    list_id = await save_list(
        db, edition_id, None, name=name, ticket_type_ids=types, admit_unpaid=admit_unpaid, actor="system"
    )
    return await find_list(db, list_id)
