"""Versions in the office, and what everybody reads of them."""

from xml.etree import ElementTree as ET

import pytest

from konferens.database import Database
from konferens.events.model import Edition
from konferens.programme.queries import find_session
from konferens.programme.releases import add_release
from konferens.signups.actions import take_session_seats
from tests.browser import Browser
from tests.factories import ACTOR, make_session, make_speaker, make_ticket_type, wall
from tests.signups.factories import make_signup, make_tickets

OFFICE = "/organiser/lokalekonomidagarna/2027"
PUBLIC = "/lokalekonomidagarna/2027"
RELEASES = f"{OFFICE}/releases"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
async def code(db: Database, edition: Edition) -> str:
    """A session of the edition's version 1.0."""
    asa = await make_speaker(db, edition, email="asa@example.org")
    code = await make_session(
        db, edition, "Så startar du en mack", wall_starts=wall(11, 9), speakers=[(asa, "speaker")]
    )
    async with db.transaction():
        await add_release(db, edition, name="1.0", actor=ACTOR)
    return code


def edit(office: Browser, code: str, **values: str) -> None:
    page = f"{OFFICE}/sessions/{code}"
    answer = office.post(page, {**office.form(page, action=page), **values})
    assert answer.status_code == 303


def release(office: Browser, **values: str) -> int:
    form = office.form(RELEASES, action=RELEASES)
    return int(office.post(RELEASES, {**form, **values}).status_code)


async def test_the_first_version_begins_the_drafts(db: Database, edition: Edition, office: Browser) -> None:
    code = await make_session(db, edition, "Förr", wall_starts=wall(11, 9))
    assert office.get(f"{PUBLIC}/changes").status_code == office.get(f"{PUBLIC}/changes.atom").status_code == 404
    assert office.form(RELEASES, action=RELEASES)["name"] == "1.0"
    assert release(office, note="Nu är **allt** klart.") == 303
    assert office.visible(f"{PUBLIC}/changes").partition("Version")[2].endswith("Den första versionen av programmet.")
    edit(office, code, title="Nu")
    assert (await find_session(db, edition.id, code)).title == "Förr"
    listed = office.visible(f"{OFFICE}/sessions")
    assert "1 ändring är inte släppt: bara ni ser den." in listed
    assert "1 ändring i programmet är inte släppt." in office.visible(f"{OFFICE}/")
    assert "Utkast: besökarna ser något annat" in office.visible(f"{OFFICE}/sessions/{code}")
    assert f"09.00–10.00 Nu Ändrat av {ACTOR}" in listed


async def test_a_version_that_was_previewed_is_released_and_told(office: Browser, code: str) -> None:
    edit(office, code, title="Så driver du en mack", starts="10:00", ends="11:30", status="cancelled")
    assert office.form(RELEASES, action=RELEASES)["name"] == "1.1"
    page = office.visible(RELEASES)
    assert "Mejla 1 medverkande som berörs" in page
    assert "Inga deltagares egna program berörs." in page
    assert release(office, name="Maj/2", note="") == 422
    assert release(office, name="1.0", note="") == 422
    assert release(office, note="Macken är **inställd**.", tell_speakers="y") == 303
    changes = office.visible(f"{PUBLIC}/changes")
    assert "Macken är inställd . Inställt Så driver du en mack tisdag 11 maj kl. 10.00–11.30" in changes
    assert "Titel Så startar du en mack → Så driver du en mack" in changes
    assert "Version 1.1 – vad är ändrat?" in office.visible(f"{PUBLIC}/programme")
    assert 'rel="alternate" type="application/atom+xml"' in office.text(f"{PUBLIC}/programme")
    assert office.client.get("/api/v1/events/lokalekonomidagarna/2027").json()["release"] == "1.1"
    assert office.client.get(f"{PUBLIC}/schedule.json").json()["schedule"]["version"] == "1.1"


async def test_the_second_of_two_organisers_sees_the_preview_once_more(office: Browser, code: str) -> None:
    edit(office, code, title="Det ena")
    form = office.form(RELEASES, action=RELEASES)
    edit(office, code, title="Det andra")
    answer = office.post(RELEASES, {**form, "note": "Min text"})
    assert (answer.status_code, "Det andra" in answer.text, "Min text" in answer.text) == (409, True, True)
    assert "Programmet ändrades medan du tittade" in answer.text
    assert release(office) == 303


async def test_what_is_planned_can_be_undone(office: Browser, code: str) -> None:
    edit(office, code, title="Ett utkast")
    assert office.post(f"{RELEASES}/drafts/{code}/undo", {}, page=RELEASES).status_code == 303
    assert "Inga ändringar väntar." in office.visible(RELEASES)
    edit(office, code, title="Ett utkast")
    assert office.post(f"{RELEASES}/drafts/discard", {}, page=RELEASES).status_code == 303
    assert "Inga ändringar väntar." in office.visible(RELEASES)
    deleting = f"{OFFICE}/sessions/{code}/delete"
    assert office.post(deleting, {}).status_code == 303
    assert "Tas bort i nästa version Så startar du en mack" in office.visible(f"{OFFICE}/sessions")


async def test_too_few_seats_are_told_before_and_refused_after(
    db: Database, edition: Edition, office: Browser, code: str
) -> None:
    session = await make_signup(db, edition, "Studiebesök", capacity=2)
    people = await make_tickets(db, edition, 2, type_id=await make_ticket_type(db, edition))
    await take_session_seats(db, edition.id, {session.id: people})
    edit(office, session.code, capacity="1")
    told = "Studiebesök: 2 är anmälda, men utkastet har bara plats för 1."
    assert told in office.visible(RELEASES)
    assert release(office) == 422
    # Nobody gets fewer seats than are taken by publishing at once, either.
    page = f"{OFFICE}/sessions/{session.code}"
    answer = office.post(page, {**office.form(page, action=page), "at_once": "1", "abstract": "Nytt"})
    assert (answer.status_code, told in answer.text) == (422, True)


async def test_a_session_is_published_at_once(db: Database, edition: Edition, office: Browser, code: str) -> None:
    page = f"{OFFICE}/sessions/{code}"
    answer = office.post(page, {**office.form(page, action=page), "at_once": "1", "title": "Nu direkt"})
    assert answer.headers["location"] == f"{page}?notice=public"
    assert (await find_session(db, edition.id, code)).title == "Nu direkt"
    assert "Version 1.0.1" in office.visible(f"{PUBLIC}/changes")


async def test_versions_are_compared_and_one_comes_back(office: Browser, code: str) -> None:
    edit(office, code, title="Senare")
    assert release(office) == 303
    compared = "Titel Så startar du en mack → Senare"
    for page in (f"{RELEASES}/1.0?with=1.1", f"{RELEASES}/1.1?with=1.0", f"{RELEASES}/1.0?with=now"):
        assert compared in office.visible(page)
    assert "09.00–10.00 Så startar du en mack Åsa Öberg" in office.visible(f"{RELEASES}/1.0")
    assert office.get(f"{RELEASES}/0.9").status_code == 404
    assert office.post(f"{RELEASES}/1.0/restore", {}, page=f"{RELEASES}/1.0").status_code == 303
    assert "Senare → Så startar du en mack" in office.visible(RELEASES)


async def test_the_atom_feed_has_what_rfc_4287_demands(office: Browser, code: str) -> None:
    edit(office, code, title="<b>Mack & co</b>")
    assert release(office, name="Våren 2", note="Läs *mer*") == 303
    answer = office.client.get(f"{PUBLIC}/changes.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.content)  # noqa: S314 - our own
    assert [child.tag.removeprefix(ATOM) for child in feed] == [
        "id",
        "title",
        "updated",
        "link",
        "link",
        "author",
        "generator",
        "entry",
        "entry",
    ]
    ids = [element.text for element in feed.iter(f"{ATOM}id")]
    base = "tag:testserver,2026-10-01:lokalekonomidagarna/2027/changes"
    assert ids == [base, f"{base}/V%C3%A5ren%202", f"{base}/1.0"]
    updated = [str(element.text) for element in feed.iter(f"{ATOM}updated")]
    assert (updated[0], updated) == (updated[1], sorted(updated, reverse=True))
    content = feed.findall(f"{ATOM}entry/{ATOM}content")[0]
    assert content.get("type") == "html"
    assert "<em>mer</em>" in str(content.text)
    assert "Titel: Så startar du en mack → &lt;b&gt;Mack &amp; co&lt;/b&gt;" in str(content.text)
    again = office.client.get(f"{PUBLIC}/changes.atom", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
