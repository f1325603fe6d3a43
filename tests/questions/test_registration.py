"""Questions on the registration page, as attendees meet them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from konferens.database import Database
from konferens.events.model import Edition
from konferens.questions.model import File, Question
from konferens.questions.queries import answers_in, file_of, questions_of
from konferens.questions.ready import add_ready_made
from konferens.tables import tickets
from tests.browser import Browser, browser
from tests.factories import ACTOR, make_ticket_type
from tests.questions.factories import make_question

PAGE = "/lokalekonomidagarna/2027/register"
ANNA = {"tickets-0-type": "ordinarie", "tickets-0-name": "Anna", "tickets-0-email": "anna@example.org"}
PDF = b"%PDF-1.7 a paper"


@pytest.fixture
async def questions(db: Database, edition: Edition) -> dict[str, Question]:
    """By code: what diet, what the kitchen needs to know, how one travels (required), a paper of students."""
    await make_ticket_type(db, edition)
    student = await make_ticket_type(db, edition, "student")
    await add_ready_made(db, edition, "diet", actor=ACTOR)
    await make_question(db, edition, "Resa", "choice", choices=["Tåg", "Buss"], required=True)
    await make_question(db, edition, "Intyg", "file", type_ids=(student,), required=True)
    return {each.code: each for each in await questions_of(db, edition.id)}


@pytest.fixture
def visitor(db: Database) -> Iterator[Browser]:
    with browser(db) as opened:
        yield opened


async def test_what_is_answered_is_kept_and_what_does_not_apply_is_not(
    db: Database, edition: Edition, questions: dict[str, Question], visitor: Browser
) -> None:
    answers = {
        "tickets-0-q-diet": ["Veganskt"],
        "tickets-0-q-diet-text": "Står kvar från ett svar som ändrades",
        "tickets-0-q-resa": "Tåg",
    }
    placed = visitor.post(PAGE, {**ANNA, **answers})
    assert placed.status_code == 303
    (ordinary,) = (await answers_in(db, edition.id)).values()
    (sensitive,) = (await answers_in(db, edition.id, sensitive=True)).values()
    assert ordinary == {questions["resa"].id: "Tåg"}
    assert sensitive == {questions["diet"].id: ["Veganskt"]}


async def test_what_is_missing_is_told_and_nothing_is_lost(
    db: Database, edition: Edition, questions: dict[str, Question], visitor: Browser
) -> None:
    sent = visitor.post(PAGE, {**ANNA, "tickets-0-q-diet": ["Glutenfritt", "Allergi eller annat"]})
    assert sent.status_code == 422
    assert 'id="tickets-0-q-diet-text-error"' in sent.text
    assert 'id="tickets-0-q-resa-error"' in sent.text
    assert 'id="tickets-0-q-intyg-error"' not in sent.text
    assert sent.text.count('checked id="tickets-0-q-diet-') == 2
    assert await answers_in(db, edition.id) == {}


async def test_conditions_are_told_in_words(questions: dict[str, Question], visitor: Browser) -> None:
    text = visitor.visible(PAGE)
    assert "Om du svarade ”Allergi eller annat” på ”Äter du något särskilt?”." in text
    assert "Gäller biljetten: Student." in text
    assert "raderas efter fredag 11 juni 2027" in text


async def test_a_file_is_sent_along_and_named_when_it_must_be_chosen_again(
    db: Database, edition: Edition, questions: dict[str, Question], visitor: Browser
) -> None:
    student = {**ANNA, "tickets-0-type": "student"}
    files = {"tickets-0-q-intyg": ("mitt intyg.pdf", PDF, "application/octet-stream")}
    again = visitor.post(PAGE, student, files=files)
    assert again.status_code == 422
    assert "Välj mitt intyg.pdf en gång till" in again.text
    placed = visitor.post(PAGE, {**student, "tickets-0-q-resa": "Buss"}, files=files)
    assert placed.status_code == 303
    ticket = await db.fetch_val(select(tickets.c.id))
    assert await file_of(db, edition.id, ticket, questions["intyg"]) == File("mitt intyg.pdf", "application/pdf", PDF)


async def test_a_program_in_the_guise_of_a_pdf_is_refused(questions: dict[str, Question], visitor: Browser) -> None:
    files = {"tickets-0-q-intyg": ("intyg.pdf", b"MZ\x90", "application/pdf")}
    sent = visitor.post(PAGE, {**ANNA, "tickets-0-type": "student", "tickets-0-q-resa": "Buss"}, files=files)
    assert sent.status_code == 422
    assert "Den sortens fil går inte att ta emot." in sent.text


async def test_the_order_s_page_tells_no_sensitive_answer(questions: dict[str, Question], visitor: Browser) -> None:
    answers = {"tickets-0-q-diet": ["Veganskt"], "tickets-0-q-resa": "Tåg"}
    placed = visitor.post(PAGE, {**ANNA, **answers})
    assert "Veganskt" not in visitor.text(placed.headers["location"])
