"""The form of a session: what older posts leave out stays, people keep their order and roles, rows of links are never lost."""

from typing import Any

import pytest

from konferens.database import Database
from konferens.events.model import Edition
from konferens.programme.forms import MAX_LINKS
from konferens.programme.model import Session, SessionLink
from konferens.programme.queries import all_sessions, find_session
from tests.browser import Browser
from tests.factories import make_session, make_speaker, wall

BASE = "/organiser/lokalekonomidagarna/2027/sessions"
OLD_POST = {"title": "Mack", "type": "talk", "status": "confirmed", "language": "sv"}
"""What a script sent before there were levels, licences, links, and a choice of recording."""


@pytest.fixture
async def code(db: Database, edition: Edition) -> str:
    """A session with everything that the form has."""
    people = [(await make_speaker(db, edition, name), role) for name, role in PEOPLE]
    return await make_session(
        db,
        edition,
        "Mack",
        wall_starts=wall(11, 9),
        wall_ends=wall(13, 10),
        level="advanced",
        recording=False,
        license="CC BY 4.0",
        links=LINKS,
        speakers=people,
        capacity=20,
        meeting_point="Entrén",
        stream_url="https://example.org/live",
        recording_url="https://example.org/film",
    )


PEOPLE = [("Åsa", "speaker"), ("Bo", "moderator"), ("Cilla", "panelist"), ("Dag", "host")]
LINKS = [
    {"title": "Rapport", "url": "https://example.org/rapport.pdf", "kind": "attachment"},
    {"title": "", "url": "https://example.org", "kind": "link"},
]


async def kept(db: Database, edition: Edition, code: str) -> Session:
    return await find_session(db, edition.id, code)


async def test_the_form_comes_back_as_it_was(db: Database, edition: Edition, office: Browser, code: str) -> None:
    before = await kept(db, edition, code)
    assert office.post(f"{BASE}/{code}", office.form(f"{BASE}/{code}")).status_code == 303
    assert await kept(db, edition, code) == before


async def test_what_an_older_post_leaves_out_stays(db: Database, edition: Edition, office: Browser, code: str) -> None:
    before = await kept(db, edition, code)
    assert office.post(f"{BASE}/{code}", OLD_POST | {"title": "Ny titel"}).status_code == 303
    after = await kept(db, edition, code)
    assert (after.title, after.speakers) == ("Ny titel", ())  # boxes are sent when they are ticked, and only then
    for name in ("level", "recording", "license", "links", "capacity", "meeting_point", "starts_at", "ends_at"):
        assert getattr(after, name) == getattr(before, name), name


async def test_people_stand_in_the_order_of_their_numbers(
    db: Database, edition: Edition, office: Browser, code: str
) -> None:
    asa, bo, cilla, dag = (person.code for person in (await kept(db, edition, code)).speakers)
    form = office.form(f"{BASE}/{code}")
    assert [form[f"position-{each}"] for each in (asa, bo, cilla, dag)] == ["1", "2", "3", "4"]
    moved = {f"position-{dag}": "1", f"position-{asa}": "2", f"position-{bo}": "²", f"position-{cilla}": ""}
    office.post(f"{BASE}/{code}", form | moved | {f"role-{asa}": "nobody", f"role-{bo}": "host"})
    after = (await kept(db, edition, code)).speakers
    assert [(person.name, person.role) for person in after] == [
        ("Dag", "host"),
        ("Åsa", "speaker"),
        ("Bo", "host"),
        ("Cilla", "panelist"),
    ]


async def test_more_rows_for_links_lose_nothing_and_save_nothing(
    db: Database, edition: Edition, office: Browser, code: str
) -> None:
    typed = office.form(f"{BASE}/{code}") | {"title": "", "abstract": "Halvskrivet", "links-1-title": "Vår sida"}
    response = office.post(f"{BASE}/{code}", typed | {"more": "1"})
    assert response.status_code == 200
    assert "Halvskrivet</textarea>" in response.text
    assert 'value="Vår sida"' in response.text
    assert 'name="links-4-url"' in response.text
    assert "data-unsaved" in response.text
    assert (await kept(db, edition, code)).title == "Mack"

    row = {"links-4-title": "Karta", "links-4-url": "https://example.org/karta", "links-4-kind": "link"}
    assert office.post(f"{BASE}/{code}", typed | {"title": "Mack"} | row).status_code == 303
    assert (await kept(db, edition, code)).links == (
        SessionLink("Rapport", "https://example.org/rapport.pdf", "attachment"),
        SessionLink("Vår sida", "https://example.org", "link"),
        SessionLink("Karta", "https://example.org/karta", "link"),
    )


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"links-0-url": ""}, "Skriv adressen också, eller ta bort texten."),
        ({"links-0-url": "javascript:alert(1)"}, "Skriv hela adressen, med https:// först."),
        ({"links-0-kind": "script"}, "Välj något av det som finns att välja på."),
        ({"level": "genius"}, "Välj något av det som finns att välja på."),
        ({"ends_day": "2027-06-10"}, "Välj något av det som finns att välja på."),
        ({"ends_day": "2027-05-11", "ends": "08:00"}, "Den slutar innan den börjar."),
    ],
)
async def test_what_cannot_be_saved_is_told_beside_its_field(
    office: Browser, code: str, typed: dict[str, Any], message: str
) -> None:
    response = office.post(f"{BASE}/{code}", office.form(f"{BASE}/{code}") | typed)
    assert response.status_code == 422
    assert message in response.text
    assert 'class="error-summary"' in response.text


async def test_links_come_to_an_end(db: Database, edition: Edition, office: Browser) -> None:
    rows = {f"links-{n}-url": f"https://example.org/{n}" for n in range(MAX_LINKS + 20)}
    office.post(f"{BASE}/new", OLD_POST | rows)
    [session] = await all_sessions(db, edition.id)
    assert len(session.links) == MAX_LINKS
