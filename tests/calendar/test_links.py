"""Links into people's calendars on the web."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

from konferens.calendar.links import event_links, subscription_links
from konferens.database import Database
from tests.factories import make_edition


async def test_the_conference_as_an_all_day_event(db: Database) -> None:
    edition = await make_edition(
        db, name="Å & Ö", starts_on=date(2027, 12, 30), ends_on=date(2027, 12, 31), venue_name="Folkets hus"
    )
    google, outlook, office = event_links(edition, base_url="https://example.org")
    assert parse_qs(urlsplit(google.url).query) == {
        "action": ["TEMPLATE"],
        "text": ["Å & Ö"],
        "dates": ["20271230/20280101"],
        "location": ["Folkets hus"],
        "details": ["https://example.org/lokalekonomidagarna/2027/"],
    }
    asked = parse_qs(urlsplit(outlook.url).query)
    assert (asked["subject"], asked["startdt"], asked["enddt"]) == (["Å & Ö"], ["2027-12-30"], ["2028-01-01"])
    assert "+" not in outlook.url
    assert urlsplit(office.url).query == urlsplit(outlook.url).query


def test_a_feed_is_subscribed_to_on_the_device_and_on_the_web() -> None:
    feed = "https://example.org/my/ABC/calendar.ics"
    device, google, outlook, _ = subscription_links(feed, "Dagarna 2027")
    assert device.url == "webcal://example.org/my/ABC/calendar.ics"
    assert parse_qs(urlsplit(google.url).query) == {"cid": [device.url]}
    assert parse_qs(urlsplit(outlook.url).query) == {"url": [feed], "name": ["Dagarna 2027"]}
