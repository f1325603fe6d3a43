"""The schedule editor in the office: the board, moves by form and by script, and two organisers at once."""

import re
from datetime import time
from typing import Any

import pytest
from sqlalchemy import update

from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.programme.drafts import find_working_session
from konferens.programme.editing import values_of, version_of
from konferens.programme.queries import find_session
from konferens.tables import editions
from tests.browser import Browser, browser
from tests.factories import make_login, make_room, make_session, wall

BASE = "/organiser/lokalekonomidagarna/2027/schedule"
NINE, TEN = wall(11, 9), wall(11, 10)
JSON = {"Accept": "application/json"}


async def release(db: Database, edition: Edition) -> Edition:
    """The edition with a version, so that what is saved is a draft."""
    await db.execute(update(editions).where(editions.c.id == edition.id).values(release="1.0"))
    return await edition_by_id(db, edition.id)


async def place(db: Database, edition: Edition, code: str) -> tuple[Any, Any, str | None]:
    """When it begins and ends by the conference's clocks, and its room's name: as organisers see it."""
    session = await find_working_session(db, edition, code)
    values = values_of(session, edition.zone)
    return values["wall_starts"], values["wall_ends"], session.room.name if session.room else None


def ask(office: Browser, code: str, version: str, **fields: Any) -> Any:
    """A move as a script sends it."""
    data = {"csrf_token": office.token(BASE), "version": version, **fields}
    return office.client.post(f"{BASE}/{code}", data=data, headers=JSON, follow_redirects=False)


async def version(db: Database, edition: Edition, code: str) -> str:
    return version_of(values_of(await find_working_session(db, edition, code), edition.zone))


async def test_a_day_shows_its_rooms_and_what_is_parked(db: Database, edition: Edition, office: Browser) -> None:
    room = await make_room(db, edition, "Logen", capacity=80)
    await make_session(db, edition, "Mackar på landet", wall_starts=NINE, room_id=room)
    await make_session(db, edition, "Nästa dag", wall_starts=wall(12, 9), room_id=room)
    await make_session(db, edition, "Fika", wall_starts=TEN, all_rooms=True)
    await make_session(db, edition, "Utan tid")
    slots = re.findall(
        r'data-place="(\w+)" data-day="([\d-]*)" data-starts="(\d+)" data-minutes="(\d+)"', office.text(BASE)
    )
    assert slots == [
        ("all", "2027-05-11", "600", "60"),
        (str(room), "2027-05-11", "540", "60"),
        ("parked", "", "0", "60"),
    ]
    assert "Nästa dag" in office.visible(f"{BASE}?day=2027-05-12")
    assert "Mackar på landet" in office.visible(f"{BASE}?day=nonsense")


async def test_the_form_moves_a_session_and_offers_to_take_it_back(
    db: Database, edition: Edition, office: Browser
) -> None:
    room, other = await make_room(db, edition, "Logen"), await make_room(db, edition, "Loftet")
    code = await make_session(db, edition, wall_starts=NINE, room_id=room)
    page = f"{BASE}/{code}"
    typed = {**office.form(page), "day": "2027-05-12", "starts": "13:15", "ends": "14:00", "room": str(other)}
    response = office.post(page, typed)
    assert response.headers["location"] == f"{BASE}?day=2027-05-12&moved={code}#slot-{code}"
    assert await place(db, edition, code) == (wall(12, 13, 15), wall(12, 14), "Loftet")

    back = f"{BASE}?day=2027-05-12&moved={code}"
    assert office.post(page, office.form(back, action=page), page=back).status_code == 303
    assert await place(db, edition, code) == (NINE, TEN, "Logen")


async def test_without_a_day_a_session_is_parked_and_keeps_its_room(
    db: Database, edition: Edition, office: Browser
) -> None:
    code = await make_session(db, edition, wall_starts=NINE, room_id=await make_room(db, edition, "Logen"))
    page = f"{BASE}/{code}"
    assert office.post(page, {**office.form(page), "day": ""}).status_code == 303
    assert await place(db, edition, code) == (None, None, "Logen")
    assert office.post(page, {**office.form(page), "day": "2027-05-11", "starts": "10:00"}).status_code == 303
    assert await place(db, edition, code) == (TEN, wall(11, 10, 45), "Logen")


@pytest.mark.parametrize(
    ("name", "value"), [("starts", ""), ("ends", "09:00"), ("room", "999999"), ("day", "2001-01-01")]
)
async def test_what_cannot_be_is_told_beside_the_fields(
    db: Database, edition: Edition, office: Browser, name: str, value: str
) -> None:
    code = await make_session(db, edition, wall_starts=NINE)
    page = f"{BASE}/{code}"
    response = office.post(page, {**office.form(page), name: value})
    assert (response.status_code, f'href="#{name}"' in response.text) == (422, True)
    fields = {"day": "2027-05-11", "starts": "09:00", "ends": "10:00", "room": "", name: value}
    answer = ask(office, code, await version(db, edition, code), **fields)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [name])
    assert await place(db, edition, code) == (NINE, TEN, None)


async def test_a_night_ends_the_next_day_and_days_are_kept(db: Database, edition: Edition, office: Browser) -> None:
    dance = await make_session(db, edition, "Dans", wall_starts=wall(11, 20), wall_ends=wall(11, 23))
    show = await make_session(db, edition, "Utställning", wall_starts=wall(10, 9), wall_ends=wall(12, 17))
    for code, starts, ends in ((dance, "22:00", "01:30"), (show, "10:00", "18:00")):
        page = f"{BASE}/{code}"
        assert office.post(page, {**office.form(page), "starts": starts, "ends": ends}).status_code == 303
    assert await place(db, edition, dance) == (wall(11, 22), wall(12, 1, 30), None)
    assert await place(db, edition, show) == (wall(10, 10), wall(12, 18), None)


@pytest.mark.parametrize("released", [False, True])
async def test_a_script_gets_the_session_the_conflicts_and_the_new_version(
    db: Database, edition: Edition, office: Browser, released: bool
) -> None:
    edition = await release(db, edition) if released else edition
    room = await make_room(db, edition, "Logen")
    code = await make_session(db, edition, "Första", wall_starts=NINE, room_id=room)
    other = await make_session(db, edition, "Andra", wall_starts=TEN, room_id=room)
    before = await version(db, edition, code)

    answer = ask(office, code, before, day="2027-05-11", starts="09:30", ends="10:30", room=room).json()
    assert answer["version"] == await version(db, edition, code) != before
    assert f'data-code="{code}" data-version="{answer["version"]}"' in answer["slots"]
    assert f'data-codes="{code} {other}" data-label="Rummet dubbelbokat"' in answer["conflicts"]
    public = await find_session(db, edition.id, code)
    assert (values_of(public, edition.zone)["wall_starts"] == NINE) is released

    back = ask(office, code, answer["version"], day="2027-05-11", starts="09:00", ends="10:00", room=room).json()
    assert (back["version"], back["conflicts"].strip()) == (before, "")


@pytest.mark.parametrize("released", [False, True])
async def test_the_second_of_two_organisers_is_told_whose_change_came_first(
    db: Database, edition: Edition, office: Browser, released: bool
) -> None:
    edition = await release(db, edition) if released else edition
    room = await make_room(db, edition, "Logen")
    code = await make_session(db, edition, wall_starts=NINE)
    seen = await version(db, edition, code)
    with browser(db, await make_login(db, edition=edition, email="bo@example.org")) as bo:
        moved = ask(bo, code, seen, day="2027-05-11", starts="15:00", ends="16:00", room=room)
    late = ask(office, code, seen, day="2027-05-11", starts="11:00", ends="12:00", room="")
    assert (moved.status_code, late.status_code) == (200, 409)
    assert re.sub(r"\d{4}-\d\d-\d\d \d\d\.\d\d", "NU", late.json()["message"], count=1) == (
        "bo@example.org ändrade NU: rum Logen, börjar tisdag 11 maj 15.00, slutar tisdag 11 maj 16.00."
    )
    assert await place(db, edition, code) == (wall(11, 15), wall(11, 16), "Logen")

    page = f"{BASE}/{code}"
    form = office.post(page, {**office.form(page), "version": seen, "starts": "11:00", "ends": "12:00"})
    assert (form.status_code, "bo@example.org ändrade" in form.text) == (409, True)
    known = late.json()["version"]
    assert ask(office, code, known, day="2027-05-11", starts="11:00", ends="12:00", room="").status_code == 200
    assert await place(db, edition, code) == (wall(11, 11), wall(11, 12), None)


@pytest.mark.parametrize("released", [False, True])
async def test_the_state_is_sent_again_only_after_a_change(
    db: Database, edition: Edition, office: Browser, released: bool
) -> None:
    edition = await release(db, edition) if released else edition
    code = await make_session(db, edition, wall_starts=NINE)
    first = office.get(f"{BASE}/state?day=2027-05-11")
    etag = first.headers["etag"]
    assert f'data-mark="{etag[1:-1]}"' in office.text(BASE)
    assert office.get(f"{BASE}/state?day=2027-05-11", **{"If-None-Match": etag}).status_code == 304
    ask(office, code, await version(db, edition, code), day="2027-05-11", starts="15:00", ends="16:00", room="")
    again = office.get(f"{BASE}/state?day=2027-05-11", **{"If-None-Match": etag})
    assert (again.status_code, 'data-starts="900"' in again.json()["slots"]) == (200, True)


async def test_a_new_session_begins_where_the_board_was_clicked(
    db: Database, edition: Edition, office: Browser
) -> None:
    room = await make_room(db, edition, "Logen")
    new = BASE.replace("schedule", "sessions/new")
    form = office.form(f"{new}?day=2027-05-12&starts=13:00&ends=13:45&room={room}")
    assert (form["day"], form["starts"], form["ends"], form["room"]) == ("2027-05-12", "13:00", "13:45", str(room))


async def test_closed_hours_are_told_on_the_board(db: Database, edition: Edition, office: Browser) -> None:
    hours = {"day_starts": time(8), "day_ends": time(17)}
    await db.execute(update(editions).where(editions.c.id == edition.id).values(**hours))
    await make_session(db, edition, "Sent", wall_starts=wall(11, 18), meeting_point="Torget")
    await make_session(db, edition, "I tid", wall_starts=wall(11, 16), meeting_point="Torget")
    assert re.findall(r'data-problem="([\w-]+)"', office.text(BASE)) == ["closed"]
