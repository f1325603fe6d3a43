"""Feeds as other languages' calendar libraries read them."""

import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from konferens.calendar.ical import event_ics, sessions_ics
from konferens.calendar.model import Feed, RetiredFeed
from konferens.calendar.personal import retired_ics
from konferens.programme.model import SessionStatus, resolve_wall
from tests.calendar.factories import BASE_URL, STOCKHOLM, UPDATED, edition, session
from tests.conftest import missing

ROOT = Path(__file__).parents[2]
FEED = Feed("Lokalekonomidagarna 2027", "/lokalekonomidagarna/2027/calendar.ics", busy=False)


def ical_js(data: bytes) -> Any:
    """What ical.js finds."""
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules" / "ical.js").exists():
        missing("ical.js isn't there", "install Node, then npm ci")
    script = Path(__file__).with_name("read_with_ical_js.mjs")
    return json.loads(subprocess.run([node, script], input=data, capture_output=True, check=True).stdout)


@pytest.mark.parametrize(
    ("wall", "wall_end"),
    [
        ("2027-05-11T09:00", "2027-05-11T10:30"),
        ("2027-05-11T19:00", "2027-05-12T01:00"),
        ("2027-03-27T22:00", "2027-03-28T03:30"),  # the clocks went forward at 02.00
        ("2027-03-28T01:59", "2027-03-28T03:00"),
        ("2027-10-30T22:00", "2027-10-31T06:00"),  # back at 03.00
        ("2026-12-31T23:00", "2027-01-01T01:00"),
    ],
)
def test_ical_js_sees_the_moments_by_the_files_own_zone(wall: str, wall_end: str) -> None:
    (found,) = ical_js(sessions_ics(edition(), [session(wall, wall_end)], feed=FEED, base_url=BASE_URL))["events"]
    for moment, planned in ((found["starts"], wall), (found["ends"], wall_end)):
        utc = resolve_wall(datetime.fromisoformat(planned), STOCKHOLM)
        assert moment == {"wall": f"{planned}:00", "zone": "Europe/Stockholm", "utc": f"{utc:%Y-%m-%dT%H:%M:%S}Z"}


def test_ical_js_sees_the_second_of_the_hour_that_comes_twice() -> None:
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    data = sessions_ics(edition(), [session(starts_at=second, ends_at=second)], feed=FEED, base_url=BASE_URL)
    assert ical_js(data)["events"][0]["starts"]["utc"] == "2027-10-31T01:30:00Z"


def test_ical_js_sees_the_texts_as_they_were_typed() -> None:
    title = "🌻 Räksmörgåsar, ångbåtar; och \\ omvända " + "snedstreck på landsbygden " * 6
    sessions = [
        session(title=title, abstract="Rad ett\n\nRad två; med, tecken"),
        session(id=2, guid="b", code="DEF567", status=SessionStatus.CANCELLED),
        session(id=3, guid="c", code="GHJ234", status=SessionStatus.TENTATIVE, track=None),
    ]
    found = ical_js(sessions_ics(edition(), sessions, feed=FEED, base_url=BASE_URL))
    assert found["name"] == "Lokalekonomidagarna 2027"
    first, second, third = found["events"]
    assert first["title"] == title
    assert first["description"].split("\n\n")[:3] == ["Medverkande: Åsa Öberg", "Rad ett", "Rad två; med, tecken"]
    assert first["location"] == "Stora salen, Folkets hus, Storgatan 1, Åmål"
    assert [event["status"] for event in (first, second, third)] == ["CONFIRMED", "CANCELLED", "TENTATIVE"]
    assert [event["categories"] for event in (first, third)] == [["Mackar & energi", "Föredrag"], ["Föredrag"]]
    assert (first["uid"], first["sequence"]) == ("0b8f4c1e-5b0e-4f0c-9d44-2f3c6a1d9e10@konferens", 3)


def test_ical_js_sees_the_conference_as_whole_days() -> None:
    (found,) = ical_js(event_ics(edition(), base_url=BASE_URL))["events"]
    assert (found["isDate"], found["starts"]["wall"], found["ends"]["wall"]) == (True, "2027-05-11", "2027-05-13")
    retired = RetiredFeed(1, 1, "sv", UPDATED)
    (notice,) = ical_js(retired_ics(edition(), retired, feed=FEED, base_url=BASE_URL))["events"]
    assert (notice["title"], notice["starts"], notice["ends"]) == (
        "Den här kalenderadressen gäller inte längre",
        found["starts"],
        found["ends"],
    )
