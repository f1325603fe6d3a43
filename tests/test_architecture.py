"""What ARCHITECTURE.md and the documents say is what there is."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_feature_is_named_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    packages = [path.parent.name for path in (ROOT / "konferens").glob("*/__init__.py")]
    modules = [path.name for path in (ROOT / "konferens").glob("*.py") if not path.name.startswith("__init__")]
    assert [name for name in sorted(packages + modules) if name not in text] == []


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
    source = (ROOT / "konferens" / "settings.py").read_text(encoding="utf-8")
    names = set(re.findall(r'environ(?:\.get\(|, )"([A-Z_]+)"', source))
    assert "PORT" in names
    assert [name for name in sorted(names) if name not in text] == []


def test_no_file_grows_beyond_a_head() -> None:
    """A module over 400 lines holds more than one concept (migrations are lists)."""
    long = [
        f"{path.relative_to(ROOT)}: {count}"
        for path in (ROOT / "konferens").rglob("*.py")
        if "migrations" not in path.parts and (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    ]
    assert long == []


def test_no_lock_file_holds_an_address() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert re.findall(r"https?://", text) == []
