import pytest

from konferens.badges.layout import contrast, in_few_lines, ink, runs_right_to_left, shortened, split_name, text_on


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Karin Åkesson", ("Karin", "Åkesson")),
        ("Anna-Karin Lindström-Söderbergh von Hohenheim", ("Anna-Karin", "Lindström-Söderbergh von Hohenheim")),
        ("Lindström, Anna", ("Anna", "Lindström")),
        ("Ö", ("Ö", "")),
        ("von Essen", ("von Essen", "")),
        ("王小明", ("王小明", "")),
        ("", ("", "")),
    ],
)
def test_split_name(name: str, parts: tuple[str, str]) -> None:
    assert split_name(name) == parts


def test_direction_follows_the_first_strong_character() -> None:
    assert [runs_right_to_left(text) for text in ("محمد", "12 שלום", "Bo محمد", "", "123")] == [
        True,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("colour", "text"),
    [
        ("#000000", "#ffffff"),
        ("#ffffff", "#000000"),
        ("#ffd23f", "#000000"),
        ("#1f6f5c", "#ffffff"),
        ("#777777", "#000000"),
    ],
)
def test_text_on_a_colour_is_the_one_that_reads_better(colour: str, text: str) -> None:
    assert text_on(colour) == text


def test_text_on_any_colour_is_readable() -> None:
    levels = ("00", "33", "66", "77", "99", "cc", "ff")
    colours = [f"#{red}{green}{blue}" for red in levels for green in levels for blue in levels]
    assert [colour for colour in colours if contrast(text_on(colour), colour) < 4.5] == []
    assert [colour for colour in colours if contrast(ink(colour), "#ffffff") < 4.5] == []


def test_ink_keeps_a_colour_that_is_dark_enough() -> None:
    assert ink("#1f6f5c") == "#1f6f5c"


@pytest.mark.parametrize("colour", ["", "red", "#fff", "#12345g", '#123456"', "1f6f5c#"])
def test_what_is_not_a_colour_is_refused(colour: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        text_on(colour)
    with pytest.raises(ValueError, match="not a colour"):
        ink(colour)


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        ("Byamack", 7, "Byamack"),
        ("Skifte: när eldsjälen vill gå hem", 24, "Skifte: när eldsjälen…"),
        ("Besök hos mejeriet, sågverket", 20, "Besök hos mejeriet…"),
        ("Solcellsanläggningsföreningen", 12, "Solcellsanl…"),
    ],
)
def test_long_texts_end_after_a_whole_word(text: str, length: int, expected: str) -> None:
    assert shortened(text, length) == expected
    assert len(expected) <= length


def test_the_last_of_too_many_lines_is_kept_for_their_number() -> None:
    assert in_few_lines(["a", "b", "c"], 3) == (["a", "b", "c"], 0)
    assert in_few_lines(["a", "b", "c", "d"], 3) == (["a", "b"], 2)
