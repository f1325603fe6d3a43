"""The piece of a text that shows why it was found. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from konferens.programme.search.query import Term, counts
from konferens.programme.search.words import WORD

LENGTH = 180
"""Characters of an excerpt, about two lines on a wide screen."""

BEFORE = 60


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text as it was written (to be escaped where it is shown); `hit` where it was looked for."""

    text: str
    hit: bool


def mark(text: str, terms: Sequence[Term]) -> list[Part]:
    """All of `text`, with the words that were found."""
    parts: list[Part] = []
    place = 0
    for word in WORD.finditer(text):
        if counts(terms, word[0]):
            if word.start() > place:
                parts.append(Part(text[place : word.start()], hit=False))
            parts.append(Part(word[0], hit=True))
            place = word.end()
    if place < len(text):
        parts.append(Part(text[place:], hit=False))
    return parts


def excerpt(texts: Sequence[str], terms: Sequence[Term]) -> list[Part]:
    """About two lines around the first found word of the first of `texts` that has one, else the beginning of the first."""
    flat = [" ".join(text.split()) for text in texts]
    for text in flat:
        for word in WORD.finditer(text):
            if counts(terms, word[0]):
                return mark(_piece(text, max(word.start() - BEFORE, 0)), terms)
    return mark(_piece(flat[0], 0), terms) if flat else []


def _piece(text: str, start: int) -> str:
    """LENGTH characters from `start`, cut between words."""
    if start:
        start = text.find(" ", start) + 1
    end = start + LENGTH
    if end >= len(text):
        end = len(text)
    else:
        blank = text.rfind(" ", start + BEFORE, end)
        end = blank if blank > 0 else end
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")
