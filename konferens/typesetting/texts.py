"""Texts that people have written, as lines that can be typeset."""

import re
import unicodedata

MAX_TEXT = 160
"""Characters of one line of data that are printed; more is cut with an ellipsis."""

_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_JOINERS = "\u200c\u200d"
"""Format characters that some scripts need to spell a name (Persian, Hindi)."""

_PICTOGRAPHS = re.compile("[\u2600-\u27bf\ufe00-\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]")
"""Symbols and dingbats, variation selectors, the blocks of emoji, and the tags of flags."""


def printable(text: str) -> str:
    """`text` as one line that can be typeset: NFC, single spaces, at most `MAX_TEXT` characters.

    Control characters, lone surrogates, private-use characters and direction overrides (U+202E would turn the rest of
    the line around) are removed, and pictographs too, which text fonts don't have: a name without its emoji is better
    than one with an empty box. A text of nothing but pictographs is kept.
    """
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    letters = "".join(c for c in spaced if c in _JOINERS or unicodedata.category(c) not in _UNPRINTABLE)
    words = (word.strip(_JOINERS) for word in _PICTOGRAPHS.sub("", letters).split())
    line = " ".join(word for word in words if word) or letters.strip()
    return line if len(line) <= MAX_TEXT else line[: MAX_TEXT - 1].rstrip() + "…"
