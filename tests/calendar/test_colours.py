"""Names of colours as calendars take them."""

import pytest

from konferens.calendar.colours import colour_name


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("#ff0000", "red"),
        ("#FF0001", "red"),
        ("#808080", "gray"),
        ("#4a6741", "darkolivegreen"),
        ("#7b2d8b", "purple"),
        ("#663399", "darkslateblue"),  # 'rebeccapurple' came with Level 4
        ("", ""),
        ("red", ""),
    ],
)
def test_the_nearest_name_of_css3(colour: str, name: str) -> None:
    assert colour_name(colour) == name
