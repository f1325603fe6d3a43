"""What search engines may read, and what there is; on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.robotparser import RobotFileParser

import pytest
from lxml import etree
from sqlalchemy import update
from starlette.testclient import TestClient

from konferens.app import create_app
from konferens.database import Database
from konferens.events.actions import touch_edition
from konferens.events.model import Edition
from konferens.front.sitemap import MAX_ADDRESSES, Entry, sitemap_xml
from konferens.settings import Settings
from konferens.tables import editions, sessions
from tests.factories import MOMENT, make_edition, make_session, make_speaker, wall
from tests.registration.office import counted_queries

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
SITE = "http://testserver"
PATH = "/lokalekonomidagarna/2027/"


@pytest.fixture
def other_process(settings: Settings, client: TestClient) -> Iterator[TestClient]:
    """A second application on the same database, with caches of its own."""
    with TestClient(create_app(settings, working=False)) as browser:
        yield browser


def entries(body: bytes) -> dict[str, str]:
    """Address → lastmod, in the file's order; the file is as the protocol wants it."""
    root = etree.fromstring(body)
    assert root.tag == f"{{{NAMES['s']}}}urlset"
    found = {}
    for url in root:
        assert [child.tag.partition("}")[2] for child in url] == ["loc", "lastmod"]
        found[url.findtext("s:loc", "", NAMES)] = url.findtext("s:lastmod", "", NAMES)
    assert len(found) == len(root)
    return found


def paths(client: TestClient) -> list[str]:
    return [address.removeprefix(SITE) for address in entries(client.get("/sitemap.xml").content)]


async def test_robots_read_what_is_public(client: TestClient) -> None:
    response = client.get("/robots.txt")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    rules = RobotFileParser()
    rules.parse(response.text.splitlines())
    for path in ("/", PATH, f"{PATH}programme", "/tidningen/2027/", "/media/a.webp", "/static/dist/app.css"):
        assert rules.can_fetch("*", path), path
    for path in (
        "/orders/ABC234/secret/",
        "/tickets/secret/",
        "/t/TOKEN",
        "/my/token/calendar.ics",
        "/organiser/",
        "/organiser/lokalekonomidagarna/2027/orders",
        "/login",
        "/checkin/",
        "/waiting/secret/",
    ):
        assert not rules.can_fetch("*", path), path
    assert rules.site_maps() == [f"{SITE}/sitemap.xml"]


async def test_robots_txt_is_revalidated_without_a_query(client: TestClient) -> None:
    first = client.get("/robots.txt")
    with counted_queries() as seen:
        again = client.get("/robots.txt", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content, len(seen)) == (304, b"", 0)


async def test_without_conferences(client: TestClient) -> None:
    response = client.get("/sitemap.xml")
    assert response.headers["content-type"] == "application/xml; charset=utf-8"
    assert entries(response.content) == {}


async def test_every_public_page_stands_there_and_is_there(db: Database, client: TestClient, edition: Edition) -> None:
    asa = await make_speaker(db, edition)
    code = await make_session(db, edition, wall_starts=wall(11, 9), speakers=[(asa, "speaker")])
    found = paths(client)
    assert found == [
        "/",
        "/lokalekonomidagarna/",
        PATH,
        f"{PATH}programme",
        f"{PATH}speakers/",
        f"{PATH}privacy",
        f"{PATH}accessibility",
        f"{PATH}sessions/{code}-sa-startar-du-en-mack",
        f"{PATH}speakers/{asa}-asa-oberg",
    ]
    assert [path for path in found if client.get(path).status_code != 200] == []


async def test_what_nobody_looks_for_stands_not_there(db: Database, client: TestClient, edition: Edition) -> None:
    await make_speaker(db, edition, "Utan Programpunkt")
    await make_session(db, edition, "Sen")
    await make_session(db, edition, "Lunch", type="meal", wall_starts=wall(11, 12))
    gone = await make_session(db, edition, "Borta", wall_starts=wall(11, 9))
    await db.execute(update(sessions).where(sessions.c.code == gone).values(deleted_at=MOMENT))
    draft = await make_edition(db, "hemlig", "2028", published=False)
    asa = await make_speaker(db, draft)
    await make_session(db, draft, wall_starts=wall(11, 9), speakers=[(asa, "speaker")])
    assert paths(client) == [
        "/",
        "/lokalekonomidagarna/",
        *(f"{PATH}{p}" for p in ("", "programme", "privacy", "accessibility")),
    ]


async def test_a_speaker_stands_at_each_edition_with_a_session(
    db: Database, client: TestClient, edition: Edition
) -> None:
    earlier = await make_edition(db, slug="2026", starts_on=datetime(2026, 5, 11, tzinfo=UTC).date())
    asa = await make_speaker(db, edition)
    await make_session(db, edition, wall_starts=wall(11, 9), speakers=[(asa, "speaker")])
    assert [path for path in paths(client) if asa in path] == [f"{PATH}speakers/{asa}-asa-oberg"]
    assert f"{earlier.path}programme" in paths(client)


async def test_when_each_page_last_changed(db: Database, client: TestClient, edition: Edition) -> None:
    code = await make_session(db, edition, wall_starts=wall(11, 9))
    changed, touched = datetime(2026, 11, 1, 8, tzinfo=UTC), datetime(2026, 11, 2, 8, tzinfo=UTC)
    await db.execute(update(sessions).values(updated_at=changed))
    await db.execute(update(editions).values(updated_at=touched))
    found = entries(client.get("/sitemap.xml").content)
    assert found[f"{SITE}{PATH}sessions/{code}-sa-startar-du-en-mack"] == "2026-11-01T08:00:00+00:00"
    assert {found[f"{SITE}{path}"] for path in ("/", "/lokalekonomidagarna/", PATH)} == {"2026-11-02T08:00:00+00:00"}


async def test_it_is_kept_until_any_edition_changes(db: Database, client: TestClient, edition: Edition) -> None:
    first = client.get("/sitemap.xml")
    with counted_queries() as seen:
        again = client.get("/sitemap.xml", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, len(seen) <= 1) == (304, True)
    async with db.transaction():
        await db.execute(update(editions).values(published=False))
        await touch_edition(db, edition.id)
    response = client.get("/sitemap.xml", headers={"if-none-match": first.headers["etag"]})
    assert (response.status_code, entries(response.content)) == (200, {})


async def test_every_process_gives_the_same_bytes(
    db: Database, client: TestClient, other_process: TestClient, edition: Edition
) -> None:
    asa = await make_speaker(db, edition)
    code = await make_session(db, edition, wall_starts=wall(11, 9), speakers=[(asa, "speaker")])
    for path in ("/sitemap.xml", "/robots.txt", PATH, f"{PATH}sessions/{code}-sa-startar-du-en-mack"):
        one, two = client.get(path), other_process.get(path)
        assert (one.content, one.headers["etag"]) == (two.content, two.headers["etag"])


async def test_three_queries_however_many_pages(db: Database, client: TestClient, edition: Edition) -> None:
    costs = []
    for n in range(3):
        other = await make_edition(db, "dagarna", str(n))
        await make_session(db, other, wall_starts=wall(11, 9), speakers=[(await make_speaker(db, other), "speaker")])
        with counted_queries() as seen:
            client.get(f"/sitemap.xml?{n}")  # with a query nothing is kept
        costs.append(len(seen))
    assert costs == [4, 4, 4]  # with the versions of the editions


async def test_a_file_has_as_many_addresses_as_the_protocol_allows(edition: Edition) -> None:
    talks = [Entry(f"sessions/{number}", MOMENT) for number in range(MAX_ADDRESSES)]
    assert len(entries(sitemap_xml([edition], {edition.id: talks}, {}, SITE))) == MAX_ADDRESSES
