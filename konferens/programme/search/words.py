"""Words of a text, and what their inflections have in common. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

import snowballstemmer

MAX_WORD = 60
"""Letters of a word that count."""

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

_ALGORITHMS = {
    "sv": "swedish",
    "da": "danish",
    "nb": "norwegian",
    "nn": "norwegian",
    "no": "norwegian",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
}
SCANDINAVIAN = frozenset({"sv", "da", "nb", "nn", "no"})
COMPOUNDING = SCANDINAVIAN | {"de", "fi", "nl"}
"""Languages that write compounds as one word: 'bygdemack' is a kind of 'mack'."""

_LEFT_OVER = ("an", "in", "eln", "ern", "bart")

_LETTERS = str.maketrans({"ø": "ö", "æ": "ä", "đ": "d", "ł": "l", "'": None, "’": None})
_KEPT = {"a\u030a": "å", "a\u0308": "ä", "o\u0308": "ö"}
_KEPT_PAIR = re.compile("|".join(_KEPT))

Vocabulary = Mapping[str, Mapping[str, list[str]]]
"""Language → stem → the words of the edition that have it."""


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """`word` as it is compared: small letters without accents, save å, ä and ö, which are letters of their own."""
    folded = word.casefold().translate(_LETTERS)
    if not folded.isascii():
        parts = _KEPT_PAIR.sub(lambda pair: _KEPT[pair[0]], unicodedata.normalize("NFKD", folded))
        folded = "".join(part for part in parts if part.isalnum())
    return folded[:MAX_WORD]


def words_of(text: str) -> list[str]:
    """The words of `text` in its order, folded."""
    found = (fold(match[0]) for match in WORD.finditer(unicodedata.normalize("NFC", text)))
    return [word for word in found if word]


@cache
def _stemmer(language: str) -> Any:
    algorithm = _ALGORITHMS.get(language)
    return snowballstemmer.stemmer(algorithm) if algorithm else None


@lru_cache(maxsize=65_536)
def stem(word: str, language: str) -> str:
    """What the inflections of a folded `word` have in common, as Snowball tells (snowballstem.org); in a language without
    an algorithm the word itself.

    Snowball leaves some Scandinavian definite forms and neuter adjectives: 'skolan', 'energin', 'lanthandeln', 'hållbart'.
    What ends as they do loses its last letter, in all its inflections alike.
    """
    stemmer = _stemmer(language)
    if stemmer is None:
        return word
    found: str = stemmer.stemWord(word)
    if language in SCANDINAVIAN and len(found) > 5 and found.endswith(_LEFT_OVER):  # noqa: PLR2004
        found = stemmer.stemWord(found[:-1])
    return found


def vocabulary_of(texts: Iterable[tuple[str, str]]) -> dict[str, dict[str, list[str]]]:
    """The vocabulary of (language, words apart by blanks)."""
    words: dict[str, set[str]] = {}
    for language, text in texts:
        words.setdefault(language, set()).update(text.split())
    vocabulary: dict[str, dict[str, list[str]]] = {}
    for language in sorted(words):
        stems = vocabulary[language] = {}
        for word in sorted(words[language]):
            stems.setdefault(stem(word, language), []).append(word)
    return vocabulary
