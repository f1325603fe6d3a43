"""Compiled statements are kept and used again with other values; rows hold Python's own types on both databases."""

import secrets
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import and_, bindparam, case, func, insert, literal, select, text, true, update
from sqlalchemy.exc import InvalidRequestError

from konferens.database import Database
from konferens.tables import api_tokens, editions, series
from tests.factories import make_edition

ANNE = {"slug": "anne", "name": "Anne"}
BO = {"slug": "bo", "name": "Bo"}
CAJSA = {"slug": "cajsa", "name": "Cajsa"}


@pytest.fixture
async def three(db: Database) -> Database:
    await db.execute(insert(series).values([ANNE, BO, CAJSA]))
    return db


async def names(db: Database, condition: Any) -> list[str]:
    rows = await db.fetch_all(select(series.c.name).where(condition).order_by(series.c.slug))
    return [row.name for row in rows]


async def test_the_same_query_with_other_values_gives_other_rows(three: Database) -> None:
    assert [await names(three, series.c.slug == slug) for slug in ("anne", "bo", "nobody")] == [["Anne"], ["Bo"], []]


@pytest.mark.parametrize("slugs", [[], ["bo"], ["anne", "bo"], ["anne", "bo", "cajsa", "nobody"], ["cajsa"]])
async def test_lists_of_every_length(three: Database, slugs: list[str]) -> None:
    await names(three, series.c.slug.in_(["anne", "cajsa"]))
    assert await names(three, series.c.slug.in_(slugs)) == [slug.title() for slug in slugs if slug != "nobody"]


async def test_lists_beside_other_values(three: Database) -> None:
    for wanted in ("Anne", "Bo"):
        both = and_(series.c.name == wanted, series.c.slug.in_(["anne", "bo"]), series.c.name != "Cajsa")
        assert await names(three, both) == [wanted]


async def test_none_after_a_value_and_a_value_after_none(db: Database) -> None:
    async def stored(value: datetime | None) -> datetime | None:
        columns = {"name": "n", "token_digest": secrets.token_hex(8), "scopes": "events", "created_at": MOMENT}
        new = insert(api_tokens).values(**columns, expires_at=value).returning(api_tokens.c.expires_at)
        found: datetime | None = await db.fetch_val(new)
        return found

    later = MOMENT + timedelta(days=1)
    moments = [None, MOMENT, None, later]
    assert [await stored(value) for value in moments] == moments


async def test_updates_with_other_values(three: Database) -> None:
    for name in ("X", "Y"):
        assert await three.execute(update(series).where(series.c.slug == "bo").values(name=name)) == 1
        assert await names(three, series.c.slug == "bo") == [name]


async def test_several_rows_in_one_insert_of_every_size(db: Database) -> None:
    for size in (1, 3, 2):
        rows = [{"slug": f"{size}-{number}", "name": str(number)} for number in range(size)]
        ids = await db.fetch_all(insert(series).values(rows).returning(series.c.id))
        assert len({row.id for row in ids}) == size
    assert await db.fetch_val(select(func.count()).select_from(series)) == 6


async def test_the_same_rows_statement_with_other_columns(db: Database) -> None:
    await db.execute_many(insert(series), [ANNE, BO])
    await db.execute_many(insert(series), [{"slug": "c", "name": "C", "description": "D"}])
    await db.execute_many(insert(series), [])
    assert await db.fetch_val(select(series.c.description).where(series.c.slug == "c")) == "D"
    assert await db.fetch_val(select(func.count()).select_from(series)) == 3


async def test_queries_given_as_text(three: Database) -> None:
    for slug, name in (("anne", "Anne"), ("bo", "Bo")):
        row = await three.fetch_one("SELECT name AS who, slug FROM series WHERE slug = :slug", {"slug": slug})
        assert row == {"who": name, "slug": slug}
    assert await three.fetch_val("SELECT count(*) FROM series") == 3
    assert await three.execute("UPDATE series SET name = :name", {"name": "Z"}) == 3


async def test_a_query_that_is_made_once_gets_the_values_of_its_names_each_time(three: Database) -> None:
    query = select(series.c.slug).where(series.c.slug.in_(bindparam("slugs", expanding=True))).order_by(series.c.slug)
    for slugs in (["bo"], ["anne", "bo"], []):
        assert [row.slug for row in await three.fetch_all(query, {"slugs": slugs})] == slugs
    with pytest.raises(InvalidRequestError):
        await three.fetch_all(query)


async def test_text_within_a_query_gets_its_name_from_the_database(three: Database) -> None:
    row = await three.fetch_one(select(text("count(*) AS many")).select_from(series))
    assert row == {"many": 3}


async def test_numbers_and_conditions_as_values(three: Database) -> None:
    """PostgreSQL wants to know the types of such values."""
    kind = case((series.c.slug == "bo", literal(1)), else_=literal(2))
    row = await three.fetch_one(
        select(func.sum(kind).label("total"), literal("x").label("text"), (func.count() + 5).label("more"))
    )
    assert row == {"total": 5, "text": "x", "more": 8}
    assert await names(three, and_(true(), func.lower(series.c.name).like("%a%"))) == ["Anne", "Cajsa"]


async def test_limit_and_offset_change(three: Database) -> None:
    query = select(series.c.slug).order_by(series.c.slug)
    pages = [[row.slug for row in await three.fetch_all(query.limit(2).offset(start))] for start in (0, 2, 1)]
    assert pages == [["anne", "bo"], ["cajsa"], ["bo", "cajsa"]]


async def test_a_row_is_read_by_name_attribute_column_and_number(three: Database) -> None:
    row = await three.fetch_one(select(series.c.slug, series.c.name).where(series.c.slug == "bo"))
    assert row is not None
    assert (row["name"], row.name, row[series.c.name], row[1]) == ("Bo",) * 4
    with pytest.raises(KeyError):
        row["absent"]
    with pytest.raises(AttributeError):
        _ = row.absent


async def test_columns_of_the_same_name_in_two_tables_stay_apart(db: Database) -> None:
    edition = await make_edition(db)
    row = await db.fetch_one(
        select(series.c.slug, editions.c.slug.label("edition_slug"), editions.c.starts_on).join(series)
    )
    assert row == {"slug": "lokalekonomidagarna", "edition_slug": edition.slug, "starts_on": date(2027, 5, 11)}


MOMENT = datetime(2027, 3, 28, 0, 59, 59, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    "moment",
    [MOMENT, MOMENT.astimezone(timezone(timedelta(hours=5, minutes=45))), datetime(1999, 12, 31, 23, 0, tzinfo=UTC)],
    ids=["utc", "nepal", "old"],
)
async def test_a_moment_comes_back_as_the_same_moment_in_utc(db: Database, moment: datetime) -> None:
    columns = {"name": "n", "token_digest": "d", "scopes": "events", "created_at": moment, "expires_at": None}
    await db.execute(insert(api_tokens).values(**columns))
    row = await db.fetch_one(select(api_tokens.c.created_at, api_tokens.c.expires_at))
    assert row == {"created_at": moment, "expires_at": None}
    assert row.created_at.utcoffset() == timedelta(0)
    assert await db.fetch_val(select(func.count()).where(api_tokens.c.created_at == moment)) == 1
    assert await db.fetch_val(select(func.count()).where(api_tokens.c.created_at < moment)) == 0


async def test_a_moment_without_a_zone_is_refused(db: Database) -> None:
    query = select(api_tokens).where(api_tokens.c.created_at == MOMENT.replace(tzinfo=None))
    with pytest.raises(ValueError, match="naive"):
        await db.fetch_all(query)
