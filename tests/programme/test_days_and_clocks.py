"""Nights: sessions over midnight, and the two in which clocks are moved."""

import json
from datetime import UTC, date, datetime, time
from typing import Any

from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id, rooms_of
from konferens.programme.frab import Programme, schedule_json, schedule_xml
from konferens.programme.imports import import_schedule, load_schedule_file
from konferens.programme.queries import all_sessions
from tests.browser import Browser
from tests.factories import ACTOR, make_edition, make_session

GUIDS = [f"00000000-0000-4000-8000-00000000000{n}" for n in range(10)]


def schedule(*times: tuple[str, str]) -> bytes:
    """Sessions with these starts and durations."""
    events = [
        {"guid": GUIDS[n], "title": f"Natt {n}", "date": starts, "duration": length, "persons": []}
        for n, (starts, length) in enumerate(times)
    ]
    return json.dumps({"schedule": {"conference": {"title": "A", "days": [{"rooms": {"Salen": events}}]}}}).encode()


async def exported(db: Database, edition_id: int) -> tuple[bytes, bytes, list[dict[str, Any]]]:
    edition = await edition_by_id(db, edition_id)
    programme = Programme(
        edition, await rooms_of(db, edition_id), [], await all_sessions(db, edition_id), [], "https://k"
    )
    as_json = schedule_json(programme)
    return as_json, schedule_xml(programme), json.loads(as_json)["schedule"]["conference"]["days"]


def starts_by_day(days: list[dict[str, Any]]) -> dict[str, list[tuple[str, str]]]:
    return {
        day["date"]: [(each["date"], each["duration"]) for events in day["rooms"].values() for each in events]
        for day in days
        if day["rooms"]
    }


async def test_both_nights_in_which_clocks_are_moved_come_and_go_as_they_are(db: Database) -> None:
    edition = await make_edition(db, starts_on=date(2027, 3, 27), ends_on=date(2027, 10, 31))
    told = {
        "2027-03-27": [("2027-03-27T23:30:00+01:00", "02:00")],
        "2027-03-28": [("2027-03-28T01:30:00+01:00", "01:00")],  # 01.30 to 03.30 on the clock
        "2027-10-31": [
            ("2027-10-31T02:30:00+02:00", "00:30"),
            ("2027-10-31T02:30:00+01:00", "00:30"),  # the hour that comes twice, the second time
            ("2027-10-31T03:30:00+01:00", "00:30"),
        ],
    }
    data = schedule(*(event for events in told.values() for event in events))
    await import_schedule(db, edition, load_schedule_file(data), actor=ACTOR)

    as_json, as_xml, days = await exported(db, edition.id)

    assert starts_by_day(days) == told
    assert [each.ends_at for each in await all_sessions(db, edition.id)][:2] == [
        datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
        datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
    ]
    for again in (data, as_json, as_xml):
        assert (await import_schedule(db, edition, load_schedule_file(again), actor=ACTOR)).is_empty


async def test_a_day_lasts_until_the_house_closes_after_midnight(db: Database) -> None:
    night = (("2027-05-11T23:30:00+02:00", "02:00"), ("2027-05-12T01:30:00+02:00", "00:30"))
    by_dates = await make_edition(db)
    by_hours = await make_edition(db, slug="2028", day_starts=time(9), day_ends=time(4))
    await import_schedule(db, by_dates, load_schedule_file(schedule(*night)), actor=ACTOR)
    other = schedule(*night).replace(b"-8000-0", b"-8000-1")
    await import_schedule(db, by_hours, load_schedule_file(other), actor=ACTOR)

    _, _, days = await exported(db, by_dates.id)
    assert starts_by_day(days) == {"2027-05-11": [night[0]], "2027-05-12": [night[1]]}
    assert (days[0]["day_start"], days[0]["day_end"]) == ("2027-05-11T00:00:00+02:00", "2027-05-12T00:00:00+02:00")

    _, _, days = await exported(db, by_hours.id)
    assert starts_by_day(days) == {"2027-05-11": [*night]}
    assert (days[0]["day_start"], days[0]["day_end"]) == ("2027-05-11T04:00:00+02:00", "2027-05-12T04:00:00+02:00")


async def test_a_session_over_midnight_and_a_cancelled_one_stand_on_the_page(
    db: Database, edition: Edition, office: Browser
) -> None:
    night = {"wall_starts": datetime(2027, 5, 11, 23, 30), "wall_ends": datetime(2027, 5, 12, 1, 30)}  # noqa: DTZ001
    await make_session(db, edition, "Dans", **night)
    await make_session(db, edition, "Sång", status="cancelled", **night)
    shown = office.visible(f"{edition.path}programme")
    assert "Dans 23.30 – 01.30" in shown
    assert "Sång Inställd" in shown
    assert "onsdag 12 maj" not in shown
