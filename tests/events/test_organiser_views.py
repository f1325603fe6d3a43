"""Rooms and tracks in the office; both work alike."""

from typing import Any

import pytest

from konferens.database import Database
from konferens.events.model import RESERVED_SLUGS, Edition
from konferens.events.queries import edition_by_id, rooms_of, tracks_of
from konferens.programme.queries import find_session
from konferens.routes import routes
from tests.browser import Browser
from tests.factories import make_edition, make_room, make_session, make_track

OFFICE = "/organiser/lokalekonomidagarna/2027"


async def test_rooms_are_added_in_order(db: Database, edition: Edition, office: Browser) -> None:
    for name in ("Å-salen", "Loftet"):
        added = office.post(f"{OFFICE}/rooms", {"name": name, "capacity": "40"})
        assert added.headers["location"] == f"{OFFICE}/rooms?notice=created"
    assert [(room.name, room.slug, room.capacity, room.position) for room in await rooms_of(db, edition.id)] == [
        ("Å-salen", "a-salen", 40, 0),
        ("Loftet", "loftet", 40, 1),
    ]


async def test_a_tracks_colour_is_kept(db: Database, edition: Edition, office: Browser) -> None:
    office.post(f"{OFFICE}/tracks", {"name": "Energi", "colour": "#A2521B"})
    assert [(track.name, track.colour) for track in await tracks_of(db, edition.id)] == [("Energi", "#a2521b")]


@pytest.mark.parametrize(
    ("kind", "typed", "message"),
    [
        ("rooms", {"name": ""}, "Skriv rummets namn."),
        ("rooms", {"name": "Salen", "capacity": "0"}, "Skriv ett tal från 1 till 100\u00a0000."),
        ("tracks", {"name": "Energi", "colour": "red;}"}, "Välj en färg"),
    ],
)
async def test_what_cannot_be_saved_is_said(office: Browser, kind: str, typed: dict[str, str], message: str) -> None:
    response = office.post(f"{OFFICE}/{kind}", typed)
    assert response.status_code == 422
    assert message in response.text.partition('class="error-summary"')[2].partition("</ul>")[0]


async def test_a_new_name_keeps_the_address_and_is_told_to_calendars(
    db: Database, edition: Edition, office: Browser
) -> None:
    room = await make_room(db, edition, "Loftet")
    code = await make_session(db, edition, room_id=room)
    page = f"{OFFICE}/rooms/{room}"
    assert office.post(page, office.form(page) | {"name": "Vinden"}).status_code == 303
    assert [(each.name, each.slug) for each in await rooms_of(db, edition.id)] == [("Vinden", "loftet")]
    assert (await find_session(db, edition.id, code)).sequence == 1


async def test_saving_untouched_leaves_calendars_and_pages_alone(
    db: Database, edition: Edition, office: Browser
) -> None:
    track = await make_track(db, edition)
    code = await make_session(db, edition, track_id=track)
    before = (await edition_by_id(db, edition.id)).version
    page = f"{OFFICE}/tracks/{track}"
    assert office.post(page, office.form(page)).status_code == 303
    assert (await edition_by_id(db, edition.id)).version == before
    assert (await find_session(db, edition.id, code)).sequence == 0


@pytest.mark.parametrize("kind", ["rooms", "tracks"])
async def test_removal_asks_and_leaves_the_sessions(db: Database, edition: Edition, office: Browser, kind: str) -> None:
    place = await (make_room if kind == "rooms" else make_track)(db, edition, "Loftet")
    column: Any = {"room_id" if kind == "rooms" else "track_id": place}
    code = await make_session(db, edition, **column)
    assert "1 programpunkt blir kvar" in office.text(f"{OFFICE}/{kind}/{place}/delete")
    assert office.post(f"{OFFICE}/{kind}/{place}/delete", {}).headers["location"] == f"{OFFICE}/{kind}?notice=deleted"
    session = await find_session(db, edition.id, code)
    assert (session.room, session.track, session.sequence) == (None, None, 1)
    assert office.get(f"{OFFICE}/{kind}/{place}").status_code == 404


async def test_places_of_other_editions_are_not_found(db: Database, office: Browser) -> None:
    room = await make_room(db, await make_edition(db, "drivmedel"))
    assert office.get(f"{OFFICE}/rooms/{room}").status_code == 404
    assert office.post(f"{OFFICE}/rooms/{room}", {"name": "Kapad"}, page=f"{OFFICE}/rooms").status_code == 404


def test_no_series_can_take_an_address_of_the_site_itself() -> None:
    first_parts = {getattr(route, "path", "").split("/")[1] for route in routes}
    plain = {part for part in first_parts if part and "{" not in part and "." not in part}
    assert plain - RESERVED_SLUGS == set()
