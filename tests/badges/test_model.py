import re
from pathlib import Path

import pytest

from konferens.badges.model import LOOKS, Look, look_of
from konferens.events.model import THEMES

STYLES = Path(__file__).parents[2] / "static" / "css"


def test_every_theme_has_a_look() -> None:
    assert sorted(LOOKS) == sorted(THEMES)


@pytest.mark.parametrize("theme", THEMES)
def test_paper_and_screen_have_the_same_colours(theme: str) -> None:
    path = STYLES / "tokens.css" if theme == "default" else STYLES / "themes" / f"{theme}.css"
    found = dict(re.findall(r"--(hero|hero-mark): (#[0-9a-f]{6})\b", path.read_text())[:2])
    assert look_of(theme) == Look(found["hero"], found["hero-mark"])


def test_an_unknown_theme_looks_like_the_default() -> None:
    assert look_of("nytt") == LOOKS["default"]
