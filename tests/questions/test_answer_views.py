"""The office's pages about answers; whoever looks at sensitive ones is written down."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from konferens.accounts.model import Role
from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.questions.actions import save_answers
from konferens.questions.model import Answer, File, Question
from konferens.questions.queries import questions_of
from konferens.questions.ready import add_ready_made
from konferens.registration.actions import cancel_order
from konferens.tables import audit, editions
from tests.browser import Browser, browser
from tests.factories import ACTOR, make_edition, make_login, make_order, make_ticket_type
from tests.questions.factories import make_question
from tests.registration.office import OFFICE

SENSITIVE = f"{OFFICE}/answers/sensitive"
SECRET = "Nötallergi <b>svår</b>"
PDF = File("intyg.pdf", "application/pdf", b"%PDF-1.7")


async def answered(db: Database, edition: Edition) -> tuple[list[Question], list[int], str]:
    """Two tickets in an order with answers of all sorts: (questions, ticket ids, the order's code)."""
    await make_ticket_type(db, edition)
    await add_ready_made(db, edition, "diet", actor=ACTOR)
    await make_question(db, edition, "Resa", "choice", choices=["Tåg", "Buss"])
    await make_question(db, edition, "Intyg", "file")
    await make_question(db, edition, "Läkarintyg", "file", sensitive=True, purpose="För lokalen")
    questions = await questions_of(db, edition.id)
    diet, text, travel, paper, medical = questions
    order = await make_order(db, edition, "ordinarie", "ordinarie")
    first, second = (ticket.id for ticket in order.tickets)
    given: dict[int, dict[int, Answer | None]] = {
        first: {
            diet.id: ["Veganskt", text.shown_if],
            text.id: SECRET,
            travel.id: "Tåg",
            paper.id: PDF,
            medical.id: PDF,
        },
        second: {diet.id: ["Veganskt"], travel.id: "Tåg"},
    }
    async with db.transaction():
        await save_answers(db, given, questions)
    return questions, [first, second], order.code


async def looks(db: Database) -> list[tuple[str, str]]:
    """(who, what) of each look at sensitive answers."""
    query = select(audit.c.actor, audit.c.action).where(audit.c.action.like("sensitive-answers.%")).order_by(audit.c.id)
    return [(row.actor, row.action) for row in await db.fetch_all(query)]


async def test_ordinary_answers_are_counted_without_any_sensitive_one(
    db: Database, edition: Edition, office: Browser
) -> None:
    _, _, code = await answered(db, edition)
    text = office.visible(f"{OFFICE}/answers")
    assert "Resa 2 av 2 tillfrågade har svarat (100 %)." in text
    assert "Tåg 2 100 % Buss 0 0 %" in text
    listed = office.get(f"{OFFICE}/answers.csv")
    assert listed.headers["content-type"] == "text/csv; charset=utf-8"
    assert listed.content.decode("utf-8-sig").splitlines() == [
        "Bokning;Deltagare;E-post;Organisation;Biljett;Resa;Intyg",
        f"{code};Deltagare 1;deltagare1@example.org;;Ordinarie;Tåg;intyg.pdf",
        f"{code};Deltagare 2;deltagare2@example.org;;Ordinarie;Tåg;",
    ]
    for content in (office.text(f"{OFFICE}/answers"), office.text(f"{OFFICE}/orders/{code}"), listed.text):
        assert "Nötallergi" not in content
        assert "Veganskt" not in content
    assert await looks(db) == []


async def test_the_kitchen_s_page_counts_and_lists_and_is_written_down(
    db: Database, edition: Edition, office: Browser
) -> None:
    await answered(db, edition)
    text = office.visible(SENSITIVE)
    assert "Veganskt 2 100 %" in text
    assert "Deltagare 1 Ordinarie Veganskt, Allergi eller annat Nötallergi <b>svår</b> intyg.pdf" in text
    assert "Svaren raderas efter fredag 11 juni 2027." in text
    assert "&lt;b&gt;svår" in office.text(SENSITIVE)
    assert await looks(db) == [(ACTOR, "sensitive-answers.view")] * 2


async def test_the_kitchen_s_file_is_written_down(db: Database, edition: Edition, office: Browser) -> None:
    _, _, code = await answered(db, edition)
    lines = office.get(f"{SENSITIVE}.csv").content.decode("utf-8-sig").splitlines()
    assert lines == [
        "Bokning;Deltagare;E-post;Organisation;Biljett;Äter du något särskilt?;Vad behöver köket veta?;Läkarintyg",
        f"{code};Deltagare 1;deltagare1@example.org;;Ordinarie;Veganskt, Allergi eller annat;{SECRET};intyg.pdf",
        f"{code};Deltagare 2;deltagare2@example.org;;Ordinarie;Veganskt;;",
    ]
    assert await looks(db) == [(ACTOR, "sensitive-answers.download")]


async def test_files_are_downloaded_and_the_sensitive_ones_written_down(
    db: Database, edition: Edition, office: Browser
) -> None:
    questions, (first, second), _ = await answered(db, edition)
    ordinary = office.get(f"{OFFICE}/answers/{first}/{questions[3].id}")
    assert (ordinary.content, ordinary.headers["content-type"]) == (b"%PDF-1.7", "application/pdf")
    assert ordinary.headers["content-disposition"] == f'attachment; filename="intyg-{first}.pdf"'
    assert await looks(db) == []
    assert office.get(f"{OFFICE}/answers/{first}/{questions[4].id}").status_code == 200
    assert await looks(db) == [(ACTOR, "sensitive-answers.download")]
    assert office.get(f"{OFFICE}/answers/{second}/{questions[3].id}").status_code == 404
    assert office.get(f"{OFFICE}/answers/{first}/{questions[2].id}").status_code == 404


async def test_another_edition_s_files_are_not_found(db: Database, edition: Edition, office: Browser) -> None:
    other = await make_edition(db, slug="2028")
    questions, (first, _), _ = await answered(db, other)
    assert office.get(f"{OFFICE}/answers/{first}/{questions[3].id}").status_code == 404


async def test_cancelled_tickets_are_not_counted(db: Database, edition: Edition, office: Browser) -> None:
    await answered(db, edition)
    gone = await make_order(db, edition)
    questions = await questions_of(db, edition.id)
    async with db.transaction():
        await save_answers(db, {gone.tickets[0].id: {questions[2].id: "Buss"}}, questions)
    assert "Buss 1 33 %" in office.visible(f"{OFFICE}/answers")
    await cancel_order(db, edition, gone, actor=ACTOR, base_url="http://testserver")
    assert "Buss 0 0 %" in office.visible(f"{OFFICE}/answers")


async def test_the_page_says_that_the_answers_are_gone(db: Database, edition: Edition, office: Browser) -> None:
    ended = now().date() - timedelta(days=31)
    assert edition.sensitive_until == date(2027, 6, 11)
    await db.execute(update(editions).values(starts_on=ended, ends_on=ended))
    assert "Svaren raderades efter" in office.visible(SENSITIVE)


@pytest.mark.parametrize("end", ["answers", "answers.csv", "answers/sensitive", "answers/sensitive.csv", "answers/1/1"])
async def test_the_pages_are_for_organisers(db: Database, edition: Edition, end: str) -> None:
    staff = await make_login(db, Role.STAFF, edition, email="staff@example.org")
    with browser(db, staff) as visitor:
        assert visitor.get(f"{OFFICE}/{end}").status_code == 403
    assert await looks(db) == []


async def test_pages_without_questions_or_people(db: Database, edition: Edition, office: Browser) -> None:
    assert "Inga frågor än." in office.visible(f"{OFFICE}/answers")
    assert "Inga känsliga frågor än." in office.visible(SENSITIVE)
    await add_ready_made(db, edition, "diet", actor=ACTOR)
    await add_ready_made(db, edition, "phone", actor=ACTOR)
    assert "Ingen har anmält sig än." in office.visible(f"{OFFICE}/answers")
    assert "Inga svar." in office.visible(SENSITIVE)
