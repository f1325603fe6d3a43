"""An edition as files: whole, closed in itself, the same each time."""

import re
import resource
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from konferens.app import create_app
from konferens.archive.writing import ArchiveError, Report, write_archive
from konferens.clock import now
from konferens.database import Database
from konferens.demo.editions import edition_files, load_edition, portrait_looks
from konferens.demo.portraits import draw_portrait
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.programme.files import NewFile, store_file
from konferens.settings import Settings
from konferens.tables import editions, images, sessions, speakers
from tests.archive.checker import broken_links, contents, external_links
from tests.factories import (
    make_edition,
    make_order,
    make_room,
    make_session,
    make_speaker,
    make_ticket_type,
    make_track,
)

DESCRIPTION = (
    "Läs [programmet](http://testserver/lokalekonomidagarna/2025/programme?room=kafeet#main), "
    "[boka plats](/lokalekonomidagarna/2025/register), [logga in](http://testserver/login) "
    "eller se [våra grannar](https://grannar.example.org/)."
)
"""As organisers write: with addresses that an archive has, that it doesn't have, and that are others'."""


def at(day: int, hour: int) -> datetime:
    return datetime(2025, 5, day, hour)  # noqa: DTZ001 - what the wall clock shows


async def make_past(db: Database, series: str = "lokalekonomidagarna", **values: Any) -> Edition:
    """A conference in May 2025: two days, two rooms, a track, a speaker with a portrait, three sessions, an order."""
    edition = await make_edition(db, series, "2025", description=DESCRIPTION, **values)
    await make_ticket_type(db, edition, "dag")
    await make_order(db, edition, "dag")
    await db.execute(
        update(editions).where(editions.c.id == edition.id).values(starts_on=date(2025, 5, 6), ends_on=date(2025, 5, 7))
    )
    edition = await edition_by_id(db, edition.id)
    hall = await make_room(db, edition, "Stora salen")
    await make_room(db, edition, "Kaféet")
    track = await make_track(db, edition, "Energi")
    person = await make_speaker(db, edition, "Åsa Öberg")
    await give_portrait(db)
    await make_session(
        db,
        edition,
        "Så startar du en mack",
        room_id=hall,
        track_id=track,
        wall_starts=at(6, 9),
        speakers=[(person, "speaker")],
        signup=True,
        capacity=10,
    )
    await make_session(db, edition, "Avslutning", wall_starts=at(7, 15), speakers=[(person, "moderator")])
    await make_session(
        db,
        edition,
        "Studiebesök",
        type="visit",
        wall_starts=at(7, 9),
        abstract=f"Se även [Åsa](../speakers/{person.lower()}).",
    )
    return edition


async def give_portrait(db: Database) -> None:
    """The same picture to all."""
    image = draw_portrait("Åsa Öberg", next(iter(portrait_looks().values())))
    await db.execute(insert(images).values(**asdict(image), created_at=now()))
    await db.execute(update(speakers).values(image_digest=image.digest))


async def archive(settings: Settings, ref: str, folder: Path) -> Report:
    app = create_app(settings)
    await app.state.database.connect()
    try:
        return await write_archive(app, ref, folder)
    finally:
        await app.state.database.disconnect()


@pytest.fixture
async def past(db: Database, assets: None) -> Edition:
    return await make_past(db)


async def test_everything_public_is_there(db: Database, settings: Settings, past: Edition, tmp_path: Path) -> None:
    codes = {row.title: row.code for row in await db.fetch_all(select(sessions.c.title, sessions.c.code))}
    slides = NewFile("Bilder å.pdf", "application/pdf", b"%PDF-1.7")
    await store_file(db, past, codes["Så startar du en mack"], slides, actor="anna@example.org")
    report = await archive(settings, past.ref, tmp_path / "arkiv")
    files = contents(tmp_path / "arkiv")
    person = await db.fetch_val(select(speakers.c.code))
    mack, closing, visit = codes["Så startar du en mack"], codes["Avslutning"], codes["Studiebesök"]
    assert {name for name in files if not name.startswith(("static/", "media/", "look-"))} == {
        "index.html",
        "programme/index.html",
        "programme/day-2025-05-06/index.html",
        "programme/day-2025-05-07/index.html",
        "programme/room-stora-salen/index.html",
        "programme/room-kafeet/index.html",
        "programme/track-energi/index.html",
        f"sessions/{mack}-sa-startar-du-en-mack/index.html",
        f"sessions/{closing}-avslutning/index.html",
        f"sessions/{visit}-studiebesok/index.html",
        "speakers/index.html",
        f"speakers/{person}-asa-oberg/index.html",
        "privacy/index.html",
        "accessibility/index.html",
        "calendar.ics",
        "rooms/stora-salen.ics",
        "rooms/kafeet.ics",
        "tracks/energi.ics",
        f"sessions/{mack}.ics",
        f"sessions/{closing}.ics",
        f"sessions/{visit}.ics",
        f"speakers/{person}.ics",
        f"sessions/{mack}/files/1/Bilder å.pdf",
        "programme.pdf",
        "schedule.json",
        "schedule.xml",
    }
    assert len([name for name in files if name.startswith("media/")]) == 1
    assert report == Report(pages=14, files=len(files), size=sum(map(len, files.values())))
    day = files["programme/day-2025-05-06/index.html"].decode()
    assert ("Så startar du en mack" in day, "Avslutning" in day) == (True, False)


async def test_it_is_closed_in_itself(settings: Settings, past: Edition, tmp_path: Path) -> None:
    await archive(settings, past.ref, tmp_path / "arkiv")
    assert broken_links(tmp_path / "arkiv") == []
    assert external_links(tmp_path / "arkiv") == {"https://grannar.example.org/", "https://www.imy.se/"}
    for name, body in contents(tmp_path / "arkiv").items():
        if name.endswith((".html", ".css")):
            assert b"//testserver" not in body, name
            assert re.findall(rb"<(?:form|script|button|input|iframe)\b", body) == [], name


async def test_links_that_lead_to_nothing_are_words(settings: Settings, past: Edition, tmp_path: Path) -> None:
    await archive(settings, past.ref, tmp_path / "arkiv")
    front = (tmp_path / "arkiv" / "index.html").read_text(encoding="utf-8")
    assert '<a href="programme/room-kafeet/index.html#main" rel="nofollow noopener">programmet</a>' in front
    assert "<span>boka plats</span>, <span>logga in</span>" in front
    assert '<a href="https://grannar.example.org/" rel="nofollow noopener">våra grannar</a>' in front
    visit = next((tmp_path / "arkiv" / "sessions").glob("*-studiebesok/index.html")).read_text(encoding="utf-8")
    assert re.search(r'Se även <a href="../../speakers/[A-Z0-9]{6}-asa-oberg/index.html" rel="[a-z ]+">Åsa</a>', visit)


async def test_what_is_over_takes_no_registration(settings: Settings, past: Edition, tmp_path: Path) -> None:
    await archive(settings, past.ref, tmp_path / "arkiv")
    for name, body in contents(tmp_path / "arkiv").items():
        if name.endswith(".html"):
            assert "Konferensen är över." in body.decode(), name
            assert "Anmälan krävs" not in body.decode(), name
    assert "1\u00a0250\u00a0kr" not in (tmp_path / "arkiv" / "index.html").read_text(encoding="utf-8")


async def test_nobody_who_booked_is_in_it(settings: Settings, past: Edition, tmp_path: Path) -> None:
    await archive(settings, past.ref, tmp_path / "arkiv")
    for name, body in contents(tmp_path / "arkiv").items():
        assert [
            word for word in (b"Deltagare 1", b"deltagare1@", "Anna Öberg".encode(), b"anna.oberg@") if word in body
        ] == [], name


async def test_the_same_data_gives_the_same_bytes(settings: Settings, past: Edition, tmp_path: Path) -> None:
    await archive(settings, past.ref, tmp_path / "ett")
    await archive(settings, past.ref, tmp_path / "två")
    assert contents(tmp_path / "ett") == contents(tmp_path / "två")


async def test_it_speaks_the_edition_s_language(db: Database, settings: Settings, assets: None, tmp_path: Path) -> None:
    edition = await make_past(db, language="en")
    await archive(settings, edition.ref, tmp_path / "archive")
    assert '<html lang="en">' in (tmp_path / "archive" / "index.html").read_text(encoding="utf-8")
    assert "BEGIN:VCALENDAR" in (tmp_path / "archive" / "calendar.ics").read_text(encoding="utf-8")


async def test_the_demo_s_past_edition(db: Database, settings: Settings, assets: None, tmp_path: Path) -> None:
    loaded = [(await load_edition(db, file))[0] for file in edition_files()]
    edition = next(each for each in loaded if each.is_over(now()))
    await give_portrait(db)
    report = await archive(settings, edition.ref, tmp_path / "ett")
    assert report.pages == 28
    assert broken_links(tmp_path / "ett") == []
    await archive(settings, edition.ref, tmp_path / "två")
    assert contents(tmp_path / "ett") == contents(tmp_path / "två")


async def test_an_edition_to_come_says_where_to_register(
    settings: Settings, edition: Edition, assets: None, tmp_path: Path
) -> None:
    await archive(settings, edition.ref, tmp_path / "arkiv")
    front = (tmp_path / "arkiv" / "index.html").read_text(encoding="utf-8")
    assert "Anmälan finns på konferensens webbplats." in front
    assert "Konferensen är över" not in front
    assert broken_links(tmp_path / "arkiv") == []


async def test_an_empty_folder_is_filled_and_a_full_one_kept(settings: Settings, past: Edition, tmp_path: Path) -> None:
    folder = tmp_path / "arkiv"
    folder.mkdir()
    await archive(settings, past.ref, folder)
    before = contents(folder)
    with pytest.raises(ArchiveError, match=f"{folder} is not empty"):
        await archive(settings, past.ref, folder)
    assert contents(folder) == before
    with pytest.raises(ArchiveError, match="is a file"):
        await archive(settings, past.ref, folder / "index.html")


async def test_a_draft_has_no_archive(db: Database, settings: Settings, assets: None, tmp_path: Path) -> None:
    await make_edition(db, slug="2025", published=False)
    with pytest.raises(NotFoundError):
        await archive(settings, "lokalekonomidagarna/2025", tmp_path / "arkiv")
    assert not (tmp_path / "arkiv").exists()


async def test_a_full_disk_leaves_nothing(settings: Settings, past: Edition, tmp_path: Path) -> None:
    """A file that may not grow stands for a disk that is full."""
    place = tmp_path / "disk"
    place.mkdir()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(ArchiveError, match="arkiv cannot be written: File too large"):
            await archive(settings, past.ref, place / "arkiv")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(place.iterdir()) == []
