"""The office's pages about questions."""

import pytest

from konferens.accounts.model import Role
from konferens.database import Database
from konferens.events.model import Edition
from konferens.questions.actions import save_answers
from konferens.questions.model import Question
from konferens.questions.queries import questions_of
from tests.browser import Browser, browser
from tests.factories import make_login, make_order, make_ticket_type
from tests.questions.factories import make_question
from tests.registration.office import OFFICE

PAGE = f"{OFFICE}/questions"
FILLED = {
    "label": "Hur reser du?",
    "kind": "choice",
    "choices": "Tåg\n\n Buss \nTåg",
    "purpose": "För bussarna",
    "active": "y",
}


async def only(db: Database, edition: Edition) -> Question:
    (question,) = await questions_of(db, edition.id, active_only=False)
    return question


async def test_a_question_is_added(db: Database, edition: Edition, office: Browser) -> None:
    type_id = await make_ticket_type(db, edition)
    response = office.post(f"{PAGE}/new", {**FILLED, "ticket_types": str(type_id), "required": "y"})
    assert (response.status_code, response.headers["location"]) == (303, f"{PAGE}?notice=created")
    made = await only(db, edition)
    assert (made.code, made.kind, made.choices, made.ticket_types) == (
        "hur-reser-du",
        "choice",
        ("Tåg", "Buss"),
        frozenset({"ordinarie"}),
    )
    assert (made.required, made.sensitive, made.active, made.shown_by_id) == (True, False, True, None)
    assert "För Ordinarie." in office.visible(PAGE)


async def test_saving_a_question_unchanged_changes_nothing(db: Database, edition: Edition, office: Browser) -> None:
    type_id = await make_ticket_type(db, edition)
    diet = await make_question(
        db,
        edition,
        "Kost",
        "choices",
        choices=["Veganskt", "Annat"],
        sensitive=True,
        purpose="Köket",
        help="Två\nrader",
    )
    await make_question(
        db,
        edition,
        "Vad?",
        "text",
        shown_by_id=diet.id,
        shown_if="Annat",
        sensitive=True,
        purpose="Köket",
        type_ids=(type_id,),
    )
    before = await questions_of(db, edition.id)
    for question in before:
        address = f"{PAGE}/{question.id}"
        response = office.client.post(address, data=office.form(address), follow_redirects=False)
        assert response.status_code == 303
    assert await questions_of(db, edition.id) == before


async def test_a_question_shown_by_another(db: Database, edition: Edition, office: Browser) -> None:
    bus = await make_question(db, edition, "Buss?", "yes_no")
    office.post(f"{PAGE}/new", {"label": "Varifrån?", "kind": "text", "shown_when": f"{bus.id}:yes", "active": "y"})
    assert "Om svaret på ”Buss?” är ”Ja”." in office.visible(PAGE)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"label": ""}, "Skriv frågan."),
        ({"choices": "Tåg"}, "Skriv minst två svar, ett på varje rad."),
        ({"choices": "Tåg\n" + "x" * 201}, "är för långt. Korta det till högst 200 tecken."),
        ({"choices": "\n".join(map(str, range(101)))}, "Det får vara högst 100 svar."),
        ({"sensitive": "y", "purpose": ""}, "Skriv varför ni frågar."),
        ({"kind": "rymd"}, "Välj något av det som finns att välja på."),
        ({"shown_when": "9:yes"}, "Välj något av det som finns att välja på."),
    ],
)
async def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    office: Browser, typed: dict[str, str], message: str
) -> None:
    response = office.post(f"{PAGE}/new", FILLED | {"help": "Två & tre"} | typed)
    assert response.status_code == 422
    assert message in response.text
    assert "Två &amp; tre" in response.text


async def test_a_ready_made_question_takes_one_click(db: Database, edition: Edition, office: Browser) -> None:
    assert "Mat och allergier" in office.visible(PAGE)
    response = office.post(f"{PAGE}/ready-made", {"ready": "diet"}, page=PAGE)
    assert (response.status_code, response.headers["location"]) == (303, f"{PAGE}?notice=created")
    assert [each.code for each in await questions_of(db, edition.id)] == ["diet", "diet-text"]
    assert "Mat och allergier" not in office.visible(PAGE)
    assert office.post(f"{PAGE}/ready-made", {"ready": "diet"}, page=PAGE).status_code == 409
    assert office.post(f"{PAGE}/ready-made", {"ready": "okand"}, page=PAGE).status_code == 404


async def test_questions_are_moved_and_put_aside(db: Database, edition: Edition, office: Browser) -> None:
    first, second = await make_question(db, edition, "A"), await make_question(db, edition, "B")
    moved = office.post(f"{PAGE}/{second.id}/move", {"step": "up"}, page=PAGE)
    assert moved.headers["location"] == f"{PAGE}?notice=saved#question-{second.id}"
    assert [each.label for each in await questions_of(db, edition.id)] == ["B", "A"]
    office.post(f"{PAGE}/{first.id}/state", {"active": "no"}, page=PAGE)
    assert [each.label for each in await questions_of(db, edition.id)] == ["B"]
    assert "ställs inte" in office.visible(PAGE)
    office.post(f"{PAGE}/{first.id}/state", {"active": "yes"}, page=PAGE)
    assert [each.label for each in await questions_of(db, edition.id)] == ["B", "A"]


async def test_a_question_is_removed_until_somebody_answers(db: Database, edition: Edition, office: Browser) -> None:
    await make_ticket_type(db, edition)
    gone, kept = await make_question(db, edition, "A"), await make_question(db, edition, "B")
    order = await make_order(db, edition)
    async with db.transaction():
        await save_answers(db, {order.tickets[0].id: {kept.id: "x"}}, [kept])
    assert office.post(f"{PAGE}/{gone.id}/delete", {}).headers["location"] == f"{PAGE}?notice=deleted"
    assert "Det går inte: 1 deltagare har svarat." in office.visible(f"{PAGE}/{kept.id}/delete")
    assert office.post(f"{PAGE}/{kept.id}/delete", {}, page=f"{PAGE}/{kept.id}").status_code == 409
    assert (await only(db, edition)).label == "B"


async def test_the_pages_are_for_organisers(db: Database, edition: Edition) -> None:
    question = await make_question(db, edition, "A")
    staff = await make_login(db, Role.STAFF, edition, email="staff@example.org")
    with browser(db, staff) as visitor:
        for address in (PAGE, f"{PAGE}/new", f"{PAGE}/{question.id}", f"{PAGE}/{question.id}/delete"):
            assert visitor.get(address).status_code == 403
