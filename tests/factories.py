"""Rows for tests; each function names only what a test is about."""

import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Table, insert, select

from konferens.accounts.model import Role
from konferens.accounts.queries import digest
from konferens.clock import now
from konferens.database import Database
from konferens.events.actions import save_place
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.programme.actions import save_session
from konferens.registration.actions import place_order
from konferens.registration.model import Buyer, Order, OrderRequest, TicketRequest
from konferens.speakers.actions import create_speaker
from konferens.tables import (
    addon_ticket_types,
    addons,
    bank_rows,
    discount_code_ticket_types,
    discount_codes,
    editions,
    logins,
    quotas,
    series,
    ticket_type_quotas,
    ticket_types,
    user_roles,
    users,
)

MOMENT = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
ACTOR = "anna@example.org"


def zone_at_noon() -> str:
    """A time zone where it is between 12 and 13 o'clock, for a conference that goes on: its day ends in no test."""
    return f"Etc/GMT{now().hour - 12:+d}"  # the other way round than usual: Etc/GMT-3 is three hours before Greenwich


def wall(day: int, hour: int, minute: int = 0) -> datetime:
    """What clocks at the conference show in May 2027: without a zone, as `wall_starts` and `wall_ends` are."""
    return datetime.combine(date(2027, 5, day), time(hour, minute))


async def make_edition(
    db: Database, series_slug: str = "lokalekonomidagarna", slug: str = "2027", **values: Any
) -> Edition:
    """A published conference on 11–12 May 2027, in Swedish time; the series is made where it isn't there."""
    series_id = await db.fetch_val(select(series.c.id).where(series.c.slug == series_slug))
    if series_id is None:
        new_series = insert(series).values(slug=series_slug, name=series_slug.title())
        series_id = await db.fetch_val(new_series.returning(series.c.id))
    columns = {
        "series_id": series_id,
        "slug": slug,
        "name": f"{series_slug.title()} {slug}",
        "starts_on": date(2027, 5, 11),
        "ends_on": date(2027, 5, 12),
        "published": True,
        "created_at": MOMENT,
        "updated_at": MOMENT,
        **values,
    }
    return await edition_by_id(db, await db.fetch_val(insert(editions).values(**columns).returning(editions.c.id)))


async def make_room(db: Database, edition: Edition, name: str = "Stora salen", **values: Any) -> int:
    """A room; gives its id."""
    return await save_place(db, "rooms", edition.id, None, {"name": name, **values}, actor=ACTOR)


async def make_track(db: Database, edition: Edition, name: str = "Energi", **values: Any) -> int:
    """A track; gives its id."""
    return await save_place(db, "tracks", edition.id, None, {"name": name, **values}, actor=ACTOR)


async def make_speaker(db: Database, edition: Edition, name: str = "Åsa Öberg", **values: Any) -> str:
    """A speaker of the edition; gives the code."""
    return await create_speaker(db, edition.id, {"name": name, **values}, actor=ACTOR)


async def make_session(db: Database, edition: Edition, title: str = "Så startar du en mack", **values: Any) -> str:
    """A session, at no time unless `wall_starts` says one; gives the code. `values` as for `save_session`."""
    if "wall_starts" in values:
        values.setdefault("wall_ends", values["wall_starts"] + timedelta(hours=1))
    return await save_session(db, edition, None, {"title": title, **values}, actor=ACTOR)


async def make_login(
    db: Database, role: Role | None = Role.ORGANISER, edition: Edition | None = None, *, email: str = ACTOR
) -> str:
    """Somebody signed in, with `role` in `edition` (None: in all). Gives the cookie's token. There is no password."""
    columns = {"email": email, "name": "", "password_hash": "none", "created_at": now()}
    user_id = await db.fetch_val(insert(users).values(**columns).returning(users.c.id))
    if role is not None:
        grant = {"user_id": user_id, "role": role.value, "edition_id": edition.id if edition else None}
        await db.execute(insert(user_roles).values(**grant))
    token = secrets.token_urlsafe(16)
    expires_at = now() + timedelta(hours=1)
    await db.execute(
        insert(logins).values(token_digest=digest(token), user_id=user_id, created_at=now(), expires_at=expires_at)
    )
    return token


async def make_quota(db: Database, edition: Edition, size: int, name: str = "Platser") -> int:
    """Seats for ticket types to share; gives its id."""
    new = insert(quotas).values(edition_id=edition.id, name=name, size=size)
    return int(await db.fetch_val(new.returning(quotas.c.id)))


async def make_ticket_type(
    db: Database, edition: Edition, code: str = "ordinarie", *, quota: int | None = None, **values: Any
) -> int:
    """A ticket type for 1 250 kr with 25 % VAT, on sale, limited by `quota` (an id) where there is one; gives its id."""
    columns = {
        "edition_id": edition.id,
        "code": code,
        "name": code.capitalize(),
        "price": 125_000,
        "vat_rate": 25,
        **values,
    }
    type_id = int(await db.fetch_val(insert(ticket_types).values(**columns).returning(ticket_types.c.id)))
    if quota is not None:
        await db.execute(insert(ticket_type_quotas).values(ticket_type_id=type_id, quota_id=quota))
    return type_id


async def make_addon(
    db: Database,
    edition: Edition,
    code: str = "middag",
    *,
    quota: int | None = None,
    types: Sequence[str] = (),
    **values: Any,
) -> int:
    """An add-on for 395 kr with 12 % VAT, for all types or those with these codes; gives its id."""
    columns = {
        "edition_id": edition.id,
        "quota_id": quota,
        "code": code,
        "name": code.capitalize(),
        "price": 39_500,
        "vat_rate": 12,
        **values,
    }
    addon_id = int(await db.fetch_val(insert(addons).values(**columns).returning(addons.c.id)))
    await _limit(db, addon_ticket_types, {"addon_id": addon_id}, edition, types)
    return addon_id


async def make_discount_code(
    db: Database, edition: Edition, code: str = "RABATT", *, types: Sequence[str] = (), **values: Any
) -> int:
    """A code, for all types or those with these codes; gives its id."""
    new = insert(discount_codes).values(edition_id=edition.id, code=code, **values)
    code_id = int(await db.fetch_val(new.returning(discount_codes.c.id)))
    await _limit(db, discount_code_ticket_types, {"discount_code_id": code_id}, edition, types)
    return code_id


async def _limit(db: Database, table: Table, owner: dict[str, int], edition: Edition, types: Sequence[str]) -> None:
    query = select(ticket_types.c.id).where(ticket_types.c.edition_id == edition.id, ticket_types.c.code.in_(types))
    rows = [{**owner, "ticket_type_id": row.id} for row in await db.fetch_all(query)]
    await db.execute_many(insert(table), rows)


async def make_bank_row(db: Database, edition: Edition, **values: Any) -> int:
    """A line of a bank's report for 100 kr that led to no order; gives its id."""
    columns = {
        "edition_id": edition.id,
        "external_id": secrets.token_hex(8),
        "method": "bankgiro",
        "amount": 10_000,
        "paid_on": MOMENT.date(),
        "status": "unmatched",
        "imported_at": MOMENT,
        **values,
    }
    return int(await db.fetch_val(insert(bank_rows).values(**columns).returning(bank_rows.c.id)))


def order_request(*types: str, key: str | None = None, **values: Any) -> OrderRequest:
    """A request of Anna Öberg for a ticket of each of these types; attendees are called Deltagare 1, 2, …"""
    asked = tuple(
        TicketRequest(type=code, name=f"Deltagare {number}", email=f"deltagare{number}@example.org")
        for number, code in enumerate(types or ("ordinarie",), start=1)
    )
    buyer = Buyer("Anna Öberg", "anna.oberg@example.org")
    return OrderRequest(**{"buyer": buyer, "tickets": asked, "idempotency_key": key, **values})


async def make_order(db: Database, edition: Edition, *types: str, **values: Any) -> Order:
    """An order as `order_request` asks for it, placed."""
    return await place_order(db, edition, order_request(*types, **values), base_url="http://testserver")
