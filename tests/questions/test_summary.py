"""What was answered, counted and listed."""

from konferens.questions.model import File, Question, Respondent
from konferens.questions.summary import Answers, OptionCount, answered_rows, answers_csv, in_words, summaries
from tests.questions.factories import question

ANNA = Respondent(1, "Anna", "anna@example.org", "Kommunen", "ordinarie", "Ordinarie", "AAAAAA")
BO = Respondent(2, "=Bo", "bo@example.org", "", "student", "Student", "BBBBBB")
CIA = Respondent(3, "Cia", "", "", "ordinarie", "Ordinarie", "BBBBBB")
PEOPLE = [ANNA, BO, CIA]

TRAVEL = question(1, "choices", label="Resa", choices=("Tåg", "Buss"))
PHOTO = question(2, "yes_no", label="Bild")
STOP = question(3, "text", label="Hållplats", shown_by_id=1, shown_if="Buss")
NEED = question(4, "long_text", label="Behov", sensitive=True, shown_by_id=1, shown_if="Tåg")
OLD = question(5, "text", label="Gammal", active=False)
QUESTIONS: list[Question] = [TRAVEL, PHOTO, STOP, NEED, OLD]


def test_choices_are_counted_of_those_who_answered_also_what_is_gone() -> None:
    answers: Answers = {1: {1: ["Tåg", "Buss"]}, 2: {1: ["Buss"]}, 3: {1: ["Färja"]}}
    travel = summaries(QUESTIONS, PEOPLE, answers)[0]
    assert (travel.asked, travel.answered, travel.percent) == (3, 3, 100)
    assert travel.options == (
        OptionCount("Tåg", 1, 33),
        OptionCount("Buss", 2, 67),
        OptionCount("Färja", 1, 33, is_offered=False),
    )


def test_yes_and_no_are_counted() -> None:
    photo = summaries(QUESTIONS, PEOPLE, {1: {2: True}, 2: {2: False}})[1]
    assert photo.options == (OptionCount("Ja", 1, 50), OptionCount("Nej", 1, 50))
    assert (photo.asked, photo.answered, photo.percent) == (3, 2, 67)


def test_only_those_count_who_are_asked() -> None:
    stop = summaries(QUESTIONS, PEOPLE, {1: {1: ["Buss"], 3: "Torget"}, 2: {1: ["Tåg"], 3: "En rest"}})[2]
    assert (stop.asked, stop.answered, stop.given) == (1, 1, ((ANNA, "Torget"),))


def test_sensitive_questions_are_in_their_own_summary_and_old_ones_where_they_were_answered() -> None:
    answers: Answers = {1: {1: ["Tåg"], 4: "Ramp"}, 2: {5: "Svar"}}
    assert [each.question for each in summaries(QUESTIONS, PEOPLE, {})] == [TRAVEL, PHOTO, STOP]
    assert [each.question for each in summaries(QUESTIONS, PEOPLE, answers)] == [TRAVEL, PHOTO, STOP, OLD]
    (need,) = summaries(QUESTIONS, PEOPLE, answers, sensitive=True)
    assert (need.question, need.asked, need.given) == (NEED, 1, ((ANNA, "Ramp"),))


def test_each_row_has_what_that_person_answered() -> None:
    answers: Answers = {1: {1: ["Tåg"], 4: "Ramp"}, 2: {2: False}}
    assert answered_rows(QUESTIONS, PEOPLE, answers) == [(ANNA, {1: ["Tåg"]}), (BO, {2: False}), (CIA, {})]
    assert answered_rows(QUESTIONS, PEOPLE, answers, sensitive=True) == [(ANNA, {4: "Ramp"}), (BO, {}), (CIA, {})]


def test_answers_in_words() -> None:
    assert [
        in_words(each) for each in (None, True, False, ["A", "B"], " a\n b ", File("i.pdf", "application/pdf"))
    ] == [
        "",
        "Ja",
        "Nej",
        "A, B",
        "a b",
        "i.pdf",
    ]


def test_the_list_has_a_row_for_everybody_and_no_formulas() -> None:
    answers: Answers = {1: {1: ["Tåg"], 2: True, 4: "Ramp"}, 2: {1: ["Buss"], 3: "=1+1"}}
    assert answers_csv(QUESTIONS, PEOPLE, answers).decode("utf-8-sig").splitlines() == [
        "Bokning;Deltagare;E-post;Organisation;Biljett;Resa;Bild;Hållplats;Gammal",
        "AAAAAA;Anna;anna@example.org;Kommunen;Ordinarie;Tåg;Ja;;",
        "BBBBBB;'=Bo;bo@example.org;;Student;Buss;;'=1+1;",
        "BBBBBB;Cia;;;Ordinarie;;;;",
    ]


def test_the_list_of_sensitive_answers_has_only_those_who_gave_any() -> None:
    answers: Answers = {1: {1: ["Tåg"], 4: "Ramp"}, 2: {1: ["Buss"]}}
    assert answers_csv(QUESTIONS, PEOPLE, answers, sensitive=True).decode("utf-8-sig").splitlines() == [
        "Bokning;Deltagare;E-post;Organisation;Biljett;Behov",
        "AAAAAA;Anna;anna@example.org;Kommunen;Ordinarie;Ramp",
    ]
