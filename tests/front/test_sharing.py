"""What search engines and shared links read in the heads of public pages: addresses, Open Graph, feeds; on both databases."""

import pytest
from sqlalchemy import insert, update
from starlette.testclient import TestClient

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.tables import images, speakers
from tests.factories import make_order, make_session, make_speaker, make_ticket_type, wall
from tests.front.open_data import Head
from tests.registration.office import counted_queries

PATH = "/lokalekonomidagarna/2027/"
DIGEST = "b" * 64


def head(client: TestClient, path: str, **headers: str) -> Head:
    response = client.get(path, headers=headers, follow_redirects=True)
    assert response.status_code == 200
    return Head(response.text)


async def make_pages(db: Database, edition: Edition) -> tuple[str, str]:
    """A session, and its speaker with a portrait; gives their codes."""
    asa = await make_speaker(db, edition, biography="Kör mack\n\noch **buss**.")
    picture = {"digest": DIGEST, "media_type": "image/webp", "width": 480, "height": 480, "data": b"RIFF"}
    await db.execute(insert(images).values(**picture, created_at=now()))
    await db.execute(update(speakers).values(image_digest=DIGEST))
    bo = await make_speaker(db, edition, "Bo Ek")
    people = [(bo, "speaker"), (asa, "moderator")]
    return await make_session(db, edition, wall_starts=wall(11, 9), speakers=people), asa


async def test_every_public_page_of_an_edition_says_what_and_where_it_is(
    db: Database, client: TestClient, edition: Edition
) -> None:
    session, speaker = await make_pages(db, edition)
    pages = {
        "": "Lokalekonomidagarna 2027",
        "programme": "Program",
        "speakers/": "Medverkande",
        f"sessions/{session}-sa-startar-du-en-mack": "Så startar du en mack",
        f"speakers/{speaker}-asa-oberg": "Åsa Öberg",
        "register": "Anmälan",
        "waiting": "Väntelista",
        "privacy": "Så behandlar vi personuppgifter",
        "accessibility": "Tillgänglighet",
    }
    for path, title in pages.items():
        found = head(client, f"{PATH}{path}?day=2027-05-11&utm_source=brev")
        address = f"http://testserver{PATH}{path}"
        assert [href for rel, _, href in found.links if rel == "canonical"] == [address]
        assert found.meta["og:url"] == address
        assert found.meta["og:title"] == title
        assert found.meta["og:site_name"] == "Lokalekonomidagarna 2027"
        assert found.meta["description"]
        assert found.meta["description"] == found.meta["og:description"]
        assert found.alternates[-3:] == [
            ("text/calendar", f"{PATH}calendar.ics"),
            ("application/json", f"{PATH}schedule.json"),
            ("application/xml", f"{PATH}schedule.xml"),
        ]


async def test_pages_lead_to_feeds_that_are_there(db: Database, client: TestClient, edition: Edition) -> None:
    session, speaker = await make_pages(db, edition)
    own = {
        f"sessions/{session}": f"{PATH}sessions/{session}.ics",
        f"speakers/{speaker}": f"{PATH}speakers/{speaker}.ics",
    }
    for path, feed in own.items():
        alternates = head(client, f"{PATH}{path}").alternates
        assert alternates[0] == ("text/calendar", feed)
        for kind, href in alternates:
            response = client.get(href)
            assert response.status_code == 200
            assert response.headers["content-type"].partition(";")[0] == kind


async def test_what_has_no_calendar_leads_to_none(db: Database, client: TestClient, edition: Edition) -> None:
    session, speaker = await make_session(db, edition), await make_speaker(db, edition)
    for path in (f"sessions/{session}", f"speakers/{speaker}"):
        assert head(client, f"{PATH}{path}").alternates[0] == ("text/calendar", f"{PATH}calendar.ics")


async def test_people_are_shown_with_their_portraits(db: Database, client: TestClient, edition: Edition) -> None:
    session, speaker = await make_pages(db, edition)
    for path in (f"speakers/{speaker}", f"sessions/{session}"):
        meta = head(client, f"{PATH}{path}").meta
        assert meta["og:image"] == f"http://testserver/media/{DIGEST}-384.jpg"
        assert meta["og:image:alt"] == "Åsa Öberg"
    assert head(client, f"{PATH}speakers/{speaker}").meta["og:type"] == "profile"
    sign = head(client, PATH).meta["og:image"]
    assert sign.startswith("http://testserver/static/dist/default-512-")
    assert client.get(sign).headers["content-type"] == "image/png"


async def test_a_description_is_one_line(db: Database, client: TestClient, edition: Edition) -> None:
    _, speaker = await make_pages(db, edition)
    assert head(client, f"{PATH}speakers/{speaker}").meta["description"] == "Kör mack och buss."


@pytest.mark.parametrize(("language", "own", "other"), [("sv", "sv_SE", "en_GB"), ("en", "en_GB", "sv_SE")])
async def test_the_page_s_language_and_the_other_one(
    client: TestClient, edition: Edition, language: str, own: str, other: str
) -> None:
    meta = head(client, PATH, **{"accept-language": language}).meta
    assert (meta["og:locale"], meta["og:locale:alternate"]) == (own, other)


async def test_somebody_s_own_pages_tell_nothing(db: Database, client: TestClient, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    order = await make_order(db, edition)
    for path in (f"/orders/{order.code}/{order.secret}/", f"/tickets/{order.tickets[0].secret}/"):
        found = head(client, path)
        assert not [name for name in found.meta if name.startswith("og:") or name == "description"]
        assert not [rel for rel, _, _ in found.links if rel in ("canonical", "alternate")]
        assert [kind for kind, _ in found.scripts] == ["module"]


async def test_it_costs_no_query(db: Database, client: TestClient, edition: Edition) -> None:
    """As many as what people see needs."""
    session, speaker = await make_pages(db, edition)
    needed = {
        "": 7,
        "programme": 6,
        f"sessions/{session}-sa-startar-du-en-mack": 6,
        "speakers/": 2,
        f"speakers/{speaker}-asa-oberg": 7,
    }
    for path, queries in needed.items():
        with counted_queries() as seen:
            assert client.get(f"{PATH}{path}").status_code == 200
        assert len(seen) == queries, path
