"""Programme, sessions and speakers over HTTP, on both databases."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from konferens.database import Database
from konferens.events.model import Edition
from konferens.programme.actions import delete_session, save_session
from konferens.programme.queries import find_session
from tests.factories import ACTOR, make_edition, make_room, make_session, make_speaker, make_track

PROGRAMME = "/lokalekonomidagarna/2027/programme"


def at(hour: int, minute: int = 0, *, day: int = 11) -> datetime:
    return datetime(2027, 5, day, hour, minute)  # noqa: DTZ001 - what the wall clock shows


def titles(html: str) -> list[str]:
    """The sessions that the page lists, in its order."""
    return re.findall(r'<h3>(?:<a href="[^"]*">)?([^<]+)', html)


async def small_programme(db: Database) -> Edition:
    """Mack (hall, energy, day 1), Bank (café, capital, day 1), Lunch (no room), Bageri (hall, day 2, cancelled)."""
    edition = await make_edition(db)
    hall, cafe = await make_room(db, edition, "Stora salen"), await make_room(db, edition, "Kaféet")
    energy, capital = await make_track(db, edition, "Energi"), await make_track(db, edition, "Kapital")
    speaker = await make_speaker(db, edition, "Åsa Öberg")
    await make_session(
        db,
        edition,
        "Mack",
        room_id=hall,
        track_id=energy,
        wall_starts=at(9),
        speakers=[(speaker, "speaker")],
        abstract="Om biogas",
    )
    await make_session(db, edition, "Bank", room_id=cafe, track_id=capital, wall_starts=at(9, 30))
    await make_session(db, edition, "Lunch", type="meal", all_rooms=True, wall_starts=at(12))
    await make_session(db, edition, "Bageri", room_id=hall, wall_starts=at(9, day=12), status="cancelled")
    return edition


async def test_every_session_is_listed_by_day_and_time(db: Database, client: TestClient) -> None:
    await small_programme(db)
    assert titles(client.get(PROGRAMME).text) == ["Mack", "Bank", "Lunch", "Bageri"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("day=2027-05-11", ["Mack", "Bank", "Lunch"]),
        ("day=2027-05-12", ["Bageri"]),
        ("track=energi", ["Mack"]),
        ("room=stora-salen", ["Mack", "Bageri"]),
        ("room=stora-salen&day=2027-05-11", ["Mack"]),
        ("track=energi&room=kafeet", []),
        ("q=mack", ["Mack"]),
        ("q=MA%20biogas", ["Mack"]),
        ("q=%C3%85SA+%C3%B6berg", ["Mack"]),
        ("q=kapital", ["Bank"]),
        ("q=%20%20", ["Mack", "Bank", "Lunch", "Bageri"]),
        ("q=%F0%9F%8C%BE", []),
        ("q=" + "x" * 5000, []),
        ("q=%25", []),
        ("q=%FF%FE", []),
        ("day=2027-05-13", ["Mack", "Bank", "Lunch", "Bageri"]),
        ("day=yesterday&track=no&room=no", ["Mack", "Bank", "Lunch", "Bageri"]),
        ("day=2027-05-12&day=2027-05-11", ["Mack", "Bank", "Lunch"]),
        ("utm_source=x&&&=&track", ["Mack", "Bank", "Lunch", "Bageri"]),
    ],
)
async def test_filters(query: str, found: list[str], db: Database, client: TestClient) -> None:
    await small_programme(db)
    response = client.get(f"{PROGRAMME}?{query}")
    assert response.status_code == 200
    assert titles(response.text) == found


async def test_what_was_searched_stands_in_the_form_escaped(db: Database, client: TestClient) -> None:
    await small_programme(db)
    html = client.get(PROGRAMME, params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in html
    assert 'value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in html


async def test_nul_is_refused(db: Database, client: TestClient) -> None:
    await small_programme(db)
    assert client.get(f"{PROGRAMME}?q=%00").status_code == 400
    assert client.get("/lokalekonomidagarna/2027/sessions/%00").status_code == 400


async def test_empty_programme_says_so(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    await make_session(db, edition, "Utan tid")
    html = client.get(PROGRAMME).text
    assert titles(html) == []
    assert "Programmet är inte klart än" in html
    assert 'class="filters"' not in html


async def test_a_cancelled_session_is_marked_and_a_removed_one_gone(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    kept = await make_session(db, edition, "Inställd", wall_starts=at(9), status="cancelled")
    removed = await make_session(db, edition, "Borta", wall_starts=at(10))
    await delete_session(db, edition, removed, actor=ACTOR)
    html = client.get(PROGRAMME).text
    assert titles(html) == ["Inställd"]
    assert "session-cancelled" in html
    assert client.get(f"/lokalekonomidagarna/2027/sessions/{removed}").status_code == 404
    page = client.get(f"/lokalekonomidagarna/2027/sessions/{kept}", follow_redirects=True).text
    assert "Den här programpunkten är inställd." in page


async def test_a_change_shows_at_once(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    code = await make_session(db, edition, "Före", wall_starts=at(9))
    assert titles(client.get(PROGRAMME).text) == ["Före"]
    before = client.get(PROGRAMME).headers["etag"]
    await save_session(db, edition, code, {"title": "Efter", "wall_starts": at(9), "wall_ends": at(10)}, actor=ACTOR)
    assert titles(client.get(PROGRAMME).text) == ["Efter"]
    assert client.get(PROGRAMME, headers={"If-None-Match": before}).status_code == 200


@pytest.mark.parametrize("page", ["programme", "sessions/{code}", "speakers/", "speakers/{speaker}", ""])
async def test_queries_are_as_many_with_three_sessions_as_with_one(
    page: str, db: Database, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = await make_edition(db)
    speaker = await make_speaker(db, edition)
    code = await make_session(db, edition, "Ett", wall_starts=at(9), speakers=[(speaker, "speaker")])
    session = await find_session(db, edition.id, code)
    path = edition.path + page.format(code=session.path_part, speaker=f"{speaker}-asa-oberg")
    with_one = counted(client, monkeypatch, path)
    for title in ("Två", "Tre"):
        other = await make_speaker(db, edition, f"Bo {title}")
        await make_session(db, edition, title, wall_starts=at(9), speakers=[(speaker, "speaker"), (other, "moderator")])
    assert counted(client, monkeypatch, path) == with_one


def counted(client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str) -> list[str]:
    """The statements that making `path` takes, by their first words; not the question for versions, nor the mail worker's."""
    database: Any = client.app.state.database  # type: ignore[attr-defined]
    seen: list[str] = []
    fetch_all: Callable[..., Any] = database.fetch_all

    async def counting(query: Any, values: Any = None) -> Any:
        seen.append(str(query)[:40])
        return await fetch_all(query, values)

    with monkeypatch.context() as patch:
        patch.setattr(database, "fetch_all", counting)
        assert client.get(path).status_code == 200
    background = ("SELECT series.slug AS series", "UPDATE mail_outbox")
    return [words for words in seen if not words.startswith(background)]


async def test_a_code_alone_or_with_an_old_title_leads_to_the_full_address(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    code = await make_session(db, edition, "Så startar du en mack", wall_starts=at(9))
    full = f"{edition.path}sessions/{code}-sa-startar-du-en-mack"
    assert client.get(full).status_code == 200
    for part in (code, code.lower(), f"{code}-gammal-titel", f"{code}-"):
        response = client.get(f"{edition.path}sessions/{part}")
        assert (response.status_code, response.headers["location"]) == (301, full)
    speaker = await make_speaker(db, edition, "Åsa Öberg")
    response = client.get(f"{edition.path}speakers/{speaker}")
    assert (response.status_code, response.headers["location"]) == (301, f"{edition.path}speakers/{speaker}-asa-oberg")


@pytest.mark.parametrize(
    "path",
    [
        "sessions/ZZZZZZ",
        "sessions/ABC",
        "sessions/ABC234567",
        "speakers/ZZZZZZ",
        "speakers/%C3%85sa",
        "rooms",
    ],
)
async def test_what_is_not_there_is_404(path: str, db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    response = client.get(edition.path + path)
    assert (response.status_code, response.headers["cache-control"]) == (404, "no-store")
    assert "Sidan finns inte" in response.text


async def test_a_session_of_another_edition_is_not_here(db: Database, client: TestClient) -> None:
    here, there = await make_edition(db), await make_edition(db, slug="2028")
    code = await make_session(db, there, wall_starts=at(9))
    assert client.get(f"{here.path}sessions/{code}").status_code == 404


async def test_a_session_tells_what_goes_on_meanwhile(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    code = await make_session(db, edition, "Mack", wall_starts=at(9))
    for title, hour, minute in (("Bank", 9, 30), ("Sedan", 10, 0)):
        await make_session(db, edition, title, wall_starts=at(hour, minute))
    await make_session(db, edition, "Fika", type="break", wall_starts=at(9))
    await make_session(db, edition, "Inställt", status="cancelled", wall_starts=at(9))
    html = client.get(f"{edition.path}sessions/{code}-mack").text
    assert titles(html.partition('id="meanwhile"')[2]) == ["Bank"]


async def test_speakers_are_those_with_sessions(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    speaking = await make_speaker(db, edition, "Åsa Öberg", biography="Driver **mack**.")
    await make_speaker(db, edition, "Inte Än")
    await make_session(db, edition, "Mack", wall_starts=at(9), speakers=[(speaking, "speaker")])
    html = client.get(f"{edition.path}speakers/").text
    assert "Åsa Öberg" in html
    assert "Inte Än" not in html
    page = client.get(f"{edition.path}speakers/{speaking}-asa-oberg").text
    assert "<strong>mack</strong>" in page
    assert titles(page) == ["Mack"]


async def test_texts_are_cleaned(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    nasty = "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1))"
    code = await make_session(db, edition, "<b>Mack</b>", abstract=nasty, wall_starts=at(9))
    html = client.get(f"{edition.path}sessions/{code}", follow_redirects=True).text
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert 'href="javascript' not in html
    assert "&lt;b&gt;Mack&lt;/b&gt;" in html


async def test_many_rooms_scroll_sideways(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    for number in range(8):
        room = await make_room(db, edition, f"Rum {number}")
        await make_session(db, edition, f"Pass {number}", room_id=room, wall_starts=at(9))
    html = client.get(PROGRAMME).text
    assert html.count('class="programme-scroll"') == 1
    assert html.count('<th scope="col">') == 9


async def test_one_day_needs_no_choice_of_days(db: Database, client: TestClient) -> None:
    edition = await make_edition(db, ends_on=date(2027, 5, 11))
    await make_session(db, edition, wall_starts=at(9))
    assert 'class="tabs"' not in client.get(PROGRAMME).text
