"""Which questions a ticket is asked."""

from hypothesis import given
from hypothesis import strategies as st

from konferens.questions.forms import answers_form
from konferens.questions.model import Answer, Question, asked_of, shown_by
from tests.questions.factories import question

DIET = question(1, "choices", choices=("Veganskt", "Annat"))
WHAT = question(2, "long_text", shown_by_id=1, shown_if="Annat")
BUS = question(3, "yes_no", ticket_types=frozenset({"ordinarie"}))
STOP = question(4, "choice", choices=("Umeå", "Luleå"), shown_by_id=3, shown_if="yes")
TIME = question(5, "text", shown_by_id=4, shown_if="Luleå")


def asked(answers: dict[int, Answer | None], ticket_type: str = "ordinarie") -> list[int]:
    return [each.id for each in asked_of([DIET, WHAT, BUS, STOP, TIME], ticket_type, answers)]


def test_everything_but_what_depends_is_asked_at_first() -> None:
    assert asked({}) == [1, 3]


def test_a_question_is_shown_by_a_choice_among_several() -> None:
    assert asked({1: ["Veganskt", "Annat"]}) == [1, 2, 3]


def test_a_question_is_shown_by_yes_and_not_by_no() -> None:
    assert asked({3: True}) == [1, 3, 4]
    assert asked({3: False}) == [1, 3]


def test_chains_end_where_a_link_is_missing() -> None:
    assert asked({3: True, 4: "Luleå"}) == [1, 3, 4, 5]
    assert asked({3: False, 4: "Luleå"}) == [1, 3]


def test_what_is_for_other_types_is_not_asked_nor_what_it_shows() -> None:
    assert asked({3: True, 4: "Luleå"}, "student") == [1]


def test_what_is_shown_by_a_question_that_is_put_aside_is_not_asked() -> None:
    assert asked_of([WHAT], "ordinarie", {1: ["Annat"]}) == []


def test_a_circle_is_never_asked() -> None:
    circle = [
        question(1, "yes_no", shown_by_id=2, shown_if="yes"),
        question(2, "yes_no", shown_by_id=1, shown_if="yes"),
        question(3, "yes_no", shown_by_id=3, shown_if="yes"),
    ]
    assert asked_of(circle, "ordinarie", {1: True, 2: True, 3: True}) == []


def test_a_question_shows_those_behind_it_too() -> None:
    assert shown_by([DIET, WHAT, BUS, STOP, TIME], 3) == {3, 4, 5}


TYPES = ("ordinarie", "student")


@st.composite
def questionnaires(draw: st.DrawFn) -> list[Question]:
    """Up to six yes_no questions, each perhaps shown by any of them, in any order, circles too."""
    n = draw(st.integers(1, 6))
    made = [
        question(
            number,
            "yes_no",
            required=draw(st.booleans()),
            shown_by_id=draw(st.none() | st.integers(1, n)),
            shown_if=draw(st.sampled_from(("yes", "no"))),
            ticket_types=frozenset(draw(st.sets(st.sampled_from(TYPES)))),
        )
        for number in range(1, n + 1)
    ]
    return draw(st.permutations(made))


ANSWERS = st.dictionaries(st.integers(1, 6), st.booleans())


@given(questionnaires(), st.sampled_from(TYPES), ANSWERS)
def test_what_is_asked_is_for_the_type_and_follows_from_what_is_asked(
    questions: list[Question], ticket_type: str, answers: dict[int, Answer | None]
) -> None:
    found = asked_of(questions, ticket_type, answers)
    assert found == [each for each in questions if each in found]  # in their order
    ids = {each.id for each in found}
    for each in found:
        assert each.is_for(ticket_type)
        if each.shown_by_id is not None:
            assert each.shown_by_id in ids
            assert answers[each.shown_by_id] is (each.shown_if == "yes")


@given(questionnaires(), st.sampled_from(TYPES), ANSWERS)
def test_an_answer_to_what_is_not_asked_changes_nothing(
    questions: list[Question], ticket_type: str, answers: dict[int, Answer | None]
) -> None:
    found = asked_of(questions, ticket_type, answers)
    own = {each.id: answers[each.id] for each in found if each.id in answers}
    assert asked_of(questions, ticket_type, own) == found


@given(questionnaires(), st.sampled_from(TYPES), ANSWERS)
def test_a_question_that_is_not_shown_is_never_required(
    questions: list[Question], ticket_type: str, answers: dict[int, Answer]
) -> None:
    answers = {key: value for key, value in answers.items() if key <= len(questions)}
    form = answers_form(questions, data=answers)
    ids = {each.id for each in asked_of(questions, ticket_type, answers)}
    missing = {each.id for each in questions if each.id in ids and each.required and each.id not in answers}
    assert form.validate_for(ticket_type) is (not missing)
    assert {each.id for each in questions if form.field(each).errors} == missing
    values = form.values(ticket_type)
    assert {key for key, value in values.items() if value is not None} == ids & answers.keys()
