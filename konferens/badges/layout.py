"""What goes on the paper, as plain values: first and last names, and colours that can be read."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import tzinfo

from konferens.formats import day_and_clock
from konferens.programme.model import Session

READABLE = 4.5
"""Contrast ratio of text to its background (WCAG 2.2, 1.4.3)."""

_TITLE_LENGTH = 48
"""Characters of a session's title on paper: about a line of a badge."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_PARTICLES = frozenset({"af", "av", "da", "de", "del", "der", "di", "la", "le", "ten", "ter", "van", "von", "zu"})


def split_name(name: str) -> tuple[str, str]:
    """The first name, printed huge, and the rest.

    'Anna-Karin von Hohenheim' gives ('Anna-Karin', 'von Hohenheim'), 'Lindström, Anna' ('Anna', 'Lindström'), a name of
    one word (that, ''). A leading particle stays with its word: 'von Essen' is one name. Apart from that the first word
    is the first name, which is right for nearly every name typed in the order that Swedish forms ask for.
    """
    last, comma, first = (part.strip() for part in name.partition(","))
    if comma and last and first:
        return first, last
    words = name.split()
    if len(words) > 1 and words[0].casefold() not in _PARTICLES:
        return words[0], " ".join(words[1:])
    return " ".join(words), ""


def runs_right_to_left(text: str) -> bool:
    """Whether the first strong character is Hebrew, Arabic or the like (Unicode UAX #9, rules P2 and P3)."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in {"L", "R", "AL"}:
            return kind != "L"
    return False


def session_lines(sessions: Iterable[Session], zone: tzinfo) -> tuple[str, ...]:
    """'fre 13.00 Studiebesök i Sörvik' for each that takes place and has a time, in the current language."""
    return tuple(
        f"{day_and_clock(each.starts_at, zone)} {shortened(each.title, _TITLE_LENGTH)}"
        for each in sessions
        if each.starts_at is not None and not each.is_cancelled
    )


def in_few_lines(lines: Sequence[str], most: int) -> tuple[list[str], int]:
    """At most `most` lines, and how many are left out: of more than `most`, the last line is kept for telling that."""
    kept = list(lines) if len(lines) <= most else list(lines[: most - 1])
    return kept, len(lines) - len(kept)


def shortened(text: str, length: int) -> str:
    """`text`, or as many whole words of it as have room in `length` characters with an ellipsis; a long word is cut."""
    if len(text) <= length:
        return text
    head = text[:length]
    words = head[: head.rfind(" ")] if head.rfind(" ") > length // 2 else head[:-1]
    return f"{words.rstrip(' ,.:;–-')}…"


def luminance(colour: str) -> float:
    """Relative luminance of '#rrggbb', 0 black to 1 white (WCAG 2.2). Raises ValueError for anything else."""
    if not _COLOUR.fullmatch(colour):
        msg = f"not a colour #rrggbb: {colour!r}"
        raise ValueError(msg)
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear_until = 0.04045  # of sRGB's curve (IEC 61966-2-1)
    red, green, blue = (c / 12.92 if c <= linear_until else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two '#rrggbb', 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def text_on(colour: str) -> str:
    """'#ffffff' or '#000000', whichever reads better on `colour`: always at least `READABLE`."""
    return max(("#ffffff", "#000000"), key=lambda text: contrast(text, colour))


def ink(colour: str) -> str:
    """`colour` itself, or as much darker as it takes to be read on white paper (`READABLE`)."""
    luminance(colour)  # raises ValueError unless it is a colour
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    for percent in range(100, -1, -5):
        darker = f"#{red * percent // 100:02x}{green * percent // 100:02x}{blue * percent // 100:02x}"
        if contrast(darker, "#ffffff") >= READABLE:
            return darker
    return "#000000"
