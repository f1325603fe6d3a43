"""Questions as fields inside one attendee's form, and answers as JSON has them."""

import base64
import io

import pytest
from starlette.datastructures import FormData, Headers, UploadFile

from konferens.i18n import use_language
from konferens.questions.forms import AnswersForm, answers_form, answers_from_json, upload_names
from konferens.questions.model import Answer, File
from tests.questions.factories import question

QUESTIONS = [
    question(1, "choices", choices=("Veganskt", "Annat"), sensitive=True),
    question(2, "long_text", required=True, shown_by_id=1, shown_if="Annat", sensitive=True),
    question(3, "yes_no"),
    question(4, "choice", choices=("Tåg", "Buss"), required=True),
    question(5, "date"),
    question(6, "file"),
]
PDF = b"%PDF-1.7 a paper"


def posted(*items: tuple[str, str | UploadFile], data: dict[int, Answer] | None = None) -> AnswersForm:
    return answers_form(
        QUESTIONS, "tickets-3-", FormData([(f"tickets-3-{name}", value) for name, value in items]), data
    )


def upload(data: bytes, name: str = "intyg.pdf") -> UploadFile:
    return UploadFile(io.BytesIO(data), filename=name, headers=Headers())


def errors(form: AnswersForm) -> dict[str, list[str]]:
    return {field.name: list(field.errors) for field in form if field.errors}


def test_names_begin_with_the_row_s_prefix() -> None:
    assert [field.name for field in posted()][:2] == ["tickets-3-q-fraga-1", "tickets-3-q-fraga-2"]
    assert [field.name for field in answers_form(QUESTIONS)][:1] == ["q-fraga-1"]


def test_every_kind_gives_its_answer() -> None:
    form = posted(
        ("q-fraga-1", "Annat"),
        ("q-fraga-1", "Veganskt"),
        ("q-fraga-2", " Nötter\x00\r\noch jordnötter "),
        ("q-fraga-3", "no"),
        ("q-fraga-4", "Tåg"),
        ("q-fraga-5", "2027-05-11"),
        ("q-fraga-6", upload(PDF)),
    )
    assert form.validate_for("ordinarie") is True
    assert form.values("ordinarie") == {
        1: ["Veganskt", "Annat"],
        2: "Nötter\noch jordnötter",
        3: False,
        4: "Tåg",
        5: "2027-05-11",
        6: File("intyg.pdf", "application/pdf", PDF),
    }


def test_what_is_required_and_shown_must_be_answered() -> None:
    form = posted(("q-fraga-1", "Annat"))
    assert form.validate_for("ordinarie") is False
    assert errors(form) == {"tickets-3-q-fraga-2": ["Fyll i det här."], "tickets-3-q-fraga-4": ["Välj ett svar."]}


def test_what_the_attendee_fills_in_later_may_be_empty_but_not_wrong() -> None:
    assert posted().validate_for("ordinarie", require=False) is True
    assert posted(("q-fraga-5", "i morgon")).validate_for("ordinarie", require=False) is False


def test_what_is_not_shown_is_passed_over_and_deleted() -> None:
    form = posted(("q-fraga-1", "Veganskt"), ("q-fraga-2", "x" * 9000), ("q-fraga-4", "Tåg"), data={2: "Nötter"})
    assert form.validate_for("ordinarie") is True
    assert form.values("ordinarie")[2] is None


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("q-fraga-1", "Kött", "”Kött” går inte att välja. Välj något av det som finns."),
        ("q-fraga-3", "kanske", "Välj något av det som finns att välja på."),
        ("q-fraga-4", "Rymdraket", "Välj något av det som finns att välja på."),
        ("q-fraga-5", "2027-13-01", "Skriv ett datum, till exempel 2027-05-11."),
        ("q-fraga-5", "0001-01-01", "Skriv ett år mellan 1900 och 2199."),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(name: str, value: str, message: str) -> None:
    form = posted(("q-fraga-4", "Tåg"), (name, value)) if name != "q-fraga-4" else posted((name, value))
    assert form.validate_for("ordinarie") is False
    assert errors(form) == {f"tickets-3-{name}": [message]}


def test_a_wrong_date_stays_in_its_field() -> None:
    form = posted(("q-fraga-5", "i morgon"))
    form.validate_for("ordinarie")
    assert 'value="i morgon"' in form.field(QUESTIONS[4])()


def test_an_answer_whose_choice_is_gone_can_be_kept() -> None:
    form = posted(("q-fraga-4", "Färja"), data={4: "Färja"})
    assert form.validate_for("ordinarie") is True
    assert form.values("ordinarie")[4] == "Färja"


def test_consent_is_not_chosen_beforehand() -> None:
    assert "checked" not in posted().field(QUESTIONS[2])()


def test_many_choices_become_a_menu_with_nothing_chosen() -> None:
    counties = question(1, "choice", choices=tuple(f"Län {n}" for n in range(21)))
    form = answers_form([counties])
    assert form.field(counties)().startswith("<select")
    assert form.values("ordinarie") == {1: None}


def test_a_choice_that_is_not_required_can_be_taken_back() -> None:
    travel = question(1, "choice", choices=("Tåg", "Buss"))
    form = answers_form([travel], formdata=FormData([("q-fraga-1", "")]), data={1: "Tåg"})
    assert form.validate_for("ordinarie") is True
    assert form.values("ordinarie") == {1: None}


class TestFiles:
    STANDS = File("gammal.pdf", "application/pdf")

    def test_the_file_that_stands_is_kept_without_a_new_one(self) -> None:
        form = posted(("q-fraga-4", "Tåg"), data={6: self.STANDS})
        assert form.validate_for("ordinarie") is True
        assert form.values("ordinarie")[6] == self.STANDS

    def test_an_empty_file_field_is_no_file(self) -> None:
        form = posted(("q-fraga-6", UploadFile(io.BytesIO(b""), size=0, filename="")))
        assert form.values("ordinarie")[6] is None

    def test_the_file_that_stands_is_taken_away(self) -> None:
        form = posted(("remove-q-fraga-6", "y"), data={6: self.STANDS})
        assert form.values("ordinarie")[6] is None

    def test_a_file_of_another_kind_is_refused(self) -> None:
        form = posted(("q-fraga-4", "Tåg"), ("q-fraga-6", upload(b"MZ\x90 a program", "intyg.pdf")))
        assert form.validate_for("ordinarie") is False
        assert errors(form) == {
            "tickets-3-q-fraga-6": [
                "Den sortens fil går inte att ta emot. Välj en PDF, JPEG, PNG, WebP, ODT eller DOCX."
            ]
        }

    def test_a_form_shown_again_names_the_file_to_choose_again(self) -> None:
        assert posted(("q-fraga-6", upload(PDF))).field(QUESTIONS[5]).lost == "intyg.pdf"

    def test_only_file_questions_may_be_files(self) -> None:
        assert upload_names(QUESTIONS) == r"(?:[a-z]+-[0-9]{1,4}-)?q-(?:fraga\-6)"
        assert upload_names(QUESTIONS[:5]) == ""


def test_json_gives_the_same_answers() -> None:
    document = {
        "fraga-1": ["Annat"],
        "fraga-2": "Nötter",
        "fraga-3": True,
        "fraga-4": "Tåg",
        "fraga-5": "2027-05-11",
        "fraga-6": {"name": "../intyg.exe", "data": base64.b64encode(PDF).decode()},
    }
    assert answers_from_json(QUESTIONS, "ordinarie", document) == (
        {
            1: ["Annat"],
            2: "Nötter",
            3: True,
            4: "Tåg",
            5: "2027-05-11",
            6: File("intyg.exe.pdf", "application/pdf", PDF),
        },
        {},
    )


@pytest.mark.parametrize(
    ("code", "value", "message"),
    [
        ("okand", "x", "There is no such question."),
        ("fraga-1", "Annat", "Must be a list of strings."),
        ("fraga-1", [1], "Must be a list of strings."),
        ("fraga-3", "yes", "Must be true or false."),
        ("fraga-4", 1, "Must be a string."),
        ("fraga-4", "Flyg", "Choose one of the options."),
        ("fraga-6", "x", 'Must be {"name": string, "data": base64}.'),
        ("fraga-6", {"name": 1, "data": "?"}, 'Must be {"name": string, "data": base64}.'),
    ],
)
def test_json_that_does_not_fit_is_told_by_code(code: str, value: object, message: str) -> None:
    with use_language("en"):
        values, found = answers_from_json(QUESTIONS, "ordinarie", {"fraga-4": "Tåg", code: value})
    assert values == {}
    assert found == {code: [message]}


@pytest.mark.parametrize("data", [None, [], "x", 1])
def test_json_that_is_no_object_is_told(data: object) -> None:
    assert answers_from_json(QUESTIONS, "ordinarie", data) == (
        {},
        {"": ["Must be an object with the answers by question code."]},
    )


def test_json_needs_what_is_required() -> None:
    assert answers_from_json(QUESTIONS, "ordinarie", {}) == ({}, {"fraga-4": ["Välj ett svar."]})
    assert answers_from_json(QUESTIONS, "ordinarie", {}, require=False)[1] == {}
