"""The page of the moment, the board of the hall, and what the office announces on them."""

from datetime import UTC, datetime, timedelta

import pytest

from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.programme.actions import save_session
from konferens.programme.drafts import save_draft
from konferens.programme.releases import pending_release
from konferens.signups.releasing import publish_release
from tests.browser import Browser
from tests.factories import ACTOR, make_room, make_session, make_speaker, wall

BASE = "/lokalekonomidagarna/2027/"
OFFICE = "/organiser/lokalekonomidagarna/2027/"


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in May 2027."""
    return datetime(2027, 5, day, hour, minute, tzinfo=UTC)


async def test_a_conference_from_before_to_after(
    db: Database, edition: Edition, office: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, cafe = await make_room(db, edition), await make_room(db, edition, "Caféet", position=1)
    anna = await make_speaker(db, edition, "Anna Mjölnare")
    await make_session(db, edition, "Kvarn", room_id=hall, wall_starts=wall(11, 9), speakers=[(anna, "speaker")])
    moved = await make_session(db, edition, "Mack", room_id=hall, wall_starts=wall(11, 10))
    off = await make_session(db, edition, "Bank", room_id=cafe, wall_starts=wall(11, 9), status="cancelled")
    await make_session(db, edition, "Lunch", type="meal", all_rooms=True, wall_starts=wall(11, 12))
    monkeypatch.setattr("konferens.audit.now", lambda: utc(11, 6))
    await save_session(db, edition, moved, {"room_id": cafe}, actor=ACTOR)

    def shown(page: str, moment: datetime) -> str:
        monkeypatch.setattr("konferens.live.views.now", lambda: moment)
        office.client.app.state.pages.drop((f"{BASE}{page}", "", "sv"))  # type: ignore[attr-defined]
        return office.visible(f"{BASE}{page}")

    before = shown("now", utc(10, 8))
    assert "Programmet börjar tisdag 11 maj kl. 09.00." in before
    assert "Kvarn" not in before
    text = shown("now", utc(11, 7, 48))
    assert "Tisdag 11 maj kl. 09.48" in text
    assert "Stora salen 12 min kvar Kvarn Anna Mjölnare 09.00 – 10.00" in text
    assert "Caféet Bank Inställd" in text
    assert "10.00 om 12 min Caféet Mack Nytt rum var i Stora salen" in text
    assert "12.00 om 2 tim 12 min Alla Lunch" in text
    board = shown("board", utc(11, 7, 48))
    assert "Stora salen Kvarn till 10.00 · 12 min kvar Anna Mjölnare" in board
    assert "Caféet Bank Inställd 10.00 · om 12 min Mack Nytt rum var i Stora salen" in board
    assert "Sedan Lunch 12.00" in board
    assert "Programmet är slut." in shown("now", utc(11, 11))
    assert "Tack för den här gången!" in shown("board", utc(11, 11))
    assert off not in shown("now", utc(11, 11))


async def test_what_a_version_moved_is_marked(
    db: Database, edition: Edition, office: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, cafe = await make_room(db, edition), await make_room(db, edition, "Caféet", position=1)
    code = await make_session(db, edition, "Mack", room_id=hall, wall_starts=wall(11, 9))
    for number in range(2):
        edition = await edition_by_id(db, edition.id)
        if number:
            values = {"room_id": cafe, "wall_starts": wall(11, 10), "wall_ends": wall(11, 11)}
            await save_draft(db, edition, code, values, actor=ACTOR)
        pending = await pending_release(db, edition)
        monkeypatch.setattr("konferens.programme.releases.now", lambda: utc(11, 6))
        await publish_release(
            db,
            edition,
            name=f"1.{number}",
            note="",
            actor=ACTOR,
            base_url="http://testserver",
            seen=pending.mark,
            tell_speakers=False,
            tell_attendees=False,
        )
    monkeypatch.setattr("konferens.live.views.now", lambda: utc(11, 7))
    told = office.visible(f"{BASE}now")
    assert "Caféet Mack Nytt rum var i Stora salen Ny tid var 09.00 10.00 – 11.00" in told


async def test_a_part_is_kept_until_the_minute_is_over(
    db: Database, edition: Edition, office: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_session(db, edition, "Kvarn", wall_starts=wall(11, 9))
    monkeypatch.setattr("konferens.live.views.now", lambda: utc(11, 7, 30) + timedelta(seconds=20))
    first = office.get(f"{BASE}now?part=1")
    assert "<html" not in first.text
    assert "Kvarn" in first.text
    again = office.get(f"{BASE}now?part=1", **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.text) == (304, "")
    [page] = [page for key, page in office.client.app.state.pages._pages.items() if key[1] == "part=1"]  # type: ignore[attr-defined]
    assert page.expires_at == utc(11, 7, 31).timestamp()


async def test_the_office_announces_on_the_screens(db: Database, edition: Edition, office: Browser) -> None:
    answer = office.post(f"{OFFICE}board", {"board_message": "Bussen går 13.15 <från torget>"})
    assert answer.headers["location"] == f"{OFFICE}board?notice=saved"
    for page in ("now", "board"):
        assert "Bussen går 13.15 <från torget>" in office.visible(f"{BASE}{page}")
    too_long = office.post(f"{OFFICE}board", {"board_message": "x" * 301})
    assert too_long.status_code == 422
    assert "x" * 301 in too_long.text
    office.post(f"{OFFICE}board", {"board_message": " "})
    assert "board-message" not in office.text(f"{BASE}board")


async def test_open_pages_listen(edition: Edition, office: Browser) -> None:
    for page in ("now", "board", "programme"):
        assert f'data-stream="{BASE}live?version={edition.version}"' in office.text(f"{BASE}{page}")
    assert office.client.head(f"{BASE}live").headers["cache-control"] == "no-store, no-transform"


def test_the_front_page_leads_there_while_the_conference_goes_on(
    edition: Edition, office: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the clock alone: midnight in Sweden is 22.00 in UTC."""

    def leads(moment: datetime) -> bool:
        monkeypatch.setattr("konferens.front.views.now", lambda: moment)
        monkeypatch.setattr("konferens.web.cache.time.time", moment.timestamp)
        return f'href="{BASE}now"' in office.text(BASE)

    moments = [utc(10, 21, 59), utc(10, 22), utc(12, 21, 59), utc(12, 22)]
    assert [leads(moment) for moment in moments] == [False, True, True, False]
