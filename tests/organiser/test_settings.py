"""An edition's settings, publishing it, and new editions."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest

from konferens.accounts.model import Role
from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id, find_edition
from konferens.programme.queries import find_session
from tests.browser import Browser, browser
from tests.factories import make_addon, make_edition, make_login, make_session, make_ticket_type, wall

SETTINGS = "/organiser/lokalekonomidagarna/2027/settings"

NEVER = ("payment_reminder_days", "expire_unpaid_days", "event_reminder_days", "thanks_days")


@pytest.fixture
async def edition(db: Database) -> Edition:
    return await make_edition(db, bankgiro="123-4566", contact_email="info@example.org", description="Rad.\n\nRad två.")


@pytest.fixture
async def login(db: Database) -> str:
    return await make_login(db, Role.ADMIN)


@pytest.fixture
def office(db: Database, edition: Edition, login: str) -> Iterator[Browser]:
    with browser(db, login) as opened:
        yield opened


async def test_saving_untouched_changes_nothing(db: Database, edition: Edition, office: Browser) -> None:
    response = office.post(SETTINGS, office.form(SETTINGS))
    assert response.headers["location"] == f"{SETTINGS}?notice=saved"
    assert await edition_by_id(db, edition.id) == edition


async def test_everything_can_be_changed(db: Database, edition: Edition, office: Browser) -> None:
    typed = {
        "name": "Lokalekonomidagarna i Åmål",
        "tagline": "Två dagar",
        "description": "Om",
        "practical": "Tåg",
        "language": "en",
        "theme": "omstallning",
        "starts_on": "2027-05-10",
        "ends_on": "2027-05-12",
        "venue_name": "Folkets hus",
        "venue_address": "Storgatan 1",
        "venue_city": "Åmål",
        "latitude": "59.05",
        "longitude": "12.7",
        "contact_email": "hej@example.org",
        "payment_terms_days": "14",
        "day_starts": "08:30",
        "day_ends": "02:00",
        "registration_opens_at": "2027-01-01T08:00",
        "registration_closes_at": "2027-05-01T23:59",
        "bankgiro": "1234566",
        "swish_number": "123 456 78 90",
        "seller_name": "Föreningen Byarna",
        "seller_address": "Byavägen 1\r\n123 45 Byn",
        "seller_orgnr": "8020160001",
        "seller_vat_number": "se 802016-0001 01",
        "f_tax": "y",
        "exemption_text": "Ideell förening",
        "accepts_swish": "y",
        "payment_reminder_days": "5",
        "expire_unpaid_days": "14",
        "event_reminder_days": "7",
        "thanks_days": "2",
        "cancel_free_until": "2027-04-10",
        "cancel_keep_percent": "50",
        "sensitive_days": "14",
        "personal_days": "90",
    }
    assert office.post(SETTINGS, office.form(SETTINGS) | typed).status_code == 303
    saved = await edition_by_id(db, edition.id)
    as_typed = ("name", "tagline", "description", "practical", "language", "theme", "venue_city", "contact_email")
    assert {name: getattr(saved, name) for name in as_typed} == {name: typed[name] for name in as_typed}
    assert (saved.starts_on, saved.latitude, saved.payment_terms_days) == (date(2027, 5, 10), 59.05, 14)
    assert (saved.seller_name, saved.seller_address) == ("Föreningen Byarna", "Byavägen 1\n123 45 Byn")
    assert (saved.seller_orgnr, saved.seller_vat_number) == ("802016-0001", "SE802016000101")
    assert (saved.f_tax, saved.exemption_text) == (True, "Ideell förening")
    assert (saved.bankgiro, saved.swish_number) == ("123-4566", "1234567890")
    assert (saved.accepts_invoice, saved.accepts_swish) == (True, True)
    assert (saved.payment_reminder_days, saved.expire_unpaid_days) == (5, 14)
    assert (saved.event_reminder_days, saved.thanks_days) == (7, 2)
    assert (saved.cancel_free_until, saved.cancel_keep_percent) == (date(2027, 4, 10), 50)
    assert (saved.sensitive_days, saved.personal_days) == (14, 90)
    assert (saved.day_starts, saved.day_ends) == (time(8, 30), time(2))
    assert saved.registration_opens_at == datetime(2027, 1, 1, 7, 0, tzinfo=UTC)  # winter: UTC+1
    assert saved.registration_closes_at == datetime(2027, 5, 1, 21, 59, tzinfo=UTC)  # summer: UTC+2
    assert saved.version == edition.version + 1


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"name": " "}, "Skriv konferensens namn."),
        ({"starts_on": "2027-05-13"}, "Den sista dagen kommer före den första."),
        ({"ends_on": "2027-12-31"}, "En konferens kan vara högst 31 dagar."),
        ({"starts_on": "igår"}, "Första dagen"),
        ({"time_zone": "Europe/Karlstad"}, "Skriv en tidszon som Europe/Stockholm."),
        ({"time_zone": "../etc/passwd"}, "Skriv en tidszon som Europe/Stockholm."),
        ({"theme": "rosa"}, "Utseende"),
        ({"bankgiro": "123-4567"}, "Numret stämmer inte."),
        ({"seller_orgnr": "802016-0002"}, "Organisationsnumret stämmer inte."),
        ({"seller_vat_number": "SE802016000201"}, "Det är SE, organisationsnumret och 01"),
        ({"swish_number": "070-123 45 67"}, "Ett swishnummer för företag"),
        ({"latitude": "190"}, "Latituden går från −90 till 90."),
        ({"contact_email": "info@"}, "Det ser inte ut som en e-postadress."),
        (
            {"registration_opens_at": "2027-05-01T08:00", "registration_closes_at": "2027-04-01T08:00"},
            "Anmälan stänger innan den öppnar.",
        ),
        ({"payment_terms_days": "-1"}, "Skriv ett tal från 0 till 365."),
    ],
)
async def test_what_cannot_be_saved_is_said(
    db: Database, edition: Edition, office: Browser, typed: dict[str, str], message: str
) -> None:
    response = office.post(SETTINGS, office.form(SETTINGS) | {"tagline": "Kvar"} | typed)
    assert response.status_code == 422
    assert message in response.text.partition('class="error-summary"')[2].partition("</ul>")[0]
    assert 'value="Kvar"' in response.text
    assert await edition_by_id(db, edition.id) == edition


async def test_another_zone_keeps_the_programmes_clock_times(db: Database, edition: Edition, office: Browser) -> None:
    code = await make_session(db, edition, wall_starts=wall(11, 9))
    office.post(SETTINGS, office.form(SETTINGS) | {"time_zone": "Europe/Helsinki"})
    assert (await find_session(db, edition.id, code)).starts_at == datetime(2027, 5, 11, 6, tzinfo=UTC)


async def test_publishing_and_taking_away(db: Database, edition: Edition, office: Browser) -> None:
    to = "/organiser/lokalekonomidagarna/2027/publication"
    response = office.post(to, {}, page=SETTINGS)
    assert response.headers["location"] == f"{SETTINGS}?notice=unpublished"
    assert not (await edition_by_id(db, edition.id)).published
    assert office.post(to, {"published": "1"}, page=SETTINGS).headers["location"] == f"{SETTINGS}?notice=published"
    assert (await edition_by_id(db, edition.id)).published


async def test_a_new_conference_in_a_new_series_is_a_draft(db: Database, office: Browser) -> None:
    typed = {
        "series": "",
        "series_name": "Bymackens dag",
        "organisation": "Bymackarna",
        "name": "Bymackens dag 2028",
        "slug": "2028",
        "starts_on": "2028-03-04",
        "ends_on": "2028-03-04",
    }
    response = office.post("/organiser/new", typed)
    assert response.headers["location"] == "/organiser/bymackens-dag/2028/settings?notice=created"
    created = await find_edition(db, "bymackens-dag", "2028", published_only=False)
    assert (created.name, created.series.organisation, created.published) == ("Bymackens dag 2028", "Bymackarna", False)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"slug": "2027"}, "Adressen är upptagen"),
        ({"slug": "År 2028"}, "Använd små bokstäver"),
        ({"series": "", "series_name": ""}, "Skriv den nya seriens namn"),
        ({"series": "", "series_name": "Organiser"}, "upptaget av webbplatsen själv"),
        ({"series": "", "series_name": "Lokalekonomidagarna", "slug": "2028"}, "Adressen är upptagen"),
        ({"series": "finns-inte"}, "Serie"),
    ],
)
async def test_a_new_conference_needs_an_address_of_its_own(
    office: Browser, typed: dict[str, str], message: str
) -> None:
    filled = {"series": "lokalekonomidagarna", "name": "Ny", "slug": "2028"}
    dates = {"starts_on": "2028-03-04", "ends_on": "2028-03-05"}
    response = office.post("/organiser/new", filled | dates | typed)
    assert response.status_code == 422
    assert message in response.text.partition('class="error-summary"')[2].partition("</ul>")[0]


async def test_what_is_left_empty_does_not_happen(db: Database, edition: Edition, office: Browser) -> None:
    office.post(SETTINGS, office.form(SETTINGS) | dict.fromkeys(NEVER, "5") | {"cancel_free_until": "2027-04-10"})
    office.post(SETTINGS, office.form(SETTINGS) | dict.fromkeys((*NEVER, "cancel_free_until"), ""))
    saved = await edition_by_id(db, edition.id)
    assert {name: getattr(saved, name) for name in (*NEVER, "cancel_free_until")} == dict.fromkeys(
        (*NEVER, "cancel_free_until")
    )


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"payment_reminder_days": "0"}, "payment_reminder_days", "Skriv ett tal från 1 till 90."),
        (
            {"payment_reminder_days": "14", "expire_unpaid_days": "14"},
            "expire_unpaid_days",
            "Då hinner påminnelsen inte",
        ),
        ({"event_reminder_days": "61"}, "event_reminder_days", "Skriv ett tal från 1 till 60."),
        ({"thanks_days": "snart"}, "thanks_days", "Skriv ett heltal med siffror."),
        ({"cancel_free_until": "9999-12-31"}, "cancel_free_until", "Skriv ett år mellan 2000 och 2199."),
        ({"cancel_keep_percent": "101"}, "cancel_keep_percent", "Skriv ett tal från 0 till 100."),
        ({"cancel_keep_percent": ""}, "cancel_keep_percent", "Skriv ett tal med siffror."),
        ({"sensitive_days": ""}, "sensitive_days", "Skriv ett antal dagar."),
        ({"sensitive_days": "30", "personal_days": "29"}, "personal_days", "De känsliga svaren kan inte sparas längre"),
    ],
)
async def test_terms_that_cannot_be_are_told_beside_their_field(
    edition: Edition, office: Browser, typed: dict[str, str], field: str, message: str
) -> None:
    response = office.post(SETTINGS, office.form(SETTINGS) | typed)
    assert response.status_code == 422
    assert f'id="{field}-error">{message}' in response.text


async def test_what_costs_can_be_paid_in_some_way(db: Database, edition: Edition, office: Browser) -> None:
    form = {name: value for name, value in office.form(SETTINGS).items() if not name.startswith("accepts_")}
    assert office.post(SETTINGS, form).status_code == 303  # nothing costs anything yet
    await make_ticket_type(db, edition, price=0)
    await make_addon(db, edition, price=39_500)
    response = office.post(SETTINGS, form)
    assert response.status_code == 422
    assert "Välj minst ett sätt att betala" in response.text
    response = office.post(SETTINGS, form | {"accepts_swish": "y"})
    assert response.status_code == 422
    assert "Utan faktura är Swish enda sättet att betala." in response.text
    assert office.post(SETTINGS, form | {"accepts_swish": "y", "swish_number": "1234567890"}).status_code == 303
