"""WTForms' own messages: in the visitor's language, and they say how to mend."""

import pytest
from starlette.datastructures import FormData
from wtforms import DateTimeLocalField, IntegerField, SelectChoice, SelectField, SelectMultipleField, TimeField
from wtforms.validators import InputRequired, NumberRange

from konferens.i18n import use_language
from konferens.web.forms import Form, LineField


class EveryKind(Form):
    name = LineField(max_length=5)
    size = IntegerField(validators=[InputRequired(), NumberRange(1, 50)])
    at = TimeField()
    moment = DateTimeLocalField()
    one = SelectField(choices=[SelectChoice("a", "A")])
    some = SelectMultipleField(choices=[SelectChoice("a", "A")])


WRONG = {"name": "för långt", "size": "51", "at": "snart", "moment": "i maj", "one": "b", "some": "b"}


@pytest.mark.parametrize(
    ("language", "errors"),
    [
        (
            "sv",
            {
                "name": ["Texten är för lång. Korta den till högst 5 tecken."],
                "size": ["Skriv ett tal från 1 till 50."],
                "at": ["Skriv en tid, till exempel 09:00."],
                "moment": ["Skriv datum och tid, till exempel 2027-05-11 09:00."],
                "one": ["Välj något av det som finns att välja på."],
                "some": ["”b” går inte att välja. Välj något av det som finns."],
            },
        ),
        (
            "en",
            {
                "name": ["The text is too long. Shorten it to at most 5 characters."],
                "size": ["Enter a number from 1 to 50."],
                "at": ["Enter a time, for example 09:00."],
                "moment": ["Enter a date and time, for example 2027-05-11 09:00."],
                "one": ["Choose one of the options."],
                "some": ["“b” cannot be chosen. Choose one of the options."],
            },
        ),
    ],
)
def test_what_is_wrong_is_told_in_both_languages(language: str, errors: dict[str, list[str]]) -> None:
    with use_language(language):
        form = EveryKind(FormData(WRONG))
        assert not form.validate()
        assert form.errors == errors


@pytest.mark.parametrize(("typed", "message"), [("", "Fyll i det här."), ("många", "Skriv ett heltal med siffror.")])
def test_numbers(typed: str, message: str) -> None:
    form = EveryKind(FormData({**WRONG, "size": typed}))
    form.validate()
    assert form.size.errors[:1] == [message]
