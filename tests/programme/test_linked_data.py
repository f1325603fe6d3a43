"""What the pages of sessions and speakers tell machines: schema.org's Event and Person; on both databases."""

import pytest
from sqlalchemy import insert, update
from starlette.testclient import TestClient

from konferens.clock import now
from konferens.database import Database
from konferens.events.actions import touch_edition
from konferens.events.model import Edition
from konferens.tables import images, speakers
from tests.factories import make_edition, make_room, make_session, make_speaker, wall
from tests.front.open_data import Head, Node, nodes

SITE = "http://testserver/lokalekonomidagarna/2027/"
ORG = "https://schema.org/"
EVIL = "Så </script><script>alert(\"1\")</script><!-- & 'mer' \u2028"


@pytest.fixture
async def edition(db: Database) -> Edition:
    return await make_edition(db, venue_name="Folkets hus", venue_address="Torget 1", venue_city="Åre")


def page(client: TestClient, path: str, **headers: str) -> str:
    response = client.get(f"/lokalekonomidagarna/2027/{path}", headers=headers, follow_redirects=True)
    assert response.status_code == 200
    return response.text


def event(client: TestClient, code: str) -> Node:
    return nodes(page(client, f"sessions/{code}"))["Event"]


async def give_portrait(db: Database, edition: Edition, code: str, digest: str = "a" * 64) -> str:
    """A picture for the speaker; gives its public address."""
    picture = {"digest": digest, "media_type": "image/webp", "width": 480, "height": 480, "data": b"RIFF"}
    async with db.transaction():
        await db.execute(insert(images).values(**picture, created_at=now()))
        await db.execute(update(speakers).where(speakers.c.code == code).values(image_digest=digest))
        await touch_edition(db, edition.id)
    return f"http://testserver/media/{digest}.webp"


async def test_a_session(db: Database, client: TestClient, edition: Edition) -> None:
    room = await make_room(db, edition)
    asa = await make_speaker(db, edition)
    picture = await give_portrait(db, edition, asa)
    code = await make_session(
        db,
        edition,
        abstract="Om **macken**.",
        wall_starts=wall(11, 9),
        room_id=room,
        capacity=30,
        speakers=[(asa, "speaker")],
    )
    address = {"@type": "PostalAddress", "streetAddress": "Torget 1", "addressLocality": "Åre", "addressCountry": "SE"}
    assert event(client, code) == {
        "@type": "Event",
        "@id": f"{SITE}sessions/{code}#event",
        "name": "Så startar du en mack",
        "url": f"{SITE}sessions/{code}-sa-startar-du-en-mack",
        "description": "Om macken.",
        "inLanguage": "sv",
        "startDate": "2027-05-11T09:00:00+02:00",
        "endDate": "2027-05-11T10:00:00+02:00",
        "eventStatus": f"{ORG}EventScheduled",
        "eventAttendanceMode": f"{ORG}OfflineEventAttendanceMode",
        "location": {"@type": "Place", "name": "Stora salen, Folkets hus", "address": address},
        "image": [picture],
        "maximumAttendeeCapacity": 30,
        "performer": [
            {
                "@type": "Person",
                "@id": f"{SITE}speakers/{asa}#person",
                "name": "Åsa Öberg",
                "url": f"{SITE}speakers/{asa}-asa-oberg",
            }
        ],
        "superEvent": {
            "@type": "Event",
            "@id": f"{SITE}#event",
            "name": "Lokalekonomidagarna 2027",
            "url": SITE,
            "startDate": "2027-05-11T09:00:00+02:00",
            "endDate": "2027-05-12",
            "eventStatus": f"{ORG}EventScheduled",
            "eventAttendanceMode": f"{ORG}OfflineEventAttendanceMode",
            "location": {"@type": "Place", "name": "Folkets hus", "address": address},
        },
    }


async def test_a_cancelled_session_keeps_its_time(db: Database, client: TestClient, edition: Edition) -> None:
    code = await make_session(db, edition, status="cancelled", wall_starts=wall(11, 9))
    told = event(client, code)
    assert (told["eventStatus"], told["startDate"]) == (f"{ORG}EventCancelled", "2027-05-11T09:00:00+02:00")


async def test_a_study_visit_is_where_people_meet(db: Database, client: TestClient, edition: Edition) -> None:
    code = await make_session(db, edition, type="visit", meeting_point="Busstationen", wall_starts=wall(11, 9))
    address = {"@type": "PostalAddress", "addressLocality": "Åre", "addressCountry": "SE"}
    assert event(client, code)["location"] == {"@type": "Place", "name": "Busstationen", "address": address}


async def test_a_streamed_session_is_in_both_places(db: Database, client: TestClient, edition: Edition) -> None:
    code = await make_session(db, edition, stream_url="https://example.org/live", wall_starts=wall(11, 9))
    told = event(client, code)
    assert told["eventAttendanceMode"] == f"{ORG}MixedEventAttendanceMode"
    assert told["location"][1] == {"@type": "VirtualLocation", "url": "https://example.org/live"}


async def test_pauses_and_what_has_no_time_are_no_events(db: Database, client: TestClient, edition: Edition) -> None:
    for code in (
        await make_session(db, edition, "Lunch", type="meal", wall_starts=wall(11, 12)),
        await make_session(db, edition, "Sen"),
    ):
        assert nodes(page(client, f"sessions/{code}")).keys() == {"BreadcrumbList"}


async def test_a_speaker(db: Database, client: TestClient, edition: Edition) -> None:
    texts = {
        "title": "Ordförande",
        "organisation": "Bymackarna",
        "biography": "Kör *mack*.",
        "website": "https://a.se/",
    }
    code = await make_speaker(db, edition, **texts)
    picture = await give_portrait(db, edition, code)
    assert nodes(page(client, f"speakers/{code}"))["Person"] == {
        "@type": "Person",
        "@id": f"{SITE}speakers/{code}#person",
        "name": "Åsa Öberg",
        "url": f"{SITE}speakers/{code}-asa-oberg",
        "image": picture,
        "jobTitle": "Ordförande",
        "affiliation": {"@type": "Organization", "name": "Bymackarna"},
        "description": "Kör mack.",
        "sameAs": "https://a.se/",
    }


async def test_a_speaker_of_whom_only_the_name_is_known(db: Database, client: TestClient, edition: Edition) -> None:
    code = await make_speaker(db, edition)
    person = nodes(page(client, f"speakers/{code}"))["Person"]
    assert person.keys() == {"@type", "@id", "name", "url"}


@pytest.mark.parametrize(("language", "names"), [("sv", ("Program", "Medverkande")), ("en", ("Programme", "Speakers"))])
async def test_where_pages_stand(
    db: Database, client: TestClient, edition: Edition, language: str, names: tuple[str, str]
) -> None:
    asa = await make_speaker(db, edition)
    code = await make_session(db, edition, wall_starts=wall(11, 9), speakers=[(asa, "speaker")])
    programme = (names[0], f"{SITE}programme")
    people = (names[1], f"{SITE}speakers/")
    expected = {
        "programme": [programme],
        f"sessions/{code}": [programme, ("Så startar du en mack", f"{SITE}sessions/{code}-sa-startar-du-en-mack")],
        "speakers/": [people],
        f"speakers/{asa}": [people, ("Åsa Öberg", f"{SITE}speakers/{asa}-asa-oberg")],
    }
    for path, steps in expected.items():
        trail = nodes(page(client, path, **{"accept-language": language}))["BreadcrumbList"]["itemListElement"]
        assert [(step["name"], step["item"]) for step in trail][2:] == steps


async def test_no_text_gets_out_of_the_data(db: Database, client: TestClient) -> None:
    texts = {"description": EVIL, "tagline": EVIL, "venue_name": EVIL, "venue_city": EVIL}
    edition = await make_edition(db, name=EVIL, **texts)
    asa = await make_speaker(db, edition, EVIL, biography=EVIL, title=EVIL, organisation=EVIL)
    code = await make_session(db, edition, EVIL, abstract=EVIL, wall_starts=wall(11, 9), speakers=[(asa, "speaker")])
    for path in ("", f"sessions/{code}", f"speakers/{asa}"):
        html = page(client, path)
        head = Head(html)
        assert [kind for kind, _ in head.scripts] == ["application/ld+json", "module"]
        assert head.scripts[0][1].count("<") == 0
        assert nodes(html).keys() in ({"Event", "BreadcrumbList"}, {"Person", "BreadcrumbList"})
    assert event(client, code)["name"] == EVIL
