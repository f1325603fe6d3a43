"""The public schedule files that tests read; they stay outside the repository."""

import os
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "frab"


def frab_file(name: str) -> Path:
    """Skips the test where the file isn't, which is an error when CI=true."""
    path = FOLDER / name
    if not path.exists():
        text = f"{name} isn't in ../shared/data/frab"
        if os.environ.get("CI") == "true":
            pytest.fail(text)
        pytest.skip(text)
    return path
