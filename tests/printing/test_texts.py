"""Times and Markdown on paper."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from konferens.printing.texts import LONG_WORD, blocks_of, on_paper, session_time
from tests.printing.factories import planned

ZONE = ZoneInfo("Europe/Stockholm")


@pytest.mark.parametrize(
    ("starts", "ends", "day", "shown"),
    [
        ("2027-05-11T09:00", "2027-05-11T10:30", 11, "09.00–10.30"),
        ("2027-05-11T22:00", "2027-05-12T01:00", 11, "22.00–01.00"),
        ("2027-05-11T22:00", "2027-05-12T01:00", 12, "–01.00"),
        ("2027-05-11T10:00", "2027-05-13T14:00", 11, "10.00–tors 14.00"),
        ("2027-05-11T10:00", "2027-05-13T14:00", 12, "hela dagen"),
        ("2027-05-11T10:00", "2027-05-13T14:00", 13, "–14.00"),
        ("2027-03-28T01:00", "2027-03-28T04:00", 28, "01.00–04.00"),
    ],
)
def test_times_are_those_of_clocks_on_the_wall(starts: str, ends: str, day: int, shown: str) -> None:
    session = planned(starts_at=_moment(starts), ends_at=_moment(ends))
    assert session_time(session, date(2027, int(starts[5:7]), day), ZONE) == shown


def _moment(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=ZONE)


def test_markdown_becomes_paragraphs_headings_and_lists() -> None:
    text = (
        "# Resa\n\nTåg till **Åre**, se [SJ](https://sj.example) eller [x](javascript:x).\n\n- Buss\n- Cykel\n\n3. Gå"
    )
    found = [(block["kind"], block["mark"], [_look(span) for span in block["spans"]]) for block in blocks_of(text)]
    assert found == [
        ("h", "", ["Resa"]),
        ("p", "", ["Tåg till ", "*Åre*", ", se ", "SJ→https://sj.example", " eller [x](javascript:x)."]),
        ("li", "•", ["Buss"]),
        ("li", "•", ["Cykel"]),
        ("li", "3.", ["Gå"]),
    ]


def _look(span: Any) -> str:
    text = f"*{span['text']}*" if span["bold"] else str(span["text"])
    return f"{text}→{span['url']}" if span["url"] else text


def test_words_that_no_column_holds_may_break_anywhere() -> None:
    assert on_paper("x" * (LONG_WORD - 1)) == "x" * (LONG_WORD - 1)
    assert on_paper("en " + "x" * LONG_WORD) == "en " + "\u200b".join("x" * LONG_WORD)


def test_a_night_is_not_a_day() -> None:
    starts = _moment("2027-05-11T20:00")
    session = planned(starts_at=starts, ends_at=starts + timedelta(hours=12))
    assert session_time(session, date(2027, 5, 11), ZONE) == "20.00–ons 08.00"
