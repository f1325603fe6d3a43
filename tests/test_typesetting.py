"""Text that can be typeset."""

import pytest

from konferens.typesetting import printable


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  Karin \n\t Åkesson ", "Karin Åkesson"),
        ("A\u030akesson", "Åkesson"),
        ("Bo\x00\x1b[31m Ek", "Bo[31m Ek"),
        ("Bo \u202eEk\u202c \ud800", "Bo Ek"),
        ("Bo 😀 Ek 👩🏽‍🌾 ☎️", "Bo Ek"),
        ("🇸🇪", "🇸🇪"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("<b>#let x = 1", "<b>#let x = 1"),
        ("", ""),
    ],
)
def test_printable(text: str, line: str) -> None:
    assert printable(text) == line


def test_printable_cuts_what_no_badge_can_hold() -> None:
    assert printable("x" * 10_000) == "x" * 159 + "…"
