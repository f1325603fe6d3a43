"""Languages: Swedish first, English complete."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from konferens.i18n import LOCALES, negotiate

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "sv"),
        ("en", "en"),
        ("en-GB,en;q=0.9,sv;q=0.8", "en"),
        ("de,en;q=0.5,sv;q=0.7", "sv"),
        ("de-DE,fr;q=0.9", "sv"),
        ("en;q=0", "sv"),
        ("en;q=nan,sv;q=x", "sv"),
        ("*;q=0.5", "sv"),
        (";;;,,,=", "sv"),
    ],
)
def test_negotiate(header: str, language: str) -> None:
    assert negotiate(header) == language


def test_english_is_complete(tmp_path: Path) -> None:
    """Every text in code and templates has its English, with the same placeholders."""
    template = tmp_path / "konferens.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg"]
    keywords = ["-k", "lazy_gettext", "-k", "_l", "-k", "lazy_pgettext:1c,2"]
    subprocess.run([*command, *keywords, "-o", str(template), "."], cwd=ROOT, check=True)
    with template.open("rb") as file:
        wanted = read_po(file)
    with (LOCALES / "en" / "LC_MESSAGES" / "konferens.po").open("rb") as file:
        english = read_po(file, locale="en")
    missing, differing = [], []
    for message in wanted:
        if not message.id:
            continue
        ids = [str(text) for text in (message.id if isinstance(message.id, tuple | list) else (message.id,))]
        found = english.get(ids[0], message.context)
        strings = found.string if found else ()
        texts = [str(text or "") for text in (strings if isinstance(strings, tuple | list) else (strings,))]
        if not texts or not all(texts) or "fuzzy" in (found.flags if found else ()):
            missing.append(ids[0])
        elif any(_placeholders(text) - _placeholders(" ".join(ids)) for text in texts):
            differing.append(ids[0])
    assert missing == []
    assert differing == []


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]", text))
