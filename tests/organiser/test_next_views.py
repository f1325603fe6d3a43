"""The office's form for next year's conference."""

from collections.abc import Iterator
from datetime import date

import pytest

from konferens.accounts.model import Role
from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import all_editions, find_edition
from konferens.organiser.copying import parts_of
from konferens.organiser.next_edition import Part
from tests.browser import Browser, browser
from tests.factories import make_edition, make_login, make_session
from tests.questions.factories import make_question

OFFICE = "/organiser/lokalekonomidagarna/2027/"
NEXT = f"{OFFICE}next"
LINK = "Gör nästa års konferens av den här"


@pytest.fixture
async def edition(db: Database) -> Edition:
    return await make_edition(db, name="Lokalekonomidagarna 2027", contact_email="info@example.org")


@pytest.fixture
async def login(db: Database) -> str:
    return await make_login(db, Role.ADMIN)


@pytest.fixture
def office(db: Database, edition: Edition, login: str) -> Iterator[Browser]:
    with browser(db, login) as opened:
        yield opened


async def test_the_form_suggests_the_same_week_a_year_later_and_all_that_there_is(
    db: Database, edition: Edition, office: Browser
) -> None:
    await make_question(db, edition, "Resa")
    await make_session(db, edition, "Lunch", type="meal")
    form = office.form(NEXT)
    form.pop("csrf_token")
    assert form == {
        "name": "Lokalekonomidagarna 2028",
        "slug": "2028",
        "starts_on": "2028-05-09",
        "parts": ["questions", "programme"],
    }
    page = office.visible(NEXT)
    assert "Frågor till deltagarna (1)" in page
    assert "Pauser, måltider, inledning och avslutning i programmet (1)" in page
    assert "Egna mejltexter" not in page


async def test_a_conference_without_parts_asks_for_none(edition: Edition, office: Browser) -> None:
    assert "Ta också med" not in office.visible(NEXT)


async def test_what_is_suggested_becomes_a_draft(db: Database, edition: Edition, office: Browser) -> None:
    await make_question(db, edition, "Resa")
    response = office.post(NEXT, office.form(NEXT))
    assert response.status_code == 303
    settings = "/organiser/lokalekonomidagarna/2028/settings"
    assert response.headers["location"] == f"{settings}?notice=copied"
    assert "Läs igenom texter, datum och priser" in office.text(response.headers["location"])
    created = await find_edition(db, "lokalekonomidagarna", "2028", published_only=False)
    assert (created.name, created.published) == ("Lokalekonomidagarna 2028", False)
    assert (created.starts_on, created.ends_on) == (date(2028, 5, 9), date(2028, 5, 10))
    assert (created.contact_email, await parts_of(db, created.id)) == ("info@example.org", {Part.QUESTIONS: 1})
    assert office.get("/lokalekonomidagarna/2028/").status_code == 404


async def test_a_box_without_a_tick_leaves_its_part(db: Database, edition: Edition, office: Browser) -> None:
    await make_question(db, edition, "Resa")
    form = office.form(NEXT)
    del form["parts"]
    office.post(NEXT, form | {"slug": "host", "starts_on": "2027-10-05"})
    created = await find_edition(db, "lokalekonomidagarna", "host", published_only=False)
    assert (created.ends_on, await parts_of(db, created.id)) == (date(2027, 10, 6), {})


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"slug": "2027"}, "slug", "Adressen är upptagen"),
        ({"slug": "new"}, "slug", "Den adressen är upptagen"),
        ({"slug": "År 2028"}, "slug", "Använd små bokstäver"),
        ({"slug": ""}, "slug", "Skriv sista delen av adressen."),
        ({"name": " "}, "name", "Skriv konferensens namn."),
        ({"starts_on": ""}, "starts_on", "Välj den första dagen."),
        ({"starts_on": "2027-05-12"}, "starts_on", "Den nya konferensen måste börja efter den här."),
        ({"starts_on": "9999-05-12"}, "starts_on", "Skriv ett år mellan 2000 och 2199."),
        ({"parts": "orders"}, "parts", ""),
    ],
)
async def test_what_cannot_be_is_told_beside_its_field(
    db: Database, office: Browser, typed: dict[str, str], field: str, message: str
) -> None:
    edition = await find_edition(db, "lokalekonomidagarna", "2027")
    await make_question(db, edition, "Resa")
    response = office.post(NEXT, office.form(NEXT) | {"name": "Ett eget namn"} | typed)
    assert response.status_code == 422
    assert f'id="{field}-error">{message}' in response.text
    assert typed.get("name") is not None or 'value="Ett eget namn"' in response.text
    assert len(await all_editions(db, published_only=False)) == 1


async def test_the_entrance_leads_there_from_the_latest_of_each_series(
    db: Database, edition: Edition, office: Browser
) -> None:
    await make_edition(db, slug="2026", starts_on=date(2026, 5, 12), ends_on=date(2026, 5, 13))
    page = office.text("/organiser/")
    assert f'href="{NEXT}"' in page
    assert page.count(LINK) == 1
    assert f'href="{NEXT}"' in office.text(OFFICE)


async def test_only_those_who_make_conferences_may(db: Database, edition: Edition) -> None:
    with browser(db, await make_login(db, Role.ORGANISER, edition)) as organiser:
        assert LINK not in organiser.text("/organiser/") + organiser.text(OFFICE)
        assert organiser.get(NEXT).status_code == 403
        token = organiser.token(f"{OFFICE}settings")
        assert organiser.client.post(NEXT, data={"csrf_token": token}).status_code == 403
