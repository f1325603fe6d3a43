"""Organisers change what is asked, and no answer gets lost."""

import asyncio

import pytest
from sqlalchemy import select

from konferens.database import Database
from konferens.errors import ConflictError, InvalidError, NotFoundError
from konferens.events.model import Edition
from konferens.i18n import use_language
from konferens.questions.actions import save_answers
from konferens.questions.editing import delete_question, move_question, save_question, set_question_active
from konferens.questions.model import Answer, Question
from konferens.questions.queries import answers_of, questions_of
from konferens.questions.ready import ATTENDEE_LIST, COUNTIES, PHOTO, add_ready_made, ready_made
from konferens.tables import audit
from tests.factories import ACTOR, make_edition, make_order, make_ticket_type
from tests.questions.factories import make_question
from tests.registration.office import counted_queries


def columns(question: Question, **changes: object) -> dict[str, object]:
    names = (
        "label",
        "kind",
        "help",
        "choices",
        "required",
        "sensitive",
        "purpose",
        "active",
        "shown_by_id",
        "shown_if",
    )
    return {name: getattr(question, name) for name in names} | changes


async def answered(db: Database, edition: Edition, question: Question, answer: Answer) -> int:
    """The id of a ticket that answered `question`."""
    await make_ticket_type(db, edition)
    order = await make_order(db, edition)
    async with db.transaction():
        await save_answers(db, {order.tickets[0].id: {question.id: answer}}, [question])
    return order.tickets[0].id


async def change(db: Database, edition: Edition, question: Question, **changes: object) -> None:
    await save_question(db, edition.id, question.id, columns(question, **changes), actor=ACTOR)


async def labels(db: Database, edition: Edition) -> list[str]:
    return [each.label for each in await questions_of(db, edition.id)]


async def test_a_code_is_made_of_the_question_and_is_its_own(db: Database, edition: Edition) -> None:
    made = [await make_question(db, edition, label) for label in ("Hur åker du?", "Hur åker du?", "?!", "x" * 80)]
    assert [each.code for each in made] == ["hur-aker-du", "hur-aker-du-2", "fraga", "x" * 36]
    assert [each.position for each in made] == [0, 1, 2, 3]


async def test_questions_take_two_queries(db: Database, edition: Edition) -> None:
    type_id = await make_ticket_type(db, edition)
    for n in range(3):
        await make_question(db, edition, f"Fråga {n}", type_ids=(type_id,))
    with counted_queries() as seen:
        found = await questions_of(db, edition.id)
    assert [each.ticket_types for each in found] == [frozenset({"ordinarie"})] * 3
    assert len(seen) == 2


async def test_a_ticket_type_of_another_edition_is_not_found(db: Database, edition: Edition) -> None:
    other = await make_ticket_type(db, await make_edition(db, slug="2028"))
    with pytest.raises(NotFoundError):
        await make_question(db, edition, "Fråga", type_ids=(other,))
    assert await labels(db, edition) == []


async def test_changed_choices_keep_the_answers(db: Database, edition: Edition) -> None:
    travel = await make_question(db, edition, "Resa", "choice", choices=["Tåg", "Färja"])
    ticket = await answered(db, edition, travel, "Färja")
    await change(db, edition, travel, choices=["Tåg", "Buss"])
    assert await answers_of(db, [ticket]) == {ticket: {travel.id: "Färja"}}


async def test_the_kind_of_what_is_answered_does_not_change(db: Database, edition: Edition) -> None:
    text = await make_question(db, edition, "Telefon")
    await change(db, edition, text, kind="long_text")
    ticket = await answered(db, edition, text, "070-123 45 67")
    with pytest.raises(InvalidError) as caught:
        await change(db, edition, text, kind="date")
    assert list(caught.value.errors) == ["kind"]
    assert await answers_of(db, [ticket]) == {ticket: {text.id: "070-123 45 67"}}


async def test_answers_move_along_when_a_question_becomes_sensitive(db: Database, edition: Edition) -> None:
    text = await make_question(db, edition, "Behov", "long_text")
    ticket = await answered(db, edition, text, "Ramp")
    await change(db, edition, text, sensitive=True, purpose="För lokalen")
    assert await answers_of(db, [ticket]) == {}
    assert await answers_of(db, [ticket], sensitive=True) == {ticket: {text.id: "Ramp"}}


async def test_what_was_answered_as_sensitive_stays_so(db: Database, edition: Edition) -> None:
    """People answered because they were told that few would read it, and that it would be deleted."""
    text = await make_question(db, edition, "Behov", "long_text", sensitive=True, purpose="För lokalen")
    await change(db, edition, text, sensitive=False)
    await change(db, edition, text, sensitive=True)
    ticket = await answered(db, edition, text, "Ramp")
    with pytest.raises(InvalidError) as caught:
        await change(db, edition, text, sensitive=False)
    assert list(caught.value.errors) == ["sensitive"]
    assert await answers_of(db, [ticket], sensitive=True) == {ticket: {text.id: "Ramp"}}


async def test_a_question_is_shown_by_another_s_answer(db: Database, edition: Edition) -> None:
    diet = await make_question(db, edition, "Kost", "choices", choices=["Veganskt", "Annat"])
    what = await make_question(db, edition, "Vad?", shown_by_id=diet.id, shown_if="Annat")
    assert (what.shown_by_id, what.shown_if) == (diet.id, "Annat")
    with pytest.raises(InvalidError) as caught:
        await change(db, edition, diet, choices=["Veganskt", "Vegetariskt"])
    assert caught.value.errors == {
        "choices": ["Frågan ”Vad?” visas när svaret är ”Annat”, så det svaret måste finnas kvar."]
    }


async def test_circles_and_answers_that_are_not_there_are_refused(db: Database, edition: Edition) -> None:
    bus = await make_question(db, edition, "Buss?", "yes_no")
    stop = await make_question(db, edition, "Åter?", "yes_no", shown_by_id=bus.id, shown_if="yes")
    text = await make_question(db, edition, "Text")
    for parent, option in ((stop.id, "yes"), (bus.id, "yes"), (text.id, "x"), (999_999, "yes")):
        with pytest.raises(InvalidError) as caught:
            await change(db, edition, bus, shown_by_id=parent, shown_if=option)
        assert list(caught.value.errors) == ["shown_when"]
    with pytest.raises(InvalidError):
        await change(db, edition, text, shown_by_id=bus.id, shown_if="kanske")


async def test_a_sensitive_answer_shows_no_ordinary_question(db: Database, edition: Edition) -> None:
    """Whether it was answered would tell what the sensitive answer was."""
    need = await make_question(db, edition, "Behov?", "yes_no", sensitive=True, purpose="För lokalen")
    with pytest.raises(InvalidError) as caught:
        await make_question(db, edition, "Vilket?", shown_by_id=need.id, shown_if="yes")
    assert list(caught.value.errors) == ["shown_when"]
    bus = await make_question(db, edition, "Buss?", "yes_no")
    await make_question(db, edition, "Varifrån?", shown_by_id=bus.id, shown_if="yes")
    with pytest.raises(InvalidError) as caught:
        await change(db, edition, bus, sensitive=True)
    assert list(caught.value.errors) == ["sensitive"]


async def test_questions_are_put_in_order(db: Database, edition: Edition) -> None:
    made = [await make_question(db, edition, label) for label in "ABC"]
    await move_question(db, edition.id, made[2].id, -1, actor=ACTOR)
    assert await labels(db, edition) == ["A", "C", "B"]
    await move_question(db, edition.id, made[0].id, -1, actor=ACTOR)
    assert await labels(db, edition) == ["A", "C", "B"]
    await move_question(db, edition.id, made[0].id, 1, actor=ACTOR)
    assert await labels(db, edition) == ["C", "A", "B"]


async def test_what_is_put_aside_is_not_asked_and_keeps_its_answers(db: Database, edition: Edition) -> None:
    text = await make_question(db, edition, "Telefon")
    ticket = await answered(db, edition, text, "070-123 45 67")
    await set_question_active(db, edition.id, text.id, active=False, actor=ACTOR)
    assert await questions_of(db, edition.id) == []
    assert await answers_of(db, [ticket]) == {ticket: {text.id: "070-123 45 67"}}


async def test_only_what_nobody_answered_is_removed(db: Database, edition: Edition) -> None:
    text = await make_question(db, edition, "Telefon", sensitive=True, purpose="x")
    bus = await make_question(db, edition, "Buss?", "yes_no")
    stop = await make_question(db, edition, "Varifrån?", shown_by_id=bus.id, shown_if="yes")
    await answered(db, edition, text, "070-123 45 67")
    for each in (text, bus):
        with pytest.raises(ConflictError):
            await delete_question(db, edition.id, each.id, actor=ACTOR)
    await delete_question(db, edition.id, stop.id, actor=ACTOR)
    await delete_question(db, edition.id, bus.id, actor=ACTOR)
    assert await labels(db, edition) == ["Telefon"]


async def test_another_edition_s_question_is_not_found(db: Database, edition: Edition) -> None:
    text = await make_question(db, edition, "Telefon")
    other = await make_edition(db, slug="2028")
    with pytest.raises(NotFoundError):
        await delete_question(db, other.id, text.id, actor=ACTOR)
    with pytest.raises(NotFoundError):
        await change(db, other, text, label="Ny")
    assert await labels(db, edition) == ["Telefon"]


async def test_changes_are_written_down(db: Database, edition: Edition) -> None:
    text = await make_question(db, edition, "Telefon")
    await change(db, edition, text, label="Mobil")
    rows = await db.fetch_all(select(audit).where(audit.c.subject == f"question:{text.id}").order_by(audit.c.id))
    assert [(row.action, (row.before or {}).get("label"), row.after["label"]) for row in rows] == [
        ("question.save", None, "Telefon"),
        ("question.save", "Telefon", "Mobil"),
    ]


async def test_ready_made_questions_are_added_in_the_edition_s_language(db: Database, edition: Edition) -> None:
    for each in ready_made():
        await add_ready_made(db, edition, each.key, actor=ACTOR)
    made = {each.code: each for each in await questions_of(db, edition.id)}
    assert list(made) == [
        "diet",
        "diet-text",
        "accessibility",
        "phone",
        "title",
        "county",
        "travel",
        ATTENDEE_LIST,
        PHOTO,
    ]
    assert {code for code, each in made.items() if each.sensitive} == {"diet", "diet-text", "accessibility"}
    assert made["diet-text"].shown_by_id == made["diet"].id
    assert made["diet-text"].shown_if in made["diet"].choices
    assert made["county"].choices == COUNTIES
    assert len(COUNTIES) == 21
    assert all(each.purpose for each in made.values())
    assert (made["attendee-list"].required, made["photo"].required) == (False, False)


async def test_ready_made_questions_are_added_once_and_completed(db: Database, edition: Edition) -> None:
    await add_ready_made(db, edition, "diet", actor=ACTOR)
    with pytest.raises(ConflictError):
        await add_ready_made(db, edition, "diet", actor=ACTOR)
    text = next(each for each in await questions_of(db, edition.id) if each.code == "diet-text")
    await delete_question(db, edition.id, text.id, actor=ACTOR)
    await add_ready_made(db, edition, "diet", actor=ACTOR)
    assert len(await questions_of(db, edition.id)) == 2
    with pytest.raises(NotFoundError):
        await add_ready_made(db, edition, "unknown", actor=ACTOR)


async def test_a_double_click_adds_them_once(db: Database, edition: Edition) -> None:
    adding = (add_ready_made(db, edition, "diet", actor=ACTOR) for _ in range(4))
    outcomes = await asyncio.gather(*adding, return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == ["ConflictError"] * 3 + ["NoneType"]
    assert [each.code for each in await questions_of(db, edition.id)] == ["diet", "diet-text"]


async def test_the_organiser_s_own_language_does_not_matter(db: Database, edition: Edition) -> None:
    with use_language("en"):
        await add_ready_made(db, edition, "travel", actor=ACTOR)
    (travel,) = await questions_of(db, edition.id)
    assert travel.choices[:2] == ("Tåg", "Buss")
