"""No cell of a list is ever a formula."""

import pytest

from konferens.spreadsheets import cell


@pytest.mark.parametrize("text", ["=1+1", "+46 70 123", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1+1"])
def test_what_would_be_calculated_gets_an_apostrophe(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Anna", "1250,00", "ja; nej", "a=b", "anna@example.org", "’citat"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert cell(text) == text
