"""An organiser asks with a few clicks, attendees meet only what applies to them, the kitchen reads its page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from konferens.database import Database
from konferens.questions.model import Answer
from konferens.questions.queries import answers_in, questions_of
from tests.factories import make_edition, make_ticket_type
from tests.journeys.conftest import BrowserPage
from tests.journeys.server import Server
from tests.journeys.test_register import DESKTOP, ORDER_PAGE, PHONE, Axe, fill_in, fits, send
from tests.questions.factories import make_question

SignIn = Callable[[Page, str], None]


async def _event(db: Database, name: str) -> int:
    """A conference with two ticket types, and a question for students only; gives its id."""
    edition = await make_edition(db, name, name=name.title())
    await make_ticket_type(db, edition, "ordinarie")
    student = await make_ticket_type(db, edition, "student", price=40_000)
    await make_question(db, edition, "Var studerar du?", type_ids=(student,), required=True)
    return edition.id


def answered(server: Server, edition_id: int) -> list[dict[str, Answer]]:
    """What each ticket answered, sensitive or not, by the questions' codes."""

    async def read(db: Database) -> list[dict[str, Answer]]:
        codes = {each.id: each.code for each in await questions_of(db, edition_id)}
        ordinary = await answers_in(db, edition_id)
        sensitive = await answers_in(db, edition_id, sensitive=True)
        return [
            {codes[key]: answer for each in (ordinary, sensitive) for key, answer in each.get(ticket, {}).items()}
            for ticket in sorted(ordinary.keys() | sensitive.keys())
        ]

    return server.db(read)


def test_questions_from_the_office_to_the_kitchen(
    server: Server, browser_page: BrowserPage, sign_in: SignIn, axe: Axe
) -> None:
    edition = server.db(lambda db: _event(db, "matting"))
    office = browser_page(*DESKTOP)
    sign_in(office, "/organiser/matting/2027/questions")
    office.get_by_role("button", name="Mat och allergier").click()
    office.get_by_role("button", name="Resa", exact=True).click()
    axe(office)
    office.get_by_role("link", name="Hur reser du hit?").click()
    axe(office)

    page = browser_page(*PHONE)
    page.goto("/matting/2027/register")
    diet = page.get_by_role("checkbox", name="Allergi eller annat")
    kitchen, school = page.get_by_label("Vad behöver köket veta?"), page.get_by_label("Var studerar du?")
    page.locator("summary", has_text="Mat, hälsa och tillgänglighet").click()
    expect(diet).to_be_visible()
    expect(kitchen).to_be_hidden()
    expect(school).to_be_hidden()
    fill_in(page, 0, "Åsa Öberg", "asa@example.org", "Student")
    expect(school).to_be_visible()
    school.fill("Umeå")
    diet.check()
    expect(kitchen).to_be_visible()
    expect(page.locator(".question-condition").first).to_be_hidden()  # nothing to say: it shows by itself
    axe(page)
    assert fits(page)
    kitchen.fill("Nötallergi")
    page.get_by_role("radio", name="Ordinarie").check()
    expect(school).to_be_hidden()
    page.get_by_role("checkbox", name="Tåg").check()
    send(page)
    page.wait_for_url(ORDER_PAGE)
    assert answered(server, edition) == [
        {"travel": ["Tåg"], "diet": ["Allergi eller annat"], "diet-text": "Nötallergi"}
    ]

    for width, height in (PHONE, DESKTOP):
        office.set_viewport_size({"width": width, "height": height})
        for end in ("answers", "answers/sensitive", "questions"):
            office.goto(f"/organiser/matting/2027/{end}")
            axe(office)
            assert fits(office)
    office.goto("/organiser/matting/2027/answers/sensitive")
    expect(office.get_by_role("row", name="Åsa Öberg")).to_contain_text("Nötallergi")


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_without_scripts_the_conditions_are_told_in_words(
    size: tuple[int, int], server: Server, browser_page: BrowserPage
) -> None:
    slug = f"ordting-{size[0]}"
    edition = server.db(lambda db: _event(db, slug))
    page = browser_page(*size, scripts=False)
    page.goto(f"/{slug}/2027/register")
    expect(page.get_by_text("Gäller biljetten: Student.")).to_be_visible()
    fill_in(page, 0, "Åsa Öberg", "asa@example.org")
    page.get_by_label("Var studerar du?").fill("Ingenstans")
    send(page)
    page.wait_for_url(ORDER_PAGE)
    assert answered(server, edition) == []
