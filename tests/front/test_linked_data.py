"""What an edition's front page tells machines: schema.org's Event with place, organiser and tickets; on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from konferens.clock import now
from konferens.database import Database
from konferens.events.actions import touch_edition
from konferens.tables import series
from tests.factories import make_edition, make_quota, make_session, make_ticket_type, wall
from tests.front.open_data import Node, nodes

HERE = {"venue_name": "Folkets hus", "venue_address": "Torget 1", "venue_city": "Åre"}
ORG = "https://schema.org/"


def event(client: TestClient, path: str = "/lokalekonomidagarna/2027/") -> Node:
    return nodes(client.get(path).text)["Event"]


async def test_what_when_and_where(db: Database, client: TestClient) -> None:
    edition = await make_edition(db, **HERE, latitude=63.4, longitude=13.08, description="Vi **möts**.", tagline="Nära")
    await db.execute(update(series).values(organisation="Hela Sverige ska leva", website="https://example.org/"))
    assert event(client) == {
        "@type": "Event",
        "@id": f"http://testserver{edition.path}#event",
        "name": "Lokalekonomidagarna 2027",
        "url": f"http://testserver{edition.path}",
        "description": "Vi möts.",
        "inLanguage": "sv",
        "startDate": "2027-05-11",
        "endDate": "2027-05-12",
        "eventStatus": f"{ORG}EventScheduled",
        "eventAttendanceMode": f"{ORG}OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": "Folkets hus",
            "address": {
                "@type": "PostalAddress",
                "streetAddress": "Torget 1",
                "addressLocality": "Åre",
                "addressCountry": "SE",
            },
            "geo": {"@type": "GeoCoordinates", "latitude": 63.4, "longitude": 13.08},
        },
        "organizer": {"@type": "Organization", "name": "Hela Sverige ska leva", "url": "https://example.org/"},
    }


async def test_what_the_edition_does_not_tell_is_left_out(db: Database, client: TestClient) -> None:
    await make_edition(db, tagline="Nära", time_zone="UTC")
    told = event(client)
    assert told["description"] == "Nära"
    assert told.keys().isdisjoint({"location", "eventAttendanceMode", "organizer", "offers"})


async def test_a_place_without_an_address_is_in_the_country_of_its_clocks(db: Database, client: TestClient) -> None:
    await make_edition(db, venue_city="Mariehamn", time_zone="Europe/Helsinki")
    address = {"@type": "PostalAddress", "addressLocality": "Mariehamn", "addressCountry": "FI"}
    assert event(client)["location"] == {"@type": "Place", "name": "Mariehamn", "address": address}


async def test_it_lasts_from_the_first_session_to_the_last(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    await make_session(db, edition, "Kaffe", type="break", wall_starts=wall(11, 9, 30))
    await make_session(db, edition, "Inställt", status="cancelled", wall_starts=wall(11, 8))
    await make_session(db, edition, "Kväll", wall_starts=wall(12, 22), wall_ends=wall(13, 1))
    told = event(client)
    assert (told["startDate"], told["endDate"]) == ("2027-05-11T09:30:00+02:00", "2027-05-13T01:00:00+02:00")


async def test_a_day_without_sessions_has_no_hour(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    await make_session(db, edition, wall_starts=wall(12, 9))
    told = event(client)
    assert (told["startDate"], told["endDate"]) == ("2027-05-11", "2027-05-12T10:00:00+02:00")


async def test_tickets_are_offers(db: Database, client: TestClient) -> None:
    edition = await make_edition(db, registration_closes_at=datetime(2027, 5, 1, 22, tzinfo=UTC))
    early_until = datetime(2027, 2, 28, 23, tzinfo=UTC)
    await make_ticket_type(db, edition, early_price=99_950, early_until=early_until)
    await make_ticket_type(db, edition, "student", price=0, quota=await make_quota(db, edition, 0))
    await make_ticket_type(db, edition, "hemlig", hidden=True)
    await make_ticket_type(db, edition, "vilande", active=False)
    ordinary = {
        "@type": "Offer",
        "name": "Ordinarie",
        "url": f"http://testserver{edition.path}register?type=ordinarie",
        "price": "999.50",
        "priceCurrency": "SEK",
        "availability": f"{ORG}InStock",
        "validThrough": "2027-03-01T00:00:00+01:00",
    }
    student = {
        **ordinary,
        "name": "Student",
        "url": f"http://testserver{edition.path}register?type=student",
        "price": "0.00",
        "availability": f"{ORG}SoldOut",
        "validThrough": "2027-05-02T00:00:00+02:00",
    }
    assert event(client)["offers"] == [ordinary, student]


async def test_a_coming_sale_tells_when_it_begins_and_at_what_price(db: Database, client: TestClient) -> None:
    opens, begins = datetime(2027, 3, 1, 8, tzinfo=UTC), datetime(2027, 3, 2, 8, tzinfo=UTC)
    edition = await make_edition(db, registration_opens_at=opens)
    await make_ticket_type(db, edition, position=1, early_price=1, early_until=opens - timedelta(days=1))
    await make_ticket_type(db, edition, "sen", position=2, on_sale_from=begins)
    told = [(offer["price"], offer["validFrom"]) for offer in event(client)["offers"]]
    assert told == [("1250.00", "2027-03-01T09:00:00+01:00"), ("1250.00", "2027-03-02T09:00:00+01:00")]


async def test_nothing_is_offered_once_registration_is_closed(db: Database, client: TestClient) -> None:
    edition = await make_edition(db, registration_closes_at=now() - timedelta(minutes=1))
    await make_ticket_type(db, edition)
    assert "offers" not in event(client)


@pytest.mark.parametrize(
    ("kinds", "mode", "places"),
    [
        ({"a": False}, "Offline", ["Place"]),
        ({"a": False, "b": True}, "Mixed", ["Place", "VirtualLocation"]),
        ({"b": True}, "Online", ["VirtualLocation"]),
    ],
)
async def test_taking_part_from_afar(
    db: Database, client: TestClient, kinds: dict[str, bool], mode: str, places: list[str]
) -> None:
    edition = await make_edition(db, **HERE)
    for code, digital in kinds.items():
        await make_ticket_type(db, edition, code, digital=digital)
    told = event(client)
    assert told["eventAttendanceMode"] == f"{ORG}{mode}EventAttendanceMode"
    where = told["location"] if isinstance(told["location"], list) else [told["location"]]
    assert [place["@type"] for place in where] == places


async def test_offers_follow_each_change(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    assert "offers" not in event(client)
    async with db.transaction():
        await make_ticket_type(db, edition)
        await touch_edition(db, edition.id)
    assert [offer["name"] for offer in event(client)["offers"]] == ["Ordinarie"]


async def test_the_page_stands_below_its_series(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    trail = nodes(client.get(edition.path).text)["BreadcrumbList"]["itemListElement"]
    assert [(step["name"], step["item"]) for step in trail] == [
        ("Lokalekonomidagarna", "http://testserver/lokalekonomidagarna/"),
        ("Lokalekonomidagarna 2027", f"http://testserver{edition.path}"),
    ]
