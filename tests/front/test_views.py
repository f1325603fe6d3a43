"""The front pages, on both databases."""

import re
from datetime import UTC, date, datetime, time, timedelta
from html import unescape

import pytest
from starlette.testclient import TestClient

from konferens.clock import now
from konferens.database import Database
from konferens.events.actions import touch_edition
from konferens.formats import day
from konferens.front.views import highlights
from tests.factories import (
    make_addon,
    make_edition,
    make_quota,
    make_session,
    make_speaker,
    make_ticket_type,
    make_track,
)

TODAY = now().date()


def words(html: str) -> str:
    """The page's words with single blanks between them."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def posters(html: str) -> list[str]:
    return re.findall(r'class="poster-name[^>]*><a href="([^"]+)"', html)


async def test_coming_conferences_the_next_first_then_earlier_ones(db: Database, client: TestClient) -> None:
    for slug, days in (("late", 60), ("soon", 3), ("past", -30), ("older", -300)):
        starts = TODAY + timedelta(days=days)
        await make_edition(db, "dagarna", slug, starts_on=starts, ends_on=starts)
    html = client.get("/").text
    assert posters(html) == ["/dagarna/soon/", "/dagarna/late/"]
    assert re.findall(r'<li><a href="(/dagarna/[^"]+)"', html) == ["/dagarna/past/", "/dagarna/older/"]


async def test_an_edition_is_coming_until_its_last_day_ends(db: Database, client: TestClient) -> None:
    await make_edition(db, "dagarna", "now", starts_on=TODAY - timedelta(days=1), ends_on=TODAY + timedelta(days=1))
    assert posters(client.get("/").text) == ["/dagarna/now/"]


async def test_without_conferences(client: TestClient) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "Just nu finns ingen kommande konferens." in response.text


async def test_drafts_are_nowhere(db: Database, client: TestClient) -> None:
    draft = await make_edition(db, "hemlig", "2027", name="Hemlig", published=False)
    code = await make_session(db, draft, wall_starts=datetime(2027, 5, 11, 9))  # noqa: DTZ001 - a wall clock
    assert "Hemlig" not in client.get("/").text
    for path in ("/hemlig/", "/hemlig/2027/", "/hemlig/2027/programme", "/hemlig/2027/speakers/"):
        assert client.get(path).status_code == 404
    assert client.get(f"/hemlig/2027/sessions/{code}").status_code == 404
    assert client.get(f"/hemlig/2027/look-{draft.version}.css").status_code == 404


async def test_a_series_shows_its_editions_only(db: Database, client: TestClient) -> None:
    await make_edition(db, "dagarna", "2027")
    await make_edition(db, "andra", "2027")
    html = client.get("/dagarna/").text
    assert posters(html) == ["/dagarna/2027/"]


async def test_an_edition_tells_when_where_and_how_to_come(db: Database, client: TestClient) -> None:
    edition = await make_edition(
        db, tagline="Pengar som stannar", description="Vi **möts**.", venue_name="Folkets hus", venue_city="Åre"
    )
    await make_ticket_type(db, edition)
    html = client.get(edition.path).text
    for text in ("11–12 maj 2027 · Åre", "Pengar som stannar", "<strong>möts</strong>", "Folkets hus", "Anmäl dig"):
        assert text in html


@pytest.mark.parametrize(
    ("opens", "closes", "told"),
    [
        (30, None, "Anmälan öppnar"),
        (-30, -1, "Anmälan är stängd."),
        (-30, 30, "Anmäl dig"),
    ],
)
async def test_registration_states(opens: int, closes: int | None, told: str, db: Database, client: TestClient) -> None:
    moment = now()
    starts = (moment + timedelta(days=60)).date()
    edition = await make_edition(
        db,
        starts_on=starts,
        ends_on=starts,
        registration_opens_at=moment + timedelta(days=opens),
        registration_closes_at=None if closes is None else moment + timedelta(days=closes),
    )
    await make_ticket_type(db, edition)
    html = client.get(edition.path).text
    assert told in html
    assert ('class="button button-primary"' in html) == (told == "Anmäl dig")


async def test_tracks_colours_are_in_the_look(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    await make_track(db, edition, "Energi", colour="#226688")
    page = client.get(edition.path).text
    (address,) = re.findall(r'href="([^"]+look-\d+\.css)"', page)
    response = client.get(address)
    assert response.text == ".track-energi{--track:#226688}\n"
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-type"] == "text/css; charset=utf-8"


async def test_the_look_of_another_version_is_not_kept(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    for address in (f"look-{edition.version + 1}.css", f"look-{edition.version}.css?x"):
        assert client.get(edition.path + address).headers["cache-control"] == "public, no-cache"


async def test_shared_links_have_title_description_and_address(db: Database, client: TestClient) -> None:
    edition = await make_edition(db, name='Dagarna "27"', tagline='Bygd & "pengar"')
    html = client.get(edition.path, params={"utm_source": "x"}).text
    assert '<meta property="og:title" content="Dagarna &#34;27&#34;">' in html
    assert '<meta name="description" content="Bygd &amp; &#34;pengar&#34;">' in html
    assert '<link rel="canonical" href="http://testserver/lokalekonomidagarna/2027/">' in html


async def test_pages_that_are_not_public_have_no_address_to_share(client: TestClient) -> None:
    html = client.get("/login").text
    assert "og:url" not in html
    assert "canonical" not in html


async def test_highlights_are_keynotes_first_then_one_of_each_track(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    energy, capital = await make_track(db, edition, "Energi"), await make_track(db, edition, "Kapital")
    speaker = await make_speaker(db, edition)

    async def add(title: str, hour: int, **values: object) -> None:
        wall = datetime(2027, 5, 11, hour)  # noqa: DTZ001 - a wall clock
        await make_session(db, edition, title, wall_starts=wall, speakers=[(speaker, "speaker")], **values)

    await add("Energi 1", 9, track_id=energy)
    await add("Energi 2", 10, track_id=energy)
    await add("Kapital 1", 11, track_id=capital, status="cancelled")
    await add("Kapital 2", 12, track_id=capital)
    await add("Stjärna", 13, type="keynote", track_id=energy)
    html = client.get(edition.path).text.partition('id="highlights"')[2].partition("</section>")[0]
    assert re.findall(r"<h3><a[^>]*>([^<]+)", html) == ["Stjärna", "Kapital 2"]
    assert highlights([]) == []


async def test_errors_are_in_the_visitors_language(client: TestClient) -> None:
    swedish, english = client.get("/finns-inte/"), client.get("/finns-inte/", headers={"Accept-Language": "en"})
    assert (swedish.status_code, english.status_code) == (404, 404)
    assert '<html lang="sv">' in swedish.text
    assert '<html lang="en">' in english.text
    assert "Sidan finns inte" in swedish.text


async def test_dates_follow_the_language(db: Database, client: TestClient) -> None:
    edition = await make_edition(db, starts_on=date(2027, 4, 30), ends_on=date(2027, 5, 1))
    assert "30 april–1 maj 2027" in client.get(edition.path).text
    assert "30 April–1 May 2027" in client.get(edition.path, headers={"Accept-Language": "en-GB"}).text


async def test_an_edition_becomes_earlier_by_the_clock_alone(
    db: Database, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kept front page ends with the conference."""
    await make_edition(db, "dagarna", "2027", starts_on=TODAY, ends_on=TODAY + timedelta(days=1))
    assert posters(client.get("/").text) == ["/dagarna/2027/"]
    later = datetime.now(UTC) + timedelta(days=3)
    monkeypatch.setattr("konferens.front.views.now", lambda: later)
    monkeypatch.setattr("konferens.web.cache.time.time", later.timestamp)
    assert posters(client.get("/").text) == []


async def test_nobody_is_asked_to_register_where_there_are_no_tickets(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    assert "Anmäl dig" not in client.get(edition.path).text
    await make_ticket_type(db, edition)
    await touch_edition(db, edition.id)
    assert "Anmäl dig" in client.get(edition.path).text


async def test_an_early_price_tells_its_last_day_and_gives_way_by_the_clock_alone(
    db: Database, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kept page ends with the early price."""
    edition = await make_edition(db)
    until = datetime.combine(TODAY + timedelta(days=10), time.min, edition.zone)
    await make_ticket_type(db, edition, early_price=85_000, early_until=until)
    await touch_edition(db, edition.id)
    last = day(TODAY + timedelta(days=9))
    assert f"850 kr till och med {last}, sedan 1 250 kr" in words(client.get(edition.path).text)
    later = until + timedelta(seconds=1)
    monkeypatch.setattr("konferens.front.views.now", lambda: later)
    monkeypatch.setattr("konferens.web.cache.time.time", later.timestamp)
    page = words(client.get(edition.path).text)
    assert ("1 250 kr" in page, "850 kr" in page) == (True, False)


async def test_what_only_a_code_opens_is_not_told(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    await make_ticket_type(db, edition, "medverkande", hidden=True)
    await touch_edition(db, edition.id)
    told = client.get(f"/api/v1/events/{edition.ref}").json()["ticket_types"]
    assert [kind["code"] for kind in told] == ["ordinarie"]
    assert "<strong>Medverkande</strong>" not in client.get(edition.path).text


async def test_addons_are_told_until_their_sale_ends(
    db: Database, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition, digital=True, valid_on=date(2027, 5, 12))
    quota = await make_quota(db, edition, 5)
    ends = now() + timedelta(days=3)
    starts = datetime(2027, 5, 11, 16, 30, tzinfo=UTC)
    await make_addon(db, edition, quota=quota, starts_at=starts, location="Loftet", on_sale_until=ends)
    await make_addon(db, edition, "buss", active=False)
    await touch_edition(db, edition.id)
    page = words(client.get(edition.path).text)
    assert "Ordinarie Digitalt onsdag 12 maj" in page
    assert "Middag tisdag 11 maj kl. 18.30, Loftet 395 kr Få platser kvar" in page
    assert "Buss" not in page
    later = ends + timedelta(seconds=1)
    monkeypatch.setattr("konferens.front.views.now", lambda: later)
    monkeypatch.setattr("konferens.web.cache.time.time", later.timestamp)
    assert "Middag" not in words(client.get(edition.path).text)


async def test_the_api_tells_the_price_of_the_moment_and_what_can_be_added(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    until = datetime.combine(date(2027, 3, 2), time.min, edition.zone)
    await make_ticket_type(db, edition, early_price=85_000, early_until=until, min_per_order=2)
    await make_ticket_type(db, edition, "medverkande", hidden=True)
    await make_addon(db, edition, types=["ordinarie", "medverkande"], location="Loftet")
    await make_addon(db, edition, "hotell", types=["medverkande"])
    told = client.get(f"/api/v1/events/{edition.ref}").json()
    (kind,) = told["ticket_types"]
    expected = (
        {"amount": 85_000, "currency": "SEK"},
        "2027-03-02T00:00:00+01:00",
        {"amount": 125_000, "currency": "SEK"},
        2,
    )
    assert (kind["price"], kind["price_until"], kind["next_price"], kind["min_per_order"]) == expected
    assert told["addons"] == [
        {
            "code": "middag",
            "name": "Middag",
            "description": "",
            "price": {"amount": 39_500, "currency": "SEK"},
            "vat_rate": 12,
            "available": None,
            "on_sale": True,
            "ticket_types": ["ordinarie"],
            "starts_at": None,
            "ends_at": None,
            "location": "Loftet",
        }
    ]
