"""The programme on paper, as visitors and organisers get it."""

import asyncio
import io
from collections import Counter
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import update
from starlette.testclient import TestClient

from konferens import typesetting
from konferens.accounts.model import Role
from konferens.database import Database
from konferens.events.model import Edition
from konferens.printing.organiser_views import PAPERS
from konferens.printing.press import Press
from konferens.tables import editions, rooms
from tests.browser import Browser, browser
from tests.factories import make_login, make_room, make_session, make_speaker, make_track, wall

PUBLIC = "/lokalekonomidagarna/2027"
OFFICE = f"/organiser{PUBLIC}/prints"
LONG = "Såhäringenkansägadethärordetutanattstanna" * 3 + " <b>fet</b> #let x = 1 $math$"


@pytest.fixture
async def programme(db: Database, edition: Edition) -> Edition:
    """Two days, two rooms, a break, a cancelled session, one over midnight, one with a title that no line holds."""
    await db.execute(
        update(editions).values(
            practical="## Resa\n\nTa **tåget**.", venue_name="Folkets hus", latitude=59.3, longitude=13.5
        )
    )
    hall, loft = await make_room(db, edition, "Stora salen", capacity=90), await make_room(db, edition, "Loftet")
    track = await make_track(db, edition, "Energi")
    people = [
        (await make_speaker(db, edition, "Åsa Öberg"), "speaker"),
        (await make_speaker(db, edition, "Bo"), "host"),
    ]
    await make_session(db, edition, wall_starts=wall(11, 9), room_id=hall, track_id=track, speakers=people)
    await make_session(db, edition, "Fika", wall_starts=wall(11, 10), type="break", all_rooms=True)
    await make_session(db, edition, "Inställt samtal", wall_starts=wall(11, 11), room_id=hall, status="cancelled")
    await make_session(
        db, edition, "Nattdans", wall_starts=wall(11, 22), wall_ends=wall(12, 1), room_id=loft, type="social"
    )
    await make_session(db, edition, LONG, wall_starts=wall(12, 9), room_id=loft)
    return edition


def pages(pdf: bytes) -> list[str]:
    """The text of each page, with single blanks, and without the marks at which long words may break."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        texts = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return [" ".join(text.replace("\u200b", "").split()) for text in texts]


def sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Each page's width and height in millimetres."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [(round(w * 25.4 / 72), round(h * 25.4 / 72)) for w, h in (page.get_size() for page in document)]
    finally:
        document.close()


async def test_the_programme_is_there_as_a4_and_as_a_folder(programme: Edition, client: TestClient) -> None:
    plain = client.get(f"{PUBLIC}/programme.pdf")
    assert (plain.status_code, plain.headers["content-type"]) == (200, "application/pdf")
    assert set(sizes(plain.content)) == {(210, 297)}
    first, second, practical = pages(plain.content)
    assert "Tisdag 11 maj 2027 09.00–10.00 Så startar du en mack Åsa Öberg, Bo (värd) Energi Stora salen" in first
    assert "Inställt samtal Inställd" in first
    assert "22.00–01.00 Nattdans" in first
    assert "Onsdag 12 maj 2027" in second
    assert "Resa Ta tåget." in practical
    assert "Folkets hus" in practical

    folder = client.get(f"{PUBLIC}/programme-folder.pdf")
    assert sizes(folder.content) == [(297, 210)] * 4
    back_and_cover, *_ = pages(folder.content)
    assert "Hitta hit Folkets hus" in back_and_cover
    assert "Program Lokalekonomidagarna 2027 11–12 maj 2027" in back_and_cover
    assert sum(text.count("Anteckningar") for text in pages(folder.content)) == 3


async def test_a_pdf_is_kept_until_the_programme_changes(
    db: Database, programme: Edition, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{PUBLIC}/programme.pdf"
    made: Counter[str] = Counter()
    typeset = typesetting.typeset

    def counted(template: str, data: dict[str, Any]) -> bytes:
        made[data["language"]] += 1
        return typeset(template, data)

    monkeypatch.setattr(typesetting, "typeset", counted)
    first = client.get(address)
    assert client.get(address, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    assert client.get(f"{address}?language=en").status_code == 200
    endless = client.get(f"{address}?x=1")
    assert (endless.status_code, endless.headers["location"]) == (303, address)
    await db.execute(update(editions).values(version=editions.c.version + 1))  # a ticket type, say, was sold out
    assert client.get(address).content == first.content
    assert made == {"sv": 1, "en": 1}
    await make_session(db, programme, "Ny", wall_starts=wall(12, 11))
    assert "Ny" in pages(client.get(address).content)[1]
    assert made == {"sv": 2, "en": 1}


async def test_the_same_paper_is_made_once_for_all_who_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def slowly(template: str, data: dict[str, Any]) -> bytes:
        made.append(template)
        if data.get("fails"):
            raise ValueError(template)
        return b"%PDF-"

    monkeypatch.setattr(typesetting, "typeset", slowly)
    press = Press()
    assert await asyncio.gather(*(press.print("a.typ", {}) for _ in range(5))) == [b"%PDF-"] * 5
    assert made == ["a.typ"]
    for _ in range(2):
        with pytest.raises(ValueError, match=r"b\.typ"):
            await press.print("b.typ", {"fails": True})
    assert made == ["a.typ", "b.typ", "b.typ"]


async def test_signs_are_a_page_for_each_room_and_day(programme: Edition, office: Browser) -> None:
    signs = pages(office.get(f"{OFFICE}/signs.pdf").content)
    assert [text.partition(" maj")[0] for text in signs] == [
        "Stora salen Tisdag 11",
        "Loftet Tisdag 11",
        "Loftet Onsdag 12",
    ]
    hall, night, _ = signs
    assert "Platser: 90 09.00–10.00 Så startar du en mack Åsa Öberg, Bo (värd)" in hall
    assert "10.00–11.00 Fika 11.00–12.00 Inställt samtal Inställd" in hall
    assert "Fika" not in night
    assert len(pages(office.get(f"{OFFICE}/signs.pdf?room=loftet&day=2027-05-12").content)) == 1
    assert sizes(office.get(f"{OFFICE}/poster.pdf?day=2027-05-11").content) == [(420, 297)]


async def test_a_sign_tells_what_has_gone_on_since_an_earlier_day(
    db: Database, programme: Edition, office: Browser
) -> None:
    foyer = await make_room(db, programme, "Foajén")
    await make_session(
        db, programme, "Utställning", wall_starts=wall(11, 8), wall_ends=wall(12, 16), room_id=foyer, status="tentative"
    )
    first, second = pages(office.get(f"{OFFICE}/signs.pdf?room=foajen").content)
    assert "Tisdag 11 maj 08.00–ons 16.00 Utställning" in first
    assert "Onsdag 12 maj –16.00 Utställning" in second
    [loft] = pages(office.get(f"{OFFICE}/signs.pdf?room=loftet&day=2027-05-12").content)
    assert "Nattdans" not in loft  # over since the night


async def test_the_office_shows_what_papers_look_like(programme: Edition, office: Browser) -> None:
    shown = office.text(OFFICE)
    for paper, wider in (("folder", False), ("programme", False), ("signs", False), ("poster", True)):
        assert f'src="{OFFICE}/{paper}.png"' in shown
        picture = Image.open(io.BytesIO(office.get(f"{OFFICE}/{paper}.png").content))
        assert (picture.format, picture.width > picture.height) == ("PNG", wider)


async def test_papers_are_for_the_editions_own_organisers(db: Database, programme: Edition, client: TestClient) -> None:
    addresses = [OFFICE, *(f"{OFFICE}/{paper}.{kind}" for paper in PAPERS for kind in ("pdf", "png"))]
    assert {client.get(address).status_code for address in addresses} == {303}
    client.cookies.set("login", await make_login(db, Role.STAFF, programme, email="staff@example.org"))
    assert {client.get(address).status_code for address in addresses} == {403}


async def test_there_is_nothing_to_print_yet(edition: Edition, office: Browser) -> None:
    answer = office.get(f"{OFFICE}/signs.pdf")
    assert answer.headers["location"] == f"{OFFICE}?empty=signs"
    assert office.get(f"{OFFICE}/signs.png").status_code == 404
    assert "Det finns inget att skriva ut än." in office.text(f"{OFFICE}?empty=signs")
    assert "Programmet är inte klart än." in pages(office.get(f"{OFFICE}/programme.pdf").content)[0]


async def test_drafts_are_printed_when_asked_for(db: Database, edition: Edition, office: Browser) -> None:
    code = await make_session(db, edition, "Släppt", wall_starts=wall(11, 9))
    await db.execute(update(editions).values(release="1.0"))
    released = office.text(OFFICE)
    assert "Utkastet" not in released
    with browser(db) as everybody:
        page = f"{PUBLIC}/programme.pdf"
        values = {"title": "Utkast"}
        saved = office.form(f"/organiser{PUBLIC}/sessions/{code}") | values
        office.post(f"/organiser{PUBLIC}/sessions/{code}", saved)
        assert "Släppt" in pages(everybody.get(page).content)[0]
        assert "Utkastet" in office.text(OFFICE)
        assert "Släppt" in pages(office.get(f"{OFFICE}/programme.pdf").content)[0]
        assert "Utkast" in pages(office.get(f"{OFFICE}/programme.pdf?programme=draft").content)[0]


async def test_nothing_is_printed_beyond_the_paper(db: Database, programme: Edition, office: Browser) -> None:
    await db.execute(update(editions).values(tagline="t" * 300, venue_name="v" * 200, practical="# " + "p" * 300))
    await db.execute(update(rooms).values(name="Kommunikationsinfrastrukturutvecklingsprojektgruppen"))
    for paper in PAPERS:
        document = pypdfium2.PdfDocument(office.get(f"{OFFICE}/{paper}.pdf").content)
        for page in document:
            text = page.get_textpage()
            boxes = [text.get_rect(number) for number in range(text.count_rects())]
            assert min(left for left, *_ in boxes) > 10, paper
            assert max(right for _, _, right, _ in boxes) < page.get_width() - 10, paper
            assert min(bottom for _, bottom, *_ in boxes) > 10, paper
        document.close()
