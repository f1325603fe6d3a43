"""A session's public page: its stream when it is time, its papers, roles, and what is before and after in the room."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from konferens.database import Database
from konferens.events.model import Edition
from konferens.programme.files import NewFile, store_file
from konferens.programme.model import SessionStatus
from konferens.programme.queries import find_session, published_sessions
from konferens.programme.streams import stream_changes, stream_state
from konferens.programme.views import neighbours
from konferens.tables import editions
from tests.browser import browser
from tests.factories import ACTOR, make_room, make_session, make_speaker, wall

STARTS = datetime(2027, 5, 11, 7, 0, tzinfo=UTC)


async def test_the_page_tells_what_there_is_to_know(db: Database, edition: Edition) -> None:
    await db.execute(update(editions).values(latitude=63.1, longitude=14.6, venue_name="Folkets hus"))
    person = await make_speaker(db, edition, "Bo Ek")
    code = await make_session(
        db,
        edition,
        wall_starts=wall(11, 9),
        level="beginner",
        recording=False,
        meeting_point="Buss 1",
        status="cancelled",
        speakers=[(person, "host")],
        stream_url="https://example.org/live",
        links=[{"title": "", "url": "https://example.org/a/", "kind": "link"}],
    )
    await store_file(db, edition, code, NewFile("Bilder.pdf", "application/pdf", b"%PDF" * 400_000), actor=ACTOR)
    path = f"{edition.path}sessions/{code}-sa-startar-du-en-mack"
    with browser(db) as visitor:
        words, page = visitor.visible(path), visitor.text(path)
    for told in (
        "Inställd Föredrag",
        "Den här programpunkten är inställd.",
        "Samling Buss 1 Karta: Folkets hus",
        "Nivå Nybörjare",
        "Inspelning Spelas inte in",
        "Underlag och länkar Bilder.pdf PDF, 1,5 MB example.org/a",
        "Bo Ek Värd",
    ):
        assert told in words
    assert "https://example.org/live" not in page.partition("</head>")[2]


@pytest.mark.parametrize(
    ("minutes", "state", "next_change"),
    [(-60, "later", -15), (-15, "soon", 0), (0, "live", 60), (59, "live", 60), (60, "", None)],
)
async def test_a_stream_is_led_to_from_a_quarter_before_until_the_end(
    db: Database, edition: Edition, minutes: int, state: str, next_change: int | None
) -> None:
    code = await make_session(db, edition, wall_starts=wall(11, 9), stream_url="https://example.org/live")
    session = await find_session(db, edition.id, code)
    moment = STARTS + timedelta(minutes=minutes)
    assert stream_state(session, moment) == state
    expected = None if next_change is None else STARTS + timedelta(minutes=next_change)
    assert stream_changes(session, moment) == expected
    assert stream_state(replace(session, status=SessionStatus.CANCELLED), moment) == ""


async def test_a_live_stream_is_a_button_on_the_page(db: Database, edition: Edition, client: TestClient) -> None:
    code = await make_session(db, edition, stream_url="https://example.org/live")  # at no time: always
    page = client.get(f"{edition.path}sessions/{code}-sa-startar-du-en-mack").text
    assert '<a class="button button-primary" href="https://example.org/live"' in page


async def test_neighbours_are_those_of_the_room_and_day(db: Database, edition: Edition) -> None:
    room, other = await make_room(db, edition, "Salen"), await make_room(db, edition, "Loftet")
    for title, day, hour, values in (
        ("Ett", 11, 9, {}),
        ("Paus", 11, 10, {"type": "break"}),
        ("Inställt", 11, 11, {"status": "cancelled"}),
        ("Två", 11, 12, {}),
        ("I morgon", 12, 9, {}),
    ):
        await make_session(db, edition, title, wall_starts=wall(day, hour), room_id=room, **values)
    await make_session(db, edition, "Bredvid", wall_starts=wall(11, 10), room_id=other)
    found = {session.title: session for session in await published_sessions(db, edition.id)}

    def around(title: str) -> tuple[str | None, str | None]:
        before, after = neighbours(found[title], list(found.values()), edition)
        return before.title if before else None, after.title if after else None

    assert {title: around(title) for title in ("Ett", "Inställt", "Två", "I morgon", "Bredvid")} == {
        "Ett": (None, "Två"),
        "Inställt": ("Ett", "Två"),
        "Två": ("Ett", None),
        "I morgon": (None, None),
        "Bredvid": (None, None),
    }
