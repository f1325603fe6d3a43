"""What versions of a programme are called when nobody says otherwise. Pure.

A release raises the second number (1.0, 1.1, 1.2), what is saved and published at once a third one (1.2.1, 1.2.2). Names of
another form ("Våren") get a number behind them.
"""

import re
from collections.abc import Collection

FIRST = "1.0"
MAX_LENGTH = 40
_NUMBERS = re.compile(r"(?P<major>\d{1,6})\.(?P<minor>\d{1,6})(?:\.(?P<patch>\d{1,6}))?")
_LAST_NUMBER = re.compile(r"(?P<head>.*?)(?P<number>\d{1,6})")


def next_name(current: str, used: Collection[str] = ()) -> str:
    """The name to suggest after `current` ('': there is none yet), and not one of `used`: '1.2' and '1.2.3' → '1.3'."""
    if not current:
        return _free(FIRST, used)
    numbers = _NUMBERS.fullmatch(current)
    if numbers:
        return _free(f"{numbers['major']}.{int(numbers['minor']) + 1}", used)
    return _free(_raised(current), used)


def small_name(current: str, used: Collection[str] = ()) -> str:
    """The name of what is published at once after `current`: '1.2' → '1.2.1' → '1.2.2'."""
    numbers = _NUMBERS.fullmatch(current)
    if numbers:
        return _free(f"{numbers['major']}.{numbers['minor']}.{int(numbers['patch'] or 0) + 1}", used)
    return _free(_raised(current), used)


def _raised(name: str) -> str:
    """With its last number raised; one without a number gets the 2."""
    numbered = _LAST_NUMBER.fullmatch(name)
    if numbered:
        number = str(int(numbered["number"]) + 1)
        return f"{numbered['head'][: MAX_LENGTH - len(number)]}{number}"
    return f"{name[: MAX_LENGTH - 7].rstrip()} 2"


def _free(name: str, used: Collection[str]) -> str:
    while name in used:
        name = _raised(name)
    return name
