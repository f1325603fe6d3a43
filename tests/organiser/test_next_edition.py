"""What is suggested for next year's conference, and how dates and times move."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from konferens.audit import latest_changes
from konferens.database import Database
from konferens.offering.queries import addons_of
from konferens.organiser.next_edition import Part, Shift, next_name, next_slug, year_later
from konferens.programme.queries import all_sessions
from konferens.tables import editions
from tests.factories import (
    ACTOR,
    make_addon,
    make_edition,
    make_session,
)
from tests.organiser.factories import LATER, copied


def test_the_same_weekday_of_the_same_week_is_suggested() -> None:
    assert year_later(date(2027, 5, 11)) == date(2028, 5, 9)  # a Tuesday, 52 weeks later
    assert year_later(date(2026, 5, 12)) == date(2027, 5, 18)  # 53 weeks, since 2026 has so many
    assert year_later(date(2026, 12, 29)) == date(2027, 12, 28)  # of week 53, which 2027 hasn't


@pytest.mark.parametrize(
    ("name", "following"),
    [
        ("Lokalekonomidagarna 2027", "Lokalekonomidagarna 2028"),
        ("2026/2027: 20270 mackar", "2027/2028: 20270 mackar"),
        ("Drivmedelskonferensen", "Drivmedelskonferensen"),
    ],
)
def test_the_year_in_a_name_goes_on(name: str, following: str) -> None:
    assert next_name(name) == following


@pytest.mark.parametrize(
    ("slug", "following"), [("2027", "2028"), ("host-2027", "host-2028"), ("forsta", "forsta-2028")]
)
async def test_an_address_is_suggested(db: Database, slug: str, following: str) -> None:
    assert next_slug(await make_edition(db, slug=slug)) == following


def test_clock_times_stay_when_the_offset_is_another_one() -> None:
    stockholm = Shift(371, ZoneInfo("Europe/Stockholm"))
    morning = datetime(2026, 3, 26, 8, tzinfo=UTC)  # nine in the morning, in winter time
    assert stockholm.moment(morning) == datetime(2027, 4, 1, 7, tzinfo=UTC)  # nine, in summer time


async def test_settings_come_along_and_their_dates_move(db: Database) -> None:
    edition = await make_edition(
        db,
        tagline="Två dagar",
        bankgiro="123-4566",
        seller_name="Föreningen Byarna",
        cancel_keep_percent=50,
        f_tax=True,
        registration_opens_at=datetime(2027, 3, 27, 7, tzinfo=UTC),  # eight o'clock, the day before summer time
        registration_closes_at=datetime(2027, 5, 1, 21, 59, tzinfo=UTC),
        cancel_free_until=date(2027, 4, 11),
        version=17,
    )
    created = await copied(db, edition)
    own = {"id", "slug", "name", "starts_on", "ends_on", "published", "version", "created_at", "updated_at"}
    moved = {"registration_opens_at", "registration_closes_at", "cancel_free_until"}
    alike = [column.name for column in editions.c if column.name not in own | moved | {"series_id"}]
    assert {name: getattr(created, name) for name in alike} == {name: getattr(edition, name) for name in alike}
    assert created.series == edition.series
    assert (created.slug, created.name) == ("2028", "Lokalekonomidagarna 2028")
    assert (created.starts_on, created.ends_on) == (LATER, date(2028, 5, 10))
    assert (created.published, created.version) == (False, 1)
    assert created.registration_opens_at == datetime(2028, 3, 25, 7, tzinfo=UTC)  # the day before summer time, again
    assert created.registration_closes_at == datetime(2028, 4, 29, 21, 59, tzinfo=UTC)
    assert created.cancel_free_until == date(2028, 4, 9)
    changes = await latest_changes(db, f"edition:{created.id}")
    assert [(one.actor, one.action) for one in changes] == [(ACTOR, "edition.copy"), (ACTOR, "edition.create")]
    assert changes[0].after == {"from": edition.id, "days": 364, "parts": sorted(Part)}


async def test_times_keep_what_the_clock_shows_over_summer_time(db: Database) -> None:
    edition = await make_edition(db, starts_on=date(2026, 3, 26), ends_on=date(2026, 3, 27))
    await make_addon(
        db, edition, starts_at=datetime(2026, 3, 26, 18, tzinfo=UTC), ends_at=datetime(2026, 3, 26, 22, tzinfo=UTC)
    )
    await make_session(db, edition, "Lunch", type="meal", wall_starts=datetime(2026, 3, 27, 12))  # noqa: DTZ001
    await make_session(db, edition, "Nattmat", type="meal", wall_starts=datetime(2026, 3, 22, 1, 30))  # noqa: DTZ001
    created = await copied(db, edition, starts_on=date(2027, 4, 1))  # 371 days later
    (addon,) = await addons_of(db, created.id)
    assert addon.starts_at == datetime(2027, 4, 1, 17, tzinfo=UTC)  # seven in the evening, both times
    assert addon.ends_at == datetime(2027, 4, 1, 21, tzinfo=UTC)
    night, lunch = sorted(await all_sessions(db, created.id), key=lambda session: str(session.starts_at))
    assert (lunch.starts_at, lunch.ends_at) == (
        datetime(2027, 4, 2, 10, tzinfo=UTC),
        datetime(2027, 4, 2, 11, tzinfo=UTC),
    )
    # from half past one till half past two, which that night isn't there
    assert (night.starts_at, night.ends_at) == (
        datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
        datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
    )


async def test_a_time_that_is_skipped_in_spring_never_ends_before_it_begins(db: Database) -> None:
    edition = await make_edition(db, starts_on=date(2026, 3, 22), ends_on=date(2026, 3, 22))
    night = datetime(2026, 3, 22, 2, 30)  # noqa: DTZ001
    await make_session(
        db, edition, "Nattmat", type="meal", wall_starts=night, wall_ends=night.replace(hour=3, minute=10)
    )
    created = await copied(db, edition, starts_on=date(2027, 3, 28))
    (session,) = await all_sessions(db, created.id)
    assert (session.starts_at, session.ends_at) == (datetime(2027, 3, 28, 1, 30, tzinfo=UTC),) * 2
