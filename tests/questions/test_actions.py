"""Answers kept, changed and deleted, on both databases."""

from sqlalchemy import func, select

from konferens.database import Database
from konferens.events.model import Edition
from konferens.questions.actions import delete_answers, purge_sensitive, save_answers
from konferens.questions.model import Answer, File, Question
from konferens.questions.queries import answers_in, answers_of, file_of, questions_of
from konferens.tables import answers, sensitive_answers
from tests.factories import make_edition, make_order, make_ticket_type
from tests.questions.factories import counted_writes, make_question

PDF = File("intyg.pdf", "application/pdf", b"%PDF-1.7")


async def prepared(db: Database, edition: Edition, n: int = 2) -> tuple[list[Question], list[int]]:
    """Questions of all sorts, and the ids of `n` tickets."""
    await make_ticket_type(db, edition)
    await make_question(db, edition, "Kost", "choices", choices=["Veganskt", "Annat"], sensitive=True, purpose="Köket")
    await make_question(db, edition, "Bild", "yes_no")
    await make_question(db, edition, "Resa", "choice", choices=["Tåg", "Buss"])
    await make_question(db, edition, "Dag", "date")
    await make_question(db, edition, "Intyg", "file")
    order = await make_order(db, edition, *["ordinarie"] * n)
    return await questions_of(db, edition.id), [ticket.id for ticket in order.tickets]


async def save(db: Database, given: dict[int, dict[int, Answer | None]], questions: list[Question]) -> None:
    async with db.transaction():
        await save_answers(db, given, questions)


async def test_answers_come_back_as_they_were_given_the_sensitive_ones_apart(db: Database, edition: Edition) -> None:
    questions, (first, second) = await prepared(db, edition)
    diet, photo, travel, day, paper = questions
    own: dict[int, Answer | None] = {photo.id: False, travel.id: "Tåg", day.id: "2027-05-11", paper.id: PDF}
    await save(db, {first: {diet.id: ["Veganskt"], **own}, second: {photo.id: True}}, questions)
    listed = {**own, paper.id: File("intyg.pdf", "application/pdf")}
    assert await answers_of(db, [first, second]) == {first: listed, second: {photo.id: True}}
    assert await answers_of(db, [first, second], sensitive=True) == {first: {diet.id: ["Veganskt"]}}
    assert await answers_in(db, edition.id) == {first: listed, second: {photo.id: True}}
    assert await file_of(db, edition.id, first, paper) == PDF
    assert await answers_of(db, []) == {}


async def test_an_emptied_answer_is_deleted_and_others_are_kept(db: Database, edition: Edition) -> None:
    questions, (first, second) = await prepared(db, edition)
    diet, photo, travel, _, paper = questions
    await save(db, {first: {diet.id: ["Annat"], photo.id: True, travel.id: "Tåg", paper.id: PDF}}, questions)
    await save(
        db, {first: {diet.id: None, travel.id: "Buss", paper.id: File("intyg.pdf", "application/pdf")}}, questions
    )
    assert await answers_of(db, [first]) == {
        first: {photo.id: True, travel.id: "Buss", paper.id: File("intyg.pdf", "application/pdf")}
    }
    assert await file_of(db, edition.id, first, paper) == PDF
    assert await answers_of(db, [first], sensitive=True) == {}
    assert await file_of(db, edition.id, second, paper) is None


async def test_a_file_is_of_its_own_edition_only(db: Database, edition: Edition) -> None:
    questions, (first, _) = await prepared(db, edition)
    await save(db, {first: {questions[4].id: PDF}}, questions)
    other = await make_edition(db, slug="2028")
    assert await file_of(db, other.id, first, questions[4]) is None


async def test_answers_to_other_questions_are_passed_over(db: Database, edition: Edition) -> None:
    questions, (first, _) = await prepared(db, edition)
    await save(db, {first: {999_999: "x", questions[1].id: True}}, questions)
    assert await answers_of(db, [first]) == {first: {questions[1].id: True}}


async def test_as_many_statements_for_eight_tickets_as_for_one(db: Database, edition: Edition) -> None:
    questions, ids = await prepared(db, edition, 8)
    own: dict[int, Answer | None] = {questions[0].id: ["Annat"], questions[1].id: True, questions[2].id: None}
    with counted_writes() as one:
        await save(db, {ids[0]: own}, questions)
    with counted_writes() as eight:
        await save(db, dict.fromkeys(ids, own), questions)
    assert len(one) == len(eight) == 4


async def test_tickets_are_forgotten(db: Database, edition: Edition) -> None:
    questions, (first, second) = await prepared(db, edition)
    own: dict[int, Answer | None] = {questions[0].id: ["Annat"], questions[1].id: True}
    await save(db, {first: own, second: own}, questions)
    async with db.transaction():
        await delete_answers(db, [first])
    assert await answers_of(db, [first, second]) == {second: {questions[1].id: True}}
    assert await answers_of(db, [first, second], sensitive=True) == {second: {questions[0].id: ["Annat"]}}


async def test_the_purge_takes_one_edition_s_sensitive_answers(db: Database, edition: Edition) -> None:
    questions, (first, second) = await prepared(db, edition)
    other = await make_edition(db, slug="2028")
    others, (elsewhere, _) = await prepared(db, other)
    await save(
        db,
        {first: {questions[0].id: ["Annat"], questions[1].id: True}, second: {questions[0].id: ["Annat"]}},
        questions,
    )
    await save(db, {elsewhere: {others[0].id: ["Annat"]}}, others)
    async with db.transaction():
        assert await purge_sensitive(db, edition.id) == 2
    assert await db.fetch_val(select(func.count()).select_from(sensitive_answers)) == 1
    assert await db.fetch_val(select(func.count()).select_from(answers)) == 1
