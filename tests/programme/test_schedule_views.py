"""schedule.json and schedule.xml over HTTP."""

from starlette.testclient import TestClient

from konferens.database import Database
from konferens.events.model import Edition
from konferens.programme.imports import load_schedule_file
from tests.factories import make_edition, make_session, make_speaker, wall

BASE = "/lokalekonomidagarna/2027/"


async def programme(db: Database) -> Edition:
    edition = await make_edition(db)
    speaker = await make_speaker(db, edition)
    await make_session(db, edition, "Så startar du en mack", wall_starts=wall(11, 9), speakers=[(speaker, "speaker")])
    return edition


async def test_both_formats_tell_the_programme(db: Database, client: TestClient) -> None:
    await programme(db)
    for name, media_type in (("json", "application/json"), ("xml", "application/xml; charset=utf-8")):
        answer = client.get(f"{BASE}schedule.{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        assert answer.headers["access-control-allow-origin"] == "*"
        schedule = load_schedule_file(answer.content)
        assert [session.title for session in schedule.sessions] == ["Så startar du en mack"]


async def test_what_has_not_changed_is_not_sent_again(db: Database, client: TestClient) -> None:
    edition = await programme(db)
    first = client.get(f"{BASE}schedule.json")
    again = client.get(f"{BASE}schedule.json", headers={"If-None-Match": first.headers["etag"]})
    await make_session(db, edition, "En till", wall_starts=wall(11, 10))
    changed = client.get(f"{BASE}schedule.json", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, changed.status_code) == (304, 200)
    assert len(load_schedule_file(changed.content).sessions) == 2


async def test_a_draft_and_an_unknown_edition_have_none(db: Database, client: TestClient) -> None:
    await make_edition(db, published=False)
    assert client.get(f"{BASE}schedule.json").status_code == 404
    assert client.get("/lokalekonomidagarna/1999/schedule.xml").status_code == 404
