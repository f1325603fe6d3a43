"""The public pages as they will be, for those who may organise."""

from sqlalchemy import update
from starlette.testclient import TestClient

from konferens.accounts.model import Role
from konferens.database import Database
from konferens.events.model import Edition
from konferens.tables import editions
from tests.browser import Browser
from tests.factories import make_login, make_session, make_speaker, make_track, wall

PUBLIC = "/lokalekonomidagarna/2027"
OFFICE = f"/organiser{PUBLIC}"
PREVIEW = f"{OFFICE}/preview"


async def test_drafts_are_seen_in_the_preview_alone(db: Database, edition: Edition, office: Browser) -> None:
    code = await make_session(db, edition, "Släppt", wall_starts=wall(11, 9))
    await db.execute(update(editions).values(release="1.0", version=editions.c.version + 1))
    form = office.form(f"{OFFICE}/sessions/{code}")
    office.post(f"{OFFICE}/sessions/{code}", form | {"title": "Planerad"})
    office.post(f"{OFFICE}/sessions/new", form | {"title": "Ny", "starts": "12:00", "ends": "13:00"})

    assert "Planerad" not in office.text(f"{PUBLIC}/programme")
    page = office.text(f"{PREVIEW}/programme")
    assert "Förhandsvisning – utkast" in page
    assert "Släppt" not in page
    assert f'href="{PREVIEW}/sessions/{code}-planerad"' in page
    assert "Planerad</a>" in office.text(f"{PREVIEW}/programme?q=planerade")
    assert "Ny</a>" not in office.text(f"{PREVIEW}/programme?q=planerade")
    session = office.text(f"{PREVIEW}/sessions/{code}-planerad")
    assert "Förhandsvisning – utkast" in session
    assert "Samtidigt" not in session
    assert "Förhandsvisning" not in office.text(f"{PUBLIC}/programme")
    assert office.get(f"{PREVIEW}/register?x=1").headers["location"] == f"{PUBLIC}/register?x=1"
    assert f'href="{OFFICE}/preview/programme"' in office.text(f"{OFFICE}/sessions")


async def test_a_conference_is_previewed_before_it_is_published(
    db: Database, edition: Edition, office: Browser
) -> None:
    person = await make_speaker(db, edition, "Åsa Öberg")
    await make_track(db, edition, "Energi", colour="#123456")
    await make_session(db, edition, wall_starts=wall(11, 9), speakers=[(person, "speaker")])
    await db.execute(update(editions).values(published=False, tagline="Två dagar om pengar"))
    assert office.get(f"{PUBLIC}/").status_code == 404
    front = office.get(f"{PREVIEW}/")
    assert front.headers["cache-control"] == "no-store"
    assert "Två dagar om pengar" in front.text
    assert "Så startar du en mack" in front.text
    assert "Åsa Öberg" in office.text(f"{PREVIEW}/speakers/")
    assert "Så startar du en mack" in office.text(f"{PREVIEW}/speakers/{person}-asa-oberg")
    assert office.text(f"{PREVIEW}/look-1.css") == ".track-energi{--track:#123456}\n"
    assert f'href="{PREVIEW}/look-' in office.text(f"{OFFICE}/tracks")
    assert f'"{PUBLIC}/look-' not in office.text(f"{OFFICE}/tracks")
    assert office.get(f"{PREVIEW}/register").status_code == 404


async def test_only_its_organisers_see_it(db: Database, edition: Edition, client: TestClient) -> None:
    code = await make_session(db, edition, wall_starts=wall(11, 9))
    addresses = [f"{PREVIEW}/{end}" for end in ("", "programme", f"sessions/{code}", "speakers/", "register")]
    assert {client.get(address).headers["location"].partition("?")[0] for address in addresses} == {"/login"}
    client.cookies.set("login", await make_login(db, Role.STAFF, edition, email="staff@example.org"))
    assert {client.get(address).status_code for address in addresses} == {403}
